//! Challenges in the store.

use domain::{Challenge, ChallengeState, Mobile, Purpose, SessionId, Timestamp, Way};

use crate::Store;
use crate::apply::exactly_one;
use crate::driver::{Driver, StoreError, Transaction};
use crate::value::{Record, params};

const INSERT: &str = "
    INSERT INTO challenges (id, session, \"user\", purpose, way, sent_to, sealed, digest, asked_at, expires_at, tries,
                            state, until, version)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1)
";

/// Of any number of simultaneous answers based on the same version only one is written, so each try is counted
/// before its outcome is told.
const UPDATE: &str = "
    UPDATE challenges
       SET digest = $2, asked_at = $3, expires_at = $4, tries = $5, state = $6, until = $7, version = version + 1
     WHERE id = $1
       AND version = $8
       AND state <> 'spent'
";

const LATEST: &str = "
    SELECT id, session, \"user\", purpose, way, sent_to, sealed, digest, asked_at, expires_at, tries, state, until,
           version
      FROM challenges
     WHERE session = $1
       AND purpose = $2
     ORDER BY asked_at DESC, id DESC
     LIMIT 1
";

fn state_columns(state: &ChallengeState) -> (&'static str, Option<Timestamp>) {
    match state {
        ChallengeState::Asked => ("asked", None),
        ChallengeState::Answered { until } => ("answered", Some(*until)),
        ChallengeState::Spent => ("spent", None),
    }
}

fn way_columns(way: &Way) -> (&'static str, Option<Vec<u8>>) {
    match way {
        Way::Sms(_) => ("sms", None),
        Way::NewNumber(_) => ("new_number", None),
        Way::Email(_) => ("email", None),
        Way::App => ("app", None),
        Way::NewApp { sealed } => ("new_app", Some(sealed.clone())),
    }
}

fn way(record: &Record) -> Result<Way, StoreError> {
    let number = || record.text(5).map(|number| Mobile::from_stored(number.to_owned()));
    Ok(match record.text(4)? {
        "sms" => Way::Sms(number()?),
        "new_number" => Way::NewNumber(number()?),
        "email" => Way::Email(record.text(5)?.to_owned()),
        "app" => Way::App,
        "new_app" => Way::NewApp { sealed: record.maybe_blob(6)?.unwrap_or_default().to_vec() },
        other => return Err(StoreError::damaged(format!("a challenge answered by {other:?}"))),
    })
}

pub(crate) async fn insert<T: Transaction>(tx: &mut T, challenge: &Challenge) -> Result<(), StoreError> {
    let (state, until) = state_columns(&challenge.state);
    let (way, sealed) = way_columns(&challenge.way);
    let params = params![
        challenge.id.as_str(),
        challenge.session.as_str(),
        challenge.user.as_str(),
        challenge.purpose.to_string(),
        way,
        challenge.way.recipient().map(|to| to.as_str().to_owned()),
        sealed,
        challenge.digest,
        challenge.asked_at,
        challenge.expires_at,
        i64::from(challenge.tries),
        state,
        until,
    ];
    exactly_one(tx, INSERT, params).await
}

pub(crate) async fn update<T: Transaction>(tx: &mut T, challenge: &Challenge) -> Result<(), StoreError> {
    let (state, until) = state_columns(&challenge.state);
    let params = params![
        challenge.id.as_str(),
        challenge.digest,
        challenge.asked_at,
        challenge.expires_at,
        i64::from(challenge.tries),
        state,
        until,
        challenge.version,
    ];
    exactly_one(tx, UPDATE, params).await
}

fn challenge(record: &Record) -> Result<Challenge, StoreError> {
    let state = match record.text(11)? {
        "asked" => ChallengeState::Asked,
        "answered" => ChallengeState::Answered { until: record.moment(12)? },
        "spent" => ChallengeState::Spent,
        other => return Err(StoreError::damaged(format!("a challenge in state {other:?}"))),
    };
    let purpose = record.text(3)?;
    Ok(Challenge {
        id: record.parsed(0)?,
        session: record.parsed(1)?,
        user: record.parsed(2)?,
        purpose: Purpose::parse(purpose)
            .ok_or_else(|| StoreError::damaged(format!("the purpose {purpose:?}")))?,
        way: way(record)?,
        digest: record.maybe_digest(7)?,
        asked_at: record.moment(8)?,
        expires_at: record.moment(9)?,
        tries: u32::try_from(record.integer(10)?)
            .map_err(|_| StoreError::damaged("tries are out of range"))?,
        state,
        version: record.integer(13)?,
    })
}

impl<D: Driver> Store<D> {
    /// The latest challenge of a session for a purpose.
    pub async fn challenge(
        &self,
        session: &SessionId,
        purpose: &Purpose,
    ) -> Result<Option<Challenge>, StoreError> {
        let found = self.one(LATEST, params![session.as_str(), purpose.to_string()]).await?;
        found.as_ref().map(challenge).transpose()
    }
}
