//! Reset a member's two-factor: for a lost phone. They set up another one at their next login.

use crate::access::{Action, Actor, may};
use crate::audit::AuditEntry;
use crate::backup_codes::BackupCodes;
use crate::brand::Brand;
use crate::decision::{Decision, Row};
use crate::letter::{Letter, LetterKind};
use crate::members::refuse_shared;
use crate::random::Random;
use crate::refusal::Refusal;
use crate::session::Session;
use crate::step_up::{Proof, Purpose, covers};
use crate::time::Timestamp;
use crate::user::{Member, User};

/// Takes away a member's number, authenticator app and backup codes, and ends their sessions. The owner does it for members of this account
/// alone, the operator for everybody. A lock stays; unlocking is another decision.
#[expect(clippy::too_many_arguments, reason = "each is a fact the decision rests on")]
pub fn reset_two_factor(
    brand: &Brand,
    member: &Member,
    user: &User,
    memberships: &[Member],
    sessions: &[Session],
    codes: &BackupCodes,
    actor: &Actor,
    proof: &Proof,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<Decision, Refusal> {
    may(actor, Action::ManageTeam, &member.account)?;
    refuse_shared(actor, member, memberships)?;
    let spent = covers(brand, actor, &Purpose::ResetTwoFactor { user: user.id }, proof, now)?;
    let audit = AuditEntry::by(actor, "member.two_factor_reset", Some(member.account), user.id, now);
    let mut decision = Decision::new(audit);
    if let Some(challenge) = spent {
        decision.update(Row::Challenge(challenge));
    }
    // Two-factor itself stays on for whoever had it: a new number or app is asked for at the next login.
    decision.update(Row::User(User { mobile: None, totp: None, ..user.clone() }));
    if !codes.unused.is_empty() {
        BackupCodes { unused: Vec::new(), ..codes.clone() }.written(&mut decision);
    }
    for session in sessions.iter().filter(|session| session.user == user.id && session.ended_at.is_none()) {
        decision.update(Row::Session(Session { ended_at: Some(now), ..session.clone() }));
    }
    decision.letter(Letter::to_user(user, LetterKind::TwoFactorReset, now, rng));
    Ok(decision)
}
