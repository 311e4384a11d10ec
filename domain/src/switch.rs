//! Switch: look at another of one's accounts.
//!
//! The session that looked at the old account ends and another begins, with a new cookie, as old as the first and as well
//! proven: a code that was answered for something in one account never counts in another.

use crate::audit::AuditEntry;
use crate::decision::{Decision, Row};
use crate::ids::{AccountId, SessionId};
use crate::pepper::Pepper;
use crate::random::Random;
use crate::refusal::Refusal;
use crate::secret::Token;
use crate::session::{Session, Stage};
use crate::time::Timestamp;
use crate::user::Member;

/// Moves an open session to an account that its user is in. `member` is their membership there.
pub fn switch_account(
    session: &Session,
    member: Option<&Member>,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<(Decision, Session, Token), Refusal> {
    if !matches!(session.stage, Stage::Open { .. }) {
        return Err(Refusal::LogInFirst);
    }
    let own = member.filter(|member| member.user == session.user).ok_or(Refusal::NotFound)?;
    let looks_at = Session { account: own.account, ..session.clone() };
    let audit = AuditEntry::in_session(&looks_at, "session.switched", session.id, now);
    let mut decision = Decision::new(audit.fact("from", session.account));
    let (session, token) = moved(session, own.account, &mut decision, pepper, now, rng);
    Ok((decision, session, token))
}

/// Adds the end of a session and the one that follows it in another account.
pub(crate) fn moved(
    session: &Session,
    account: AccountId,
    decision: &mut Decision,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> (Session, Token) {
    let token = Token::draw(rng);
    let next = Session {
        id: SessionId::draw(rng),
        digest: pepper.digest_token(&token),
        account,
        seen_at: now,
        version: 0,
        ..session.clone()
    };
    decision.update(Row::Session(Session { ended_at: Some(now), ..session.clone() }));
    decision.insert(Row::Session(next.clone()));
    (next, token)
}
