//! Answer: somebody types a one-time password, from a message, from their app, or from the list of backup codes.
//!
//! A try and its outcome are one commit, conditional on the challenge being as it was read. Of any number of
//! simultaneous tries each learns its outcome only after it has been counted, so guessing in parallel gains nothing
//! and a right code works once. Whatever way a code came, the tries are counted on the same challenge and the same user.

use crate::ask::refuse_locked;
use crate::backup_codes::{BackupCode, BackupCodes};
use crate::decision::{Decision, Row};
use crate::letter::{Letter, LetterKind, MemberChange, Recipient};
use crate::oneself::Oneself;
use crate::pepper::Pepper;
use crate::random::Random;
use crate::refusal::Refusal;
use crate::secret::{Code, Token};
use crate::session::{Session, Stage};
use crate::step_up::{Challenge, ChallengeState, GRANT_LIFETIME, OtpLimits, Purpose};
use crate::time::Timestamp;
use crate::user::{Factor, Totp, User, VerifiedMobile, WRONG_CODES_MAX};
use crate::way::Way;

/// What a typed code leads to. Both outcomes are written before anybody is told.
#[derive(Debug)]
pub enum Answered {
    /// The code is right.
    Right {
        /// What to write.
        decision: Box<Decision>,
        /// The session's new cookie.
        token: Token,
        /// Whether the challenge's purpose is fulfilled by answering it (a login, a verified number), so that
        /// nothing is left to grant.
        done: bool,
        /// New backup codes to show once, where an app was set up; else none.
        codes: Vec<BackupCode>,
    },
    /// The code is wrong.
    Wrong {
        /// What to write.
        decision: Box<Decision>,
        /// What to say.
        refusal: Refusal,
    },
}

/// Why a code is right, and what that uses up.
enum Right {
    /// It is the one that was sent.
    Sent,
    /// The app made it, in this step.
    Step(i64),
    /// It is a backup code; these are left.
    Backup(BackupCodes),
}

/// Judges a typed code. Refusals that are returned as errors change nothing.
pub fn answer(
    by: &Oneself<'_>,
    challenge: &Challenge,
    typed: &str,
    limits: &OtpLimits,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<Answered, Refusal> {
    refuse_locked(by.user)?;
    if challenge.session != by.session.id || challenge.user != by.user.id {
        return Err(Refusal::NotFound);
    }
    if challenge.state != ChallengeState::Asked {
        return Err(Refusal::CodeUsed);
    }
    if limits.tries <= challenge.tries {
        return Err(Refusal::NoTriesLeft);
    }
    if challenge.expires_at.reached(now) || !challenge.is_up_to_date(by.user) {
        return Err(Refusal::CodeExpired);
    }
    if by.required && challenge.purpose == Purpose::TwoFactorOff {
        return Err(Refusal::SecondFactorRequired);
    }
    Ok(match judge(by, challenge, typed, pepper, now) {
        Some(right) => accept(by, challenge, right, pepper, now, rng),
        None => reject(by, challenge, limits, now, rng),
    })
}

fn judge(
    by: &Oneself<'_>,
    challenge: &Challenge,
    typed: &str,
    pepper: &Pepper,
    now: Timestamp,
) -> Option<Right> {
    if let (true, Some(typed)) = (challenge.way.is_own_factor(), BackupCode::parse(typed)) {
        return by.codes.without(&typed, pepper).map(Right::Backup);
    }
    let code = Code::parse(typed)?;
    let made_by = |sealed: &[u8], last: i64| {
        let secret = pepper.unseal_totp(by.user.id.as_str(), sealed)?;
        secret.step_of(&code, last, now).map(Right::Step)
    };
    match &challenge.way {
        Way::App => by.user.totp.as_ref().and_then(|totp| made_by(&totp.sealed, totp.last_step)),
        Way::NewApp { sealed } => made_by(sealed, 0),
        Way::Sms(_) | Way::NewNumber(_) | Way::Email(_) => {
            let bound_to =
                Challenge::bound_to(&challenge.session, &challenge.purpose, &challenge.way.recipient()?);
            let sent = challenge.digest.as_ref()?;
            let is_sent = |pepper: &Pepper| pepper.digest_code(&challenge.id, &bound_to, &code).matches(sent);
            pepper.each().any(is_sent).then_some(Right::Sent)
        }
    }
}

fn accept(
    by: &Oneself<'_>,
    challenge: &Challenge,
    right: Right,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Answered {
    let token = Token::draw(rng);
    let mut user = User { wrong_codes: 0, ..by.user.clone() };
    let mut session = Session { digest: pepper.digest_token(&token), seen_at: now, ..by.session.clone() };
    let mut decision = by.decides("code.answered", now);
    decision.audit = decision.audit.fact("for", challenge.purpose);
    let mut codes = Vec::new();

    match (&challenge.way, right) {
        (_, Right::Backup(left)) => {
            decision.audit = decision.audit.fact("backup_codes_left", left.unused.len());
            left.written(&mut decision);
        }
        (Way::NewNumber(number), _) => {
            let replaced = by.user.mobile.as_ref().filter(|old| old.number != *number);
            user.mobile = Some(VerifiedMobile { number: number.clone(), verified_at: now });
            let changed = || LetterKind::MobileChanged { number: number.clone() };
            decision.letter(Letter::to_user(&user, changed(), now, rng));
            if let Some(old) = replaced {
                user.mobile_changed_at = Some(now);
                // The phone that is left behind hears of it too: its owner may be the one who was robbed. TM-57
                let to = Recipient::Sms(old.number.clone());
                decision.letter(Letter::new(&user.brand, to, changed(), now, rng).spoken(user.language));
                by.tells_owners(&mut decision, MemberChange::MobileChanged, now, rng);
                by.ends_others(&mut decision, now);
            }
        }
        (Way::NewApp { sealed }, Right::Step(step)) => {
            user.totp = Some(Totp { sealed: sealed.clone(), confirmed_at: now, last_step: step });
            let (set, shown) = by.codes.renewed(pepper, now, rng);
            set.written(&mut decision);
            codes = shown;
        }
        (_, Right::Step(step)) => user.totp = user.totp.map(|totp| Totp { last_step: step, ..totp }),
        (_, Right::Sent) => {}
    }
    let done = match challenge.purpose {
        Purpose::LogIn => {
            session.stage = Stage::Open { otp_at: Some(now) };
            true
        }
        Purpose::TwoFactorOn | Purpose::TwoFactorOff | Purpose::SetUpApp => {
            user.two_factor = challenge.purpose != Purpose::TwoFactorOff;
            let (kind, what) = match user.two_factor {
                true => (LetterKind::TwoFactorChanged { on: true }, MemberChange::TwoFactorOn),
                false => (LetterKind::TwoFactorChanged { on: false }, MemberChange::TwoFactorOff),
            };
            decision.letter(Letter::to_user(&user, kind, now, rng));
            by.tells_owners(&mut decision, what, now, rng);
            by.ends_others(&mut decision, now);
            true
        }
        Purpose::VerifyMobile => true,
        Purpose::Regenerate { .. }
        | Purpose::Deactivate { .. }
        | Purpose::ChangeLimits { .. }
        | Purpose::GenerateLive
        | Purpose::SendInvitation { .. }
        | Purpose::MakeAdmin { .. }
        | Purpose::ResetTwoFactor { .. }
        | Purpose::TransferOwnership { .. }
        | Purpose::TeamTwoFactorOff
        | Purpose::ChangeMobile
        | Purpose::ChangeApp
        | Purpose::BackupCodes
        | Purpose::ChangePassword => false,
    };
    let state =
        if done { ChallengeState::Spent } else { ChallengeState::Answered { until: now + GRANT_LIFETIME } };
    decision.update(Row::Challenge(Challenge { state, ..challenge.clone() }));
    decision.update(Row::User(user));
    decision.update(Row::Session(session));
    Answered::Right { decision: Box::new(decision), token, done, codes }
}

fn reject(
    by: &Oneself<'_>,
    challenge: &Challenge,
    limits: &OtpLimits,
    now: Timestamp,
    rng: Random<'_>,
) -> Answered {
    let tries = challenge.tries + 1;
    let wrong_codes = by.user.wrong_codes + 1;
    let locks = WRONG_CODES_MAX <= wrong_codes;
    let mut decision = by.decides(if locks { "member.locked" } else { "code.wrong" }, now);
    decision.audit = decision.audit.fact("for", challenge.purpose);
    if locks {
        decision.letter(Letter::to_user(by.user, LetterKind::MemberLocked, now, rng));
        by.tells_owners(&mut decision, MemberChange::Locked, now, rng);
    }
    decision.update(Row::Challenge(Challenge { tries, ..challenge.clone() }));
    decision.update(Row::User(User { wrong_codes, locked_at: locks.then_some(now), ..by.user.clone() }));
    let refusal = match limits.tries - tries {
        _ if locks => Refusal::MemberLocked,
        0 => Refusal::NoTriesLeft,
        tries_left => Refusal::WrongCode { tries_left },
    };
    Answered::Wrong { decision: Box::new(decision), refusal }
}

impl Challenge {
    /// Whether the factor it asks is still the one the user has. A challenge that was put before a stronger factor was
    /// set up, or before a number was changed, asks nobody any more.
    pub fn is_up_to_date(&self, user: &User) -> bool {
        match (&self.way, user.factor()) {
            (Way::App, factor) => matches!(factor, Some(Factor::App(_))),
            (Way::Sms(asked), factor) => factor == Some(Factor::Mobile(asked)),
            (Way::Email(asked), _) => *asked == user.email,
            (Way::NewNumber(_) | Way::NewApp { .. }, _) => true,
        }
    }
}
