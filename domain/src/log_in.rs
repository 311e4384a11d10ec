//! Log in and log out.
//!
//! A password opens a session; with two-factor on, a session that opens nothing until its code is answered. An
//! unknown e-mail and a wrong password look the same, and so does a locked member until the password is right.

use crate::audit::AuditEntry;
use crate::decision::{Decision, Row};
use crate::ids::{AccountId, SessionId};
use crate::oneself::end_all;
use crate::password::PasswordHash;
use crate::pepper::Pepper;
use crate::random::Random;
use crate::refusal::Refusal;
use crate::secret::Token;
use crate::session::{Origin, Session, Stage};
use crate::time::Timestamp;
use crate::user::User;

/// A login that got past the password.
#[derive(Debug)]
pub struct LogIn {
    /// What to write.
    pub decision: Decision,
    /// The session as it will be.
    pub session: Session,
    /// Its cookie.
    pub token: Token,
}

/// Opens a session for a user whose password was typed. `matched` is the hash that it was found to match, if it matched any:
/// while it was compared, the user may have got another one. The user is written back as they are, so that nothing this rests
/// on (password, second factor, lock) changes at the same moment, and whatever ends the user's sessions ends this one too.
pub fn log_in(
    user: &User,
    matched: Option<&PasswordHash>,
    account: Option<AccountId>,
    origin: Origin,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<LogIn, Refusal> {
    if matched.is_none() || matched != user.password.as_ref() {
        return Err(Refusal::WrongCredentials);
    }
    if user.locked_at.is_some() {
        return Err(Refusal::MemberLocked);
    }
    let account = account.ok_or(Refusal::PermissionDenied)?;
    let token = Token::draw(rng);
    let owes_code = user.logs_in_with_two();
    let session = Session {
        id: SessionId::draw(rng),
        digest: pepper.digest_token(&token),
        user: user.id,
        brand: user.brand.clone(),
        account,
        stage: if owes_code { Stage::AwaitingCode } else { Stage::Open { otp_at: None } },
        created_at: now,
        seen_at: now,
        origin,
        ended_at: None,
        version: 0,
    };
    let mut decision = Decision::new(
        AuditEntry::in_session(&session, "session.opened", session.id, now).fact("code_owed", owes_code),
    );
    decision.update(Row::User(user.clone()));
    decision.insert(Row::Session(session.clone()));
    Ok(LogIn { decision, session, token })
}

/// Ends a session: one's own, or another of the same user.
pub fn log_out(by: &Session, session: &Session, now: Timestamp) -> Result<Decision, Refusal> {
    if by.user != session.user {
        return Err(Refusal::NotFound);
    }
    let mut decision = Decision::new(AuditEntry::in_session(by, "session.ended", session.id, now));
    decision.update(Row::Session(Session { ended_at: Some(now), ..session.clone() }));
    Ok(decision)
}

/// Ends all sessions of the same user but one's own. `None` if there is none to end.
pub fn log_out_others(by: &Session, others: &[Session], now: Timestamp) -> Option<Decision> {
    let others: Vec<Session> =
        others.iter().filter(|other| other.user == by.user && other.id != by.id).cloned().collect();
    if others.is_empty() {
        return None;
    }
    let audit =
        AuditEntry::in_session(by, "session.others_ended", by.user, now).fact("sessions", others.len());
    let mut decision = Decision::new(audit);
    end_all(&others, &mut decision, now);
    Some(decision)
}
