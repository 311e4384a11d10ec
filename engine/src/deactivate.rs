//! Deactivate: end a pair now.

use domain::{Actor, Key, KeyId, Proof, Purpose, Refusal, Timestamp, deactivate};
use rand_core::Rng;
use store::Driver;

use crate::sessions::View;
use crate::{DECISIONS_MAX, Engine, EngineError, lend, written};

/// A pair that has ended.
#[derive(Debug)]
pub struct Deactivated {
    /// Its key, as it is now.
    pub key: Key,
    /// A position at which every node knows of it.
    pub position: i64,
}

impl<D: Driver> Engine<D> {
    /// Ends a pair for a member, spending the step-up they answered for it, if one was due.
    pub async fn deactivate(
        &self,
        view: &View,
        key_id: &KeyId,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Deactivated, EngineError> {
        self.deactivate_as(&Self::actor(view), Some(view), key_id, now, rng).await
    }

    /// Ends a pair for an operator. One that has ended already is what was wished for: nothing changes, and its key is told.
    pub async fn deactivate_by_operator(
        &self,
        actor: &Actor,
        key_id: &KeyId,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Deactivated, EngineError> {
        match self.deactivate_as(actor, None, key_id, now, rng).await {
            Err(EngineError::Refused(Refusal::AlreadyEnded { .. })) => {
                // Whoever ended it may have committed a moment ago, so this node may not know of it yet.
                self.follow().await?;
                let key = self.store.key_of_pair(key_id).await?.ok_or(Refusal::NotFound)?;
                Ok(Deactivated { key, position: self.index.position() })
            }
            other => other,
        }
    }

    async fn deactivate_as(
        &self,
        actor: &Actor,
        view: Option<&View>,
        key_id: &KeyId,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Deactivated, EngineError> {
        for _ in 0..DECISIONS_MAX {
            let key = self.store.key_of_pair(key_id).await?.ok_or(Refusal::NotFound)?;
            let account = self.store.account(&key.account).await?.ok_or(Refusal::NotFound)?;
            let brand = self.brand(&account.brand)?;
            let told = self.told_of_keys(&account).await?;
            let proof = match view {
                Some(view) => {
                    self.proof(view, &Purpose::Deactivate { key_id: *key_id, mode: key.mode }).await?
                }
                None => Proof::default(),
            };
            let decision = deactivate(brand, &key, key_id, actor, &proof, &told, now, lend(rng))?;
            if let Some(committed) = self.write(decision).await? {
                let key = self.store.key(&key.id).await.map_err(written)?.ok_or(Refusal::NotFound)?;
                let position = committed.position.unwrap_or_else(|| self.index.position());
                return Ok(Deactivated { key, position });
            }
        }
        Err(EngineError::Contended)
    }
}
