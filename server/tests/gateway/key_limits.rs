//! Limits of a key as callers meet them: 429 and 403, and what is left on every answer that is granted.

use domain::{KeyRef, Limits, PairState, SECOND};
use keystead_server::config::Errors;
use keystead_server::gateway::GatewaySettings;
use serde_json::json;

use crate::http::{Answer, ask, basic, post};
use crate::site::{KEY, LIVE, OTHER_SECRET, SECRET, Site, TEST, apply};

const GET: &str = "GET /v1/authenticate HTTP/1.1";

/// Gives the key of all pairs limits, as the feed would.
fn limit(site: &Site, per_second: Option<u64>, per_day: Option<u64>, networks: &str) {
    let key: KeyRef = KEY.parse().expect("a key");
    let limits = Limits::checked(per_second, per_day, networks.lines()).expect("limits that may be");
    site.index.limiters().set(&key, &limits);
    for key_id in [TEST, LIVE] {
        apply(&site.index, key_id, PairState::Current, None);
    }
}

fn asks(site: &Site, key_id: &str, header: &str) -> Answer {
    ask(site.address, &[GET, &basic(key_id, SECRET), header])
}

fn told(answer: &Answer) -> String {
    let headers = ["Retry-After", "RateLimit-Policy", "RateLimit", "X-Keystead-Reason"];
    let headers = headers.map(|name| format!("{name}: {}", answer.header(name)));
    format!("{} {} | {}", answer.status, headers.join(" | "), answer.body)
}

#[test]
fn a_key_that_is_used_too_often_is_told_when_to_come_again_and_its_pairs_share_what_there_is() {
    let site = Site::open();
    limit(&site, Some(2), Some(3), "");
    insta::assert_snapshot!(told(&asks(&site, LIVE, "X-A: b")), @r#"200 Retry-After:  | RateLimit-Policy: "second";q=2;w=1, "day";q=3;w=86400 | RateLimit: "second";r=1;t=1, "day";r=2;t=57600 | X-Keystead-Reason:  | "#);
    assert_eq!(asks(&site, TEST, "X-A: b").status, 200);
    insta::assert_snapshot!(told(&asks(&site, LIVE, "X-A: b")), @r#"429 Retry-After: 1 | RateLimit-Policy: "second";q=2;w=1, "day";q=3;w=86400 | RateLimit: "second";r=0;t=1, "day";r=1;t=57600 | X-Keystead-Reason: rate_limited | {"error":{"code":"BAD_REQUEST_ERROR","description":"Too many requests"}}"#);
    site.clock.advance(SECOND);
    assert_eq!(asks(&site, LIVE, "X-A: b").status, 200);
    insta::assert_snapshot!(told(&asks(&site, TEST, "X-A: b")), @r#"429 Retry-After: 57599 | RateLimit-Policy: "second";q=2;w=1, "day";q=3;w=86400 | RateLimit: "second";r=1;t=1, "day";r=0;t=57599 | X-Keystead-Reason: quota_exceeded | {"error":{"code":"BAD_REQUEST_ERROR","description":"Too many requests"}}"#);

    let counted = |name: &str| {
        let sums = site.desk.tallies().sums();
        sums.iter().find(|(own, _)| *own == name).map(|(_, count)| *count)
    };
    assert_eq!(
        [counted("rate_limited"), counted("quota_exceeded"), counted("granted")],
        [Some(1), Some(1), Some(3)]
    );
    let account = crate::site::ACCOUNT.parse().expect("an account");
    let recent = site.refusals.recent(&account);
    let mut reasons: Vec<_> = recent.iter().map(|one| one.reason.code()).collect();
    reasons.sort_unstable();
    assert_eq!(reasons, ["quota_exceeded", "rate_limited"], "the owner learns of both");
}

#[test]
fn an_unlimited_key_is_told_of_no_limit() {
    let site = Site::open();
    limit(&site, Some(2), None, "");
    limit(&site, None, None, "");
    let answer = asks(&site, LIVE, "X-A: b");
    assert_eq!((answer.status, answer.header("RateLimit"), answer.header("RateLimit-Policy")), (200, "", ""));
}

// TM-24
#[test]
fn an_address_counts_as_far_as_a_proxy_of_ours_states_it() {
    let site = Site::open();
    limit(&site, None, Some(1_000), "203.0.113.0/24\n2001:db8::/32");
    for (header, status) in [
        ("X-Real-IP: 203.0.113.9", 200),
        ("X-Real-IP: 2001:db8::77", 200),
        ("X-Real-IP: ::ffff:203.0.113.9", 200),
        ("X-Forwarded-For: 198.51.100.1, 203.0.113.9", 200),
        ("X-Forwarded-For: 203.0.113.9, 198.51.100.1", 403),
        ("X-Real-IP: 198.51.100.1", 403),
        ("X-Real-IP: nonsense", 403),
        ("X-A: b", 403),
        ("X-Real-IP: 203.0.113.9\r\nX-Forwarded-For: 198.51.100.1", 403),
        ("X-Real-IP: 198.51.100.1\r\nX-Forwarded-For: 203.0.113.9", 403),
        ("X-Real-IP: 203.0.113.9\r\nX-Forwarded-For: 203.0.113.9", 200),
    ] {
        assert_eq!(asks(&site, LIVE, header).status, status, "{header}");
    }
    insta::assert_snapshot!(told(&asks(&site, LIVE, "X-Real-IP: 198.51.100.1")), @r#"403 Retry-After:  | RateLimit-Policy:  | RateLimit:  | X-Keystead-Reason: address_not_allowed | {"error":{"code":"BAD_REQUEST_ERROR","description":"This address is not allowed to use this key"}}"#);
    let wrong = ask(site.address, &[GET, &basic(LIVE, OTHER_SECRET), "X-Real-IP: 198.51.100.1"]);
    assert_eq!(wrong.status, 401, "whoever does not hold the secret does not learn that there is a list");
}

#[test]
fn a_neighbour_that_is_no_proxy_speaks_for_itself_alone() {
    let settings = GatewaySettings { threads: 1, proxies: Vec::new(), ..GatewaySettings::default() };
    let site = Site::with(Errors::Plain, settings);
    limit(&site, None, None, "203.0.113.9");
    for header in ["X-Real-IP: 203.0.113.9", "X-Forwarded-For: 203.0.113.9", "X-A: b"] {
        assert_eq!(asks(&site, LIVE, header).status, 403, "{header}");
    }
    limit(&site, None, None, "127.0.0.1");
    assert_eq!(asks(&site, LIVE, "X-Real-IP: 203.0.113.9").status, 200);
}

#[test]
fn a_wrong_secret_uses_nothing_up_and_sees_no_limit() {
    let site = Site::open();
    limit(&site, Some(1), Some(1), "");
    let wrong = || ask(site.address, &[GET, &basic(LIVE, OTHER_SECRET)]);
    let before = wrong().seen();
    (0..20).for_each(|_| assert_eq!(wrong().status, 401));
    assert_eq!(asks(&site, LIVE, "X-A: b").status, 200);
    assert_eq!(asks(&site, LIVE, "X-A: b").status, 429);
    assert_eq!(wrong().seen(), before, "used up or not, a stranger sees the same");
}

#[test]
fn whoami_counts_like_every_other_use_and_verify_names_the_limit() {
    let site = Site::open();
    limit(&site, None, Some(2), "");
    let whoami = || ask(site.address, &["GET /v1/whoami HTTP/1.1", &basic(LIVE, SECRET)]);
    let answer = whoami();
    assert_eq!((answer.status, answer.header("RateLimit")), (200, "\"day\";r=1;t=57600"));
    let verify = || {
        let question =
            json!([{"key_id": LIVE, "key_secret": SECRET}, {"key_id": LIVE, "key_secret": OTHER_SECRET}]);
        post(site.address, "/v1/verify", &question.to_string())
    };
    assert_eq!(verify().json()[0]["granted"], true);
    assert_eq!(
        verify().body,
        r#"[{"granted":false,"code":"quota_exceeded","retry_after":57600},{"granted":false,"code":"wrong_secret"}]"#
    );
    assert_eq!((whoami().status, whoami().header("Retry-After")), (429, "57600"));
    limit(&site, None, None, "192.0.2.1");
    assert_eq!(verify().json()[0], json!({"granted": false, "code": "address_not_allowed"}));
}

#[test]
fn problem_members_stand_beside_these_errors_too() {
    let site = Site::with(Errors::Problem, GatewaySettings { threads: 1, ..GatewaySettings::default() });
    limit(&site, None, None, "192.0.2.1");
    let answer = asks(&site, LIVE, "X-A: b");
    assert_eq!((answer.json()["status"].as_u64(), answer.status), (Some(403), 403));
    assert_eq!(answer.json()["title"], "Forbidden");
}
