//! A layer for services behind a gateway: requests that reach the service carry a signed identity that was checked, instead of
//! headers that have to be believed.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use tower_layer::Layer;
use tower_service::Service;

use super::answer::{Answers, Protocol, Why};
use super::{AnswerBody, Answering, strip};
use crate::follow::Clock;
use crate::signed::{IDENTITY_HEADER, IdentityKeys, SignedIdentity};

/// Lets requests through whose `X-Keystead-Identity` was signed for them within the last minute.
#[derive(Clone)]
pub struct SignedIdentityLayer {
    keys: Arc<IdentityKeys>,
    clock: Arc<dyn Clock>,
    answers: Arc<Answers>,
}

impl SignedIdentityLayer {
    /// Checks with the keys that the gateway's Keystead signs with.
    pub fn new(keys: IdentityKeys, clock: Arc<dyn Clock>) -> Self {
        Self { keys: Arc::new(keys), clock, answers: Arc::new(Answers::new("API keys")) }
    }

    /// What the one header says about this very request. With two of them nobody can say which is meant.
    fn judge<B>(&self, request: &Request<B>) -> Result<SignedIdentity, Why> {
        let mut sent = request.headers().get_all(IDENTITY_HEADER).iter();
        let header = match (sent.next(), sent.next()) {
            (None, _) => return Err(Why::Missing),
            (Some(only), None) => only,
            (Some(_), Some(_)) => return Err(Why::Refused),
        };
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        let method = request.method().as_str().as_bytes();
        let now = self.clock.now();
        self.keys.verify(header.as_bytes(), method, target.as_bytes(), now).map_err(|_| Why::Refused)
    }
}

impl fmt::Debug for SignedIdentityLayer {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_tuple("SignedIdentityLayer").field(&self.keys).finish()
    }
}

impl<S> Layer<S> for SignedIdentityLayer {
    type Service = WithSignedIdentity<S>;

    fn layer(&self, inner: S) -> WithSignedIdentity<S> {
        WithSignedIdentity { inner, layer: self.clone() }
    }
}

/// A service behind a [`SignedIdentityLayer`].
#[derive(Clone, Debug)]
pub struct WithSignedIdentity<S> {
    inner: S,
    layer: SignedIdentityLayer,
}

impl<S, B, R> Service<Request<B>> for WithSignedIdentity<S>
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
        match self.layer.judge(&request) {
            Ok(identity) => {
                strip::unsigned_identity(request.headers_mut());
                request.extensions_mut().insert(identity);
                Answering::of_service(self.inner.call(request))
            }
            Err(why) => Answering::of_layer(self.layer.answers.give(why, Protocol::of(request.headers()))),
        }
    }
}
