//! Query parameters, read strictly: a misspelt filter must not silently select everything.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use wire::codes::Code;

use super::problem::Problem;
use super::strict::unknown_name;
use crate::app::App;

/// The parameters of the address.
pub(super) struct Ask<T>(pub(super) T);

/// For addresses that take no parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NoParameters {}

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Ask<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, Problem> {
        let read = Query::<T>::try_from_uri(&parts.uri);
        read.map(|Query(parameters)| Self(parameters)).map_err(|rejection| explain(&rejection.body_text()))
    }
}

/// What axum says is `Failed to deserialize query string: `, sometimes a name and a colon, and serde's own words.
fn explain(complaint: &str) -> Problem {
    let (_, words) = complaint.split_once(": ").unwrap_or(("", complaint));
    let (field, words) = match words.split_once(": ") {
        Some((field, words)) => (field, words),
        None => ("", words),
    };
    unknown_name(Code::UnknownParameter, words)
        .unwrap_or_else(|| Problem::parameter(field, &format!("The reason: {words}.")))
}
