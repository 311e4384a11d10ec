//! The devices somebody has logged in from, one row for each user.

use domain::{Devices, UserId};

use crate::Store;
use crate::apply::exactly_one;
use crate::driver::{Driver, StoreError, Transaction};
use crate::value::{packed, params};

const INSERT: &str = "
    INSERT INTO devices (\"user\", known, version)
    VALUES ($1, $2, 1)
";

const UPDATE: &str = "
    UPDATE devices
       SET known = $2, version = version + 1
     WHERE \"user\" = $1
       AND version = $3
";

const OF_USER: &str = "
    SELECT known, version
      FROM devices
     WHERE \"user\" = $1
";

pub(crate) async fn insert<T: Transaction>(tx: &mut T, devices: &Devices) -> Result<(), StoreError> {
    exactly_one(tx, INSERT, params![devices.user.as_str(), packed(&devices.known)]).await
}

pub(crate) async fn update<T: Transaction>(tx: &mut T, devices: &Devices) -> Result<(), StoreError> {
    exactly_one(tx, UPDATE, params![devices.user.as_str(), packed(&devices.known), devices.version]).await
}

impl<D: Driver> Store<D> {
    /// The devices somebody has logged in from.
    pub async fn devices(&self, user: &UserId) -> Result<Devices, StoreError> {
        let Some(record) = self.one(OF_USER, params![user.as_str()]).await? else {
            return Ok(Devices::none(*user));
        };
        Ok(Devices { user: *user, known: record.digests(0)?, version: record.integer(1)? })
    }
}
