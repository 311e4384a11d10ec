//! A shop's API whose requests are verified in this process: no gateway in front of it, no network hop for a key.
//!
//! Everything under `/orders` is behind the layer, so a handler there knows whom it serves. Health and metrics are not: they
//! say how the follower is doing.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use keystead_verify::AccountId;
use keystead_verify::follow::Follower;
use keystead_verify::layer::{Caller, VerifyLayer};
use serde_json::{Value, json};

/// Orders of each account, newest last. A real shop has a database here.
#[derive(Clone, Default)]
struct Orders(Arc<Mutex<BTreeMap<AccountId, Vec<String>>>>);

/// The shop's routes, verified by what `follower` knows.
pub fn router(follower: Follower) -> Router {
    let verified = Router::new()
        .route("/orders", get(list).post(place))
        .layer(VerifyLayer::new(follower.clone()))
        .with_state(Orders::default());
    let about_itself =
        Router::new().route("/healthz", get(health)).route("/metrics", get(metrics)).with_state(follower);
    verified.merge(about_itself)
}

/// The caller's own orders: whose they are is the layer's word, never the request's.
async fn list(State(orders): State<Orders>, Extension(caller): Extension<Caller>) -> Json<Value> {
    let orders = orders.0.lock().expect("no handler panics while it holds this");
    let own = orders.get(&caller.account).map(Vec::as_slice).unwrap_or_default();
    Json(json!({ "account": caller.account.as_str(), "mode": caller.mode.as_str(), "orders": own }))
}

async fn place(
    State(orders): State<Orders>,
    Extension(caller): Extension<Caller>,
    what: String,
) -> (StatusCode, Json<Value>) {
    let mut orders = orders.0.lock().expect("no handler panics while it holds this");
    let own = orders.entry(caller.account).or_default();
    own.push(what);
    (StatusCode::CREATED, Json(json!({ "account": caller.account.as_str(), "order": own.len() })))
}

/// Ready to be sent requests, or not: what a load balancer asks.
async fn health(State(follower): State<Follower>) -> impl IntoResponse {
    let status = follower.status();
    let code = if status.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let trouble = status.trouble.map(|trouble| trouble.to_string());
    (code, Json(json!({ "ready": status.ready, "trouble": trouble })))
}

/// For Prometheus: how far, how old, how many. Nothing about any key.
async fn metrics(State(follower): State<Follower>) -> String {
    let status = follower.status();
    let age = status
        .age_ms
        .map_or(String::new(), |age| format!("keystead_follower_age_seconds {}\n", age as f64 / 1_000.0));
    format!(
        "keystead_follower_ready {}\nkeystead_follower_position {}\nkeystead_follower_pairs {}\n{age}",
        u8::from(status.ready),
        status.position.unwrap_or(-1),
        status.pairs,
    )
}
