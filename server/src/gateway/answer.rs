//! Answers that are always the same, built once: refusals, silences, misconfigurations.

use hyper::body::Bytes;
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
};
use hyper::{HeaderMap, Response, StatusCode};
use verify::{Exceeded, Limit};
use wire::gateway::{ErrorBody, ErrorDetail, ProblemMembers, descriptions};

use super::body::Body;
use super::lane::answers::{Prepared, Written};
use super::limits;
use crate::config::Errors;

/// The body of an error once more, for gateways that can pass on headers of an answer but not its body
/// (nginx).
const ERROR_HEADER: HeaderName = HeaderName::from_static("x-keystead-error");
/// How long a caller should wait for a process that cannot say.
const RETRY_AFTER_SECONDS: HeaderValue = HeaderValue::from_static("2");

/// Answers of one listener.
pub(super) struct Answers {
    errors: Errors,
    missing: Ready,
    failed: Ready,
    too_many: Ready,
    address_not_allowed: Ready,
    silent: Ready,
    wrong_token: Ready,
    not_found: Ready,
    headers_too_large: Ready,
    body_too_large: Ready,
    body_too_slow: Ready,
}

/// An answer that only has to be copied.
struct Ready {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answers {
    pub(super) fn new(realm: &str, errors: Errors) -> Self {
        let challenge = challenge(realm);
        let ready = |status, code, description: &str| Ready::new(errors, status, code, description);
        let bad = |status, description: &str| ready(status, "BAD_REQUEST_ERROR", description);
        let refusal = |description| {
            bad(StatusCode::UNAUTHORIZED, description).with(WWW_AUTHENTICATE, challenge.clone())
        };
        Self {
            errors,
            missing: refusal(descriptions::MISSING),
            failed: refusal(descriptions::FAILED),
            too_many: bad(StatusCode::TOO_MANY_REQUESTS, descriptions::TOO_MANY),
            address_not_allowed: bad(StatusCode::FORBIDDEN, descriptions::ADDRESS_NOT_ALLOWED),
            silent: ready(StatusCode::SERVICE_UNAVAILABLE, "SERVER_ERROR", descriptions::SILENT)
                .with(RETRY_AFTER, RETRY_AFTER_SECONDS),
            wrong_token: bad(
                StatusCode::FORBIDDEN,
                "This gateway is not allowed to ask. Set the header X-Keystead-Gateway-Token to the content of the \
                 file that [gateway] token_file names.",
            ),
            not_found: bad(
                StatusCode::NOT_FOUND,
                "There is nothing at this path. The gateway listener answers /v1/authenticate, /v1/whoami and \
                 /v1/verify.",
            ),
            headers_too_large: bad(
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                "The request headers are larger than 8 KiB. Pass on only the headers that are needed.",
            ),
            body_too_large: bad(
                StatusCode::PAYLOAD_TOO_LARGE,
                "The request body is larger than 16 KiB. Ask about fewer keys at a time.",
            ),
            body_too_slow: bad(
                StatusCode::REQUEST_TIMEOUT,
                "The request body did not arrive within 10 seconds. Send it again.",
            ),
        }
    }

    /// Those that the lane gives, as bytes.
    pub(super) fn prepared(&self) -> Prepared {
        let crooked = Ready::new(
            self.errors,
            StatusCode::BAD_REQUEST,
            "BAD_REQUEST_ERROR",
            "A line of the request does not end with CR LF.",
        );
        Prepared {
            missing: self.missing.written(false),
            failed: self.failed.written(false),
            too_many: self.too_many.written(false),
            address_not_allowed: self.address_not_allowed.written(false),
            silent: self.silent.written(false),
            wrong_token: self.wrong_token.written(false),
            crooked: crooked.written(true),
        }
    }

    pub(super) fn missing(&self) -> Response<Body> {
        self.missing.copy()
    }

    pub(super) fn failed(&self) -> Response<Body> {
        self.failed.copy()
    }

    pub(super) fn limited(&self, exceeded: &Exceeded) -> Response<Body> {
        let mut response = match exceeded.limit {
            Limit::Address => self.address_not_allowed.copy(),
            Limit::Day | Limit::Second => self.too_many.copy(),
        };
        limits::refuse(response.headers_mut(), exceeded);
        response
    }

    pub(super) fn silent(&self) -> Response<Body> {
        self.silent.copy()
    }

    pub(super) fn wrong_token(&self) -> Response<Body> {
        self.wrong_token.copy()
    }

    pub(super) fn not_found(&self) -> Response<Body> {
        self.not_found.copy()
    }

    pub(super) fn headers_too_large(&self) -> Response<Body> {
        self.headers_too_large.copy()
    }

    pub(super) fn body_too_large(&self) -> Response<Body> {
        self.body_too_large.copy()
    }

    pub(super) fn body_too_slow(&self) -> Response<Body> {
        self.body_too_slow.copy()
    }

    pub(super) fn wrong_method(&self, allowed: &'static str) -> Response<Body> {
        let description = format!("This path answers {allowed} only.");
        Ready::new(self.errors, StatusCode::METHOD_NOT_ALLOWED, "BAD_REQUEST_ERROR", &description)
            .with(ALLOW, HeaderValue::from_static(allowed))
            .copy()
    }

    pub(super) fn bad_request(&self, description: &str) -> Response<Body> {
        Ready::new(self.errors, StatusCode::BAD_REQUEST, "BAD_REQUEST_ERROR", description).copy()
    }
}

impl Ready {
    fn new(errors: Errors, status: StatusCode, code: &str, description: &str) -> Self {
        let problem = (errors == Errors::Problem).then(|| ProblemMembers {
            kind: "about:blank".to_owned(),
            title: status.canonical_reason().unwrap_or_default().to_owned(),
            status: status.as_u16(),
            detail: description.to_owned(),
        });
        let content_type = match errors {
            Errors::Plain => "application/json",
            Errors::Problem => "application/problem+json",
        };
        let error = ErrorDetail { code: code.to_owned(), description: description.to_owned() };
        let body =
            serde_json::to_string(&ErrorBody { error, problem }).expect("strings and a number become JSON");
        let mut headers = HeaderMap::with_capacity(6);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        headers.insert(CACHE_CONTROL, NO_STORE);
        if let Ok(value) = HeaderValue::from_str(&body) {
            headers.insert(ERROR_HEADER, value);
        }
        Self { status, headers, body: body.into() }
    }

    fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    fn written(&self, closing: bool) -> Written {
        Written::new(self.status, &self.headers, &self.body, closing)
    }

    fn copy(&self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body.clone()));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers.clone();
        response
    }
}

/// No cache may keep an answer about a key: the next one may be different.
pub(super) const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// A JSON answer.
pub(super) fn json(value: &impl serde::Serialize) -> Response<Body> {
    let body = serde_json::to_vec(value).expect("strings, booleans and arrays of them become JSON");
    let mut response = Response::new(Body::from(Bytes::from(body)));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(CACHE_CONTROL, NO_STORE);
    response
}

/// `Basic realm="…", charset="UTF-8"` (RFC 7617).
fn challenge(realm: &str) -> HeaderValue {
    let realm: String =
        realm.chars().filter(|c| matches!(c, ' '..='~') && !matches!(c, '"' | '\\')).collect();
    HeaderValue::from_str(&format!("Basic realm=\"{realm}\", charset=\"UTF-8\""))
        .expect("the realm was reduced to printable ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_realm_cannot_break_out_of_its_quotes() {
        assert_eq!(challenge("API \"keys\"\r\nX: y\\"), "Basic realm=\"API keysX: y\", charset=\"UTF-8\"");
    }
}
