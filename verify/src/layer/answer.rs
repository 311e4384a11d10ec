//! What the layer itself answers, built once: the statuses, headers and bodies of the gateway listener, and the same for gRPC.
//!
//! To the caller all refusals look the same.

use std::convert::Infallible;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, Response, StatusCode};
use wire::gateway::{ErrorBody, ErrorDetail, descriptions};

use super::body::AnswerBody;

const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");
const GRPC_MESSAGE: HeaderName = HeaderName::from_static("grpc-message");
/// How long a caller should wait for a process that cannot say.
const RETRY_AFTER_SECONDS: HeaderValue = HeaderValue::from_static("2");

/// Why a request goes no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// There are no credentials at all.
    Missing,
    /// They are refused; why is nobody's business.
    Refused,
    /// They are good, but not from there.
    AddressNotAllowed,
    /// They are good, but were used too often.
    TooMany {
        /// Seconds after which the next request may be let through.
        retry_after_s: u32,
    },
    /// This process cannot know.
    CannotSay,
}

/// How the caller reads an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    /// By status and body.
    Http,
    /// By `grpc-status`.
    Grpc,
}

impl Protocol {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let sent = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
        if sent.starts_with(b"application/grpc") { Protocol::Grpc } else { Protocol::Http }
    }
}

/// An answer that only has to be copied.
type Ready = Response<Bytes>;

/// All that a layer ever answers itself.
pub(super) struct Answers {
    missing: Ready,
    refused: Ready,
    elsewhere: Ready,
    too_many: Ready,
    silent: Ready,
    missing_grpc: Ready,
    refused_grpc: Ready,
    elsewhere_grpc: Ready,
    too_many_grpc: Ready,
    silent_grpc: Ready,
}

impl Answers {
    pub(super) fn new(realm: &str) -> Self {
        let challenge = challenge(realm);
        let refusal = |description| {
            let mut ready = http(StatusCode::UNAUTHORIZED, "BAD_REQUEST_ERROR", description);
            ready.headers_mut().insert(WWW_AUTHENTICATE, challenge.clone());
            ready
        };
        let mut silent = http(StatusCode::SERVICE_UNAVAILABLE, "SERVER_ERROR", descriptions::SILENT);
        silent.headers_mut().insert(RETRY_AFTER, RETRY_AFTER_SECONDS);
        let limited = |status, description| http(status, "BAD_REQUEST_ERROR", description);
        // The numbers are those of gRPC: 16 is UNAUTHENTICATED, 14 UNAVAILABLE, 8 RESOURCE_EXHAUSTED, 7 PERMISSION_DENIED.
        Self {
            missing: refusal(descriptions::MISSING),
            refused: refusal(descriptions::FAILED),
            elsewhere: limited(StatusCode::FORBIDDEN, descriptions::ADDRESS_NOT_ALLOWED),
            too_many: limited(StatusCode::TOO_MANY_REQUESTS, descriptions::TOO_MANY),
            silent,
            missing_grpc: grpc("16", descriptions::MISSING),
            refused_grpc: grpc("16", descriptions::FAILED),
            elsewhere_grpc: grpc("7", descriptions::ADDRESS_NOT_ALLOWED),
            too_many_grpc: grpc("8", descriptions::TOO_MANY),
            silent_grpc: grpc("14", descriptions::SILENT),
        }
    }

    pub(super) fn give(&self, why: Why, protocol: Protocol) -> Response<AnswerBody<Infallible>> {
        let ready = match (why, protocol) {
            (Why::Missing, Protocol::Http) => &self.missing,
            (Why::Refused, Protocol::Http) => &self.refused,
            (Why::AddressNotAllowed, Protocol::Http) => &self.elsewhere,
            (Why::TooMany { .. }, Protocol::Http) => &self.too_many,
            (Why::CannotSay, Protocol::Http) => &self.silent,
            (Why::Missing, Protocol::Grpc) => &self.missing_grpc,
            (Why::Refused, Protocol::Grpc) => &self.refused_grpc,
            (Why::AddressNotAllowed, Protocol::Grpc) => &self.elsewhere_grpc,
            (Why::TooMany { .. }, Protocol::Grpc) => &self.too_many_grpc,
            (Why::CannotSay, Protocol::Grpc) => &self.silent_grpc,
        };
        let mut answer = ready.clone();
        if let Why::TooMany { retry_after_s } = why {
            answer.headers_mut().insert(RETRY_AFTER, retry_after_s.into());
        }
        answer.map(AnswerBody::bytes)
    }
}

fn http(status: StatusCode, code: &str, description: &str) -> Ready {
    let error = ErrorDetail { code: code.to_owned(), description: description.to_owned() };
    let body = serde_json::to_vec(&ErrorBody { error, problem: None }).expect("strings become JSON");
    let mut ready = Response::new(Bytes::from(body));
    *ready.status_mut() = status;
    ready.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    ready.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    ready
}

/// Trailers only: no message, and the status among the headers.
fn grpc(status: &'static str, message: &'static str) -> Ready {
    let mut ready = Response::new(Bytes::new());
    ready.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    ready.headers_mut().insert(GRPC_STATUS, HeaderValue::from_static(status));
    // Plain sentences of ASCII: nothing in them has to be escaped.
    ready.headers_mut().insert(GRPC_MESSAGE, HeaderValue::from_static(message));
    ready
}

/// `Basic realm="…", charset="UTF-8"` (RFC 7617).
fn challenge(realm: &str) -> HeaderValue {
    let plain = realm.chars().filter(|c| matches!(c, ' '..='~') && !matches!(c, '"' | '\\'));
    let realm: String = plain.collect();
    HeaderValue::from_str(&format!("Basic realm=\"{realm}\", charset=\"UTF-8\""))
        .expect("the realm was reduced to printable ASCII")
}
