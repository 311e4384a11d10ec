//! Switch: look at another of one's accounts.

use domain::{AccountId, Refusal, Timestamp, Token, switch_account};
use rand_core::Rng;
use store::{Driver, OwnAccount};

use crate::sessions::Holder;
use crate::{DECISIONS_MAX, Engine, EngineError, lend};

impl<D: Driver> Engine<D> {
    /// The accounts a user is in, by name.
    pub async fn own_accounts(&self, user: &domain::UserId) -> Result<Vec<OwnAccount>, EngineError> {
        Ok(self.store.own_accounts(user).await?)
    }

    /// Makes a session look at another account of its user; another's looks like none. Returns the new cookie.
    pub async fn switch_account(
        &self,
        holder: &Holder,
        account: &AccountId,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Token, EngineError> {
        for _ in 0..DECISIONS_MAX {
            let session = self.store.session(&holder.session.id).await?;
            let session = session.filter(|session| session.ended_at.is_none()).ok_or(Refusal::LogInFirst)?;
            let member = self.store.member(account, &holder.user.id).await?;
            let pepper = &self.pepper();
            let (decision, _, token) = switch_account(&session, member.as_ref(), pepper, now, lend(rng))?;
            if self.write(decision).await?.is_some() {
                return Ok(token);
            }
        }
        Err(EngineError::Contended)
    }
}
