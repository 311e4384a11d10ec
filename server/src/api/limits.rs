//! Limits of a key: read, and changed all at once.

use std::num::{NonZeroU32, NonZeroU64};

use axum::Json;
use axum::extract::State;
use domain::{Key, Limits, Refusal, Timestamp};
use wire::limits::{ChangeLimits, KeyLimits};

use super::document::Problems;
use super::json::Asked;
use super::keys::mode;
use super::moments::moment;
use super::operator::Operator;
use super::place::{Place, named};
use super::problem::Problem;
use super::query::{Ask, NoParameters};
use crate::app::App;

/// Show a key's limits
///
/// How often, and from where, the key may be used, all its pairs together.
#[utoipa::path(
    get, path = "/accounts/{account}/keys/{key}/limits", tag = "keys", operation_id = "show_limits",
    params(
        ("account" = String, Path, description = "The account's id"),
        ("key" = String, Path, description = "The key's id"),
    ),
    responses((status = 200, description = "The limits", body = KeyLimits), Problems),
)]
pub(super) async fn show(
    State(app): State<App>,
    _: Operator,
    Place((account, key)): Place<(String, String)>,
    Ask(NoParameters {}): Ask<NoParameters>,
) -> Result<Json<KeyLimits>, Problem> {
    let key = app.engine.key(&named(&account)?, &named(&key)?).await?;
    Ok(Json(told(&app, &key, app.now())))
}

/// Change a key's limits
///
/// All of them at once; regenerating the key keeps them. They hold for every request that is verified after the answer.
#[utoipa::path(
    post, path = "/accounts/{account}/keys/{key}/limits", tag = "keys", operation_id = "change_limits",
    params(
        ("account" = String, Path, description = "The account's id"),
        ("key" = String, Path, description = "The key's id"),
    ),
    request_body = ChangeLimits,
    responses((status = 200, description = "The limits as they are now", body = KeyLimits), Problems),
)]
pub(super) async fn change(
    State(app): State<App>,
    Operator(actor): Operator,
    Place((account, key)): Place<(String, String)>,
    Ask(NoParameters {}): Ask<NoParameters>,
    asked: Asked<ChangeLimits>,
) -> Result<Json<KeyLimits>, Problem> {
    let now = app.now();
    let key = app.engine.key(&named(&account)?, &named(&key)?).await?;
    let wanted = Limits::checked(
        asked.body.requests_per_second,
        asked.body.requests_per_day,
        asked.body.allowed_addresses.iter().map(String::as_str),
    );
    let (wanted, version) = (wanted.map_err(Refusal::from)?, asked.body.expected_version);
    let changed = app.engine.change_limits_by_operator(&actor, &key.id, &wanted, version, now).await?;
    Ok(Json(told(&app, &changed.key, now)))
}

fn told(app: &App, key: &Key, now: Timestamp) -> KeyLimits {
    let limits = &key.limits;
    let (changed_at, changed_by) =
        limits.changed.as_ref().map(|change| (moment(change.at), change.by.clone())).unzip();
    KeyLimits {
        key: key.id.to_string(),
        mode: mode(key.mode),
        requests_per_second: limits.now.per_second.map(NonZeroU32::get),
        requests_per_day: limits.now.per_day.map(NonZeroU64::get),
        allowed_addresses: limits.now.networks.iter().map(ToString::to_string).collect(),
        version: limits.version,
        changed_at,
        changed_by,
        used_today: app.engine.used_today(&key.id, now),
    }
}
