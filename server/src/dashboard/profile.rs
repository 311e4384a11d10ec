//! Your Profile: mobile number, two-factor, sessions.

use axum::Form;
use axum::http::StatusCode;
use axum::response::Response;
use domain::{Password, Purpose, Refusal, SessionId};
use engine::EngineError;
use serde::Deserialize;

use crate::dashboard::member::{Member, Named};
use crate::dashboard::step_up::{Flow, MobileForm, OtpForm};
use crate::dashboard::trouble::{page as show, page_of, sentence};
use crate::pages::brand::role_word;
use crate::pages::form::Hidden;
use crate::pages::layout::{Link, Place};
use crate::pages::mobile::MobilePage;
use crate::pages::otp::masked;
use crate::pages::profile::{ProfilePage, SessionRow, device};

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

/// The page that changes a verified number.
pub async fn mobile_page(member: Member) -> Response {
    let look = &member.site.look;
    show(&MobilePage {
        frame: member.frame("Your Profile", "/profile", Place::Elsewhere),
        progress: Vec::new(),
        heading: "Change your mobile number".to_owned(),
        reason: "We send a code to the new number. Your old number works until the new one is verified."
            .to_owned(),
        mobile: format!("{} ", look.default_dial_code),
        dial_code: look.default_dial_code.clone(),
        error: None,
        action: member.path("/profile/mobile"),
        hidden: Hidden::none(),
        cancel: Link::new(member.path("/profile"), "Cancel"),
    })
}

/// Sends a code to a number.
pub async fn mobile(member: Member, Form(form): Form<MobileForm>) -> Response {
    verify_mobile().mobile(&member, form).await.unwrap_or_else(|error| member.trouble(error))
}

/// The page for that code.
pub async fn mobile_otp_page(member: Member) -> Response {
    code_page(&member, &verify_mobile()).await
}

/// Judges that code.
pub async fn mobile_otp(member: Member, Form(form): Form<OtpForm>) -> Response {
    answer(&member, verify_mobile(), &form).await
}

/// Sends another.
pub async fn mobile_resend(member: Member) -> Response {
    resend(&member, verify_mobile()).await
}

/// Asks for the code that turns two-factor on or off.
pub async fn two_factor(member: Member, Named(way): Named<String>, Form(form): Form<Confirmed>) -> Response {
    let Some(flow) = change_two_factor(&way) else { return member.trouble(Refusal::NotFound.into()) };
    let (on, password, rng) = (way == "on", Password::new(&form.password), &mut *member.app.rng());
    match member.app.engine.ask_two_factor(&member.view, on, password, member.now, rng).await {
        Ok(_) => {
            member.app.letters.notify_one();
            member.to(&flow.then_ask())
        }
        Err(EngineError::Refused(
            refusal @ (Refusal::WrongPassword
            | Refusal::TooManyAttempts { .. }
            | Refusal::CodeJustSent { .. }
            | Refusal::TooManyCodes { .. }
            | Refusal::MobileNeeded
            | Refusal::Invalid { .. }),
        )) => {
            let words = sentence(&refusal, &member.site.look.zone, member.now);
            match profile(&member, Some(words)).await {
                Ok(page) => page_of(StatusCode::UNPROCESSABLE_ENTITY, &page),
                Err(error) => member.trouble(error),
            }
        }
        Err(error) => member.trouble(error),
    }
}

/// The page for that code.
pub async fn two_factor_otp_page(member: Member, Named(way): Named<String>) -> Response {
    match change_two_factor(&way) {
        Some(flow) => code_page(&member, &flow).await,
        None => member.trouble(Refusal::NotFound.into()),
    }
}

/// Judges that code.
pub async fn two_factor_otp(
    member: Member,
    Named(way): Named<String>,
    Form(form): Form<OtpForm>,
) -> Response {
    match change_two_factor(&way) {
        Some(flow) => answer(&member, flow, &form).await,
        None => member.trouble(Refusal::NotFound.into()),
    }
}

/// Sends another.
pub async fn two_factor_resend(member: Member, Named(way): Named<String>) -> Response {
    match change_two_factor(&way) {
        Some(flow) => resend(&member, flow).await,
        None => member.trouble(Refusal::NotFound.into()),
    }
}

/// Ends another session of the same member.
pub async fn end_session(member: Member, Named(session): Named<SessionId>) -> Response {
    match member.app.engine.log_out(&member.view, &session, member.now).await {
        Ok(()) => member.to("/profile"),
        Err(error) => member.trouble(error),
    }
}

fn verify_mobile() -> Flow {
    Flow {
        purpose: Purpose::VerifyMobile,
        base: "/profile/mobile".to_owned(),
        then: "/profile/mobile/otp".to_owned(),
        words: "to verify this mobile number".to_owned(),
        steps: &[],
        title: "Your Profile",
        cancel: "/profile",
    }
}

fn change_two_factor(way: &str) -> Option<Flow> {
    let (purpose, words) = match way {
        "on" => (Purpose::TwoFactorOn, "to turn on two-factor authentication"),
        "off" => (Purpose::TwoFactorOff, "to turn off two-factor authentication"),
        _ => return None,
    };
    Some(Flow {
        purpose,
        base: format!("/profile/two-factor/{way}"),
        then: "/profile".to_owned(),
        words: words.to_owned(),
        steps: &[],
        title: "Your Profile",
        cancel: "/profile",
    })
}

impl Flow {
    /// The page that asks for the code of a flow whose base is not a page of its own.
    fn then_ask(&self) -> String {
        format!("{}/otp", self.base)
    }
}

/// The page for the code that is out; without one there is nothing to type.
async fn code_page(member: &Member, flow: &Flow) -> Response {
    match member.app.engine.open_challenge(&member.view, &flow.purpose).await {
        Ok(None) => member.to("/profile"),
        Ok(Some(_)) => match flow.next(member).await {
            Ok(Some(page)) => page,
            Ok(None) => member.to("/profile"),
            Err(error) => member.trouble(error),
        },
        Err(error) => member.trouble(error),
    }
}

async fn answer(member: &Member, flow: Flow, form: &OtpForm) -> Response {
    let flow = Flow { then: "/profile".to_owned(), ..flow };
    flow.answer(member, form).await.unwrap_or_else(|error| member.trouble(error))
}

async fn resend(member: &Member, flow: Flow) -> Response {
    let flow = Flow { then: flow.then_ask(), ..flow };
    flow.resend(member).await.unwrap_or_else(|error| member.trouble(error))
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
        frame: member.frame("Your Profile", "/profile", Place::Elsewhere),
        name: view.user.name.clone(),
        email: view.user.email.clone(),
        role: role_word(view.member.role).to_owned(),
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
    })
}
