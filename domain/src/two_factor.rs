//! Two-factor: setting up an authenticator app, giving it up, new backup codes, and turning the whole on and off.
//!
//! Whoever has a second factor already shows it before it changes (a grant of [`Purpose::ChangeApp`] and its kin), besides the
//! password, which was compared before. What is set up counts from its first right code on.

use crate::ask::refuse_locked;
use crate::backup_codes::{BackupCode, BackupCodes};
use crate::decision::{Decision, Row};
use crate::ids::ChallengeId;
use crate::letter::{Letter, LetterKind, MemberChange};
use crate::oneself::Oneself;
use crate::pepper::Pepper;
use crate::random::Random;
use crate::refusal::Refusal;
use crate::step_up::{Challenge, ChallengeState, Purpose, granted};
use crate::time::{Duration, MINUTE, Timestamp};
use crate::totp::TotpSecret;
use crate::user::User;
use crate::way::Way;

/// How long somebody may take to find an app, install it and type its first code.
const SET_UP_LIFETIME: Duration = MINUTE.times(15);

/// Whether two-factor may be turned on now; the challenge for the returned purpose then does it.
pub fn turn_on_two_factor(user: &User) -> Result<Purpose, Refusal> {
    if user.factor().is_none() {
        return Err(Refusal::MobileNeeded);
    }
    if user.two_factor {
        return Err(Refusal::Taken { field: "two_factor" });
    }
    Ok(Purpose::TwoFactorOn)
}

/// Whether two-factor may be turned off now; the challenge for the returned purpose then does it. `required`: whether an account
/// the user is in asks two factors of everybody.
pub fn turn_off_two_factor(user: &User, required: bool) -> Result<Purpose, Refusal> {
    if !user.two_factor {
        return Err(Refusal::invalid("two_factor", "Two-factor authentication is off already."));
    }
    if required {
        return Err(Refusal::SecondFactorRequired);
    }
    Ok(Purpose::TwoFactorOff)
}

/// Whether a change of one's own login has to be granted by a code first, whatever was answered at login. `None`: the purpose
/// is no such change.
pub fn needs_own_code(user: &User, purpose: &Purpose) -> Option<bool> {
    match purpose {
        Purpose::ChangeMobile | Purpose::ChangeApp => Some(user.factor().is_some()),
        Purpose::ChangePassword => Some(user.logs_in_with_two()),
        Purpose::BackupCodes => Some(true),
        _ => None,
    }
}

/// Draws the secret of a new app and asks for its first code. The secret is in the challenge, sealed; [`new_app`] opens it.
pub fn begin_app(
    by: &Oneself<'_>,
    grant: Option<&Challenge>,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<Decision, Refusal> {
    refuse_locked(by.user)?;
    let spent = own_code(by, &Purpose::ChangeApp, grant, now)?;
    let secret = TotpSecret::draw(rng);
    let challenge = Challenge {
        id: ChallengeId::draw(rng),
        session: by.session.id,
        user: by.user.id,
        purpose: Purpose::SetUpApp,
        way: Way::NewApp { sealed: pepper.seal_totp(by.user.id.as_str(), &secret, rng) },
        digest: None,
        asked_at: now,
        expires_at: now + SET_UP_LIFETIME,
        tries: 0,
        state: ChallengeState::Asked,
        version: 0,
    };
    let mut decision = by.decides("app.begun", now);
    decision.insert(Row::Challenge(challenge));
    write_spent(&mut decision, spent);
    Ok(decision)
}

/// The secret that a new app is shown, from the challenge that waits for its first code.
pub fn new_app(challenge: &Challenge, pepper: &Pepper) -> Option<TotpSecret> {
    match &challenge.way {
        Way::NewApp { sealed } => pepper.unseal_totp(challenge.user.as_str(), sealed),
        _ => None,
    }
}

/// Removes the app. With a verified number codes come by SMS again; without one two-factor is off, which an account that asks two
/// factors of everybody does not allow.
pub fn remove_app(
    by: &Oneself<'_>,
    grant: Option<&Challenge>,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<Decision, Refusal> {
    refuse_locked(by.user)?;
    if by.user.totp.is_none() {
        return Err(Refusal::NotFound);
    }
    let user = User { totp: None, ..by.user.clone() };
    let user = User { two_factor: user.logs_in_with_two(), ..user };
    if by.required && !user.two_factor {
        return Err(Refusal::SecondFactorRequired);
    }
    let spent = own_code(by, &Purpose::ChangeApp, grant, now)?;
    let mut decision = by.decides("app.removed", now);
    decision.audit = decision.audit.fact("two_factor", user.two_factor);
    if user.factor().is_none() && !by.codes.unused.is_empty() {
        BackupCodes { unused: Vec::new(), ..by.codes.clone() }.written(&mut decision);
    }
    let kind = LetterKind::AppRemoved { two_factor: user.two_factor };
    decision.letter(Letter::to_user(&user, kind, now, rng));
    if by.user.two_factor && !user.two_factor {
        by.tells_owners(&mut decision, MemberChange::TwoFactorOff, now, rng);
    }
    by.ends_others(&mut decision, now);
    write_spent(&mut decision, spent);
    decision.update(Row::User(user));
    Ok(decision)
}

/// Draws new backup codes; the old ones are worth nothing from then on. The codes are in the answer and nowhere else.
pub fn renew_backup_codes(
    by: &Oneself<'_>,
    grant: Option<&Challenge>,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<(Decision, Vec<BackupCode>), Refusal> {
    refuse_locked(by.user)?;
    if by.user.factor().is_none() {
        return Err(Refusal::MobileNeeded);
    }
    let spent = own_code(by, &Purpose::BackupCodes, grant, now)?;
    let (set, codes) = by.codes.renewed(pepper, now, rng);
    let mut decision = by.decides("backup_codes.drawn", now);
    set.written(&mut decision);
    write_spent(&mut decision, spent);
    Ok((decision, codes))
}

/// The grant that pays for a change of one's own login; `None` where none is needed.
pub(crate) fn own_code(
    by: &Oneself<'_>,
    purpose: &Purpose,
    grant: Option<&Challenge>,
    now: Timestamp,
) -> Result<Option<Challenge>, Refusal> {
    if needs_own_code(by.user, purpose) == Some(false) {
        return Ok(None);
    }
    granted(&by.session.id, &by.user.id, purpose, grant, now).map(Some)
}

pub(crate) fn write_spent(decision: &mut Decision, spent: Option<Challenge>) {
    if let Some(challenge) = spent {
        decision.update(Row::Challenge(challenge));
    }
}
