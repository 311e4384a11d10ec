//! `Idempotency-Key`: a repeat of a request gets the first answer again, and says so in a header.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponseParts, ResponseParts};
use domain::{Actor, IdempotencyKey};

use super::problem::Problem;
use crate::app::App;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// The idempotency key of a request, if it has one.
pub(super) fn read(
    headers: &HeaderMap,
    who: &Actor,
    request: &[u8],
    app: &App,
) -> Result<Option<IdempotencyKey>, Problem> {
    let mut sent = headers.get_all(KEY).iter();
    let Some(key) = sent.next() else { return Ok(None) };
    // Two keys, or one that is not text, cannot be a good key; the domain says what one looks like.
    let key = if sent.next().is_some() { "" } else { key.to_str().unwrap_or_default() };
    Ok(Some(IdempotencyKey::new(key, &who.name(), request, app.engine.peppers().in_use())?))
}

/// Says that an answer was given before.
pub(super) struct Replayed(pub(super) bool);

impl IntoResponseParts for Replayed {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        if self.0 {
            parts.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
        }
        Ok(parts)
    }
}
