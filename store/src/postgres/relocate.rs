//! Moving an installation from the embedded database to PostgreSQL: every table, in one transaction, counted and with its audit
//! chain checked before it is committed. The source is only read; the target has to be empty.

use std::collections::BTreeSet;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;

use domain::Peppers;
use rusqlite::Connection as Source;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{ToSql, Type};

use super::connect::Connection;
use super::failure::told;
use super::open::typed;
use super::schema::newest;
use super::value::record;
use super::{Postgres, PostgresError};
use crate::apply::{Committed, Work};
use crate::driver::{Driver, StoreError};
use crate::sqlite::{self, SqliteError};
use crate::value::{Record, Value};
use crate::{ChainReport, Store};

/// Tables that hold a row from the beginning; it is replaced by the source's.
const BORN_WITH_A_ROW: [&str; 2] = ["feed", "audit_head"];

/// What ran on the embedded database does not run on this one: nodes register anew.
const OF_NODES: [&str; 2] = ["nodes", "node_shadows"];

/// Why an installation was not moved. The target is as it was, and so is the source.
#[derive(Debug, thiserror::Error)]
pub enum RelocateError {
    /// The source cannot be read.
    #[error(transparent)]
    Source(#[from] SqliteError),
    /// The source is not of this version.
    #[error(
        "the data folder's schema is number {found}, and this version's is number {newest}; bring it up to date first: keystead migrate --data-dir DIR"
    )]
    OtherSchema {
        /// What it has.
        found: i64,
        /// What this program has.
        newest: i64,
    },
    /// The target cannot be used.
    #[error(transparent)]
    Target(#[from] PostgresError),
    /// The target holds something.
    #[error("the target is not empty: its table {0} has rows; give it a database of its own")]
    NotEmpty(String),
    /// A table could not be copied.
    #[error("the table {table} could not be copied, and nothing was: {why}")]
    Copy {
        /// Which.
        table: String,
        /// Why not.
        why: String,
    },
    /// A table has another number of rows than its source.
    #[error("the table {table} has {copied} rows, but its source has {found}; nothing was copied")]
    Miscounted {
        /// Which.
        table: String,
        /// What the source has.
        found: i64,
        /// What the target has.
        copied: i64,
    },
    /// The audit chain does not hold.
    #[error("the audit chain does not hold, so nothing was copied: {0}")]
    Chain(String),
    /// The database failed.
    #[error("the move was not committed: {0}")]
    Store(#[from] StoreError),
}

/// What was moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relocated {
    /// Each table with its rows, in the order in which they were copied.
    pub tables: Vec<(String, i64)>,
    /// The audit chain on the other side.
    pub chain: ChainReport,
}

struct Table {
    name: String,
    columns: Vec<(String, Type)>,
    /// Tables that have to be there first.
    after: BTreeSet<String>,
}

impl Postgres {
    /// Copies the embedded database of a folder into this one, which has to be empty. No server may use the folder meanwhile.
    pub async fn take_over(&self, folder: &Path, peppers: &Peppers) -> Result<Relocated, RelocateError> {
        self.copy_in(folder, peppers, |table| !OF_NODES.contains(&table)).await
    }

    /// The same with the list of nodes, for a database that was on PostgreSQL and is restored.
    pub async fn take_back(&self, folder: &Path, peppers: &Peppers) -> Result<Relocated, RelocateError> {
        self.copy_in(folder, peppers, |_| true).await
    }

    async fn copy_in(
        &self,
        folder: &Path,
        peppers: &Peppers,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Result<Relocated, RelocateError> {
        let (_lock, source) = sqlite::open_alone(folder)?;
        let found = query_number(&source, "SELECT max(version) FROM refinery_schema_history")?;
        if found != newest() {
            return Err(RelocateError::OtherSchema { found, newest: newest() });
        }
        self.migrate().await?;
        let mut tables = read_tables(&source)?;
        tables.retain(|table| is_wanted(&table.name));
        let tables = in_order(tables);
        let target = Arc::new(self.dedicated().await?);
        match copy_all(&source, &target, &tables, peppers).await {
            Ok(relocated) => {
                target.batch_execute("COMMIT").await.map_err(lost)?;
                Ok(relocated)
            }
            Err(error) => {
                // A connection that is lost undoes it as well.
                let _ = target.batch_execute("ROLLBACK").await;
                Err(error)
            }
        }
    }
}

/// Copies and checks everything in a transaction that is left open.
async fn copy_all(
    source: &Source,
    target: &Arc<Connection>,
    tables: &[Table],
    peppers: &Peppers,
) -> Result<Relocated, RelocateError> {
    begin(target, tables).await?;
    let mut moved = Vec::new();
    for table in tables {
        let failed = |why| RelocateError::Copy { table: table.name.clone(), why };
        let rows = copy(source, target, table).await.map_err(failed)?;
        moved.push((table.name.clone(), rows));
    }
    for (table, rows) in &moved {
        let copied = count(target, table).await?;
        if copied != *rows {
            return Err(RelocateError::Miscounted { table: table.clone(), found: *rows, copied });
        }
    }
    let chain = Store::new(Inside(target.clone())).check_audit(peppers).await?;
    match chain.broken {
        Some(broken) => Err(RelocateError::Chain(broken)),
        None => Ok(Relocated { tables: moved, chain }),
    }
}

fn lost(error: tokio_postgres::Error) -> RelocateError {
    RelocateError::Store(StoreError::Unreachable(told(&error)))
}

fn unreadable(error: rusqlite::Error) -> RelocateError {
    RelocateError::Source(SqliteError::Database(error.to_string()))
}

fn query_number(source: &Source, sql: &str) -> Result<i64, RelocateError> {
    source
        .query_row(sql, [], |row| row.get::<_, Option<i64>>(0))
        .map(Option::unwrap_or_default)
        .map_err(unreadable)
}

fn read_tables(source: &Source) -> Result<Vec<Table>, RelocateError> {
    let names = sqlite::tables(source).map_err(unreadable)?;
    let read = |name: String| {
        let kind = |kind: &str| match kind {
            "INTEGER" => Type::INT8,
            "BLOB" => Type::BYTEA,
            _ => Type::TEXT,
        };
        let columns = sqlite::columns(source, &name)?;
        let columns = columns.into_iter().map(|(name, told)| (name, kind(&told))).collect();
        let mut after = source.prepare("SELECT \"table\" FROM pragma_foreign_key_list($1)")?;
        let after = after.query_map([&name], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        Ok(Table { name, columns, after })
    };
    names.into_iter().map(read).collect::<rusqlite::Result<_>>().map_err(unreadable)
}

/// Each table after those it refers to.
fn in_order(mut tables: Vec<Table>) -> Vec<Table> {
    let mut ordered: Vec<Table> = Vec::with_capacity(tables.len());
    while !tables.is_empty() {
        let there: BTreeSet<&str> = ordered.iter().map(|table| table.name.as_str()).collect();
        let is_ready = |table: &Table| table.after.iter().all(|name| there.contains(name.as_str()));
        let next = tables.iter().position(is_ready).expect("no two tables of the schema refer to each other");
        ordered.push(tables.remove(next));
    }
    ordered
}

/// Begins, alone, on tables that hold nothing.
async fn begin(target: &Connection, tables: &[Table]) -> Result<(), RelocateError> {
    target.batch_execute("BEGIN").await.map_err(lost)?;
    for Table { name, .. } in tables {
        target.batch_execute(&format!("LOCK TABLE {name}")).await.map_err(lost)?;
        if !BORN_WITH_A_ROW.contains(&name.as_str()) && 0 < count(target, name).await? {
            return Err(RelocateError::NotEmpty(name.clone()));
        }
    }
    for (table, begun) in [("feed", "head"), ("audit_head", "sequence")] {
        let rows =
            target.query_typed(&format!("DELETE FROM {table} RETURNING {begun}"), &[]).await.map_err(lost)?;
        if rows.iter().any(|row| row.get::<_, i64>(0) != 0) {
            return Err(RelocateError::NotEmpty(table.to_owned()));
        }
    }
    Ok(())
}

async fn count(target: &Connection, table: &str) -> Result<i64, RelocateError> {
    let counted = target.query_typed(&format!("SELECT count(*) FROM {table}"), &[]).await.map_err(lost)?;
    Ok(counted.first().map_or(0, |row| row.get(0)))
}

/// Copies a table and returns how many rows the source has.
async fn copy(source: &Source, target: &Connection, table: &Table) -> Result<i64, String> {
    let names: Vec<String> = table.columns.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    let types: Vec<Type> = table.columns.iter().map(|(_, kind)| kind.clone()).collect();
    let (name, names) = (&table.name, names.join(", "));
    let begun = target.copy_in(&format!("COPY {name} ({names}) FROM STDIN (FORMAT binary)")).await;
    let mut writer = pin!(BinaryCopyInWriter::new(begun.map_err(|error| told(&error))?, &types));
    let mut read =
        source.prepare(&format!("SELECT {names} FROM {name}")).map_err(|error| error.to_string())?;
    let mut rows = read.query([]).map_err(|error| error.to_string())?;
    let mut count = 0;
    while let Some(row) = rows.next().map_err(|error| error.to_string())? {
        let values = (0..types.len()).map(|column| {
            let value = row.get_ref(column).map_err(|error| error.to_string())?;
            sqlite::value(value).map_err(|error| error.to_string())
        });
        let values = values.collect::<Result<Vec<Value>, String>>()?;
        let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as _).collect();
        writer.as_mut().write(&values).await.map_err(|error| told(&error))?;
        count += 1;
    }
    writer.as_mut().finish().await.map_err(|error| told(&error))?;
    Ok(count)
}

/// What stands in a transaction that is not committed yet.
struct Inside(Arc<Connection>);

impl Driver for Inside {
    async fn commit(&self, _: Work) -> Result<Committed, StoreError> {
        Err(StoreError::Broken("opened only to be read".to_owned()))
    }

    async fn rows(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Record>, StoreError> {
        let rows = self.0.query_typed(sql, &typed(&params)).await;
        rows.map_err(|error| StoreError::Unreachable(told(&error)))?.iter().map(record).collect()
    }
}
