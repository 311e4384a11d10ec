//! Log in, with a code where two-factor is on, and log out.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use domain::{Password, Purpose, Refusal, Timestamp};
use engine::{EngineError, View};
use serde::Deserialize;

use crate::app::App;
use crate::dashboard::member::{From, hand_over, safe_next, take_back, token};
use crate::dashboard::site::{At, Site};
use crate::dashboard::step_up::{OtpForm, lead, seconds_until};
use crate::dashboard::trouble::{outside, page as show, page_of, sentence};
use crate::pages::form::Hidden;
use crate::pages::layout::{Frame, Link};
use crate::pages::login::LoginPage;
use crate::pages::moment::Moment;
use crate::pages::otp::{CodeState, OtpPage, masked};

/// Where a login leads when nothing else was wanted.
const HOME: &str = "/test";

/// What was wanted before the login.
#[derive(Deserialize)]
pub struct Wanted {
    next: Option<String>,
}

/// The login form.
#[derive(Deserialize)]
pub struct LogInForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    next: Option<String>,
}

/// The login page; somebody who is logged in already is led on.
pub async fn page(
    State(app): State<App>,
    At(site): At,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Response {
    let next = safe_next(wanted.next.as_deref());
    if let Some(token) = token(&headers, &app.config.public)
        && app.engine.view(&token, &site.brand.rules.id, app.now()).await.is_ok()
    {
        return lead(next.as_deref().unwrap_or(HOME));
    }
    show(&login_page(&site, String::new(), next, None))
}

/// Compares e-mail and password.
pub async fn submit(
    State(app): State<App>,
    At(site): At,
    From(origin): From,
    Form(form): Form<LogInForm>,
) -> Response {
    let now = app.now();
    let next = safe_next(form.next.as_deref());
    let password = Password::new(&form.password);
    let rng = &mut *app.rng();
    match app.engine.log_in(&site.brand.rules.id, &form.email, password, origin, now, rng).await {
        Ok(logged) => {
            app.letters.notify_one();
            let on = match (logged.code_owed, next) {
                (true, Some(next)) => format!("/login/otp?next={next}"),
                (true, None) => "/login/otp".to_owned(),
                (false, next) => next.unwrap_or_else(|| HOME.to_owned()),
            };
            hand_over(lead(&on), &logged.token, &app.config.public)
        }
        Err(EngineError::Refused(
            refusal @ (Refusal::WrongCredentials
            | Refusal::TooManyAttempts { .. }
            | Refusal::PermissionDenied),
        )) => {
            let status = match refusal {
                Refusal::TooManyAttempts { .. } => StatusCode::TOO_MANY_REQUESTS,
                _ => StatusCode::UNAUTHORIZED,
            };
            let words = sentence(&refusal, &site.look.zone, now);
            page_of(status, &login_page(&site, form.email, next, Some(words)))
        }
        Err(error) => outside(&site, error, now),
    }
}

/// The page that asks for the login's code.
pub async fn otp_page(
    State(app): State<App>,
    At(site): At,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Response {
    let now = app.now();
    let next = safe_next(wanted.next.as_deref());
    match awaiting(&app, &site, &headers, now).await {
        Ok(view) => match code_page(&app, &site, &view, next, None, now).await {
            Ok(page) => show(&page),
            Err(error) => outside(&site, error, now),
        },
        Err(EngineError::Refused(Refusal::LogInFirst)) => lead("/login"),
        Err(error) => outside(&site, error, now),
    }
}

/// The code and what was wanted.
#[derive(Deserialize)]
pub struct CodeForm {
    #[serde(flatten)]
    code: OtpForm,
    next: Option<String>,
}

/// Judges the login's code.
pub async fn otp(
    State(app): State<App>,
    At(site): At,
    headers: HeaderMap,
    Form(form): Form<CodeForm>,
) -> Response {
    let now = app.now();
    let next = safe_next(form.next.as_deref());
    let view = match awaiting(&app, &site, &headers, now).await {
        Ok(view) => view,
        Err(EngineError::Refused(Refusal::LogInFirst)) => return lead("/login"),
        Err(error) => return outside(&site, error, now),
    };
    match app.engine.answer(&view, &Purpose::LogIn, &form.code.otp, now, &mut *app.rng()).await {
        Ok(token) => hand_over(lead(next.as_deref().unwrap_or(HOME)), &token, &app.config.public),
        Err(EngineError::Refused(
            refusal @ (Refusal::WrongCode { .. } | Refusal::CodeExpired | Refusal::NoTriesLeft),
        )) => {
            let words = sentence(&refusal, &site.look.zone, now);
            match code_page(&app, &site, &view, next, Some(words), now).await {
                Ok(page) => page_of(StatusCode::UNPROCESSABLE_ENTITY, &page),
                Err(error) => outside(&site, error, now),
            }
        }
        Err(error) => {
            app.letters.notify_one();
            outside(&site, error, now)
        }
    }
}

/// Sends another code for the login.
pub async fn resend(
    State(app): State<App>,
    At(site): At,
    headers: HeaderMap,
    Form(form): Form<Wanted>,
) -> Response {
    let now = app.now();
    let next = safe_next(form.next.as_deref());
    let view = match awaiting(&app, &site, &headers, now).await {
        Ok(view) => view,
        Err(EngineError::Refused(Refusal::LogInFirst)) => return lead("/login"),
        Err(error) => return outside(&site, error, now),
    };
    match app.engine.ask(&view, Purpose::LogIn, now, &mut *app.rng()).await {
        Ok(_) => {
            app.letters.notify_one();
            lead(&next.map_or("/login/otp".to_owned(), |next| format!("/login/otp?next={next}")))
        }
        Err(EngineError::Refused(
            refusal @ (Refusal::CodeJustSent { .. } | Refusal::TooManyCodes { .. }),
        )) => {
            let words = sentence(&refusal, &site.look.zone, now);
            match code_page(&app, &site, &view, next, Some(words), now).await {
                Ok(page) => page_of(StatusCode::TOO_MANY_REQUESTS, &page),
                Err(error) => outside(&site, error, now),
            }
        }
        Err(error) => outside(&site, error, now),
    }
}

/// Ends the session; without one there is nothing to end, which is what was wanted.
pub async fn log_out(State(app): State<App>, At(site): At, headers: HeaderMap) -> Response {
    let now = app.now();
    if let Some(token) = token(&headers, &app.config.public) {
        let brand = &site.brand.rules.id;
        let view = match app.engine.view(&token, brand, now).await {
            Err(EngineError::Refused(Refusal::LogInFirst)) => {
                app.engine.awaiting_view(&token, brand, now).await
            }
            other => other,
        };
        if let Ok(view) = view
            && let Err(error) = app.engine.log_out(&view, &view.session.id, now).await
        {
            return outside(&site, error, now);
        }
    }
    take_back(Redirect::to("/login").into_response(), &app.config.public)
}

async fn awaiting(app: &App, site: &Site, headers: &HeaderMap, now: Timestamp) -> Result<View, EngineError> {
    let token = token(headers, &app.config.public).ok_or(Refusal::LogInFirst)?;
    app.engine.awaiting_view(&token, &site.brand.rules.id, now).await
}

fn login_page(site: &Site, email: String, next: Option<String>, error: Option<String>) -> LoginPage {
    LoginPage { frame: Frame::outside(&site.look, "Log in"), email, next, error }
}

async fn code_page(
    app: &App,
    site: &Site,
    view: &View,
    next: Option<String>,
    error: Option<String>,
    now: Timestamp,
) -> Result<OtpPage, EngineError> {
    let (engine, look) = (&app.engine, &site.look);
    // Whoever owes a code at login has a verified number; it may have changed since, in another session.
    let number = &view.user.mobile.as_ref().ok_or(Refusal::LogInFirst)?.number;
    let challenge = engine.open_challenge(view, &Purpose::LogIn).await?;
    let state = match &challenge {
        Some(one) if one.is_open(&engine.rules().otp, now) => {
            CodeState::Out { until: Moment::at(one.expires_at.as_millis(), &look.zone) }
        }
        Some(_) => CodeState::Over,
        None => CodeState::NotSent,
    };
    let again_at = engine.store().sends(number).await?.again_at(now);
    let just_sent =
        "Your number got a code for another login a moment ago, so none was sent for this one yet.";
    let waits = challenge.is_none() && again_at.is_some();
    let page = OtpPage {
        frame: Frame::outside(look, "Enter your OTP"),
        progress: Vec::new(),
        purpose: format!("You need a code to log in to {}.", look.dashboard_name),
        state,
        delayed: false,
        sent_to: masked(&look.default_dial_code, number.as_str()),
        wait_seconds: seconds_until(again_at, now),
        error: error.or_else(|| waits.then(|| just_sent.to_owned())),
        verify_action: "/login/otp".to_owned(),
        resend_action: "/login/otp/resend".to_owned(),
        hidden: next.map_or_else(Hidden::none, |next| Hidden::none().with("next", next)),
        cancel: Link::new("/login", "Back to log in"),
    };
    let sent_at = challenge.map(|one| one.asked_at);
    Ok(match sent_at {
        Some(sent_at) if engine.store().code_is_stuck(number, sent_at).await? => page.delayed(),
        _ => page,
    })
}
