//! Two-factor: an authenticator app from its picture to its first code, giving it up, and backup codes.

use domain::{
    BackupCode, Challenge, Password, Purpose, Timestamp, Token, TotpSecret, begin_app, new_app, remove_app,
    renew_backup_codes,
};
use rand_core::Rng;
use store::Driver;

use crate::sessions::View;
use crate::{DECISIONS_MAX, Engine, EngineError, lend};

impl<D: Driver> Engine<D> {
    /// Draws the secret of a new app, which then waits for its first code.
    pub async fn begin_app(
        &self,
        view: &View,
        password: Password,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<(), EngineError> {
        self.confirm_password(view, password, now).await?;
        for _ in 0..DECISIONS_MAX {
            let facts = self.facts(view, now).await?;
            let grant = self.store.challenge(&view.session.id, &Purpose::ChangeApp).await?;
            let decision = begin_app(&facts.oneself(), grant.as_ref(), &self.pepper(), now, lend(rng))?;
            if self.write(decision).await?.is_some() {
                return Ok(());
            }
        }
        Err(EngineError::Contended)
    }

    /// The app that waits for its first code in this session, with what it is shown.
    pub async fn new_app(
        &self,
        view: &View,
        now: Timestamp,
    ) -> Result<Option<(Challenge, TotpSecret)>, EngineError> {
        let open = self.open_challenge(view, &Purpose::SetUpApp).await?;
        Ok(open.filter(|challenge| challenge.is_open(&self.rules.otp, now)).and_then(|challenge| {
            let secret = new_app(&challenge, &self.pepper())?;
            Some((challenge, secret))
        }))
    }

    /// Judges the first code of a new app. The right one makes it the member's; the backup codes are in the answer and
    /// nowhere else.
    pub async fn confirm_app(
        &self,
        view: &View,
        typed: &str,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<(Token, Vec<BackupCode>), EngineError> {
        self.judge(view, &Purpose::SetUpApp, typed, now, rng).await
    }

    /// Removes the member's app.
    pub async fn remove_app(
        &self,
        view: &View,
        password: Password,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<(), EngineError> {
        self.confirm_password(view, password, now).await?;
        for _ in 0..DECISIONS_MAX {
            let facts = self.facts(view, now).await?;
            let grant = self.store.challenge(&view.session.id, &Purpose::ChangeApp).await?;
            let decision = remove_app(&facts.oneself(), grant.as_ref(), now, lend(rng))?;
            if self.write(decision).await?.is_some() {
                return Ok(());
            }
        }
        Err(EngineError::Contended)
    }

    /// Draws new backup codes; they are in the answer and nowhere else.
    pub async fn renew_backup_codes(
        &self,
        view: &View,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Vec<BackupCode>, EngineError> {
        for _ in 0..DECISIONS_MAX {
            let facts = self.facts(view, now).await?;
            let grant = self.store.challenge(&view.session.id, &Purpose::BackupCodes).await?;
            let pepper = &self.pepper();
            let (decision, codes) =
                renew_backup_codes(&facts.oneself(), grant.as_ref(), pepper, now, lend(rng))?;
            if self.write(decision).await?.is_some() {
                return Ok(codes);
            }
        }
        Err(EngineError::Contended)
    }

    /// How many backup codes a member has left, and when the set was drawn; `None` if they never drew any.
    pub async fn backup_codes_left(&self, view: &View) -> Result<Option<(usize, Timestamp)>, EngineError> {
        let codes = self.store.backup_codes(&view.user.id).await?;
        Ok((codes.version != 0).then_some((codes.unused.len(), codes.made_at)))
    }

    /// Whether the member may give two-factor up: no account they are in asks it of everybody.
    pub async fn two_factor_is_required(&self, view: &View) -> Result<bool, EngineError> {
        Ok(self.store.needs_two_factor(&view.user.id).await?)
    }

    /// Whether a code by e-mail may stand in for a lost number in this session.
    pub fn may_ask_by_email(view: &View) -> bool {
        view.session.otp_at().is_some()
    }
}
