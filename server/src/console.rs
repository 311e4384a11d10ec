//! The operator console: the platform's own pages under host names of their own, for operators who logged in with password
//! and code.
//!
//! Under a brand's host none of these pages exist, and under the console's host no page of a brand does. Every action is a
//! POST, written to the audit as `operator:<name>`; a GET never changes anything. Secrets of merchants are never shown here:
//! the server does not have them.

pub(crate) mod account;
pub(crate) mod accounts;
pub(crate) mod audit;
pub(crate) mod brands;
pub(crate) mod fleet;
pub(crate) mod letters;
pub(crate) mod limits;
pub(crate) mod log_in;
pub(crate) mod operators;
pub(crate) mod overview;
pub(crate) mod reviews;
mod trouble;
mod who;

use axum::Router;
use axum::extract::Request;
use axum::middleware::from_fn;
use axum::response::Response;
use tower::ServiceExt;
use tower::util::BoxCloneSyncService;

use crate::app::App;
use crate::dashboard::{host, limited, with_headers};
use crate::pages::assets;

/// The pages of [`crate::routes::console_pages`] with everything around them.
pub(crate) fn around(pages: Router<App>, app: &App) -> Router<App> {
    let pages = pages.fallback(trouble::not_found);
    with_headers(limited(pages).layer(from_fn(trouble::readable)), app).merge(assets::routes())
}

/// Sends each request to the console or to the dashboards, by the host it names.
pub(crate) fn by_host(
    app: &App,
    console: Router,
    dashboards: Router,
) -> BoxCloneSyncService<Request, Response, std::convert::Infallible> {
    let app = app.clone();
    BoxCloneSyncService::new(tower::service_fn(move |request: Request| {
        let named = host(request.uri(), request.headers());
        let is_ours =
            named.is_some_and(|host| app.config.console.as_ref().is_some_and(|console| console.is_at(&host)));
        let router = if is_ours { console.clone() } else { dashboards.clone() };
        router.oneshot(request)
    }))
}
