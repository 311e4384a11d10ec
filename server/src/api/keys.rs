//! Keys: reading them. Never a secret: nobody can read one after it was shown.

use axum::Json;
use axum::extract::State;
use domain::{Key, KeyId, Mode, Standing, Timestamp};
use serde::Deserialize;
use utoipa::IntoParams;
use wire::keys::{Pair, PairOfKey, PairState};
use wire::page::Page;

use super::document::Problems;
use super::moments::moment;
use super::operator::Operator;
use super::page::{cut, limit};
use super::place::{Place, named};
use super::problem::Problem;
use super::query::{Ask, NoParameters};
use crate::app::App;

/// Which keys.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct KeysAsk {
    /// Only keys of this mode
    mode: Option<wire::gateway::Mode>,
    /// The `next` of an earlier page
    after: Option<String>,
    /// Entries on a page; 50 when left out
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
}

/// List an account's keys
///
/// With their pairs, newest first: all that work, and in all the newest hundred. Never a secret.
#[utoipa::path(
    get, path = "/accounts/{account}/keys", tag = "keys", operation_id = "list_keys",
    params(("account" = String, Path, description = "The account's id"), KeysAsk),
    responses((status = 200, description = "Test keys, then live keys, each oldest first", body = Page<wire::keys::Key>), Problems),
)]
pub(super) async fn list(
    State(app): State<App>,
    _: Operator,
    Place(account): Place<String>,
    Ask(ask): Ask<KeysAsk>,
) -> Result<Json<Page<wire::keys::Key>>, Problem> {
    let (now, account, limit) = (app.now(), named(&account)?, limit(ask.limit.as_deref())?);
    let mut keys = Vec::new();
    for mode in ask.mode.map_or(vec![Mode::Test, Mode::Live], |only| vec![mode_asked(only)]) {
        keys.extend(app.engine.keys(&account, mode).await?.iter().map(|one| key(&app, one, now)));
    }
    Ok(Json(cut(keys, ask.after.as_deref(), limit, |key| key.key.clone())?))
}

/// Find a pair
///
/// Whose it is, and what is true of it.
#[utoipa::path(
    get, path = "/pairs/{key_id}", tag = "keys", operation_id = "find_pair",
    params(("key_id" = String, Path, description = "The public half of the pair")),
    responses((status = 200, description = "The pair with its key and account", body = PairOfKey), Problems),
)]
pub(super) async fn find(
    State(app): State<App>,
    _: Operator,
    Place(key_id): Place<String>,
    Ask(NoParameters {}): Ask<NoParameters>,
) -> Result<Json<PairOfKey>, Problem> {
    let key_id: KeyId = named(&key_id)?;
    let key = app.engine.key_of_pair(&key_id).await?;
    Ok(Json(pair_of_key(&app, &key, &key_id, app.now())?))
}

pub(super) fn mode(mode: Mode) -> wire::gateway::Mode {
    match mode {
        Mode::Test => wire::gateway::Mode::Test,
        Mode::Live => wire::gateway::Mode::Live,
    }
}

pub(super) fn mode_asked(mode: wire::gateway::Mode) -> Mode {
    match mode {
        wire::gateway::Mode::Test => Mode::Test,
        wire::gateway::Mode::Live => Mode::Live,
    }
}

fn key(app: &App, key: &Key, now: Timestamp) -> wire::keys::Key {
    wire::keys::Key {
        key: key.id.to_string(),
        name: key.name.clone(),
        mode: mode(key.mode),
        created_at: moment(key.created_at),
        pairs: key.pairs.iter().map(|one| pair(app, one, now)).collect(),
    }
}

/// A pair's state at a moment.
pub(super) fn state(pair: &domain::Pair, now: Timestamp) -> PairState {
    match pair.standing(now) {
        Standing::Current => PairState::Current,
        Standing::Retiring { .. } => PairState::Retiring,
        Standing::Ended { .. } => PairState::Ended,
    }
}

fn pair(app: &App, pair: &domain::Pair, now: Timestamp) -> Pair {
    let (deactivates_at, ended) = match pair.standing(now) {
        Standing::Current => (None, None),
        Standing::Retiring { until } => (Some(until), None),
        Standing::Ended { at, why } => (None, Some((at, why))),
    };
    let last_use = app.engine.last_use(pair);
    Pair {
        key_id: pair.key_id.to_string(),
        state: state(pair, now),
        created_at: moment(pair.created_at),
        expires_at: pair.expires_at.map(moment),
        last_used_at: last_use.map(|(at, _)| moment(at)),
        last_used_from: last_use.and_then(|(_, from)| from).map(|from| from.to_string()),
        deactivates_at: deactivates_at.map(moment),
        ended_at: ended.map(|(at, _)| moment(at)),
        ended_because: ended.map(|(_, why)| why.as_str().to_owned()),
    }
}

pub(super) fn pair_of_key(
    app: &App,
    key: &Key,
    key_id: &KeyId,
    now: Timestamp,
) -> Result<PairOfKey, domain::Refusal> {
    let found = key.pair(key_id).ok_or(domain::Refusal::NotFound)?;
    Ok(PairOfKey {
        account: key.account.to_string(),
        key: key.id.to_string(),
        name: key.name.clone(),
        mode: mode(key.mode),
        pair: pair(app, found, now),
        receipt: None,
    })
}
