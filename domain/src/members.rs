//! Members: change a role, remove somebody, leave, and what is asked of the whole team.
//!
//! Roles and memberships are read from the store on each request, so all of this counts at the next one, whatever sessions
//! are open. An account always has one owner, whom nobody can remove or give another role: ownership is transferred.

use crate::access::{Action, Actor, Role, may};
use crate::account::Account;
use crate::audit::AuditEntry;
use crate::brand::Brand;
use crate::decision::{Decision, Gone, Row};
use crate::invite::offered;
use crate::letter::{Letter, LetterKind};
use crate::random::Random;
use crate::refusal::Refusal;
use crate::step_up::{Proof, Purpose, covers};
use crate::time::Timestamp;
use crate::user::{Member, User};

/// Gives a member another role. The one they have changes nothing: `None`. Whoever shall see keys needs a step-up.
#[expect(clippy::too_many_arguments, reason = "each is a fact the decision rests on")]
pub fn change_role(
    brand: &Brand,
    account: &Account,
    member: &Member,
    user: &User,
    role: Role,
    actor: &Actor,
    proof: &Proof,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<Option<Decision>, Refusal> {
    may(actor, Action::ManageTeam, &member.account)?;
    refuse_owner(member)?;
    offered(brand, role)?;
    if member.role == role {
        return Ok(None);
    }
    let spent = match role {
        Role::Admin => covers(brand, actor, &Purpose::MakeAdmin { user: user.id }, proof, now)?,
        _ => None,
    };
    let audit = AuditEntry::by(actor, "member.role_changed", Some(account.id), user.id, now)
        .fact("from", member.role)
        .fact("to", role);
    let mut decision = Decision::new(audit);
    if let Some(challenge) = spent {
        decision.update(Row::Challenge(challenge));
    }
    decision.update(Row::Member(Member { role, ..member.clone() }));
    let kind = LetterKind::RoleChanged { account: account.name.clone(), role };
    decision.letter(Letter::to_user(user, kind, now, rng));
    Ok(Some(decision))
}

/// Removes a member. Their sessions open nothing here from the next request on; their other accounts stay.
pub fn remove(
    account: &Account,
    member: &Member,
    user: &User,
    actor: &Actor,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<Decision, Refusal> {
    may(actor, Action::ManageTeam, &member.account)?;
    goes(account, member, user, actor, "member.removed", now, rng)
}

/// Leaves an account oneself.
pub fn leave(
    account: &Account,
    member: &Member,
    user: &User,
    actor: &Actor,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<Decision, Refusal> {
    refuse_owner(member)?;
    may(actor, Action::Leave, &member.account)?;
    match actor {
        Actor::Member(own) if own.user == member.user => {
            goes(account, member, user, actor, "member.left", now, rng)
        }
        _ => Err(Refusal::NotFound),
    }
}

fn goes(
    account: &Account,
    member: &Member,
    user: &User,
    actor: &Actor,
    action: &'static str,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<Decision, Refusal> {
    refuse_owner(member)?;
    let audit = AuditEntry::by(actor, action, Some(account.id), user.id, now).fact("role", member.role);
    let mut decision = Decision::new(audit);
    decision.remove(Gone::Member(member.clone()));
    let kind = LetterKind::RemovedFromAccount { account: account.name.clone() };
    decision.letter(Letter::to_user(user, kind, now, rng));
    Ok(decision)
}

/// Asks two-factor of the whole team, or no longer. What is so already changes nothing: `None`. Whoever asks it of others
/// has it on; not asking it any more weakens everybody and needs a step-up.
pub fn require_two_factor(
    brand: &Brand,
    account: &Account,
    required: bool,
    actor: &Actor,
    user: Option<&User>,
    proof: &Proof,
    now: Timestamp,
) -> Result<Option<Decision>, Refusal> {
    may(actor, Action::ManageTeam, &account.id)?;
    if account.two_factor_required == required {
        return Ok(None);
    }
    let spent = if required {
        if user.is_some_and(|user| !user.two_factor) {
            return Err(Refusal::TwoFactorFirst);
        }
        None
    } else {
        covers(brand, actor, &Purpose::TeamTwoFactorOff, proof, now)?
    };
    let audit = AuditEntry::by(actor, "account.two_factor_required", Some(account.id), account.id, now);
    let mut decision = Decision::new(audit.fact("on", required));
    if let Some(challenge) = spent {
        decision.update(Row::Challenge(challenge));
    }
    decision.update(Row::Account(Account { two_factor_required: required, ..account.clone() }));
    Ok(Some(decision))
}

pub(crate) fn refuse_owner(member: &Member) -> Result<(), Refusal> {
    if member.role == Role::Owner { Err(Refusal::OwnerStays) } else { Ok(()) }
}

/// Refuses an owner who wants to change how somebody logs in that is not theirs alone: another account must not become
/// easier to break into because of this one's owner. The operator may.
pub(crate) fn refuse_shared(actor: &Actor, member: &Member, memberships: &[Member]) -> Result<(), Refusal> {
    let operator = matches!(actor, Actor::Operator { .. });
    let elsewhere =
        memberships.iter().any(|other| other.user == member.user && other.account != member.account);
    if !operator && (member.role == Role::Owner || elsewhere) {
        return Err(Refusal::OperatorNeeded);
    }
    Ok(())
}
