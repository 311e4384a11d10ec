//! Limits of keys as columns, and what limited keys were used on a day.

use domain::{KeyLimits, KeyRef, Limits, LimitsChange};

use crate::driver::{Driver, StoreError, Transaction};
use crate::value::{Record, Value, params};
use crate::{Store, Work};

/// A day's count only grows, and a later day replaces an earlier one, in whatever order processes write. A process may count a
/// key that a database which lost its end does not have any more; the others do not wait for it.
const COUNTED: &str = "
    INSERT INTO key_days (key, day, count)
    SELECT $1, $2, $3
     WHERE EXISTS (SELECT 1 FROM keys WHERE keys.id = $1)
    ON CONFLICT (key) DO UPDATE
       SET day = excluded.day, count = excluded.count
     WHERE key_days.day < excluded.day
        OR (key_days.day = excluded.day AND key_days.count < excluded.count)
";

const OF_DAY: &str = "
    SELECT key, day, count
      FROM key_days
     WHERE day = $1
";

/// Every key whose limits were ever changed, as they are now.
const LIMITED: &str = "
    SELECT id, per_second, per_day, networks
      FROM keys
     WHERE limits_version > 0
";

/// What a key was used on a day of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyDay {
    /// The key.
    pub key: KeyRef,
    /// The day, counted from 1970-01-01.
    pub day: u32,
    /// Requests that were let through.
    pub count: u64,
}

pub(crate) async fn counted<T: Transaction>(tx: &mut T, row: &KeyDay) -> Result<(), StoreError> {
    let count = i64::try_from(row.count).unwrap_or(i64::MAX);
    tx.run(COUNTED, params![row.key.as_str(), i64::from(row.day), count]).await
}

/// The six columns of a key's limits, in the order of the schema.
pub(crate) fn columns(limits: &KeyLimits) -> [Value; 6] {
    let count = |count: Option<u64>| count.map(|count| i64::try_from(count).unwrap_or(i64::MAX)).into();
    let (by, at) = limits.changed.as_ref().map(|change| (change.by.clone(), change.at)).unzip();
    let networks = (!limits.now.networks.is_empty()).then(|| limits.now.networks_joined(" "));
    [
        count(limits.now.per_second.map(|count| u64::from(count.get()))),
        count(limits.now.per_day.map(std::num::NonZeroU64::get)),
        networks.into(),
        limits.version.into(),
        by.into(),
        at.into(),
    ]
}

/// Limits from three columns: per second, per day, networks.
pub(crate) fn limits(record: &Record, first: usize) -> Result<Limits, StoreError> {
    let count = |column| {
        let count = record.maybe_integer(column)?.map(u64::try_from).transpose();
        count.map_err(|_| StoreError::damaged(format!("column {column} holds less than nought")))
    };
    let networks = record.maybe_text(first + 2)?.unwrap_or_default();
    Limits::checked(count(first)?, count(first + 1)?, networks.split(' '))
        .map_err(|error| StoreError::damaged(format!("limits of a key make no sense: {error:?}")))
}

/// Limits with their last change, from six columns.
pub(crate) fn key_limits(record: &Record, first: usize) -> Result<KeyLimits, StoreError> {
    let changed = match record.maybe_text(first + 4)? {
        None => None,
        Some(by) => Some(LimitsChange { by: by.to_owned(), at: record.moment(first + 5)? }),
    };
    Ok(KeyLimits { now: limits(record, first)?, version: record.integer(first + 3)?, changed })
}

impl<D: Driver> Store<D> {
    /// The limits of every key that was ever limited.
    pub async fn limited_keys(&self) -> Result<Vec<(KeyRef, Limits)>, StoreError> {
        let records = self.driver.rows(LIMITED, params![]).await?;
        records.iter().map(|record| Ok((record.parsed(0)?, limits(record, 1)?))).collect()
    }

    /// What keys were used on a day.
    pub async fn key_days(&self, day: u32) -> Result<Vec<KeyDay>, StoreError> {
        let records = self.driver.rows(OF_DAY, params![i64::from(day)]).await?;
        let of = |record: &Record| {
            let out_of_range = |_| StoreError::damaged("a day's count is out of range");
            Ok(KeyDay {
                key: record.parsed(0)?,
                day: u32::try_from(record.integer(1)?).map_err(out_of_range)?,
                count: u64::try_from(record.integer(2)?).map_err(out_of_range)?,
            })
        };
        records.iter().map(of).collect()
    }

    /// Writes down what keys were used on a day.
    pub async fn write_key_days(&self, rows: Vec<KeyDay>) -> Result<(), StoreError> {
        self.driver.commit(Work::KeyDays(rows)).await.map(|_| ())
    }
}
