//! A caller that sends exactly the bytes it is told to: a gRPC client would never send what these tests are about.

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper::{HeaderMap, Method, Request, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;

use crate::site::Site;

pub(crate) const CHECK: &str = "/envoy.service.auth.v3.Authorization/Check";

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) http: StatusCode,
    pub(crate) head: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) trailers: Option<HeaderMap>,
}

impl Answer {
    /// `grpc-status`, wherever it stands.
    pub(crate) fn status(&self) -> &str {
        let found = self.head.get("grpc-status").or_else(|| self.trailers.as_ref()?.get("grpc-status"));
        found.and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub(crate) fn message(&self) -> &str {
        self.head.get("grpc-message").and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

pub(crate) struct Caller(pub(crate) SendRequest<Full<Bytes>>);

impl Caller {
    pub(crate) async fn to(site: &Site) -> Self {
        let stream = TcpStream::connect(site.address()).await.expect("the listener listens on loopback");
        let (sender, connection) =
            handshake(TokioExecutor::new(), TokioIo::new(stream)).await.expect("HTTP/2 is spoken");
        tokio::spawn(connection);
        Self(sender)
    }

    pub(crate) async fn sends(&mut self, request: Request<Full<Bytes>>) -> Answer {
        let answer = self.0.send_request(request).await.expect("each request gets an answer");
        let (head, body) = answer.into_parts();
        let body = body.collect().await.expect("the answer is whole");
        let trailers = body.trailers().cloned();
        Answer { http: head.status, head: head.headers, body: body.to_bytes(), trailers }
    }

    pub(crate) async fn calls(&mut self, path: &str, body: impl Into<Bytes>) -> Answer {
        self.sends(call(path, body)).await
    }
}

pub(crate) fn call(path: &str, body: impl Into<Bytes>) -> Request<Full<Bytes>> {
    Request::builder()
        .method(Method::POST)
        .uri(format!("http://keystead{path}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(Full::new(body.into()))
        .expect("a request")
}

/// A message behind gRPC's prefix.
pub(crate) fn framed(message: &[u8]) -> Vec<u8> {
    let length = u32::try_from(message.len()).expect("a short message");
    [&[0][..], &length.to_be_bytes(), message].concat()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_empty_check_is_a_request_without_credentials() {
    let site = Site::open();
    let answer = Caller::to(&site).await.calls(CHECK, framed(&[])).await;
    assert_eq!((answer.http, answer.status()), (StatusCode::OK, "0"));
    assert_eq!(answer.head["content-type"], "application/grpc");
    let length = u32::try_from(answer.body.len() - 5).expect("a short message");
    assert_eq!(answer.body[..5], [&[0][..], &length.to_be_bytes()].concat());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_no_check_is_told_so_and_the_connection_goes_on() {
    let site = Site::open();
    let mut caller = Caller::to(&site).await;
    let two = [framed(&[]), framed(&[])].concat();
    for (what, body, status) in [
        ("no message", vec![], "3"),
        ("half a prefix", vec![0, 0], "3"),
        ("half a message", vec![0, 0, 0, 0, 9, 1], "3"),
        ("two messages", two, "3"),
        ("an unknown flag", vec![7, 0, 0, 0, 0], "3"),
        ("a broken message", framed(&[0x0a, 9, 1]), "3"),
        ("a compressed message", vec![1, 0, 0, 0, 0], "12"),
        ("16 KiB and one", framed(&vec![0; 16 * 1024 + 1]), "8"),
        ("a length of 4 GiB", vec![0, 0xff, 0xff, 0xff, 0xff], "8"),
    ] {
        let answer = caller.calls(CHECK, body).await;
        assert_eq!((answer.http, answer.status()), (StatusCode::OK, status), "{what}: {answer:?}");
        assert!(!answer.message().is_empty() && answer.body.is_empty(), "{what}: {answer:?}");
    }
    let path = "/envoy.service.auth.v3.Authorization/Uncheck";
    let answer = caller.calls(path, framed(&[])).await;
    assert_eq!(answer.status(), "12");
    assert!(answer.message().contains("Authorization/Check"), "{answer:?}");

    let mut page = call(CHECK, framed(&[]));
    page.headers_mut().insert("content-type", "text/html".parse().expect("a value"));
    assert_eq!(caller.sends(page).await.http, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(caller.calls(CHECK, framed(&[])).await.status(), "0", "after all of it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_question_of_exactly_16_kib_is_read() {
    let site = Site::open();
    // A field that nobody knows, filling the message: its tag, its length in three bytes, its content.
    let content = 16 * 1024 - 4;
    let mut message = vec![0x7a, (content & 0x7f) as u8 | 0x80, (content >> 7 & 0x7f) as u8 | 0x80, 0];
    message[3] = (content >> 14) as u8;
    message.resize(16 * 1024, b'x');
    let answer = Caller::to(&site).await.calls(CHECK, framed(&message)).await;
    assert_eq!(answer.status(), "0", "{answer:?}");
}
