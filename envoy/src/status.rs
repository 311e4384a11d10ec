//! gRPC statuses: the few this listener says by itself, each with a sentence for whoever runs Envoy.
//!
//! They are for questions that cannot be answered. A key that is refused is an answer, and so is "cannot say".

use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{HeaderMap, Response};

use crate::body::Body;

const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");
const GRPC_MESSAGE: HeaderName = HeaderName::from_static("grpc-message");
const APPLICATION_GRPC: HeaderValue = HeaderValue::from_static("application/grpc");

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// What came is no CheckRequest, or not exactly one.
    NotACheck,
    /// The route's `require_mode` is wrong.
    NoSuchMode,
    /// The question did not arrive in time.
    TooSlow,
    /// The token is missing or wrong.
    Distrusted,
    /// The question is too long.
    TooLarge,
    /// Another method or service.
    NoSuchMethod,
    /// A compressed question.
    Compressed,
}

impl Status {
    /// Its number among gRPC's codes and a sentence; the sentence is plain ASCII without a percent sign, so that it
    /// needs no encoding.
    const fn said(self) -> (&'static str, &'static str) {
        match self {
            Status::NotACheck => ("3", "The body is not one envoy.service.auth.v3.CheckRequest."),
            Status::NoSuchMode => (
                "3",
                "context_extensions require_mode must be live or test, once. Correct the route in Envoy's configuration.",
            ),
            Status::TooSlow => ("4", "The question did not arrive within 10 seconds."),
            Status::Distrusted => (
                "7",
                "This gateway is not allowed to ask. Set x-keystead-gateway-token in initial_metadata to the content of \
                 the file that [gateway] token_file names.",
            ),
            Status::TooLarge => (
                "8",
                "The question is larger than 16 KiB. List authorization and user-agent in allowed_headers of ext_authz.",
            ),
            Status::NoSuchMethod => (
                "12",
                "There is no such method. This listener answers envoy.service.auth.v3.Authorization/Check.",
            ),
            Status::Compressed => ("12", "Compressed messages are not read. Send it uncompressed."),
        }
    }

    /// An answer that is nothing but this status.
    pub(crate) fn answer(self) -> Response<Body> {
        let (code, sentence) = self.said();
        let mut response = grpc(Body::empty());
        response.headers_mut().insert(GRPC_STATUS, HeaderValue::from_static(code));
        response.headers_mut().insert(GRPC_MESSAGE, HeaderValue::from_static(sentence));
        response
    }
}

/// The head of every answer.
pub(crate) fn grpc(body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, APPLICATION_GRPC);
    response
}

/// What follows a message.
pub(crate) fn done() -> HeaderMap {
    let mut trailers = HeaderMap::with_capacity(1);
    trailers.insert(GRPC_STATUS, HeaderValue::from_static("0"));
    trailers
}
