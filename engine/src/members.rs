//! Members: who is in an account as what, and unlocking them.

use domain::{
    Account, AccountId, Actor, Mobile, PasswordHash, Proof, Purpose, Refusal, Role, Timestamp, User, UserId,
    VerifiedMobile, accept_for_owner, add_member, change_role, leave, remove, require_two_factor, unlock,
};
use rand_core::Rng;
use store::{Driver, TeamMember};

use crate::sessions::View;
use crate::{DECISIONS_MAX, Engine, EngineError, lend, written};

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
            let (member, user) = (&owner.member, &owner.user);
            let invitation = self.store.invitation_of(account, &user.email).await?;
            let invitation = invitation.as_ref();
            let decision =
                accept_for_owner(actor, member, user, invitation, password.clone(), two_factor, now)?;
            if self.write(decision).await?.is_some() {
                return Ok(self
                    .store
                    .user(&owner.user.id)
                    .await
                    .map_err(written)?
                    .ok_or(Refusal::NotFound)?);
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
            let one = self.team_member(account, user).await?;
            let memberships = self.store.memberships(user).await?;
            if self.write(unlock(actor, &one.member, &one.user, &memberships, now)?).await?.is_some() {
                return Ok(self.store.user(user).await.map_err(written)?.ok_or(Refusal::NotFound)?);
            }
        }
        Err(EngineError::Contended)
    }

    /// Gives a member another role. With a view, spends the step-up that making an admin needs.
    #[expect(clippy::too_many_arguments, reason = "each is a fact the decision rests on")]
    pub async fn change_role(
        &self,
        actor: &Actor,
        view: Option<&View>,
        account: &AccountId,
        user: &UserId,
        role: Role,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<TeamMember, EngineError> {
        for _ in 0..DECISIONS_MAX {
            let account = self.account(account).await?;
            let brand = self.brand(&account.brand)?;
            let one = self.team_member(&account.id, user).await?;
            let proof = match view {
                Some(view) => self.proof(view, &Purpose::MakeAdmin { user: *user }).await?,
                None => Proof::default(),
            };
            let (member, known) = (&one.member, &one.user);
            let decision = change_role(brand, &account, member, known, role, actor, &proof, now, lend(rng))?;
            let Some(decision) = decision else { return Ok(one) };
            if self.write(decision).await?.is_some() {
                return self.team_member(&account.id, user).await.map_err(written);
            }
        }
        Err(EngineError::Contended)
    }

    /// Removes a member; what they have open opens nothing from the next request on.
    pub async fn remove_member(
        &self,
        actor: &Actor,
        account: &AccountId,
        user: &UserId,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<TeamMember, EngineError> {
        for _ in 0..DECISIONS_MAX {
            let account = self.account(account).await?;
            let one = self.team_member(&account.id, user).await?;
            let decision = remove(&account, &one.member, &one.user, actor, now, lend(rng))?;
            if self.write(decision).await?.is_some() {
                return Ok(one);
            }
        }
        Err(EngineError::Contended)
    }

    /// Leaves the account that a session looks at.
    pub async fn leave(
        &self,
        view: &View,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<(), EngineError> {
        let actor = Self::actor(view);
        for _ in 0..DECISIONS_MAX {
            let one = self.team_member(&view.account.id, &view.user.id).await?;
            let decision = leave(&view.account, &one.member, &one.user, &actor, now, lend(rng))?;
            if self.write(decision).await?.is_some() {
                return Ok(());
            }
        }
        Err(EngineError::Contended)
    }

    /// Asks two-factor of the whole team, or no longer. With a view, spends the step-up that the latter needs.
    pub async fn require_two_factor(
        &self,
        actor: &Actor,
        view: Option<&View>,
        account: &AccountId,
        required: bool,
        now: Timestamp,
    ) -> Result<Account, EngineError> {
        for _ in 0..DECISIONS_MAX {
            let account = self.account(account).await?;
            let brand = self.brand(&account.brand)?;
            let (user, proof) = match view {
                Some(view) => {
                    let user = self.store.user(&view.user.id).await?;
                    (user, self.proof(view, &Purpose::TeamTwoFactorOff).await?)
                }
                None => (None, Proof::default()),
            };
            let decision = require_two_factor(brand, &account, required, actor, user.as_ref(), &proof, now)?;
            let Some(decision) = decision else { return Ok(account) };
            if self.write(decision).await?.is_some() {
                return self.account(&account.id).await.map_err(written);
            }
        }
        Err(EngineError::Contended)
    }

    /// A member with who they are; somebody who is not in the account looks like nobody.
    pub async fn team_member(&self, account: &AccountId, user: &UserId) -> Result<TeamMember, EngineError> {
        let member = self.store.member(account, user).await?.ok_or(Refusal::NotFound)?;
        let user = self.store.user(user).await?.ok_or(Refusal::NotFound)?;
        Ok(TeamMember { member, user })
    }
}
