//! What the listener bears, and how it says no to more.

use keystead_server::config::Errors;
use keystead_server::gateway::GatewaySettings;

use crate::http::{Caller, ask, basic, post};
use crate::site::{LIVE, SECRET, Site};

const GET: &str = "GET /v1/authenticate HTTP/1.1";

#[test]
fn oversized_headers_get_431_as_json() {
    let site = Site::open();
    let padding = format!("X-Padding: {}", "x".repeat(9_000));
    let answer = ask(site.address, &[GET, &basic(LIVE, SECRET), &padding]);
    assert_eq!(answer.status, 431);
    assert!(answer.body.contains("8 KiB"), "{}", answer.body);
    let padding = format!("X-Padding: {}", "x".repeat(7_000));
    assert_eq!(ask(site.address, &[GET, &basic(LIVE, SECRET), &padding]).status, 200);
}

#[test]
fn headers_without_end_are_cut_off() {
    let site = Site::open();
    let mut caller = Caller::to(site.address);
    caller.write(format!("{GET}\r\nX-Padding: {}", "x".repeat(63 * 1024)).as_bytes());
    caller.write("x".repeat(1024).as_bytes());
    assert_eq!(caller.read().map(|answer| answer.status), Some(431));
    assert!(caller.is_closed());
}

#[test]
fn oversized_bodies_get_413_declared_or_not() {
    let site = Site::open();
    let answer = post(site.address, "/v1/verify", &"x".repeat(17 * 1024));
    assert_eq!((answer.status, answer.header("Connection")), (413, "close"));

    let mut caller = Caller::to(site.address);
    caller.write(b"POST /v1/verify HTTP/1.1\r\nHost: gateway\r\nTransfer-Encoding: chunked\r\n\r\n4400\r\n");
    caller.write("x".repeat(0x4400).as_bytes());
    caller.write(b"\r\n");
    assert_eq!(caller.read().map(|answer| answer.status), Some(413));
}

#[test]
fn nonsense_gets_400_and_the_door() {
    let site = Site::open();
    for nonsense in ["\0\0\0\0\r\n\r\n", "GET /v1/authenticate HTTP/1.1\r\nA B: c\r\n\r\n"] {
        let mut caller = Caller::to(site.address);
        caller.write(nonsense.as_bytes());
        assert_eq!(caller.read().map(|answer| answer.status), Some(400), "{nonsense:?}");
        assert!(caller.is_closed());
    }
}

#[test]
fn unknown_paths_say_what_there_is() {
    let site = Site::open();
    let answer = ask(site.address, &["GET / HTTP/1.1"]);
    assert_eq!((answer.status, answer.header("Content-Type")), (404, "application/json"));
    assert!(answer.body.contains("/v1/authenticate"), "{}", answer.body);
}

#[test]
fn one_connection_carries_many_requests_and_answers_in_order() {
    let site = Site::open();
    let mut caller = Caller::to(site.address);
    let request = format!("{GET}\r\nHost: gateway\r\n{}\r\n\r\n", basic(LIVE, SECRET));
    let bare = format!("{GET}\r\nHost: gateway\r\n\r\n");
    caller.write(format!("{request}{bare}{request}").as_bytes());
    let statuses: Vec<_> = (0..3).filter_map(|_| caller.read()).map(|answer| answer.status).collect();
    assert_eq!(statuses, [200, 401, 200]);
}

#[test]
fn more_connections_than_allowed_wait_for_their_turn() {
    let settings = GatewaySettings { threads: 1, connections_max: 1, ..GatewaySettings::default() };
    let site = Site::with(Errors::Plain, settings);
    let good = basic(LIVE, SECRET);
    let mut first = Caller::to(site.address);
    assert_eq!(first.ask(&[GET, &good]).status, 200);
    let mut second = Caller::to(site.address);
    second.write(format!("{GET}\r\nHost: gateway\r\n{good}\r\n\r\n").as_bytes());
    assert_eq!(first.ask(&[GET, &good]).status, 200, "who is in stays in");
    drop(first);
    assert_eq!(second.read().map(|answer| answer.status), Some(200));
}

#[test]
fn a_stopped_listener_lets_idle_callers_go_and_takes_no_new_ones() {
    let site = Site::open();
    let mut caller = Caller::to(site.address);
    assert_eq!(caller.ask(&[GET, &basic(LIVE, SECRET)]).status, 200);
    let address = site.address;
    site.gateway.stop();
    assert!(caller.is_closed());
    assert!(std::net::TcpStream::connect(address).is_err());
}
