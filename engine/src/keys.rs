//! Keys: reading them, and seeing that what a request names belongs together.

use domain::{Account, AccountId, Key, KeyId, KeyRef, Mode, Refusal};
use store::{Driver, StoreError};

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
        found.ok_or_else(|| self.not_found())
    }

    /// The key that a pair belongs to.
    pub async fn key_of_pair(&self, key_id: &KeyId) -> Result<Key, EngineError> {
        Ok(self.store.key_of_pair(key_id).await?.ok_or(Refusal::NotFound)?)
    }

    /// The key of an account that a pair belongs to, to change it. Another account's pair looks like one that does not exist.
    pub async fn key_of_pair_in(&self, account: &AccountId, key_id: &KeyId) -> Result<Key, EngineError> {
        let found = self.store.key_of_pair(key_id).await?.filter(|key| key.account == *account);
        found.ok_or_else(|| self.not_found())
    }

    /// Of a database that lacks changes nobody can say that something was never made.
    fn not_found(&self) -> EngineError {
        if self.quarantined().is_some() { StoreError::Quarantined.into() } else { Refusal::NotFound.into() }
    }
}
