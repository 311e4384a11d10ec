//! Reset password: a link by e-mail for somebody who forgot theirs.
//!
//! The link works once, for thirty minutes, and a newer one kills it; the store knows its digest alone. It gives a password
//! and nothing else: every session ends, the second factor is asked for at the next login as always, and whoever is locked
//! stays locked.

use crate::audit::AuditEntry;
use crate::decision::{Decision, Row};
use crate::ids::UserId;
use crate::letter::{Letter, LetterKind, MemberChange, Recipient};
use crate::oneself::{end_all, tell_owners};
use crate::password::PasswordHash;
use crate::pepper::{Digest, Pepper};
use crate::random::Random;
use crate::refusal::Refusal;
use crate::secret::Token;
use crate::session::Session;
use crate::time::{Duration, MINUTE, Timestamp};
use crate::user::User;

/// How long a link works.
pub const RESET_LIFETIME: Duration = MINUTE.times(30);
/// What the tokens of these links are for, in their digests.
const PURPOSE: &str = "reset password";

/// The one link that may set somebody's password. One row for each user, so that a new link takes the place of the old.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordReset {
    /// Whose password.
    pub user: UserId,
    /// The digest of the link's token; `None` once it was used.
    pub digest: Option<Digest>,
    /// When the link stops working.
    pub expires_at: Timestamp,
    /// Grows by one with each change; 0 when there is no row yet.
    pub version: i64,
}

/// The digest under which the store finds a link.
pub fn reset_digest(token: &Token, pepper: &Pepper) -> Digest {
    pepper.digest_link(PURPOSE, token)
}

/// Sends a link to somebody who has a password. `old` is the link before, if there was one.
pub fn ask_reset(
    user: &User,
    old: Option<&PasswordReset>,
    origin: &str,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<Decision, Refusal> {
    if user.password.is_none() {
        // Nobody has logged in yet: the way in is the invitation.
        return Err(Refusal::NotFound);
    }
    let token = Token::draw(rng);
    let reset = PasswordReset {
        user: user.id,
        digest: Some(reset_digest(&token, pepper)),
        expires_at: now + RESET_LIFETIME,
        version: old.map_or(0, |old| old.version),
    };
    let mut decision = Decision::new(entry(user, origin, "password.reset_asked", now));
    let sealed = |sealed| LetterKind::PasswordReset { sealed, expires_at: reset.expires_at };
    let to = Recipient::Email(user.email.clone());
    let letter = Letter::with_link(&user.brand, to, &token, sealed, pepper, now, rng);
    decision.letter(letter.spoken(user.language));
    let row = Row::PasswordReset(reset);
    match old {
        Some(_) => decision.update(row),
        None => decision.insert(row),
    }
    Ok(decision)
}

/// Refuses unless a link with `token` sets this password now. Unknown, used, replaced and expired links look the same.
pub fn check_reset(
    reset: &PasswordReset,
    token: &Token,
    pepper: &Pepper,
    now: Timestamp,
) -> Result<(), Refusal> {
    match &reset.digest {
        Some(digest) if !reset.expires_at.reached(now) => {
            let is_it = pepper.digests(|pepper| reset_digest(token, pepper)).contains(digest);
            if is_it { Ok(()) } else { Err(Refusal::LinkOver) }
        }
        _ => Err(Refusal::LinkOver),
    }
}

/// Sets the password that a link was sent for, and uses the link up.
#[expect(clippy::too_many_arguments, reason = "each is a fact the decision rests on")]
pub fn reset_password(
    user: &User,
    reset: &PasswordReset,
    token: &Token,
    new: PasswordHash,
    sessions: &[Session],
    owners: &[User],
    origin: &str,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<Decision, Refusal> {
    check_reset(reset, token, pepper, now)?;
    if reset.user != user.id {
        return Err(Refusal::LinkOver);
    }
    let mut decision = Decision::new(entry(user, origin, "password.reset", now));
    decision.letter(Letter::to_user(user, LetterKind::PasswordChanged, now, rng));
    tell_owners(user, owners, &mut decision, MemberChange::PasswordChanged, now, rng);
    end_all(sessions, &mut decision, now);
    decision.update(Row::PasswordReset(PasswordReset { digest: None, ..reset.clone() }));
    decision.update(Row::User(User { password: Some(new), ..user.clone() }));
    Ok(decision)
}

/// An entry about something a user did without a session.
fn entry(user: &User, origin: &str, action: &'static str, now: Timestamp) -> AuditEntry {
    AuditEntry {
        at: now,
        actor: user.id.to_string(),
        origin: origin.to_owned(),
        account: None,
        action,
        target: user.id.to_string(),
        facts: String::new(),
    }
}
