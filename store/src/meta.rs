//! What the database knows about itself: above all, which versions of the pepper it was made with, and which is in use.

use domain::{Digest, Pepper, Peppers};

use crate::apply::exactly_one;
use crate::driver::{Driver, StoreError, Transaction};
use crate::value::{Record, params};
use crate::{Store, Work};

const INSERT: &str = "
    INSERT INTO meta (name, value)
    VALUES ($1, $2)
";

/// Before its first entry and its first pepper a database is under none; afterwards only a decision puts one to use.
const USE_FIRST: &str = "
    UPDATE audit_head
       SET pepper = $1
     WHERE id = 1
       AND NOT EXISTS (SELECT 1 FROM meta WHERE name LIKE 'known_answer_%')
";

/// The version in use is never an older one than before.
const USE: &str = "
    UPDATE audit_head
       SET pepper = $1
     WHERE id = 1
       AND pepper < $1
";

const IN_USE: &str = "
    SELECT pepper
      FROM audit_head
     WHERE id = 1
";

const KNOWN_ANSWERS: &str = "
    SELECT name, value
      FROM meta
     WHERE name LIKE 'known_answer_%'
";

/// What stands before the version in the name of a known answer.
const KNOWN_ANSWER: &str = "known_answer_";

/// Whether the pepper is the one this database was made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PepperCheck {
    /// It is.
    Right,
    /// It is not: with it every key would look wrong.
    Wrong,
    /// The database has not met a pepper yet.
    New,
}

/// Why a pepper says nothing of an audit chain: with it every entry would look changed, and nobody changed one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PepperMisfit {
    /// It is another installation's.
    #[error("the pepper does not belong to this database, so the audit chain cannot be checked with it")]
    Foreign,
    /// It is from before the version in use was added.
    #[error(
        "the pepper file lacks version {0}, which is in use, so the audit chain cannot be checked with it"
    )]
    Lacks(u8),
}

/// What the database says of a version of the pepper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PepperStanding {
    /// It is this one.
    Known,
    /// Under this number it knows another one.
    Another,
    /// It has not met it.
    Unmet,
}

pub(crate) async fn remember_known_answer<T: Transaction>(
    tx: &mut T,
    pepper: &Pepper,
) -> Result<(), StoreError> {
    tx.execute(USE_FIRST, params![i64::from(pepper.version())]).await?;
    let name = format!("{KNOWN_ANSWER}{}", pepper.version());
    exactly_one(tx, INSERT, params![name, pepper.known_answer()]).await
}

pub(crate) async fn use_pepper<T: Transaction>(tx: &mut T, version: u8) -> Result<(), StoreError> {
    exactly_one(tx, USE, params![i64::from(version)]).await
}

/// A version of the pepper in a column.
pub(crate) fn version(record: &Record, column: usize) -> Result<u8, StoreError> {
    let version = u8::try_from(record.integer(column)?).ok().filter(|version| 0 < *version);
    version.ok_or_else(|| StoreError::damaged("a version of the pepper is out of range"))
}

impl<D: Driver> Store<D> {
    /// What the database says of each version of a pepper, the newest first.
    pub async fn know_peppers(&self, peppers: &Peppers) -> Result<Vec<(u8, PepperStanding)>, StoreError> {
        let answers = self.known_answers().await?;
        let standing = |pepper: &Pepper| match answers.iter().find(|(known, _)| *known == pepper.version()) {
            Some((_, answer)) if answer.matches(&pepper.known_answer()) => PepperStanding::Known,
            Some(_) => PepperStanding::Another,
            None => PepperStanding::Unmet,
        };
        Ok(peppers.versions().map(|pepper| (pepper.version(), standing(pepper))).collect())
    }

    /// Whether a pepper is this database's: every version that the database knows is the one it knows, and it knows one.
    pub async fn check_pepper(&self, peppers: &Peppers) -> Result<PepperCheck, StoreError> {
        let known = self.know_peppers(peppers).await?;
        let is_any = |wanted| known.iter().any(|(_, standing)| *standing == wanted);
        Ok(if is_any(PepperStanding::Another) {
            PepperCheck::Wrong
        } else if is_any(PepperStanding::Known) {
            PepperCheck::Right
        } else if self.known_answers().await?.is_empty() {
            PepperCheck::New
        } else {
            PepperCheck::Wrong
        })
    }

    /// Remembers what a version of the pepper answers, in a database that has not met it. The first version that a database
    /// meets is in use.
    pub async fn meet_pepper(&self, pepper: &Pepper) -> Result<(), StoreError> {
        self.driver.commit(Work::KnownAnswer(pepper.clone())).await.map(|_| ())
    }

    /// The version of the pepper in use.
    pub async fn pepper_in_use(&self) -> Result<u8, StoreError> {
        let record = self.one(IN_USE, params![]).await?;
        version(&record.ok_or_else(|| StoreError::damaged("the audit chain has no head"))?, 0)
    }

    /// The versions of the pepper that the database has met.
    pub async fn known_peppers(&self) -> Result<Vec<u8>, StoreError> {
        Ok(self.known_answers().await?.into_iter().map(|(version, _)| version).collect())
    }

    async fn known_answers(&self) -> Result<Vec<(u8, Digest)>, StoreError> {
        let mut answers = Vec::new();
        for record in &self.driver.rows(KNOWN_ANSWERS, params![]).await? {
            let version = record.text(0)?.strip_prefix(KNOWN_ANSWER).and_then(|text| text.parse().ok());
            let version = version.ok_or_else(|| StoreError::damaged("a known answer is of no version"))?;
            answers.push((version, record.digest(1)?));
        }
        Ok(answers)
    }
}
