//! The driver boundary: what differs between database engines, and nothing else.
//!
//! A driver runs [`Work`] in one write transaction and answers reads from a consistent snapshot. It exists for
//! SQLite and for PostgreSQL; the simulator's fault injector is a further implementation, not a change.

use std::future::Future;
use std::sync::Arc;

use domain::Timestamp;
use tokio::sync::watch;

use crate::apply::{Committed, Work};
use crate::server::ServerFound;
use crate::value::{Record, Value};

/// Why the store could not do its work.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// Something the work was based on has changed meanwhile, or a rule of the schema forbids it. Nothing was written.
    #[error("something this change was based on has changed meanwhile")]
    Conflict,
    /// The database is quarantined: no key is changed until somebody has decided. Nothing was written.
    #[error("the database is quarantined, and no key is changed until somebody has decided")]
    Quarantined,
    /// No space is left. Nothing was written; it can be tried again when there is.
    #[error("no space is left on the disk of the database")]
    Full,
    /// The store cannot be trusted any more; the process must stop. Whether the work was written is not known.
    #[error("the database failed: {0}")]
    Broken(String),
    /// A database that is a process of its own does not answer. Nothing was written; it can be tried again when it does.
    #[error("the database cannot be reached, and nothing was written: {0}")]
    Unreachable(String),
    /// The connection was lost while the database was committing, and it could not be asked what became of that. The work
    /// is written whole or not at all, and only reading it again tells which.
    #[error(
        "the connection to the database was lost while it committed; whether the change was written is not known"
    )]
    Unknown,
    /// The database is under a version of the pepper that this process does not hold. Nothing was written.
    #[error("version {0} of the pepper is in use and not in this process's pepper file; nothing was written")]
    PepperMissing(u8),
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

    /// The same from the server that takes writes, whatever else waits for it: whoever follows the feed must neither be told what
    /// was true a while ago nor stand in line with everybody.
    fn newest(
        &self,
        sql: &'static str,
        params: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<Record>, StoreError>> + Send {
        self.rows(sql, params)
    }

    /// The database's own time, which is the reference for deadlines where several machines use it. `None`: the database lives
    /// in this process, and its clock is the process's own.
    fn database_time(&self) -> impl Future<Output = Result<Option<Timestamp>, StoreError>> + Send {
        std::future::ready(Ok(None))
    }

    /// The same, in line with everybody: who waits for whom must be known as it is.
    fn primary(
        &self,
        sql: &'static str,
        params: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<Record>, StoreError>> + Send {
        self.rows(sql, params)
    }

    /// Which server takes the writes, and which one the database remembers: another word as soon as another one has taken over,
    /// which may lack what the one before had acknowledged last. `None`: the database lives in this process, or this user may
    /// not know.
    fn server(&self) -> impl Future<Output = Result<Option<ServerFound>, StoreError>> + Send {
        std::future::ready(Ok(None))
    }

    /// Hints that keys have changed, from any process: the position, as far as it was heard of. Hints may be lost, so whoever
    /// follows the feed reads it regularly all the same. `None` for a database that only one process writes.
    fn hints(&self) -> Option<watch::Receiver<i64>> {
        None
    }
}

impl<D: Driver> Driver for Arc<D> {
    fn commit(&self, work: Work) -> impl Future<Output = Result<Committed, StoreError>> + Send {
        (**self).commit(work)
    }

    fn rows(
        &self,
        sql: &'static str,
        params: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<Record>, StoreError>> + Send {
        (**self).rows(sql, params)
    }

    fn newest(
        &self,
        sql: &'static str,
        params: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<Record>, StoreError>> + Send {
        (**self).newest(sql, params)
    }

    fn database_time(&self) -> impl Future<Output = Result<Option<Timestamp>, StoreError>> + Send {
        (**self).database_time()
    }

    fn primary(
        &self,
        sql: &'static str,
        params: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<Record>, StoreError>> + Send {
        (**self).primary(sql, params)
    }

    fn server(&self) -> impl Future<Output = Result<Option<ServerFound>, StoreError>> + Send {
        (**self).server()
    }

    fn hints(&self) -> Option<watch::Receiver<i64>> {
        (**self).hints()
    }
}

/// A write transaction that a driver has begun.
#[expect(async_fn_in_trait, reason = "only this crate's drivers call it, each on its own executor")]
pub trait Transaction {
    /// Runs a statement; returns how many rows it touched.
    async fn execute(&mut self, sql: &'static str, params: Vec<Value>) -> Result<u64, StoreError>;

    /// Runs a statement that answers rows.
    async fn rows(&mut self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Record>, StoreError>;

    /// Runs a statement that must touch exactly one row; another number is a conflict. A driver may find that out later, but
    /// no later than [`Transaction::settle`].
    async fn exactly_one(&mut self, sql: &'static str, params: Vec<Value>) -> Result<(), StoreError> {
        match self.execute(sql, params).await? {
            1 => Ok(()),
            _ => Err(StoreError::Conflict),
        }
    }

    /// Runs a statement, however many rows it touches. What is wrong with it may be found out later, too.
    async fn run(&mut self, sql: &'static str, params: Vec<Value>) -> Result<(), StoreError> {
        self.execute(sql, params).await.map(drop)
    }

    /// Runs statements that answer rows, one after the other.
    async fn rows_of_each(
        &mut self,
        statements: Vec<(&'static str, Vec<Value>)>,
    ) -> Result<Vec<Vec<Record>>, StoreError> {
        let mut answers = Vec::with_capacity(statements.len());
        for (sql, params) in statements {
            answers.push(self.rows(sql, params).await?);
        }
        Ok(answers)
    }

    /// Finds out everything that was left for later.
    async fn settle(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}
