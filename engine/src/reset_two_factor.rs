//! Reset a member's two-factor, for a lost phone.

use domain::{AccountId, Actor, Login, Proof, Purpose, Refusal, Timestamp, User, UserId, reset_two_factor};
use rand_core::Rng;
use store::Driver;

use crate::sessions::View;
use crate::{DECISIONS_MAX, Engine, EngineError, lend, written};

impl<D: Driver> Engine<D> {
    /// Takes away a member's second factor and ends their sessions. With a view, spends the step-up answered for it.
    pub async fn reset_two_factor(
        &self,
        actor: &Actor,
        view: Option<&View>,
        account: &AccountId,
        user: &UserId,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<User, EngineError> {
        for _ in 0..DECISIONS_MAX {
            let account = self.account(account).await?;
            let brand = self.brand(&account.brand)?;
            let one = self.team_member(&account.id, user).await?;
            let memberships = self.store.memberships(user).await?;
            let sessions = self.store.sessions(user, now - self.rules.session.absolute).await?;
            let codes = self.store.backup_codes(user).await?;
            let owners = self.store.owners_above(user).await?;
            let login = Login {
                user: &one.user,
                member: &one.member,
                memberships: &memberships,
                sessions: &sessions,
                codes: &codes,
                owners: &owners,
            };
            let proof = match view {
                Some(view) => self.proof(view, &Purpose::ResetTwoFactor { user: *user }).await?,
                None => Proof::default(),
            };
            let decision = reset_two_factor(brand, &login, actor, &proof, now, lend(rng))?;
            if self.write(decision).await?.is_some() {
                return Ok(self.store.user(user).await.map_err(written)?.ok_or(Refusal::NotFound)?);
            }
        }
        Err(EngineError::Contended)
    }
}
