//! Two-factor authentication: turning it on and off, and the one page that is left to somebody who owes it.

use axum::Form;
use axum::http::StatusCode;
use axum::response::Response;
use domain::{Password, Purpose, Refusal};
use engine::EngineError;
use serde::Deserialize;

use crate::dashboard::member::{Member, SET_UP};
use crate::dashboard::profile::profile;
use crate::dashboard::step_up::{Flow, Guarded, Wanted};
use crate::dashboard::trouble::{page as show, page_of, sentence};
use crate::pages::form::Hidden;
use crate::pages::layout::{Link, Place};
use crate::pages::otp::masked;
use crate::pages::set_up::SetUpPage;
use crate::words::named;

/// The password that confirms a change.
#[derive(Deserialize)]
pub struct Confirmed {
    #[serde(default)]
    pub password: String,
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
            base: format!("{SET_UP}/{way}"),
            number: format!("{SET_UP}/{way}/mobile"),
            page: format!("{SET_UP}/{way}/otp"),
            done: home(member).to_owned(),
            words: member.say(why).text(),
            steps: &[],
            title: named("frame-profile"),
            cancel: home(member),
            asks_freely: false,
        }
    }

    async fn ready(&self, member: &Member) -> Result<Response, EngineError> {
        Ok(member.to(home(member)))
    }
}

/// Where somebody goes before and after a change of their second factor: their profile, or the page that asks for one.
pub fn home(member: &Member) -> &'static str {
    if member.sets_up { SET_UP } else { "/profile" }
}

/// The page that sets a second factor up; somebody who owes none has it on their profile.
pub async fn page(member: Member) -> Response {
    match member.sets_up {
        true => show(&set_up(&member, None)),
        false => member.to("/profile"),
    }
}

/// Asks for the code that turns two-factor on or off.
pub async fn change(
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
            | Refusal::SecondFactorRequired
            | Refusal::Invalid { .. }),
        )) => {
            let words = sentence(&refusal, &member.site.look, member.now);
            refused(&member, words).await
        }
        Err(error) => member.trouble(error),
    }
}

/// The page that a form of a second factor stands on, with why it was not accepted.
pub async fn refused(member: &Member, words: String) -> Response {
    if member.sets_up {
        return page_of(StatusCode::UNPROCESSABLE_ENTITY, &set_up(member, Some(words)));
    }
    match profile(member, Some(words)).await {
        Ok(page) => page_of(StatusCode::UNPROCESSABLE_ENTITY, &page),
        Err(error) => member.trouble(error),
    }
}

fn set_up(member: &Member, error: Option<String>) -> SetUpPage {
    let (view, look) = (&member.view, &member.site.look);
    let number = view.user.mobile.as_ref().map(|mobile| mobile.number.as_str());
    SetUpPage {
        frame: member.frame(member.say("set-up-title"), SET_UP, Place::Elsewhere),
        account: view.account.name.clone(),
        required: view.account.two_factor_required,
        number: number.map(|number| masked(&look.default_dial_code, number)),
        mobile: format!("{} ", look.default_dial_code),
        dial_code: look.default_dial_code.clone(),
        error,
        turn_on: member.path(&format!("{SET_UP}/on")),
        send_to_number: member.path(&format!("{SET_UP}/on/mobile")),
        app: Link::new(member.path(&format!("{SET_UP}/app")), member.say("set-up-app")),
        hidden: Hidden::none(),
    }
}
