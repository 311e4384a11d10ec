//! Tower layers for other people's services: requests that reach the service behind a [`VerifyLayer`] were sent with a good
//! key, verified in this process.
//!
//! Works with whatever speaks `http` and tower: axum, tonic, plain hyper. Without credentials, with wrong ones, or while the
//! follower cannot say, the layer answers itself, with the status, the headers and the body that Keystead's own gateway
//! listener answers with; callers of gRPC get the same as a gRPC status. A good request goes on with a [`Caller`] among its
//! extensions, without its credentials, and without any identity header that the client made up.

mod answer;
mod answering;
mod body;
mod signed;
mod strip;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::task::{Context, Poll};

use domain::{AccountId, BrandId, KeyId, Mode, Timestamp};
use http::header::AUTHORIZATION;
use http::{Extensions, HeaderMap, Request, Response};
use tower_layer::Layer;
use tower_service::Service;

use self::answer::{Answers, Protocol, Why};
pub use self::answering::Answering;
pub use self::body::AnswerBody;
pub use self::signed::{SignedIdentityLayer, WithSignedIdentity};
use crate::credentials::Credentials;
use crate::follow::Follower;
use crate::limits::Limit;
use crate::malformed::Malformed;
use crate::verdict::{Ask, Verdict};

/// Whom a request speaks for; among the extensions of every request behind a [`VerifyLayer`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The pair.
    pub key_id: KeyId,
    /// Test or live.
    pub mode: Mode,
    /// The account.
    pub account: AccountId,
    /// The account's brand.
    pub brand: BrandId,
    /// When a replaced pair stops; `None` for the pair its key uses now.
    pub retiring_until: Option<Timestamp>,
}

/// How a service knows where a request came from.
type AddressOf = dyn Fn(&HeaderMap, &Extensions) -> Option<IpAddr> + Send + Sync;

/// Lets requests through that were sent with a good key.
#[derive(Clone)]
pub struct VerifyLayer {
    follower: Follower,
    mode: Option<Mode>,
    address: Option<Arc<AddressOf>>,
    answers: Arc<Answers>,
}

impl VerifyLayer {
    /// Lets good keys of either mode through.
    pub fn new(follower: Follower) -> Self {
        Self { follower, mode: None, address: None, answers: Arc::new(Answers::new("API keys")) }
    }

    /// Lets good keys of one mode through; others are refused like wrong ones.
    pub fn require_mode(mut self, mode: Mode) -> Self {
        self.mode = Some(mode);
        self
    }

    /// How to know where a request came from, for keys that may be used from some addresses only. Without it such keys are
    /// refused. Believe a header only when a proxy of yours has set it.
    pub fn address_of(
        mut self,
        address_of: impl Fn(&HeaderMap, &Extensions) -> Option<IpAddr> + Send + Sync + 'static,
    ) -> Self {
        self.address = Some(Arc::new(address_of));
        self
    }

    /// What a browser shows when it asks for credentials; quotes and controls are left out of it.
    pub fn realm(mut self, realm: &str) -> Self {
        self.answers = Arc::new(Answers::new(realm));
        self
    }

    /// Whom a request speaks for, or why it goes no further. Exactly one HMAC for credentials of the right shape.
    fn judge(&self, headers: &HeaderMap, extensions: &Extensions) -> Result<Caller, Why> {
        let mut sent = headers.get_all(AUTHORIZATION).iter();
        let read = match (sent.next(), sent.next()) {
            (None, _) => return Err(Why::Missing),
            (Some(only), None) if only.is_empty() => return Err(Why::Missing),
            (Some(only), None) => Credentials::from_basic(only.as_bytes()),
            (Some(first), Some(_)) => Err(Malformed::two_headers(first.as_bytes())),
        };
        // What has not the shape of credentials is wrong whatever this process knows.
        let credentials = read.map_err(|_| Why::Refused)?;
        let address = self.address.as_ref().and_then(|address_of| address_of(headers, extensions));
        let ask = Ask { mode: self.mode, from: None, address };
        self.follower.verify(&credentials, &ask, |verdict| match verdict {
            Verdict::Granted(identity) => Ok(Caller {
                key_id: identity.key_id,
                mode: identity.mode,
                account: identity.account,
                brand: identity.brand.id().clone(),
                retiring_until: identity.retiring_until,
            }),
            Verdict::Refused { .. } => Err(Why::Refused),
            Verdict::Limited { exceeded, .. } => Err(match exceeded.limit {
                Limit::Address => Why::AddressNotAllowed,
                Limit::Second | Limit::Day => {
                    Why::TooMany { retry_after_s: exceeded.retry_after_s.unwrap_or(1) }
                }
            }),
            Verdict::CannotSay(_) => Err(Why::CannotSay),
        })
    }
}

impl fmt::Debug for VerifyLayer {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("VerifyLayer").field("follower", &self.follower).field("mode", &self.mode).finish()
    }
}

impl<S> Layer<S> for VerifyLayer {
    type Service = Verified<S>;

    fn layer(&self, inner: S) -> Verified<S> {
        Verified { inner, layer: self.clone() }
    }
}

/// A service behind a [`VerifyLayer`].
#[derive(Clone, Debug)]
pub struct Verified<S> {
    inner: S,
    layer: VerifyLayer,
}

impl<S, B, R> Service<Request<B>> for Verified<S>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    type Response = Response<AnswerBody<R>>;
    type Error = S::Error;
    type Future = Answering<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        strip::identity(request.headers_mut());
        match self.layer.judge(request.headers(), request.extensions()) {
            Ok(caller) => {
                // Whoever serves the request needs no secret.
                request.headers_mut().remove(AUTHORIZATION);
                request.extensions_mut().insert(caller);
                Answering::of_service(self.inner.call(request))
            }
            Err(why) => Answering::of_layer(self.layer.answers.give(why, Protocol::of(request.headers()))),
        }
    }
}

#[cfg(test)]
mod tests;
