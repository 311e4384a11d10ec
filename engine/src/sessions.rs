//! Sessions: who is behind a cookie, read from the store on each request.

use domain::{
    Actor, BrandId, Member, Owed, Refusal, Role, Session, SessionId, Stage, Timestamp, Token, User, log_out,
    log_out_others, owes,
};
use store::{Driver, MemberView};

use crate::{DECISIONS_MAX, Engine, EngineError};

/// What a request through a session knows: session, user, member, account, all as the store has them now.
pub type View = MemberView;

/// Somebody who is logged in, whatever account their session looks at and whether or not they are in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The session.
    pub session: Session,
    /// Whose it is.
    pub user: User,
}

impl<D: Driver> Engine<D> {
    /// The member behind a cookie on a brand's host. Refused unless their login is complete and owes the account nothing.
    pub async fn view(&self, token: &Token, brand: &BrandId, now: Timestamp) -> Result<View, EngineError> {
        let view = self.view_setting_up(token, brand, now).await?;
        match owes(&view.user, &view.session, &view.account) {
            None => Ok(view),
            Some(Owed::Code) => Err(Refusal::LogInFirst.into()),
            Some(Owed::SecondFactor) => Err(Refusal::SecondFactorOwed.into()),
        }
    }

    /// The same for the pages that set a second factor up: whoever owes one sees those too.
    pub async fn view_setting_up(
        &self,
        token: &Token,
        brand: &BrandId,
        now: Timestamp,
    ) -> Result<View, EngineError> {
        let session = self.live_session(token, brand, now).await?;
        if session.stage == Stage::AwaitingCode {
            return Err(Refusal::LogInFirst.into());
        }
        let view = self.store.member_view(session).await?.ok_or(Refusal::NotInAccount)?;
        if view.user.locked_at.is_some() {
            return Err(Refusal::MemberLocked.into());
        }
        Ok(view)
    }

    /// The member whose login still owes a code.
    pub async fn awaiting_view(
        &self,
        token: &Token,
        brand: &BrandId,
        now: Timestamp,
    ) -> Result<View, EngineError> {
        let session = self.live_session(token, brand, now).await?;
        if session.stage != Stage::AwaitingCode {
            return Err(Refusal::LogInFirst.into());
        }
        let user = self.store.user(&session.user).await?.ok_or(Refusal::LogInFirst)?;
        let account = self.store.account(&session.account).await?.ok_or(Refusal::LogInFirst)?;
        // Somebody may be invited to the account and not be in it yet; what they may do there is not asked before the code.
        let nobody = Member { account: account.id, user: user.id, role: Role::ViewOnly, version: 0 };
        let member = self.store.member(&account.id, &user.id).await?.unwrap_or(nobody);
        Ok(View { session, user, member, account })
    }

    /// Whoever is logged in, even if the account their session looks at is closed to them by now.
    pub async fn holder(
        &self,
        token: &Token,
        brand: &BrandId,
        now: Timestamp,
    ) -> Result<Holder, EngineError> {
        let session = self.live_session(token, brand, now).await?;
        if session.stage == Stage::AwaitingCode {
            return Err(Refusal::LogInFirst.into());
        }
        let user = self.store.user(&session.user).await?.ok_or(Refusal::LogInFirst)?;
        if user.locked_at.is_some() {
            return Err(Refusal::MemberLocked.into());
        }
        Ok(Holder { session, user })
    }

    async fn live_session(
        &self,
        token: &Token,
        brand: &BrandId,
        now: Timestamp,
    ) -> Result<Session, EngineError> {
        let digests = self.pepper().digests(|pepper| pepper.digest_token(token));
        let session = self.store.session_by_digest(&digests).await?;
        let session = session
            .filter(|session| session.brand == *brand && session.is_alive(&self.rules.session, now))
            .ok_or(Refusal::LogInFirst)?;
        if session.seen_is_stale(now) {
            self.store.seen(&session.id, now).await?;
        }
        Ok(session)
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

    /// Ends the session behind a cookie, however far its login has come. One that is over already is what was wished for.
    pub async fn log_out_here(
        &self,
        token: &Token,
        brand: &BrandId,
        now: Timestamp,
    ) -> Result<(), EngineError> {
        for _ in 0..DECISIONS_MAX {
            let session = match self.live_session(token, brand, now).await {
                Err(EngineError::Refused(Refusal::LogInFirst)) => return Ok(()),
                other => other?,
            };
            if self.write(log_out(&session, &session, now)?).await?.is_some() {
                return Ok(());
            }
        }
        Err(EngineError::Contended)
    }

    /// Ends all other sessions of the same user.
    pub async fn log_out_others(&self, view: &View, now: Timestamp) -> Result<(), EngineError> {
        for _ in 0..DECISIONS_MAX {
            let others = self.store.sessions(&view.user.id, now - self.rules.session.absolute).await?;
            let Some(decision) = log_out_others(&view.session, &others, now) else { return Ok(()) };
            if self.write(decision).await?.is_some() {
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
