//! Request bodies: JSON of at most 16 KiB, read strictly. An unknown field is an error, not something to overlook.

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, OriginalUri, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::Response;
use domain::{Actor, IdempotencyKey};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use wire::codes::Code;
use wire::problem::Members;

use super::idempotency;
use super::problem::Problem;
use super::strict::{missing_name, unknown_name};
use crate::app::App;
use crate::whole::{Unread, whole};

/// Much more than any request of this API needs.
const BODY_BYTES_MAX: usize = 16 * 1024;

/// Reads the whole body before anybody asks whose token came with it.
pub(super) async fn whole_body(request: Request, next: Next) -> Result<Response, Problem> {
    let request = whole(request, BODY_BYTES_MAX).await.map_err(|unread| match unread {
        Unread::TooLarge => Problem::new(Code::BodyTooLarge),
        Unread::Incomplete => Problem::new(Code::BodyIncomplete),
    })?;
    Ok(next.run(request).await)
}

/// A request with its body.
pub(super) struct Asked<T> {
    /// The body.
    pub(super) body: T,
    method: Method,
    path: String,
    bytes: Bytes,
    headers: HeaderMap,
}

/// The body of a request that needs none: nothing at all, or `{}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

impl<T> Asked<T> {
    /// The caller's idempotency key, bound to who asks and to all that is asked.
    pub(super) fn idempotency(&self, app: &App, who: &Actor) -> Result<Option<IdempotencyKey>, Problem> {
        let request = [self.method.as_str().as_bytes(), self.path.as_bytes(), &self.bytes].join(&b'\n');
        idempotency::read(&self.headers, who, &request, app)
    }
}

impl<T: DeserializeOwned + Send> FromRequest<App> for Asked<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _app: &App) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let bytes = to_bytes(body, BODY_BYTES_MAX).await.map_err(|_| Problem::new(Code::BodyTooLarge))?;
        let bare: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        if !bytes.is_empty() && !is_json(&parts.headers) {
            return Err(Problem::new(Code::NotJson));
        }
        let path = match parts.extensions.get::<OriginalUri>() {
            Some(OriginalUri(original)) => original.path(),
            None => parts.uri.path(),
        };
        let (body, path) = (read(bare)?, path.to_owned());
        Ok(Self { body, method: parts.method, path, bytes, headers: parts.headers })
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let declared = headers.get(CONTENT_TYPE).and_then(|declared| declared.to_str().ok()).unwrap_or_default();
    let media_type = declared.split(';').next().unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case("application/json")
}

/// Reads one JSON object.
fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice::<T>(bytes).map_err(|error| explain(&error)).and_then(|read| {
        // serde would take the values of an array for the fields, in order.
        match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'{') => Ok(read),
            _ => Err(wrong_shape("expected an object in braces", 1, 1)),
        }
    })
}

fn explain(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    match error.classify() {
        Category::Syntax | Category::Eof | Category::Io => {
            let members = Members { line: Some(line), column: Some(column), ..Members::default() };
            Problem::with(Code::MalformedJson, members)
        }
        Category::Data => {
            let complaint = error.to_string();
            let complaint = complaint.rsplit_once(" at line ").map_or(complaint.as_str(), |(words, _)| words);
            unknown_name(Code::UnknownField, complaint)
                .or_else(|| missing_name(complaint))
                .unwrap_or_else(|| wrong_shape(complaint, line, column))
        }
    }
}

fn wrong_shape(hint: &str, line: usize, column: usize) -> Problem {
    let members =
        Members { hint: Some(hint.to_owned()), line: Some(line), column: Some(column), ..Members::default() };
    Problem::with(Code::WrongShape, members)
}
