//! How many codes were sent around a number, in a brand's name, and to new numbers for a user or an account, and which allowances were used up.

use domain::{Allowance, BrandId, SendLimit, Timestamp};

use crate::Store;
use crate::accounts::brand;
use crate::apply::{Work, exactly_one};
use crate::driver::{Driver, StoreError, Transaction};
use crate::value::{Record, params};

/// How long it is told that an allowance was used up.
const TOLD_FOR_MS: i64 = 30 * 24 * 3_600_000;

/// Counts one code. Touches nothing when the allowance is used up, however many ask at once.
const COUNT: &str = "
    INSERT INTO send_counts (allowance, org, country, subject, since, until, sent, refused, refused_at)
    VALUES ($1, $2, $3, $4, $5, $6, 1, 0, NULL)
        ON CONFLICT (allowance, org, country, subject, since) DO UPDATE
       SET sent = send_counts.sent + 1
     WHERE send_counts.sent < $7
";

const SENT: &str = "
    SELECT sent
      FROM send_counts
     WHERE allowance = $1
       AND org = $2
       AND country = $3
       AND subject = $4
       AND since = $5
";

const REFUSED: &str = "
    INSERT INTO send_counts (allowance, org, country, subject, since, until, sent, refused, refused_at)
    VALUES ($1, $2, $3, $4, $5, $6, 0, 1, $7)
        ON CONFLICT (allowance, org, country, subject, since) DO UPDATE
       SET refused = send_counts.refused + 1, refused_at = $7
";

const HIT_AFTER: &str = "
    SELECT org, country, allowance, subject, since, until, sent, refused, refused_at
      FROM send_counts
     WHERE refused_at > $1
     ORDER BY refused_at DESC, allowance, subject
     LIMIT $2
";

const FORGET: &str = "
    DELETE FROM send_counts
     WHERE until <= $1
       AND (refused = 0 OR until <= $2)
";

/// An allowance of codes that was used up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitHit {
    /// In whose name codes were asked for.
    pub brand: BrandId,
    /// Which allowance.
    pub limit: SendLimit,
    /// Of what: the numbers' common beginning, a masked number, the brand, or the id of a user or account.
    pub subject: String,
    /// When the window began.
    pub since: Timestamp,
    /// When it ends, or ended.
    pub until: Timestamp,
    /// Codes sent in it; not counted for a single number.
    pub sent: i64,
    /// Codes asked for and not sent.
    pub refused: i64,
    /// The last time.
    pub refused_at: Timestamp,
}

pub(crate) async fn count<T: Transaction>(tx: &mut T, allowance: &Allowance) -> Result<(), StoreError> {
    let params = params![
        allowance.limit.as_str(),
        allowance.brand.org(),
        allowance.brand.country(),
        allowance.subject.as_str(),
        allowance.since,
        allowance.until,
        i64::from(allowance.most),
    ];
    exactly_one(tx, COUNT, params).await
}

pub(crate) async fn refused<T: Transaction>(
    tx: &mut T,
    allowance: &Allowance,
    now: Timestamp,
) -> Result<(), StoreError> {
    let params = params![
        allowance.limit.as_str(),
        allowance.brand.org(),
        allowance.brand.country(),
        allowance.subject.as_str(),
        allowance.since,
        allowance.until,
        now,
    ];
    exactly_one(tx, REFUSED, params).await
}

pub(crate) async fn forget<T: Transaction>(tx: &mut T, now: Timestamp) -> Result<(), StoreError> {
    tx.run(FORGET, params![now, now.as_millis() - TOLD_FOR_MS]).await
}

fn hit(record: &Record) -> Result<LimitHit, StoreError> {
    let word = record.text(2)?;
    let limit = SendLimit::ALL.into_iter().find(|limit| limit.as_str() == word);
    Ok(LimitHit {
        brand: brand(record, 0)?,
        limit: limit.ok_or_else(|| StoreError::damaged(format!("the allowance {word:?}")))?,
        subject: record.text(3)?.to_owned(),
        since: record.moment(4)?,
        until: record.moment(5)?,
        sent: record.integer(6)?,
        refused: record.integer(7)?,
        refused_at: record.moment(8)?,
    })
}

impl<D: Driver> Store<D> {
    /// How many codes were counted against an allowance.
    pub async fn sent_of(&self, allowance: &Allowance) -> Result<i64, StoreError> {
        let params = params![
            allowance.limit.as_str(),
            allowance.brand.org(),
            allowance.brand.country(),
            allowance.subject.as_str(),
            allowance.since,
        ];
        self.one(SENT, params).await?.map_or(Ok(0), |record| record.integer(0))
    }

    /// Remembers that an allowance was used up when somebody asked. Not a change anybody made, so no audit entry.
    pub async fn limit_hit(&self, allowance: Allowance, now: Timestamp) -> Result<(), StoreError> {
        self.driver.commit(Work::LimitHit(allowance, now)).await.map(|_| ())
    }

    /// Allowances that were found used up after a moment, the latest first.
    pub async fn limits_hit(&self, after: Timestamp, most: i64) -> Result<Vec<LimitHit>, StoreError> {
        self.driver.rows(HIT_AFTER, params![after, most]).await?.iter().map(hit).collect()
    }
}
