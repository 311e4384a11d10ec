//! Refusals as they are written down: one row for each pair and reason, so that a restart forgets nothing.

use domain::{AccountId, KeyId, KeyRef, Timestamp};

use crate::driver::{Driver, StoreError, Transaction};
use crate::value::{Record, params};
use crate::{Store, Work};

/// A process may refuse a pair that a database which lost its end does not have any more; the others' refusals do not wait for it.
const WRITE: &str = "
    INSERT INTO refusals (key_id, reason, first_at, last_at, count, minutes, hours, sources)
    SELECT $1, $2, $3, $4, $5, $6, $7, $8
     WHERE EXISTS (SELECT 1 FROM pairs WHERE pairs.key_id = $1)
    ON CONFLICT (key_id, reason) DO UPDATE
       SET first_at = excluded.first_at, last_at = excluded.last_at, count = excluded.count,
           minutes = excluded.minutes, hours = excluded.hours, sources = excluded.sources
";

const ERASE: &str = "
    DELETE FROM refusals
     WHERE key_id = $1
       AND reason = $2
";

const ERASE_BEFORE: &str = "
    DELETE FROM refusals
     WHERE last_at < $1
";

/// Oldest first: what does not fit into memory any more is forgotten from its front.
const LATEST: &str = "
    SELECT refusals.key_id, refusals.reason, refusals.first_at, refusals.last_at, refusals.count,
           refusals.minutes, refusals.hours, refusals.sources, keys.id, keys.account
      FROM refusals
      JOIN pairs ON pairs.key_id = refusals.key_id
      JOIN keys ON keys.id = pairs.key
     WHERE refusals.last_at >= $1
     ORDER BY refusals.last_at
";

/// Refusals of one pair for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalRow {
    /// The pair.
    pub key_id: KeyId,
    /// Its key; read, not written.
    pub key: KeyRef,
    /// Its account; read, not written.
    pub account: AccountId,
    /// Why, as a stable word.
    pub reason: String,
    /// The first time.
    pub first_at: Timestamp,
    /// The last time.
    pub last_at: Timestamp,
    /// How often.
    pub count: i64,
    /// The last hour, packed.
    pub minutes: Vec<u8>,
    /// The last two days, packed.
    pub hours: Vec<u8>,
    /// Where the last ones came from, one a line.
    pub sources: String,
}

/// What has become of refusals since they were last written down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefusalChanges {
    /// Rows as they are now.
    pub changed: Vec<RefusalRow>,
    /// Pairs and reasons that are forgotten.
    pub gone: Vec<(KeyId, String)>,
    /// Everything that last happened before this moment is forgotten too.
    pub before: Timestamp,
}

pub(crate) async fn write<T: Transaction>(tx: &mut T, changes: &RefusalChanges) -> Result<(), StoreError> {
    tx.run(ERASE_BEFORE, params![changes.before]).await?;
    for (key_id, reason) in &changes.gone {
        tx.run(ERASE, params![key_id.as_str(), reason.as_str()]).await?;
    }
    for row in &changes.changed {
        let params = params![
            row.key_id.as_str(),
            row.reason.as_str(),
            row.first_at,
            row.last_at,
            row.count,
            row.minutes.clone(),
            row.hours.clone(),
            row.sources.as_str(),
        ];
        tx.run(WRITE, params).await?;
    }
    Ok(())
}

fn row(record: &Record) -> Result<RefusalRow, StoreError> {
    let bytes = |column| {
        let blob = record.maybe_blob(column)?.map(<[u8]>::to_vec);
        blob.ok_or_else(|| StoreError::damaged(format!("column {column} is NULL")))
    };
    Ok(RefusalRow {
        key_id: record.parsed(0)?,
        reason: record.text(1)?.to_owned(),
        first_at: record.moment(2)?,
        last_at: record.moment(3)?,
        count: record.integer(4)?,
        minutes: bytes(5)?,
        hours: bytes(6)?,
        sources: record.text(7)?.to_owned(),
        key: record.parsed(8)?,
        account: record.parsed(9)?,
    })
}

impl<D: Driver> Store<D> {
    /// What was last refused at or after a moment, oldest first.
    pub async fn refusals(&self, from: Timestamp) -> Result<Vec<RefusalRow>, StoreError> {
        self.driver.rows(LATEST, params![from]).await?.iter().map(row).collect()
    }

    /// Writes down what has changed, but for pairs that are not there.
    pub async fn write_refusals(&self, changes: RefusalChanges) -> Result<(), StoreError> {
        self.driver.commit(Work::Refusals(changes)).await.map(|_| ())
    }
}
