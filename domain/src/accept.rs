//! Accept: join an account through the link of an invitation.
//!
//! Holding the link shows that one reads the mail of the invited address. That is enough to choose the first password of a
//! login that has none. A login that has one is never opened by a link: its user logs in, with their second factor, and
//! then accepts.

use crate::access::Role;
use crate::account::Account;
use crate::audit::AuditEntry;
use crate::decision::{Decision, Row};
use crate::invite::{Invitation, InvitationState};
use crate::open_account::checked_name;
use crate::password::PasswordHash;
use crate::pepper::Pepper;
use crate::random::Random;
use crate::refusal::Refusal;
use crate::secret::Token;
use crate::session::{Session, Stage};
use crate::switch::moved;
use crate::time::Timestamp;
use crate::user::{Member, User};

/// An invitation with everything that decides whether it stands, as the store has it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The invitation.
    pub invitation: Invitation,
    /// The account to join.
    pub account: Account,
    /// Whoever sent it, as they are in that account today; `None` if they are not, or if the operator sent it.
    pub inviter: Option<Member>,
    /// The user with the invited address, if the brand has one.
    pub user: Option<User>,
    /// That user as a member of the account already.
    pub member: Option<Member>,
}

impl Offer {
    /// Refuses unless the link may be used now.
    pub fn stands(&self, now: Timestamp) -> Result<(), Refusal> {
        self.invitation.stands(self.inviter.as_ref(), now)
    }

    /// Whether the invited address has a login with a password, so that accepting takes logging in.
    pub fn must_log_in(&self) -> bool {
        self.user.as_ref().is_some_and(|user| user.password.is_some())
    }

    /// Rows that make `user` a member, once the invitation is used up by them.
    fn joins(&self, user: &User, decision: &mut Decision, now: Timestamp) -> Result<(), Refusal> {
        let invitation = &self.invitation;
        if self.member.is_none() {
            if invitation.role == Role::Owner {
                // The owner was made with the account; if they are gone, somebody else is the owner by now.
                return Err(Refusal::InvitationOver);
            }
            let (account, role) = (invitation.account, invitation.role);
            decision.insert(Row::Member(Member { account, user: user.id, role, version: 0 }));
        }
        let state = InvitationState::Accepted { by: user.id, at: now };
        decision.update(Row::Invitation(Invitation { state, ..invitation.clone() }));
        Ok(())
    }

    fn entry(&self, user: &User, origin: &str, now: Timestamp) -> AuditEntry {
        let (account, role) = (self.invitation.account, self.member.as_ref().map(|member| member.role));
        AuditEntry::of_user(user.id, origin, "invitation.accepted", account, self.invitation.id, now)
            .fact("role", role.unwrap_or(self.invitation.role))
    }
}

/// Somebody without a password yet accepts with a name and a first password.
pub fn accept_as_new(
    offer: &Offer,
    name: &str,
    password: PasswordHash,
    origin: &str,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<(Decision, User), Refusal> {
    offer.stands(now)?;
    if offer.must_log_in() {
        return Err(Refusal::LogInFirst);
    }
    let name = checked_name("name", name)?;
    let known = offer.user.clone();
    let (brand, email) = (offer.account.brand.clone(), offer.invitation.email.clone());
    let user = known.unwrap_or_else(|| User::new(brand, name.clone(), email, now, rng));
    let user = User { name, password: Some(password), ..user };
    let mut decision = Decision::new(offer.entry(&user, origin, now));
    let row = Row::User(user.clone());
    if user.version == 0 {
        decision.insert(row)
    } else {
        decision.update(row)
    }
    offer.joins(&user, &mut decision, now)?;
    Ok((decision, user))
}

/// Somebody who is logged in accepts; their session looks at the account from then on.
pub fn accept_as_user(
    offer: &Offer,
    session: &Session,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<(Decision, Session, Token), Refusal> {
    offer.stands(now)?;
    if !matches!(session.stage, Stage::Open { .. }) {
        return Err(Refusal::LogInFirst);
    }
    let invited = offer.user.as_ref().filter(|user| user.id == session.user && user.brand == session.brand);
    let user = invited.ok_or(Refusal::InvitationForOther)?;
    let mut decision = Decision::new(offer.entry(user, &session.origin.address, now));
    offer.joins(user, &mut decision, now)?;
    let (session, token) = moved(session, offer.account.id, &mut decision, pepper, now, rng);
    Ok((decision, session, token))
}
