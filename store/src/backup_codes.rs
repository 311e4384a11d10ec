//! Backup codes in the store: what is left of a set, one row for each user.

use domain::{BackupCodes, UserId};

use crate::Store;
use crate::apply::exactly_one;
use crate::driver::{Driver, StoreError, Transaction};
use crate::value::{packed, params};

const INSERT: &str = "
    INSERT INTO backup_codes (\"user\", unused, made_at, version)
    VALUES ($1, $2, $3, 1)
";

/// Of any number of simultaneous uses of a code, based on the same version, only one is written.
const UPDATE: &str = "
    UPDATE backup_codes
       SET unused = $2, made_at = $3, version = version + 1
     WHERE \"user\" = $1
       AND version = $4
";

const OF_USER: &str = "
    SELECT unused, made_at, version
      FROM backup_codes
     WHERE \"user\" = $1
";

pub(crate) async fn insert<T: Transaction>(tx: &mut T, codes: &BackupCodes) -> Result<(), StoreError> {
    exactly_one(tx, INSERT, params![codes.user.as_str(), packed(&codes.unused), codes.made_at]).await
}

pub(crate) async fn update<T: Transaction>(tx: &mut T, codes: &BackupCodes) -> Result<(), StoreError> {
    let params = params![codes.user.as_str(), packed(&codes.unused), codes.made_at, codes.version];
    exactly_one(tx, UPDATE, params).await
}

impl<D: Driver> Store<D> {
    /// The backup codes somebody has left.
    pub async fn backup_codes(&self, user: &UserId) -> Result<BackupCodes, StoreError> {
        let Some(record) = self.one(OF_USER, params![user.as_str()]).await? else {
            return Ok(BackupCodes::none(*user));
        };
        Ok(BackupCodes {
            user: *user,
            unused: record.digests(0)?,
            made_at: record.moment(1)?,
            version: record.integer(2)?,
        })
    }
}
