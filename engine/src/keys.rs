//! Keys: reading them, and seeing that what a request names belongs together.

use domain::{Account, AccountId, Key, KeyId, KeyRef, Mode, Refusal};
use store::Driver;

use crate::{Engine, EngineError};

impl<D: Driver> Engine<D> {
    /// An account's keys in a mode, oldest first.
    pub async fn keys(&self, account: &AccountId, mode: Mode) -> Result<Vec<Key>, EngineError> {
        let account: Account = self.account(account).await?;
        Ok(self.store.keys(&account.id, mode).await?)
    }

    /// A key of an account. Another account's key looks like one that does not exist.
    pub async fn key(&self, account: &AccountId, key: &KeyRef) -> Result<Key, EngineError> {
        let found = self.store.key(key).await?.filter(|key| key.account == *account);
        Ok(found.ok_or(Refusal::NotFound)?)
    }

    /// The key that a pair belongs to.
    pub async fn key_of_pair(&self, key_id: &KeyId) -> Result<Key, EngineError> {
        Ok(self.store.key_of_pair(key_id).await?.ok_or(Refusal::NotFound)?)
    }

    /// The key of an account that a pair belongs to. Another account's pair looks like one that does not exist.
    pub async fn key_of_pair_in(&self, account: &AccountId, key_id: &KeyId) -> Result<Key, EngineError> {
        let key = self.key_of_pair(key_id).await?;
        if key.account == *account { Ok(key) } else { Err(Refusal::NotFound.into()) }
    }
}
