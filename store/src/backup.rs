//! Backups: a whole installation's database as one SQLite file, whichever engine it is on. Consistent, taken beside a running server, and
//! looked through before it is called one. The pepper is never in it.

use std::path::Path;

use domain::{Incarnation, Peppers, Timestamp};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};

use crate::sqlite::{self, Sqlite, SqliteError};
use crate::{ChainReport, PepperMisfit, PostgresError, Store, StoreError};

/// What says when a backup was taken.
const TAKEN_AT: &str = "
    INSERT INTO meta (name, value)
    VALUES ('backup_taken_at', $1)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value
";

const READ_TAKEN_AT: &str = "
    SELECT value
      FROM meta
     WHERE name = 'backup_taken_at'
";

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The embedded database, or the file, cannot be used.
    #[error(transparent)]
    Sqlite(#[from] SqliteError),
    /// The database on PostgreSQL cannot be used.
    #[error(transparent)]
    Postgres(#[from] PostgresError),
    /// The database failed, or holds what it must not.
    #[error("the database cannot be read: {0}")]
    Store(#[from] StoreError),
    /// The schema is not this program's.
    #[error(
        "the schema is number {found}, and this version's is number {newest}; use the program of that version, or migrate first"
    )]
    OtherSchema {
        /// What it has.
        found: i64,
        /// What this program has.
        newest: i64,
    },
    /// A table could not be copied.
    #[error("the table {table} could not be copied: {why}")]
    Copy {
        /// Which.
        table: String,
        /// Why not.
        why: String,
    },
    /// A table has another number of rows than its source.
    #[error("the table {table} has {copied} rows in the file, but {found} in the database")]
    Miscounted {
        /// Which.
        table: String,
        /// What the source has.
        found: i64,
        /// What the file has.
        copied: i64,
    },
    /// The file is not whole.
    #[error("the file is not whole: {0}")]
    Damaged(String),
    /// The pepper cannot tell whether the audit chain holds.
    #[error("{0}; put back the pepper file that belongs to it")]
    Pepper(#[from] PepperMisfit),
    /// The audit chain does not hold.
    #[error("the audit chain does not hold: {0}")]
    Chain(String),
}

fn database(error: rusqlite::Error) -> BackupError {
    BackupError::Sqlite(SqliteError::Database(error.to_string()))
}

/// What a backup says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// The life of the database.
    pub incarnation: Incarnation,
    /// The last change of a key that is in it.
    pub position: i64,
    /// When it was taken.
    pub taken_at: Option<Timestamp>,
    /// The number of its schema.
    pub schema: i64,
    /// Each table with its rows.
    pub tables: Vec<(String, i64)>,
    /// The audit chain; `None` where there was no pepper to check it with.
    pub chain: Option<ChainReport>,
}

/// Copies the embedded database of a folder into a file that is empty, whoever writes to it meanwhile.
pub fn copy_embedded(folder: &Path, file: &Path) -> Result<(), BackupError> {
    let source = sqlite::open_to_copy(folder)?;
    let file = file.to_str().ok_or_else(|| BackupError::Damaged("its name is not Unicode".to_owned()))?;
    source.execute("VACUUM INTO ?1", [file]).map_err(database)?;
    Ok(())
}

/// Writes into a file when it was taken.
pub fn stamp(file: &Path, at: Timestamp) -> Result<(), BackupError> {
    let connection =
        Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(database)?;
    let written = connection.execute(&TAKEN_AT.replace('$', "?"), [at.as_millis().to_be_bytes().to_vec()]);
    written.map(drop).map_err(database)
}

/// Looks a backup through: SQLite's own check, references between tables, and with a pepper the audit chain.
pub async fn check_backup(file: &Path, peppers: Option<&Peppers>) -> Result<Backup, BackupError> {
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(database)?;
    let verdict: String = connection
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(|error| BackupError::Damaged(error.to_string()))?;
    if verdict != "ok" {
        return Err(BackupError::Damaged(verdict));
    }
    let astray = connection.prepare("PRAGMA foreign_key_check").and_then(|mut found| found.exists([]));
    if astray.map_err(database)? {
        return Err(BackupError::Damaged("a row refers to one that is not there".to_owned()));
    }
    // What a schema of ours has is tables and their indexes: anything else would do things of its own when it is written to.
    let foreign = connection
        .query_row("SELECT name FROM sqlite_schema WHERE type NOT IN ('table', 'index')", [], |row| {
            row.get::<_, String>(0)
        })
        .optional();
    if let Some(name) = foreign.map_err(database)? {
        return Err(BackupError::Damaged(format!("{name} in it is none of Keystead's own")));
    }
    let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(database);
    let schema = number("SELECT max(version) FROM refinery_schema_history")?;
    let newest = crate::newest_schema();
    if newest < schema {
        return Err(BackupError::OtherSchema { found: schema, newest });
    }
    let mut tables = Vec::new();
    for name in sqlite::tables(&connection).map_err(database)? {
        let rows = number(&format!("SELECT count(*) FROM {name}"))?;
        tables.push((name, rows));
    }
    let (position, incarnation) = if schema < 13 {
        // Before there were any.
        (number("SELECT head FROM feed")?, [0; 16])
    } else {
        connection
            .query_row("SELECT head, incarnation FROM feed", [], |row| Ok((row.get(0)?, row.get(1)?)))
            .map_err(database)?
    };
    let taken_at = connection.query_row(READ_TAKEN_AT, [], |row| row.get::<_, Vec<u8>>(0)).ok();
    let taken_at = taken_at.and_then(|bytes| bytes.try_into().ok()).map(i64::from_be_bytes);
    drop(connection);
    let chain = match peppers {
        None => None,
        Some(peppers) => {
            let chain = Store::new(Sqlite::open_file(file)?).audit_verdict(peppers).await??;
            if let Some(broken) = chain.broken {
                return Err(BackupError::Chain(broken));
            }
            Some(chain)
        }
    };
    let (incarnation, taken_at) =
        (Incarnation::from_bytes(incarnation), taken_at.map(Timestamp::from_millis));
    Ok(Backup { incarnation, position, taken_at, schema, tables, chain })
}
