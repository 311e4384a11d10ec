//! Ask: send somebody a one-time password for one purpose.
//!
//! Limits belong to the number, not to the session: opening more sessions buys no more messages. Asking again
//! replaces the code and gives it its five minutes, but resets no count of tries.

use crate::audit::AuditEntry;
use crate::decision::{Decision, Row};
use crate::ids::{ChallengeId, LetterId};
use crate::letter::{Letter, LetterKind, Recipient};
use crate::mobile::{Mobile, SendHistory};
use crate::pepper::{Digest, Pepper};
use crate::random::Random;
use crate::refusal::Refusal;
use crate::secret::Code;
use crate::session::Session;
use crate::step_up::{Challenge, ChallengeState, OtpLimits, Purpose};
use crate::time::Timestamp;
use crate::user::User;

/// Where a code should go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dispatch {
    /// To the number the user has verified.
    ToVerified,
    /// To a new number, whose owner this will show the user to be. The account password was checked before; a number
    /// that was verified earlier gives way only in a session that a code to it has opened.
    ToNew(Mobile),
}

impl Dispatch {
    /// The number, if there is one.
    pub fn number(&self, user: &User) -> Result<Mobile, Refusal> {
        match self {
            Dispatch::ToNew(number) => Ok(number.clone()),
            Dispatch::ToVerified => {
                user.mobile.as_ref().map(|mobile| mobile.number.clone()).ok_or(Refusal::MobileNeeded)
            }
        }
    }
}

/// What asking leads to.
#[derive(Debug)]
pub struct Asked {
    /// What to write.
    pub decision: Decision,
    /// The challenge as it will be.
    pub challenge: Challenge,
}

/// Asks for a code. `history` is the history of the number the code would go to.
#[expect(
    clippy::too_many_arguments,
    reason = "each is a fact the decision rests on; a bundle would only rename them"
)]
pub fn ask(
    user: &User,
    session: &Session,
    purpose: Purpose,
    dispatch: &Dispatch,
    history: &SendHistory,
    limits: &OtpLimits,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<Asked, Refusal> {
    refuse_locked(user)?;
    if matches!(dispatch, Dispatch::ToNew(_)) && user.mobile.is_some() && session.otp_at().is_none() {
        // Or whoever has learned the password could have the codes sent to their own phone. TM-58
        return Err(Refusal::StepUpNeeded);
    }
    let to = dispatch.number(user)?;
    let id = ChallengeId::draw(rng);
    let blank = Challenge {
        id,
        session: session.id,
        user: user.id,
        purpose,
        to,
        verifies: matches!(dispatch, Dispatch::ToNew(_)),
        digest: Digest::from_bytes([0; 32]),
        asked_at: now,
        expires_at: now,
        tries: 0,
        state: ChallengeState::Asked,
        version: 0,
    };
    let mut asked = send(user, session, blank, history, limits, pepper, now, rng)?;
    asked.decision.insert(Row::Challenge(asked.challenge.clone()));
    Ok(asked)
}

/// Sends a new code for a challenge that is still open.
#[expect(
    clippy::too_many_arguments,
    reason = "each is a fact the decision rests on; a bundle would only rename them"
)]
pub fn resend(
    user: &User,
    session: &Session,
    challenge: &Challenge,
    history: &SendHistory,
    limits: &OtpLimits,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<Asked, Refusal> {
    refuse_locked(user)?;
    if limits.tries <= challenge.tries {
        return Err(Refusal::NoTriesLeft);
    }
    if challenge.state != ChallengeState::Asked {
        return Err(Refusal::CodeUsed);
    }
    let mut asked = send(user, session, challenge.clone(), history, limits, pepper, now, rng)?;
    asked.decision.update(Row::Challenge(asked.challenge.clone()));
    Ok(asked)
}

#[expect(clippy::too_many_arguments, reason = "shared by the two functions above, with what they were given")]
fn send(
    user: &User,
    session: &Session,
    challenge: Challenge,
    history: &SendHistory,
    limits: &OtpLimits,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<Asked, Refusal> {
    let history = history.sent(now)?;
    let code = Code::draw(rng);
    let bound_to = Challenge::bound_to(&session.id, &challenge.purpose, &challenge.to);
    let challenge = Challenge {
        digest: pepper.digest_code(&challenge.id, &bound_to, &code),
        asked_at: now,
        expires_at: now + limits.lifetime,
        ..challenge
    };
    let letter = LetterId::draw(rng);
    let mut decision = Decision::new(
        AuditEntry::in_session(session, "code.sent", user.id, now).fact("for", challenge.purpose),
    );
    let first = history.version == 0;
    let row = Row::Sends(history);
    if first {
        decision.insert(row)
    } else {
        decision.update(row)
    }
    decision.letter(Letter {
        id: letter,
        brand: user.brand.clone(),
        to: Recipient::Sms(challenge.to.clone()),
        language: user.language,
        kind: LetterKind::Code {
            purpose: challenge.purpose,
            sealed: pepper.seal_code(&letter, &code, rng),
            expires_at: challenge.expires_at,
        },
        created_at: now,
        due_at: now,
    });
    Ok(Asked { decision, challenge })
}

pub(crate) fn refuse_locked(user: &User) -> Result<(), Refusal> {
    if user.locked_at.is_some() { Err(Refusal::MemberLocked) } else { Ok(()) }
}
