//! Which path gets which answer. The trust check comes first, on every path.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::{CONNECTION, HeaderName, HeaderValue};
use hyper::{HeaderMap, Method, Request, Response};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::body::{Body, Unread, read};
use super::caller::{Caller, Stated, X_FORWARDED_FOR, X_REAL_IP};
use super::desk::{Desk, Outcome, source};
use super::identity::X_KEYSTEAD_IDENTITY;
use super::tally::Tally;
use super::{authenticate, verify_call, whoami};
use crate::accept::{Replies, Reply};
use crate::config::Network;

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
    proxies: Arc<[Network]>,
}

impl GatewayService {
    pub(super) const fn new(
        desk: Arc<Desk>,
        tally: Arc<Tally>,
        token: Option<Arc<Zeroizing<String>>>,
        proxies: Arc<[Network]>,
    ) -> Self {
        Self { desk, tally, token, proxies }
    }

    /// Where a request of a neighbour came from, in the words of its headers.
    pub(super) fn caller_stated(&self, stated: Stated<'_>, neighbour: IpAddr) -> Caller {
        stated.by(neighbour, &self.proxies)
    }

    fn caller(&self, headers: &HeaderMap, peer: SocketAddr) -> Caller {
        let values = |name| headers.get_all(name).iter().map(HeaderValue::as_bytes);
        Caller::told(peer.ip(), &self.proxies, values(X_REAL_IP), values(X_FORWARDED_FOR))
    }

    fn authenticate(&self, headers: &HeaderMap, peer: SocketAddr) -> Response<Body> {
        let answers = self.desk.answers();
        let Ok(mode) = authenticate::demand(headers) else {
            return answers.bad_request(
                "X-Require-Mode must be live or test, once. Correct the gateway's configuration.",
            );
        };
        match self.desk.decide(headers, mode, self.caller(headers, peer), &self.tally) {
            Outcome::Granted(identity) => {
                let mut granted = authenticate::granted(&identity);
                if let Some(signed) = self.desk.signed(headers, &identity) {
                    granted.headers_mut().insert(X_KEYSTEAD_IDENTITY, signed);
                }
                granted
            }
            Outcome::Missing => answers.missing(),
            Outcome::Refused => answers.failed(),
            Outcome::Limited(exceeded) => answers.limited(&exceeded),
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
                    let caller = this.caller(&head.headers, peer);
                    let source = source(&head.headers, caller);
                    verify_call::verify_call(&this.desk, &question, caller, source, &this.tally)
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
                    let caller = self.caller(headers, peer);
                    whoami::whoami(&self.desk, headers, caller, &self.tally)
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
