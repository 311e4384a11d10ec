//! A database in memory, for the simulator: the same schema, the same statements and the same work as the embedded
//! one, on one connection, at once and in the caller's thread. It keeps nothing, and it is never part of the
//! shipped program.

use std::borrow::Cow;

use parking_lot::Mutex;
use rusqlite::Connection;
use rusqlite::backup::Backup;

use super::{
    SqliteError, StoreError, Transaction, Value, at_once, batch, database, embedded, failure, numbered, query,
};
use crate::apply::{Committed, Work, apply};
use crate::driver::Driver;
use crate::value::Record;

/// Pages that a copy takes in one step: all of them.
const ALL_PAGES: i32 = -1;

/// Says what to run in the place of a statement; the parameters stay the same. A simulator that wants to see what
/// holds without a guard takes it out of the statement here.
pub type Edit<'a> = &'a dyn Fn(&'static str) -> Cow<'static, str>;

/// A database in memory.
#[derive(Debug)]
pub struct Memory {
    connection: Mutex<Connection>,
}

impl Memory {
    /// A new database with the newest schema.
    pub fn new() -> Result<Self, SqliteError> {
        let mut connection = connect().map_err(database)?;
        embedded::migrations::runner()
            .run(&mut connection)
            .map_err(|error| SqliteError::Database(error.to_string()))?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    /// Another database that holds what this one holds now.
    pub fn copy(&self) -> Result<Self, SqliteError> {
        let mut connection = connect().map_err(database)?;
        let backup = |to: &mut Connection| Backup::new(&self.connection.lock(), to)?.step(ALL_PAGES);
        backup(&mut connection).map_err(database)?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    /// Takes an index away: a guard that the schema would be otherwise.
    pub fn drop_index(&self, name: &str) -> Result<(), StoreError> {
        batch(&self.connection.lock(), &format!("DROP INDEX {name}"))
    }

    /// Does some work in one transaction, each statement as `edit` says.
    pub fn commit_edited(&self, work: &Work, edit: Edit<'_>) -> Result<Committed, StoreError> {
        let connection = self.connection.lock();
        batch(&connection, "BEGIN IMMEDIATE")?;
        let outcome = at_once(apply(&mut Edited { connection: &connection, edit }, work));
        let end = if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" };
        batch(&connection, end).and(outcome.map(|applied| applied.committed()))
    }

    /// Answers a query, the statement as `edit` says.
    pub fn rows_edited(
        &self,
        sql: &'static str,
        params: &[Value],
        edit: Edit<'_>,
    ) -> Result<Vec<Record>, StoreError> {
        query(&self.connection.lock(), &edit(sql), params)
    }
}

impl Driver for Memory {
    async fn commit(&self, work: Work) -> Result<Committed, StoreError> {
        self.commit_edited(&work, &|sql| Cow::Borrowed(sql))
    }

    async fn rows(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Record>, StoreError> {
        self.rows_edited(sql, &params, &|sql| Cow::Borrowed(sql))
    }
}

fn connect() -> rusqlite::Result<Connection> {
    let connection = Connection::open_in_memory()?;
    connection.set_prepared_statement_cache_capacity(256);
    connection.pragma_update(None, "foreign_keys", "on")?;
    connection.pragma_update(None, "trusted_schema", "off")?;
    Ok(connection)
}

struct Edited<'a> {
    connection: &'a Connection,
    edit: Edit<'a>,
}

impl Transaction for Edited<'_> {
    async fn execute(&mut self, sql: &'static str, params: Vec<Value>) -> Result<u64, StoreError> {
        let sql = numbered(&(self.edit)(sql));
        let mut statement = self.connection.prepare_cached(&sql).map_err(|error| failure(&error))?;
        let touched =
            statement.execute(rusqlite::params_from_iter(&params)).map_err(|error| failure(&error))?;
        Ok(touched as u64)
    }

    async fn rows(&mut self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Record>, StoreError> {
        query(self.connection, &(self.edit)(sql), &params)
    }
}
