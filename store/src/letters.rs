//! Letters in the store: owed until sent or given up.

use domain::{Letter, LetterId, LetterKind, Mobile, Purpose, Recipient, Timestamp};

use crate::accounts::brand;
use crate::apply::exactly_one;
use crate::driver::{Driver, StoreError, Transaction};
use crate::value::{Record, params};
use crate::{Store, Work};

const INSERT: &str = "
    INSERT INTO letters (id, org, country, channel, recipient, kind, purpose, sealed, key_id, old_key_id, mode, moment,
                         words, created_at, tries, next_try_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, $14)
";

const DUE: &str = "
    SELECT id, org, country, channel, recipient, kind, purpose, sealed, key_id, old_key_id, mode, moment, words,
           created_at, tries
      FROM letters
     WHERE next_try_at <= $1
     ORDER BY next_try_at, id
     LIMIT $2
";

const NEXT_DUE: &str = "
    SELECT min(next_try_at)
      FROM letters
     WHERE next_try_at IS NOT NULL
";

/// A letter that was sent or given up no longer needs its code.
const SENT: &str = "
    UPDATE letters
       SET tries = tries + 1, next_try_at = NULL, sent_at = $2, sealed = NULL, failure = NULL
     WHERE id = $1
       AND next_try_at IS NOT NULL
";

const TRY_AGAIN: &str = "
    UPDATE letters
       SET tries = tries + 1, next_try_at = $2, failure = $3
     WHERE id = $1
       AND next_try_at IS NOT NULL
";

/// Codes to a number that no provider took so far, written at a moment or later.
const STUCK: &str = "
    SELECT count(*)
      FROM letters
     WHERE recipient = $1
       AND failure IS NOT NULL
       AND kind = 'code'
       AND created_at >= $2
";

const GIVE_UP: &str = "
    UPDATE letters
       SET tries = tries + 1, next_try_at = NULL, sealed = NULL, failure = $2
     WHERE id = $1
       AND next_try_at IS NOT NULL
";

/// A letter that is due, and how often it was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueLetter {
    /// The letter.
    pub letter: Letter,
    /// Tries so far.
    pub tries: u32,
}

/// What became of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LetterFate {
    /// A provider took it.
    Sent {
        /// When.
        at: Timestamp,
    },
    /// It shall be tried again.
    TryAgain {
        /// When.
        at: Timestamp,
        /// Why it did not go out.
        failure: String,
    },
    /// It will not be tried again: refused for good, or worthless by now.
    GivenUp {
        /// Why.
        failure: String,
    },
}

/// A kind's facts, flattened into columns.
#[derive(Default)]
struct Facts<'a> {
    kind: &'static str,
    purpose: Option<String>,
    sealed: Option<Vec<u8>>,
    key_id: Option<&'a str>,
    old_key_id: Option<&'a str>,
    mode: Option<&'static str>,
    moment: Option<Timestamp>,
    words: Option<&'a str>,
}

fn facts(kind: &LetterKind) -> Facts<'_> {
    match kind {
        LetterKind::Code { purpose, sealed, expires_at } => Facts {
            kind: "code",
            purpose: Some(purpose.to_string()),
            sealed: Some(sealed.clone()),
            moment: Some(*expires_at),
            ..Facts::default()
        },
        LetterKind::AccountOpened { account } => {
            Facts { kind: "account_opened", words: Some(account), ..Facts::default() }
        }
        LetterKind::KeyGenerated { key_id, mode } => Facts {
            kind: "key_generated",
            key_id: Some(key_id.as_str()),
            mode: Some(mode.as_str()),
            ..Facts::default()
        },
        LetterKind::KeyRegenerated { key_id, old, mode, old_until } => Facts {
            kind: "key_regenerated",
            key_id: Some(key_id.as_str()),
            old_key_id: Some(old.as_str()),
            mode: Some(mode.as_str()),
            moment: *old_until,
            ..Facts::default()
        },
        LetterKind::KeyDeactivated { key_id, mode } => Facts {
            kind: "key_deactivated",
            key_id: Some(key_id.as_str()),
            mode: Some(mode.as_str()),
            ..Facts::default()
        },
        LetterKind::MemberLocked => Facts { kind: "member_locked", ..Facts::default() },
        LetterKind::MobileChanged { number } => {
            Facts { kind: "mobile_changed", words: Some(number.as_str()), ..Facts::default() }
        }
        LetterKind::TwoFactorChanged { on } => Facts {
            kind: "two_factor_changed",
            words: Some(if *on { "on" } else { "off" }),
            ..Facts::default()
        },
    }
}

pub(crate) async fn insert<T: Transaction>(tx: &mut T, letter: &Letter) -> Result<(), StoreError> {
    let (channel, recipient) = match &letter.to {
        Recipient::Sms(number) => ("sms", number.as_str()),
        Recipient::Email(address) => ("email", address.as_str()),
    };
    let facts = facts(&letter.kind);
    let params = params![
        letter.id.as_str(),
        letter.brand.org(),
        letter.brand.country(),
        channel,
        recipient,
        facts.kind,
        facts.purpose,
        facts.sealed,
        facts.key_id,
        facts.old_key_id,
        facts.mode,
        facts.moment,
        facts.words,
        letter.created_at,
    ];
    exactly_one(tx, INSERT, params).await
}

/// A letter that somebody else settled meanwhile stays as they left it.
pub(crate) async fn settle<T: Transaction>(
    tx: &mut T,
    id: &LetterId,
    fate: &LetterFate,
) -> Result<(), StoreError> {
    let touched = match fate {
        LetterFate::Sent { at } => tx.execute(SENT, params![id.as_str(), *at]).await,
        LetterFate::TryAgain { at, failure } => {
            tx.execute(TRY_AGAIN, params![id.as_str(), *at, failure.as_str()]).await
        }
        LetterFate::GivenUp { failure } => tx.execute(GIVE_UP, params![id.as_str(), failure.as_str()]).await,
    };
    touched.map(|_| ())
}

fn kind(record: &Record) -> Result<LetterKind, StoreError> {
    Ok(match record.text(5)? {
        "code" => {
            let purpose = record.text(6)?;
            LetterKind::Code {
                purpose: Purpose::parse(purpose)
                    .ok_or_else(|| StoreError::damaged(format!("the purpose {purpose:?}")))?,
                sealed: record.maybe_blob(7)?.unwrap_or_default().to_vec(),
                expires_at: record.moment(11)?,
            }
        }
        "account_opened" => LetterKind::AccountOpened { account: record.text(12)?.to_owned() },
        "key_generated" => LetterKind::KeyGenerated { key_id: record.parsed(8)?, mode: record.parsed(10)? },
        "key_regenerated" => LetterKind::KeyRegenerated {
            key_id: record.parsed(8)?,
            old: record.parsed(9)?,
            mode: record.parsed(10)?,
            old_until: record.maybe_moment(11)?,
        },
        "key_deactivated" => {
            LetterKind::KeyDeactivated { key_id: record.parsed(8)?, mode: record.parsed(10)? }
        }
        "member_locked" => LetterKind::MemberLocked,
        "mobile_changed" => {
            LetterKind::MobileChanged { number: Mobile::from_stored(record.text(12)?.to_owned()) }
        }
        "two_factor_changed" => LetterKind::TwoFactorChanged { on: record.text(12)? == "on" },
        other => return Err(StoreError::damaged(format!("a letter of kind {other:?}"))),
    })
}

fn due_letter(record: &Record) -> Result<DueLetter, StoreError> {
    let recipient = record.text(4)?.to_owned();
    let to = match record.text(3)? {
        "sms" => Recipient::Sms(Mobile::from_stored(recipient)),
        _ => Recipient::Email(recipient),
    };
    let letter = Letter {
        id: record.parsed(0)?,
        brand: brand(record, 1)?,
        to,
        kind: kind(record)?,
        created_at: record.moment(13)?,
    };
    Ok(DueLetter { letter, tries: u32::try_from(record.integer(14)?).unwrap_or(u32::MAX) })
}

impl<D: Driver> Store<D> {
    /// Letters that are due, the longest waiting first.
    pub async fn letters_due(&self, now: Timestamp, limit: i64) -> Result<Vec<DueLetter>, StoreError> {
        self.driver.rows(DUE, params![now, limit]).await?.iter().map(due_letter).collect()
    }

    /// When the next letter is due, if one is owed.
    pub async fn next_letter_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.one(NEXT_DUE, params![]).await?.map_or(Ok(None), |record| record.maybe_moment(0))
    }

    /// Whether a code written to a number at `since` or later was tried and did not leave.
    pub async fn code_is_stuck(&self, number: &Mobile, since: Timestamp) -> Result<bool, StoreError> {
        let counted = self.one(STUCK, params![number.as_str(), since]).await?;
        Ok(counted.map_or(Ok(0), |record| record.integer(0))? > 0)
    }

    /// Writes what became of letters.
    pub async fn settle_letters(&self, fates: Vec<(LetterId, LetterFate)>) -> Result<(), StoreError> {
        self.driver.commit(Work::Letters(fates)).await.map(|_| ())
    }
}
