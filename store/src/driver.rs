//! The driver boundary: what differs between database engines, and nothing else.
//!
//! A driver runs [`Work`] in one write transaction and answers reads from a consistent snapshot. It exists for
//! SQLite; PostgreSQL and the simulator's fault injector are further implementations, not changes.

use std::future::Future;

use crate::apply::{Committed, Work};
use crate::value::{Record, Value};

/// Why the store could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Something the work was based on has changed meanwhile, or a rule of the schema forbids it. Nothing was written.
    #[error("something this change was based on has changed meanwhile")]
    Conflict,
    /// No space is left. Nothing was written; it can be tried again when there is.
    #[error("no space is left on the disk of the database")]
    Full,
    /// The store cannot be trusted any more; the process must stop. Whether the work was written is not known.
    #[error("the database failed: {0}")]
    Broken(String),
    /// A stored value is not what it must be.
    #[error("the database holds a value that makes no sense: {0}")]
    Damaged(String),
}

impl StoreError {
    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        StoreError::Damaged(what.into())
    }
}

/// A database engine.
pub trait Driver: Send + Sync + 'static {
    /// Runs `work` in one write transaction, durable when this returns.
    fn commit(&self, work: Work) -> impl Future<Output = Result<Committed, StoreError>> + Send;

    /// Answers a query from committed state.
    fn rows(
        &self,
        sql: &'static str,
        params: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<Record>, StoreError>> + Send;
}

/// A write transaction that a driver has begun.
#[expect(async_fn_in_trait, reason = "only this crate's drivers call it, each on its own executor")]
pub trait Transaction {
    /// Runs a statement; returns how many rows it touched.
    async fn execute(&mut self, sql: &'static str, params: Vec<Value>) -> Result<u64, StoreError>;

    /// Runs a statement that answers rows.
    async fn rows(&mut self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Record>, StoreError>;
}
