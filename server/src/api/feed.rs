//! The feed of pairs and the keys that verifying takes, for services that verify in their own process.
//!
//! An answer says how old this process's own knowledge is, so that a follower never vouches longer than this process could;
//! a process that may not vouch itself answers 503. Whoever knows another history than this database's gets 409 and begins
//! anew: the database was restored from a copy, or is another one.

use std::num::NonZeroU64;
use std::time::Duration;

use axum::extract::{FromRequestParts, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use domain::{EndReason, KeyId, PairState, Refusal, Timestamp};
use engine::EngineError;
use serde::Deserialize;
use store::{FeedPlace, PairRow};
use utoipa::IntoParams;
use wire::codes::Code;
use wire::feed::{self, Limits, Mark, PAIRS_MAX, Page, Pair, TAIL, WAIT_SECONDS_MAX};

use super::document::Problems;
use super::operator::token;
use super::problem::Problem;
use super::query::{Ask, NoParameters};
use crate::app::App;

/// The follower behind a request: a bearer token, asked for before anything else of the request is looked at.
pub(super) struct Follower(domain::Follower);

impl FromRequestParts<App> for Follower {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let token = token(parts).ok_or_else(|| Problem::new(Code::FollowerTokenNeeded))?;
        match app.engine.follower(token).await {
            Ok(follower) => Ok(Self(follower)),
            Err(EngineError::Refused(Refusal::LogInFirst)) => Err(Problem::new(Code::FollowerTokenUnknown)),
            Err(other) => Err(other.into()),
        }
    }
}

/// From where on, and for how long to wait.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct FeedAsk {
    /// Everything up to this position is known
    #[param(value_type = i64, minimum = 0)]
    after: String,
    /// With it, and of the positions above, everything up to this pair
    key_id: Option<String>,
    /// The history that is known, as `position.mark` of a page before; left out at the very start
    known: Option<String>,
    /// Seconds to wait for a change; 0 when left out
    #[param(value_type = Option<u64>, maximum = 25)]
    wait: Option<String>,
    /// A number that the answer repeats
    #[param(value_type = Option<u64>)]
    nonce: Option<String>,
}

/// The same, read.
struct Asked {
    place: FeedPlace,
    known: (i64, Mark),
    wait: Duration,
    nonce: u64,
}

/// Show part of the feed
///
/// For followers, with their own token. The body is binary: `wire::feed` in the source says its form.
#[utoipa::path(
    get, path = "/feed", tag = "followers", operation_id = "show_feed", params(FeedAsk), security(("follower" = [])),
    responses((status = 200, description = "A page of the feed", content_type = "application/vnd.keystead.feed"), Problems),
)]
pub(super) async fn show(
    State(app): State<App>,
    Follower(follower): Follower,
    Ask(ask): Ask<FeedAsk>,
) -> Result<Response, Problem> {
    let asked_at = app.clock.uptime();
    let asked = read(&ask)?;
    must_be_of_this_history(&app, asked.known).await?;
    app.feed.note(&follower.name, app.now(), asked.known.0);
    let knows_all = FeedPlace::after(asked.known.0) == asked.place;
    if knows_all {
        wait(&app, asked.known.0, asked.wait).await;
    }

    // The age first, what is known after that: the other way round something older could pass for that young.
    let (lease, uptime) = (app.engine.index().lease(), app.clock.uptime());
    let age_ms = lease.age_ms(uptime);
    let (Some(age_ms), Ok(())) = (age_ms, lease.check(uptime)) else {
        return Err(Problem::new(Code::NotReady));
    };
    if app.engine.index().missing_pepper().is_some() {
        // A follower would get pairs from here whose keys it could not get here.
        return Err(Problem::new(Code::NotReady));
    }
    let head = app.engine.index().position();
    if head < asked.known.0 {
        // Another process told this follower more than this one knows yet.
        return Err(Problem::new(Code::NotReady));
    }
    let waited_ms = uptime.as_millis() - asked_at.as_millis();
    let rows =
        if knows_all && head == asked.known.0 { Vec::new() } else { changed(&app, asked.place).await? };
    let mark = mark(&app, head).await?.ok_or_else(|| Problem::new(Code::StoreDamaged))?;
    Ok(([(CONTENT_TYPE, feed::MEDIA_TYPE)], page(&app, &asked, head, mark, age_ms - waited_ms, &rows))
        .into_response())
}

/// Show the verification keys
///
/// For followers, with their own token: the subkey of key secrets of each pepper version, and nothing else of the pepper.
#[utoipa::path(
    get, path = "/feed/keys", tag = "followers", operation_id = "show_verification_keys", security(("follower" = [])),
    responses((status = 200, description = "The keys", content_type = "application/vnd.keystead.verification-keys"), Problems),
)]
pub(super) async fn keys(
    State(app): State<App>,
    _: Follower,
    Ask(NoParameters {}): Ask<NoParameters>,
) -> Response {
    let bytes = app.engine.peppers().verification_keys().to_bytes();
    ([(CONTENT_TYPE, feed::KEYS_MEDIA_TYPE)], bytes.to_vec()).into_response()
}

fn read(ask: &FeedAsk) -> Result<Asked, Problem> {
    let position: i64 = ask
        .after
        .parse()
        .ok()
        .filter(|position| 0 <= *position)
        .ok_or_else(|| Problem::parameter("after", "Give a position, 0 at the very start."))?;
    let place = match &ask.key_id {
        None => FeedPlace::after(position),
        Some(key_id) => {
            let key_id: KeyId = key_id
                .parse()
                .map_err(|_| Problem::parameter("key_id", "Give the last pair that is known."))?;
            FeedPlace { position, key_id: Some(key_id) }
        }
    };
    let known = match ask.known.as_deref() {
        None => (0, Mark::default()),
        Some(known) => feed::known_of(known).ok_or_else(|| {
            Problem::parameter("known", "Give position and mark of an earlier page, or leave it out.")
        })?,
    };
    let wait = match ask.wait.as_deref().map(str::parse::<u64>) {
        None => 0,
        Some(Ok(seconds)) if seconds <= WAIT_SECONDS_MAX => seconds,
        Some(_) => {
            let hint = format!("Give seconds from 0 to {WAIT_SECONDS_MAX}.");
            return Err(Problem::parameter("wait", &hint));
        }
    };
    let nonce = match ask.nonce.as_deref().map(str::parse) {
        None => 0,
        Some(Ok(nonce)) => nonce,
        Some(Err(_)) => return Err(Problem::parameter("nonce", "Give a number of at most 64 bits.")),
    };
    if ask.key_id.is_none() && known.0 != position {
        // Somewhere in between can only be where a page ended.
        return Err(Problem::new(Code::OtherHistory));
    }
    Ok(Asked { place, known, wait: Duration::from_secs(wait), nonce })
}

/// Refuses whoever knows a position that this database never had, or had with another change.
async fn must_be_of_this_history(app: &App, known: (i64, Mark)) -> Result<(), Problem> {
    match mark(app, known.0).await? {
        Some(mark) if mark == known.1 => Ok(()),
        _ => Err(Problem::new(Code::OtherHistory)),
    }
}

/// The first half of the audit link of the change at a position: it covers all that was ever done before.
async fn mark(app: &App, position: i64) -> Result<Option<Mark>, Problem> {
    if position == 0 {
        return Ok(Some(Mark::default()));
    }
    // What a follower that waits has almost always.
    if let Some((_, mark)) = app.engine.place().filter(|(known, _)| *known == position) {
        return Ok(Some(mark));
    }
    Ok(app.engine.store().link_at(position).await?.as_ref().map(store::mark_of))
}

/// Until the index has come further than `position`, but no longer than `at_most`, and not while this process stops.
async fn wait(app: &App, position: i64, at_most: Duration) {
    let (mut positions, mut closing) = (app.engine.positions(), app.feed.closing());
    tokio::select! {
        _ = positions.wait_for(|told| position < *told) => {}
        () = crate::public::told(&mut closing) => {}
        () = tokio::time::sleep(at_most) => {}
    }
}

/// A page of rows, read where it holds nobody up.
async fn changed(app: &App, place: FeedPlace) -> Result<Vec<PairRow>, Problem> {
    let _turn = app.feed.turn().await;
    let (reader, runtime) = (app.clone(), tokio::runtime::Handle::current());
    let read = move || runtime.block_on(reader.engine.store().pairs_changed(&place, PAIRS_MAX as i64));
    let rows = tokio::task::spawn_blocking(read).await.map_err(|_| Problem::new(Code::StoreFailed))?;
    Ok(rows?)
}

fn page(app: &App, asked: &Asked, head: i64, mark: Mark, age_ms: i64, rows: &[PairRow]) -> Vec<u8> {
    let mut brands: Vec<String> = Vec::new();
    let mut pairs = Vec::with_capacity(rows.len());
    let networks: Vec<String> = rows.iter().map(|row| row.limits.networks_joined(" ")).collect();
    for (row, networks) in rows.iter().zip(&networks) {
        let brand = brands.iter().position(|known| row.brand.is(known)).unwrap_or_else(|| {
            brands.push(row.brand.to_string());
            brands.len() - 1
        });
        let brand = u16::try_from(brand).expect("a page holds fewer pairs than that");
        // Nobody is told that a pair is more alive than it is known to be here, whatever a restored database says.
        let state = app.engine.index().state(&row.key_id);
        let state = state.map_or(row.state, |known| known.or_less_alive(row.state));
        pairs.push(pair(row, state, brand, networks));
    }
    feed::encode(&Page {
        nonce: asked.nonce,
        complete: rows.len() < PAIRS_MAX,
        head,
        mark,
        age_ms,
        // A follower has one span for both modes: the shorter one of this process.
        vouch_ms: shorter(app.engine.rules().vouch_for).as_millis().unsigned_abs(),
        newest_key: app.engine.peppers().newest().version(),
        brands: brands.iter().map(String::as_str).collect(),
        pairs,
    })
}

fn shorter(spans: domain::Spans) -> domain::Duration {
    spans.test.min(spans.live)
}

fn pair<'a>(row: &'a PairRow, known: PairState, brand: u16, networks: &'a str) -> Pair<'a> {
    Pair {
        position: row.position,
        key_id: row.key_id.as_str(),
        key: tail(row.key.as_str()),
        account: tail(row.account.as_str()),
        brand,
        live: row.mode == domain::Mode::Live,
        digest: *row.digest.as_bytes(),
        pepper: row.layers.versions()[0],
        around: &row.layers.versions()[1..],
        state: state(known),
        created_at: row.created_at.as_millis(),
        expires_at: row.expires_at.map(Timestamp::as_millis),
        limits: (!row.limits.is_none()).then(|| Limits {
            per_second: row.limits.per_second.map_or(0, |count| u64::from(count.get())),
            per_day: row.limits.per_day.map_or(0, NonZeroU64::get),
            networks,
        }),
    }
}

/// An id without its `key_` or `acc_`.
fn tail(id: &str) -> [u8; TAIL] {
    *id.as_bytes().last_chunk().expect("ids of keys and accounts end in fourteen characters")
}

const fn state(state: PairState) -> feed::State {
    match state {
        PairState::Current => feed::State::Current,
        PairState::Retiring { until } => feed::State::Retiring(until.as_millis()),
        PairState::Ended { at, why: EndReason::Replaced } => feed::State::Replaced(at.as_millis()),
        PairState::Ended { at, why: EndReason::GraceOver } => feed::State::GraceOver(at.as_millis()),
        PairState::Ended { at, why: EndReason::Deactivated } => feed::State::Deactivated(at.as_millis()),
        PairState::Ended { at, why: EndReason::Expired } => feed::State::Expired(at.as_millis()),
    }
}
