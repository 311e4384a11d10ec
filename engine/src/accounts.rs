//! Accounts: opening them, and what live mode asks of them.

use domain::{
    Account, AccountId, Actor, BrandId, Decision, NewOwner, Refusal, Timestamp, activate, open_account,
    submit_website, verify_website,
};
use rand_core::Rng;
use store::Driver;

use crate::{DECISIONS_MAX, Engine, EngineError, lend};

impl<D: Driver> Engine<D> {
    /// Opens an account with its owner, who gets a letter. An e-mail that the brand knows already is refused.
    pub async fn open_account(
        &self,
        actor: &Actor,
        brand: &BrandId,
        name: &str,
        owner: &NewOwner,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Account, EngineError> {
        let brand = self.brand(brand)?;
        if self.store.user_by_email(&brand.id, &owner.email).await?.is_some() {
            return Err(Refusal::Taken { field: "owner.email" }.into());
        }
        let new = open_account(brand, actor, name, owner, now, lend(rng))?;
        match self.write(new.decision).await? {
            Some(_) => self.account(&new.account.id).await,
            None => Err(Refusal::Taken { field: "owner.email" }.into()),
        }
    }

    /// An account.
    pub async fn account(&self, id: &AccountId) -> Result<Account, EngineError> {
        Ok(self.store.account(id).await?.ok_or(Refusal::NotFound)?)
    }

    /// Activates an account.
    pub async fn activate(
        &self,
        actor: &Actor,
        id: &AccountId,
        now: Timestamp,
    ) -> Result<Account, EngineError> {
        self.change_account(id, |account| activate(actor, account, now)).await
    }

    /// Tells an account's website or app.
    pub async fn submit_website(
        &self,
        actor: &Actor,
        id: &AccountId,
        url: &str,
        now: Timestamp,
    ) -> Result<Account, EngineError> {
        self.change_account(id, |account| submit_website(actor, account, url, now)).await
    }

    /// Verifies an account's website or app.
    pub async fn verify_website(
        &self,
        actor: &Actor,
        id: &AccountId,
        now: Timestamp,
    ) -> Result<Account, EngineError> {
        self.change_account(id, |account| verify_website(actor, account, now)).await
    }

    async fn change_account(
        &self,
        id: &AccountId,
        decide: impl Fn(&Account) -> Result<Option<Decision>, Refusal>,
    ) -> Result<Account, EngineError> {
        for _ in 0..DECISIONS_MAX {
            let account = self.account(id).await?;
            let Some(decision) = decide(&account)? else { return Ok(account) };
            if self.write(decision).await?.is_some() {
                return self.account(id).await;
            }
        }
        Err(EngineError::Contended)
    }
}
