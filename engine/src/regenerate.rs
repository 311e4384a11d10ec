//! Regenerate: a new pair for a key, and an end for the old one.

use domain::{
    Actor, IdempotencyKey, KeyId, KeyRef, PairState, Proof, Purpose, Refusal, RegenerateRequest, Timestamp,
    regenerate,
};
use rand_core::Rng;
use store::Driver;

use crate::sessions::View;
use crate::{DECISIONS_MAX, Engine, EngineError, Issued, lend, written};

/// A regenerated key.
#[derive(Debug)]
pub struct Replaced {
    /// The new pair.
    pub issued: Issued,
    /// The pair it replaces.
    pub old: KeyId,
    /// When the old pair stops, or stopped.
    pub old_until: Timestamp,
    /// A position at which every node knows of it.
    pub position: i64,
}

impl<D: Driver> Engine<D> {
    /// Regenerates a key for a member, spending the step-up they answered for it, if one was due.
    pub async fn regenerate(
        &self,
        view: &View,
        key: &KeyRef,
        request: &RegenerateRequest,
        idempotency: Option<&IdempotencyKey>,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Replaced, EngineError> {
        self.regenerate_as(&Self::actor(view), Some(view), key, request, idempotency, now, rng).await
    }

    /// Regenerates a key for an operator.
    pub async fn regenerate_by_operator(
        &self,
        actor: &Actor,
        key: &KeyRef,
        request: &RegenerateRequest,
        idempotency: Option<&IdempotencyKey>,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Replaced, EngineError> {
        if let Some(replaced) = self.replaced_before(idempotency, now).await? {
            return Ok(replaced);
        }
        match self.regenerate_as(actor, None, key, request, idempotency, now, rng).await {
            // Refused perhaps only because the same request, sent twice at once, was just done.
            Err(EngineError::Refused(refusal)) => {
                self.replaced_before(idempotency, now).await?.ok_or_else(|| refusal.into())
            }
            other => other,
        }
    }

    /// What an earlier regeneration with this key was answered with, if there was one.
    pub async fn replaced_before(
        &self,
        idempotency: Option<&IdempotencyKey>,
        now: Timestamp,
    ) -> Result<Option<Replaced>, EngineError> {
        let Some(issued) = self.issued_before(idempotency, now).await? else { return Ok(None) };
        // The pair that was current before: the newest one older than the issued pair.
        let older = issued.key.pairs.iter().skip_while(|pair| pair.key_id != issued.key_id).nth(1);
        let old = older.ok_or(Refusal::IdempotencyMismatch)?;
        let old_until = match old.state {
            PairState::Retiring { until } => until,
            PairState::Ended { at, .. } => at,
            PairState::Current => return Err(Refusal::IdempotencyMismatch.into()),
        };
        Ok(Some(Replaced { old: old.key_id, old_until, issued, position: self.index.position() }))
    }

    #[expect(clippy::too_many_arguments, reason = "what both callers above were given, side by side")]
    async fn regenerate_as(
        &self,
        actor: &Actor,
        view: Option<&View>,
        key: &KeyRef,
        request: &RegenerateRequest,
        idempotency: Option<&IdempotencyKey>,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Replaced, EngineError> {
        for _ in 0..DECISIONS_MAX {
            let key = self.store.key(key).await?.ok_or(Refusal::NotFound)?;
            let account = self.store.account(&key.account).await?.ok_or(Refusal::NotFound)?;
            let brand = self.brand(&account.brand)?;
            let told = self.told_of_keys(&account).await?;
            let proof = match view {
                Some(view) => self.proof(view, &Purpose::Regenerate { key: key.id, mode: key.mode }).await?,
                None => Proof::default(),
            };
            let pepper = &self.pepper();
            let (mut decision, regenerated) =
                regenerate(brand, &key, request, actor, &proof, &told, pepper, now, lend(rng))?;
            let new = regenerated.new;
            decision.remember = idempotency
                .map(|key| key.remember(new.key_id.as_str(), Some(&new.secret), pepper, now, lend(rng)));
            if let Some(committed) = self.write(decision).await? {
                return Ok(Replaced {
                    issued: self.issued(new).await.map_err(written)?,
                    old: regenerated.old,
                    old_until: regenerated.old_until,
                    position: committed.position.unwrap_or_else(|| self.index.position()),
                });
            }
            if view.is_none()
                && let Some(replaced) = self.replaced_before(idempotency, now).await?
            {
                return Ok(replaced);
            }
        }
        Err(EngineError::Contended)
    }
}
