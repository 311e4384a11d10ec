//! The authenticator app: shown its secret as a picture and in letters, confirmed by its first code, replaced, removed.

use axum::Form;
use axum::http::StatusCode;
use axum::response::Response;
use domain::{Password, Purpose, Refusal};
use engine::EngineError;

use crate::dashboard::backup_codes::written_down;
use crate::dashboard::member::{Member, hand_over};
use crate::dashboard::step_up::{Flow, Guarded, OtpForm, Wanted};
use crate::dashboard::trouble::{page as show, page_of, sentence};
use crate::dashboard::two_factor::{Confirmed, home};
use crate::pages::authenticator::{AppCodePage, AppPage};
use crate::pages::layout::{Link, Place};
use crate::pages::qr::Qr;
use crate::words::named;

/// Where the app is set up, replaced and removed, behind the mode.
const APP: &str = "/two-factor/app";
/// Where its first code is typed.
const FIRST_CODE: &str = "/two-factor/app/code";

/// Setting an app up, replacing it or removing it. Whoever has a second factor shows it first.
pub struct ChangeApp;

impl Guarded for ChangeApp {
    async fn find(_: &Member, _: &str) -> Result<Self, EngineError> {
        Ok(ChangeApp)
    }

    fn flow(&self, member: &Member) -> Flow {
        Flow {
            purpose: Purpose::ChangeApp,
            base: format!("{APP}/change"),
            number: APP.to_owned(),
            page: APP.to_owned(),
            done: APP.to_owned(),
            words: member.say("purpose-change-app").text(),
            steps: &[],
            title: named("frame-profile"),
            cancel: home(member),
            asks_freely: true,
        }
    }

    async fn ready(&self, member: &Member) -> Result<Response, EngineError> {
        Ok(show(&app_page(member, None).await?))
    }
}

/// Draws the secret of a new app.
pub async fn begin(member: Member, Form(form): Form<Confirmed>) -> Response {
    let (password, rng) = (Password::new(&form.password), &mut *member.app.rng());
    let begun = member.app.engine.begin_app(&member.view, password, member.now, rng).await;
    changed(&member, begun.map(|()| member.to(FIRST_CODE))).await
}

/// Removes the app.
pub async fn remove(member: Member, Form(form): Form<Confirmed>) -> Response {
    let (password, rng) = (Password::new(&form.password), &mut *member.app.rng());
    let removed = member.app.engine.remove_app(&member.view, password, member.now, rng).await;
    if removed.is_ok() {
        member.app.letters.notify_one();
    }
    changed(&member, removed.map(|()| member.to("/profile?done=app-removed"))).await
}

/// The answer to a form with a password.
async fn changed(member: &Member, outcome: Result<Response, EngineError>) -> Response {
    match outcome {
        Ok(answer) => answer,
        Err(EngineError::Refused(Refusal::StepUpNeeded)) => member.to(APP),
        Err(EngineError::Refused(
            refusal @ (Refusal::WrongPassword
            | Refusal::TooManyAttempts { .. }
            | Refusal::SecondFactorRequired),
        )) => {
            let words = sentence(&refusal, &member.site.look, member.now);
            match app_page(member, Some(words)).await {
                Ok(page) => page_of(StatusCode::UNPROCESSABLE_ENTITY, &page),
                Err(error) => member.trouble(error),
            }
        }
        Err(error) => member.trouble(error),
    }
}

/// What a new app is shown, and the field for its first code.
pub async fn code_page(member: Member) -> Response {
    match code(&member, None).await {
        Ok(Some(page)) => show(&page),
        Ok(None) => member.to(APP),
        Err(error) => member.trouble(error),
    }
}

/// Judges the first code of a new app; the right one shows the backup codes, once.
pub async fn confirm(Wanted { member, .. }: Wanted<ChangeApp>, Form(form): Form<OtpForm>) -> Response {
    let rng = &mut *member.app.rng();
    match member.app.engine.confirm_app(&member.view, &form.otp, member.now, rng).await {
        Ok((token, codes)) => {
            member.app.letters.notify_one();
            let page = written_down(&member, &codes, true);
            hand_over(show(&page), &token, &member.app.config.public)
        }
        Err(EngineError::Refused(Refusal::CodeUsed | Refusal::CodeExpired | Refusal::NoTriesLeft)) => {
            member.to(APP)
        }
        Err(EngineError::Refused(refusal @ Refusal::WrongCode { .. })) => {
            let words = sentence(&refusal, &member.site.look, member.now);
            match code(&member, Some(words)).await {
                Ok(Some(page)) => page_of(StatusCode::UNPROCESSABLE_ENTITY, &page),
                Ok(None) => member.to(APP),
                Err(error) => member.trouble(error),
            }
        }
        Err(error) => {
            member.app.letters.notify_one();
            member.trouble(error)
        }
    }
}

async fn app_page(member: &Member, error: Option<String>) -> Result<AppPage, EngineError> {
    let has_app = member.view.user.totp.is_some();
    let required = member.app.engine.two_factor_is_required(&member.view).await?;
    let removable = has_app && !(required && member.view.user.mobile.is_none());
    Ok(AppPage {
        frame: member.frame(member.say("app-title"), APP, Place::Elsewhere),
        has_app,
        falls_back: member.view.user.mobile.is_some(),
        error,
        begin: member.path(&format!("{APP}/begin")),
        remove: removable.then(|| member.path(&format!("{APP}/remove"))),
        cancel: Link::new(member.path(home(member)), member.say("cancel")),
    })
}

async fn code(member: &Member, error: Option<String>) -> Result<Option<AppCodePage>, EngineError> {
    let waits = member.app.engine.new_app(&member.view, member.now).await?;
    Ok(waits.map(|(challenge, secret)| {
        let uri = secret.uri(&member.site.brand.name, &member.view.user.email);
        AppCodePage {
            frame: member.frame(member.say("app-title"), FIRST_CODE, Place::Elsewhere),
            qr: Qr::of(&uri, member.say("app-qr").text()),
            secret: secret.reveal().to_string(),
            uri: uri.to_string(),
            until: member.moment(challenge.expires_at),
            error,
            action: member.path(FIRST_CODE),
            cancel: Link::new(member.path(home(member)), member.say("cancel")),
        }
    }))
}
