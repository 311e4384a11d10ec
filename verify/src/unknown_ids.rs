//! Ids that do not exist: counted, and the last few remembered for the operator.

use std::net::IpAddr;

use domain::{KeyId, Timestamp};

/// A request that named a key id nobody has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownId {
    /// The id as it was sent.
    pub key_id: KeyId,
    /// When.
    pub at: Timestamp,
    /// From where.
    pub address: Option<IpAddr>,
}
