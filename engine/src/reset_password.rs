//! Reset password: a link by e-mail, and what it sets. Whoever asks learns nothing about who has a login.

use domain::{
    BrandId, Origin, Password, PasswordReset, Refusal, Timestamp, Token, User, ask_reset, check_reset,
    reset_digest, reset_password,
};
use rand_core::Rng;
use store::Driver;

use crate::{DECISIONS_MAX, Engine, EngineError, lend};

impl<D: Driver> Engine<D> {
    /// Counts a wish for a link, for an address that may be anybody's. Refused when the address or the place has had its
    /// share; known and unknown addresses are counted alike.
    pub fn may_ask_reset(
        &self,
        brand: &BrandId,
        email: &str,
        origin: &Origin,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.reset_places.lock().attempt(&origin.address, now)?;
        self.reset_addresses.lock().attempt(&format!("{brand} {}", email.trim().to_lowercase()), now)
    }

    /// Sends a link to whoever has this address and a password; to nobody else. Says nothing: it is called after the answer went
    /// out, so that how long it takes tells nobody who has a login. TM-49
    pub async fn ask_reset(
        &self,
        brand: &BrandId,
        email: &str,
        origin: &Origin,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<(), EngineError> {
        for _ in 0..DECISIONS_MAX {
            let Some(user) = self.store.user_by_email(brand, email).await? else { return Ok(()) };
            let old = self.store.password_reset(&user.id).await?;
            let pepper = &self.pepper();
            let decision = match ask_reset(&user, old.as_ref(), &origin.address, pepper, now, lend(rng)) {
                Ok(decision) => decision,
                // Invited and never logged in: the invitation is the way in.
                Err(_) => return Ok(()),
            };
            if self.write(decision).await?.is_some() {
                return Ok(());
            }
        }
        Err(EngineError::Contended)
    }

    /// Whether a link sets a password on a brand's host now. One that was used, replaced, is too old, belongs to another brand
    /// or never was one gets the same refusal.
    pub async fn reset_link(&self, link: &Token, brand: &BrandId, now: Timestamp) -> Result<(), EngineError> {
        self.reset_of(link, brand, now).await.map(|_| ())
    }

    /// Sets the password that a link was sent for. `about` are the brand's words, which make bad passwords.
    #[expect(clippy::too_many_arguments, reason = "each is a fact the decision rests on")]
    pub async fn reset_password(
        &self,
        link: &Token,
        brand: &BrandId,
        new: Password,
        about: &[&str],
        origin: &Origin,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<(), EngineError> {
        // Before any costly work: only who holds a good link makes this process hash.
        let (user, _) = self.reset_of(link, brand, now).await?;
        let words: Vec<&str> =
            [user.email.as_str(), user.name.as_str()].into_iter().chain(about.iter().copied()).collect();
        new.acceptable(&words)?;
        let (_, hash) = self.hash(new, rng).await?;
        for _ in 0..DECISIONS_MAX {
            let (user, reset) = self.reset_of(link, brand, now).await?;
            let sessions = self.store.sessions(&user.id, now - self.rules.session.absolute).await?;
            let owners = self.store.owners_above(&user.id).await?;
            let decision = reset_password(
                &user,
                &reset,
                link,
                hash.clone(),
                &sessions,
                &owners,
                &origin.address,
                &self.pepper(),
                now,
                lend(rng),
            )?;
            if self.write(decision).await?.is_some() {
                return Ok(());
            }
        }
        Err(EngineError::Contended)
    }

    async fn reset_of(
        &self,
        link: &Token,
        brand: &BrandId,
        now: Timestamp,
    ) -> Result<(User, PasswordReset), EngineError> {
        let pepper = &self.pepper();
        let digests = pepper.digests(|pepper| reset_digest(link, pepper));
        let found = self.store.password_reset_by_digest(&digests).await?;
        let reset = found.ok_or(Refusal::LinkOver)?;
        check_reset(&reset, link, pepper, now)?;
        let user = self.store.user(&reset.user).await?;
        let user = user.filter(|user| user.brand == *brand).ok_or(Refusal::LinkOver)?;
        Ok((user, reset))
    }
}
