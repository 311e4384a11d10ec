//! A backup of the database on PostgreSQL: every table as of one moment into a SQLite file of the same schema.

use std::path::Path;

use rusqlite::Connection as Target;

use super::connect::Connection;
use super::failure::told;
use super::schema::{Schema, newest};
use super::value::record;
use super::{Postgres, PostgresError};
use crate::backup::BackupError;
use crate::sqlite;

/// One moment for all tables, whoever writes meanwhile.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
/// Rows that are fetched at a time.
const FETCH: &str = "FETCH 5000 FROM rows";

impl Postgres {
    /// Copies this database into a file that is empty.
    pub async fn back_up(&self, file: &Path) -> Result<(), BackupError> {
        match self.schema().await? {
            Schema::Right => {}
            Schema::Missing => return Err(PostgresError::NoSchema.into()),
            Schema::Older(found) | Schema::Later(found) | Schema::TooNew(found) => {
                return Err(BackupError::OtherSchema { found, newest: newest() });
            }
        }
        let target = sqlite::make(file)?;
        let source = self.dedicated().await?;
        source.batch_execute(BEGIN).await.map_err(lost)?;
        for table in sqlite::tables(&target).map_err(|error| damaged("the schema", &error))? {
            let copied = copy(&source, &target, &table).await?;
            let found = source.query_typed(&format!("SELECT count(*) FROM {table}"), &[]).await;
            let found = found.map_err(lost)?.first().map_or(0, |row| row.get::<_, i64>(0));
            if found != copied {
                return Err(BackupError::Miscounted { table, found, copied });
            }
        }
        source.batch_execute("COMMIT").await.map_err(lost)?;
        target.execute_batch("COMMIT").map_err(|error| damaged("the file", &error))
    }
}

fn lost(error: tokio_postgres::Error) -> BackupError {
    BackupError::Postgres(PostgresError::Unreachable(told(&error)))
}

fn damaged(table: &str, error: &rusqlite::Error) -> BackupError {
    BackupError::Copy { table: table.to_owned(), why: error.to_string() }
}

/// Copies a table and returns how many rows it has.
async fn copy(source: &Connection, target: &Target, table: &str) -> Result<i64, BackupError> {
    let wrong = |error: rusqlite::Error| damaged(table, &error);
    let columns = sqlite::columns(target, table).map_err(wrong)?;
    let names: Vec<String> = columns.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    let places: Vec<String> = (1..=names.len()).map(|number| format!("?{number}")).collect();
    let (names, places) = (names.join(", "), places.join(", "));
    let mut insert =
        target.prepare(&format!("INSERT INTO {table} ({names}) VALUES ({places})")).map_err(wrong)?;
    source
        .batch_execute(&format!("DECLARE rows NO SCROLL CURSOR FOR SELECT {names} FROM {table}"))
        .await
        .map_err(lost)?;
    let mut copied = 0;
    loop {
        let rows = source.query_typed(FETCH, &[]).await.map_err(lost)?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            let record = record(row)?;
            insert.execute(rusqlite::params_from_iter(&record.0)).map_err(wrong)?;
            copied += 1;
        }
    }
    source.batch_execute("CLOSE rows").await.map_err(lost)?;
    Ok(copied)
}
