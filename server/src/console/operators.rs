//! The circle of operators: appointing, resetting and removing others, each with a fresh code; and one's own sessions.

use axum::Form;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::{Refusal, SessionId};
use engine::{Circle, EngineError};
use serde::Deserialize;

use super::log_in::otp_field;
use super::trouble::sentence;
use super::who::{Done, Named, Operator, moment};
use crate::dashboard::page_of;
use crate::pages::console::frame::Place;
use crate::pages::console::operators::{Actions, OperatorRow, OperatorsPage, SessionRow, TokenPage};
use crate::pages::layout::Notice;
use crate::pages::profile::device;
use crate::pages::review::TextField;

/// Why a code is asked for.
const WHY_A_CODE: &str = "The code your app shows now; not one that you have used.";

/// The page.
pub async fn page(operator: Operator, Query(done): Query<Done>) -> Response {
    shows(&operator, StatusCode::OK, done.notice(), "").await
}

async fn shows(operator: &Operator, status: StatusCode, notice: Option<Notice>, typed: &str) -> Response {
    match operators_page(operator, notice, typed).await {
        Ok(page) => page_of(status, &page),
        Err(error) => operator.trouble(error),
    }
}

async fn operators_page(
    operator: &Operator,
    notice: Option<Notice>,
    typed: &str,
) -> Result<OperatorsPage, EngineError> {
    let engine = &operator.app.engine;
    let circle = engine.store().operators().await?;
    let sessions = engine.console_sessions(&operator.view, operator.now).await?;
    let row = |one: &domain::Operator| {
        let is_me = one.name == operator.view.operator.name;
        let (state, class) = match (one.removed_at, one.locked_at, &one.login) {
            (Some(_), _, _) => ("Removed", ""),
            (None, Some(_), _) => ("Locked", "bad"),
            (None, None, None) => ("Not enrolled yet", "warn"),
            (None, None, Some(_)) if is_me => ("You", "good"),
            (None, None, Some(_)) => ("Enrolled", "good"),
        };
        OperatorRow {
            name: one.name.clone(),
            since: moment(one.created_at),
            state,
            class,
            actions: (!is_me && one.removed_at.is_none()).then(|| Actions {
                reset: format!("/operators/{}/reset", one.name),
                reset_code: otp_field("OTP", WHY_A_CODE).called(format!("reset-{}", one.name)),
                remove: format!("/operators/{}/remove", one.name),
                remove_code: otp_field("OTP", WHY_A_CODE).called(format!("remove-{}", one.name)),
            }),
        }
    };
    let login = operator.view.operator.login.as_ref();
    Ok(OperatorsPage {
        frame: operator.frame("Operators", Place::Operators).noting(notice),
        operators: circle.iter().map(row).collect(),
        name: TextField { most: 100, ..TextField::new("name", "Name", typed) }
            .hint("Letters, digits, dots and dashes. The audit calls them by it."),
        code: otp_field("OTP", WHY_A_CODE),
        sessions: sessions
            .iter()
            .map(|session| SessionRow {
                id: session.id.to_string(),
                device: device(&operator.app.sites.unbranded(), &session.origin.agent),
                address: session.origin.address.clone(),
                since: moment(session.created_at),
                last_seen: moment(session.seen_at),
                is_this: session.id == operator.view.session.id,
            })
            .collect(),
        backup_codes_left: login.map_or(0, |login| login.backup.len()),
    })
}

/// A name, and a fresh code.
#[derive(Deserialize)]
pub struct Wish {
    #[serde(default)]
    name: String,
    #[serde(default)]
    otp: String,
}

/// Appoints another operator.
pub async fn appoint(operator: Operator, Form(wish): Form<Wish>) -> Response {
    change(&operator, Circle::Appoint, wish.name.trim(), &wish.otp).await
}

/// Gives another operator a fresh token in place of their login.
pub async fn reset(operator: Operator, Named(name): Named<String>, Form(wish): Form<Wish>) -> Response {
    change(&operator, Circle::Reset, &name, &wish.otp).await
}

/// Removes another operator.
pub async fn remove(operator: Operator, Named(name): Named<String>, Form(wish): Form<Wish>) -> Response {
    change(&operator, Circle::Remove, &name, &wish.otp).await
}

async fn change(operator: &Operator, change: Circle, name: &str, code: &str) -> Response {
    let (app, rng) = (&operator.app, &mut *operator.app.rng());
    match app.engine.change_circle(&operator.view, &change, name, code, operator.now, rng).await {
        Ok(Some(token)) => {
            let url = app.config.console.as_ref().map(|console| console.url.clone()).unwrap_or_default();
            page_of(
                StatusCode::OK,
                &TokenPage {
                    frame: operator.frame("A fresh token", Place::Operators),
                    name: name.to_owned(),
                    token: token.reveal().to_owned(),
                    enrol: format!("{url}/enrol"),
                },
            )
        }
        Ok(None) => Redirect::to("/operators?done=removed").into_response(),
        Err(EngineError::Refused(
            refusal @ (Refusal::WrongCredentials | Refusal::Invalid { .. } | Refusal::Taken { .. }),
        )) => {
            let words = match &refusal {
                Refusal::WrongCredentials => "That code is not right, or was used already.".to_owned(),
                other => sentence(other, operator.now),
            };
            let typed = if change == Circle::Appoint { name } else { "" };
            shows(operator, StatusCode::UNPROCESSABLE_ENTITY, Some(Notice::Trouble(words)), typed).await
        }
        Err(error) => operator.trouble(error),
    }
}

/// Ends one of one's own sessions.
pub async fn end_session(operator: Operator, Named(id): Named<SessionId>) -> Response {
    match operator.app.engine.end_console_session(&operator.view, &id, operator.now).await {
        Ok(()) => Redirect::to("/operators?done=ended").into_response(),
        Err(error) => operator.trouble(error),
    }
}
