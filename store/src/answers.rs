//! Answers kept for repeats with the same idempotency key.

use domain::{Digest, Remembered, Timestamp};

use crate::apply::exactly_one;
use crate::driver::{Driver, StoreError, Transaction};
use crate::value::params;
use crate::{Store, Work};

const INSERT: &str = "
    INSERT INTO answers (digest, request, target, sealed, expires_at)
    VALUES ($1, $2, $3, $4, $5)
";

const BY_DIGEST: &str = "
    SELECT digest, request, target, sealed, expires_at
      FROM answers
     WHERE digest = $1
";

/// What is over keeps its name, so that a late repeat is told which pair was issued, but not its secret. An empty
/// blob still says that there was one.
const FORGET: &str = "
    UPDATE answers
       SET sealed = $2
     WHERE expires_at <= $1
       AND sealed IS NOT NULL
       AND length(sealed) > 0
";

pub(crate) async fn insert<T: Transaction>(tx: &mut T, kept: &Remembered) -> Result<(), StoreError> {
    let params =
        params![kept.digest, kept.request, kept.target.as_str(), kept.sealed.clone(), kept.expires_at];
    exactly_one(tx, INSERT, params).await
}

pub(crate) async fn forget<T: Transaction>(tx: &mut T, now: Timestamp) -> Result<(), StoreError> {
    tx.run(FORGET, params![now, Vec::new()]).await
}

impl<D: Driver> Store<D> {
    /// The answer kept under one of a request's digests.
    pub async fn answer(&self, digests: &[Digest]) -> Result<Option<Remembered>, StoreError> {
        let found = self.first_of(BY_DIGEST, digests).await?;
        found
            .map(|record| {
                Ok(Remembered {
                    digest: record.digest(0)?,
                    request: record.digest(1)?,
                    target: record.text(2)?.to_owned(),
                    sealed: record.maybe_blob(3)?.map(<[u8]>::to_vec),
                    expires_at: record.moment(4)?,
                })
            })
            .transpose()
    }

    /// Erases the sealed secrets of answers that are over.
    pub async fn forget_answers(&self, now: Timestamp) -> Result<(), StoreError> {
        self.driver.commit(Work::Forget(now)).await.map(|_| ())
    }
}
