//! Usage: how often and when each pair was last granted, counted in memory and drained by a loop.

use domain::{KeyId, Network, Timestamp};

/// What happened to one pair in one minute, since it was last drained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// The pair.
    pub key_id: KeyId,
    /// How many requests it was granted.
    pub count: u32,
    /// When the last of them was.
    pub last_used_at: Timestamp,
    /// Where that was from.
    pub last_used_from: Option<Network>,
}
