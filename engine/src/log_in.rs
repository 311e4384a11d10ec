//! Log in: password first, then a code where two-factor is on.

use domain::{
    BrandId, Dispatch, EMAIL_BYTES_MAX, Origin, Password, PasswordHash, Purpose, Refusal, Stage, Timestamp,
    Token, ask, log_in,
};
use rand_core::Rng;
use store::Driver;

use crate::attempts::Attempt;
use crate::{Engine, EngineError, lend};

/// How often opening a session is decided again. Logins of one user that are written at once make each other decide again, and
/// as many may be on their way as wait for their passwords to be compared.
const OPENINGS_MAX: usize = 200;

/// A login that got past the password.
#[derive(Debug)]
pub struct LoggedIn {
    /// The session's cookie.
    pub token: Token,
    /// Whether a code has to be answered next.
    pub code_owed: bool,
    /// Why no code could be sent for now; the code page offers to ask again.
    pub not_sent: Option<Refusal>,
}

impl<D: Driver> Engine<D> {
    /// Compares e-mail and password and opens a session. Unknown e-mail and wrong password take the same time and say
    /// the same.
    pub async fn log_in(
        &self,
        brand: &BrandId,
        email: &str,
        password: Password,
        origin: Origin,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<LoggedIn, EngineError> {
        let email = email.trim().to_lowercase();
        if EMAIL_BYTES_MAX < email.len() {
            return Err(Refusal::WrongCredentials.into());
        }
        let attempt = Attempt::at_dashboard(brand, &email, &origin);
        self.begin_attempt(&attempt, now)?;
        let user = self.store.user_by_email(brand, &email).await?;
        let hash = user.and_then(|user| user.password);
        let right = self.compare(hash.clone(), password, &attempt, now).await?;
        if right {
            self.attempt_succeeded(&attempt, now);
        }
        self.open_session(brand, &email, hash.as_ref().filter(|_| right), origin, now, rng).await
    }

    /// Opens a session for somebody whose password was found to match `matched`, or refuses whom it matched nothing. A change of
    /// the user that was written meanwhile counts: the password is not compared again, for it cannot have become right.
    pub(crate) async fn open_session(
        &self,
        brand: &BrandId,
        email: &str,
        matched: Option<&PasswordHash>,
        origin: Origin,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<LoggedIn, EngineError> {
        for _ in 0..OPENINGS_MAX {
            let user = self.store.user_by_email(brand, email).await?.ok_or(Refusal::WrongCredentials)?;
            let account = self.store.memberships(&user.id).await?.first().map(|member| member.account);
            // Somebody who is in no account but asked to join one logs in to accept.
            let account = match account {
                Some(account) => Some(account),
                None => self.store.account_that_invited(brand, email, now).await?,
            };
            let pepper = &self.pepper();
            let mut logged = log_in(&user, matched, account, origin.clone(), pepper, now, lend(rng))?;
            let code_owed = logged.session.stage == Stage::AwaitingCode;
            let mut not_sent = None;
            if code_owed {
                let way = Dispatch::ToOwn.way(&user)?;
                let history = self.history(&way).await?;
                let (to, otp) = (&Dispatch::ToOwn, &self.rules.otp);
                let (session, history) = (&logged.session, history.as_ref());
                let asked =
                    ask(&user, session, Purpose::LogIn, to, None, history, otp, pepper, now, lend(rng));
                match self.within_limits(&user.brand, way.recipient().as_ref(), asked, now).await? {
                    Ok(asked) => {
                        logged.decision.changes.extend(asked.decision.changes);
                        logged.decision.letters.extend(asked.decision.letters);
                        logged.decision.counts.extend(asked.decision.counts);
                    }
                    Err(refusal @ (Refusal::CodeJustSent { .. } | Refusal::TooManyCodes { .. })) => {
                        not_sent = Some(refusal);
                    }
                    Err(other) => return Err(other.into()),
                }
            }
            if self.write(logged.decision).await?.is_some() {
                return Ok(LoggedIn { token: logged.token, code_owed, not_sent });
            }
        }
        Err(EngineError::Contended)
    }
}
