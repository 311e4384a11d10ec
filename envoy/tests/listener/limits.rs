//! What the listener bears, whom it trusts, and how it closes.

use std::net::SocketAddr;
use std::time::Duration;

use hyper::StatusCode;
use keystead_envoy::Settings;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use zeroize::Zeroizing;

use crate::raw::{CHECK, Caller, call, framed};
use crate::site::Site;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn with_a_token_only_those_who_send_it_may_ask() {
    let token = Some(Zeroizing::new("shared".to_owned()));
    let site = Site::with(Settings { threads: 1, token, ..Settings::default() });
    let mut caller = Caller::to(&site).await;
    for (sent, status) in [(None, "7"), (Some("Shared"), "7"), (Some("share"), "7"), (Some("shared"), "0")] {
        for path in [CHECK, "/grpc.health.v1.Health/Check"] {
            let mut request = call(path, framed(&[]));
            if let Some(sent) = sent {
                request.headers_mut().insert("x-keystead-gateway-token", sent.parse().expect("a value"));
            }
            let answer = caller.sends(request).await;
            assert_eq!((answer.http, answer.status()), (StatusCode::OK, status), "{path} {sent:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn more_connections_than_allowed_wait_for_their_turn() {
    let site = Site::with(Settings { threads: 1, connections_max: 1, ..Settings::default() });
    let mut first = Caller::to(&site).await;
    assert_eq!(first.calls(CHECK, framed(&[])).await.status(), "0");
    let waiting = {
        let address = site.address();
        tokio::spawn(async move { raw(address, PREFACE).await.read(&mut [0; 64]).await })
    };
    assert_eq!(first.calls(CHECK, framed(&[])).await.status(), "0", "who is in stays in");
    assert!(!waiting.is_finished());
    drop(first);
    let told = waiting.await.expect("it does not panic");
    assert!(told.is_ok_and(|read| 0 < read), "settings are sent to who is in");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_flood_of_resets_ends_the_connection() {
    let site = Site::with(Settings { threads: 1, ..Settings::default() });
    // HEADERS of a POST without its body, then RST_STREAM, on stream after stream.
    let mut flood = PREFACE.to_vec();
    for stream in (1..20_001u32).step_by(2) {
        let block: &[u8] = &[0x83, 0x86, 0x84, 0x41, 1, b'k'];
        flood.extend([0, 0, block.len() as u8, 1, 4]);
        flood.extend(stream.to_be_bytes());
        flood.extend(block);
        flood.extend([0, 0, 4, 3, 0]);
        flood.extend(stream.to_be_bytes());
        flood.extend([0, 0, 0, 8]);
    }
    let mut stream = TcpStream::connect(site.address()).await.expect("the listener listens on loopback");
    // It may be closed before all of it is sent.
    let _ = stream.write_all(&flood).await;
    let mut said = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut said)).await;
    assert!(ended.is_ok(), "the connection must end");
    assert_eq!(Caller::to(&site).await.calls(CHECK, framed(&[])).await.status(), "0", "others go on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn headers_that_are_too_large_or_never_end_are_cut_off() {
    let site = Site::with(Settings { threads: 1, ..Settings::default() });
    let mut caller = Caller::to(&site).await;
    let mut request = call(CHECK, framed(&[]));
    request.headers_mut().insert("x-padding", "x".repeat(9_000).parse().expect("a value"));
    let refused = caller.0.send_request(request).await;
    assert!(
        refused.is_err() || refused.is_ok_and(|answer| answer.status() == 431),
        "headers of more than 8 KiB are not read"
    );
    assert_eq!(Caller::to(&site).await.calls(CHECK, framed(&[])).await.status(), "0", "others go on");

    // HEADERS without END_HEADERS, then CONTINUATION without end.
    let mut endless = PREFACE.to_vec();
    endless.extend([0, 0, 1, 1, 0, 0, 0, 0, 1, 0x83]);
    for _ in 0..5_000 {
        endless.extend([0, 0, 4, 9, 0, 0, 0, 0, 1, 0, 1, b'a', 0]);
    }
    let mut stream = TcpStream::connect(site.address()).await.expect("the listener listens on loopback");
    let _ = stream.write_all(&endless).await;
    let mut said = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut said)).await;
    assert!(ended.is_ok(), "the connection must end");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_not_http2_gets_the_door() {
    let site = Site::with(Settings { threads: 1, ..Settings::default() });
    let mut stream = raw(site.address(), b"GET / HTTP/1.1\r\nHost: keystead\r\n\r\n").await;
    let mut said = Vec::new();
    let ended = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut said)).await;
    assert!(ended.is_ok(), "the connection must end: {said:?}");
    assert!(!said.starts_with(b"HTTP/1"), "{said:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_stopped_listener_finishes_says_goodbye_and_takes_nobody_new() {
    let mut site = Site::open();
    let mut caller = Caller::to(&site).await;
    assert_eq!(caller.calls(CHECK, framed(&[])).await.status(), "0");
    let address = site.address();
    // Stopping waits for callers to leave; this one has to be able to meanwhile.
    tokio::task::spawn_blocking(move || site.stops()).await.expect("it stops");
    assert!(caller.0.send_request(call(CHECK, framed(&[]))).await.is_err());
    assert!(TcpStream::connect(address).await.is_err());
}

async fn raw(address: SocketAddr, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.expect("the listener listens on loopback");
    stream.write_all(bytes).await.expect("the listener reads what it is sent");
    stream
}
