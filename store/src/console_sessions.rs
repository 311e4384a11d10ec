//! Sessions of the operator console in the store.

use domain::{ConsoleSession, ConsoleStage, Digest, Origin, PasswordHash, SessionId, Timestamp};

use crate::apply::exactly_one;
use crate::driver::{Driver, StoreError, Transaction};
use crate::value::{Record, params};
use crate::{Store, Work};

const INSERT: &str = "
    INSERT INTO console_sessions (id, digest, operator, stage, password, totp, began_with, created_at, seen_at, address,
                                  agent, ended_at, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1)
";

/// A session only ever ends.
const UPDATE: &str = "
    UPDATE console_sessions
       SET ended_at = $2, version = version + 1
     WHERE id = $1
       AND ended_at IS NULL
       AND version = $3
";

const SEEN: &str = "
    UPDATE console_sessions
       SET seen_at = $2
     WHERE id = $1
       AND seen_at < $2
";

const BY_DIGEST: &str = "
    SELECT id, digest, operator, stage, password, totp, began_with, created_at, seen_at, address, agent,
           ended_at, version
      FROM console_sessions
     WHERE digest = $1
";

const BY_ID: &str = "
    SELECT id, digest, operator, stage, password, totp, began_with, created_at, seen_at, address, agent,
           ended_at, version
      FROM console_sessions
     WHERE id = $1
";

const OF_OPERATOR: &str = "
    SELECT id, digest, operator, stage, password, totp, began_with, created_at, seen_at, address, agent,
           ended_at, version
      FROM console_sessions
     WHERE operator = $1
       AND created_at > $2
       AND ended_at IS NULL
     ORDER BY created_at DESC
     LIMIT 100
";

pub(crate) async fn insert<T: Transaction>(tx: &mut T, session: &ConsoleSession) -> Result<(), StoreError> {
    let (stage, password, totp, began_with) = match &session.stage {
        ConsoleStage::Enrolling { password, totp, began_with } => {
            ("enrolling", Some(password.as_str()), Some(totp.clone()), Some(*began_with))
        }
        ConsoleStage::Open => ("open", None, None, None),
    };
    let params = params![
        session.id.as_str(),
        session.digest,
        session.operator.as_str(),
        stage,
        password,
        totp,
        began_with,
        session.created_at,
        session.seen_at,
        session.origin.address.as_str(),
        session.origin.agent.as_str(),
        session.ended_at,
    ];
    exactly_one(tx, INSERT, params).await
}

pub(crate) async fn update<T: Transaction>(tx: &mut T, session: &ConsoleSession) -> Result<(), StoreError> {
    exactly_one(tx, UPDATE, params![session.id.as_str(), session.ended_at, session.version]).await
}

pub(crate) async fn seen<T: Transaction>(
    tx: &mut T,
    session: &SessionId,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.run(SEEN, params![session.as_str(), at]).await
}

fn session(record: &Record) -> Result<ConsoleSession, StoreError> {
    let stage = match record.text(3)? {
        "enrolling" => ConsoleStage::Enrolling {
            password: PasswordHash::from_phc(record.text(4)?.to_owned()),
            totp: record.maybe_blob(5)?.unwrap_or_default().to_vec(),
            began_with: record.digest(6)?,
        },
        "open" => ConsoleStage::Open,
        other => return Err(StoreError::damaged(format!("a console session in stage {other:?}"))),
    };
    Ok(ConsoleSession {
        id: record.parsed(0)?,
        digest: record.digest(1)?,
        operator: record.text(2)?.to_owned(),
        stage,
        created_at: record.moment(7)?,
        seen_at: record.moment(8)?,
        origin: Origin { address: record.text(9)?.to_owned(), agent: record.text(10)?.to_owned() },
        ended_at: record.maybe_moment(11)?,
        version: record.integer(12)?,
    })
}

impl<D: Driver> Store<D> {
    /// The console session with one of a cookie's digests.
    pub async fn console_session_by_digest(
        &self,
        digests: &[Digest],
    ) -> Result<Option<ConsoleSession>, StoreError> {
        self.first_of(BY_DIGEST, digests).await?.as_ref().map(session).transpose()
    }

    /// A console session.
    pub async fn console_session(&self, id: &SessionId) -> Result<Option<ConsoleSession>, StoreError> {
        self.one(BY_ID, params![id.as_str()]).await?.as_ref().map(session).transpose()
    }

    /// An operator's sessions that nobody ended, opened after a moment, the latest first.
    pub async fn console_sessions(
        &self,
        operator: &str,
        after: Timestamp,
    ) -> Result<Vec<ConsoleSession>, StoreError> {
        self.driver.rows(OF_OPERATOR, params![operator, after]).await?.iter().map(session).collect()
    }

    /// Notes that a console session was used.
    pub async fn console_seen(&self, session: &SessionId, at: Timestamp) -> Result<(), StoreError> {
        self.driver.commit(Work::ConsoleSeen(*session, at)).await.map(|_| ())
    }
}
