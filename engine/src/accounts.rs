//! Accounts: opening and finding them.

use domain::{
    Account, AccountId, Actor, BrandId, Decision, IdempotencyKey, NewOwner, Refusal, Timestamp, User,
    open_account,
};
use rand_core::Rng;
use store::Driver;

use crate::{DECISIONS_MAX, Engine, EngineError, lend, written};

/// An account that was opened, now or by the first of several identical requests.
#[derive(Debug)]
pub struct Opened {
    /// The account, as it is now.
    pub account: Account,
    /// Whether an earlier request opened it.
    pub replayed: bool,
}

impl<D: Driver> Engine<D> {
    /// Opens an account with its owner, who gets an invitation. Somebody whom the brand knows already owns it beside what they
    /// are in.
    pub async fn open_account(
        &self,
        actor: &Actor,
        brand: &BrandId,
        name: &str,
        owner: &NewOwner,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Account, EngineError> {
        Ok(self.open_account_once(actor, brand, name, owner, None, now, rng).await?.account)
    }

    /// Opens an account, or finds the one that an earlier request with the same idempotency key opened.
    #[expect(clippy::too_many_arguments, reason = "each is a fact the decision rests on")]
    pub async fn open_account_once(
        &self,
        actor: &Actor,
        brand: &BrandId,
        name: &str,
        owner: &NewOwner,
        idempotency: Option<&IdempotencyKey>,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Opened, EngineError> {
        if let Some(opened) = self.opened_before(idempotency, now).await? {
            return Ok(opened);
        }
        let brand = self.brand(brand)?;
        for _ in 0..DECISIONS_MAX {
            let known = self.store.user_by_email(&brand.id, &owner.email).await?;
            let pepper = &self.pepper();
            let mut new = open_account(brand, actor, name, owner, known.as_ref(), pepper, now, lend(rng))?;
            new.decision.remember =
                idempotency.map(|key| key.remember(new.account.id.as_str(), None, pepper, now, lend(rng)));
            if self.write(new.decision).await?.is_some() {
                let account = self.account(&new.account.id).await.map_err(written)?;
                return Ok(Opened { account, replayed: false });
            }
            // The same request may have been sent twice at once.
            if let Some(opened) = self.opened_before(idempotency, now).await? {
                return Ok(opened);
            }
        }
        Err(EngineError::Contended)
    }

    async fn opened_before(
        &self,
        idempotency: Option<&IdempotencyKey>,
        now: Timestamp,
    ) -> Result<Option<Opened>, EngineError> {
        let Some(idempotency) = idempotency else { return Ok(None) };
        let Some(found) = self.store.answer(&idempotency.digests()).await? else { return Ok(None) };
        let replay = idempotency.replay(&found, &self.pepper(), now)?;
        let id: AccountId = replay.target.parse().map_err(|_| Refusal::IdempotencyMismatch)?;
        Ok(Some(Opened { account: self.account(&id).await?, replayed: true }))
    }

    /// An account.
    pub async fn account(&self, id: &AccountId) -> Result<Account, EngineError> {
        Ok(self.store.account(id).await?.ok_or(Refusal::NotFound)?)
    }

    /// Changes an account as `decide` says, given its owners, again if somebody else changed it meanwhile. `None` changes nothing.
    pub(crate) async fn change_account(
        &self,
        id: &AccountId,
        mut decide: impl FnMut(&Account, &[User]) -> Result<Option<Decision>, Refusal>,
    ) -> Result<Account, EngineError> {
        for _ in 0..DECISIONS_MAX {
            let account = self.account(id).await?;
            let owners = self.owners(&account).await?;
            let Some(decision) = decide(&account, &owners)? else { return Ok(account) };
            if self.write(decision).await?.is_some() {
                return self.account(id).await.map_err(written);
            }
        }
        Err(EngineError::Contended)
    }
}
