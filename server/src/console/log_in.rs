//! Log in, enrol, log out. Nothing opens a session with less than password and code.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use domain::{Password, Refusal, TotpSecret};
use engine::EngineError;
use serde::Deserialize;

use super::trouble::{outside, sentence};
use super::who::{hand_over, safe_next, take_back, token};
use crate::app::App;
use crate::dashboard::{From, page as show, page_of};
use crate::pages::console::frame::Frame;
use crate::pages::console::log_in::{AppPage, BackupCodesPage, EnrolPage, LogInPage};
use crate::pages::qr::Qr;
use crate::pages::review::{FieldError, TextField};

/// What the app calls us.
const ISSUER: &str = "Operator console";

/// What was wanted before the login.
#[derive(Deserialize)]
pub struct Wanted {
    next: Option<String>,
}

/// The login form.
#[derive(Deserialize)]
pub struct LogInForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    otp: String,
    next: Option<String>,
}

/// The login page; somebody who is logged in already is led on.
pub async fn page(State(app): State<App>, Query(wanted): Query<Wanted>, headers: HeaderMap) -> Response {
    let next = wanted.next.as_deref().and_then(safe_next);
    if let Some(token) = token(&headers, &app.config.public)
        && app.engine.console_view(&token, app.now()).await.is_ok()
    {
        return Redirect::to(next.as_deref().unwrap_or("/")).into_response();
    }
    show(&log_in_page(String::new(), next, None))
}

/// Compares name, password and code.
pub async fn submit(State(app): State<App>, From(origin): From, Form(form): Form<LogInForm>) -> Response {
    let now = app.now();
    let next = form.next.as_deref().and_then(safe_next);
    let (password, rng) = (Password::new(&form.password), &mut *app.rng());
    match app.engine.log_in_to_console(&form.name, password, &form.otp, origin, now, rng).await {
        Ok(token) => {
            let on = Redirect::to(next.as_deref().unwrap_or("/")).into_response();
            hand_over(on, &token, &app.config.public)
        }
        Err(EngineError::Refused(
            refusal @ (Refusal::WrongCredentials | Refusal::MemberLocked | Refusal::TooManyAttempts { .. }),
        )) => {
            let status = match refusal {
                Refusal::TooManyAttempts { .. } => StatusCode::TOO_MANY_REQUESTS,
                Refusal::MemberLocked => StatusCode::FORBIDDEN,
                _ => StatusCode::UNAUTHORIZED,
            };
            page_of(status, &log_in_page(form.name, next, Some(sentence(&refusal, now))))
        }
        Err(error) => outside(error, now),
    }
}

fn log_in_page(name: String, next: Option<String>, error: Option<String>) -> LogInPage {
    LogInPage { frame: Frame::outside("Log in"), name, next, error }
}

/// The page that asks for the token.
pub async fn enrol_page() -> Response {
    show(&EnrolPage { frame: Frame::outside("Enrol"), error: None })
}

/// Token and the password to be.
#[derive(Deserialize)]
pub struct EnrolForm {
    #[serde(default)]
    token: String,
    #[serde(default)]
    password: String,
}

/// Begins to enrol.
pub async fn enrol(State(app): State<App>, From(origin): From, Form(form): Form<EnrolForm>) -> Response {
    let (now, rng) = (app.now(), &mut *app.rng());
    match app.engine.enrol(&form.token, Password::new(&form.password), origin, now, rng).await {
        Ok(token) => hand_over(Redirect::to("/enrol/app").into_response(), &token, &app.config.public),
        Err(EngineError::Refused(refusal)) => {
            let words = match &refusal {
                Refusal::WrongCredentials => {
                    "No operator has this token. Check that all of its 43 characters were \
                                              sent."
                        .to_owned()
                }
                other => sentence(other, now),
            };
            let page = EnrolPage { frame: Frame::outside("Enrol"), error: Some(words) };
            page_of(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(error) => outside(error, now),
    }
}

/// The page with the app's secret.
pub async fn app_page(State(app): State<App>, headers: HeaderMap) -> Response {
    let now = app.now();
    let Some(token) = token(&headers, &app.config.public) else { return to_enrol() };
    match app.engine.enrolling(&token, now).await {
        Ok((view, secret)) => show(&app_page_of(&view.operator.name, &secret, None)),
        Err(EngineError::Refused(Refusal::LogInFirst)) => to_enrol(),
        Err(error) => outside(error, now),
    }
}

/// The app's first code.
#[derive(Deserialize)]
pub struct CodeForm {
    #[serde(default)]
    otp: String,
}

/// Ends enrolling; the backup codes are in the answer, once.
pub async fn confirm(State(app): State<App>, headers: HeaderMap, Form(form): Form<CodeForm>) -> Response {
    let now = app.now();
    let Some(token) = token(&headers, &app.config.public) else { return to_enrol() };
    match app.engine.confirm_enrolment(&token, &form.otp, now, &mut *app.rng()).await {
        Ok(enrolled) => {
            let page = BackupCodesPage {
                frame: Frame::outside("Backup codes"),
                codes: enrolled.backup.iter().map(|code| code.reveal().to_string()).collect(),
            };
            hand_over(show(&page), &enrolled.token, &app.config.public)
        }
        Err(EngineError::Refused(Refusal::Invalid { hint, .. })) => {
            match app.engine.enrolling(&token, now).await {
                Ok((view, secret)) => {
                    let page = app_page_of(&view.operator.name, &secret, Some(hint));
                    page_of(StatusCode::UNPROCESSABLE_ENTITY, &page)
                }
                Err(error) => outside(error, now),
            }
        }
        Err(EngineError::Refused(Refusal::LogInFirst)) => to_enrol(),
        Err(error) => outside(error, now),
    }
}

fn app_page_of(name: &str, secret: &TotpSecret, error: Option<String>) -> AppPage {
    let error = error.map(|words| FieldError { field: "otp", words });
    AppPage {
        frame: Frame::outside("Set up your app"),
        qr: Qr::of(&secret.uri(ISSUER, name), "The secret as a picture, for the app's camera".to_owned()),
        secret: secret.reveal().to_string(),
        code: otp_field("OTP", "The six digits that the app shows now.").checked(error.as_ref()),
    }
}

/// The field for a code of the app.
pub fn otp_field(label: &str, hint: &str) -> TextField {
    TextField { most: 64, ..TextField::new("otp", label, "").hint(hint) }
}

fn to_enrol() -> Response {
    Redirect::to("/enrol").into_response()
}

/// Ends the session; without one there is nothing to end, which is what was wanted.
pub async fn log_out(State(app): State<App>, headers: HeaderMap) -> Response {
    let now = app.now();
    if let Some(token) = token(&headers, &app.config.public)
        && let Ok(view) = app.engine.console_view(&token, now).await
        && let Err(error) = app.engine.end_console_session(&view, &view.session.id, now).await
    {
        return outside(error, now);
    }
    take_back(Redirect::to("/login").into_response(), &app.config.public)
}
