//! Vouches: the in-memory index of pairs and the verdict on presented credentials.
//!
//! A verification reads one record, makes exactly one HMAC, compares in constant time, and then asks mode,
//! standing and lease, in that order. It never waits for a database, draws randomness or reads a clock. What
//! a node cannot know it does not say: [`Verdict::CannotSay`] is neither yes nor no.

mod credentials;
#[cfg(feature = "follow")]
pub mod follow;
mod index;
#[cfg(feature = "tower")]
pub mod layer;
mod lease;
mod ledger;
mod limits;
mod malformed;
mod record;
mod refusals;
mod signed;
mod slot;
mod unknown_ids;
mod uptime;
mod usage;
mod verdict;

pub use credentials::Credentials;
pub use domain::{AccountId, BrandId, KeyId, Mode, Timestamp, VerificationKeys};
pub use index::{Applied, Index, Roll, Sealer, Snapshot, SnapshotHead};
pub use lease::Lease;
pub use ledger::Ledger;
pub use limits::{Allowance, DayCount, Exceeded, Limit, Limiters, Remaining, day_of};
pub use malformed::{Malformed, Shape};
pub use record::PairRecord;
pub use refusals::{
    Buckets, Gone, Hours, Minutes, RecentRefusal, Refusals, SeenSource, Source, Sources, Unsaved,
};
pub use signed::{
    IDENTITY_AHEAD_MAX, IDENTITY_HEADER, IDENTITY_LIFETIME, IdentityKeys, NoKeys, NotSigned, SignedIdentity,
};
pub use slot::Slot;
pub use unknown_ids::UnknownId;
pub use uptime::Uptime;
pub use usage::Usage;
pub use verdict::{About, Ask, Identity, KnownBrand, Life, Reason, Silence, Verdict};
