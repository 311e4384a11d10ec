//! Members: who is in an account, and unlocking them.

use domain::{
    Account, AccountId, Actor, Mobile, PasswordHash, Refusal, Role, Timestamp, User, UserId, VerifiedMobile,
    accept_for_owner, add_member, unlock,
};
use rand_core::Rng;
use store::{Driver, TeamMember};

use crate::{DECISIONS_MAX, Engine, EngineError, lend};

/// Somebody who joins an account with everything already known about them.
#[derive(Clone, Debug)]
pub struct NewMember {
    /// What to call them.
    pub name: String,
    /// Their e-mail, in lower case.
    pub email: String,
    /// Their password's hash.
    pub password: Option<PasswordHash>,
    /// Their verified number.
    pub mobile: Option<Mobile>,
    /// Whether they have two-factor on.
    pub two_factor: bool,
    /// What they are.
    pub role: Role,
}

impl<D: Driver> Engine<D> {
    /// Everybody in an account.
    pub async fn team(&self, account: &AccountId) -> Result<Vec<TeamMember>, EngineError> {
        Ok(self.store.team(account).await?)
    }

    /// Adds a member who is new to the brand.
    pub async fn add_member(
        &self,
        actor: &Actor,
        account: &Account,
        new: NewMember,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<User, EngineError> {
        let user = User {
            password: new.password,
            mobile: new.mobile.map(|number| VerifiedMobile { number, verified_at: now }),
            two_factor: new.two_factor,
            ..User::new(account.brand.clone(), new.name, new.email, now, lend(rng))
        };
        let brand = self.brand(&account.brand)?;
        match self.write(add_member(brand, actor, account, &user, new.role, now)?).await? {
            Some(_) => Ok(user),
            None => Err(Refusal::Taken { field: "email" }.into()),
        }
    }

    /// Gives an account's owner a password without the invitation's round by e-mail. For setting up samples; an operator
    /// may do it because an operator may reset any owner.
    pub async fn accept_for_owner(
        &self,
        actor: &Actor,
        account: &AccountId,
        password: PasswordHash,
        two_factor: bool,
        now: Timestamp,
    ) -> Result<User, EngineError> {
        for _ in 0..DECISIONS_MAX {
            let owner = self.team(account).await?.into_iter().find(|one| one.member.role == Role::Owner);
            let owner = owner.ok_or(Refusal::NotFound)?;
            let decision =
                accept_for_owner(actor, &owner.member, &owner.user, password.clone(), two_factor, now)?;
            if self.write(decision).await?.is_some() {
                return Ok(self.store.user(&owner.user.id).await?.ok_or(Refusal::NotFound)?);
            }
        }
        Err(EngineError::Contended)
    }

    /// Unlocks a member.
    pub async fn unlock(
        &self,
        actor: &Actor,
        account: &AccountId,
        user: &UserId,
        now: Timestamp,
    ) -> Result<User, EngineError> {
        for _ in 0..DECISIONS_MAX {
            let member = self.store.member(account, user).await?.ok_or(Refusal::NotFound)?;
            let found = self.store.user(user).await?.ok_or(Refusal::NotFound)?;
            if self.write(unlock(actor, &member, &found, now)?).await?.is_some() {
                return Ok(self.store.user(user).await?.ok_or(Refusal::NotFound)?);
            }
        }
        Err(EngineError::Contended)
    }
}
