//! The management API: `/api/v1` on the public listener, under any host, for operators with a token.
//!
//! JSON in and out, problems as `application/problem+json` with a stable code, lists a page at a time. Whatever answers
//! here may hold a secret, so nothing may be stored by anybody on the way.

mod accounts;
mod activation;
pub mod audit;
mod brands;
mod deactivate;
mod document;
mod feed;
mod followers;
mod generate;
mod idempotency;
mod invitations;
mod json;
mod keys;
mod limits;
mod members;
mod moments;
mod nodes;
mod operator;
mod page;
mod place;
pub mod problem;
mod query;
mod receipt;
mod refusals;
mod regenerate;
mod strict;
#[cfg(test)]
mod tests;
mod usage;
mod website;

use axum::Router;
use axum::extract::Extension;
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use axum::middleware::{from_fn, map_response};
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wire::codes::Code;

use crate::app::App;
pub(crate) use moments::moment;
pub(crate) use nodes::node as node_told;

use document::Document;
use json::whole_body;
use problem::Problem;

/// Where the routes below are nested.
const AT: &str = "/api/v1";

/// Who answers what.
fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(brands::list))
        .routes(routes!(accounts::list, accounts::open))
        .routes(routes!(accounts::show))
        .routes(routes!(activation::submit))
        .routes(routes!(activation::activate))
        .routes(routes!(activation::send_back))
        .routes(routes!(website::submit))
        .routes(routes!(website::verify))
        .routes(routes!(website::send_back))
        .routes(routes!(keys::list, generate::generate))
        .routes(routes!(regenerate::regenerate))
        .routes(routes!(deactivate::deactivate))
        .routes(routes!(limits::show, limits::change))
        .routes(routes!(keys::find))
        .routes(routes!(members::list))
        .routes(routes!(members::unlock))
        .routes(routes!(members::give_role))
        .routes(routes!(members::remove))
        .routes(routes!(members::reset_two_factor))
        .routes(routes!(members::make_owner))
        .routes(routes!(invitations::list, invitations::invite))
        .routes(routes!(invitations::resend))
        .routes(routes!(invitations::cancel))
        .routes(routes!(usage::show))
        .routes(routes!(refusals::list))
        .routes(routes!(refusals::unknown))
        .routes(routes!(audit::list))
        .routes(routes!(nodes::list, nodes::enrol))
        .routes(routes!(nodes::remove))
        .routes(routes!(nodes::report))
        .routes(routes!(nodes::usage))
        .routes(routes!(receipt::keys))
        .routes(routes!(followers::list, followers::admit))
        .routes(routes!(followers::revoke))
        .routes(routes!(feed::show))
        .routes(routes!(feed::keys))
        .routes(routes!(document::show))
}

/// The API, to be nested at `/api/v1`.
pub fn router() -> Router<App> {
    let (router, described) = routes().split_for_parts();
    router
        .fallback(async || Problem::new(Code::NoSuchPath))
        .method_not_allowed_fallback(async || Problem::new(Code::MethodNotAllowed))
        .layer(from_fn(whole_body))
        .layer(map_response(keep_nothing))
        .layer(Extension(Document::of(described)))
}

async fn keep_nothing(mut response: Response) -> Response {
    response.headers_mut().entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
