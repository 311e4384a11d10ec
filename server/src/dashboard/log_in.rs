//! Log in, with a code where two-factor is on, and log out.

use std::sync::Arc;

use axum::Form;
use axum::extract::{FromRequestParts, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use domain::{Dispatch, Password, Purpose, Refusal, SendClass, Timestamp};
use engine::{EngineError, View};
use serde::Deserialize;

use crate::app::App;
use crate::dashboard::device::recognised;
use crate::dashboard::language;
use crate::dashboard::member::{From, hand_over, safe_next, take_back, token};
use crate::dashboard::site::{At, Site};
use crate::dashboard::step_up::{OtpForm, Typing, lead, seconds_until, source};
use crate::dashboard::trouble::{outside, page as show, page_of, sentence};
use crate::pages::form::Hidden;
use crate::pages::layout::{Frame, Link, Notice};
use crate::pages::login::LoginPage;
use crate::pages::moment::Moment;
use crate::pages::otp::{CodeState, OtpPage, Typed};

/// Where a login's code is typed.
const CODE_PAGE: &str = "/login/otp";
/// Where a login leads when nothing else was wanted.
const HOME: &str = "/test";

/// What was wanted before the login, and what was done before it.
#[derive(Deserialize)]
pub struct Wanted {
    next: Option<String>,
    done: Option<String>,
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
        && app.engine.view_setting_up(&token, &site.brand.rules.id, app.now()).await.is_ok()
    {
        return lead(next.as_deref().unwrap_or(HOME));
    }
    let page = login_page(&site, String::new(), next, None);
    let reset = wanted.done.as_deref() == Some("password");
    let notice = reset.then(|| Notice::Done(site.words().say("reset-done").text()));
    show(&page.with_notice(notice))
}

/// Compares e-mail and password.
pub async fn submit(
    State(app): State<App>,
    At(site): At,
    From(origin): From,
    headers: HeaderMap,
    Form(form): Form<LogInForm>,
) -> Response {
    let now = app.now();
    let next = safe_next(form.next.as_deref());
    let password = Password::new(&form.password);
    let rng = &mut *app.rng();
    match app.engine.log_in(&site.brand.rules.id, &form.email, password, origin, now, rng).await {
        Ok(logged) => {
            app.letters.notify_one();
            // Its cookie is about to be written over; whoever has a copy shall not go on with it.
            if let Some(before) = token(&headers, &app.config.public)
                && let Err(error) = app.engine.log_out_here(&before, &site.brand.rules.id, now).await
            {
                return outside(&site, error, now);
            }
            let on = match (logged.code_owed, next) {
                (true, Some(next)) => format!("/login/otp?next={next}"),
                (true, None) => "/login/otp".to_owned(),
                (false, next) => next.unwrap_or_else(|| HOME.to_owned()),
            };
            let answer = hand_over(lead(&on), &logged.token, &app.config.public);
            recognised(&app, &site.brand.rules.id, &headers, &logged.token, now, answer).await
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
            let words = sentence(&refusal, &site.look, now);
            page_of(status, &login_page(&site, form.email, next, Some(words)))
        }
        Err(error) => outside(&site, error, now),
    }
}

/// Somebody whose password was right and who owes the login's code.
pub struct Owing {
    app: App,
    site: Arc<Site>,
    view: View,
    now: Timestamp,
}

impl FromRequestParts<App> for Owing {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let At(site) = At::from_request_parts(parts, app).await?;
        let now = app.now();
        let found = match token(&parts.headers, &app.config.public) {
            Some(token) => app.engine.awaiting_view(&token, &site.brand.rules.id, now).await,
            None => Err(Refusal::LogInFirst.into()),
        };
        match found {
            Ok(view) => Ok(Owing { app: app.clone(), site, view, now }),
            Err(EngineError::Refused(Refusal::LogInFirst)) => Err(lead("/login")),
            Err(error) => Err(outside(&site, error, now)),
        }
    }
}

/// The page that asks for the login's code.
pub async fn otp_page(owing: Owing, Query(wanted): Query<Wanted>, Query(typing): Query<Typing>) -> Response {
    owing.shows(StatusCode::OK, safe_next(wanted.next.as_deref()), typing.typed(), None).await
}

/// The code and what was wanted.
#[derive(Deserialize)]
pub struct CodeForm {
    #[serde(flatten)]
    code: OtpForm,
    next: Option<String>,
}

/// Judges the login's code.
pub async fn otp(owing: Owing, headers: HeaderMap, Form(form): Form<CodeForm>) -> Response {
    let Owing { app, site, view, now } = &owing;
    let next = safe_next(form.next.as_deref());
    match app.engine.answer(view, &Purpose::LogIn, &form.code.otp, *now, &mut *app.rng()).await {
        Ok(token) => {
            let answer = hand_over(lead(next.as_deref().unwrap_or(HOME)), &token, &app.config.public);
            recognised(app, &site.brand.rules.id, &headers, &token, *now, answer).await
        }
        Err(EngineError::Refused(
            refusal @ (Refusal::WrongCode { .. } | Refusal::CodeExpired | Refusal::NoTriesLeft),
        )) => owing.shows(StatusCode::UNPROCESSABLE_ENTITY, next, form.code.typed(), Some(refusal)).await,
        Err(error) => {
            app.letters.notify_one();
            outside(site, error, *now)
        }
    }
}

/// Sends another code for the login.
pub async fn resend(owing: Owing, Form(form): Form<Wanted>) -> Response {
    let Owing { app, site, view, now } = &owing;
    let next = safe_next(form.next.as_deref());
    match app.engine.ask(view, Purpose::LogIn, *now, &mut *app.rng()).await {
        Ok(_) => {
            app.letters.notify_one();
            lead(&next.map_or("/login/otp".to_owned(), |next| format!("/login/otp?next={next}")))
        }
        Err(EngineError::Refused(
            refusal @ (Refusal::CodeJustSent { .. } | Refusal::TooManyCodes { .. }),
        )) => owing.shows(StatusCode::TOO_MANY_REQUESTS, next, Typed::Code, Some(refusal)).await,
        Err(error) => outside(site, error, *now),
    }
}

/// Ends the session; without one there is nothing to end, which is what was wanted.
pub async fn log_out(State(app): State<App>, At(site): At, headers: HeaderMap) -> Response {
    let now = app.now();
    if let Some(token) = token(&headers, &app.config.public)
        && let Err(error) = app.engine.log_out_here(&token, &site.brand.rules.id, now).await
    {
        return outside(&site, error, now);
    }
    take_back(Redirect::to("/login").into_response(), &app.config.public)
}

fn login_page(site: &Site, email: String, next: Option<String>, error: Option<String>) -> LoginPage {
    let language = language::form(site, "/language".to_owned());
    LoginPage {
        frame: Frame::outside(&site.look, site.words().say("login-title")),
        email,
        next,
        error,
        language,
    }
}

impl Owing {
    /// The page for the code, with why the last step was refused.
    async fn shows(
        &self,
        status: StatusCode,
        next: Option<String>,
        typed: Typed,
        refusal: Option<Refusal>,
    ) -> Response {
        let error = refusal.map(|refusal| sentence(&refusal, &self.site.look, self.now));
        match self.code_page(next, typed, error).await {
            Ok(page) => page_of(status, &page),
            Err(error) => outside(&self.site, error, self.now),
        }
    }

    async fn code_page(
        &self,
        next: Option<String>,
        typed: Typed,
        error: Option<String>,
    ) -> Result<OtpPage, EngineError> {
        let Owing { app, site, view, now } = self;
        let (engine, look) = (&app.engine, &site.look);
        // Whoever owes a code at login has a second factor; it may have changed since, in another session.
        let way = Dispatch::ToOwn.way(&view.user).map_err(|_| Refusal::LogInFirst)?;
        let challenge = engine.open_challenge(view, &Purpose::LogIn).await?;
        let state = match &challenge {
            Some(one) if one.is_open(&engine.rules().otp, *now) => {
                CodeState::Out { until: Moment::at(one.expires_at.as_millis(), &look.zone) }
            }
            Some(_) => CodeState::Over,
            None => CodeState::NotSent,
        };
        let (mut again_at, mut stuck) = (None, false);
        if let Some(to) = way.recipient() {
            again_at = engine.store().sends(&to, &SendClass::Own).await?.again_at(*now);
            if let Some(sent) = &challenge {
                stuck = engine.store().code_is_stuck(&to, sent.asked_at).await?;
            }
        }
        let waits = challenge.is_none() && again_at.is_some();
        let here = next.as_ref().map_or(CODE_PAGE.to_owned(), |next| format!("{CODE_PAGE}?next={next}"));
        let page = OtpPage {
            frame: Frame::outside(look, look.words.say("otp-title")),
            progress: Vec::new(),
            purpose: look.words.say("otp-needed").with("purpose", look.words.say("purpose-log-in")).text(),
            state,
            delayed: stuck,
            source: source(&way, &look.default_dial_code),
            typed: Typed::Code,
            other: None,
            by_email: None,
            wait_seconds: seconds_until(again_at, *now),
            error: error.or_else(|| waits.then(|| look.words.say("otp-sent-for-another-login").text())),
            verify_action: CODE_PAGE.to_owned(),
            resend_action: "/login/otp/resend".to_owned(),
            hidden: next.map_or_else(Hidden::none, |next| Hidden::none().with("next", next)),
            cancel: Link::new("/login", look.words.say("login-back")),
        };
        let left = engine.backup_codes_left(view).await?;
        Ok(page.with_backup(typed, left.is_some_and(|(left, _)| 0 < left), &here))
    }
}
