//! Followers: admitting and revoking services that verify by themselves, and who is behind a follower's token.

use domain::{
    Actor, Follower, IdempotencyKey, Refusal, Timestamp, Token, admit_follower, admitted_token,
    follower_digest, revoke_follower,
};
use rand_core::Rng;
use store::Driver;

use crate::{DECISIONS_MAX, Engine, EngineError, lend, written};

/// A follower that was admitted, now or by the first of several identical requests.
#[derive(Debug)]
pub struct Admitted {
    /// The follower.
    pub follower: Follower,
    /// Its token; here and nowhere else.
    pub token: Token,
    /// Whether an earlier request admitted it.
    pub replayed: bool,
}

impl<D: Driver> Engine<D> {
    /// Admits a follower, or finds the one that an earlier request with the same idempotency key admitted.
    pub async fn admit_follower(
        &self,
        actor: &Actor,
        name: &str,
        idempotency: Option<&IdempotencyKey>,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Admitted, EngineError> {
        if let Some(admitted) = self.admitted_before(idempotency, now).await? {
            return Ok(admitted);
        }
        let pepper = &self.pepper();
        let (decision, token) = admit_follower(actor, name, idempotency, pepper, now, lend(rng))?;
        if self.write(decision).await?.is_none() {
            // The same request may have been sent twice at once; otherwise the name is somebody else's.
            let before = self.admitted_before(idempotency, now).await?;
            return before.ok_or(Refusal::Taken { field: "name" }.into());
        }
        let follower =
            self.store.follower_by_digest(&[follower_digest(&token, pepper)]).await.map_err(written)?;
        Ok(Admitted { follower: follower.ok_or(Refusal::NotFound)?, token, replayed: false })
    }

    async fn admitted_before(
        &self,
        idempotency: Option<&IdempotencyKey>,
        now: Timestamp,
    ) -> Result<Option<Admitted>, EngineError> {
        let Some(idempotency) = idempotency else { return Ok(None) };
        let Some(found) = self.store.answer(&idempotency.digests()).await? else { return Ok(None) };
        let pepper = &self.pepper();
        let replay = idempotency.replay(&found, pepper, now)?;
        let follower = self.store.follower_by_name(&replay.target).await?;
        let follower = follower.ok_or(Refusal::IdempotencyMismatch)?;
        // As with a pair's secret, a token can be told again for ten minutes and no longer.
        let token = admitted_token(&follower, idempotency, pepper).filter(|_| !found.expires_at.reached(now));
        let token = token.ok_or(Refusal::Taken { field: "name" })?;
        Ok(Some(Admitted { follower, token, replayed: true }))
    }

    /// Revokes a follower's token; one that is revoked already stays as it is.
    pub async fn revoke_follower(
        &self,
        actor: &Actor,
        name: &str,
        now: Timestamp,
    ) -> Result<Follower, EngineError> {
        for _ in 0..DECISIONS_MAX {
            let follower = self.store.follower_by_name(name).await?.ok_or(Refusal::NotFound)?;
            let Some(decision) = revoke_follower(actor, &follower, now)? else { return Ok(follower) };
            if self.write(decision).await?.is_some() {
                return Ok(self
                    .store
                    .follower_by_name(name)
                    .await
                    .map_err(written)?
                    .ok_or(Refusal::NotFound)?);
            }
        }
        Err(EngineError::Contended)
    }

    /// The follower behind a token. Unknown and revoked look the same.
    pub async fn follower(&self, token: &str) -> Result<Follower, EngineError> {
        let token = Token::parse(token).ok_or(Refusal::LogInFirst)?;
        let digests = self.pepper().digests(|pepper| follower_digest(&token, pepper));
        Ok(self.store.follower_by_digest(&digests).await?.ok_or(Refusal::LogInFirst)?)
    }
}
