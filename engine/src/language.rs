//! The language that a member reads.

use domain::{Language, Refusal, Timestamp, change_language};
use store::Driver;

use crate::{DECISIONS_MAX, Engine, EngineError, View};

impl<D: Driver> Engine<D> {
    /// Changes the language in which a member reads pages and letters. One that is read already changes nothing.
    pub async fn change_language(
        &self,
        view: &View,
        language: Language,
        now: Timestamp,
    ) -> Result<(), EngineError> {
        for _ in 0..DECISIONS_MAX {
            let user = self.store.user(&view.user.id).await?.ok_or(Refusal::NotFound)?;
            if user.language == Some(language) {
                return Ok(());
            }
            let decision = change_language(&Self::actor(view), &view.member, &user, language, now);
            if self.write(decision).await?.is_some() {
                return Ok(());
            }
        }
        Err(EngineError::Contended)
    }
}
