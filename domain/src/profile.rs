//! What a member changes about how they log in, and who unlocks whom.

use crate::access::{Action, Actor, may};
use crate::audit::AuditEntry;
use crate::decision::{Decision, Row};
use crate::invite::{Invitation, InvitationState};
use crate::members::refuse_shared;
use crate::password::PasswordHash;
use crate::refusal::Refusal;
use crate::time::Timestamp;
use crate::user::{Member, User};

/// Sets an owner's password and two-factor on the operator's word, as if they had accepted their invitation. Two-factor needs a
/// verified number.
pub fn accept_for_owner(
    actor: &Actor,
    member: &Member,
    user: &User,
    invitation: Option<&Invitation>,
    password: PasswordHash,
    two_factor: bool,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    may(actor, Action::Operate, &member.account)?;
    if two_factor && user.mobile.is_none() {
        return Err(Refusal::MobileNeeded);
    }
    let audit = AuditEntry::by(actor, "member.accepted", Some(member.account), user.id, now)
        .fact("two_factor", two_factor);
    let mut decision = Decision::new(audit);
    decision.update(Row::User(User { password: Some(password), two_factor, ..user.clone() }));
    if let Some(pending) = invitation.filter(|invitation| invitation.is_pending()) {
        let state = InvitationState::Accepted { by: user.id, at: now };
        decision.update(Row::Invitation(Invitation { state, ..pending.clone() }));
    }
    Ok(decision)
}

/// Unlocks a member: the owner does it for members of this account alone, the operator for anybody, owners included.
pub fn unlock(
    actor: &Actor,
    member: &Member,
    user: &User,
    memberships: &[Member],
    now: Timestamp,
) -> Result<Decision, Refusal> {
    may(actor, Action::ManageTeam, &member.account)?;
    refuse_shared(actor, member, memberships)?;
    if user.locked_at.is_none() {
        return Err(Refusal::NotLocked { user: user.id });
    }
    let audit = AuditEntry::by(actor, "member.unlocked", Some(member.account), user.id, now);
    let mut decision = Decision::new(audit);
    decision.update(Row::User(User { locked_at: None, wrong_codes: 0, ..user.clone() }));
    Ok(decision)
}
