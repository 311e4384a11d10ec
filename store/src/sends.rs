//! When codes were sent to which number or address.

use domain::{Recipient, SendHistory, Timestamp};

use crate::Store;
use crate::apply::exactly_one;
use crate::driver::{Driver, StoreError, Transaction};
use crate::value::params;

const INSERT: &str = "
    INSERT INTO sends (recipient, sends, version)
    VALUES ($1, $2, 1)
";

const UPDATE: &str = "
    UPDATE sends
       SET sends = $2, version = version + 1
     WHERE recipient = $1
       AND version = $3
";

const TO_RECIPIENT: &str = "
    SELECT sends, version
      FROM sends
     WHERE recipient = $1
";

fn packed(sends: &[Timestamp]) -> Vec<u8> {
    sends.iter().flat_map(|sent| sent.as_millis().to_be_bytes()).collect()
}

pub(crate) async fn insert<T: Transaction>(tx: &mut T, history: &SendHistory) -> Result<(), StoreError> {
    exactly_one(tx, INSERT, params![history.to.as_str(), packed(&history.sends)]).await
}

pub(crate) async fn update<T: Transaction>(tx: &mut T, history: &SendHistory) -> Result<(), StoreError> {
    exactly_one(tx, UPDATE, params![history.to.as_str(), packed(&history.sends), history.version]).await
}

impl<D: Driver> Store<D> {
    /// When codes were sent to a number or an address.
    pub async fn sends(&self, to: &Recipient) -> Result<SendHistory, StoreError> {
        let Some(record) = self.one(TO_RECIPIENT, params![to.as_str()]).await? else {
            return Ok(SendHistory::empty(to.clone()));
        };
        let packed = record.maybe_blob(0)?.unwrap_or_default();
        let sends = packed
            .chunks_exact(8)
            .map(|bytes| {
                Timestamp::from_millis(i64::from_be_bytes(bytes.try_into().expect("chunks of eight")))
            })
            .collect();
        Ok(SendHistory { to: to.clone(), sends, version: record.integer(1)? })
    }
}
