//! Usage in the store: how often each pair was used by minute and by hour, when it was used last, and from where.
//!
//! A use is counted in two rows at once, its pair's hour and its pair's day, so nothing has to be rolled up later. A row holds
//! its parts packed: a pair that is used all the time costs kilobytes a day, one that is not used costs nothing. Each
//! row is read and then written on the condition that its count is what was read; another process that counts the same pair
//! at the same time makes this one try again, and no use is lost.

mod parts;
mod sources;

use std::collections::BTreeMap;

use domain::{DAY, Duration, HOUR, KeyId, Network, Timestamp};

use self::parts::Parts;
use self::sources::Sources;
pub use self::sources::UsageSource;
use crate::apply::exactly_one;
use crate::driver::{Driver, StoreError, Transaction};
use crate::value::{Record, params};
use crate::{Store, Work};

/// Usage arrives out of order from several loops; it only moves forward.
const LAST_USED: &str = "
    UPDATE pairs
       SET last_used_at = $2, last_used_from = $3
     WHERE key_id = $1
       AND (last_used_at IS NULL OR last_used_at < $2)
";

const ONE: &str = "
    SELECT begins, count, parts, sources
      FROM usage
     WHERE span = $1
       AND begins = $2
       AND key_id = $3
";

const INSERT: &str = "
    INSERT INTO usage (span, begins, key_id, count, parts, sources)
    VALUES ($1, $2, $3, $4, $5, $6)
";

const UPDATE: &str = "
    UPDATE usage
       SET count = $4, parts = $5, sources = $6
     WHERE span = $1
       AND begins = $2
       AND key_id = $3
       AND count = $7
";

/// The rows of a pair are far apart from each other: each is looked for by its own moment.
const OF_PAIR: &str = "
    WITH RECURSIVE wanted (begins) AS (
        SELECT CAST($3 AS BIGINT)
         UNION ALL
        SELECT begins + $1
          FROM wanted
         WHERE begins + $1 < $4
    )
    SELECT usage.begins, usage.count, usage.parts, usage.sources
      FROM wanted
      JOIN usage ON usage.span = $1 AND usage.begins = wanted.begins AND usage.key_id = $2
     ORDER BY usage.begins
";

const OLDEST: &str = "
    SELECT min(begins)
      FROM usage
     WHERE span = $1
";

const ERASE: &str = "
    DELETE FROM usage
     WHERE (span, begins, key_id) IN (
               SELECT span, begins, key_id
                 FROM usage
                WHERE span = $1
                  AND begins < $2
                ORDER BY begins, key_id
                LIMIT $3
           )
";

/// Uses of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsageRow {
    /// The pair.
    pub key_id: KeyId,
    /// How many there were. They all count for the minute of the last one.
    pub count: u32,
    /// When the last one was.
    pub last_used_at: Timestamp,
    /// From where that was.
    pub last_used_from: Option<Network>,
}

/// What is counted in one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeptSpan {
    /// An hour with its minutes.
    Hour,
    /// A day with its hours and its sources.
    Day,
}

/// What was counted of a pair in an hour or a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageKept {
    /// When each minute or hour with any uses began, and how many it had; oldest first.
    pub counts: Vec<(Timestamp, u64)>,
    /// The networks that were seen last, the latest first; of an hour none.
    pub sources: Vec<UsageSource>,
}

impl KeptSpan {
    const fn length(self) -> Duration {
        match self {
            KeptSpan::Hour => HOUR,
            KeptSpan::Day => DAY,
        }
    }

    /// How many parts it has.
    const fn parts(self) -> i64 {
        match self {
            KeptSpan::Hour => 60,
            KeptSpan::Day => 24,
        }
    }

    const fn part(self) -> Duration {
        Duration::from_millis(self.length().as_millis() / self.parts())
    }

    fn number(self, begins: Timestamp, at: Timestamp) -> u8 {
        let number = (at.as_millis() - begins.as_millis()) / self.part().as_millis();
        u8::try_from(number).expect("a span has at most sixty parts and begins before them")
    }
}

/// A row as it stands, with its count.
struct Found {
    begins: Timestamp,
    count: i64,
    parts: Parts,
    sources: Sources,
}

/// What is counted in one row, and the uses to add to it.
type Counted<'a> = BTreeMap<(KeyId, KeptSpan, Timestamp), Vec<&'a UsageRow>>;

/// Writes some uses: all rows are read, then all are written. When pairs were last used comes last: a decision about one of
/// them that another process writes waits for what is left of this transaction, not for all of it.
pub(crate) async fn write<T: Transaction>(tx: &mut T, rows: &[UsageRow]) -> Result<(), StoreError> {
    let counted = counted(rows);
    let one = |(key_id, span, begins): &(KeyId, KeptSpan, Timestamp)| {
        (ONE, params![span.length().as_millis(), *begins, key_id.as_str()])
    };
    let found = tx.rows_of_each(counted.keys().map(one).collect()).await?;
    for (((key_id, span, begins), uses), found) in counted.iter().zip(found) {
        let found = found.first().map(found_in).transpose()?;
        count(tx, key_id, *span, *begins, uses, found).await?;
    }
    for row in rows {
        let from = row.last_used_from.map(|from| from.to_string());
        tx.run(LAST_USED, params![row.key_id.as_str(), row.last_used_at, from]).await?;
    }
    Ok(())
}

fn counted(rows: &[UsageRow]) -> Counted<'_> {
    let mut counted = Counted::new();
    for row in rows.iter().filter(|row| 0 < row.count) {
        for span in [KeptSpan::Hour, KeptSpan::Day] {
            let begins = row.last_used_at.begin_of(span.length());
            counted.entry((row.key_id, span, begins)).or_default().push(row);
        }
    }
    counted
}

async fn count<T: Transaction>(
    tx: &mut T,
    key_id: &KeyId,
    span: KeptSpan,
    begins: Timestamp,
    uses: &[&UsageRow],
    found: Option<Found>,
) -> Result<(), StoreError> {
    let (before, mut parts, mut sources) = match found {
        Some(found) => (Some(found.count), found.parts, found.sources),
        None => (None, Parts::default(), Sources::default()),
    };
    let mut count = before.unwrap_or(0);
    for row in uses {
        count = count.saturating_add(i64::from(row.count));
        parts.add(span.number(begins, row.last_used_at), row.count);
        match span {
            KeptSpan::Hour => {}
            KeptSpan::Day => sources.see(row.last_used_from, row.last_used_at),
        }
    }
    let length = span.length().as_millis();
    let mut values = params![length, begins, key_id.as_str(), count, parts.to_bytes(), sources.to_text()];
    match before {
        None => exactly_one(tx, INSERT, values).await,
        Some(before) => {
            values.push(before.into());
            exactly_one(tx, UPDATE, values).await
        }
    }
}

/// Erases up to `limit` rows that began before a moment.
pub(crate) async fn forget<T: Transaction>(
    tx: &mut T,
    span: KeptSpan,
    before: Timestamp,
    limit: i64,
) -> Result<(), StoreError> {
    tx.run(ERASE, params![span.length().as_millis(), before, limit]).await
}

fn found_in(record: &Record) -> Result<Found, StoreError> {
    let parts = record.maybe_blob(2)?.and_then(Parts::from_bytes);
    Ok(Found {
        begins: record.moment(0)?,
        count: record.integer(1)?,
        parts: parts.ok_or_else(|| StoreError::damaged("counts of a pair's uses cannot be read"))?,
        sources: Sources::from_text(record.text(3)?),
    })
}

impl<D: Driver> Store<D> {
    /// Writes how often pairs were used, when last and from where.
    pub async fn used(&self, rows: Vec<UsageRow>) -> Result<(), StoreError> {
        self.driver.commit(Work::Usage(rows)).await.map(|_| ())
    }

    /// What was counted of a pair in the hours or days that a span of time touches, oldest first. Those without any are left out.
    pub async fn usage(
        &self,
        key_id: &KeyId,
        span: KeptSpan,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<UsageKept>, StoreError> {
        let (length, first) = (span.length().as_millis(), from.begin_of(span.length()));
        let records = self.driver.rows(OF_PAIR, params![length, key_id.as_str(), first, until]).await?;
        let kept = |record: &Record| {
            let found = found_in(record)?;
            let begins = |number| found.begins + span.part().times(i64::from(number));
            let counts = found.parts.iter().map(|(number, count)| (begins(number), count)).collect();
            Ok(UsageKept { counts, sources: found.sources.into_vec() })
        };
        records.iter().map(kept).collect()
    }

    /// Whether anything is kept that began before a moment.
    pub async fn has_usage_before(&self, span: KeptSpan, before: Timestamp) -> Result<bool, StoreError> {
        let oldest = self.one(OLDEST, params![span.length().as_millis()]).await?;
        let oldest = oldest.map(|record| record.maybe_moment(0)).transpose()?.flatten();
        Ok(oldest.is_some_and(|oldest| oldest < before))
    }

    /// Erases up to `limit` rows that began before a moment.
    pub async fn forget_usage(
        &self,
        span: KeptSpan,
        before: Timestamp,
        limit: i64,
    ) -> Result<(), StoreError> {
        self.driver.commit(Work::ForgetUsage { span, before, limit }).await.map(|_| ())
    }
}
