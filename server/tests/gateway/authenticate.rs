//! `/v1/authenticate`

use domain::{DAY, Duration};
use keystead_server::config::Errors;
use keystead_server::gateway::GatewaySettings;
use zeroize::Zeroizing;

use crate::http::{ask, basic, basic_of};
use crate::site::{ENDED, EXPIRING, LIVE, OTHER_SECRET, RETIRING, SECRET, Site, TEST, UNKNOWN};

const GET: &str = "GET /v1/authenticate HTTP/1.1";
const FAILED: &str = r#"{"error":{"code":"BAD_REQUEST_ERROR","description":"Authentication failed"}}"#;
const MISSING: &str = r#"{"error":{"code":"BAD_REQUEST_ERROR","description":"Please provide your api key for authentication purposes"}}"#;

#[test]
fn a_good_key_is_granted_with_identity_headers_whatever_the_method() {
    let site = Site::open();
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"] {
        let answer =
            ask(site.address, &[&format!("{method} /v1/authenticate HTTP/1.1"), &basic(LIVE, SECRET)]);
        assert_eq!(answer.status, 200, "{method}");
        assert_eq!(answer.body, "");
        assert_eq!(answer.header("X-Key-Id"), LIVE);
        assert_eq!(answer.header("X-Key-Mode"), "live");
        assert_eq!(answer.header("X-Account-Id"), "acc_00000000000001");
        assert_eq!(answer.header("X-Brand"), "razorpay/IN");
        assert_eq!(answer.header("Cache-Control"), "no-store");
    }
}

#[test]
fn all_refusals_look_exactly_the_same_to_the_caller() {
    let site = Site::open();
    let mut seen = Vec::new();
    for lines in [
        vec![basic(LIVE, OTHER_SECRET)],
        vec![basic(UNKNOWN, SECRET)],
        vec![basic(ENDED, SECRET)],
        vec![basic(TEST, SECRET), "X-Require-Mode: live".to_owned()],
        vec![basic(LIVE, SECRET), "X-Require-Mode: test".to_owned()],
        vec![basic_of(&format!("{LIVE}:{SECRET}\n"))],
        vec![basic(LIVE, "")],
        vec![basic("", "")],
        vec![format!("Authorization: Bearer {SECRET}")],
        vec!["Authorization: Basic %%%".to_owned()],
        vec![basic(LIVE, SECRET), basic(LIVE, SECRET)],
    ] {
        let mut all = vec![GET];
        all.extend(lines.iter().map(String::as_str));
        let answer = ask(site.address, &all);
        assert_eq!((answer.status, answer.body.as_str()), (401, FAILED), "{lines:?}");
        assert_eq!(answer.header("WWW-Authenticate"), r#"Basic realm="Razorpay API", charset="UTF-8""#);
        assert_eq!(answer.header("Content-Type"), "application/json");
        assert_eq!(answer.header("X-Keystead-Error"), FAILED);
        assert_eq!(answer.header("X-Key-Id"), "", "a refusal names nobody");
        seen.push(answer.seen());
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "{seen:#?}");
}

#[test]
fn without_credentials_the_caller_is_told_to_send_them() {
    let site = Site::open();
    for lines in [vec![GET], vec![GET, "Authorization:"]] {
        let answer = ask(site.address, &lines);
        assert_eq!((answer.status, answer.body.as_str()), (401, MISSING));
        assert_eq!(answer.header("WWW-Authenticate"), r#"Basic realm="Razorpay API", charset="UTF-8""#);
    }
}

#[test]
fn credentials_in_the_address_are_never_accepted() {
    let site = Site::open();
    for line in [
        format!("GET /v1/authenticate?key_id={LIVE}&key_secret={SECRET} HTTP/1.1"),
        format!("GET http://{LIVE}:{SECRET}@gateway/v1/authenticate HTTP/1.1"),
    ] {
        let answer = ask(site.address, &[&line]);
        assert_ne!(answer.status, 200, "{line}");
        assert_eq!(answer.header("X-Key-Id"), "");
    }
}

#[test]
fn the_required_mode_must_match_and_must_be_readable() {
    let site = Site::open();
    for (key_id, demands, status) in [
        (LIVE, vec!["X-Require-Mode: live"], 200),
        (TEST, vec!["X-Require-Mode: test"], 200),
        (TEST, vec!["X-Require-Mode: live"], 401),
        (LIVE, vec!["X-Require-Mode:"], 200),
        (LIVE, vec!["X-Require-Mode: LIVE"], 400),
        (LIVE, vec!["X-Require-Mode: production"], 400),
        (LIVE, vec!["X-Require-Mode: live", "X-Require-Mode: test"], 400),
    ] {
        let authorization = basic(key_id, SECRET);
        let mut lines = vec![GET, authorization.as_str()];
        lines.extend(&demands);
        assert_eq!(ask(site.address, &lines).status, status, "{key_id} {demands:?}");
    }
}

// G7
#[test]
fn a_retiring_or_expiring_pair_stops_exactly_at_its_moment() {
    let site = Site::open();
    let status = |key_id| ask(site.address, &[GET, &basic(key_id, SECRET)]).status;
    site.index.lease().renew(verify::Uptime::default(), i64::MAX);
    site.clock.advance(Duration::from_millis(DAY.as_millis() - 1));
    assert_eq!((status(RETIRING), status(EXPIRING)), (200, 200));
    site.clock.advance(Duration::from_millis(1));
    assert_eq!((status(RETIRING), status(EXPIRING)), (401, 401));
}

// G4
#[test]
fn a_process_that_cannot_know_says_503_to_good_and_bad_alike() {
    let site = Site::not_ready(Errors::Plain, GatewaySettings { threads: 1, ..GatewaySettings::default() });
    let silent = || {
        for authorization in [basic(LIVE, SECRET), basic(LIVE, OTHER_SECRET), basic(UNKNOWN, SECRET)] {
            let answer = ask(site.address, &[GET, &authorization]);
            assert_eq!(answer.status, 503);
            assert_eq!(answer.header("Retry-After"), "2");
            assert_eq!(answer.json()["error"]["code"], "SERVER_ERROR");
            assert_eq!(answer.header("WWW-Authenticate"), "");
        }
    };
    silent();
    site.index.lease().ready();
    silent();
    site.index.lease().renew(verify::Uptime::default(), 1_000);
    assert_eq!(ask(site.address, &[GET, &basic(LIVE, SECRET)]).status, 200);
    site.clock.advance(Duration::from_millis(1_000));
    silent();
}

#[test]
fn the_owner_learns_the_true_reason() {
    let site = Site::open();
    let agent = "User-Agent: shop/1.0";
    for (authorization, demand) in [
        (basic(LIVE, OTHER_SECRET), "X-A: b"),
        (basic(ENDED, SECRET), "X-A: b"),
        (basic(TEST, SECRET), "X-Require-Mode: live"),
        (basic_of(&format!("{LIVE}:{SECRET}\n")), "X-Real-IP: 203.0.113.9"),
        (basic_of(&format!("{LIVE} :{SECRET}")), "X-Forwarded-For: 198.51.100.66, 203.0.113.10"),
        (format!("Authorization: Bearer {TEST}:{SECRET}"), "X-A: b"),
        (basic(LIVE, ""), "X-Real-IP: not an address"),
        (basic(UNKNOWN, SECRET), "X-A: b"),
    ] {
        assert_eq!(ask(site.address, &[GET, &authorization, demand, agent]).status, 401);
        // Several threads answer; what they saw is put in order by time.
        site.clock.advance(Duration::from_millis(1));
    }
    let told: Vec<_> = site
        .refusals
        .recent(&"acc_00000000000001".parse().expect("an account"))
        .into_iter()
        .map(|r| {
            let from = r.sources.latest().expect("every refusal has a source");
            let address = from.address.map(|address| address.to_string()).unwrap_or_default();
            format!("{} {} {} {} {:?}", r.key_id, r.reason, address, from.agent, r.reason)
        })
        .collect();
    assert_eq!(
        told,
        [
            "rzp_live_00000000000002 malformed 127.0.0.1 shop/1.0 Malformed(EmptySecret)",
            "rzp_test_00000000000001 malformed 127.0.0.1 shop/1.0 Malformed(Bearer)",
            "rzp_live_00000000000002 malformed 203.0.113.10 shop/1.0 Malformed(WhiteSpace)",
            "rzp_live_00000000000002 malformed 203.0.113.9 shop/1.0 Malformed(Newline)",
            "rzp_test_00000000000001 wrong_mode 127.0.0.1 shop/1.0 WrongMode",
            "rzp_live_00000000000003 ended 127.0.0.1 shop/1.0 Ended",
            "rzp_live_00000000000002 wrong_secret 127.0.0.1 shop/1.0 WrongSecret",
        ]
    );
    assert_eq!(site.refusals.unknown().len(), 1);
}

#[test]
fn the_owner_learns_where_a_key_was_last_used_from() {
    let site = Site::open();
    for (told, from) in [
        ("X-A: b", "127.0.0.1"),
        ("X-Real-IP: 203.0.113.9", "203.0.113.9"),
        ("X-Real-IP: 2001:db8:1:2::77", "2001:db8:1:2::/64"),
        ("X-Forwarded-For: 198.51.100.66, 203.0.113.10", "203.0.113.10"),
        ("X-Forwarded-For: 198.51.100.66, unknown", "127.0.0.1"),
    ] {
        assert_eq!(ask(site.address, &[GET, &basic(LIVE, SECRET), told]).status, 200);
        site.clock.advance(Duration::from_millis(1));
        let (_, used) = site.index.last_use(&LIVE.parse().expect("a key id")).expect("it was used");
        assert_eq!(used.map(|used| used.to_string()).as_deref(), Some(from), "{told}");
    }
}

#[test]
fn a_gateway_without_the_token_is_told_what_to_do() {
    let token = Some(Zeroizing::new("a-long-shared-token".to_owned()));
    let site = Site::with(Errors::Plain, GatewaySettings { threads: 1, token, ..GatewaySettings::default() });
    let good = basic(LIVE, SECRET);
    for lines in [vec![GET, &good], vec![GET, &good, "X-Keystead-Gateway-Token: a-long-shared-tokem"]] {
        let answer = ask(site.address, &lines);
        assert_eq!(answer.status, 403);
        assert!(answer.body.contains("token_file"), "{}", answer.body);
        assert_eq!(answer.header("X-Key-Id"), "");
    }
    let answer = ask(site.address, &[GET, &good, "X-Keystead-Gateway-Token: a-long-shared-token"]);
    assert_eq!(answer.status, 200);
}

#[test]
fn problem_members_stand_beside_the_error_when_asked_for() {
    let settings = GatewaySettings { threads: 1, ..GatewaySettings::default() };
    let site = Site::with(Errors::Problem, settings);
    let answer = ask(site.address, &[GET, &basic(UNKNOWN, SECRET)]);
    assert_eq!(answer.header("Content-Type"), "application/problem+json");
    insta::assert_snapshot!(answer.body, @r#"{"error":{"code":"BAD_REQUEST_ERROR","description":"Authentication failed"},"type":"about:blank","title":"Unauthorized","status":401,"detail":"Authentication failed"}"#);
}

// G1
#[test]
fn the_very_next_request_after_a_deactivation_is_refused_on_open_connections_too() {
    let site = Site::open();
    let mut callers: Vec<_> = (0..8).map(|_| crate::http::Caller::to(site.address)).collect();
    for round in 0..50 {
        // What has ended does not come back: each round has a pair of its own.
        let key_id = format!("rzp_test_{round:014}");
        let good = basic(&key_id, SECRET);
        crate::site::apply(&site.index, &key_id, domain::PairState::Current, None);
        assert!(callers.iter_mut().all(|caller| caller.ask(&[GET, &good]).status == 200), "round {round}");
        let ended = domain::PairState::Ended { at: crate::site::NOW, why: domain::EndReason::Deactivated };
        crate::site::apply(&site.index, &key_id, ended, None);
        assert!(callers.iter_mut().all(|caller| caller.ask(&[GET, &good]).status == 401), "round {round}");
    }
}
