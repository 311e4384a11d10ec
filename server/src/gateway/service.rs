//! Which path gets which answer. The trust check comes first, on every path.

use std::net::SocketAddr;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::{CONNECTION, HeaderName, HeaderValue};
use hyper::{HeaderMap, Method, Request, Response};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::body::{Body, Unread, read};
use super::desk::{Desk, Outcome, source, told_by_gateway};
use super::identity::X_KEYSTEAD_IDENTITY;
use super::tally::Tally;
use super::{authenticate, verify_call, whoami};
use crate::accept::{Replies, Reply};

/// What a trusted caller proves itself with.
const X_GATEWAY_TOKEN: HeaderName = HeaderName::from_static("x-keystead-gateway-token");
/// All names and values of a request's headers together.
const HEADERS_MAX: usize = 8 * 1024;

/// Answers requests on one thread.
#[derive(Clone)]
pub(super) struct GatewayService {
    desk: Arc<Desk>,
    tally: Arc<Tally>,
    token: Option<Arc<Zeroizing<String>>>,
}

impl GatewayService {
    pub(super) const fn new(
        desk: Arc<Desk>,
        tally: Arc<Tally>,
        token: Option<Arc<Zeroizing<String>>>,
    ) -> Self {
        Self { desk, tally, token }
    }

    fn authenticate(&self, headers: &HeaderMap, peer: SocketAddr) -> Response<Body> {
        let answers = self.desk.answers();
        let Ok(mode) = authenticate::demand(headers) else {
            return answers.bad_request(
                "X-Require-Mode must be live or test, once. Correct the gateway's configuration.",
            );
        };
        let address = told_by_gateway(headers, peer.ip());
        match self.desk.decide(headers, mode, Some(address), &self.tally) {
            Outcome::Granted(identity) => {
                let mut granted = authenticate::granted(&identity);
                if let Some(signed) = self.desk.signed(headers, &identity) {
                    granted.headers_mut().insert(X_KEYSTEAD_IDENTITY, signed);
                }
                granted
            }
            Outcome::Missing => answers.missing(),
            Outcome::Refused => answers.failed(),
            Outcome::CannotSay => answers.silent(),
        }
    }

    fn verify(&self, request: Request<Incoming>, peer: SocketAddr) -> Reply {
        let this = self.clone();
        Reply::Later(Box::pin(async move {
            let (head, body) = request.into_parts();
            let answers = this.desk.answers();
            match read(body).await {
                Ok(question) => {
                    let address = told_by_gateway(&head.headers, peer.ip());
                    let source = source(&head.headers, Some(address));
                    verify_call::verify_call(&this.desk, &question, source, &this.tally)
                }
                Err(Unread::TooLarge) => closing(answers.body_too_large()),
                Err(Unread::TooSlow) => closing(answers.body_too_slow()),
                Err(Unread::Broken) => closing(answers.bad_request("The request body ended too early.")),
            }
        }))
    }

    /// Whether a caller is a gateway that we know, by the token he sent.
    pub(super) fn is_trusted(&self, sent: Option<&[u8]>) -> bool {
        let Some(token) = &self.token else { return true };
        sent.is_some_and(|sent| bool::from(sent.ct_eq(token.as_bytes())))
    }

    pub(super) fn desk(&self) -> &Desk {
        &self.desk
    }

    pub(super) fn tally(&self) -> &Tally {
        &self.tally
    }
}

impl Replies for GatewayService {
    fn reply(&self, request: Request<Incoming>, peer: SocketAddr) -> Reply {
        let (headers, answers) = (request.headers(), self.desk.answers());
        if HEADERS_MAX < length_of(headers) {
            return Reply::Now(closing(answers.headers_too_large()));
        }
        if !self.is_trusted(headers.get(X_GATEWAY_TOKEN).map(|sent| sent.as_bytes())) {
            return Reply::Now(answers.wrong_token());
        }
        match request.uri().path() {
            "/v1/authenticate" => Reply::Now(self.authenticate(headers, peer)),
            "/v1/whoami" => Reply::Now(match *request.method() {
                Method::GET | Method::HEAD => {
                    let address = told_by_gateway(headers, peer.ip());
                    whoami::whoami(&self.desk, headers, Some(address), &self.tally)
                }
                _ => answers.wrong_method("GET"),
            }),
            "/v1/verify" => match *request.method() {
                Method::POST => self.verify(request, peer),
                _ => Reply::Now(answers.wrong_method("POST")),
            },
            _ => Reply::Now(answers.not_found()),
        }
    }
}

fn length_of(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum()
}

/// What is left of the request will not be read: the connection cannot be used again.
fn closing(mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}
