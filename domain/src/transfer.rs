//! Transfer: make another member the owner; whoever was it becomes an admin.

use crate::access::{Action, Actor, Role, may};
use crate::account::Account;
use crate::audit::AuditEntry;
use crate::brand::Brand;
use crate::decision::{Decision, Row};
use crate::letter::{Letter, LetterKind};
use crate::random::Random;
use crate::refusal::Refusal;
use crate::step_up::{Proof, Purpose, covers};
use crate::time::Timestamp;
use crate::user::{Member, User};

/// Hands an account on from its owner to another member. The owner's password was compared when the code was asked for.
#[expect(clippy::too_many_arguments, reason = "each is a fact the decision rests on")]
pub fn transfer_ownership(
    brand: &Brand,
    account: &Account,
    (owner, owner_user): (&Member, &User),
    (next, next_user): (&Member, &User),
    actor: &Actor,
    proof: &Proof,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<Decision, Refusal> {
    may(actor, Action::TransferOwnership, &account.id)?;
    may_own(account, owner, next, next_user)?;
    let spent = covers(brand, actor, &Purpose::TransferOwnership { user: next.user }, proof, now)?;
    let audit = AuditEntry::by(actor, "account.transferred", Some(account.id), next.user, now);
    let mut decision = Decision::new(audit.fact("from", owner.user));
    if let Some(challenge) = spent {
        decision.update(Row::Challenge(challenge));
    }
    // In this order: there is never a moment with two owners, which the store would refuse.
    decision.update(Row::Member(Member { role: Role::Admin, ..owner.clone() }));
    decision.update(Row::Member(Member { role: Role::Owner, ..next.clone() }));
    for user in [owner_user, next_user] {
        let kind =
            LetterKind::OwnershipTransferred { account: account.name.clone(), to: next_user.name.clone() };
        decision.letter(Letter::to_user(user, kind, now, rng));
    }
    Ok(decision)
}

/// Refuses whoever cannot become the owner now: another account's member, the owner themselves, somebody who is locked and
/// could then be unlocked by nobody in the account.
pub fn may_own(account: &Account, owner: &Member, next: &Member, user: &User) -> Result<(), Refusal> {
    if next.account != account.id || owner.account != account.id || next.user != user.id {
        return Err(Refusal::NotFound);
    }
    if next.user == owner.user {
        return Err(Refusal::invalid("user", "They are the owner already."));
    }
    if user.locked_at.is_some() {
        return Err(Refusal::invalid("user", "Their login is locked. Unlock them first."));
    }
    Ok(())
}
