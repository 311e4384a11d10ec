//! The database an installation is on: the embedded one, or PostgreSQL.

use domain::Timestamp;
use tokio::sync::watch;

use crate::apply::{Committed, Work};
use crate::driver::{Driver, StoreError};
use crate::postgres::Postgres;
use crate::server::ServerFound;
use crate::sqlite::Sqlite;
use crate::value::{Record, Value};

/// One of the two.
#[derive(Debug)]
pub enum Database {
    /// In the data folder, for one process.
    Sqlite(Sqlite),
    /// For any number of processes.
    Postgres(Postgres),
}

impl Database {
    /// Tells when the database cannot be trusted any more, and why; the process must stop then. PostgreSQL never does this: it
    /// is reached again, or not.
    pub fn broken(&self) -> Option<watch::Receiver<Option<String>>> {
        match self {
            Database::Sqlite(sqlite) => Some(sqlite.broken()),
            Database::Postgres(_) => None,
        }
    }

    /// PostgreSQL, for what only it can tell.
    pub const fn postgres(&self) -> Option<&Postgres> {
        match self {
            Database::Sqlite(_) => None,
            Database::Postgres(postgres) => Some(postgres),
        }
    }
}

impl From<Sqlite> for Database {
    fn from(sqlite: Sqlite) -> Self {
        Database::Sqlite(sqlite)
    }
}

impl From<Postgres> for Database {
    fn from(postgres: Postgres) -> Self {
        Database::Postgres(postgres)
    }
}

impl Driver for Database {
    async fn commit(&self, work: Work) -> Result<Committed, StoreError> {
        match self {
            Database::Sqlite(sqlite) => sqlite.commit(work).await,
            // Boxed, as everything that waits for another process: what waits for it in turn stays small.
            Database::Postgres(postgres) => Box::pin(postgres.commit(work)).await,
        }
    }

    async fn rows(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Record>, StoreError> {
        match self {
            Database::Sqlite(sqlite) => sqlite.rows(sql, params).await,
            Database::Postgres(postgres) => Box::pin(postgres.rows(sql, params)).await,
        }
    }

    async fn newest(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Record>, StoreError> {
        match self {
            Database::Sqlite(sqlite) => sqlite.newest(sql, params).await,
            Database::Postgres(postgres) => Box::pin(postgres.newest(sql, params)).await,
        }
    }

    async fn database_time(&self) -> Result<Option<Timestamp>, StoreError> {
        match self {
            Database::Sqlite(sqlite) => sqlite.database_time().await,
            Database::Postgres(postgres) => Box::pin(postgres.database_time()).await,
        }
    }

    async fn primary(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Record>, StoreError> {
        match self {
            Database::Sqlite(sqlite) => sqlite.primary(sql, params).await,
            Database::Postgres(postgres) => Box::pin(postgres.primary(sql, params)).await,
        }
    }

    async fn server(&self) -> Result<Option<ServerFound>, StoreError> {
        match self {
            Database::Sqlite(sqlite) => sqlite.server().await,
            Database::Postgres(postgres) => Box::pin(postgres.server()).await,
        }
    }

    fn hints(&self) -> Option<watch::Receiver<i64>> {
        match self {
            Database::Sqlite(sqlite) => sqlite.hints(),
            Database::Postgres(postgres) => postgres.hints(),
        }
    }
}
