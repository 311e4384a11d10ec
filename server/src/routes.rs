//! Routes of the public listener: who answers what. Reading this file is reading the product.

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, State};
use axum::response::Response;
use axum::routing::get;
use hyper::HeaderMap;
use std::net::SocketAddr;

use crate::app::App;
use crate::{api, dashboard, gateway};

/// Everything that the public listener answers.
pub fn router(app: &App) -> Router {
    Router::new()
        .nest("/api/v1", api::router())
        .route("/v1/whoami", get(whoami))
        .merge(dashboard::router(app))
        .with_state(app.clone())
}

async fn whoami(
    State(app): State<App>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    gateway::whoami(&app.desk, &headers, Some(from.ip()), &app.tally).map(Body::new)
}
