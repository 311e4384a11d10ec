//! Reset a member's two-factor: for a lost phone. They set up another one at their next login.

use crate::access::{Action, Actor, may};
use crate::audit::AuditEntry;
use crate::backup_codes::BackupCodes;
use crate::brand::Brand;
use crate::decision::{Decision, Row};
use crate::letter::{Letter, LetterKind, MemberChange};
use crate::members::refuse_shared;
use crate::oneself::{end_all, tell_owners};
use crate::random::Random;
use crate::refusal::Refusal;
use crate::session::Session;
use crate::step_up::{Proof, Purpose, covers};
use crate::time::Timestamp;
use crate::user::{Member, User};

/// Whose second factor it is, with everything of theirs that goes along.
#[derive(Clone, Copy, Debug)]
pub struct Login<'a> {
    /// The user.
    pub user: &'a User,
    /// As a member of the account whose owner asks, or that the operator names.
    pub member: &'a Member,
    /// All their memberships.
    pub memberships: &'a [Member],
    /// Their sessions that are not over.
    pub sessions: &'a [Session],
    /// Their backup codes.
    pub codes: &'a BackupCodes,
    /// The owners of their accounts, themselves not among them.
    pub owners: &'a [User],
}

/// Takes away a member's number, authenticator app and backup codes, and ends their sessions. The owner does it for members of
/// this account alone, the operator for everybody. A lock stays; unlocking is another decision.
pub fn reset_two_factor(
    brand: &Brand,
    of: &Login<'_>,
    actor: &Actor,
    proof: &Proof,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<Decision, Refusal> {
    may(actor, Action::ManageTeam, &of.member.account)?;
    refuse_shared(actor, of.member, of.memberships)?;
    let user = of.user;
    let spent = covers(brand, actor, &Purpose::ResetTwoFactor { user: user.id }, proof, now)?;
    let audit = AuditEntry::by(actor, "member.two_factor_reset", Some(of.member.account), user.id, now);
    let mut decision = Decision::new(audit);
    if let Some(challenge) = spent {
        decision.update(Row::Challenge(challenge));
    }
    // Two-factor itself stays on for whoever had it: a new number or app is asked for at the next login.
    decision.update(Row::User(User { mobile: None, totp: None, ..user.clone() }));
    if !of.codes.unused.is_empty() {
        BackupCodes { unused: Vec::new(), ..of.codes.clone() }.written(&mut decision);
    }
    let open: Vec<Session> = of.sessions.iter().filter(|session| session.user == user.id).cloned().collect();
    end_all(&open, &mut decision, now);
    decision.letter(Letter::to_user(user, LetterKind::TwoFactorReset, now, rng));
    let others = of.owners.iter().filter(|owner| owner.id.to_string() != actor.name());
    let others: Vec<User> = others.cloned().collect();
    tell_owners(user, &others, &mut decision, MemberChange::TwoFactorReset, now, rng);
    Ok(decision)
}
