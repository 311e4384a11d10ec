//! Change password: the one in use was typed again and compared before; with two-factor on a code is owed too. Every other
//! device is logged out, and a link that was sent to set a new one is dead.

use crate::ask::refuse_locked;
use crate::decision::{Decision, Row};
use crate::letter::{Letter, LetterKind, MemberChange};
use crate::oneself::Oneself;
use crate::password::PasswordHash;
use crate::random::Random;
use crate::refusal::Refusal;
use crate::step_up::{Challenge, Purpose};
use crate::time::Timestamp;
use crate::two_factor::{own_code, write_spent};
use crate::user::User;

/// Puts a new password in the place of the old one.
pub fn change_password(
    by: &Oneself<'_>,
    new: PasswordHash,
    grant: Option<&Challenge>,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<Decision, Refusal> {
    refuse_locked(by.user)?;
    let spent = own_code(by, &Purpose::ChangePassword, grant, now)?;
    let mut decision = by.decides("password.changed", now);
    decision.letter(Letter::to_user(by.user, LetterKind::PasswordChanged, now, rng));
    by.tells_owners(&mut decision, MemberChange::PasswordChanged, now, rng);
    by.ends_others(&mut decision, now);
    write_spent(&mut decision, spent);
    decision.update(Row::User(User { password: Some(new), ..by.user.clone() }));
    Ok(decision)
}
