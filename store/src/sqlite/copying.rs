//! Copying a database whole: from a folder whoever uses it, and into a file that is being filled.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::{FILE, SqliteError, connect, database, embedded};

/// Opens a folder's database to copy it, whoever else uses it.
pub(crate) fn open_to_copy(folder: &Path) -> Result<Connection, SqliteError> {
    let path = folder.join(FILE);
    if !path.exists() {
        let source = std::io::Error::from(std::io::ErrorKind::NotFound);
        return Err(SqliteError::Folder { path, source });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    connect(&path, flags).map_err(database)
}

/// Makes a database with this program's schema in an empty file, and begins to fill it: no row is there that is born with the schema.
pub(crate) fn make(path: &Path) -> Result<Connection, SqliteError> {
    let mut connection = Connection::open(path).map_err(database)?;
    embedded::migrations::runner()
        .run(&mut connection)
        .map_err(|error| SqliteError::Database(error.to_string()))?;
    // References are looked at when everything is there. What is lost with the machine's power is made again.
    let begin = "PRAGMA foreign_keys = off; PRAGMA synchronous = off; BEGIN; DELETE FROM feed; DELETE FROM audit_head";
    connection.execute_batch(begin).map_err(database)?;
    Ok(connection)
}

/// Tables that hold what an installation is made of.
const TABLES: &str = "
    SELECT name
      FROM sqlite_schema
     WHERE type = 'table'
       AND name NOT LIKE 'sqlite_%'
       AND name <> 'refinery_schema_history'
     ORDER BY name
";

/// The tables of a database.
pub(crate) fn tables(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    connection.prepare(TABLES)?.query_map([], |row| row.get(0))?.collect()
}

/// The columns of a table, with their types.
pub(crate) fn columns(connection: &Connection, table: &str) -> rusqlite::Result<Vec<(String, String)>> {
    let mut columns = connection.prepare("SELECT name, type FROM pragma_table_info($1) ORDER BY cid")?;
    columns.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}
