//! The whole request first, and only then who sends it: whoever holds a body's last byte back would otherwise be judged by
//! what was true when its first one came.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use http_body_util::LengthLimitError;
use tokio::time::timeout;

/// Longest time for a body, small as all of ours are.
const BODY_WITHIN: Duration = Duration::from_secs(10);

/// Why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    /// It is larger than anything that is asked for here.
    TooLarge,
    /// It did not come in time, or broke off.
    Incomplete,
}

/// The same request with its body in memory, of `most` bytes.
pub(crate) async fn whole(request: Request, most: usize) -> Result<Request, Unread> {
    let (head, body) = request.into_parts();
    match timeout(BODY_WITHIN, to_bytes(body, most)).await {
        Ok(Ok(bytes)) => Ok(Request::from_parts(head, Body::from(bytes))),
        Ok(Err(error)) if is_too_large(&error) => Err(Unread::TooLarge),
        Ok(Err(_)) | Err(_) => Err(Unread::Incomplete),
    }
}

fn is_too_large(error: &axum::Error) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(one) = cause {
        if one.is::<LengthLimitError>() {
            return true;
        }
        cause = one.source();
    }
    false
}
