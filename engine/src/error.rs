//! What an engine call can end in besides its answer: a refusal (the answer is no) or a failure (no answer).

use domain::{BrandId, Refusal};
use store::StoreError;

use crate::Busy;

/// Why a call gave no answer, or said no.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The answer is no.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// The store could not do its work.
    #[error("the store could not do its work")]
    Store(#[from] StoreError),
    /// Others kept changing what the command rests on.
    #[error("too many changes at once; try again")]
    Contended,
    /// Too many passwords wait to be compared or hashed; nothing was done.
    #[error("too many passwords wait to be compared; try again in a moment")]
    Busy,
    /// What was read could not be written into the journal first, so nobody is told of it.
    #[error("the journal cannot be written: {0}")]
    Unwritten(String),
    /// The store has accounts of a brand that the configuration does not know.
    #[error("the configuration has no brand {0}; add it back")]
    UnknownBrand(BrandId),
}

/// What a failure means that comes after a commit: an unreachable database is said to have written nothing, and this one has.
pub(crate) fn written(error: impl Into<EngineError>) -> EngineError {
    match error.into() {
        EngineError::Store(StoreError::Unreachable(_) | StoreError::Quarantined)
        | EngineError::Unwritten(_) => StoreError::Unknown.into(),
        other => other,
    }
}

impl From<Busy> for EngineError {
    fn from(_: Busy) -> Self {
        EngineError::Busy
    }
}

impl From<Refusal> for EngineError {
    fn from(refusal: Refusal) -> Self {
        EngineError::Refused(refusal)
    }
}
