//! Names in the path. One that is not even an id names nothing, like one that nobody has.

use std::str::FromStr;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use domain::Refusal;
use serde::de::DeserializeOwned;
use wire::codes::Code;

use super::problem::Problem;
use crate::app::App;

/// The variable parts of the path.
pub(super) struct Place<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Place<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let path = Path::<T>::from_request_parts(parts, app).await;
        path.map(|Path(names)| Self(names)).map_err(|_| Problem::new(Code::NoSuchPath))
    }
}

/// The thing that a text names.
pub(super) fn named<T: FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Refusal::NotFound.into())
}
