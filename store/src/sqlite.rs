//! The embedded database: SQLite in WAL mode, `synchronous=FULL`, one writer with group commit.
//!
//! All writes go through one thread. It takes whatever work is waiting, applies each piece behind its own savepoint, commits
//! once, and only then answers; so one fsync serves many callers and a piece that fails undoes only itself. After an
//! error of the disk nothing is acknowledged any more: the driver reports itself broken and the process must stop.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions, TryLockError};
use std::future::Future;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::task::{Context, Poll, Waker};
use std::thread::JoinHandle;

use compact_str::CompactString;
use parking_lot::Mutex;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql};
use tokio::sync::{oneshot, watch};

pub(crate) use self::copying::{columns, make, open_to_copy, tables};
use crate::apply::{Committed, Work, apply};
use crate::driver::{Driver, StoreError, Transaction};
use crate::value::{Record, Value};

mod copying;
mod embedded {
    refinery::embed_migrations!("migrations/sqlite");
}

/// The database's file in the data folder.
const FILE: &str = "keystead.db";
/// The file whose lock says that a process uses the folder.
const LOCK: &str = "keystead.lock";
/// Pieces of work behind one commit, at most.
const GROUP_MAX: usize = 256;
/// Older versions can damage a WAL database when a checkpoint races a reset. TM-36
const VERSION_MIN: i32 = 3_051_003;

/// Why the embedded database cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum SqliteError {
    /// Another process has the folder.
    #[error("another Keystead process is using {0}; stop it first, or give this one its own --data-dir")]
    InUse(PathBuf),
    /// The folder's files cannot be used.
    #[error("cannot use {path}: {source}")]
    Folder {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The linked SQLite is too old to be trusted with WAL.
    #[error("SQLite {0} is too old: 3.51.3 or later is needed")]
    TooOld(&'static str),
    /// SQLite or a migration failed.
    #[error("the database in the data folder cannot be opened: {0}")]
    Database(String),
}

/// The embedded database of one data folder.
#[derive(Debug)]
pub struct Sqlite {
    path: PathBuf,
    readers: Mutex<Vec<Connection>>,
    /// `None` for a database opened only to be read.
    writer: Option<Sender<Job>>,
    writing: Option<JoinHandle<()>>,
    broken: watch::Receiver<Option<String>>,
    _lock: Option<File>,
}

struct Job {
    work: Work,
    answer: oneshot::Sender<Result<Committed, StoreError>>,
}

impl Sqlite {
    /// Opens a folder's database for this process alone, making or migrating it as needed.
    pub fn open(folder: &Path) -> Result<Self, SqliteError> {
        if rusqlite::version_number() < VERSION_MIN {
            return Err(SqliteError::TooOld(rusqlite::version()));
        }
        let lock = lock(folder)?;
        let path = folder.join(FILE);
        make_private(&path).map_err(|source| SqliteError::Folder { path: path.clone(), source })?;
        let mut connection = connect(&path, OpenFlags::default()).map_err(database)?;
        embedded::migrations::runner()
            .run(&mut connection)
            .map_err(|error| SqliteError::Database(error.to_string()))?;
        let (writer, jobs) = channel();
        let (breaks, broken) = watch::channel(None);
        let writing = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || write_loop(connection, &jobs, &breaks))
            .map_err(|source| SqliteError::Folder { path: path.clone(), source })?;
        Ok(Self {
            path,
            readers: Mutex::default(),
            writer: Some(writer),
            writing: Some(writing),
            broken,
            _lock: Some(lock),
        })
    }

    /// Opens a folder's database to read it, whether or not a server is using it.
    pub fn open_read_only(folder: &Path) -> Result<Self, SqliteError> {
        Self::open_file(&folder.join(FILE))
    }

    /// Opens a database to read it, wherever it is.
    pub fn open_file(path: &Path) -> Result<Self, SqliteError> {
        let path = path.to_owned();
        if !path.exists() {
            let source = std::io::Error::from(std::io::ErrorKind::NotFound);
            return Err(SqliteError::Folder { path, source });
        }
        let connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX);
        let readers = Mutex::new(vec![connection.map_err(database)?]);
        let (_, broken) = watch::channel(None);
        Ok(Self { path, readers, writer: None, writing: None, broken, _lock: None })
    }

    /// Tells when the database cannot be trusted any more, and why. The process must stop then.
    pub fn broken(&self) -> watch::Receiver<Option<String>> {
        self.broken.clone()
    }

    /// SQLite's own check of the file: `None` if it is whole.
    pub fn integrity(&self) -> Result<Option<String>, StoreError> {
        let connection = self.reader()?;
        let verdict: String = connection
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .map_err(|error| failure(&error))?;
        self.readers.lock().push(connection);
        Ok((verdict != "ok").then_some(verdict))
    }

    fn reader(&self) -> Result<Connection, StoreError> {
        if let Some(connection) = self.readers.lock().pop() {
            return Ok(connection);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        connect(&self.path, flags).map_err(|error| failure(&error))
    }
}

impl Drop for Sqlite {
    /// Waits until what was asked for is written and the file is closed; only then the folder is free for another process.
    fn drop(&mut self) {
        self.readers.lock().clear();
        self.writer = None;
        if let Some(writing) = self.writing.take() {
            // A writer that panicked has said so already; there is nobody left here to tell.
            let _ = writing.join();
        }
    }
}

impl Driver for Sqlite {
    async fn commit(&self, work: Work) -> Result<Committed, StoreError> {
        let (answer, answered) = oneshot::channel();
        let stopped = || StoreError::Broken("the writer has stopped".to_owned());
        let writer =
            self.writer.as_ref().ok_or_else(|| StoreError::Broken("opened only to be read".to_owned()))?;
        writer.send(Job { work, answer }).map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }

    /// Answers at once: a read of the embedded database takes microseconds and waits for no writer.
    fn rows(
        &self,
        sql: &'static str,
        params: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<Record>, StoreError>> + Send {
        let answer = self.reader().and_then(|connection| {
            let answer = query(&connection, sql, &params);
            self.readers.lock().push(connection);
            answer
        });
        std::future::ready(answer)
    }
}

/// Opens a folder's database to read it, and keeps every other process from it meanwhile.
pub(crate) fn open_alone(folder: &Path) -> Result<(File, Connection), SqliteError> {
    let path = folder.join(FILE);
    if !path.exists() {
        let source = std::io::Error::from(std::io::ErrorKind::NotFound);
        return Err(SqliteError::Folder { path, source });
    }
    let lock = lock(folder)?;
    let connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX);
    Ok((lock, connection.map_err(database)?))
}

/// The numbers and names of the schema's steps.
#[cfg(test)]
pub(crate) fn steps() -> Vec<(i32, String)> {
    let steps = embedded::migrations::runner();
    steps.get_migrations().iter().map(|step| (step.version(), step.name().to_owned())).collect()
}

/// Makes the database's file so that its owner alone can read it, if it is not there; SQLite gives what it makes beside it the same
/// mode. One that is there is not opened: closing it again would take away the locks of whoever reads it in this process.
fn make_private(path: &Path) -> std::io::Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        made => made.map(drop),
    }
}

fn lock(folder: &Path) -> Result<File, SqliteError> {
    let path = folder.join(LOCK);
    let opened = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path);
    let file = opened.map_err(|source| SqliteError::Folder { path: path.clone(), source })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(SqliteError::InUse(folder.to_owned())),
        Err(TryLockError::Error(source)) => Err(SqliteError::Folder { path, source }),
    }
}

fn connect(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, flags)?;
    connection.set_prepared_statement_cache_capacity(128);
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.pragma_update(None, "journal_mode", "wal").or_else(|error| match flags {
        // A reader finds the mode as it is.
        flags if flags.contains(OpenFlags::SQLITE_OPEN_READ_ONLY) => Ok(()),
        _ => Err(error),
    })?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", "on")?;
    connection.pragma_update(None, "trusted_schema", "off")?;
    Ok(connection)
}

fn write_loop(connection: Connection, jobs: &Receiver<Job>, breaks: &watch::Sender<Option<String>>) {
    let mut waiting = VecDeque::new();
    while let Ok(first) = jobs.recv() {
        waiting.push_back(first);
        waiting.extend(jobs.try_iter().take(GROUP_MAX - 1));
        if let Err(reason) = write_group(&connection, &mut waiting) {
            // Nothing is acknowledged after this: whoever waits or asks later is told that the store is broken.
            breaks.send_replace(Some(reason));
            return;
        }
    }
}

/// Applies what is waiting, commits once, then answers. An error means that the database cannot be trusted.
fn write_group(connection: &Connection, waiting: &mut VecDeque<Job>) -> Result<(), String> {
    let mut answers = Vec::with_capacity(waiting.len());
    let outcome = batch(connection, "BEGIN IMMEDIATE").and_then(|()| {
        while let Some(job) = waiting.pop_front() {
            let outcome = one_piece(connection, &job.work);
            let fatal = matches!(outcome, Err(StoreError::Broken(_)));
            let full = matches!(outcome, Err(StoreError::Full));
            answers.push((job.answer, outcome));
            if fatal {
                return Err(StoreError::Broken("a write failed".to_owned()));
            }
            if full {
                // SQLite may have rolled everything back by itself; nobody in this group may believe otherwise.
                return Err(StoreError::Full);
            }
        }
        batch(connection, "COMMIT")
    });
    match outcome {
        Ok(()) => {
            for (answer, outcome) in answers {
                // Whoever asked may have gone away; the work is done all the same.
                let _ = answer.send(outcome);
            }
            Ok(())
        }
        Err(StoreError::Full) => {
            let undone = if connection.is_autocommit() { Ok(()) } else { batch(connection, "ROLLBACK") };
            for (answer, _) in answers {
                let _ = answer.send(Err(StoreError::Full));
            }
            waiting.drain(..).for_each(|job| drop(job.answer.send(Err(StoreError::Full))));
            undone.map_err(|error| error.to_string())
        }
        Err(error) => {
            let reason = error.to_string();
            for (answer, _) in answers {
                let _ = answer.send(Err(StoreError::Broken(reason.clone())));
            }
            Err(reason)
        }
    }
}

fn one_piece(connection: &Connection, work: &Work) -> Result<Committed, StoreError> {
    batch(connection, "SAVEPOINT piece")?;
    let outcome = at_once(apply(&mut Open(connection), work));
    match outcome {
        Ok(applied) => batch(connection, "RELEASE piece").map(|()| applied.committed()),
        Err(error @ (StoreError::Full | StoreError::Broken(_))) => Err(error),
        Err(error) => {
            batch(connection, "ROLLBACK TO piece; RELEASE piece")?;
            Err(error)
        }
    }
}

/// Finishes a future that never waits: an open SQLite transaction answers at once.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("statements on an open SQLite transaction answer at once"),
    }
}

/// A transaction that has begun on the writer's connection.
struct Open<'a>(&'a Connection);

impl Transaction for Open<'_> {
    async fn execute(&mut self, sql: &'static str, params: Vec<Value>) -> Result<u64, StoreError> {
        let mut statement = self.0.prepare_cached(&numbered(sql)).map_err(|error| failure(&error))?;
        let touched =
            statement.execute(rusqlite::params_from_iter(&params)).map_err(|error| failure(&error))?;
        Ok(touched as u64)
    }

    async fn rows(&mut self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Record>, StoreError> {
        query(self.0, sql, &params)
    }
}

fn query(connection: &Connection, sql: &str, params: &[Value]) -> Result<Vec<Record>, StoreError> {
    let mut statement = connection.prepare_cached(&numbered(sql)).map_err(|error| failure(&error))?;
    let columns = statement.column_count();
    let mut rows = statement.query(rusqlite::params_from_iter(params)).map_err(|error| failure(&error))?;
    let mut records = Vec::new();
    while let Some(row) = rows.next().map_err(|error| failure(&error))? {
        let values: Result<Vec<Value>, StoreError> = (0..columns)
            .map(|column| row.get_ref(column).map_err(|error| failure(&error)).and_then(value))
            .collect();
        records.push(Record(values?));
    }
    Ok(records)
}

/// To SQLite `$1` is a name, numbered in the order of appearance; `?1` is the first parameter wherever it stands.
fn numbered(sql: &str) -> String {
    sql.replace('$', "?")
}

pub(crate) fn value(found: ValueRef<'_>) -> Result<Value, StoreError> {
    Ok(match found {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(integer) => Value::Integer(integer),
        ValueRef::Real(_) => return Err(StoreError::damaged("a fraction where none is kept")),
        ValueRef::Text(bytes) => Value::Text(
            CompactString::from_utf8(bytes).map_err(|_| StoreError::damaged("text that is not UTF-8"))?,
        ),
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
    })
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Integer(integer) => ValueRef::Integer(*integer),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn batch(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    connection.execute_batch(sql).map_err(|error| failure(&error))
}

/// What an error of SQLite means to the caller.
fn failure(error: &rusqlite::Error) -> StoreError {
    match error {
        rusqlite::Error::SqliteFailure(code, _) => match code.code {
            ErrorCode::ConstraintViolation => StoreError::Conflict,
            ErrorCode::DiskFull => StoreError::Full,
            _ => StoreError::Broken(error.to_string()),
        },
        _ => StoreError::Broken(error.to_string()),
    }
}

fn database(error: rusqlite::Error) -> SqliteError {
    SqliteError::Database(error.to_string())
}

#[cfg(feature = "simulation")]
pub(crate) mod memory;
#[cfg(test)]
mod tests;
