//! Ask: send somebody a one-time password for one purpose.
//!
//! Limits belong to the number, not to the session: opening more sessions buys no more messages. Codes to a number that is
//! somebody's own are counted apart from those that try it, which a stranger can ask for. Asking again replaces the code and
//! gives it its five minutes, but resets no count of tries.

use crate::audit::AuditEntry;
use crate::decision::{Decision, Row};
use crate::ids::{AccountId, ChallengeId, LetterId};
use crate::letter::{Letter, LetterKind};
use crate::mobile::{Mobile, SendHistory};
use crate::pepper::Pepper;
use crate::random::Random;
use crate::refusal::Refusal;
use crate::secret::Code;
use crate::session::Session;
use crate::step_up::{Challenge, ChallengeState, OtpLimits, Purpose, granted};
use crate::time::Timestamp;
use crate::user::{Factor, User};
use crate::way::Way;

/// Who should answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dispatch {
    /// Whoever has the user's second factor.
    ToOwn,
    /// Whoever has a new number, which this will show to be the user's. The account password was checked before.
    ToNew(Mobile),
    /// Whoever reads the user's e-mail.
    ToEmail,
}

impl Dispatch {
    /// How the challenge will be answered.
    pub fn way(&self, user: &User) -> Result<Way, Refusal> {
        Ok(match self {
            Dispatch::ToNew(number) => Way::NewNumber(number.clone()),
            Dispatch::ToEmail => Way::Email(user.email.clone()),
            Dispatch::ToOwn => match user.factor().ok_or(Refusal::MobileNeeded)? {
                Factor::App(_) => Way::App,
                Factor::Mobile(number) => Way::Sms(number.clone()),
            },
        })
    }
}

/// What asking leads to.
#[derive(Debug)]
pub struct Asked {
    /// What to write.
    pub decision: Decision,
    /// The challenge as it will be.
    pub challenge: Challenge,
    /// In which account it was asked.
    pub account: AccountId,
}

/// Asks for a code. `history` is the history of where the code would be sent; where an app makes the codes it is not asked
/// for. `grant` is the latest challenge for changing the number, which a new number needs where there is a factor already.
#[expect(
    clippy::too_many_arguments,
    reason = "each is a fact the decision rests on; a bundle would only rename them"
)]
pub fn ask(
    user: &User,
    session: &Session,
    purpose: Purpose,
    dispatch: &Dispatch,
    grant: Option<&Challenge>,
    history: Option<&SendHistory>,
    limits: &OtpLimits,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<Asked, Refusal> {
    refuse_locked(user)?;
    let spent = may_dispatch(user, session, &purpose, dispatch, grant, now)?;
    let blank = Challenge {
        id: ChallengeId::draw(rng),
        session: session.id,
        user: user.id,
        purpose,
        way: dispatch.way(user)?,
        digest: None,
        asked_at: now,
        expires_at: now + limits.lifetime,
        tries: 0,
        state: ChallengeState::Asked,
        version: 0,
    };
    let mut asked = send(user, session, blank, history, limits, pepper, now, rng)?;
    asked.decision.insert(Row::Challenge(asked.challenge.clone()));
    if let Some(spent) = spent {
        asked.decision.update(Row::Challenge(spent));
    }
    Ok(asked)
}

/// Whether a code may go there at all. Returns the grant that pays for it, to be written as spent.
fn may_dispatch(
    user: &User,
    session: &Session,
    purpose: &Purpose,
    dispatch: &Dispatch,
    grant: Option<&Challenge>,
    now: Timestamp,
) -> Result<Option<Challenge>, Refusal> {
    match dispatch {
        Dispatch::ToOwn => Ok(None),
        // An inbox is no second factor: whoever reads it can have a new password too. It stands in for a lost phone
        // only where this login was opened with the second factor already. TM-57
        Dispatch::ToEmail if *purpose == Purpose::ChangeMobile && session.otp_at().is_some() => Ok(None),
        Dispatch::ToEmail => Err(Refusal::StepUpNeeded),
        // What gives a factor up is never paid for by bringing a new one.
        Dispatch::ToNew(_) if *purpose == Purpose::TwoFactorOff => Err(Refusal::StepUpNeeded),
        Dispatch::ToNew(_) if user.factor().is_none() => Ok(None),
        // Or whoever has learned the password could have the codes sent to their own phone. TM-58
        Dispatch::ToNew(_) if *purpose != Purpose::VerifyMobile => Err(Refusal::StepUpNeeded),
        Dispatch::ToNew(_) => granted(&session.id, &user.id, &Purpose::ChangeMobile, grant, now).map(Some),
    }
}

/// Sends a new code for a challenge that is still open, or gives an app's challenge its time again.
#[expect(
    clippy::too_many_arguments,
    reason = "each is a fact the decision rests on; a bundle would only rename them"
)]
pub fn resend(
    user: &User,
    session: &Session,
    challenge: &Challenge,
    history: Option<&SendHistory>,
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
    history: Option<&SendHistory>,
    limits: &OtpLimits,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<Asked, Refusal> {
    let asked = |action| {
        Decision::new(AuditEntry::in_session(session, action, user.id, now).fact("for", challenge.purpose))
    };
    let (Some(recipient), Some(history)) = (challenge.way.recipient(), history) else {
        let challenge = Challenge { asked_at: now, expires_at: now + limits.lifetime, ..challenge.clone() };
        return Ok(Asked { decision: asked("code.asked"), challenge, account: session.account });
    };
    let class = challenge.way.class(&user.brand);
    assert_eq!(history.class, class, "the engine reads the history of the codes that this one counts with");
    let history = history.sent(now)?;
    let code = Code::draw(rng);
    let bound_to = Challenge::bound_to(&session.id, &challenge.purpose, &recipient);
    let mut decision = asked("code.sent");
    let challenge = Challenge {
        digest: Some(pepper.digest_code(&challenge.id, &bound_to, &code)),
        asked_at: now,
        expires_at: now + limits.lifetime,
        ..challenge
    };
    let letter = LetterId::draw(rng);
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
        to: recipient,
        language: user.language,
        kind: LetterKind::Code {
            purpose: challenge.purpose,
            sealed: pepper.seal_code(&letter, &code, rng),
            expires_at: challenge.expires_at,
        },
        created_at: now,
        due_at: now,
    });
    Ok(Asked { decision, challenge, account: session.account })
}

pub(crate) fn refuse_locked(user: &User) -> Result<(), Refusal> {
    if user.locked_at.is_some() { Err(Refusal::MemberLocked) } else { Ok(()) }
}
