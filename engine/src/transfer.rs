//! Transfer: make another member the owner.

use domain::{
    AccountId, Actor, Challenge, Password, Proof, Purpose, Refusal, Role, Timestamp, UserId, may_own,
    transfer_ownership,
};
use rand_core::Rng;
use store::{Driver, TeamMember};

use crate::sessions::View;
use crate::{DECISIONS_MAX, Engine, EngineError, lend};

impl<D: Driver> Engine<D> {
    /// Compares the owner's password and sends the code that the transfer needs.
    pub async fn ask_transfer(
        &self,
        view: &View,
        user: &UserId,
        password: Password,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Challenge, EngineError> {
        let (owner, next) = self.owner_and(&view.account.id, user).await?;
        may_own(&view.account, &owner.member, &next.member, &next.user)?;
        self.confirm_password(view, password, now).await?;
        self.ask(view, Purpose::TransferOwnership { user: *user }, now, rng).await
    }

    /// Hands the account on, spending the code that was answered for it.
    pub async fn transfer_ownership(
        &self,
        view: &View,
        user: &UserId,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<(), EngineError> {
        self.transfer_as(&Self::actor(view), Some(view), &view.account.id, user, now, rng).await
    }

    /// Hands an account on at the operator's word, when its owner cannot.
    pub async fn transfer_by_operator(
        &self,
        actor: &Actor,
        account: &AccountId,
        user: &UserId,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<(), EngineError> {
        self.transfer_as(actor, None, account, user, now, rng).await
    }

    async fn transfer_as(
        &self,
        actor: &Actor,
        view: Option<&View>,
        account: &AccountId,
        user: &UserId,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<(), EngineError> {
        for _ in 0..DECISIONS_MAX {
            let account = self.account(account).await?;
            let brand = self.brand(&account.brand)?;
            let (owner, next) = self.owner_and(&account.id, user).await?;
            let proof = match view {
                Some(view) => self.proof(view, &Purpose::TransferOwnership { user: *user }).await?,
                None => Proof::default(),
            };
            let (from, to) = ((&owner.member, &owner.user), (&next.member, &next.user));
            let decision = transfer_ownership(brand, &account, from, to, actor, &proof, now, lend(rng))?;
            if self.write(decision).await?.is_some() {
                return Ok(());
            }
        }
        Err(EngineError::Contended)
    }

    async fn owner_and(
        &self,
        account: &AccountId,
        user: &UserId,
    ) -> Result<(TeamMember, TeamMember), EngineError> {
        let team = self.store.team(account).await?;
        let owner = team.iter().find(|one| one.member.role == Role::Owner).cloned();
        let next = team.into_iter().find(|one| one.user.id == *user);
        Ok((owner.ok_or(Refusal::NotFound)?, next.ok_or(Refusal::NotFound)?))
    }
}
