//! Generate: a key's first pair, or another after its last has ended. The answer holds the secret, once.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::{AccountId, GenerateRequest, Refusal};
use engine::Issued;
use wire::gateway::SecretText;
use wire::keys::{GenerateKey, IssuedKey};

use super::document::Problems;
use super::idempotency::Replayed;
use super::json::Asked;
use super::keys::{mode, mode_asked};
use super::moments::{moment, read};
use super::operator::Operator;
use super::place::{Place, named};
use super::problem::Problem;
use super::query::{Ask, NoParameters};
use crate::app::App;

/// Generate a key
///
/// The secret is in this answer and nowhere else.
#[utoipa::path(
    post, path = "/accounts/{account}/keys", tag = "keys", operation_id = "generate_key",
    params(
        ("account" = String, Path, description = "The account's id"),
        ("Idempotency-Key" = Option<String>, Header, description = "16 to 255 unguessable visible characters; a repeat within ten minutes gets the same pair and secret"),
    ),
    request_body = GenerateKey,
    responses((status = 201, description = "The pair with its secret", body = IssuedKey), Problems),
)]
pub(super) async fn generate(
    State(app): State<App>,
    Operator(actor): Operator,
    Place(account): Place<String>,
    Ask(NoParameters {}): Ask<NoParameters>,
    asked: Asked<GenerateKey>,
) -> Result<Response, Problem> {
    let (now, account) = (app.now(), named::<AccountId>(&account)?);
    let idempotency = asked.idempotency(&app, &actor)?;
    let GenerateKey { mode, name, expires_at } = asked.body;
    let expires_at = expires_at.map(|text| {
        read(&text).ok_or_else(|| {
            Refusal::invalid("expires_at", "Give an RFC 3339 moment, such as 2030-01-31T00:00:00Z.")
        })
    });
    let request = GenerateRequest { mode: mode_asked(mode), name, expires_at: expires_at.transpose()? };
    let issued = app
        .engine
        .generate_by_operator(&actor, &account, &request, idempotency.as_ref(), now, &mut *app.rng())
        .await?;
    app.letters.notify_one();
    app.fleet.room.before_showing(&app, issued.key.mode).await;
    Ok((StatusCode::CREATED, Replayed(issued.replayed), Json(issued_key(&issued)?)).into_response())
}

/// A pair as it is shown once.
pub(super) fn issued_key(issued: &Issued) -> Result<IssuedKey, Refusal> {
    let pair = issued.pair()?;
    Ok(IssuedKey {
        key: issued.key.id.to_string(),
        name: issued.key.name.clone(),
        mode: mode(issued.key.mode),
        key_id: issued.key_id.to_string(),
        key_secret: SecretText::new(issued.secret.reveal().to_owned()),
        created_at: moment(pair.created_at),
        expires_at: pair.expires_at.map(moment),
    })
}
