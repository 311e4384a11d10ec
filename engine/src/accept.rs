//! Accept: join an account through the link of an invitation.

use domain::{
    AccountId, BrandId, INVITATION, Inviter, Offer, Origin, Password, Refusal, Timestamp, Token,
    accept_as_new, accept_as_user,
};
use rand_core::Rng;
use store::Driver;

use crate::sessions::Holder;
use crate::{DECISIONS_MAX, Engine, EngineError, LoggedIn, lend, written};

impl<D: Driver> Engine<D> {
    /// What a link offers on a brand's host. One that was used, cancelled, replaced, is too old, belongs to another brand or
    /// never was one gets the same refusal.
    pub async fn offer(&self, link: &Token, brand: &BrandId, now: Timestamp) -> Result<Offer, EngineError> {
        let digests = self.pepper().digests(|pepper| pepper.digest_link(INVITATION, link));
        let invitation = self.store.invitation_by_digest(&digests).await?.ok_or(Refusal::InvitationOver)?;
        let account = self.store.account(&invitation.account).await?;
        let account = account.filter(|account| account.brand == *brand).ok_or(Refusal::InvitationOver)?;
        let inviter = match &invitation.inviter {
            Inviter::Member(user) => self.store.member(&account.id, user).await?,
            Inviter::Operator(_) => None,
        };
        let user = self.store.user_by_email(brand, &invitation.email).await?;
        let member = match &user {
            Some(user) => self.store.member(&account.id, &user.id).await?,
            None => None,
        };
        let offer = Offer { invitation, account, inviter, user, member };
        offer.stands(now)?;
        Ok(offer)
    }

    /// Somebody without a password accepts with a name and a first password, and is logged in with it.
    #[expect(clippy::too_many_arguments, reason = "each is a fact the decision rests on")]
    pub async fn accept_as_new(
        &self,
        link: &Token,
        brand: &BrandId,
        name: &str,
        password: Password,
        origin: Origin,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<LoggedIn, EngineError> {
        // Before any costly work: only who holds a good link makes this process hash.
        let offer = self.offer(link, brand, now).await?;
        if offer.must_log_in() {
            return Err(Refusal::LogInFirst.into());
        }
        password.acceptable(&[&offer.invitation.email, name, brand.org()])?;
        let (_, hash) = self.hash(password, rng).await?;
        for _ in 0..DECISIONS_MAX {
            let offer = self.offer(link, brand, now).await?;
            let (decision, user) =
                accept_as_new(&offer, name, hash.clone(), &origin.address, now, lend(rng))?;
            if self.write(decision).await?.is_some() {
                let logged = self
                    .open_session(brand, &user.email, Some(&hash), origin, now, rng)
                    .await
                    .map_err(written)?;
                return self.looking_at(logged, brand, &offer.account.id, now, rng).await;
            }
        }
        Err(EngineError::Contended)
    }

    /// Moves a login that owes nothing to an account of its user.
    async fn looking_at(
        &self,
        logged: LoggedIn,
        brand: &BrandId,
        account: &AccountId,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<LoggedIn, EngineError> {
        if logged.code_owed {
            return Ok(logged);
        }
        let holder = self.holder(&logged.token, brand, now).await?;
        if holder.session.account == *account {
            return Ok(logged);
        }
        let token = self.switch_account(&holder, account, now, rng).await?;
        Ok(LoggedIn { token, ..logged })
    }

    /// Somebody who is logged in accepts. Returns their session's new cookie; it looks at the account they joined.
    pub async fn accept_as_user(
        &self,
        link: &Token,
        holder: &Holder,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Token, EngineError> {
        for _ in 0..DECISIONS_MAX {
            let offer = self.offer(link, &holder.session.brand, now).await?;
            let session = self.store.session(&holder.session.id).await?;
            let session = session.filter(|session| session.ended_at.is_none()).ok_or(Refusal::LogInFirst)?;
            let pepper = &self.pepper();
            let (decision, _, token) = accept_as_user(&offer, &session, pepper, now, lend(rng))?;
            if self.write(decision).await?.is_some() {
                return Ok(token);
            }
        }
        Err(EngineError::Contended)
    }
}
