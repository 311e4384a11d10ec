//! Usage: how often a key's pairs were used, when and from where.

use axum::Json;
use axum::extract::State;
use domain::{AccountId, KeyRef, Timestamp};
use serde::Deserialize;
use utoipa::IntoParams;
use wire::usage::{KeyUsage, PairUsage, UsageCount, UsageSource, UsageSpan};

use super::document::Problems;
use super::keys::state;
use super::moments::moment;
use super::operator::Operator;
use super::place::{Place, named};
use super::problem::Problem;
use super::query::Ask;
use crate::app::App;

/// Which span.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct UsageAsk {
    /// How far back; `day` when left out
    span: Option<UsageSpan>,
}

/// Show how often a key is used
///
/// For each pair, so that it is seen who still uses a retiring one. Counts are written every few seconds; when a pair was last
/// used is known at once.
#[utoipa::path(
    get, path = "/accounts/{account}/keys/{key}/usage", tag = "keys", operation_id = "show_usage",
    params(
        ("account" = String, Path, description = "The account's id"),
        ("key" = String, Path, description = "The key's id"),
        UsageAsk,
    ),
    responses((status = 200, description = "Its pairs, newest first", body = KeyUsage), Problems),
)]
pub(super) async fn show(
    State(app): State<App>,
    _: Operator,
    Place((account, key)): Place<(String, String)>,
    Ask(ask): Ask<UsageAsk>,
) -> Result<Json<KeyUsage>, Problem> {
    let (account, key): (AccountId, KeyRef) = (named(&account)?, named(&key)?);
    let (now, span) = (app.now(), ask.span.unwrap_or_default());
    let key = app.engine.key(&account, &key).await?;
    let usage = app.engine.usage_of(&key, asked(span), now).await?;
    Ok(Json(KeyUsage {
        key: key.id.to_string(),
        span,
        begins_at: moment(usage.steps.first().copied().unwrap_or(usage.ends_at)),
        ends_at: moment(usage.ends_at),
        step_seconds: usage.span.step().as_millis() / 1_000,
        pairs: usage.pairs.iter().map(|pair| told(pair, &usage.steps, now)).collect(),
    }))
}

fn told(used: &engine::PairUsage, steps: &[Timestamp], now: Timestamp) -> PairUsage {
    let counts = steps.iter().zip(&used.counts).filter(|(_, count)| 0 < **count);
    let sources = used.sources.iter().map(|seen| UsageSource {
        network: seen.network.map(|network| network.to_string()),
        first_at: moment(seen.first_at),
        last_at: moment(seen.last_at),
    });
    PairUsage {
        key_id: used.pair.key_id.to_string(),
        state: state(&used.pair, now),
        total: used.total(),
        last_used_at: used.last_use.map(|(at, _)| moment(at)),
        last_used_from: used.last_use.and_then(|(_, from)| from).map(|from| from.to_string()),
        counts: counts.map(|(at, count)| UsageCount { at: moment(*at), count: *count }).collect(),
        sources: sources.collect(),
    }
}

fn asked(span: UsageSpan) -> domain::UsageSpan {
    match span {
        UsageSpan::Hour => domain::UsageSpan::Hour,
        UsageSpan::Day => domain::UsageSpan::Day,
        UsageSpan::Month => domain::UsageSpan::Month,
    }
}
