//! Generate: a key's first pair, or another after its last has ended.

use domain::{
    Account, AccountId, Actor, GenerateRequest, IdempotencyKey, NewPair, Proof, Purpose, Refusal, Role,
    Timestamp, User, default_key, generate,
};
use rand_core::Rng;
use store::Driver;

use crate::sessions::View;
use crate::{DECISIONS_MAX, Engine, EngineError, Issued, lend, written};

/// A pair that was generated.
pub type Generated = NewPair;

impl<D: Driver> Engine<D> {
    /// Generates a pair for a member.
    pub async fn generate(
        &self,
        view: &View,
        request: &GenerateRequest,
        idempotency: Option<&IdempotencyKey>,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Issued, EngineError> {
        let proof = self.proof(view, &Purpose::GenerateLive).await?;
        self.generate_as(&Self::actor(view), &proof, &view.account.id, request, idempotency, now, rng).await
    }

    /// Generates a pair for an operator.
    pub async fn generate_by_operator(
        &self,
        actor: &Actor,
        account: &AccountId,
        request: &GenerateRequest,
        idempotency: Option<&IdempotencyKey>,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Issued, EngineError> {
        if let Some(issued) = self.issued_before(idempotency, now).await? {
            return Ok(issued);
        }
        match self.generate_as(actor, &Proof::default(), account, request, idempotency, now, rng).await {
            // Refused perhaps only because the same request, sent twice at once, was just done.
            Err(EngineError::Refused(refusal)) => {
                self.issued_before(idempotency, now).await?.ok_or_else(|| refusal.into())
            }
            other => other,
        }
    }

    #[expect(clippy::too_many_arguments, reason = "what both callers above were given, side by side")]
    async fn generate_as(
        &self,
        actor: &Actor,
        proof: &Proof,
        account: &AccountId,
        request: &GenerateRequest,
        idempotency: Option<&IdempotencyKey>,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Issued, EngineError> {
        let name = default_key(request.name.as_deref())?;
        for _ in 0..DECISIONS_MAX {
            let account = self.store.account(account).await?.ok_or(Refusal::NotFound)?;
            let brand = self.brand(&account.brand)?;
            let key = self.store.key_named(&account.id, request.mode, &name).await?;
            let told = self.told_of_keys(&account).await?;
            let pepper = &self.pepper();
            let (mut decision, new) = generate(
                brand,
                &account,
                key.as_ref(),
                request,
                actor,
                proof,
                &told,
                pepper,
                now,
                lend(rng),
            )?;
            decision.remember = idempotency
                .map(|key| key.remember(new.key_id.as_str(), Some(&new.secret), pepper, now, lend(rng)));
            if self.write(decision).await?.is_some() {
                return self.issued(new).await.map_err(written);
            }
            if let Some(issued) = self.issued_before(idempotency, now).await? {
                return Ok(issued);
            }
        }
        Err(EngineError::Contended)
    }

    /// A new pair with its key as the store has it now.
    pub(crate) async fn issued(&self, new: NewPair) -> Result<Issued, EngineError> {
        let key = self.store.key(&new.key).await?.ok_or(Refusal::NotFound)?;
        Ok(Issued { key, key_id: new.key_id, secret: new.secret, replayed: false })
    }

    /// Who is told of what concerns the account as a whole: its owner.
    pub(crate) async fn owners(&self, account: &Account) -> Result<Vec<User>, EngineError> {
        let team = self.store.team(&account.id).await?;
        Ok(team.into_iter().filter(|one| one.member.role == Role::Owner).map(|one| one.user).collect())
    }

    /// Who is told of what happens to an account's keys: everybody there who may see them.
    pub(crate) async fn told_of_keys(&self, account: &Account) -> Result<Vec<User>, EngineError> {
        let team = self.store.team(&account.id).await?;
        let told = team.into_iter().filter(|one| one.member.role.hears_of_keys());
        Ok(told.map(|one| one.user).collect())
    }
}
