//! Operators: those who run the platform. A token each for the management API, known to the store only as its digest;
//! and, once enrolled, a login to the operator console that always takes a password and a code of their app.
//!
//! Whoever is enrolled cannot be enrolled again with the token alone: a token that leaked must not become a login. A lost
//! app is recovered by another operator, or by whoever holds the data folder, with a fresh token.

use crate::access::Actor;
use crate::audit::AuditEntry;
use crate::backup_codes::BackupCode;
use crate::decision::{Decision, Row};
use crate::open_account::checked_name;
use crate::password::PasswordHash;
use crate::pepper::{Digest, Pepper};
use crate::random::Random;
use crate::refusal::Refusal;
use crate::secret::{Code, Token};
use crate::time::Timestamp;
use crate::user::{Totp, WRONG_CODES_MAX};

/// Somebody who runs the platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// What the audit calls them; never given to somebody else.
    pub name: String,
    /// The digest of their token.
    pub digest: Digest,
    /// How they log in to the console; `None` until they enrolled.
    pub login: Option<ConsoleLogin>,
    /// Wrong codes in a row; a right one resets it.
    pub wrong_codes: u32,
    /// When too many wrong codes locked the login; another operator unlocks it by a reset.
    pub locked_at: Option<Timestamp>,
    /// When they were removed; neither token nor login work from then on.
    pub removed_at: Option<Timestamp>,
    /// Since when.
    pub created_at: Timestamp,
    /// Grows by one with each change.
    pub version: i64,
}

/// What a login to the console takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleLogin {
    /// The password's hash.
    pub password: PasswordHash,
    /// The authenticator app.
    pub totp: Totp,
    /// Digests of the backup codes that were not used yet.
    pub backup: Vec<Digest>,
}

impl Operator {
    /// Somebody who has a token and is not enrolled; version 0 until the store has them.
    pub fn new(name: String, digest: Digest, now: Timestamp) -> Self {
        Self {
            name,
            digest,
            login: None,
            wrong_codes: 0,
            locked_at: None,
            removed_at: None,
            created_at: now,
            version: 0,
        }
    }

    /// Whose secrets these are, as the pepper binds them: no user's id looks like it.
    pub fn owner(&self) -> String {
        owner_of(&self.name)
    }
}

/// What an operator's authenticator secret and backup codes are bound to.
pub(crate) fn owner_of(name: &str) -> String {
    format!("operator:{name}")
}

/// What a typed code leads to. Both outcomes are written before anybody is told.
#[derive(Debug)]
pub(crate) enum Typed {
    /// It is right; the operator as they are from then on.
    Right(Operator),
    /// It is wrong; the operator with the try counted, and what to say.
    Wrong(Operator, Refusal),
}

/// Judges a code of an enrolled operator: of their app, or one to write down. Either works once.
pub(crate) fn judge(operator: &Operator, typed: &str, pepper: &Pepper, now: Timestamp) -> Typed {
    let accepted = operator.login.as_ref().and_then(|login| accept(operator, login, typed, pepper, now));
    match accepted {
        Some(login) => Typed::Right(Operator { login: Some(login), wrong_codes: 0, ..operator.clone() }),
        None => {
            let wrong_codes = operator.wrong_codes + 1;
            let locks = WRONG_CODES_MAX <= wrong_codes;
            let refusal = if locks { Refusal::MemberLocked } else { Refusal::WrongCredentials };
            let counted = Operator { wrong_codes, locked_at: locks.then_some(now), ..operator.clone() };
            Typed::Wrong(counted, refusal)
        }
    }
}

fn accept(
    operator: &Operator,
    login: &ConsoleLogin,
    typed: &str,
    pepper: &Pepper,
    now: Timestamp,
) -> Option<ConsoleLogin> {
    if let Some(code) = Code::parse(typed) {
        let secret = pepper.unseal_totp(&operator.owner(), &login.totp.sealed)?;
        let last_step = secret.step_of(&code, login.totp.last_step, now)?;
        return Some(ConsoleLogin { totp: Totp { last_step, ..login.totp.clone() }, ..login.clone() });
    }
    let typed = BackupCode::parse(typed)?;
    let digests = pepper.digests(|pepper| typed.digest(&operator.owner(), pepper));
    let backup: Vec<Digest> = login.backup.iter().copied().filter(|own| !digests.contains(own)).collect();
    (backup.len() < login.backup.len()).then(|| ConsoleLogin { backup, ..login.clone() })
}

/// Counts a wrong code and says what happened.
pub(crate) fn counted(actor: &Actor, operator: Operator, now: Timestamp) -> Decision {
    let action = if operator.locked_at.is_some() { "operator.locked" } else { "operator.code_wrong" };
    let mut decision = Decision::new(AuditEntry::by(actor, action, None, &operator.name, now));
    decision.update(Row::Operator(operator));
    decision
}

/// Appoints an operator; the token is in the answer and nowhere else.
pub fn appoint(
    name: &str,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<(Decision, Token), Refusal> {
    let name = checked_operator(name)?;
    // The first operator has nobody to be appointed by: whoever holds the data folder may.
    let actor = Actor::Operator { name: name.clone(), origin: String::new() };
    Ok(appointed(&actor, name, pepper, now, rng))
}

fn appointed(
    actor: &Actor,
    name: String,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> (Decision, Token) {
    let token = Token::draw(rng);
    let mut decision = Decision::new(AuditEntry::by(actor, "operator.appointed", None, &name, now));
    decision.insert(Row::Operator(Operator::new(name, pepper.digest_token(&token), now)));
    (decision, token)
}

/// Gives an operator a fresh token and takes away their old one and their login, as whoever holds the data folder: for a
/// lost app, a lost token, a lock.
pub fn reset_operator(
    operator: &Operator,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<(Decision, Token), Refusal> {
    let actor = Actor::Operator { name: operator.name.clone(), origin: String::new() };
    reset(&actor, operator, pepper, now, rng)
}

fn reset(
    actor: &Actor,
    operator: &Operator,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<(Decision, Token), Refusal> {
    must_be_there(operator)?;
    let token = Token::draw(rng);
    let mut decision = Decision::new(AuditEntry::by(actor, "operator.reset", None, &operator.name, now));
    decision.update(Row::Operator(Operator {
        digest: pepper.digest_token(&token),
        login: None,
        wrong_codes: 0,
        locked_at: None,
        ..operator.clone()
    }));
    Ok((decision, token))
}

/// Removes an operator, as whoever holds the data folder. Their name stays theirs.
pub fn remove_operator(operator: &Operator, now: Timestamp) -> Result<Decision, Refusal> {
    let actor = Actor::Operator { name: operator.name.clone(), origin: String::new() };
    removed(&actor, operator, now)
}

fn removed(actor: &Actor, operator: &Operator, now: Timestamp) -> Result<Decision, Refusal> {
    must_be_there(operator)?;
    let mut decision = Decision::new(AuditEntry::by(actor, "operator.removed", None, &operator.name, now));
    decision.update(Row::Operator(Operator { removed_at: Some(now), login: None, ..operator.clone() }));
    Ok(decision)
}

fn must_be_there(operator: &Operator) -> Result<(), Refusal> {
    if operator.removed_at.is_some() { Err(Refusal::NotFound) } else { Ok(()) }
}

/// What one operator may do to the circle of operators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Appointment {
    /// Appoint another one of that name.
    Appoint(String),
    /// Give another one a fresh token in place of their login.
    Reset(Box<Operator>),
    /// Remove another one.
    Remove(Box<Operator>),
}

/// What came of it. Both outcomes are written before anybody is told.
#[derive(Debug)]
pub enum Appointed {
    /// It is done. The token of somebody appointed or reset is here and nowhere else.
    Done {
        /// What to write.
        decision: Box<Decision>,
        /// The token to hand over.
        token: Option<Token>,
    },
    /// The code is wrong.
    Wrong {
        /// What to write.
        decision: Box<Decision>,
        /// What to say.
        refusal: Refusal,
    },
}

/// Changes the circle of operators from the console. It takes a fresh code of the one who does it, so that a browser left
/// open makes no operator; and nobody does it to themselves, so that one is always left.
pub fn appoint_from_console(
    acting: &Operator,
    origin: &str,
    wish: &Appointment,
    typed: &str,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<Appointed, Refusal> {
    let actor = Actor::Operator { name: acting.name.clone(), origin: origin.to_owned() };
    if acting.locked_at.is_some() {
        return Err(Refusal::MemberLocked);
    }
    let (mut decision, token) = match wish {
        Appointment::Appoint(name) => {
            let (decision, token) = appointed(&actor, checked_operator(name)?, pepper, now, rng);
            (decision, Some(token))
        }
        Appointment::Reset(other) | Appointment::Remove(other) if other.name == acting.name => {
            return Err(Refusal::PermissionDenied);
        }
        Appointment::Reset(other) => {
            let (decision, token) = reset(&actor, other, pepper, now, rng)?;
            (decision, Some(token))
        }
        Appointment::Remove(other) => (removed(&actor, other, now)?, None),
    };
    Ok(match judge(acting, typed, pepper, now) {
        Typed::Right(acting) => {
            decision.update(Row::Operator(acting));
            Appointed::Done { decision: Box::new(decision), token }
        }
        Typed::Wrong(acting, refusal) => {
            Appointed::Wrong { decision: Box::new(counted(&actor, acting, now)), refusal }
        }
    })
}

/// A name that fits into an audit entry and a login form as one word.
fn checked_operator(name: &str) -> Result<String, Refusal> {
    let name = checked_name("name", name)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@');
    if name.chars().all(plain) {
        Ok(name)
    } else {
        Err(Refusal::invalid("name", "Give a name of letters, digits, dots and dashes, such as asha."))
    }
}
