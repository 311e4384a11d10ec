//! Activation: business details told, an account activated, details returned.

use axum::Json;
use axum::extract::State;
use domain::{Application, Business, Refusal};
use wire::accounts::{Account, Activation, ReturnActivation, SubmitBusiness};

use super::accounts::account;
use super::document::Problems;
use super::json::{Asked, Nothing};
use super::moments::moment;
use super::operator::Operator;
use super::place::{Place, named};
use super::problem::Problem;
use super::query::{Ask, NoParameters};
use crate::app::App;

/// Tell whose business an account is
///
/// Possible until the account is activated.
#[utoipa::path(
    post, path = "/accounts/{account}/activation", tag = "accounts", operation_id = "submit_business",
    params(("account" = String, Path, description = "The account's id")),
    request_body = SubmitBusiness,
    responses((status = 200, description = "The account", body = Account), Problems),
)]
pub(super) async fn submit(
    State(app): State<App>,
    Operator(actor): Operator,
    Place(id): Place<String>,
    Ask(NoParameters {}): Ask<NoParameters>,
    asked: Asked<SubmitBusiness>,
) -> Result<Json<Account>, Problem> {
    let SubmitBusiness { legal_name, business_type, registration, sells } = asked.body;
    let business_type = business_type.parse().map_err(|error: domain::IdError| {
        Refusal::invalid("business_type", format!("Write {}.", error.expected))
    })?;
    let business = Business { legal_name, business_type, registration, sells };
    let changed = app.engine.submit_business(&actor, &named(&id)?, &business, app.now()).await?;
    Ok(Json(account(&app, &changed)?))
}

/// Activate an account
///
/// Once activated it stays so; asking again changes nothing. It need not have told its business details here.
#[utoipa::path(
    post, path = "/accounts/{account}/activate", tag = "accounts", operation_id = "activate_account",
    params(("account" = String, Path, description = "The account's id")),
    responses((status = 200, description = "The account", body = Account), Problems),
)]
pub(super) async fn activate(
    State(app): State<App>,
    Operator(actor): Operator,
    Place(id): Place<String>,
    Ask(NoParameters {}): Ask<NoParameters>,
    _: Asked<Nothing>,
) -> Result<Json<Account>, Problem> {
    let activated = app.engine.activate(&actor, &named(&id)?, None, app.now(), &mut *app.rng()).await?;
    app.letters.notify_one();
    Ok(Json(account(&app, &activated)?))
}

/// Return an account's business details
///
/// The owner is told what has to be mended, and may submit again.
#[utoipa::path(
    post, path = "/accounts/{account}/activation/return", tag = "accounts", operation_id = "return_activation",
    params(("account" = String, Path, description = "The account's id")),
    request_body = ReturnActivation,
    responses((status = 200, description = "The account", body = Account), Problems),
)]
pub(super) async fn send_back(
    State(app): State<App>,
    Operator(actor): Operator,
    Place(id): Place<String>,
    Ask(NoParameters {}): Ask<NoParameters>,
    asked: Asked<ReturnActivation>,
) -> Result<Json<Account>, Problem> {
    let (now, rng, reason) = (app.now(), &mut *app.rng(), &asked.body.reason);
    let returned = app.engine.return_activation(&actor, &named(&id)?, None, reason, now, rng).await?;
    app.letters.notify_one();
    Ok(Json(account(&app, &returned)?))
}

/// Business details as the API tells them.
pub(super) fn told(account: &domain::Account, application: &Application) -> Activation {
    let state = match (account.activated_at, &application.returned) {
        (Some(_), _) => "activated",
        (None, Some(_)) => "returned",
        (None, None) => "in_review",
    };
    let business = application.business.clone();
    Activation {
        state: state.to_owned(),
        submitted_at: moment(application.submitted_at),
        legal_name: business.legal_name,
        business_type: business.business_type.to_string(),
        registration: business.registration,
        sells: business.sells,
        reason: application.returned.as_ref().map(|returned| returned.reason.clone()),
    }
}
