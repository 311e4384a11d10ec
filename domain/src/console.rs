//! The operator console: enrolling with a token, logging in with password and code, and the sessions that come of it.
//!
//! There is no login with one factor. A session lives only as long as the app it was opened with is the operator's: who is
//! reset or removed is logged out everywhere at once, whatever else happens at that moment.

use crate::access::{Actor, operators_only};
use crate::audit::AuditEntry;
use crate::backup_codes::BackupCode;
use crate::decision::{Decision, Row};
use crate::ids::{AccountId, SessionId};
use crate::operator::{ConsoleLogin, Operator, Typed, counted, judge};
use crate::password::PasswordHash;
use crate::pepper::{Digest, Pepper};
use crate::random::Random;
use crate::refusal::Refusal;
use crate::secret::{Code, Token};
use crate::session::{Origin, SessionLimits};
use crate::time::{Duration, MINUTE, Timestamp};
use crate::totp::TotpSecret;
use crate::user::Totp;

/// How long somebody may take between token and first code.
const ENROLLING: Duration = MINUTE.times(15);

/// How far a login to the console has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConsoleStage {
    /// The token was right and a password chosen; the app's first code is still owed. Opens nothing else.
    Enrolling {
        /// The chosen password.
        password: PasswordHash,
        /// The app's secret, sealed.
        totp: Vec<u8>,
        /// The digest of the token it began with; once that is replaced it comes to nothing.
        began_with: Digest,
    },
    /// Logged in.
    Open,
}

/// A session of the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleSession {
    /// Its id.
    pub id: SessionId,
    /// The digest of its cookie.
    pub digest: Digest,
    /// Whose it is, by name.
    pub operator: String,
    /// How far its login has come.
    pub stage: ConsoleStage,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
    /// Where from.
    pub origin: Origin,
    /// When it was ended by its operator; `None` while it is not.
    pub ended_at: Option<Timestamp>,
    /// Grows by one with each change.
    pub version: i64,
}

impl ConsoleSession {
    /// Whether it may still be used at `now`, given its operator as they are then.
    pub fn is_alive(&self, operator: &Operator, limits: &SessionLimits, now: Timestamp) -> bool {
        let span = match self.stage {
            ConsoleStage::Enrolling { .. } => ENROLLING,
            ConsoleStage::Open => limits.absolute,
        };
        let fits = match (&self.stage, &operator.login) {
            (ConsoleStage::Enrolling { began_with, .. }, login) => {
                login.is_none() && began_with.matches(&operator.digest)
            }
            (ConsoleStage::Open, Some(login)) => login.totp.confirmed_at <= self.created_at,
            (ConsoleStage::Open, None) => false,
        };
        fits && operator.name == self.operator
            && operator.removed_at.is_none()
            && operator.locked_at.is_none()
            && self.ended_at.is_none()
            && !(self.created_at + span).reached(now)
            && !(self.seen_at + limits.idle).reached(now)
    }

    /// Whether `seen_at` is old enough to be worth a write.
    pub fn seen_is_stale(&self, now: Timestamp) -> bool {
        (self.seen_at + MINUTE).reached(now)
    }

    fn new(
        operator: &Operator,
        stage: ConsoleStage,
        origin: Origin,
        pepper: &Pepper,
        now: Timestamp,
        rng: Random<'_>,
    ) -> (Self, Token) {
        let token = Token::draw(rng);
        let session = Self {
            id: SessionId::draw(rng),
            digest: pepper.digest_token(&token),
            operator: operator.name.clone(),
            stage,
            created_at: now,
            seen_at: now,
            origin,
            ended_at: None,
            version: 0,
        };
        (session, token)
    }
}

/// What a step of enrolling or logging in leads to. All outcomes are written before anybody is told.
#[derive(Debug)]
pub enum ConsoleLogIn {
    /// It went well.
    Right {
        /// What to write.
        decision: Box<Decision>,
        /// The session's cookie.
        token: Token,
        /// Backup codes to show once; only at the end of enrolling.
        backup: Vec<BackupCode>,
    },
    /// The code is wrong.
    Wrong {
        /// What to write.
        decision: Box<Decision>,
        /// What to say.
        refusal: Refusal,
    },
}

/// Begins to enrol the operator whose token was presented: keeps the chosen password and draws the app's secret.
pub fn enrol(
    operator: &Operator,
    password: PasswordHash,
    origin: Origin,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<ConsoleLogIn, Refusal> {
    if operator.removed_at.is_some() {
        return Err(Refusal::WrongCredentials);
    }
    if operator.login.is_some() {
        return Err(Refusal::Taken { field: "login" });
    }
    let totp = pepper.seal_totp(&operator.owner(), &TotpSecret::draw(rng), rng);
    let stage = ConsoleStage::Enrolling { password, totp, began_with: operator.digest };
    let (session, token) = ConsoleSession::new(operator, stage, origin, pepper, now, rng);
    let audit = AuditEntry::by(&acting(operator, &session), "operator.enrolling", None, session.id, now);
    let mut decision = Decision::new(audit);
    decision.insert(Row::ConsoleSession(session));
    Ok(ConsoleLogIn::Right { decision: Box::new(decision), token, backup: Vec::new() })
}

/// The secret that an enrolling operator puts into their app.
pub fn enrolling_secret(
    operator: &Operator,
    session: &ConsoleSession,
    pepper: &Pepper,
) -> Option<TotpSecret> {
    match &session.stage {
        ConsoleStage::Enrolling { totp, .. } => pepper.unseal_totp(&operator.owner(), totp),
        ConsoleStage::Open => None,
    }
}

/// Ends enrolling with the app's first code: the login is there, and backup codes to write down. A wrong code is not
/// counted: whoever types it has the secret on the screen.
pub fn confirm_enrolment(
    operator: &Operator,
    session: &ConsoleSession,
    typed: &str,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<ConsoleLogIn, Refusal> {
    let ConsoleStage::Enrolling { password, totp, began_with } = &session.stage else {
        return Err(Refusal::LogInFirst);
    };
    // A reset takes the token away, and with it whatever was begun with it.
    if !began_with.matches(&operator.digest) {
        return Err(Refusal::LogInFirst);
    }
    if operator.login.is_some() {
        return Err(Refusal::Taken { field: "login" });
    }
    let secret = enrolling_secret(operator, session, pepper).ok_or(Refusal::LogInFirst)?;
    let step = Code::parse(typed).and_then(|code| secret.step_of(&code, 0, now));
    let Some(last_step) = step else {
        return Err(Refusal::invalid("otp", "That code is not right. Type the one that the app shows now."));
    };
    let backup = BackupCode::draw_set(rng);
    let login = ConsoleLogin {
        password: password.clone(),
        totp: Totp { sealed: totp.clone(), confirmed_at: now, last_step },
        backup: backup.iter().map(|code| code.digest(&operator.owner(), pepper)).collect(),
    };
    let (open, token) =
        ConsoleSession::new(operator, ConsoleStage::Open, session.origin.clone(), pepper, now, rng);
    let audit = AuditEntry::by(&acting(operator, session), "operator.enrolled", None, open.id, now);
    let mut decision = Decision::new(audit);
    decision.update(Row::Operator(Operator { login: Some(login), wrong_codes: 0, ..operator.clone() }));
    decision.update(Row::ConsoleSession(ConsoleSession { ended_at: Some(now), ..session.clone() }));
    decision.insert(Row::ConsoleSession(open));
    Ok(ConsoleLogIn::Right { decision: Box::new(decision), token, backup })
}

/// Opens a session for an operator whose password has been compared (`password_is_right`). Nobody learns which of the
/// three was wrong; a wrong code counts only behind the right password, so that a stranger cannot lock an operator.
pub fn log_in_to_console(
    operator: &Operator,
    password_is_right: bool,
    typed: &str,
    origin: Origin,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<ConsoleLogIn, Refusal> {
    if !password_is_right || operator.removed_at.is_some() || operator.login.is_none() {
        return Err(Refusal::WrongCredentials);
    }
    if operator.locked_at.is_some() {
        return Err(Refusal::MemberLocked);
    }
    let (session, token) = ConsoleSession::new(operator, ConsoleStage::Open, origin, pepper, now, rng);
    let actor = acting(operator, &session);
    Ok(match judge(operator, typed, pepper, now) {
        Typed::Right(operator) => {
            let left = operator.login.as_ref().map_or(0, |login| login.backup.len());
            let audit = AuditEntry::by(&actor, "operator.logged_in", None, session.id, now)
                .fact("backup_codes_left", left);
            let mut decision = Decision::new(audit);
            decision.update(Row::Operator(operator));
            decision.insert(Row::ConsoleSession(session));
            ConsoleLogIn::Right { decision: Box::new(decision), token, backup: Vec::new() }
        }
        Typed::Wrong(operator, refusal) => {
            ConsoleLogIn::Wrong { decision: Box::new(counted(&actor, operator, now)), refusal }
        }
    })
}

/// Ends a session: one's own, or another of the same operator.
pub fn log_out_of_console(
    by: &ConsoleSession,
    session: &ConsoleSession,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    if by.operator != session.operator {
        return Err(Refusal::NotFound);
    }
    let actor = Actor::Operator { name: by.operator.clone(), origin: by.origin.address.clone() };
    let mut decision = Decision::new(AuditEntry::by(&actor, "operator.logged_out", None, session.id, now));
    decision.update(Row::ConsoleSession(ConsoleSession { ended_at: Some(now), ..session.clone() }));
    Ok(decision)
}

fn acting(operator: &Operator, session: &ConsoleSession) -> Actor {
    Actor::Operator { name: operator.name.clone(), origin: session.origin.address.clone() }
}

/// Somebody took entries of the audit away: who reads it is worth knowing too. `what` says which entries.
pub fn audit_taken(
    actor: &Actor,
    account: Option<AccountId>,
    what: &str,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    operators_only(actor)?;
    Ok(Decision::new(AuditEntry::by(actor, "audit.exported", account, what, now)))
}
