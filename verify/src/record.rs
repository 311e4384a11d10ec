//! A pair as the store tells it to the index.

use domain::{AccountId, BrandId, Digest, KeyId, KeyRef, Layers, Mode, PairState, Timestamp};

/// A pair as the store tells it.
#[derive(Clone, Copy, Debug)]
pub struct PairRecord<'a> {
    /// The public half.
    pub key_id: KeyId,
    /// The key it is a generation of.
    pub key: KeyRef,
    /// The account of that key.
    pub account: AccountId,
    /// The brand of that account.
    pub brand: &'a BrandId,
    /// The mode its digest is bound to.
    pub mode: Mode,
    /// What is known of the secret half.
    pub digest: Digest,
    /// The versions of the pepper that the digest stands under.
    pub layers: Layers,
    /// What was last written about it.
    pub state: PairState,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its expiry date, if it has one.
    pub expires_at: Option<Timestamp>,
    /// Whether its key has limits; [`crate::Limiters`] knows which, and did before.
    pub limited: bool,
}
