//! What callers and services see of the layers.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Waker;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::Method;
use http_body::Body;

use super::*;
use crate::follow::{Still, follower_of};
use crate::index::samples::{SECRET, index, key_id};
use crate::signed::{IdentityKeys, SignedIdentity};

/// A service that keeps what reached it, and a body of its own.
#[derive(Clone, Default)]
struct Service {
    seen: Arc<parking_lot::Mutex<Vec<Request<()>>>>,
    asked_ready: Arc<AtomicUsize>,
}

/// A body of the service: one piece.
struct Piece(Option<Bytes>);

impl Body for Piece {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.take().map(|piece| Ok(http_body::Frame::data(piece))))
    }
}

impl tower_service::Service<Request<()>> for Service {
    type Response = Response<Piece>;
    type Error = Infallible;
    type Future = std::future::Ready<Result<Response<Piece>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.asked_ready.fetch_add(1, Ordering::Relaxed);
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<()>) -> Self::Future {
        self.seen.lock().push(request);
        std::future::ready(Ok(Response::new(Piece(Some(Bytes::from_static(b"served"))))))
    }
}

/// An answer as text: status, headers, body.
fn answered<S, R>(layered: &mut S, request: Request<()>) -> String
where
    S: tower_service::Service<Request<()>, Response = Response<R>, Error = Infallible>,
    R: Body<Data = Bytes, Error = Infallible>,
{
    let mut context = Context::from_waker(Waker::noop());
    assert!(layered.poll_ready(&mut context).is_ready());
    let mut future = std::pin::pin!(layered.call(request));
    let Poll::Ready(Ok(answer)) = future.as_mut().poll(&mut context) else { panic!("at once") };
    let (head, body) = answer.into_parts();
    let mut body = std::pin::pin!(body);
    let mut text = format!("{}\n", head.status);
    for (name, value) in &head.headers {
        text.push_str(&format!("{name}: {}\n", value.to_str().expect("text")));
    }
    while let Poll::Ready(Some(Ok(frame))) = body.as_mut().poll_frame(&mut context) {
        text.push_str(std::str::from_utf8(&frame.into_data().expect("data")).expect("text"));
    }
    assert!(body.is_end_stream() || text.ends_with("served"));
    text
}

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{id}:{secret}")))
}

fn good() -> String {
    basic(key_id(1).as_str(), SECRET)
}

fn request(headers: &[(&str, &str)]) -> Request<()> {
    let mut request = Request::builder().uri("/orders?page=2");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).expect("a request")
}

struct Story {
    service: Service,
    layer: VerifyLayer,
    clock: Arc<Still>,
}

impl Story {
    /// Pairs 0 to 4, in test mode, known until ten seconds from now.
    fn begins() -> Self {
        let (clock, index) = (Arc::new(Still::default()), index(5));
        index.lease().doubt();
        index.lease().renew(crate::Uptime::default(), 10_000);
        let layer = VerifyLayer::new(follower_of(index, clock.clone()));
        Self { service: Service::default(), layer, clock }
    }

    fn hears(&self, headers: &[(&str, &str)]) -> String {
        answered(&mut self.layer.layer(self.service.clone()), request(headers))
    }

    fn reached(&self) -> usize {
        self.service.seen.lock().len()
    }
}

#[test]
fn a_good_request_goes_on_with_its_caller_without_its_secret_and_without_made_up_identities() {
    let story = Story::begins();
    let forged = [
        ("authorization", &*good()),
        ("X-Key-Id", "rzp_live_forged"),
        ("x_key_id", "forged"),
        ("X-KEY_ID", "forged"),
        ("x-key-mode", "live"),
        ("x-key-mode", "live"),
        ("X_Account-Id", "forged"),
        ("x-brand", "forged"),
        ("X-Keystead-Identity", "v1.forged"),
        ("x_keystead_identity", "v1.forged"),
        ("x-kept", "kept"),
    ];
    assert_eq!(story.hears(&forged), "200 OK\nserved");
    let seen = story.service.seen.lock();
    let names: Vec<_> = seen[0].headers().keys().map(|name| name.as_str()).collect();
    assert_eq!(names, ["x-kept"]);
    let caller = seen[0].extensions().get::<Caller>().expect("whom it speaks for");
    assert_eq!((caller.key_id, caller.mode, caller.retiring_until), (key_id(1), Mode::Test, None));
    assert_eq!(
        (caller.account.as_str(), caller.brand.to_string().as_str()),
        ("acc_00000000000000", "razorpay/IN")
    );
}

#[test]
fn every_refusal_is_word_for_word_the_gateway_s() {
    let story = Story::begins();
    let missing = story.hears(&[]);
    insta::assert_snapshot!(missing, @r#"
    401 Unauthorized
    content-type: application/json
    cache-control: no-store
    www-authenticate: Basic realm="API keys", charset="UTF-8"
    {"error":{"code":"BAD_REQUEST_ERROR","description":"Please provide your api key for authentication purposes"}}
    "#);
    assert_eq!(story.hears(&[("authorization", "")]), missing);
    let failed = story.hears(&[("authorization", &basic(key_id(1).as_str(), "wrongwrongwrongwrongwron"))]);
    insta::assert_snapshot!(failed, @r#"
    401 Unauthorized
    content-type: application/json
    cache-control: no-store
    www-authenticate: Basic realm="API keys", charset="UTF-8"
    {"error":{"code":"BAD_REQUEST_ERROR","description":"Authentication failed"}}
    "#);
    for (what, headers) in [
        ("unknown", vec![("authorization", basic(key_id(77).as_str(), SECRET))]),
        ("another scheme", vec![("authorization", format!("Bearer {SECRET}"))]),
        ("no base64", vec![("authorization", "Basic !!!!".to_owned())]),
        ("two of them", vec![("authorization", good()), ("authorization", good())]),
    ] {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(story.hears(&headers), failed, "{what}");
    }
    let live = Story { layer: story.layer.clone().require_mode(Mode::Live), ..Story::begins() };
    assert_eq!(live.hears(&[("authorization", &good())]), failed, "a good key of the other mode");
    assert_eq!((story.reached(), live.reached()), (0, 0));
}

#[test]
fn a_process_whose_knowledge_is_too_old_says_so_and_never_that_a_key_is_wrong() {
    let story = Story::begins();
    story.clock.advance(9_999);
    assert_eq!(story.hears(&[("authorization", &good())]), "200 OK\nserved");
    story.clock.advance(1);
    let silent = story.hears(&[("authorization", &good())]);
    insta::assert_snapshot!(silent, @r#"
    503 Service Unavailable
    content-type: application/json
    cache-control: no-store
    retry-after: 2
    {"error":{"code":"SERVER_ERROR","description":"The service cannot check api keys right now. Please try again in a few seconds."}}
    "#);
    for secret in [SECRET, "wrongwrongwrongwrongwron"] {
        assert_eq!(story.hears(&[("authorization", &basic(key_id(77).as_str(), secret))]), silent);
    }
    assert_eq!(story.reached(), 1);
}

#[test]
fn callers_of_grpc_get_a_status_of_grpc() {
    let story = Story::begins();
    let grpc = |authorization: &str| {
        story.hears(&[("content-type", "application/grpc+proto"), ("authorization", authorization)])
    };
    assert_eq!(grpc(&good()), "200 OK\nserved");
    insta::assert_snapshot!(grpc(&basic(key_id(77).as_str(), SECRET)), @r#"
    200 OK
    content-type: application/grpc
    grpc-status: 16
    grpc-message: Authentication failed
    "#);
    story.clock.advance(10_000);
    insta::assert_snapshot!(grpc(&good()), @r#"
    200 OK
    content-type: application/grpc
    grpc-status: 14
    grpc-message: The service cannot check api keys right now. Please try again in a few seconds.
    "#);
}

#[test]
fn a_request_costs_exactly_one_digest_and_one_without_shape_none() {
    let story = Story::begins();
    let digests = || crate::index::tests::DIGESTS.with(std::cell::Cell::get);
    for (authorization, cost) in [
        (good(), 1),
        (basic(key_id(77).as_str(), SECRET), 1),
        (basic(key_id(1).as_str(), "wrongwrongwrongwrongwron"), 1),
        ("Bearer x".to_owned(), 0),
        (String::new(), 0),
    ] {
        let before = digests();
        story.hears(&[("authorization", &authorization)]);
        assert_eq!(digests() - before, cost, "{authorization}");
    }
}

const KEY: &str = "a 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

fn identity(clock: &Still) -> SignedIdentity {
    SignedIdentity {
        key_id: key_id(1),
        mode: Mode::Test,
        account: "acc_00000000000000".parse().expect("an account"),
        brand: "razorpay/IN".parse().expect("a brand"),
        issued_at: crate::follow::Clock::now(clock),
        number: 9,
    }
}

// TM-31, TM-33
#[test]
fn a_service_behind_a_gateway_is_reached_only_with_an_identity_signed_for_this_request() {
    let clock = Arc::new(Still::default());
    let keys = IdentityKeys::parse(KEY).expect("a key");
    let header = keys.sign(&identity(&clock), b"GET", b"/orders?page=2");
    let service = Service::default();
    let layer = SignedIdentityLayer::new(keys, clock.clone());
    let hears = |headers: &[(&str, &str)], method: Method, target: &str| {
        let mut request = request(headers);
        *request.method_mut() = method;
        *request.uri_mut() = target.parse().expect("a target");
        answered(&mut layer.layer(service.clone()), request).lines().next().unwrap_or_default().to_owned()
    };
    let signed =
        [("x-keystead-identity", header.as_str()), ("x-key-id", "forged"), ("x_keystead_identity", "v1")];
    assert_eq!(hears(&signed, Method::GET, "/orders?page=2"), "200 OK");
    {
        let seen = service.seen.lock();
        assert_eq!(seen[0].extensions().get::<SignedIdentity>(), Some(&identity(&clock)));
        assert_eq!(
            seen[0].headers().keys().map(|name| name.as_str()).collect::<Vec<_>>(),
            ["x-keystead-identity"]
        );
    }
    let twice = [("x-keystead-identity", header.as_str()), ("x-keystead-identity", header.as_str())];
    for (headers, method, target) in [
        (signed.as_slice(), Method::POST, "/orders?page=2"),
        (&signed, Method::GET, "/orders"),
        (&signed, Method::GET, "/refunds?page=2"),
        (&twice, Method::GET, "/orders?page=2"),
        (&signed[1..], Method::GET, "/orders?page=2"),
        (&[], Method::GET, "/orders?page=2"),
    ] {
        assert_eq!(hears(headers, method, target), "401 Unauthorized", "{headers:?} {target}");
    }
    clock.advance(60_000);
    assert_eq!(hears(&signed, Method::GET, "/orders?page=2"), "401 Unauthorized", "a minute later");
    assert_eq!(service.seen.lock().len(), 1);
}
