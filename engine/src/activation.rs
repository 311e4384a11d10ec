//! Activation: business details told by an account, found good or returned by the operator.

use domain::{Account, AccountId, Actor, Business, Timestamp, activate, return_activation, submit_business};
use rand_core::Rng;
use store::Driver;

use crate::{Engine, EngineError, lend};

impl<D: Driver> Engine<D> {
    /// Tells whose business an account is.
    pub async fn submit_business(
        &self,
        actor: &Actor,
        id: &AccountId,
        business: &Business,
        now: Timestamp,
    ) -> Result<Account, EngineError> {
        self.change_account(id, |account, _| submit_business(actor, account, business, now)).await
    }

    /// Activates an account. `seen` is when the details were told that were looked at, if the caller knows.
    pub async fn activate(
        &self,
        actor: &Actor,
        id: &AccountId,
        seen: Option<Timestamp>,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Account, EngineError> {
        self.change_account(id, |account, owners| activate(actor, account, seen, owners, now, lend(rng)))
            .await
    }

    /// Returns an account's business details with what has to be mended.
    pub async fn return_activation(
        &self,
        actor: &Actor,
        id: &AccountId,
        seen: Option<Timestamp>,
        reason: &str,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Account, EngineError> {
        self.change_account(id, |account, owners| {
            return_activation(actor, account, seen, reason, owners, now, lend(rng))
        })
        .await
    }
}
