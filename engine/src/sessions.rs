//! Sessions: who is behind a cookie, read from the store on each request.

use domain::{Actor, BrandId, Refusal, SessionId, Stage, Timestamp, Token, log_out};
use store::{Driver, MemberView};

use crate::{DECISIONS_MAX, Engine, EngineError};

/// What a request through a session knows: session, user, member, account, all as the store has them now.
pub type View = MemberView;

impl<D: Driver> Engine<D> {
    /// The member behind a cookie on a brand's host. Refused unless their login is complete.
    pub async fn view(&self, token: &Token, brand: &BrandId, now: Timestamp) -> Result<View, EngineError> {
        let view = self.any_view(token, brand, now).await?;
        match view.session.stage {
            Stage::Open { .. } if view.user.locked_at.is_some() => Err(Refusal::MemberLocked.into()),
            Stage::Open { .. } => Ok(view),
            Stage::AwaitingCode => Err(Refusal::LogInFirst.into()),
        }
    }

    /// The member whose login still owes a code.
    pub async fn awaiting_view(
        &self,
        token: &Token,
        brand: &BrandId,
        now: Timestamp,
    ) -> Result<View, EngineError> {
        let view = self.any_view(token, brand, now).await?;
        match view.session.stage {
            Stage::AwaitingCode => Ok(view),
            Stage::Open { .. } => Err(Refusal::LogInFirst.into()),
        }
    }

    async fn any_view(&self, token: &Token, brand: &BrandId, now: Timestamp) -> Result<View, EngineError> {
        let digest = self.peppers.newest().digest_token(token);
        let session = self.store.session_by_digest(&digest).await?;
        let session = session
            .filter(|session| session.brand == *brand && session.is_alive(&self.rules.session, now))
            .ok_or(Refusal::LogInFirst)?;
        if session.seen_is_stale(now) {
            self.store.seen(&session.id, now).await?;
        }
        Ok(self.store.member_view(session).await?.ok_or(Refusal::LogInFirst)?)
    }

    /// A member's sessions that are still alive, last used first.
    pub async fn sessions(&self, view: &View, now: Timestamp) -> Result<Vec<domain::Session>, EngineError> {
        let limits = &self.rules.session;
        let mut sessions = self.store.sessions(&view.user.id, now - limits.absolute).await?;
        sessions.retain(|session| session.is_alive(limits, now) && session.stage != Stage::AwaitingCode);
        Ok(sessions)
    }

    /// Ends a session of the same user: this one or another.
    pub async fn log_out(&self, view: &View, session: &SessionId, now: Timestamp) -> Result<(), EngineError> {
        for _ in 0..DECISIONS_MAX {
            let ending = self.store.session(session).await?.ok_or(Refusal::NotFound)?;
            if ending.ended_at.is_some() {
                return Ok(());
            }
            if self.write(log_out(&view.session, &ending, now)?).await?.is_some() {
                return Ok(());
            }
        }
        Err(EngineError::Contended)
    }

    /// A member of a view as an actor.
    pub fn actor(view: &View) -> Actor {
        view.member.acting(view.session.id, &view.session.origin.address)
    }
}
