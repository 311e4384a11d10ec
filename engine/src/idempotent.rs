//! Idempotent commands: a repeat with the same key finds the first answer instead of doing it again.

use domain::{IdempotencyKey, KeyId, Pair, Refusal, Secret, Timestamp};
use store::Driver;

use crate::{Engine, EngineError};

/// A pair that was issued, now or by the first of several identical requests.
#[derive(Debug)]
pub struct Issued {
    /// The key it belongs to, as it is now.
    pub key: domain::Key,
    /// The public half.
    pub key_id: KeyId,
    /// The secret half.
    pub secret: Secret,
    /// Whether an earlier request issued it.
    pub replayed: bool,
}

impl Issued {
    /// The issued pair's row.
    pub fn pair(&self) -> Result<&Pair, Refusal> {
        self.key.pair(&self.key_id).ok_or(Refusal::NotFound)
    }
}

impl<D: Driver> Engine<D> {
    /// The pair that an earlier request with this key was answered with, if there was one.
    pub async fn issued_before(
        &self,
        idempotency: Option<&IdempotencyKey>,
        now: Timestamp,
    ) -> Result<Option<Issued>, EngineError> {
        let Some(idempotency) = idempotency else { return Ok(None) };
        let Some(found) = self.store.answer(&idempotency.digests()).await? else { return Ok(None) };
        let replay = idempotency.replay(&found, &self.pepper(), now)?;
        let key_id: KeyId = replay.target.parse().map_err(|_| Refusal::IdempotencyMismatch)?;
        let secret = replay.secret.ok_or(Refusal::IdempotencyMismatch)?;
        let key = self.store.key_of_pair(&key_id).await?.ok_or(Refusal::NotFound)?;
        // The first request may have been answered by another node, or may still be catching up.
        self.follow().await?;
        Ok(Some(Issued { key, key_id, secret, replayed: true }))
    }
}
