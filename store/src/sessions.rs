//! Sessions in the store.

use domain::{Account, Digest, Member, Origin, Session, SessionId, Stage, Timestamp, User, UserId};

use crate::accounts::brand;
use crate::apply::exactly_one;
use crate::driver::{Driver, StoreError, Transaction};
use crate::value::{Record, params};
use crate::{Store, Work};

const INSERT: &str = "
    INSERT INTO sessions (id, digest, \"user\", org, country, account, stage, otp_at, created_at, seen_at, address, agent,
                          ended_at, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1)
";

const UPDATE: &str = "
    UPDATE sessions
       SET digest = $2, account = $3, stage = $4, otp_at = $5, seen_at = $6, ended_at = $7, version = version + 1
     WHERE id = $1
       AND ended_at IS NULL
       AND version = $8
";

const SEEN: &str = "
    UPDATE sessions
       SET seen_at = $2
     WHERE id = $1
       AND seen_at < $2
";

const BY_DIGEST: &str = "
    SELECT id, digest, \"user\", org, country, account, stage, otp_at, created_at, seen_at, address, agent, ended_at, version
      FROM sessions
     WHERE digest = $1
";

const BY_ID: &str = "
    SELECT id, digest, \"user\", org, country, account, stage, otp_at, created_at, seen_at, address, agent, ended_at, version
      FROM sessions
     WHERE id = $1
";

const OF_USER: &str = "
    SELECT id, digest, \"user\", org, country, account, stage, otp_at, created_at, seen_at, address, agent, ended_at, version
      FROM sessions
     WHERE \"user\" = $1
       AND ended_at IS NULL
       AND created_at > $2
     ORDER BY seen_at DESC, id
";

/// Everything a request through a session needs to know, read for that request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberView {
    /// The session.
    pub session: Session,
    /// Whose it is.
    pub user: User,
    /// What they are in the account it looks at.
    pub member: Member,
    /// That account.
    pub account: Account,
}

fn stage_columns(stage: &Stage) -> (&'static str, Option<Timestamp>) {
    match stage {
        Stage::AwaitingCode => ("awaiting_code", None),
        Stage::Open { otp_at } => ("open", *otp_at),
    }
}

pub(crate) async fn insert<T: Transaction>(tx: &mut T, session: &Session) -> Result<(), StoreError> {
    let (stage, otp_at) = stage_columns(&session.stage);
    let params = params![
        session.id.as_str(),
        session.digest,
        session.user.as_str(),
        session.brand.org(),
        session.brand.country(),
        session.account.as_str(),
        stage,
        otp_at,
        session.created_at,
        session.seen_at,
        session.origin.address.as_str(),
        session.origin.agent.as_str(),
        session.ended_at,
    ];
    exactly_one(tx, INSERT, params).await
}

pub(crate) async fn update<T: Transaction>(tx: &mut T, session: &Session) -> Result<(), StoreError> {
    let (stage, otp_at) = stage_columns(&session.stage);
    let params = params![
        session.id.as_str(),
        session.digest,
        session.account.as_str(),
        stage,
        otp_at,
        session.seen_at,
        session.ended_at,
        session.version,
    ];
    exactly_one(tx, UPDATE, params).await
}

pub(crate) async fn seen<T: Transaction>(
    tx: &mut T,
    session: &SessionId,
    at: Timestamp,
) -> Result<(), StoreError> {
    tx.run(SEEN, params![session.as_str(), at]).await
}

fn session(record: &Record) -> Result<Session, StoreError> {
    let stage = match record.text(6)? {
        "awaiting_code" => Stage::AwaitingCode,
        "open" => Stage::Open { otp_at: record.maybe_moment(7)? },
        other => return Err(StoreError::damaged(format!("a session in stage {other:?}"))),
    };
    Ok(Session {
        id: record.parsed(0)?,
        digest: record.digest(1)?,
        user: record.parsed(2)?,
        brand: brand(record, 3)?,
        account: record.parsed(5)?,
        stage,
        created_at: record.moment(8)?,
        seen_at: record.moment(9)?,
        origin: Origin { address: record.text(10)?.to_owned(), agent: record.text(11)?.to_owned() },
        ended_at: record.maybe_moment(12)?,
        version: record.integer(13)?,
    })
}

impl<D: Driver> Store<D> {
    /// The session with one of a cookie's digests.
    pub async fn session_by_digest(&self, digests: &[Digest]) -> Result<Option<Session>, StoreError> {
        self.first_of(BY_DIGEST, digests).await?.as_ref().map(session).transpose()
    }

    /// A session.
    pub async fn session(&self, id: &SessionId) -> Result<Option<Session>, StoreError> {
        self.one(BY_ID, params![id.as_str()]).await?.as_ref().map(session).transpose()
    }

    /// A user's sessions that nobody ended, opened after a moment, last used first.
    pub async fn sessions(&self, user: &UserId, after: Timestamp) -> Result<Vec<Session>, StoreError> {
        self.driver.rows(OF_USER, params![user.as_str(), after]).await?.iter().map(session).collect()
    }

    /// A session with its user, member and account; `None` if any of them is gone.
    pub async fn member_view(&self, session: Session) -> Result<Option<MemberView>, StoreError> {
        let user = self.user(&session.user).await?;
        let member = self.member(&session.account, &session.user).await?;
        let account = self.account(&session.account).await?;
        Ok(match (user, member, account) {
            (Some(user), Some(member), Some(account)) => Some(MemberView { session, user, member, account }),
            _ => None,
        })
    }

    /// Notes that a session was used.
    pub async fn seen(&self, session: &SessionId, at: Timestamp) -> Result<(), StoreError> {
        self.driver.commit(Work::Seen(*session, at)).await.map(|_| ())
    }
}
