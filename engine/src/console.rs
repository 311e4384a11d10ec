//! The operator console: who is behind its cookie, enrolling, logging in, and the circle of operators.

use domain::{
    AccountId, Actor, Appointed, Appointment, BackupCode, ConsoleLogIn, ConsoleSession, ConsoleStage,
    Operator, Origin, Password, Refusal, SessionId, Timestamp, Token, TotpSecret, appoint_from_console,
    audit_taken, confirm_enrolment, enrol, enrolling_secret, log_in_to_console, log_out_of_console,
};
use rand_core::Rng;
use store::Driver;

use crate::attempts::Attempt;
use crate::{DECISIONS_MAX, Engine, EngineError, lend};

/// Longer than any operator's name; what is longer is not even remembered as a try.
const NAME_BYTES_MAX: usize = 400;

/// What a request of the console knows: the operator and the session, as the store has them now.
#[derive(Clone, Debug)]
pub struct ConsoleView {
    /// Who.
    pub operator: Operator,
    /// Through which session.
    pub session: ConsoleSession,
}

impl ConsoleView {
    /// The operator as an actor.
    pub fn actor(&self) -> Actor {
        Actor::Operator { name: self.operator.name.clone(), origin: self.session.origin.address.clone() }
    }
}

/// An enrolment that is complete.
#[derive(Debug)]
pub struct Enrolled {
    /// The session's cookie.
    pub token: Token,
    /// The backup codes, to be shown once.
    pub backup: Vec<BackupCode>,
}

/// What of the circle of operators shall change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Circle {
    /// Appoint another operator.
    Appoint,
    /// Give an operator a fresh token in place of their login.
    Reset,
    /// Remove an operator.
    Remove,
}

impl<D: Driver> Engine<D> {
    /// Begins to enrol the operator a token belongs to. An unknown token and a removed operator look the same.
    pub async fn enrol(
        &self,
        token: &str,
        password: Password,
        origin: Origin,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Token, EngineError> {
        let place = format!("enrol {}", origin.address);
        self.passwords.lock().attempt(&place, now)?;
        let token = Token::parse(token.trim()).ok_or(Refusal::WrongCredentials)?;
        let digests = self.pepper().digests(|pepper| pepper.digest_token(&token));
        let found = self.store.operator_by_digest(&digests).await?.ok_or(Refusal::WrongCredentials)?;
        self.passwords.lock().succeeded(&place);
        password.acceptable(&[&found.name])?;
        let (_, hash) = self.hash(password, rng).await?;
        for _ in 0..DECISIONS_MAX {
            let operator = self.operator_named(&found.name).await?;
            let pepper = &self.pepper();
            let begun = enrol(&operator, hash.clone(), origin.clone(), pepper, now, lend(rng))?;
            if let Some((token, _)) = self.console_outcome(begun).await? {
                return Ok(token);
            }
        }
        Err(EngineError::Contended)
    }

    /// Whoever is enrolling behind a cookie, with the secret to put into their app.
    pub async fn enrolling(
        &self,
        token: &Token,
        now: Timestamp,
    ) -> Result<(ConsoleView, TotpSecret), EngineError> {
        let view = self.any_console_view(token, now).await?;
        let secret = enrolling_secret(&view.operator, &view.session, &self.pepper());
        Ok((view, secret.ok_or(Refusal::LogInFirst)?))
    }

    /// Ends enrolling with the app's first code.
    pub async fn confirm_enrolment(
        &self,
        token: &Token,
        typed: &str,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Enrolled, EngineError> {
        for _ in 0..DECISIONS_MAX {
            let (view, _) = self.enrolling(token, now).await?;
            let pepper = &self.pepper();
            let confirmed = confirm_enrolment(&view.operator, &view.session, typed, pepper, now, lend(rng))?;
            if let Some((token, backup)) = self.console_outcome(confirmed).await? {
                return Ok(Enrolled { token, backup });
            }
        }
        Err(EngineError::Contended)
    }

    /// Opens a session of the console for name, password and code together. Which of them was wrong is not told, and somebody
    /// who does not exist costs as much time as somebody who does.
    pub async fn log_in_to_console(
        &self,
        name: &str,
        password: Password,
        typed: &str,
        origin: Origin,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Token, EngineError> {
        let name = name.trim();
        if NAME_BYTES_MAX < name.len() {
            return Err(Refusal::WrongCredentials.into());
        }
        let attempt = Attempt::at_console(name, &origin);
        self.begin_attempt(&attempt, now)?;
        let found = self.store.operator_by_name(name).await?;
        let hash = found.and_then(|operator| operator.login).map(|login| login.password);
        let right = self.compare(hash.clone(), password, &attempt, now).await?;
        for _ in 0..DECISIONS_MAX {
            let Some(operator) = self.store.operator_by_name(name).await? else {
                return Err(Refusal::WrongCredentials.into());
            };
            // While it was compared, the operator may have got another one.
            let right = right && operator.login.as_ref().map(|login| &login.password) == hash.as_ref();
            let pepper = &self.pepper();
            let tried = log_in_to_console(&operator, right, typed, origin.clone(), pepper, now, lend(rng))?;
            if let Some((token, _)) = self.console_outcome(tried).await? {
                self.attempt_succeeded(&attempt, now);
                return Ok(token);
            }
        }
        Err(EngineError::Contended)
    }

    /// Writes an outcome; only then it is told. `None`: decide again.
    async fn console_outcome(
        &self,
        outcome: ConsoleLogIn,
    ) -> Result<Option<(Token, Vec<BackupCode>)>, EngineError> {
        match outcome {
            ConsoleLogIn::Right { decision, token, backup } => {
                Ok(self.write(*decision).await?.map(|_| (token, backup)))
            }
            ConsoleLogIn::Wrong { decision, refusal } => match self.write(*decision).await? {
                Some(_) => Err(refusal.into()),
                None => Ok(None),
            },
        }
    }

    /// The operator behind a cookie of the console. Refused unless their login is complete.
    pub async fn console_view(&self, token: &Token, now: Timestamp) -> Result<ConsoleView, EngineError> {
        let view = self.any_console_view(token, now).await?;
        match view.session.stage {
            ConsoleStage::Open => Ok(view),
            ConsoleStage::Enrolling { .. } => Err(Refusal::LogInFirst.into()),
        }
    }

    async fn any_console_view(&self, token: &Token, now: Timestamp) -> Result<ConsoleView, EngineError> {
        let digests = self.pepper().digests(|pepper| pepper.digest_token(token));
        let session = self.store.console_session_by_digest(&digests).await?.ok_or(Refusal::LogInFirst)?;
        let operator = self.store.operator_by_name(&session.operator).await?.ok_or(Refusal::LogInFirst)?;
        if !session.is_alive(&operator, &self.rules.session, now) {
            return Err(Refusal::LogInFirst.into());
        }
        if session.seen_is_stale(now) {
            self.store.console_seen(&session.id, now).await?;
        }
        Ok(ConsoleView { operator, session })
    }

    /// An operator's sessions that are still alive, the latest first.
    pub async fn console_sessions(
        &self,
        view: &ConsoleView,
        now: Timestamp,
    ) -> Result<Vec<ConsoleSession>, EngineError> {
        let limits = &self.rules.session;
        let after = now - limits.absolute;
        let mut sessions = self.store.console_sessions(&view.operator.name, after).await?;
        sessions.retain(|session| session.is_alive(&view.operator, limits, now));
        Ok(sessions)
    }

    /// Ends a session of the same operator: this one or another.
    pub async fn end_console_session(
        &self,
        view: &ConsoleView,
        session: &SessionId,
        now: Timestamp,
    ) -> Result<(), EngineError> {
        for _ in 0..DECISIONS_MAX {
            let ending = self.store.console_session(session).await?.ok_or(Refusal::NotFound)?;
            let decision = log_out_of_console(&view.session, &ending, now)?;
            if ending.ended_at.is_some() || self.write(decision).await?.is_some() {
                return Ok(());
            }
        }
        Err(EngineError::Contended)
    }

    /// Changes the circle of operators from the console. The token of somebody appointed or reset is in the answer and
    /// nowhere else.
    pub async fn change_circle(
        &self,
        view: &ConsoleView,
        change: &Circle,
        name: &str,
        typed: &str,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Option<Token>, EngineError> {
        for _ in 0..DECISIONS_MAX {
            let acting = self.operator_named(&view.operator.name).await?;
            let other = self.store.operator_by_name(name).await?;
            let wish = match (change, other) {
                (Circle::Appoint, None) => Appointment::Appoint(name.to_owned()),
                (Circle::Appoint, Some(_)) => return Err(Refusal::Taken { field: "name" }.into()),
                (Circle::Reset, Some(other)) => Appointment::Reset(Box::new(other)),
                (Circle::Remove, Some(other)) => Appointment::Remove(Box::new(other)),
                (Circle::Reset | Circle::Remove, None) => return Err(Refusal::NotFound.into()),
            };
            let (pepper, origin) = (&self.pepper(), &view.session.origin.address);
            match appoint_from_console(&acting, origin, &wish, typed, pepper, now, lend(rng))? {
                Appointed::Done { decision, token } => {
                    if self.write(*decision).await?.is_some() {
                        return Ok(token);
                    }
                }
                Appointed::Wrong { decision, refusal } => {
                    if self.write(*decision).await?.is_some() {
                        return Err(refusal.into());
                    }
                }
            }
        }
        Err(EngineError::Contended)
    }

    /// Writes down that entries of the audit were taken away.
    pub async fn audit_taken(
        &self,
        actor: &Actor,
        account: Option<AccountId>,
        what: &str,
        now: Timestamp,
    ) -> Result<(), EngineError> {
        self.write(audit_taken(actor, account, what, now)?).await?.map(|_| ()).ok_or(EngineError::Contended)
    }

    async fn operator_named(&self, name: &str) -> Result<Operator, EngineError> {
        Ok(self.store.operator_by_name(name).await?.ok_or(Refusal::NotFound)?)
    }
}
