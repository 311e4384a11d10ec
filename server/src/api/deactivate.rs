//! Deactivate: end a pair now. One that has ended already is what was wished for, so asking again is no error.

use axum::Json;
use axum::extract::State;
use domain::KeyId;
use wire::keys::PairOfKey;

use super::document::Problems;
use super::json::{Asked, Nothing};
use super::keys::pair_of_key;
use super::operator::Operator;
use super::place::{Place, named};
use super::problem::Problem;
use super::query::Ask;
use super::receipt::{Begun, WaitAsk};
use crate::app::App;
use crate::fleet::Stopped;

/// Deactivate a pair
///
/// Once this has answered, every verification that starts later is refused.
#[utoipa::path(
    post, path = "/accounts/{account}/pairs/{key_id}/deactivate", tag = "keys", operation_id = "deactivate_pair",
    params(
        ("account" = String, Path, description = "The account's id"),
        ("key_id" = String, Path, description = "The public half of the pair"),
        WaitAsk,
    ),
    responses((status = 200, description = "The pair, ended", body = PairOfKey), Problems),
)]
pub(super) async fn deactivate(
    State(app): State<App>,
    Operator(actor): Operator,
    Place((account, key_id)): Place<(String, String)>,
    Ask(ask): Ask<WaitAsk>,
    _: Asked<Nothing>,
) -> Result<Json<PairOfKey>, Problem> {
    let begun = Begun::at_once(&app, &ask)?;
    let key_id: KeyId = named(&key_id)?;
    app.engine.key_of_pair_in(&named(&account)?, &key_id).await?;
    let ended = app.engine.deactivate_by_operator(&actor, &key_id, begun.now, &mut *app.rng()).await?;
    app.letters.notify_one();
    let told = pair_of_key(&app, &ended.key, &key_id, begun.now)?;
    let stopped = Stopped::of(&ended.key, &key_id);
    let receipt = begun.receipt(&app, ended.position, ended.key.mode, stopped).await;
    Ok(Json(PairOfKey { receipt, ..told }))
}
