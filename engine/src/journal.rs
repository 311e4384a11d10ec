//! The journal: what became of pairs, written down outside of the database before anybody is told. The engine says what and when; whoever
//! starts it says where.

use std::future::Future;
use std::pin::Pin;

use domain::{Incarnation, KeyId, PairState, Timestamp};
use store::{Mark, PairRow};

/// A place in the history of a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The position of a change of a key; 0 before the first.
    pub position: i64,
    /// The mark of its audit entry: the same position of another history has another one. `None` before the first change.
    pub mark: Option<Mark>,
    /// The life of the database.
    pub incarnation: Incarnation,
}

/// What became of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The change that did it.
    pub position: i64,
    /// The pair.
    pub key_id: KeyId,
    /// What it is since.
    pub state: PairState,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Line {
    pub(crate) const fn of(row: &PairRow) -> Self {
        Self { position: row.position, key_id: row.key_id, state: row.state, created_at: row.created_at }
    }
}

/// What writing will have come to: why it could not be done, in words.
pub type Kept = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// Where it is written. One at a time calls this.
pub trait Journal: Send + Sync {
    /// The last place up to which everything stands in it. `None`: nothing does yet.
    fn place(&self) -> Option<Place>;

    /// Takes lines. They are safe when the next call of [`Journal::keep`] has succeeded.
    fn take(&self, lines: &[Line]);

    /// Everything up to `place` was taken, since the last time or, if nothing was before it, `from` there on. Safe when this is done; if
    /// it fails, what was taken is kept for the next time.
    fn keep(&self, place: Place, from: bool) -> Kept;

    /// Every pair in it that is retiring or has ended.
    fn endings(&self) -> Result<Vec<(KeyId, PairState)>, String>;
}
