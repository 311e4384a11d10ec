//! Invite: ask somebody by e-mail to join an account, again if need be, and take it back.

use domain::{
    Account, AccountId, Actor, DAY, Guests, Invitation, InvitationId, InvitationState, Invite, Inviter,
    Proof, Purpose, Refusal, Timestamp, cancel_invitation, invite, send_again, send_held,
};
use rand_core::Rng;
use store::Driver;

use crate::sessions::View;
use crate::{DECISIONS_MAX, Engine, EngineError, lend, written};

/// An invitation that nobody accepted or cancelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The invitation.
    pub invitation: Invitation,
    /// Whether whoever sent it may still manage the team; otherwise its link is dead until it is sent again.
    pub inviter_still_may: bool,
}

/// How a pending invitation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PendingStanding {
    /// It waits for a code of its sender.
    Held,
    /// Its link works.
    Works,
    /// Its link is too old.
    Over,
    /// Its link is dead: whoever sent it may not any more.
    Dead,
}

impl Pending {
    /// How it stands at `now`.
    pub fn standing(&self, now: Timestamp) -> PendingStanding {
        match self.invitation.state {
            InvitationState::Held => PendingStanding::Held,
            _ if !self.inviter_still_may => PendingStanding::Dead,
            _ if self.invitation.expires_at.reached(now) => PendingStanding::Over,
            _ => PendingStanding::Works,
        }
    }
}

impl<D: Driver> Engine<D> {
    /// An account's pending invitations, oldest first.
    pub async fn pending_invitations(&self, account: &AccountId) -> Result<Vec<Pending>, EngineError> {
        let mut pending = Vec::new();
        for invitation in self.store.pending_invitations(account).await? {
            let inviter = match &invitation.inviter {
                Inviter::Member(user) => self.store.member(account, user).await?,
                Inviter::Operator(_) => None,
            };
            let inviter_still_may = invitation.inviter_still_may(inviter.as_ref());
            pending.push(Pending { invitation, inviter_still_may });
        }
        Ok(pending)
    }

    /// Invites somebody. With a view, an invitation that needs a step-up is held until [`Engine::send_held_invitation`].
    pub async fn invite(
        &self,
        actor: &Actor,
        view: Option<&View>,
        account: &AccountId,
        request: &Invite,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Invitation, EngineError> {
        let inviter = self.called(actor).await?;
        let session = view.map(|view| &view.session);
        for _ in 0..DECISIONS_MAX {
            let account = self.account(account).await?;
            let brand = self.brand(&account.brand)?;
            let guests = self.guests(&account, &request.email, now).await?;
            let pepper = &self.pepper();
            let (decision, invitation) =
                invite(brand, &account, request, &guests, actor, &inviter, session, pepper, now, lend(rng))?;
            if self.write(decision).await?.is_some() {
                return Ok(self
                    .store
                    .invitation(&invitation.id)
                    .await
                    .map_err(written)?
                    .ok_or(Refusal::NotFound)?);
            }
        }
        Err(EngineError::Contended)
    }

    async fn guests(&self, account: &Account, email: &str, now: Timestamp) -> Result<Guests, EngineError> {
        let email = email.trim().to_lowercase();
        let team = self.store.team(&account.id).await?;
        Ok(Guests {
            earlier: self.store.invitation_of(&account.id, &email).await?,
            is_member: team.iter().any(|one| one.user.email == email),
            counted: self.store.invitations_counted(&account.id, now - DAY).await?,
        })
    }

    /// Sends an invitation that was held, spending the step-up its sender answered for it.
    pub async fn send_held_invitation(
        &self,
        view: &View,
        id: &InvitationId,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<(), EngineError> {
        let actor = Self::actor(view);
        for _ in 0..DECISIONS_MAX {
            let (account, invitation) = self.own_invitation(&view.account.id, id).await?;
            let brand = self.brand(&account.brand)?;
            let proof: Proof = self.proof(view, &Purpose::SendInvitation { invitation: *id }).await?;
            let (inviter, pepper) = (&view.user.name, &self.pepper());
            let decision =
                send_held(brand, &account, &invitation, &actor, inviter, &proof, pepper, now, lend(rng))?;
            if self.write(decision).await?.is_some() {
                return Ok(());
            }
        }
        Err(EngineError::Contended)
    }

    /// Sends a pending invitation again, with a new link.
    pub async fn send_invitation_again(
        &self,
        actor: &Actor,
        account: &AccountId,
        id: &InvitationId,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Invitation, EngineError> {
        let inviter = self.called(actor).await?;
        for _ in 0..DECISIONS_MAX {
            let (account, invitation) = self.own_invitation(account, id).await?;
            let (brand, pepper) = (self.brand(&account.brand)?, &self.pepper());
            let decision = send_again(brand, &account, &invitation, actor, &inviter, pepper, now, lend(rng))?;
            if self.write(decision).await?.is_some() {
                return Ok(self.own_invitation(&account.id, id).await.map_err(written)?.1);
            }
        }
        Err(EngineError::Contended)
    }

    /// Takes a pending invitation back.
    pub async fn cancel_invitation(
        &self,
        actor: &Actor,
        account: &AccountId,
        id: &InvitationId,
        now: Timestamp,
    ) -> Result<Invitation, EngineError> {
        for _ in 0..DECISIONS_MAX {
            let (account, invitation) = self.own_invitation(account, id).await?;
            let Some(decision) = cancel_invitation(&account, &invitation, actor, now)? else {
                return Ok(invitation);
            };
            if self.write(decision).await?.is_some() {
                return Ok(self.own_invitation(&account.id, id).await.map_err(written)?.1);
            }
        }
        Err(EngineError::Contended)
    }

    /// An account with one of its invitations; another's looks like none.
    pub async fn own_invitation(
        &self,
        account: &AccountId,
        id: &InvitationId,
    ) -> Result<(Account, Invitation), EngineError> {
        let account = self.account(account).await?;
        let invitation = self.store.invitation(id).await?;
        let own = invitation.filter(|one| one.account == account.id).ok_or(Refusal::NotFound)?;
        Ok((account, own))
    }

    /// What a letter calls whoever acts; nothing for the operator, who speaks for the brand.
    async fn called(&self, actor: &Actor) -> Result<String, EngineError> {
        Ok(match actor {
            Actor::Member(member) => self.store.user(&member.user).await?.ok_or(Refusal::LogInFirst)?.name,
            Actor::Operator { .. } => String::new(),
        })
    }
}
