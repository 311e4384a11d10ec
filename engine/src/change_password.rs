//! Change password, from inside a session.

use domain::{Password, Purpose, Refusal, Timestamp, change_password};
use rand_core::Rng;
use store::Driver;

use crate::sessions::View;
use crate::{DECISIONS_MAX, Engine, EngineError, lend};

impl<D: Driver> Engine<D> {
    /// Puts `new` in the place of `current`. `about` are the brand's words, which make bad passwords.
    pub async fn change_password(
        &self,
        view: &View,
        current: Password,
        new: Password,
        about: &[&str],
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<(), EngineError> {
        self.confirm_password(view, current, now).await?;
        let words: Vec<&str> = [view.user.email.as_str(), view.user.name.as_str()]
            .into_iter()
            .chain(about.iter().copied())
            .collect();
        new.acceptable(&words)?;
        if !self.password_is_due(view, now).await? {
            return Err(Refusal::StepUpNeeded.into());
        }
        let (_, hash) = self.hash(new, rng).await?;
        for _ in 0..DECISIONS_MAX {
            let facts = self.facts(view, now).await?;
            let grant = self.store.challenge(&view.session.id, &Purpose::ChangePassword).await?;
            let decision = change_password(&facts.oneself(), hash.clone(), grant.as_ref(), now, lend(rng))?;
            if self.write(decision).await?.is_some() {
                return Ok(());
            }
        }
        Err(EngineError::Contended)
    }

    /// Whether nothing is owed before the password changes, so that no costly work is done for nobody.
    async fn password_is_due(&self, view: &View, now: Timestamp) -> Result<bool, EngineError> {
        Ok(self.step(view, &Purpose::ChangePassword, now).await? == crate::Step::Clear)
    }
}
