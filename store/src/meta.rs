//! What the database knows about itself: above all, which pepper it was made with.

use domain::{Digest, Pepper, Peppers};

use crate::apply::exactly_one;
use crate::driver::{Driver, StoreError, Transaction};
use crate::value::params;
use crate::{Store, Work};

const INSERT: &str = "
    INSERT INTO meta (name, value)
    VALUES ($1, $2)
";

const BY_NAME: &str = "
    SELECT value
      FROM meta
     WHERE name = $1
";

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

fn name(pepper: &Pepper) -> String {
    format!("known_answer_{}", pepper.version())
}

pub(crate) async fn remember_known_answer<T: Transaction>(
    tx: &mut T,
    pepper: &Pepper,
) -> Result<(), StoreError> {
    exactly_one(tx, INSERT, params![name(pepper), pepper.known_answer()]).await
}

impl<D: Driver> Store<D> {
    /// Asks the newest pepper the question whose answer the database knows.
    pub async fn check_pepper(&self, peppers: &Peppers) -> Result<PepperCheck, StoreError> {
        let pepper = peppers.newest();
        let Some(record) = self.one(BY_NAME, params![name(pepper)]).await? else {
            return Ok(PepperCheck::New);
        };
        let known: Digest = record.digest(0)?;
        Ok(if known.matches(&pepper.known_answer()) { PepperCheck::Right } else { PepperCheck::Wrong })
    }

    /// Remembers what the newest pepper answers, in a database that has not met one.
    pub async fn meet_pepper(&self, peppers: &Peppers) -> Result<(), StoreError> {
        self.driver.commit(Work::KnownAnswer(peppers.newest().clone())).await.map(|_| ())
    }
}
