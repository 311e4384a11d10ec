//! Your Profile: mobile number, two-factor, sessions.

use axum::Form;
use axum::http::StatusCode;
use axum::response::Response;
use domain::{Password, Purpose, Refusal, SessionId};
use engine::EngineError;
use serde::Deserialize;

use crate::dashboard::language;
use crate::dashboard::member::{Member, Named};
use crate::dashboard::step_up::{Flow, Guarded, Wanted};
use crate::dashboard::trouble::{page as show, page_of, sentence};
use crate::pages::brand::role_word;
use crate::pages::form::Hidden;
use crate::pages::layout::Place;
use crate::pages::otp::masked;
use crate::pages::profile::{ProfilePage, SessionRow, device};
use crate::words::named;

/// The password that confirms a change.
#[derive(Deserialize)]
pub struct Confirmed {
    #[serde(default)]
    password: String,
}

/// The page.
pub async fn page(member: Member) -> Response {
    match profile(&member, None).await {
        Ok(page) => show(&page),
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
            base: "/profile/mobile".to_owned(),
            number: "/profile/mobile".to_owned(),
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

/// The page that changes a verified number.
pub async fn mobile_page(member: Member) -> Response {
    show(&VerifyMobile.flow(&member).mobile_page(&member, None, String::new()))
}

/// Turning two-factor on or off.
pub struct ChangeTwoFactor {
    on: bool,
}

impl Guarded for ChangeTwoFactor {
    async fn find(_: &Member, named: &str) -> Result<Self, EngineError> {
        match named {
            "on" => Ok(ChangeTwoFactor { on: true }),
            "off" => Ok(ChangeTwoFactor { on: false }),
            _ => Err(Refusal::NotFound.into()),
        }
    }

    fn flow(&self, member: &Member) -> Flow {
        let (purpose, way, why) = match self.on {
            true => (Purpose::TwoFactorOn, "on", named("purpose-two-factor-on")),
            false => (Purpose::TwoFactorOff, "off", named("purpose-two-factor-off")),
        };
        Flow {
            purpose,
            base: format!("/profile/two-factor/{way}"),
            number: "/profile/mobile".to_owned(),
            page: format!("/profile/two-factor/{way}/otp"),
            done: "/profile".to_owned(),
            words: member.say(why).text(),
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

/// Asks for the code that turns two-factor on or off.
pub async fn two_factor(
    Wanted { member, action }: Wanted<ChangeTwoFactor>,
    Form(form): Form<Confirmed>,
) -> Response {
    let (password, rng) = (Password::new(&form.password), &mut *member.app.rng());
    match member.app.engine.ask_two_factor(&member.view, action.on, password, member.now, rng).await {
        Ok(_) => {
            member.app.letters.notify_one();
            member.to(&action.flow(&member).page)
        }
        Err(EngineError::Refused(
            refusal @ (Refusal::WrongPassword
            | Refusal::TooManyAttempts { .. }
            | Refusal::CodeJustSent { .. }
            | Refusal::TooManyCodes { .. }
            | Refusal::MobileNeeded
            | Refusal::Invalid { .. }),
        )) => {
            let words = sentence(&refusal, &member.site.look, member.now);
            match profile(&member, Some(words)).await {
                Ok(page) => page_of(StatusCode::UNPROCESSABLE_ENTITY, &page),
                Err(error) => member.trouble(error),
            }
        }
        Err(error) => member.trouble(error),
    }
}

/// Ends another session of the same member.
pub async fn end_session(member: Member, Named(session): Named<SessionId>) -> Response {
    match member.app.engine.log_out(&member.view, &session, member.now).await {
        Ok(()) => member.to("/profile"),
        Err(error) => member.trouble(error),
    }
}

async fn profile(member: &Member, error: Option<String>) -> Result<ProfilePage, EngineError> {
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
        error,
        hidden: Hidden::none(),
        sessions,
        language: language::form(&member.site, member.path("/profile/language")),
    })
}
