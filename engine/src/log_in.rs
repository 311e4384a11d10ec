//! Log in: password first, then a code where two-factor is on.

use domain::{
    BrandId, Dispatch, Origin, Password, PasswordHash, Purpose, Refusal, Stage, Timestamp, Token, ask, log_in,
};
use rand_core::Rng;
use store::Driver;

use crate::{DECISIONS_MAX, Engine, EngineError, lend};

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
        let place = format!("{brand} {} {}", email.trim().to_lowercase(), origin.address);
        self.passwords.lock().attempt(&place, now)?;
        let user = self.store.user_by_email(brand, email).await?;
        let hash = user.as_ref().and_then(|user| user.password.clone());
        let right = self.heavily(move || compare(hash.as_ref(), &password)).await;
        if right {
            self.passwords.lock().succeeded(&place);
        }
        let user = user.ok_or(Refusal::WrongCredentials)?;
        for _ in 0..DECISIONS_MAX {
            let account = self.store.memberships(&user.id).await?.first().map(|member| member.account);
            // Somebody who is in no account but asked to join one logs in to accept.
            let account = match account {
                Some(account) => Some(account),
                None => self.store.account_that_invited(brand, email, now).await?,
            };
            let pepper = self.peppers.newest();
            let mut logged = log_in(&user, right, account, origin.clone(), pepper, now, lend(rng))?;
            let code_owed = logged.session.stage == Stage::AwaitingCode;
            let mut not_sent = None;
            if code_owed {
                let history = self.history(&Dispatch::ToOwn.way(&user)?).await?;
                let (to, otp) = (&Dispatch::ToOwn, &self.rules.otp);
                let (session, history) = (&logged.session, history.as_ref());
                match ask(&user, session, Purpose::LogIn, to, None, history, otp, pepper, now, lend(rng)) {
                    Ok(asked) => {
                        logged.decision.changes.extend(asked.decision.changes);
                        logged.decision.letters.extend(asked.decision.letters);
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

/// Somebody without a password costs as much time as somebody with one. TM-49
fn compare(hash: Option<&PasswordHash>, password: &Password) -> bool {
    match hash {
        Some(hash) => hash.matches(password),
        None => {
            PasswordHash::waste_time(password);
            false
        }
    }
}
