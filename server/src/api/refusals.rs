//! Refusals: why requests with an account's keys were refused lately. The caller was told nothing; the operator is.

use axum::Json;
use axum::extract::State;
use domain::KeyId;
use serde::Deserialize;
use utoipa::IntoParams;
use verify::{Reason, RecentRefusal};
use wire::page::Page;
use wire::refusals::Refusal;

use super::document::Problems;
use super::moments::moment;
use super::operator::Operator;
use super::page::{cut, limit};
use super::place::{Place, named};
use super::problem::Problem;
use super::query::Ask;
use crate::app::App;

/// Which refusals.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct RefusalsAsk {
    /// Only refusals of this pair
    key_id: Option<String>,
    /// The `next` of an earlier page
    after: Option<String>,
    /// Entries on a page; 50 when left out
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
}

/// List recent refusals
///
/// Repeats of one reason for one pair are one entry with a count. Kept in memory since the last start of the server.
#[utoipa::path(
    get, path = "/accounts/{account}/refusals", tag = "keys", operation_id = "list_refusals",
    params(("account" = String, Path, description = "The account's id"), RefusalsAsk),
    responses((status = 200, description = "Refusals, the latest first", body = Page<Refusal>), Problems),
)]
pub(super) async fn list(
    State(app): State<App>,
    _: Operator,
    Place(account): Place<String>,
    Ask(ask): Ask<RefusalsAsk>,
) -> Result<Json<Page<Refusal>>, Problem> {
    let limit = limit(ask.limit.as_deref())?;
    let only: Option<KeyId> = ask.key_id.map(|text| text.parse()).transpose().map_err(|_| {
        Problem::parameter("key_id", "Give the public half of a pair, such as rzp_test_1DP5mmOlF5G5ag.")
    })?;
    let account = app.engine.account(&named(&account)?).await?;
    let recent = app.refusals.recent(&account.id).into_iter();
    let told = recent.filter(|one| only.is_none_or(|only| one.key_id == only)).map(refusal).collect();
    Ok(Json(cut(told, ask.after.as_deref(), limit, name)?))
}

/// What tells an entry from all others.
fn name(refusal: &Refusal) -> String {
    let shape = refusal.shape.as_deref().unwrap_or_default();
    format!("{}.{}.{shape}", refusal.key_id, refusal.reason)
}

fn refusal(one: RecentRefusal) -> Refusal {
    let shape = match one.reason {
        Reason::Malformed(shape) => Some(shape.as_str().to_owned()),
        Reason::UnknownKey | Reason::WrongSecret | Reason::Ended | Reason::Expired | Reason::WrongMode => {
            None
        }
    };
    Refusal {
        key_id: one.key_id.to_string(),
        key: one.key.to_string(),
        reason: one.reason.code().to_owned(),
        shape,
        explanation: one.reason.sentence().to_owned(),
        count: one.count,
        first_at: moment(one.first_at),
        last_at: moment(one.last_at),
        address: one.address.map(|address| address.to_string()),
        agent: (!one.agent.is_empty()).then(|| one.agent.into()),
    }
}
