//! Regenerate: a new pair for a key, and an end for the old one. The answer holds the secret, once.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::{OldPair, Refusal, RegenerateRequest};
use wire::keys::{DeactivateOld, RegenerateKey, RegeneratedKey};

use super::document::Problems;
use super::generate::issued_key;
use super::idempotency::Replayed;
use super::json::Asked;
use super::moments::moment;
use super::operator::Operator;
use super::place::{Place, named};
use super::problem::Problem;
use super::query::Ask;
use super::receipt::{Begun, WaitAsk};
use crate::app::App;
use crate::fleet::Stopped;

/// Regenerate a key
///
/// The old pair stops with this request or exactly 24 hours later. The secret is in this answer and nowhere else.
#[utoipa::path(
    post, path = "/accounts/{account}/keys/{key}/regenerate", tag = "keys", operation_id = "regenerate_key",
    params(
        ("account" = String, Path, description = "The account's id"),
        ("key" = String, Path, description = "The key's id"),
        ("Idempotency-Key" = Option<String>, Header, description = "16 to 255 unguessable visible characters; a repeat within ten minutes gets the same pair and secret"),
        WaitAsk,
    ),
    request_body = RegenerateKey,
    responses((status = 201, description = "The new pair with its secret", body = RegeneratedKey), Problems),
)]
pub(super) async fn regenerate(
    State(app): State<App>,
    Operator(actor): Operator,
    Place((account, key)): Place<(String, String)>,
    Ask(ask): Ask<WaitAsk>,
    asked: Asked<RegenerateKey>,
) -> Result<Response, Problem> {
    let begun = Begun::at_once(&app, &ask)?;
    let key = app.engine.key(&named(&account)?, &named(&key)?).await?;
    let idempotency = asked.idempotency(&app, &actor)?;
    let request = request(&asked.body)?;
    let replaced = app
        .engine
        .regenerate_by_operator(&actor, &key.id, &request, idempotency.as_ref(), begun.now, &mut *app.rng())
        .await?;
    app.letters.notify_one();
    let issued_key = issued_key(&replaced.issued)?;
    let stopped = Stopped::one(replaced.old, replaced.old_until);
    let (receipt, ()) = tokio::join!(
        begun.receipt(&app, replaced.position, key.mode, stopped),
        app.fleet.room.before_showing(&app, key.mode),
    );
    let body = RegeneratedKey {
        issued: issued_key,
        old: wire::keys::OldPair {
            key_id: replaced.old.to_string(),
            deactivates_at: moment(replaced.old_until),
        },
        receipt,
    };
    Ok((StatusCode::CREATED, Replayed(replaced.issued.replayed), Json(body)).into_response())
}

fn request(body: &RegenerateKey) -> Result<RegenerateRequest, Refusal> {
    let expected_current = body.expected_current.as_deref().map(|text| {
        text.parse().map_err(|_| {
            Refusal::invalid("expected_current", "Give the key id of the pair you believe to be current.")
        })
    });
    Ok(RegenerateRequest {
        old: match body.deactivate_old {
            DeactivateOld::Now => OldPair::Now,
            DeactivateOld::In24Hours => OldPair::In24Hours,
        },
        expected_current: expected_current.transpose()?,
        end_retiring: body.end_retiring.unwrap_or(false),
    })
}
