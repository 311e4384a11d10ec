//! Answer: somebody types a one-time password.
//!
//! A try and its outcome are one commit, conditional on the challenge being as it was read. Of any number of
//! simultaneous tries each learns its outcome only after it has been counted, so guessing in parallel gains nothing
//! and a right code works once.

use crate::ask::refuse_locked;
use crate::audit::AuditEntry;
use crate::decision::{Decision, Row};
use crate::letter::{Letter, LetterKind};
use crate::pepper::Pepper;
use crate::random::Random;
use crate::refusal::Refusal;
use crate::secret::{Code, Token};
use crate::session::{Session, Stage};
use crate::step_up::{Challenge, ChallengeState, GRANT_LIFETIME, OtpLimits, Purpose};
use crate::time::Timestamp;
use crate::user::{User, VerifiedMobile, WRONG_CODES_MAX};

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
    },
    /// The code is wrong.
    Wrong {
        /// What to write.
        decision: Box<Decision>,
        /// What to say.
        refusal: Refusal,
    },
}

/// Judges a typed code. Refusals that are returned as errors change nothing.
#[expect(
    clippy::too_many_arguments,
    reason = "each is a fact the decision rests on; a bundle would only rename them"
)]
pub fn answer(
    user: &User,
    session: &Session,
    challenge: &Challenge,
    typed: &str,
    limits: &OtpLimits,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<Answered, Refusal> {
    refuse_locked(user)?;
    if challenge.session != session.id || challenge.user != user.id {
        return Err(Refusal::NotFound);
    }
    if challenge.state != ChallengeState::Asked {
        return Err(Refusal::CodeUsed);
    }
    if limits.tries <= challenge.tries {
        return Err(Refusal::NoTriesLeft);
    }
    if challenge.expires_at.reached(now) {
        return Err(Refusal::CodeExpired);
    }

    let bound_to = Challenge::bound_to(&session.id, &challenge.purpose, &challenge.to);
    let right = Code::parse(typed)
        .is_some_and(|code| pepper.digest_code(&challenge.id, &bound_to, &code).matches(&challenge.digest));
    Ok(if right {
        accept(user, session, challenge, pepper, now, rng)
    } else {
        reject(user, session, challenge, limits, now, rng)
    })
}

fn accept(
    user: &User,
    session: &Session,
    challenge: &Challenge,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Answered {
    let token = Token::draw(rng);
    let mut user = User { wrong_codes: 0, ..user.clone() };
    let mut session = Session { digest: pepper.digest_token(&token), seen_at: now, ..session.clone() };
    let audit =
        AuditEntry::in_session(&session, "code.answered", user.id, now).fact("for", challenge.purpose);
    let mut decision = Decision::new(audit);

    if challenge.verifies {
        user.mobile = Some(VerifiedMobile { number: challenge.to.clone(), verified_at: now });
        let kind = LetterKind::MobileChanged { number: challenge.to.clone() };
        decision.letter(Letter::to_user(&user, kind, now, rng));
    }
    let done = match challenge.purpose {
        Purpose::LogIn => {
            session.stage = Stage::Open { otp_at: Some(now) };
            true
        }
        Purpose::TwoFactorOn | Purpose::TwoFactorOff => {
            user.two_factor = challenge.purpose == Purpose::TwoFactorOn;
            let kind = LetterKind::TwoFactorChanged { on: user.two_factor };
            decision.letter(Letter::to_user(&user, kind, now, rng));
            true
        }
        Purpose::VerifyMobile => true,
        Purpose::Regenerate { .. }
        | Purpose::Deactivate { .. }
        | Purpose::GenerateLive
        | Purpose::SendInvitation { .. }
        | Purpose::MakeAdmin { .. }
        | Purpose::ResetTwoFactor { .. }
        | Purpose::TransferOwnership { .. }
        | Purpose::TeamTwoFactorOff => false,
    };
    let state =
        if done { ChallengeState::Spent } else { ChallengeState::Answered { until: now + GRANT_LIFETIME } };
    decision.update(Row::Challenge(Challenge { state, ..challenge.clone() }));
    decision.update(Row::User(user));
    decision.update(Row::Session(session));
    Answered::Right { decision: Box::new(decision), token, done }
}

fn reject(
    user: &User,
    session: &Session,
    challenge: &Challenge,
    limits: &OtpLimits,
    now: Timestamp,
    rng: Random<'_>,
) -> Answered {
    let tries = challenge.tries + 1;
    let wrong_codes = user.wrong_codes + 1;
    let locks = WRONG_CODES_MAX <= wrong_codes;
    let action = if locks { "member.locked" } else { "code.wrong" };
    let audit = AuditEntry::in_session(session, action, user.id, now).fact("for", challenge.purpose);
    let mut decision = Decision::new(audit);
    if locks {
        decision.letter(Letter::to_user(user, LetterKind::MemberLocked, now, rng));
    }
    decision.update(Row::Challenge(Challenge { tries, ..challenge.clone() }));
    decision.update(Row::User(User { wrong_codes, locked_at: locks.then_some(now), ..user.clone() }));
    let refusal = match limits.tries - tries {
        _ if locks => Refusal::MemberLocked,
        0 => Refusal::NoTriesLeft,
        tries_left => Refusal::WrongCode { tries_left },
    };
    Answered::Wrong { decision: Box::new(decision), refusal }
}
