//! Oneself: a user who changes how they log in, with everything that has to change along.
//!
//! Whoever changes a password or a second factor may be doing it because somebody else has it. So every other device is
//! logged out in the same change, and those who answer for the account are told.

use crate::audit::AuditEntry;
use crate::backup_codes::BackupCodes;
use crate::decision::{Decision, Row};
use crate::letter::{Letter, LetterKind, MemberChange};
use crate::random::Random;
use crate::reset_password::PasswordReset;
use crate::session::Session;
use crate::time::Timestamp;
use crate::user::User;

/// Somebody changing what is their own, through a session of theirs.
#[derive(Clone, Copy, Debug)]
pub struct Oneself<'a> {
    /// Who.
    pub user: &'a User,
    /// Through which session.
    pub session: &'a Session,
    /// The user's other sessions that are not over.
    pub others: &'a [Session],
    /// The link that was last sent to them to set a new password, used or not.
    pub reset: Option<&'a PasswordReset>,
    /// The user's backup codes.
    pub codes: &'a BackupCodes,
    /// Who else is told: the owners of the user's accounts.
    pub owners: &'a [User],
    /// Whether an account the user is in asks a second factor of everybody.
    pub required: bool,
}

impl Oneself<'_> {
    /// A decision about the user by the user.
    pub(crate) fn decides(&self, action: &'static str, now: Timestamp) -> Decision {
        Decision::new(AuditEntry::in_session(self.session, action, self.user.id, now))
    }

    /// Shuts every other way in: logs other devices out, and kills a link that would set another password.
    pub(crate) fn ends_others(&self, decision: &mut Decision, now: Timestamp) {
        end_all(self.others, decision, now);
        if let Some(reset) = self.reset.filter(|reset| reset.digest.is_some()) {
            decision.update(Row::PasswordReset(PasswordReset { digest: None, ..reset.clone() }));
        }
    }

    /// Tells those who answer for the account.
    pub(crate) fn tells_owners(
        &self,
        decision: &mut Decision,
        what: MemberChange,
        now: Timestamp,
        rng: Random<'_>,
    ) {
        tell_owners(self.user, self.owners, decision, what, now, rng);
    }
}

/// Ends sessions, whoever opened them.
pub(crate) fn end_all(sessions: &[Session], decision: &mut Decision, now: Timestamp) {
    for session in sessions {
        decision.update(Row::Session(Session { ended_at: Some(now), ..session.clone() }));
    }
}

/// Tells the owners of a user's accounts that something about the user has changed.
pub(crate) fn tell_owners(
    user: &User,
    owners: &[User],
    decision: &mut Decision,
    what: MemberChange,
    now: Timestamp,
    rng: Random<'_>,
) {
    for owner in owners {
        let kind = LetterKind::MemberChanged { member: user.name.clone(), what };
        decision.letter(Letter::to_user(owner, kind, now, rng));
    }
}
