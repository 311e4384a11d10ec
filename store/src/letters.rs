//! Letters in the store: owed until sent or given up.

use std::str::FromStr;

use domain::{
    Channel, FailedLetter, Language, Letter, LetterId, LetterKind, Mobile, Purpose, Recipient, Timestamp,
};

use crate::accounts::brand;
use crate::apply::exactly_one;
use crate::driver::{Driver, StoreError, Transaction};
use crate::value::{Record, params};
use crate::{Store, Work};

const INSERT: &str = "
    INSERT INTO letters (id, org, country, channel, recipient, kind, purpose, sealed, key_id, old_key_id, mode, moment,
                         words, language, created_at, due_at, tries, next_try_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 0, $16)
";

const DUE: &str = "
    SELECT id, org, country, channel, recipient, kind, purpose, sealed, key_id, old_key_id, mode, moment, words,
           created_at, due_at, tries, language
      FROM letters
     WHERE next_try_at <= $1
     ORDER BY next_try_at, id
     LIMIT $2
";

const DUE_BY: &str = "
    SELECT id, org, country, channel, recipient, kind, purpose, sealed, key_id, old_key_id, mode, moment, words,
           created_at, due_at, tries, language
      FROM letters
     WHERE next_try_at <= $1
       AND channel = $3
     ORDER BY next_try_at, id
     LIMIT $2
";

const NEXT_DUE: &str = "
    SELECT min(next_try_at)
      FROM letters
     WHERE next_try_at IS NOT NULL
";

/// Of several processes that find a letter due one takes it up; to the others it is not due any more.
const TAKE_UP: &str = "
    UPDATE letters
       SET next_try_at = $3
     WHERE id = $1
       AND next_try_at <= $2
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

/// How many letters are owed, and how many were given up. Both are counted along the index of each.
const COUNTED: &str = "
    SELECT (SELECT count(*) FROM letters WHERE next_try_at IS NOT NULL),
           (SELECT count(*) FROM letters WHERE failure IS NOT NULL AND next_try_at IS NULL)
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

/// A letter that became pointless before it left: nobody is told, and nothing failed.
const DROPPED: &str = "
    UPDATE letters
       SET next_try_at = NULL, sealed = NULL, failure = NULL
     WHERE id = $1
       AND next_try_at IS NOT NULL
";

/// Letters that failed and have not left since, the newest first, from before a place in that order.
const FAILED: &str = "
    SELECT id, org, country, channel, recipient, kind, purpose, sealed, key_id, old_key_id, mode, moment, words,
           created_at, due_at, tries, language, failure, next_try_at
      FROM letters
     WHERE failure IS NOT NULL
       AND (created_at, id) < ($1, $2)
     ORDER BY created_at DESC, id DESC
     LIMIT $3
";

const FAILED_ONE: &str = "
    SELECT id, org, country, channel, recipient, kind, purpose, sealed, key_id, old_key_id, mode, moment, words,
           created_at, due_at, tries, language, failure, next_try_at
      FROM letters
     WHERE id = $1
       AND failure IS NOT NULL
";

/// One that has left or become pointless meanwhile stays as it is.
const RETRY: &str = "
    UPDATE letters
       SET next_try_at = $2
     WHERE id = $1
       AND failure IS NOT NULL
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
    /// It has become pointless: what it would tell is no longer true.
    Dropped,
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
    /// Texts, a line each. Names and addresses hold no line breaks; only the last may.
    words: Option<String>,
}

impl<'a> Facts<'a> {
    fn of(kind: &'static str) -> Self {
        Facts { kind, ..Facts::default() }
    }

    fn about(kind: &'static str, key_id: &'a domain::KeyId, mode: domain::Mode) -> Self {
        Facts { key_id: Some(key_id.as_str()), mode: Some(mode.as_str()), ..Facts::of(kind) }
    }

    fn saying(kind: &'static str, words: &str) -> Self {
        Facts { words: Some(words.to_owned()), ..Facts::of(kind) }
    }

    fn listing(kind: &'static str, words: &[&str]) -> Self {
        Facts { words: Some(words.join("\n")), ..Facts::of(kind) }
    }
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
        LetterKind::KeyGenerated { key_id, mode } => Facts::about("key_generated", key_id, *mode),
        LetterKind::KeyRegenerated { key_id, old, mode, old_until } => Facts {
            old_key_id: Some(old.as_str()),
            moment: *old_until,
            ..Facts::about("key_regenerated", key_id, *mode)
        },
        LetterKind::KeyDeactivated { key_id, mode } => Facts::about("key_deactivated", key_id, *mode),
        LetterKind::KeyEnding { key_id, mode, until } => {
            Facts { moment: Some(*until), ..Facts::about("key_ending", key_id, *mode) }
        }
        LetterKind::MemberLocked => Facts::of("member_locked"),
        LetterKind::MobileChanged { number } => Facts::saying("mobile_changed", number.as_str()),
        LetterKind::TwoFactorChanged { on } => {
            Facts::saying("two_factor_changed", if *on { "on" } else { "off" })
        }
        LetterKind::AppRemoved { two_factor } => {
            Facts::saying("app_removed", if *two_factor { "two_factor_on" } else { "two_factor_off" })
        }
        LetterKind::TwoFactorReset => Facts::of("two_factor_reset"),
        LetterKind::MemberChanged { member, what } => {
            Facts::listing("member_changed", &[what.as_str(), member])
        }
        LetterKind::Invited { account, role, inviter, sealed, expires_at } => Facts {
            sealed: Some(sealed.clone()),
            moment: Some(*expires_at),
            ..Facts::listing("invited", &[role.as_str(), account, inviter])
        },
        LetterKind::RoleChanged { account, role } => {
            Facts::listing("role_changed", &[role.as_str(), account])
        }
        LetterKind::RemovedFromAccount { account } => Facts::saying("removed_from_account", account),
        LetterKind::OwnershipTransferred { account, to } => {
            Facts::listing("ownership_transferred", &[account, to])
        }
        LetterKind::PasswordReset { sealed, expires_at } => {
            Facts { sealed: Some(sealed.clone()), moment: Some(*expires_at), ..Facts::of("password_reset") }
        }
        LetterKind::PasswordChanged => Facts::of("password_changed"),
        LetterKind::SignedIn { address, agent } => Facts::listing("signed_in", &[address, agent]),
        LetterKind::AccountActivated { account } => Facts::saying("account_activated", account),
        LetterKind::ActivationReturned { account, reason } => {
            Facts::listing("activation_returned", &[account, reason])
        }
        LetterKind::WebsiteReviewed { url, verified, reason } => Facts::listing(
            "website_reviewed",
            &[if *verified { "verified" } else { "returned" }, url, reason],
        ),
    }
}

pub(crate) async fn insert<T: Transaction>(tx: &mut T, letter: &Letter) -> Result<(), StoreError> {
    let recipient = match &letter.to {
        Recipient::Sms(number) => number.as_str(),
        Recipient::Email(address) => address.as_str(),
    };
    let facts = facts(&letter.kind);
    let params = params![
        letter.id.as_str(),
        letter.brand.org(),
        letter.brand.country(),
        letter.to.channel().as_str(),
        recipient,
        facts.kind,
        facts.purpose,
        facts.sealed,
        facts.key_id,
        facts.old_key_id,
        facts.mode,
        facts.moment,
        facts.words,
        letter.language.map(Language::as_str),
        letter.created_at,
        letter.due_at,
    ];
    exactly_one(tx, INSERT, params).await
}

pub(crate) async fn retry<T: Transaction>(
    tx: &mut T,
    id: &LetterId,
    at: Timestamp,
) -> Result<(), StoreError> {
    exactly_one(tx, RETRY, params![id.as_str(), at]).await
}

pub(crate) async fn take_up<T: Transaction>(
    tx: &mut T,
    id: &LetterId,
    now: Timestamp,
    until: Timestamp,
) -> Result<(), StoreError> {
    exactly_one(tx, TAKE_UP, params![id.as_str(), now, until]).await
}

/// A letter that somebody else settled meanwhile stays as they left it.
pub(crate) async fn settle<T: Transaction>(
    tx: &mut T,
    id: &LetterId,
    fate: &LetterFate,
) -> Result<(), StoreError> {
    match fate {
        LetterFate::Sent { at } => tx.run(SENT, params![id.as_str(), *at]).await,
        LetterFate::TryAgain { at, failure } => {
            tx.run(TRY_AGAIN, params![id.as_str(), *at, failure.as_str()]).await
        }
        LetterFate::Dropped => tx.run(DROPPED, params![id.as_str()]).await,
        LetterFate::GivenUp { failure } => tx.run(GIVE_UP, params![id.as_str(), failure.as_str()]).await,
    }
}

/// The first line of a letter's words, and the rest.
fn line(words: &str) -> Result<(&str, &str), StoreError> {
    words.split_once('\n').ok_or_else(|| StoreError::damaged("a letter lacks some of its words"))
}

fn read<T: FromStr>(word: &str) -> Result<T, StoreError> {
    word.parse().map_err(|_| StoreError::damaged(format!("a letter says {word:?}")))
}

fn kind(record: &Record) -> Result<LetterKind, StoreError> {
    let sealed = || record.maybe_blob(7).map(|sealed| sealed.unwrap_or_default().to_vec());
    let words = || record.text(12);
    Ok(match record.text(5)? {
        "code" => {
            let purpose = record.text(6)?;
            LetterKind::Code {
                purpose: Purpose::parse(purpose)
                    .ok_or_else(|| StoreError::damaged(format!("the purpose {purpose:?}")))?,
                sealed: sealed()?,
                expires_at: record.moment(11)?,
            }
        }
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
        "key_ending" => LetterKind::KeyEnding {
            key_id: record.parsed(8)?,
            mode: record.parsed(10)?,
            until: record.moment(11)?,
        },
        "member_locked" => LetterKind::MemberLocked,
        "mobile_changed" => LetterKind::MobileChanged { number: Mobile::from_stored(words()?.to_owned()) },
        "two_factor_changed" => LetterKind::TwoFactorChanged { on: words()? == "on" },
        "app_removed" => LetterKind::AppRemoved { two_factor: words()? == "two_factor_on" },
        "two_factor_reset" => LetterKind::TwoFactorReset,
        "member_changed" => {
            let (what, member) = line(words()?)?;
            LetterKind::MemberChanged { member: member.to_owned(), what: read(what)? }
        }
        "invited" => {
            let (role, names) = line(words()?)?;
            let (account, inviter) = line(names)?;
            LetterKind::Invited {
                account: account.to_owned(),
                role: read(role)?,
                inviter: inviter.to_owned(),
                sealed: sealed()?,
                expires_at: record.moment(11)?,
            }
        }
        "role_changed" => {
            let (role, account) = line(words()?)?;
            LetterKind::RoleChanged { account: account.to_owned(), role: read(role)? }
        }
        "removed_from_account" => LetterKind::RemovedFromAccount { account: words()?.to_owned() },
        "ownership_transferred" => {
            let (account, to) = line(words()?)?;
            LetterKind::OwnershipTransferred { account: account.to_owned(), to: to.to_owned() }
        }
        "password_reset" => LetterKind::PasswordReset { sealed: sealed()?, expires_at: record.moment(11)? },
        "password_changed" => LetterKind::PasswordChanged,
        "signed_in" => {
            let (address, agent) = line(words()?)?;
            LetterKind::SignedIn { address: address.to_owned(), agent: agent.to_owned() }
        }
        "account_activated" => LetterKind::AccountActivated { account: words()?.to_owned() },
        "activation_returned" => {
            let (account, reason) = line(words()?)?;
            LetterKind::ActivationReturned { account: account.to_owned(), reason: reason.to_owned() }
        }
        "website_reviewed" => {
            let (verdict, about) = line(words()?)?;
            let (url, reason) = line(about)?;
            let verified = verdict == "verified";
            LetterKind::WebsiteReviewed { url: url.to_owned(), verified, reason: reason.to_owned() }
        }
        other => return Err(StoreError::damaged(format!("a letter of kind {other:?}"))),
    })
}

fn due_letter(record: &Record) -> Result<DueLetter, StoreError> {
    Ok(DueLetter { letter: letter(record)?, tries: tries(record)? })
}

fn failed_letter(record: &Record) -> Result<FailedLetter, StoreError> {
    Ok(FailedLetter {
        letter: letter(record)?,
        tries: tries(record)?,
        failure: record.text(17)?.to_owned(),
        next_try_at: record.maybe_moment(18)?,
    })
}

fn tries(record: &Record) -> Result<u32, StoreError> {
    Ok(u32::try_from(record.integer(15)?).unwrap_or(u32::MAX))
}

fn letter(record: &Record) -> Result<Letter, StoreError> {
    let recipient = record.text(4)?.to_owned();
    let to = match record.text(3)? {
        "sms" => Recipient::Sms(Mobile::from_stored(recipient)),
        _ => Recipient::Email(recipient),
    };
    Ok(Letter {
        id: record.parsed(0)?,
        brand: brand(record, 1)?,
        to,
        language: record.maybe_text(16)?.map(read).transpose()?,
        kind: kind(record)?,
        created_at: record.moment(13)?,
        due_at: record.maybe_moment(14)?.map_or_else(|| record.moment(13), Ok)?,
    })
}

impl<D: Driver> Store<D> {
    /// Letters that are due, the longest waiting first.
    pub async fn letters_due(&self, now: Timestamp, limit: i64) -> Result<Vec<DueLetter>, StoreError> {
        self.driver.rows(DUE, params![now, limit]).await?.iter().map(due_letter).collect()
    }

    /// The same for one channel.
    pub async fn letters_due_by(
        &self,
        channel: Channel,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<DueLetter>, StoreError> {
        self.driver
            .rows(DUE_BY, params![now, limit, channel.as_str()])
            .await?
            .iter()
            .map(due_letter)
            .collect()
    }

    /// When the next letter is due, if one is owed.
    pub async fn next_letter_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.one(NEXT_DUE, params![]).await?.map_or(Ok(None), |record| record.maybe_moment(0))
    }

    /// Letters that failed and have not left since, the newest first: all, or those after one that was read before.
    pub async fn letters_failed(
        &self,
        after: Option<&Letter>,
        limit: i64,
    ) -> Result<Vec<FailedLetter>, StoreError> {
        let (at, id) =
            after.map_or((i64::MAX, ""), |letter| (letter.created_at.as_millis(), letter.id.as_str()));
        self.driver.rows(FAILED, params![at, id, limit]).await?.iter().map(failed_letter).collect()
    }

    /// A letter that failed and has not left since.
    pub async fn failed_letter(&self, id: &LetterId) -> Result<Option<FailedLetter>, StoreError> {
        self.one(FAILED_ONE, params![id.as_str()]).await?.as_ref().map(failed_letter).transpose()
    }

    /// How many letters are owed, and how many were given up.
    pub async fn letter_counts(&self) -> Result<(i64, i64), StoreError> {
        let counted = self.one(COUNTED, params![]).await?;
        counted.map_or(Ok((0, 0)), |record| Ok((record.integer(0)?, record.integer(1)?)))
    }

    /// Whether a code written to a number or an address at `since` or later was tried and did not leave.
    pub async fn code_is_stuck(&self, to: &Recipient, since: Timestamp) -> Result<bool, StoreError> {
        let counted = self.one(STUCK, params![to.as_str(), since]).await?;
        Ok(counted.map_or(Ok(0), |record| record.integer(0))? > 0)
    }

    /// Writes what became of letters.
    pub async fn settle_letters(&self, fates: Vec<(LetterId, LetterFate)>) -> Result<(), StoreError> {
        self.driver.commit(Work::Letters(fates)).await.map(|_| ())
    }
}
