//! Your Profile: mobile number, two-factor, sessions.

use axum::extract::Query;
use axum::response::Response;
use domain::{Purpose, SessionId};
use engine::EngineError;
use serde::Deserialize;

use crate::dashboard::language;
use crate::dashboard::member::{Member, Named};
use crate::dashboard::step_up::{Flow, Guarded};
use crate::dashboard::trouble::page as show;
use crate::pages::brand::role_word;
use crate::pages::form::Hidden;
use crate::pages::layout::{Notice, Place};
use crate::pages::otp::masked;
use crate::pages::profile::{ProfilePage, SessionRow, device};
use crate::words::named;

/// Where a number is verified and changed, behind the mode.
const MOBILE: &str = "/profile/mobile";

/// What was just done, as the address tells it.
#[derive(Deserialize)]
pub struct Done {
    done: Option<String>,
}

/// The page.
pub async fn page(member: Member, Query(done): Query<Done>) -> Response {
    let notice = match done.done.as_deref() {
        Some("password") => Some(named("profile-done-password")),
        Some("app-removed") => Some(named("profile-done-app-removed")),
        Some("others") => Some(named("profile-done-others")),
        _ => None,
    };
    match profile(&member, None).await {
        Ok(page) => show(&page.with_notice(notice.map(|id| Notice::Done(member.say(id).text())))),
        Err(error) => member.trouble(error),
    }
}

/// Verifying a number, the first or another.
pub struct VerifyMobile;

impl Guarded for VerifyMobile {
    async fn find(_: &Member, _: &str) -> Result<Self, EngineError> {
        Ok(VerifyMobile)
    }

    fn flow(&self, member: &Member) -> Flow {
        Flow {
            purpose: Purpose::VerifyMobile,
            base: MOBILE.to_owned(),
            number: MOBILE.to_owned(),
            page: "/profile/mobile/otp".to_owned(),
            done: "/profile".to_owned(),
            words: member.say("purpose-verify-mobile").text(),
            steps: &[],
            title: named("frame-profile"),
            cancel: "/profile",
            asks_freely: false,
        }
    }

    async fn ready(&self, member: &Member) -> Result<Response, EngineError> {
        Ok(member.to("/profile"))
    }
}

/// Putting another number in the place of the verified one: what is there is shown first, then the new number is verified.
pub struct ChangeMobile;

impl Guarded for ChangeMobile {
    async fn find(_: &Member, _: &str) -> Result<Self, EngineError> {
        Ok(ChangeMobile)
    }

    fn flow(&self, member: &Member) -> Flow {
        Flow {
            purpose: Purpose::ChangeMobile,
            base: "/profile/mobile/change".to_owned(),
            number: MOBILE.to_owned(),
            page: MOBILE.to_owned(),
            done: MOBILE.to_owned(),
            words: member.say("purpose-change-mobile").text(),
            steps: &[],
            title: named("frame-profile"),
            cancel: "/profile",
            asks_freely: true,
        }
    }

    async fn ready(&self, member: &Member) -> Result<Response, EngineError> {
        Ok(show(&VerifyMobile.flow(member).mobile_page(member, None, String::new())))
    }
}

/// Ends another session of the same member.
pub async fn end_session(member: Member, Named(session): Named<SessionId>) -> Response {
    match member.app.engine.log_out(&member.view, &session, member.now).await {
        Ok(()) => member.to("/profile"),
        Err(error) => member.trouble(error),
    }
}

/// Ends all other sessions of the same member.
pub async fn end_others(member: Member) -> Response {
    match member.app.engine.log_out_others(&member.view, member.now).await {
        Ok(()) => member.to("/profile?done=others"),
        Err(error) => member.trouble(error),
    }
}

/// The page, with why a form on it was not accepted.
pub async fn profile(member: &Member, error: Option<String>) -> Result<ProfilePage, EngineError> {
    let (view, look) = (&member.view, &member.site.look);
    let this = view.session.id;
    let mut sessions: Vec<SessionRow> = member
        .app
        .engine
        .sessions(view, member.now)
        .await?
        .into_iter()
        .map(|session| SessionRow {
            id: session.id.to_string(),
            device: device(&session.origin.agent),
            address: session.origin.address,
            since: member.moment(session.created_at),
            last_seen: member.moment(session.seen_at),
            is_this: session.id == this,
        })
        .collect();
    sessions.sort_by_key(|session| !session.is_this);
    Ok(ProfilePage {
        frame: member.frame(member.say("frame-profile"), "/profile", Place::Elsewhere),
        name: view.user.name.clone(),
        email: view.user.email.clone(),
        role: role_word(member.site.words(), view.member.role),
        account: view.account.name.clone(),
        now: member.moment(member.now),
        verified_mobile: view
            .user
            .mobile
            .as_ref()
            .map(|mobile| masked(&look.default_dial_code, mobile.number.as_str())),
        mobile: format!("{} ", look.default_dial_code),
        dial_code: look.default_dial_code.clone(),
        two_factor: view.user.two_factor,
        required: member.app.engine.two_factor_is_required(view).await?,
        app_since: view.user.totp.as_ref().map(|totp| member.moment(totp.confirmed_at)),
        backup_codes: member.app.engine.backup_codes_left(view).await?.map(|(left, _)| left),
        error,
        hidden: Hidden::none(),
        sessions,
        language: language::form(&member.site, member.path("/profile/language")),
    })
}
