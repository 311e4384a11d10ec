//! Devices: recognising the browser of a login that is complete.

use domain::{Timestamp, Token, remember_device};
use rand_core::Rng;
use store::Driver;

use crate::sessions::View;
use crate::{DECISIONS_MAX, Engine, EngineError, lend};

impl<D: Driver> Engine<D> {
    /// Recognises the browser of a login that has just become complete. `known` is the token in its cookie. A browser that this
    /// user has not logged in from before is remembered, and the user told by letter unless it is their first; then the token
    /// that the browser shall keep is returned.
    pub async fn recognise(
        &self,
        view: &View,
        known: Option<Token>,
        now: Timestamp,
        rng: &mut (dyn Rng + Send),
    ) -> Result<Option<Token>, EngineError> {
        let mut token = known;
        for _ in 0..DECISIONS_MAX {
            let devices = self.store.devices(&view.user.id).await?;
            let pepper = &self.pepper();
            if token.as_ref().is_some_and(|token| devices.know(token, pepper)) {
                return Ok(None);
            }
            // The same browser may be another user's already: its token stays, the digests differ.
            let own = token.get_or_insert_with(|| Token::draw(lend(rng)));
            let decision = remember_device(&view.user, &view.session, &devices, own, pepper, now, lend(rng));
            if self.write(decision).await?.is_some() {
                return Ok(token);
            }
        }
        Err(EngineError::Contended)
    }
}
