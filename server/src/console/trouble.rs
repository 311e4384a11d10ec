//! Refusals and failures as pages of the console.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use domain::{Refusal, Timestamp};
use engine::EngineError;
use store::StoreError;

use super::who::Operator;
use crate::app::App;
use crate::dashboard::step_up::seconds_until;
use crate::dashboard::{page_of, soon};
use crate::pages::console::frame::{Frame, Place};
use crate::pages::console::problem::ProblemPage;

/// Nothing has this address.
pub async fn not_found(State(app): State<App>, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    nothing_at(&mut parts, &app).await
}

/// The page for an address that is nothing's; somebody who is not logged in is told no more than that.
pub async fn nothing_at(parts: &mut Parts, app: &App) -> Response {
    match Operator::from_request_parts(parts, app).await {
        Ok(operator) => operator.trouble(Refusal::NotFound.into()),
        Err(_) => outside(Refusal::NotFound.into(), app.now()),
    }
}

/// An error before anybody is logged in.
pub fn outside(error: EngineError, now: Timestamp) -> Response {
    problem(Frame::outside, error, now)
}

/// An error inside the console.
pub fn inside(operator: &Operator, error: EngineError) -> Response {
    problem(|title| operator.frame(title, Place::Elsewhere), error, operator.now)
}

fn problem(frame: impl Fn(&str) -> Frame, error: EngineError, now: Timestamp) -> Response {
    let is_busy = matches!(error, EngineError::Busy | EngineError::Store(StoreError::Unreachable(_)));
    let (status, title, words) = match error {
        EngineError::Refused(refusal) => refused(&refusal, now),
        EngineError::Contended | EngineError::Store(StoreError::Full | StoreError::Unreachable(_)) => {
            unavailable()
        }
        EngineError::Store(StoreError::Quarantined) => {
            let words =
                "The database is quarantined, so no key is changed. The page Fleet says why and what to run."
                    .to_owned();
            (StatusCode::SERVICE_UNAVAILABLE, "Not available at the moment", words)
        }
        EngineError::Busy => {
            let words =
                "Very many people are logging in. Nothing was done. Try again in a moment.".to_owned();
            (StatusCode::SERVICE_UNAVAILABLE, "Busy at the moment", words)
        }
        other @ (EngineError::Store(_) | EngineError::UnknownBrand(_) | EngineError::Unwritten(_)) => {
            tracing::error!(
                error = &other as &dyn std::error::Error,
                "A page of the console could not do its work"
            );
            (
                StatusCode::INTERNAL_SERVER_ERROR,
                "That did not work",
                "Something failed on our side. The server's log says what; look at the present state before you try again."
                    .to_owned(),
            )
        }
    };
    let response = page_of(status, &ProblemPage { frame: frame(title), status: status.as_u16(), words });
    if is_busy { soon(response) } else { response }
}

fn unavailable() -> (StatusCode, &'static str, String) {
    let words =
        "The database is busy or full, or cannot be reached. Nothing was done. Try again in a moment."
            .to_owned();
    (StatusCode::SERVICE_UNAVAILABLE, "Not available at the moment", words)
}

fn refused(refusal: &Refusal, now: Timestamp) -> (StatusCode, &'static str, String) {
    let status = match refusal {
        Refusal::NotFound => StatusCode::NOT_FOUND,
        Refusal::PermissionDenied | Refusal::MemberLocked => StatusCode::FORBIDDEN,
        Refusal::Outdated { .. } | Refusal::Taken { .. } | Refusal::NotLocked { .. } => StatusCode::CONFLICT,
        Refusal::TooManyAttempts { .. } => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let title = if status == StatusCode::NOT_FOUND { "Not found" } else { "That is not possible" };
    (status, title, sentence(refusal, now))
}

/// A refusal as one or two sentences for operators.
pub fn sentence(refusal: &Refusal, now: Timestamp) -> String {
    match refusal {
        Refusal::NotFound => "There is no such thing here.".to_owned(),
        Refusal::WrongCredentials => "Name, password or code is not right.".to_owned(),
        Refusal::MemberLocked => {
            "This login is locked after nine wrong codes in a row. Another operator can reset it, or whoever holds the data \
             folder: keystead operator reset."
                .to_owned()
        }
        Refusal::TooManyAttempts { again_at } => {
            format!("Too many attempts from here. You can try again in {} seconds.", seconds_until(Some(*again_at), now))
        }
        Refusal::PermissionDenied => "Nobody does that to themselves: ask another operator.".to_owned(),
        Refusal::Outdated { .. } => {
            "The account has told something else since you looked, so nothing was done. Look at it again.".to_owned()
        }
        Refusal::Taken { field: "login" } => {
            "This operator has a login already. If the app is lost, another operator can reset it, or whoever holds the data \
             folder: keystead operator reset."
                .to_owned()
        }
        Refusal::Taken { .. } => "That name is taken; a name stays whose it was.".to_owned(),
        Refusal::NotLocked { .. } => "That login is not locked.".to_owned(),
        Refusal::Invalid { hint, .. } => hint.clone(),
        Refusal::LogInFirst => "Log in first.".to_owned(),
        _ => "That cannot be done as things are. Look at them again.".to_owned(),
    }
}

/// Errors that a library wrote become pages that people can read.
pub async fn readable(request: Request, next: Next) -> Response {
    let written = next.run(request).await;
    let status = written.status();
    let is_html =
        written.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if !(status.is_client_error() || status.is_server_error()) || is_html {
        return written;
    }
    let (title, words) = match status {
        StatusCode::FORBIDDEN => (
            "Not sent from here",
            "Your browser says that another site caused this request, so nothing was done. Open the page here and press its \
             button.",
        ),
        StatusCode::METHOD_NOT_ALLOWED => (
            "Nothing to see here",
            "This address only takes what a form sends, or only shows a page. Nothing was done.",
        ),
        StatusCode::SERVICE_UNAVAILABLE => (
            "Not available at the moment",
            "That took too long. Look at the present state before you try again.",
        ),
        _ => ("That cannot be read", "What was sent is not what a form here sends. Nothing was done."),
    };
    let (mut head, _) = written.into_parts();
    let page = ProblemPage { frame: Frame::outside(title), status: status.as_u16(), words: words.to_owned() };
    let page = page_of(status, &page);
    head.headers.remove(CONTENT_LENGTH);
    head.headers.extend(page.headers().clone());
    Response::from_parts(head, page.into_body())
}
