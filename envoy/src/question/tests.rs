//! What is read of Envoy's full messages, and that nothing that comes can do harm.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};

use envoy_types::pb::envoy::config::core::v3::address::Address as AnyAddress;
use envoy_types::pb::envoy::config::core::v3::{Address, HeaderMap, HeaderValue, Pipe, SocketAddress};
use envoy_types::pb::envoy::service::auth::v3::attribute_context::{HttpRequest, Peer, Request};
use envoy_types::pb::envoy::service::auth::v3::{AttributeContext, CheckRequest};
use proptest::prelude::*;
use prost::Message as _;

use super::*;

fn texts(pairs: &[(&str, &str)]) -> HashMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn check(http: HttpRequest, extensions: &[(&str, &str)], source: Option<AnyAddress>) -> Vec<u8> {
    let attributes = AttributeContext {
        source: Some(Peer { address: Some(Address { address: source }), ..Peer::default() }),
        destination: Some(Peer { principal: "api".to_owned(), ..Peer::default() }),
        request: Some(Request { http: Some(http), ..Request::default() }),
        context_extensions: texts(extensions),
        ..AttributeContext::default()
    };
    CheckRequest { attributes: Some(attributes) }.encode_to_vec()
}

fn with_headers(headers: &[(&str, &str)]) -> HttpRequest {
    HttpRequest {
        id: "1".to_owned(),
        method: "GET".to_owned(),
        path: "/v1/orders?authorization=none".to_owned(),
        host: "api.example.com".to_owned(),
        size: -1,
        headers: texts(headers),
        ..HttpRequest::default()
    }
}

fn socket(address: &str) -> Option<AnyAddress> {
    Some(AnyAddress::SocketAddress(SocketAddress { address: address.to_owned(), ..SocketAddress::default() }))
}

#[test]
fn credentials_address_and_name_are_found_among_everything_else() {
    let headers = [("authorization", "Basic eDp5"), ("user-agent", "shop/2"), ("cookie", "a=b"), ("x", "")];
    let message = check(with_headers(&headers), &[("virtual_host", "api")], socket("192.0.2.7"));
    let asked = read(&message).expect("a CheckRequest");
    assert_eq!(asked.authorization, Authorization::One(b"Basic eDp5"));
    assert_eq!(asked.agent, Some(&b"shop/2"[..]));
    assert_eq!(asked.address, Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7))));
    assert_eq!(asked.mode, None);
}

#[test]
fn raw_headers_are_read_as_well_and_two_authorizations_are_never_one() {
    let raw = |name: &str, value: &[u8]| HeaderValue {
        key: name.to_owned(),
        raw_value: value.to_vec(),
        ..HeaderValue::default()
    };
    let with = |headers| HttpRequest { header_map: Some(HeaderMap { headers }), ..HttpRequest::default() };
    let one = check(with(vec![raw("authorization", b"Basic eDp5"), raw("user-agent", b"\xff")]), &[], None);
    let asked = read(&one).expect("a CheckRequest");
    assert_eq!((asked.authorization, asked.agent), (Authorization::One(b"Basic eDp5"), Some(&b"\xff"[..])));

    let two = check(with(vec![raw("authorization", b"a"), raw("Authorization", b"b")]), &[], None);
    let asked = read(&two).expect("a CheckRequest");
    assert_eq!(asked.authorization, Authorization::Several { first: b"a" });
}

// TM-31
#[test]
fn what_is_requested_is_taken_only_when_it_is_said_once() {
    let orders = Requested { method: b"GET", target: b"/v1/orders?authorization=none" };
    let whole = check(with_headers(&[("x-original-uri", "/other"), (":path", "/other")]), &[], None);
    assert_eq!(read(&whole).expect("a CheckRequest").requested, Some(orders));
    let without = |change: fn(&mut HttpRequest)| {
        let mut http = with_headers(&[]);
        change(&mut http);
        check(http, &[], None)
    };
    let twice = [whole.clone(), whole].concat();
    for message in [without(|http| http.method.clear()), without(|http| http.path.clear()), twice, Vec::new()]
    {
        assert_eq!(read(&message).expect("a CheckRequest").requested, None);
    }
}

#[test]
fn an_empty_authorization_is_none() {
    let message = check(with_headers(&[("authorization", "")]), &[], None);
    assert_eq!(read(&message).expect("a CheckRequest").authorization, Authorization::Missing);
    assert_eq!(read(&[]).expect("a CheckRequest").authorization, Authorization::Missing);
}

#[test]
fn the_mode_is_the_routes_word_and_not_a_headers() {
    let headers = with_headers(&[("x-require-mode", "test"), ("require_mode", "test")]);
    for (extensions, mode) in [
        (&[][..], Ok(None)),
        (&[("require_mode", "")], Ok(None)),
        (&[("require_mode", "live")], Ok(Some(Mode::Live))),
        (&[("require_mode", "test"), ("other", "live")], Ok(Some(Mode::Test))),
        (&[("require_mode", "Live")], Err(Unclear::NoSuchMode)),
        (&[("require_mode", "live,test")], Err(Unclear::NoSuchMode)),
    ] {
        let message = check(headers.clone(), extensions, None);
        assert_eq!(read(&message).map(|asked| asked.mode), mode, "{extensions:?}");
    }
    let once = check(HttpRequest::default(), &[("require_mode", "live")], None);
    // Two messages one after the other are one message with everything of both.
    let twice = [once.clone(), once].concat();
    assert_eq!(read(&twice).map(|asked| asked.mode), Err(Unclear::NoSuchMode));
}

#[test]
fn an_address_that_is_none_is_not_made_up() {
    let pipe = Some(AnyAddress::Pipe(Pipe { path: "/run/envoy".to_owned(), mode: 0 }));
    for source in [None, pipe, socket("api.example.com"), socket("")] {
        let message = check(HttpRequest::default(), &[], source);
        assert_eq!(read(&message).expect("a CheckRequest").address, None);
    }
    let message = check(HttpRequest::default(), &[], socket("2001:db8::1"));
    assert_eq!(
        read(&message).expect("a CheckRequest").address,
        Some("2001:db8::1".parse().expect("an address"))
    );
}

#[test]
fn a_question_that_is_cut_off_anywhere_is_not_a_question_with_less_in_it() {
    let headers = [("authorization", "Basic eDp5")];
    let whole = check(with_headers(&headers), &[("require_mode", "live")], socket("192.0.2.7"));
    for end in 1..whole.len() {
        assert_eq!(read(&whole[..end]).map(drop), Err(Unclear::Malformed), "cut at {end}");
    }
}

proptest! {
    #[test]
    fn whatever_comes_is_read_or_refused(message in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&message);
    }

    #[test]
    fn a_damaged_question_is_read_or_refused(
        at in any::<proptest::sample::Index>(),
        byte in any::<u8>(),
        agent in "[ -~]{0,60}",
    ) {
        let headers = [("authorization", "Basic eDp5"), ("user-agent", agent.as_str())];
        let mut message = check(with_headers(&headers), &[("require_mode", "live")], socket("192.0.2.7"));
        let at = at.index(message.len());
        message[at] = byte;
        let _ = read(&message);
    }

    #[test]
    fn every_header_that_a_full_reader_sees_is_seen(
        authorization in "[ -~]{1,200}",
        others in proptest::collection::hash_map("[a-z-]{1,20}", "[ -~]{0,100}", 0..20),
    ) {
        let mut http = with_headers(&[("authorization", &authorization)]);
        let known = ["authorization", "user-agent"];
        http.headers.extend(others.into_iter().filter(|(name, _)| !known.contains(&name.as_str())));
        let message = check(http, &[], None);
        let asked = read(&message).expect("a CheckRequest");
        prop_assert_eq!(asked.authorization, Authorization::One(authorization.as_bytes()));
    }
}
