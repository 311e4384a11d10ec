//! Links that set a new password, one row for each user.

use domain::{Digest, PasswordReset, UserId};

use crate::Store;
use crate::apply::exactly_one;
use crate::driver::{Driver, StoreError, Transaction};
use crate::value::{Record, params};

const INSERT: &str = "
    INSERT INTO password_resets (\"user\", digest, expires_at, version)
    VALUES ($1, $2, $3, 1)
";

/// Of any number of simultaneous uses of a link, based on the same version, only one is written.
const UPDATE: &str = "
    UPDATE password_resets
       SET digest = $2, expires_at = $3, version = version + 1
     WHERE \"user\" = $1
       AND version = $4
";

const OF_USER: &str = "
    SELECT \"user\", digest, expires_at, version
      FROM password_resets
     WHERE \"user\" = $1
";

const BY_DIGEST: &str = "
    SELECT \"user\", digest, expires_at, version
      FROM password_resets
     WHERE digest = $1
";

pub(crate) async fn insert<T: Transaction>(tx: &mut T, reset: &PasswordReset) -> Result<(), StoreError> {
    exactly_one(tx, INSERT, params![reset.user.as_str(), reset.digest, reset.expires_at]).await
}

pub(crate) async fn update<T: Transaction>(tx: &mut T, reset: &PasswordReset) -> Result<(), StoreError> {
    let params = params![reset.user.as_str(), reset.digest, reset.expires_at, reset.version];
    exactly_one(tx, UPDATE, params).await
}

fn reset(record: &Record) -> Result<PasswordReset, StoreError> {
    Ok(PasswordReset {
        user: record.parsed(0)?,
        digest: record.maybe_digest(1)?,
        expires_at: record.moment(2)?,
        version: record.integer(3)?,
    })
}

impl<D: Driver> Store<D> {
    /// The link that somebody was sent last, used or not.
    pub async fn password_reset(&self, user: &UserId) -> Result<Option<PasswordReset>, StoreError> {
        self.one(OF_USER, params![user.as_str()]).await?.as_ref().map(reset).transpose()
    }

    /// The link with one of a token's digests, if it was not used.
    pub async fn password_reset_by_digest(
        &self,
        digests: &[Digest],
    ) -> Result<Option<PasswordReset>, StoreError> {
        self.first_of(BY_DIGEST, digests).await?.as_ref().map(reset).transpose()
    }
}
