//! What an error of PostgreSQL means: to the piece of work, to its transaction, and to the connection.

use std::error::Error;

use tokio_postgres::Error as PgError;
use tokio_postgres::error::{Severity, SqlState};

use crate::driver::StoreError;

/// What went wrong, and how far it reaches.
#[derive(Clone, Debug)]
pub(super) enum Trouble {
    /// This piece of work cannot be written; others can.
    Refused(StoreError),
    /// This user may not, or this server cannot.
    Forbidden(String),
    /// The transaction met another one. Nothing of it is written, and it may go better next time.
    Collided,
    /// The disk of the database is full. Nothing of the transaction is written.
    Full,
    /// The connection is of no use any more. What was not being committed is not written.
    Lost(String),
}

impl Trouble {
    pub(super) fn of(error: &PgError) -> Self {
        let Some(db) = error.as_db_error() else { return Trouble::Lost(told(error)) };
        let code = db.code();
        if *code == SqlState::T_R_SERIALIZATION_FAILURE
            || *code == SqlState::T_R_DEADLOCK_DETECTED
            || *code == SqlState::LOCK_NOT_AVAILABLE
            || *code == SqlState::QUERY_CANCELED
        {
            return Trouble::Collided;
        }
        if *code == SqlState::DISK_FULL {
            return Trouble::Full;
        }
        if *code == SqlState::INSUFFICIENT_PRIVILEGE
            || *code == SqlState::FEATURE_NOT_SUPPORTED
            || *code == SqlState::UNDEFINED_FUNCTION
        {
            return Trouble::Forbidden(told(error));
        }
        let class = code.code().get(..2).unwrap_or_default();
        let is_ended = matches!(db.parsed_severity(), Some(Severity::Fatal | Severity::Panic));
        match class {
            // A rule of the schema, or a value that the schema cannot hold.
            "23" | "22" => Trouble::Refused(StoreError::Conflict),
            // 53: too many connections or too little memory. 57, 08: the server goes, or is not up yet. 25: it cannot be written
            // any more, or waited too long for us.
            "53" | "57" | "08" | "25" => Trouble::Lost(told(error)),
            _ if is_ended => Trouble::Lost(told(error)),
            _ => Trouble::Refused(StoreError::Broken(told(error))),
        }
    }

    /// What whoever asked is told when it is not tried again.
    pub(super) fn into_error(self) -> StoreError {
        match self {
            Trouble::Refused(error) => error,
            Trouble::Forbidden(why) => StoreError::Broken(why),
            Trouble::Collided => StoreError::Conflict,
            Trouble::Full => StoreError::Full,
            Trouble::Lost(why) => StoreError::Unreachable(why),
        }
    }
}

/// Whether a commit that was answered with this error is surely undone. Everything but a plain error leaves it open.
pub(super) fn is_surely_undone(error: &PgError) -> bool {
    error.as_db_error().is_some_and(|db| db.parsed_severity() == Some(Severity::Error))
}

/// An error with its causes, in one line. The library's errors name neither values nor passwords.
pub(super) fn told(error: &PgError) -> String {
    if let Some(db) = error.as_db_error() {
        return format!("{} ({})", db.message(), db.code().code());
    }
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        line = format!("{line}: {inner}");
        cause = inner.source();
    }
    line
}
