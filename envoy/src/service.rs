//! Which method gets which answer. The trust check comes first, on every method.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::task::{Context, Poll};

use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderName};
use hyper::service::Service;
use hyper::{HeaderMap, Method, Request, Response, StatusCode};
use server::gateway::{Desk, Tally};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::answer::{Answers, verbatim};
use crate::body::Body;
use crate::frame::Arriving;
use crate::pulse::Pulse;
use crate::question::{self, Unclear};
use crate::status::{Status, grpc};

const CHECK: &str = "/envoy.service.auth.v3.Authorization/Check";
/// What Envoy's active health checks ask; about this listener as a whole, whatever service they name.
const HEALTH: &str = "/grpc.health.v1.Health/Check";
/// HealthCheckResponse: SERVING, NOT_SERVING.
const SERVING: &[u8] = &[1 << 3, 1];
const NOT_SERVING: &[u8] = &[1 << 3, 2];

/// What a trusted caller proves itself with.
const X_GATEWAY_TOKEN: HeaderName = HeaderName::from_static("x-keystead-gateway-token");

/// Answers requests on one thread.
pub(crate) struct CheckService {
    desk: Arc<Desk>,
    tally: Arc<Tally>,
    answers: Arc<Answers>,
    token: Option<Arc<Zeroizing<String>>>,
}

impl CheckService {
    pub(crate) const fn new(
        desk: Arc<Desk>,
        tally: Arc<Tally>,
        answers: Arc<Answers>,
        token: Option<Arc<Zeroizing<String>>>,
    ) -> Self {
        Self { desk, tally, answers, token }
    }

    /// Where this thread's open connections are counted, for the ops listener.
    pub(crate) fn counts_open(&self, open: Arc<AtomicUsize>) {
        self.tally.counts_open("envoy", open);
    }

    /// The same answers for one connection, whose pulse they move.
    pub(crate) const fn on(self: Arc<Self>, pulse: Arc<Pulse>) -> Visitor {
        Visitor { service: self, pulse }
    }

    fn method(&self, request: &Request<Incoming>) -> Result<Asking, TurnedAway> {
        let is_grpc = request
            .headers()
            .get(CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"application/grpc"));
        if !is_grpc || request.method() != Method::POST {
            return Err(TurnedAway::NotGrpc);
        }
        if !self.is_trusted(request.headers()) {
            return Err(TurnedAway::With(Status::Distrusted));
        }
        match request.uri().path() {
            CHECK => Ok(Asking::Check),
            HEALTH => Ok(Asking::Health),
            _ => Err(TurnedAway::With(Status::NoSuchMethod)),
        }
    }

    fn is_trusted(&self, headers: &HeaderMap) -> bool {
        let Some(token) = &self.token else { return true };
        headers.get(X_GATEWAY_TOKEN).is_some_and(|sent| bool::from(sent.as_bytes().ct_eq(token.as_bytes())))
    }

    fn answer(&self, asking: Asking, message: &[u8]) -> Result<Bytes, Status> {
        match asking {
            Asking::Check => match question::read(message) {
                Ok(asked) => {
                    let outcome = self.desk.decide_asked(&asked, &self.tally);
                    Ok(self.answers.to(&self.desk, &outcome, asked.requested))
                }
                Err(Unclear::Malformed) => Err(Status::NotACheck),
                Err(Unclear::NoSuchMode) => Err(Status::NoSuchMode),
            },
            Asking::Health => Ok(verbatim(if self.desk.is_ready() { SERVING } else { NOT_SERVING })),
        }
    }
}

/// Why a request is not even read.
#[derive(Clone, Copy, Debug)]
enum TurnedAway {
    /// It does not speak gRPC, so it could not read a status of it.
    NotGrpc,
    With(Status),
}

impl TurnedAway {
    fn answer(self) -> Response<Body> {
        match self {
            TurnedAway::With(status) => status.answer(),
            TurnedAway::NotGrpc => {
                let mut response = Response::new(Body::empty());
                *response.status_mut() = StatusCode::UNSUPPORTED_MEDIA_TYPE;
                response
            }
        }
    }
}

/// Which of the two methods was called.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Asking {
    Check,
    Health,
}

/// The requests of one connection.
pub(crate) struct Visitor {
    service: Arc<CheckService>,
    pulse: Arc<Pulse>,
}

impl Service<Request<Incoming>> for Visitor {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answering;

    fn call(&self, request: Request<Incoming>) -> Answering {
        self.pulse.beat();
        match self.service.method(&request) {
            Ok(asking) => Answering::Later {
                service: self.service.clone(),
                asking,
                arriving: Arriving::new(request.into_body()),
            },
            Err(why) => Answering::Now(Some(why.answer())),
        }
    }
}

/// An answer, at once or when the question has arrived.
pub(crate) enum Answering {
    Now(Option<Response<Body>>),
    Later { service: Arc<CheckService>, asking: Asking, arriving: Arriving },
}

impl Future for Answering {
    type Output = Result<Response<Body>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut *self {
            Answering::Now(answer) => {
                Poll::Ready(Ok(answer.take().expect("an answer is given once and then not asked for again")))
            }
            Answering::Later { service, asking, arriving } => arriving.poll(cx).map(|arrived| {
                let answer = arrived.and_then(|message| service.answer(*asking, &message));
                Ok(match answer {
                    Ok(framed) => grpc(Body::message(framed)),
                    Err(status) => status.answer(),
                })
            }),
        }
    }
}
