//! Followers: admitting, listing and revoking services that verify in their own process.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use wire::followers::{AdmitFollower, AdmittedFollower, Follower};
use wire::page::Page;

use super::document::Problems;
use super::idempotency::Replayed;
use super::json::{Asked, Nothing};
use super::moments::moment;
use super::operator::Operator;
use super::page::{PageAsk, begin, limit};
use super::place::Place;
use super::problem::Problem;
use super::query::{Ask, NoParameters};
use crate::app::App;

/// Admit a follower
///
/// Its token is in the answer, once. It opens the feed and the verification keys, and nothing else.
#[utoipa::path(
    post, path = "/followers", tag = "followers", operation_id = "admit_follower",
    params(("Idempotency-Key" = Option<String>, Header, description = "16 to 255 unguessable visible characters; a repeat within ten minutes gets the same token")),
    request_body = AdmitFollower,
    responses((status = 201, description = "The follower and its token", body = AdmittedFollower), Problems),
)]
pub(super) async fn admit(
    State(app): State<App>,
    Operator(actor): Operator,
    Ask(NoParameters {}): Ask<NoParameters>,
    asked: Asked<AdmitFollower>,
) -> Result<Response, Problem> {
    let now = app.now();
    let idempotency = asked.idempotency(&app, &actor)?;
    let name = &asked.body.name;
    let admitted =
        app.engine.admit_follower(&actor, name, idempotency.as_ref(), now, &mut *app.rng()).await?;
    let token = admitted.token.reveal().to_owned();
    let told = AdmittedFollower { follower: follower(&app, &admitted.follower), token };
    Ok((StatusCode::CREATED, Replayed(admitted.replayed), Json(told)).into_response())
}

/// List the followers
#[utoipa::path(
    get, path = "/followers", tag = "followers", operation_id = "list_followers", params(PageAsk),
    responses((status = 200, description = "Followers by name, revoked ones too", body = Page<Follower>), Problems),
)]
pub(super) async fn list(
    State(app): State<App>,
    _: Operator,
    Ask(ask): Ask<PageAsk>,
) -> Result<Json<Page<Follower>>, Problem> {
    let limit = limit(ask.limit.as_deref())?;
    let after = ask.after.as_deref().unwrap_or_default();
    let found = app.engine.store().followers(after, limit as i64 + 1).await?;
    let told = found.iter().map(|one| follower(&app, one)).collect();
    Ok(Json(begin(told, limit, |follower: &Follower| follower.name.clone())))
}

/// Revoke a follower
///
/// Its token stops working at once; what it knows it may vouch for until its lease is over. One that is revoked already is
/// what was wished for.
#[utoipa::path(
    post, path = "/followers/{follower}/revoke", tag = "followers", operation_id = "revoke_follower",
    params(("follower" = String, Path, description = "The follower's name")),
    responses((status = 200, description = "The follower, revoked", body = Follower), Problems),
)]
pub(super) async fn revoke(
    State(app): State<App>,
    Operator(actor): Operator,
    Place(name): Place<String>,
    Ask(NoParameters {}): Ask<NoParameters>,
    _: Asked<Nothing>,
) -> Result<Json<Follower>, Problem> {
    let revoked = app.engine.revoke_follower(&actor, &name, app.now()).await?;
    Ok(Json(follower(&app, &revoked)))
}

fn follower(app: &App, told: &domain::Follower) -> Follower {
    let asked = app.feed.last_asked(&told.name);
    Follower {
        name: told.name.clone(),
        created_at: moment(told.created_at),
        revoked_at: told.revoked_at.map(moment),
        asked_at: asked.map(|(at, _)| moment(at)),
        position: asked.map(|(_, position)| position),
    }
}
