//! Limits of keys behind each gateway, with the configuration that ships: what clients are told, and whose address counts.

use std::net::{IpAddr, Ipv4Addr};

use keystead_tests::backend::Backend;
use keystead_tests::desk::{Keystead, live, test};
use keystead_tests::gateway::{Gateway, Kind, replaced};
use keystead_tests::raw::{Answer, ask_from, basic};

/// Where the client is. It is not where the gateway is: whoever takes the gateway's address for the client's is found out.
const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
/// Where the client claims to be.
const CLAIMED: &str = "192.0.2.66";

/// How a client claims to be elsewhere.
const FORGERIES: &[&[&str]] = &[
    &[],
    &["X-Real-IP: 192.0.2.66"],
    &["x-real-ip: 192.0.2.66", "X-Real-IP: 192.0.2.66"],
    &["X-Forwarded-For: 192.0.2.66"],
    &["X-Forwarded-For: 192.0.2.66, 127.0.0.1", "X-Forwarded-For: 192.0.2.66"],
    &["X-Real-IP: 192.0.2.66", "X-Forwarded-For: 192.0.2.66"],
    &["X_Real_IP: 192.0.2.66", "X_Forwarded_For: 192.0.2.66", "Forwarded: for=192.0.2.66"],
    &["X-Envoy-External-Address: 192.0.2.66", "X-Client-IP: 192.0.2.66", "True-Client-IP: 192.0.2.66"],
    &["X-Real-IP: 192.0.2.66", "X-Forwarded-For: 192.0.2.66", "Connection: X-Real-IP, X-Forwarded-For"],
];

struct Way {
    kind: Kind,
    gateway: Gateway,
    api: Backend,
    keystead: Keystead,
}

impl Way {
    fn through(kind: Kind, change: impl Fn(&str) -> String) -> Way {
        let (keystead, api) = (Keystead::opens(), Backend::opens());
        let gateway = Gateway::changed(kind, &keystead.places(api.address()), change);
        Way { kind, gateway, api, keystead }
    }

    fn each() -> impl Iterator<Item = Way> {
        Kind::ALL.into_iter().map(|kind| Way::through(kind, str::to_owned))
    }

    fn get(&self, authorization: &str, headers: &[&str]) -> Answer {
        let lines = [&["GET /v1/orders HTTP/1.1", authorization], headers].concat();
        ask_from(CLIENT, self.gateway.address(), &lines)
    }
}

fn assert_says(kind: Kind, answer: &Answer, status: u16, description: &str) {
    let body = format!(r#"{{"error":{{"code":"BAD_REQUEST_ERROR","description":"{description}"}}}}"#);
    assert_eq!((answer.status, &answer.body), (status, &body), "{kind:?}: {answer:?}");
    assert_eq!(answer.header("content-type"), "application/json", "{kind:?}");
    assert_eq!(answer.header("cache-control"), "no-store", "{kind:?}");
    assert_eq!(answer.count("www-authenticate"), 0, "{kind:?}: nothing is wrong with the key");
}

#[test]
fn a_key_that_is_used_too_often_gets_429_and_is_told_when_to_come_again() {
    for way in Way::each() {
        let kind = way.kind;
        // The clock stands still, so nothing comes back by itself; a new limit of requests a second starts whole.
        for (per_second, per_day, retry_after, policy, left) in [
            (None, Some(2), "57600", r#""day";q=2;w=86400"#, r#""day";r=0;t=57600"#),
            (Some(2), None, "1", r#""second";q=2;w=1"#, r#""second";r=0;t=1"#),
        ] {
            way.keystead.limits(per_second, per_day, "");
            for pair in [live(), test()] {
                assert_eq!(way.get(&basic(&pair), &[]).status, 200, "{kind:?}");
            }
            assert_eq!(way.api.arrived().len(), 2, "{kind:?}");
            for pair in [live(), test()] {
                let answer = way.get(&basic(&pair), &[]);
                assert_says(kind, &answer, 429, "Too many requests");
                for (name, value) in
                    [("retry-after", retry_after), ("ratelimit-policy", policy), ("ratelimit", left)]
                {
                    assert_eq!((answer.header(name), answer.count(name)), (value, 1), "{kind:?}: {name}");
                }
            }
            let wrong = way.get(&basic(&live().with_a_wrong_secret()), &[]);
            assert_eq!(
                (wrong.status, wrong.count("ratelimit")),
                (401, 0),
                "{kind:?}: a stranger learns nothing"
            );
            assert!(way.api.arrived().is_empty(), "{kind:?}");
        }
        way.keystead.limits(None, None, "");
        assert_eq!(way.get(&basic(&live()), &[]).status, 200, "{kind:?}");
    }
}

#[test]
fn a_key_is_good_where_its_client_is_and_nowhere_that_it_only_claims_to_be() {
    for way in Way::each() {
        for (networks, status) in [
            ("127.0.0.2", 200),
            ("127.0.0.2/31\n2001:db8::/32", 200),
            ("127.0.0.1", 403),
            (CLAIMED, 403),
            ("192.0.2.0/24\n198.51.100.0/24\n2001:db8::/32", 403),
        ] {
            way.keystead.limits(None, None, networks);
            for forgery in FORGERIES {
                let answer = way.get(&basic(&live()), forgery);
                if answer.status == 400 && forgery.iter().any(|line| line.starts_with("Connection:")) {
                    // Envoy takes nobody who would have it forget where he is.
                    assert!(way.api.arrived().is_empty(), "{:?}", way.kind);
                    continue;
                }
                assert_eq!(answer.status, status, "{:?} {networks} {forgery:?}: {answer:?}", way.kind);
                assert_eq!(way.api.arrived().len(), usize::from(status == 200), "{:?}", way.kind);
                if status == 403 {
                    assert_says(way.kind, &answer, 403, "This address is not allowed to use this key");
                }
            }
            let wrong = way.get(&basic(&live().with_a_wrong_secret()), &[]);
            assert_eq!(wrong.status, 401, "{:?}: a stranger does not learn that there is a list", way.kind);
        }
    }
}

/// The tests above must be able to fail.
#[test]
fn without_the_lines_about_limits_and_addresses_clients_are_told_something_else() {
    let keeps = |from: &'static str, to: &'static str| move |text: &str| replaced(text, from, to);
    let way = Way::through(Kind::Nginx, keeps("(rate_limited|quota_exceeded)", "other"));
    way.keystead.limits(None, Some(1), "");
    assert_eq!([200, 503], [0; 2].map(|_| way.get(&basic(&live()), &[]).status));

    let way =
        Way::through(Kind::Haproxy, keeps("{ var(txn.keystead_status) -m str 429 }", "{ always_false }"));
    way.keystead.limits(None, Some(1), "");
    assert_eq!([200, 503], [0; 2].map(|_| way.get(&basic(&live()), &[]).status));

    let forged = ["X-Real-IP: 192.0.2.66", "X-Forwarded-For: 192.0.2.66"];
    for (kind, line, other) in [
        (Kind::Nginx, "X-Real-IP $remote_addr", "X-Real-IP $http_x_real_ip"),
        (Kind::Caddy, "X-Real-Ip {client_ip}", "X-Real-Ip {header.X-Forwarded-For}"),
    ] {
        let way = Way::through(kind, keeps(line, other));
        way.keystead.limits(None, None, "127.0.0.2");
        assert_eq!(way.get(&basic(&live()), &forged).status, 403, "{kind:?}: {line} protects from nothing");
    }
}
