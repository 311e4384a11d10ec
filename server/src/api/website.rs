//! Business website details: told, verified, returned.

use axum::Json;
use axum::extract::State;
use domain::{NewWebsite, Refusal, Review, WebsiteKind};
use wire::accounts::{Account, ReturnWebsite, SubmitWebsite, VerifyWebsite, Website};

use super::accounts::account;
use super::document::Problems;
use super::json::Asked;
use super::moments::moment;
use super::operator::Operator;
use super::place::{Place, named};
use super::problem::Problem;
use super::query::{Ask, NoParameters};
use crate::app::App;

/// Tell an account's website or app
///
/// Another address than before has to be verified anew; one that was returned is looked at again.
#[utoipa::path(
    post, path = "/accounts/{account}/website", tag = "accounts", operation_id = "submit_website",
    params(("account" = String, Path, description = "The account's id")),
    request_body = SubmitWebsite,
    responses((status = 200, description = "The account", body = Account), Problems),
)]
pub(super) async fn submit(
    State(app): State<App>,
    Operator(actor): Operator,
    Place(id): Place<String>,
    Ask(NoParameters {}): Ask<NoParameters>,
    asked: Asked<SubmitWebsite>,
) -> Result<Json<Account>, Problem> {
    let SubmitWebsite { url, kind, terms, privacy, refunds, contact, note } = asked.body;
    let new = NewWebsite {
        url,
        kind: kind.as_deref().map(known).transpose()?,
        terms,
        privacy,
        refunds,
        contact,
        note,
    };
    let changed = app.engine.submit_website(&actor, &named(&id)?, &new, app.now()).await?;
    Ok(Json(account(&app, &changed)?))
}

/// Verify an account's website or app
///
/// Name the address you looked at, and nothing is done if the account has told another one meanwhile.
#[utoipa::path(
    post, path = "/accounts/{account}/website/verify", tag = "accounts", operation_id = "verify_website",
    params(("account" = String, Path, description = "The account's id")),
    request_body = Option<VerifyWebsite>,
    responses((status = 200, description = "The account", body = Account), Problems),
)]
pub(super) async fn verify(
    State(app): State<App>,
    Operator(actor): Operator,
    Place(id): Place<String>,
    Ask(NoParameters {}): Ask<NoParameters>,
    asked: Asked<VerifyWebsite>,
) -> Result<Json<Account>, Problem> {
    let (now, rng, seen) = (app.now(), &mut *app.rng(), asked.body.url.as_deref());
    let verified = app.engine.verify_website(&actor, &named(&id)?, seen, now, rng).await?;
    app.letters.notify_one();
    Ok(Json(account(&app, &verified)?))
}

/// Return an account's website or app
///
/// The owner is told what has to be mended, and may submit again. One that was verified can be returned too; keys that
/// exist go on working.
#[utoipa::path(
    post, path = "/accounts/{account}/website/return", tag = "accounts", operation_id = "return_website",
    params(("account" = String, Path, description = "The account's id")),
    request_body = ReturnWebsite,
    responses((status = 200, description = "The account", body = Account), Problems),
)]
pub(super) async fn send_back(
    State(app): State<App>,
    Operator(actor): Operator,
    Place(id): Place<String>,
    Ask(NoParameters {}): Ask<NoParameters>,
    asked: Asked<ReturnWebsite>,
) -> Result<Json<Account>, Problem> {
    let ReturnWebsite { reason, url } = asked.body;
    let (now, rng) = (app.now(), &mut *app.rng());
    let returned = app.engine.return_website(&actor, &named(&id)?, url.as_deref(), &reason, now, rng).await?;
    app.letters.notify_one();
    Ok(Json(account(&app, &returned)?))
}

fn known(kind: &str) -> Result<WebsiteKind, Problem> {
    kind.parse().map_err(|_| Refusal::invalid("kind", "Write website or app.").into())
}

/// A website as the API tells it.
pub(super) fn told(website: &domain::Website) -> Website {
    let (state, reason) = match &website.review {
        Review::Waiting => ("in_review", None),
        Review::Verified { .. } => ("verified", None),
        Review::Returned(returned) => ("returned", Some(returned.reason.clone())),
    };
    let details = website.details.clone();
    Website {
        url: details.url,
        kind: details.kind.to_string(),
        state: state.to_owned(),
        submitted_at: moment(website.submitted_at),
        verified_at: website.verified_at().map(moment),
        reason,
        terms: details.terms,
        privacy: details.privacy,
        refunds: details.refunds,
        contact: details.contact,
        note: details.note,
    }
}
