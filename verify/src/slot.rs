//! Where a pair is in the index.

/// The number of a pair in one index. It stays the same for as long as the index exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot(pub(crate) u32);
