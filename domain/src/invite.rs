//! Invite: ask somebody by e-mail to join an account in a role.
//!
//! An invitation is one row for an account and an address, for ever: inviting again after it was cancelled or accepted uses the
//! same row, so that its limits cannot be got round and two links to one address never work at once. The link's token is kept as
//! a digest only, works once, for seven days, and only while whoever sent it may still manage the team.

use std::fmt;
use std::str::FromStr;

use crate::access::{Action, Actor, Role, may};
use crate::account::Account;
use crate::audit::AuditEntry;
use crate::brand::Brand;
use crate::decision::{Decision, Row};
use crate::ids::{AccountId, IdError, InvitationId, UserId};
use crate::letter::{Letter, LetterKind, Recipient};
use crate::open_account::checked_email;
use crate::pepper::{Digest, Pepper};
use crate::random::Random;
use crate::refusal::Refusal;
use crate::secret::Token;
use crate::session::Session;
use crate::step_up::{Proof, Purpose, covers, need};
use crate::time::{DAY, Duration, MINUTE, Timestamp};
use crate::user::Member;

/// How long a link works.
pub const INVITATION_LIFETIME: Duration = DAY.times(7);
/// How often an invitation may be sent in a day.
const SENDS_A_DAY: usize = 5;
/// How long to wait between two.
const BETWEEN_SENDS: Duration = MINUTE;
/// How many invitations of an account may be out, or have been sent in the last day.
pub const PENDING_MAX: usize = 100;

/// Who sent an invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inviter {
    /// A member; the link stands only while they may manage the team.
    Member(UserId),
    /// The platform's operator.
    Operator(String),
}

impl Inviter {
    fn of(actor: &Actor) -> Self {
        match actor {
            Actor::Member(member) => Inviter::Member(member.user),
            Actor::Operator { name, .. } => Inviter::Operator(name.clone()),
        }
    }
}

impl fmt::Display for Inviter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Inviter::Member(user) => user.fmt(f),
            Inviter::Operator(name) => write!(f, "operator:{name}"),
        }
    }
}

impl FromStr for Inviter {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        match text.strip_prefix("operator:") {
            Some(name) => Ok(Inviter::Operator(name.to_owned())),
            None => text.parse().map(Inviter::Member),
        }
    }
}

/// How far an invitation has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationState {
    /// Waits for its sender to answer a code; there is no link yet.
    Held,
    /// A link is out.
    Open {
        /// The digest of its token.
        digest: Digest,
    },
    /// Somebody joined with it.
    Accepted {
        /// Who.
        by: UserId,
        /// When.
        at: Timestamp,
    },
    /// Somebody who manages the team took it back.
    Cancelled {
        /// When.
        at: Timestamp,
    },
}

/// An address that was asked to join an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// The account to join.
    pub account: AccountId,
    /// Who is asked, in lower case; one invitation for each address and account.
    pub email: String,
    /// What they would be.
    pub role: Role,
    /// Who sent it last.
    pub inviter: Inviter,
    /// How far it has come.
    pub state: InvitationState,
    /// When it was sent: the last few moments, oldest first. Kept when it is cancelled.
    pub sent: Vec<Timestamp>,
    /// When the link stops working.
    pub expires_at: Timestamp,
    /// When the address was first invited.
    pub created_at: Timestamp,
    /// Grows by one with each change.
    pub version: i64,
}

impl Invitation {
    /// Whether somebody still waits for it: held or out, too old or not.
    pub fn is_pending(&self) -> bool {
        matches!(self.state, InvitationState::Held | InvitationState::Open { .. })
    }

    /// Refuses unless its link may be used now. `inviter` is who sent it, as they are in the account today.
    pub fn stands(&self, inviter: Option<&Member>, now: Timestamp) -> Result<(), Refusal> {
        let is_out = matches!(self.state, InvitationState::Open { .. }) && !self.expires_at.reached(now);
        if is_out && self.inviter_still_may(inviter) { Ok(()) } else { Err(Refusal::InvitationOver) }
    }

    /// Whether whoever sent it may still manage the team.
    pub fn inviter_still_may(&self, inviter: Option<&Member>) -> bool {
        match &self.inviter {
            Inviter::Operator(_) => true,
            Inviter::Member(user) => inviter.is_some_and(|member| {
                member.user == *user && member.account == self.account && member.role == Role::Owner
            }),
        }
    }

    /// When it may be sent again, if not now.
    pub fn again_at(&self, now: Timestamp) -> Option<Timestamp> {
        let after_last = self.sent.last().map(|last| *last + BETWEEN_SENDS);
        let after_day = self.sent.len().checked_sub(SENDS_A_DAY).map(|first| self.sent[first] + DAY);
        after_last.into_iter().chain(after_day).filter(|again| !again.reached(now)).max()
    }

    /// The same invitation with a new link, and the letter that carries it. Every earlier link is dead.
    #[expect(clippy::too_many_arguments, reason = "each is a fact the link or its letter rests on")]
    fn sent_to(
        self,
        brand: &Brand,
        account: &Account,
        actor: &Actor,
        inviter: &str,
        pepper: &Pepper,
        now: Timestamp,
        rng: Random<'_>,
    ) -> Result<(Self, Letter), Refusal> {
        if let Some(again_at) = self.again_at(now) {
            return Err(Refusal::TooManyInvitations { again_at });
        }
        let token = Token::draw(rng);
        let mut sent = self.sent;
        sent.push(now);
        sent.drain(..sent.len().saturating_sub(SENDS_A_DAY));
        let invitation = Invitation {
            inviter: Inviter::of(actor),
            state: InvitationState::Open { digest: pepper.digest_link(INVITATION, &token) },
            expires_at: now + INVITATION_LIFETIME,
            sent,
            ..self
        };
        let kind = |sealed| LetterKind::Invited {
            account: account.name.clone(),
            role: invitation.role,
            inviter: inviter.to_owned(),
            sealed,
            expires_at: invitation.expires_at,
        };
        let to = Recipient::Email(invitation.email.clone());
        let letter = Letter::with_link(&brand.id, to, &token, kind, pepper, now, rng);
        Ok((invitation, letter))
    }
}

/// What the digest of an invitation's token is for.
pub const INVITATION: &str = "invitation";

/// Whom to invite, as what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invite {
    /// The address, as typed.
    pub email: String,
    /// The role.
    pub role: Role,
}

/// What the decision to invite rests on besides the request.
#[derive(Clone, Debug)]
pub struct Guests {
    /// The invitation of that address, if there ever was one.
    pub earlier: Option<Invitation>,
    /// Whether somebody in the account has that address.
    pub is_member: bool,
    /// How many invitations count: pending, or sent in the last day.
    pub counted: usize,
}

/// Invites somebody. Whether the address has a login at the brand is not looked at, so nobody can learn it here. TM-49
///
/// An invitation that would let somebody see keys is held until its sender has answered a code, if one is due.
#[expect(clippy::too_many_arguments, reason = "each is a fact the decision rests on")]
pub fn invite(
    brand: &Brand,
    account: &Account,
    request: &Invite,
    guests: &Guests,
    actor: &Actor,
    inviter: &str,
    session: Option<&Session>,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<(Decision, Invitation), Refusal> {
    may(actor, Action::ManageTeam, &account.id)?;
    offered(brand, request.role)?;
    let email = checked_email("email", &request.email)?;
    if guests.is_member {
        return Err(Refusal::AlreadyInTeam);
    }
    let is_out =
        |one: &Invitation| matches!(one.state, InvitationState::Open { .. }) && !one.expires_at.reached(now);
    if guests.earlier.as_ref().is_some_and(is_out) {
        return Err(Refusal::AlreadyInvited);
    }
    if PENDING_MAX <= guests.counted {
        return Err(Refusal::TooManyPending { most: PENDING_MAX });
    }
    let blank = match &guests.earlier {
        Some(earlier) => Invitation { role: request.role, ..earlier.clone() },
        None => blank(account, email, request.role, actor, now, rng),
    };
    let purpose = Purpose::SendInvitation { invitation: blank.id };
    let held = request.role == Role::Admin && need(brand, actor, &purpose, session);
    let action = if held { "invitation.held" } else { "invitation.sent" };
    let mut decision = Decision::new(entry(&blank, actor, action, now));
    let invitation = if held {
        Invitation {
            inviter: Inviter::of(actor),
            state: InvitationState::Held,
            expires_at: now + INVITATION_LIFETIME,
            ..blank
        }
    } else {
        let (invitation, letter) = blank.sent_to(brand, account, actor, inviter, pepper, now, rng)?;
        decision.letter(letter);
        invitation
    };
    // The account's row is written too, so that of many invitations at once each sees those before it.
    decision.update(Row::Account(account.clone()));
    let row = Row::Invitation(invitation.clone());
    if invitation.version == 0 {
        decision.insert(row)
    } else {
        decision.update(row)
    }
    Ok((decision, invitation))
}

/// Sends an invitation that was held for a code.
#[expect(clippy::too_many_arguments, reason = "each is a fact the decision rests on")]
pub fn send_held(
    brand: &Brand,
    account: &Account,
    invitation: &Invitation,
    actor: &Actor,
    inviter: &str,
    proof: &Proof,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<Decision, Refusal> {
    may(actor, Action::ManageTeam, &account.id)?;
    if invitation.account != account.id || invitation.state != InvitationState::Held {
        return Err(Refusal::NotFound);
    }
    let purpose = Purpose::SendInvitation { invitation: invitation.id };
    let spent = covers(brand, actor, &purpose, proof, now)?;
    let mut decision = Decision::new(entry(invitation, actor, "invitation.sent", now));
    if let Some(challenge) = spent {
        decision.update(Row::Challenge(challenge));
    }
    let (invitation, letter) =
        invitation.clone().sent_to(brand, account, actor, inviter, pepper, now, rng)?;
    decision.update(Row::Invitation(invitation));
    decision.letter(letter);
    Ok(decision)
}

/// Sends a pending invitation again, with a new link; the old one is dead.
#[expect(clippy::too_many_arguments, reason = "each is a fact the decision rests on")]
pub fn send_again(
    brand: &Brand,
    account: &Account,
    invitation: &Invitation,
    actor: &Actor,
    inviter: &str,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<Decision, Refusal> {
    may(actor, Action::ManageTeam, &account.id)?;
    if invitation.account != account.id || !matches!(invitation.state, InvitationState::Open { .. }) {
        return Err(Refusal::NotFound);
    }
    let mut decision = Decision::new(entry(invitation, actor, "invitation.sent_again", now));
    let (invitation, letter) =
        invitation.clone().sent_to(brand, account, actor, inviter, pepper, now, rng)?;
    decision.update(Row::Invitation(invitation));
    decision.letter(letter);
    Ok(decision)
}

/// Takes a pending invitation back; its link is dead. Doing it again changes nothing: `None`.
pub fn cancel_invitation(
    account: &Account,
    invitation: &Invitation,
    actor: &Actor,
    now: Timestamp,
) -> Result<Option<Decision>, Refusal> {
    may(actor, Action::ManageTeam, &account.id)?;
    if invitation.account != account.id {
        return Err(Refusal::NotFound);
    }
    if !invitation.is_pending() {
        return Ok(None);
    }
    let mut decision = Decision::new(entry(invitation, actor, "invitation.cancelled", now));
    let state = InvitationState::Cancelled { at: now };
    decision.update(Row::Invitation(Invitation { state, ..invitation.clone() }));
    Ok(Some(decision))
}

/// The invitation of an account's first owner, with its letter.
pub(crate) fn invite_owner(
    brand: &Brand,
    account: &Account,
    email: &str,
    actor: &Actor,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<(Invitation, Letter), Refusal> {
    let blank = blank(account, email.to_owned(), Role::Owner, actor, now, rng);
    blank.sent_to(brand, account, actor, "", pepper, now, rng)
}

/// Refuses a role that the brand does not offer, and owner, which is never given but handed on.
pub(crate) fn offered(brand: &Brand, role: Role) -> Result<(), Refusal> {
    if role != Role::Owner && brand.roles.contains(&role) {
        return Ok(());
    }
    let offered: Vec<_> = brand.roles.iter().filter(|r| **r != Role::Owner).map(|r| r.as_str()).collect();
    Err(Refusal::invalid("role", format!("Choose one of {}.", offered.join(", "))))
}

fn blank(
    account: &Account,
    email: String,
    role: Role,
    actor: &Actor,
    now: Timestamp,
    rng: Random<'_>,
) -> Invitation {
    Invitation {
        id: InvitationId::draw(rng),
        account: account.id,
        email,
        role,
        inviter: Inviter::of(actor),
        state: InvitationState::Held,
        sent: Vec::new(),
        expires_at: now,
        created_at: now,
        version: 0,
    }
}

fn entry(invitation: &Invitation, actor: &Actor, action: &'static str, now: Timestamp) -> AuditEntry {
    AuditEntry::by(actor, action, Some(invitation.account), invitation.id, now)
        .fact("role", invitation.role)
        .fact("email", &invitation.email)
}
