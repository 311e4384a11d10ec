//! Remembers: one store, written once over a small [`Driver`].
//!
//! Every change goes through [`Store::commit`]: rows, one audit entry, letters and the position, in one transaction or
//! not at all. SQL text is the subset that SQLite and PostgreSQL share; what differs between the engines is behind
//! [`Driver`] and in the migrations. [`conformance`] is the suite that each driver must pass.

mod accounts;
mod answers;
mod apply;
mod audit;
mod backup;
mod backup_codes;
mod challenges;
pub mod conformance;
mod console_sessions;
mod database;
mod devices;
mod driver;
mod followers;
mod history;
mod invitations;
mod keys;
mod letters;
mod limits;
mod meta;
mod nodes;
mod operators;
mod postgres;
mod refusals;
mod reset_password;
mod search;
mod send_counts;
mod sends;
mod server;
mod sessions;
mod sqlite;
mod usage;
mod users;
mod value;

pub use apply::{Committed, Work};
pub use audit::{AuditFilter, AuditPage, AuditRow, ChainReport};
pub use backup::{Backup, BackupError, check_backup, copy_embedded, stamp};
pub use database::Database;
pub use driver::{Driver, StoreError, Transaction};
pub use history::{HeadAs, Mark, mark_of};
pub use keys::{FeedPlace, LayerCount, PAIRS_READ, PairRow};
pub use letters::{DueLetter, LetterFate};
pub use limits::KeyDay;
pub use meta::{PepperCheck, PepperMisfit, PepperStanding};
pub use nodes::{NodeReport, Registration};
pub use postgres::{
    AddressError, Health, Postgres, PostgresError, RelocateError, Relocated, Schema, check_url,
    newest as newest_schema,
};
pub use refusals::{RefusalChanges, RefusalRow};
pub use search::{AccountState, LockedLogin, NewestAfter};
pub use send_counts::LimitHit;
pub use server::{ServerFound, TakenOver};
pub use sessions::MemberView;
#[cfg(feature = "simulation")]
pub use sqlite::memory::{Edit, Memory};
pub use sqlite::{Sqlite, SqliteError};
pub use usage::{KeptSpan, UsageKept, UsageRow, UsageSource};
pub use users::{OwnAccount, TeamMember};
pub use value::{Record, Value};

use domain::{Decision, Digest, Peppers};

use crate::value::params;

/// The store: loads and commits, in the domain's words.
#[derive(Debug)]
pub struct Store<D> {
    driver: D,
}

impl<D: Driver> Store<D> {
    /// A store over a driver.
    pub fn new(driver: D) -> Self {
        Self { driver }
    }

    /// The driver, for what only it can tell.
    pub fn driver(&self) -> &D {
        &self.driver
    }

    /// Writes all of a decision, or nothing. [`StoreError::Conflict`] means that something it was based on has changed:
    /// load again and decide again.
    pub async fn commit(&self, decision: Decision, peppers: &Peppers) -> Result<Committed, StoreError> {
        self.driver.commit(Work::Decision(Box::new(decision), peppers.clone())).await
    }

    /// What a statement finds under the first of some digests that there is. Of one thing, under each version of the pepper.
    async fn first_of(&self, sql: &'static str, digests: &[Digest]) -> Result<Option<Record>, StoreError> {
        for digest in digests {
            if let Some(found) = self.one(sql, params![*digest]).await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    async fn one(&self, sql: &'static str, params: Vec<Value>) -> Result<Option<Record>, StoreError> {
        Ok(self.driver.rows(sql, params).await?.into_iter().next())
    }
}
