//! The password: changed by somebody who knows it, reset by a link for somebody who forgot it.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::header::REFERRER_POLICY;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use domain::{Password, Purpose, Refusal, Token};
use engine::EngineError;
use serde::Deserialize;

use crate::app::App;
use crate::dashboard::member::{From, Member};
use crate::dashboard::site::{At, Site};
use crate::dashboard::step_up::{Flow, Guarded, Wanted, lead};
use crate::dashboard::trouble::{outside, page as show, page_of, sentence};
use crate::pages::layout::{Frame, Link, Place};
use crate::pages::password::{ForgotPage, LinkOverPage, PasswordPage, ResetPage};
use crate::words::named;

/// Where the password is changed, behind the mode.
const PASSWORD: &str = "/profile/password";

/// Changing the password. With two-factor on, the second factor is shown first.
pub struct ChangePassword;

impl Guarded for ChangePassword {
    async fn find(_: &Member, _: &str) -> Result<Self, EngineError> {
        Ok(ChangePassword)
    }

    fn flow(&self, member: &Member) -> Flow {
        Flow {
            purpose: Purpose::ChangePassword,
            base: PASSWORD.to_owned(),
            number: PASSWORD.to_owned(),
            page: PASSWORD.to_owned(),
            done: PASSWORD.to_owned(),
            words: member.say("purpose-change-password").text(),
            steps: &[],
            title: named("frame-profile"),
            cancel: "/profile",
            asks_freely: true,
        }
    }

    async fn ready(&self, member: &Member) -> Result<Response, EngineError> {
        Ok(show(&change_page(member, None)))
    }
}

/// The password in use and the one to come.
#[derive(Deserialize)]
pub struct Change {
    #[serde(default)]
    current: String,
    #[serde(default)]
    password: String,
}

/// Changes it.
pub async fn change(Wanted { member, .. }: Wanted<ChangePassword>, Form(form): Form<Change>) -> Response {
    let (current, new) = (Password::new(&form.current), Password::new(&form.password));
    let (about, rng) = (own_words(&member.site), &mut *member.app.rng());
    match member.app.engine.change_password(&member.view, current, new, &about, member.now, rng).await {
        Ok(()) => {
            member.app.letters.notify_one();
            member.to("/profile?done=password")
        }
        Err(EngineError::Refused(Refusal::StepUpNeeded)) => member.to(PASSWORD),
        Err(EngineError::Refused(
            refusal @ (Refusal::WrongPassword | Refusal::TooManyAttempts { .. } | Refusal::Invalid { .. }),
        )) => {
            let words = sentence(&refusal, &member.site.look, member.now);
            page_of(
                StatusCode::UNPROCESSABLE_ENTITY,
                &PasswordPage {
                    marks_new: matches!(refusal, Refusal::Invalid { .. }),
                    ..change_page(&member, Some(words))
                },
            )
        }
        Err(error) => member.trouble(error),
    }
}

fn change_page(member: &Member, error: Option<String>) -> PasswordPage {
    PasswordPage {
        frame: member.frame(member.say("password-title"), PASSWORD, Place::Elsewhere),
        email: member.view.user.email.clone(),
        error,
        marks_new: false,
        action: member.path(PASSWORD),
        cancel: Link::new(member.path("/profile"), member.say("cancel")),
    }
}

/// Words that stand for the brand; they make bad passwords.
fn own_words(site: &Site) -> Vec<&str> {
    vec![site.brand.name.as_str(), site.brand.dashboard_name.as_str()]
}

/// The page for somebody who forgot their password.
pub async fn forgot_page(At(site): At) -> Response {
    show(&forgot(&site, String::new(), None, false))
}

/// An address to send a link to.
#[derive(Deserialize)]
pub struct Forgotten {
    #[serde(default)]
    email: String,
}

/// Sends a link to whoever has the address. The answer is the same for every address, and goes out before anybody has looked whether
/// there is such a person, so that neither its words nor its time tell. TM-49
pub async fn forget(
    State(app): State<App>,
    At(site): At,
    From(origin): From,
    Form(form): Form<Forgotten>,
) -> Response {
    let (now, brand) = (app.now(), site.brand.rules.id.clone());
    if let Err(refusal) = app.engine.may_ask_reset(&brand, &form.email, &origin, now) {
        let words = sentence(&refusal, &site.look, now);
        return page_of(StatusCode::TOO_MANY_REQUESTS, &forgot(&site, form.email, Some(words), false));
    }
    let email = form.email.clone();
    tokio::spawn(async move {
        let rng = &mut *app.rng();
        match app.engine.ask_reset(&brand, &email, &origin, now, rng).await {
            Ok(()) => app.letters.notify_one(),
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "A reset link could not be written"
                );
            }
        }
    });
    show(&forgot(&site, form.email, None, true))
}

fn forgot(site: &Site, email: String, error: Option<String>, sent: bool) -> ForgotPage {
    let words = site.words();
    ForgotPage {
        frame: Frame::outside(&site.look, words.say("forgot-title")),
        email,
        error,
        sent,
        back: Link::new("/login", words.say("login-back")),
    }
}

/// The form of a link that sets a password. Opening it changes nothing.
pub async fn reset_page(State(app): State<App>, At(site): At, Path(link): Path<String>) -> Response {
    let found = match Token::parse(&link) {
        Some(token) => app.engine.reset_link(&token, &site.brand.rules.id, app.now()).await,
        None => Err(Refusal::LinkOver.into()),
    };
    quietly(match found {
        Ok(()) => show(&reset_form(&site, &link, None)),
        Err(error) => reset_refused(&app, &site, &link, error),
    })
}

/// The password to come.
#[derive(Deserialize)]
pub struct Reset {
    #[serde(default)]
    password: String,
}

/// Sets the password that a link was sent for.
pub async fn reset(
    State(app): State<App>,
    At(site): At,
    From(origin): From,
    Path(link): Path<String>,
    Form(form): Form<Reset>,
) -> Response {
    let (now, brand, about) = (app.now(), &site.brand.rules.id, own_words(&site));
    let new = Password::new(&form.password);
    let done = match Token::parse(&link) {
        Some(token) => {
            let rng = &mut *app.rng();
            app.engine.reset_password(&token, brand, new, &about, &origin, now, rng).await
        }
        None => Err(Refusal::LinkOver.into()),
    };
    quietly(match done {
        Ok(()) => {
            app.letters.notify_one();
            lead("/login?done=password")
        }
        Err(error) => reset_refused(&app, &site, &link, error),
    })
}

fn reset_refused(app: &App, site: &Site, link: &str, error: EngineError) -> Response {
    match error {
        EngineError::Refused(refusal @ Refusal::Invalid { .. }) => {
            let words = sentence(&refusal, &site.look, app.now());
            page_of(StatusCode::UNPROCESSABLE_ENTITY, &reset_form(site, link, Some(words)))
        }
        EngineError::Refused(refusal @ Refusal::LinkOver) => {
            let words = site.words();
            let page = LinkOverPage {
                frame: Frame::outside(&site.look, words.say("reset-title")),
                why: sentence(&refusal, &site.look, app.now()),
                again: Link::new("/login/forgot", words.say("reset-again")),
            };
            page_of(StatusCode::GONE, &page)
        }
        other => outside(site, other, app.now()),
    }
}

fn reset_form(site: &Site, link: &str, error: Option<String>) -> ResetPage {
    ResetPage {
        frame: Frame::outside(&site.look, site.words().say("reset-title")),
        error,
        action: format!("/reset/{link}"),
    }
}

/// The address holds the link: no other page, not even one of ours, is told of it. `no-referrer` would say no more, and would make
/// browsers send `Origin: null` with the form.
fn quietly(mut response: Response) -> Response {
    response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("strict-origin"));
    response
}
