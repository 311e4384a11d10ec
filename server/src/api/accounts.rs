//! Accounts: opening and reading them.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use domain::{AccountId, BrandId, NewOwner, Refusal, live_gate};
use wire::accounts::{Account, OpenAccount};
use wire::page::Page;

use super::AT;
use super::document::Problems;
use super::idempotency::Replayed;
use super::json::Asked;
use super::moments::moment;
use super::operator::Operator;
use super::page::{PageAsk, begin, limit, wrong_cursor};
use super::place::{Place, named};
use super::problem::Problem;
use super::query::{Ask, NoParameters};
use super::{activation, website};
use crate::app::App;

/// Open an account
///
/// The account and its owner are made at once; the owner gets a letter.
#[utoipa::path(
    post, path = "/accounts", tag = "accounts", operation_id = "open_account",
    params(("Idempotency-Key" = Option<String>, Header, description = "16 to 255 unguessable visible characters; a repeat gets the same account")),
    request_body = OpenAccount,
    responses((status = 201, description = "The account", body = Account), Problems),
)]
pub(super) async fn open(
    State(app): State<App>,
    Operator(actor): Operator,
    Ask(NoParameters {}): Ask<NoParameters>,
    asked: Asked<OpenAccount>,
) -> Result<Response, Problem> {
    let now = app.now();
    let idempotency = asked.idempotency(&app, &actor)?;
    let OpenAccount { org, country, name, owner } = asked.body;
    let brand = brand(&app, &org, &country)?;
    let owner = NewOwner { name: owner.name, email: owner.email, mobile: owner.mobile };
    let opened = app
        .engine
        .open_account_once(&actor, &brand, &name, &owner, idempotency.as_ref(), now, &mut *app.rng())
        .await?;
    app.letters.notify_one();
    let account = account(&app, &opened.account)?;
    let location = [(LOCATION, format!("{AT}/accounts/{}", account.id))];
    Ok((StatusCode::CREATED, location, Replayed(opened.replayed), Json(account)).into_response())
}

/// List accounts
#[utoipa::path(
    get, path = "/accounts", tag = "accounts", operation_id = "list_accounts", params(PageAsk),
    responses((status = 200, description = "Accounts of all brands, in the order of ids", body = Page<Account>), Problems),
)]
pub(super) async fn list(
    State(app): State<App>,
    _: Operator,
    Ask(ask): Ask<PageAsk>,
) -> Result<Json<Page<Account>>, Problem> {
    let after = ask.after.as_deref().map(|after| after.parse().map_err(|_| wrong_cursor())).transpose()?;
    let limit = limit(ask.limit.as_deref())?;
    let found = app.engine.store().accounts(after.as_ref(), limit as i64 + 1).await?;
    let accounts: Vec<Account> = found.iter().map(|one| account(&app, one)).collect::<Result<_, _>>()?;
    Ok(Json(begin(accounts, limit, |account| account.id.clone())))
}

/// Show an account
#[utoipa::path(
    get, path = "/accounts/{account}", tag = "accounts", operation_id = "show_account",
    params(("account" = String, Path, description = "The account's id")),
    responses((status = 200, description = "The account", body = Account), Problems),
)]
pub(super) async fn show(
    State(app): State<App>,
    _: Operator,
    Place(id): Place<String>,
    Ask(NoParameters {}): Ask<NoParameters>,
) -> Result<Json<Account>, Problem> {
    let found = app.engine.account(&named::<AccountId>(&id)?).await?;
    Ok(Json(account(&app, &found)?))
}

/// The configured brand that a request names.
fn brand(app: &App, org: &str, country: &str) -> Result<BrandId, Problem> {
    let brands = &app.config.brands;
    let named = BrandId::new(org, country).ok();
    named.filter(|named| app.config.brand(named).is_some()).ok_or_else(|| {
        let known: Vec<String> = brands.iter().map(|brand| brand.rules.id.to_string()).collect();
        let hint =
            format!("No brand is configured for this org and country; there are: {}.", known.join(", "));
        Refusal::invalid("org", hint).into()
    })
}

/// An account as the API tells it.
pub(super) fn account(app: &App, account: &domain::Account) -> Result<Account, Problem> {
    let missing = live_gate(app.engine.brand(&account.brand)?, account);
    let missing = missing.map(|missing| [("activation", missing.activation), ("website", missing.website)]);
    let missing = missing.into_iter().flatten().filter(|(_, is_missing)| *is_missing);
    Ok(Account {
        id: account.id.to_string(),
        org: account.brand.org().to_owned(),
        country: account.brand.country().to_owned(),
        name: account.name.clone(),
        created_at: moment(account.created_at),
        activated_at: account.activated_at.map(moment),
        activation: account.application.as_ref().map(|told| activation::told(account, told)),
        website: account.website.as_ref().map(website::told),
        live_ready: missing.clone().next().is_none(),
        missing: missing.map(|(what, _)| what.to_owned()).collect(),
    })
}
