//! Oneself: everything that a change of one's own login rests on, loaded at once.

use domain::{BackupCodes, Oneself, PasswordReset, Refusal, Session, Timestamp, User};
use store::Driver;

use crate::sessions::View;
use crate::{Engine, EngineError};

/// What [`Oneself`] borrows.
pub(crate) struct Facts {
    pub(crate) user: User,
    pub(crate) session: Session,
    pub(crate) others: Vec<Session>,
    pub(crate) reset: Option<PasswordReset>,
    pub(crate) codes: BackupCodes,
    pub(crate) owners: Vec<User>,
    pub(crate) required: bool,
}

impl Facts {
    pub(crate) fn oneself(&self) -> Oneself<'_> {
        Oneself {
            user: &self.user,
            session: &self.session,
            others: &self.others,
            reset: self.reset.as_ref(),
            codes: &self.codes,
            owners: &self.owners,
            required: self.required,
        }
    }
}

impl<D: Driver> Engine<D> {
    /// Loads a member and their session as they are now. A session that was ended meanwhile is nobody's.
    pub(crate) async fn facts(&self, view: &View, now: Timestamp) -> Result<Facts, EngineError> {
        let session = self.store.session(&view.session.id).await?;
        let session = session.filter(|session| session.ended_at.is_none()).ok_or(Refusal::LogInFirst)?;
        let user = self.store.user(&session.user).await?.ok_or(Refusal::LogInFirst)?;
        let mut others = self.store.sessions(&user.id, now - self.rules.session.absolute).await?;
        others.retain(|other| other.id != session.id);
        Ok(Facts {
            reset: self.store.password_reset(&user.id).await?,
            codes: self.store.backup_codes(&user.id).await?,
            owners: self.store.owners_above(&user.id).await?,
            required: self.store.needs_two_factor(&user.id).await?,
            user,
            session,
            others,
        })
    }
}
