//! Step-up: what a member still has to do before an action, and doing it.

use domain::{
    Answered, Asked, BackupCode, BrandId, Challenge, ChallengeState, Dispatch, Mobile, Password, Proof,
    Purpose, Refusal, SendClass, SendHistory, Timestamp, Token, User, Way, answer, ask, need, needs_own_code,
    resend, turn_off_two_factor, turn_on_two_factor,
};
use rand_core::Rng;
use store::Driver;

use crate::sessions::View;
use crate::{DECISIONS_MAX, Engine, EngineError, lend};

/// What is next before an action may be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing: no step-up is due, or one was just answered.
    Clear,
    /// A mobile number has to be verified first; its code then counts for the action too.
    VerifyMobile,
    /// A code has to be asked for.
    Ask,
    /// A code was sent and waits to be typed.
    Answer(Box<Challenge>),
}

/// A number that somebody wants verified, with the password that says they may.
#[derive(Debug)]
pub struct NewNumber {
    /// The number as typed.
    pub mobile: String,
    /// The account password.
    pub password: Password,
}

impl<D: Driver> Engine<D> {
    /// What is next before `purpose`.
    pub async fn step(&self, view: &View, purpose: &Purpose, now: Timestamp) -> Result<Step, EngineError> {
        let brand = self.brand(&view.account.brand)?;
        let due = match needs_own_code(&view.user, purpose) {
            Some(due) => due,
            None => need(brand, &Self::actor(view), purpose, Some(&view.session)),
        };
        if !due {
            return Ok(Step::Clear);
        }
        let latest = self.store.challenge(&view.session.id, purpose).await?;
        let latest = latest.filter(|challenge| challenge.is_up_to_date(&view.user));
        Ok(match latest {
            Some(challenge) if challenge.grants(now) => Step::Clear,
            Some(challenge) if challenge.is_open(&self.rules.otp, now) => Step::Answer(Box::new(challenge)),
            _ if view.user.factor().is_none() => Step::VerifyMobile,
            _ => Step::Ask,
        })
    }

    /// The challenge of a purpose that waits to be typed, expired or not, for the page that asks for it.
    pub async fn open_challenge(
        &self,
        view: &View,
        purpose: &Purpose,
    ) -> Result<Option<Challenge>, EngineError> {
        let latest = self.store.challenge(&view.session.id, purpose).await?;
        Ok(latest.filter(|challenge| {
            challenge.state == ChallengeState::Asked && challenge.is_up_to_date(&view.user)
        }))
    }

    /// The proof a member has for `purpose`.
    pub(crate) async fn proof(&self, view: &View, purpose: &Purpose) -> Result<Proof, EngineError> {
        let challenge = self.store.challenge(&view.session.id, purpose).await?;
        Ok(Proof {
            session: Some(view.session.clone()),
            challenge,
            mobile_changed_at: view.user.mobile_changed_at,
        })
    }

    /// Asks the member's second factor for `purpose`: a code by SMS, the first or another in place of the last, or one of the
    /// app. A challenge that is answered in another way goes on in that way.
    pub async fn ask(
        &self,
        view: &View,
        purpose: Purpose,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Challenge, EngineError> {
        for _ in 0..DECISIONS_MAX {
            let user = self.store.user(&view.user.id).await?.ok_or(Refusal::LogInFirst)?;
            let latest = self.store.challenge(&view.session.id, &purpose).await?;
            // A challenge whose tries are used up stays dead; the whole flow starts again with a new one.
            let open = latest.filter(|latest| {
                latest.state == ChallengeState::Asked
                    && latest.tries < self.rules.otp.tries
                    && latest.is_up_to_date(&user)
            });
            let asked = match &open {
                Some(challenge) => {
                    let history = self.history_in(&user.brand, &challenge.way).await?;
                    let (pepper, otp) = (&self.pepper(), &self.rules.otp);
                    let (to, history) = (challenge.way.recipient(), history.as_ref());
                    let asked = resend(&user, &view.session, challenge, history, otp, pepper, now, lend(rng));
                    self.within_limits(&user.brand, to.as_ref(), asked, now).await??
                }
                None => self.put(&user, view, purpose, &Dispatch::ToOwn, now, rng).await?,
            };
            if let Some(challenge) = self.sent(asked).await? {
                return Ok(challenge);
            }
        }
        Err(EngineError::Contended)
    }

    /// Sends a code by e-mail that stands in for a number which is lost, where that is allowed.
    pub async fn ask_by_email(
        &self,
        view: &View,
        purpose: Purpose,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Challenge, EngineError> {
        for _ in 0..DECISIONS_MAX {
            let user = self.store.user(&view.user.id).await?.ok_or(Refusal::LogInFirst)?;
            let asked = self.put(&user, view, purpose, &Dispatch::ToEmail, now, rng).await?;
            if let Some(challenge) = self.sent(asked).await? {
                return Ok(challenge);
            }
        }
        Err(EngineError::Contended)
    }

    /// Decides a new challenge.
    async fn put(
        &self,
        user: &User,
        view: &View,
        purpose: Purpose,
        to: &Dispatch,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Asked, EngineError> {
        let way = to.way(user)?;
        let history = self.history_in(&user.brand, &way).await?;
        let grant = self.store.challenge(&view.session.id, &Purpose::ChangeMobile).await?;
        let (pepper, otp) = (&self.pepper(), &self.rules.otp);
        let (grant, history) = (grant.as_ref(), history.as_ref());
        let asked = ask(user, &view.session, purpose, to, grant, history, otp, pepper, now, lend(rng));
        Ok(self.within_limits(&user.brand, way.recipient().as_ref(), asked, now).await??)
    }

    /// When codes were sent to somebody's own number or address; `None` where an app makes them.
    pub(crate) async fn history(&self, way: &Way) -> Result<Option<SendHistory>, EngineError> {
        Ok(match way.recipient() {
            Some(to) => Some(self.store.sends(&to, &SendClass::Own).await?),
            None => None,
        })
    }

    /// When codes were sent to where a challenge's code goes, own or new; `None` where an app makes it.
    async fn history_in(&self, brand: &BrandId, way: &Way) -> Result<Option<SendHistory>, EngineError> {
        Ok(match way.recipient() {
            Some(to) => Some(self.store.sends(&to, &way.class(brand)).await?),
            None => None,
        })
    }

    /// Sends a code for `purpose` to a new number; the right answer makes it the member's verified number.
    pub async fn ask_new_number(
        &self,
        view: &View,
        purpose: Purpose,
        new: NewNumber,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Challenge, EngineError> {
        let brand = self.brand(&view.account.brand)?;
        let number = Mobile::parse(&new.mobile, &brand.default_dial_code).map_err(|_| {
            Refusal::invalid(
                "mobile",
                "Enter a mobile number with its country code, such as +91 98765 43210.",
            )
        })?;
        self.confirm_password(view, new.password, now).await?;
        let to = Dispatch::ToNew(number);
        for _ in 0..DECISIONS_MAX {
            let user = self.store.user(&view.user.id).await?.ok_or(Refusal::LogInFirst)?;
            let asked = self.put(&user, view, purpose, &to, now, rng).await?;
            if let Some(challenge) = self.sent(asked).await? {
                return Ok(challenge);
            }
        }
        Err(EngineError::Contended)
    }

    /// Asks for the code that turns two-factor on or off.
    pub async fn ask_two_factor(
        &self,
        view: &View,
        on: bool,
        password: Password,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Challenge, EngineError> {
        let purpose = match on {
            true => turn_on_two_factor(&view.user)?,
            false => turn_off_two_factor(&view.user, self.store.needs_two_factor(&view.user.id).await?)?,
        };
        self.confirm_password(view, password, now).await?;
        self.ask(view, purpose, now, rng).await
    }

    async fn sent(&self, asked: Asked) -> Result<Option<Challenge>, EngineError> {
        Ok(self.write(asked.decision).await?.map(|_| asked.challenge))
    }

    /// Judges a typed code. Each try is counted before its outcome is told. Returns the session's new cookie.
    pub async fn answer(
        &self,
        view: &View,
        purpose: &Purpose,
        typed: &str,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Token, EngineError> {
        Ok(self.judge(view, purpose, typed, now, rng).await?.0)
    }

    /// Judges a typed code. Returns the session's new cookie, and backup codes to show if a new app was set up by it.
    pub(crate) async fn judge(
        &self,
        view: &View,
        purpose: &Purpose,
        typed: &str,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<(Token, Vec<BackupCode>), EngineError> {
        for _ in 0..DECISIONS_MAX {
            let challenge =
                self.store.challenge(&view.session.id, purpose).await?.ok_or(Refusal::CodeExpired)?;
            let facts = self.facts(view, now).await?;
            let (pepper, otp) = (&self.pepper(), &self.rules.otp);
            match answer(&facts.oneself(), &challenge, typed, otp, pepper, now, lend(rng))? {
                Answered::Right { decision, token, codes, .. } => {
                    if self.write(*decision).await?.is_some() {
                        return Ok((token, codes));
                    }
                }
                Answered::Wrong { decision, refusal } => {
                    if self.write(*decision).await?.is_some() {
                        return Err(refusal.into());
                    }
                }
            }
        }
        Err(EngineError::Contended)
    }

    /// When another code may be sent to where `challenge` went, if not now.
    pub async fn again_at(
        &self,
        view: &View,
        challenge: &Challenge,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, EngineError> {
        Ok(self.history_in(&view.user.brand, &challenge.way).await?.and_then(|history| history.again_at(now)))
    }

    /// Compares the account password that confirms an action.
    pub(crate) async fn confirm_password(
        &self,
        view: &View,
        password: Password,
        now: Timestamp,
    ) -> Result<(), EngineError> {
        let place = format!("{} {}", view.user.id, view.session.origin.address);
        self.passwords.lock().attempt(&place, now)?;
        let hash = view.user.password.clone();
        match self.heavily(move |memory| hash.is_some_and(|hash| hash.matches(&password, memory))).await {
            Ok(true) => {
                self.passwords.lock().succeeded(&place);
                Ok(())
            }
            Ok(false) => Err(Refusal::WrongPassword.into()),
            Err(busy) => {
                self.passwords.lock().take_back(&place, now);
                Err(busy.into())
            }
        }
    }
}
