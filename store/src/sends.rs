//! When codes were sent to which number or address. Codes of one class are counted apart from those of the other.

use domain::{Recipient, SendClass, SendHistory, Timestamp};

use crate::Store;
use crate::apply::exactly_one;
use crate::driver::{Driver, StoreError, Transaction};
use crate::value::params;

const INSERT: &str = "
    INSERT INTO sends (recipient, class, sends, version)
    VALUES ($1, $2, $3, 1)
";

const UPDATE: &str = "
    UPDATE sends
       SET sends = $3, version = version + 1
     WHERE recipient = $1
       AND class = $2
       AND version = $4
";

const TO_RECIPIENT: &str = "
    SELECT sends, version
      FROM sends
     WHERE recipient = $1
       AND class = $2
";

fn packed(sends: &[Timestamp]) -> Vec<u8> {
    sends.iter().flat_map(|sent| sent.as_millis().to_be_bytes()).collect()
}

pub(crate) async fn insert<T: Transaction>(tx: &mut T, history: &SendHistory) -> Result<(), StoreError> {
    exactly_one(tx, INSERT, params![history.to.as_str(), history.class.to_string(), packed(&history.sends)])
        .await
}

pub(crate) async fn update<T: Transaction>(tx: &mut T, history: &SendHistory) -> Result<(), StoreError> {
    let class = history.class.to_string();
    let params = params![history.to.as_str(), class, packed(&history.sends), history.version];
    exactly_one(tx, UPDATE, params).await
}

impl<D: Driver> Store<D> {
    /// When codes of a class were sent to a number or an address.
    pub async fn sends(&self, to: &Recipient, class: &SendClass) -> Result<SendHistory, StoreError> {
        let Some(record) = self.one(TO_RECIPIENT, params![to.as_str(), class.to_string()]).await? else {
            return Ok(SendHistory::empty(to.clone(), class.clone()));
        };
        let packed = record.maybe_blob(0)?.unwrap_or_default();
        let sends = packed
            .chunks_exact(8)
            .map(|bytes| {
                Timestamp::from_millis(i64::from_be_bytes(bytes.try_into().expect("chunks of eight")))
            })
            .collect();
        Ok(SendHistory { to: to.clone(), class: class.clone(), sends, version: record.integer(1)? })
    }
}
