//! Business website details: told by an account, verified or returned by the operator.

use domain::{
    Account, AccountId, Actor, NewWebsite, Timestamp, return_website, submit_website, verify_website,
};
use rand_core::Rng;
use store::Driver;

use crate::{Engine, EngineError, lend};

impl<D: Driver> Engine<D> {
    /// Tells an account's website or app.
    pub async fn submit_website(
        &self,
        actor: &Actor,
        id: &AccountId,
        new: &NewWebsite,
        now: Timestamp,
    ) -> Result<Account, EngineError> {
        self.change_account(id, |account, _| submit_website(actor, account, new, now)).await
    }

    /// Verifies an account's website or app. `seen` is the address that was looked at, if the caller knows.
    pub async fn verify_website(
        &self,
        actor: &Actor,
        id: &AccountId,
        seen: Option<&str>,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Account, EngineError> {
        self.change_account(id, |account, owners| {
            verify_website(actor, account, seen, owners, now, lend(rng))
        })
        .await
    }

    /// Returns an account's website or app with what has to be mended.
    pub async fn return_website(
        &self,
        actor: &Actor,
        id: &AccountId,
        seen: Option<&str>,
        reason: &str,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Account, EngineError> {
        self.change_account(id, |account, owners| {
            return_website(actor, account, seen, reason, owners, now, lend(rng))
        })
        .await
    }
}
