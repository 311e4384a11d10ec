//! Refusals: why requests with an account's keys were refused lately. The caller was told nothing; the operator is.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use domain::{AccountId, KeyId, Mode, Standing, Timestamp};
use engine::EngineError;
use serde::Deserialize;
use utoipa::IntoParams;
use verify::{Buckets, Reason, RecentRefusal, SeenSource};
use wire::page::Page;
use wire::refusals::{Refusal, RefusalCount, RefusalSource, UnknownId, UnknownIds};

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
/// Repeats of one reason for one pair are one entry, with counts over time and the last places they came from. An entry is
/// kept for thirty days after the last of its kind.
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
    let (account, now) = (app.engine.account(&named(&account)?).await?, app.now());
    let ended = ended(&app, &account.id, now).await?;
    let recent = app.refusals.recent(&account.id).into_iter();
    let told = recent
        .filter(|one| only.is_none_or(|only| one.key_id == only))
        .map(|one| refusal(&one, ended.get(&one.key_id).copied(), now))
        .collect();
    Ok(Json(cut(told, ask.after.as_deref(), limit, name)?))
}

/// List unknown key ids
///
/// The last requests with key ids that nobody has, in memory since this server started: typing errors, and people who try.
#[utoipa::path(
    get, path = "/unknown-ids", tag = "keys", operation_id = "list_unknown_ids",
    responses((status = 200, description = "The latest first", body = UnknownIds), Problems),
)]
pub(super) async fn unknown(State(app): State<App>, _: Operator) -> Json<UnknownIds> {
    let recent = app.refusals.unknown().into_iter().map(|one| UnknownId {
        key_id: one.key_id.to_string(),
        at: moment(one.at),
        address: one.address.map(|address| address.to_string()),
    });
    Json(UnknownIds { count: app.refusals.unknown_count(), recent: recent.collect() })
}

/// When pairs of an account ended, of those that have.
async fn ended(
    app: &App,
    account: &AccountId,
    now: Timestamp,
) -> Result<HashMap<KeyId, Timestamp>, EngineError> {
    let mut ended = HashMap::new();
    for mode in [Mode::Test, Mode::Live] {
        let keys = app.engine.store().keys(account, mode).await?;
        ended.extend(keys.iter().flat_map(|key| &key.pairs).filter_map(|pair| match pair.standing(now) {
            Standing::Ended { at, .. } => Some((pair.key_id, at)),
            Standing::Current | Standing::Retiring { .. } => None,
        }));
    }
    Ok(ended)
}

/// What tells an entry from all others.
fn name(refusal: &Refusal) -> String {
    let shape = refusal.shape.as_deref().unwrap_or_default();
    format!("{}.{}.{shape}", refusal.key_id, refusal.reason)
}

fn refusal(one: &RecentRefusal, ended_at: Option<Timestamp>, now: Timestamp) -> Refusal {
    let shape = match one.reason {
        Reason::Malformed(shape) => Some(shape.as_str().to_owned()),
        Reason::UnknownKey
        | Reason::WrongSecret
        | Reason::Ended
        | Reason::Expired
        | Reason::WrongMode
        | Reason::AddressNotAllowed
        | Reason::QuotaExceeded
        | Reason::RateLimited => None,
    };
    let sources: Vec<RefusalSource> = one.sources.iter().map(source).collect();
    let latest = sources.first().cloned();
    Refusal {
        key_id: one.key_id.to_string(),
        key: one.key.to_string(),
        reason: one.reason.code().to_owned(),
        shape,
        explanation: one.reason.sentence().to_owned(),
        ended_at: ended_at.map(moment),
        count: one.count,
        last_hour: one.minutes.sum(now),
        last_24_hours: one.hours.sum_of_last(24, now),
        first_at: moment(one.first_at),
        last_at: moment(one.last_at),
        address: latest.as_ref().and_then(|source| source.address.clone()),
        agent: latest.and_then(|source| source.agent),
        sources,
        by_minute: counts(&one.minutes, now),
        by_hour: counts(&one.hours, now),
    }
}

fn source(seen: &SeenSource) -> RefusalSource {
    RefusalSource {
        address: seen.address.map(|address| address.to_string()),
        agent: (!seen.agent.is_empty()).then(|| seen.agent.clone()),
        count: seen.count,
        last_at: moment(seen.last_at),
    }
}

fn counts<const N: usize, const SPAN: i64>(buckets: &Buckets<N, SPAN>, now: Timestamp) -> Vec<RefusalCount> {
    let some = buckets.until(now).filter(|(_, count)| *count != 0);
    some.map(|(at, count)| RefusalCount { at: moment(at), count }).collect()
}
