//! The signed identity on `/v1/authenticate`: for services that check instead of trusting their gateway.

use domain::{SECOND, Timestamp};
use keystead_server::clock::Clock;
use verify::{IdentityKeys, NotSigned};

use crate::http::{ask, basic};
use crate::site::{ACCOUNT, LIVE, NOW, OTHER_SECRET, SECRET, Site};

const ASK: &str = "GET /v1/authenticate HTTP/1.1";

fn keys() -> IdentityKeys {
    IdentityKeys::parse(&format!("a {}", "0123456789abcdef".repeat(4))).expect("a key")
}

// TM-31, TM-33
#[test]
fn a_granted_request_carries_an_identity_that_holds_for_it_alone_and_for_a_minute() {
    let site = Site::signing(&keys());
    let good = basic(LIVE, SECRET);
    let answer =
        ask(site.address, &[ASK, &good, "X-Original-Method: POST", "X-Original-URI: /orders?page=2"]);
    let header = answer.header("X-Keystead-Identity");
    let said = |method: &str, target: &str, now: Timestamp| {
        keys().verify(header.as_bytes(), method.as_bytes(), target.as_bytes(), now)
    };
    let identity = said("POST", "/orders?page=2", site.clock.now()).expect("signed for this");
    assert_eq!((identity.key_id.as_str(), identity.account.as_str()), (LIVE, ACCOUNT));
    assert_eq!((identity.mode, identity.brand.to_string().as_str()), (domain::Mode::Live, "razorpay/IN"));
    assert_eq!(said("GET", "/orders?page=2", NOW), Err(NotSigned::Wrong));
    assert_eq!(said("POST", "/orders", NOW), Err(NotSigned::Wrong));
    assert_eq!(said("POST", "/orders?page=2", NOW + SECOND.times(60)), Err(NotSigned::Old));

    let forwarded = ["X-Forwarded-Method: POST", "X-Forwarded-Uri: /orders?page=2"];
    let again = ask(site.address, &[ASK, &good, forwarded[0], forwarded[1]]);
    let again = again.header("X-Keystead-Identity");
    let number = keys().verify(again.as_bytes(), b"POST", b"/orders?page=2", NOW).expect("signed").number;
    assert_ne!(number, identity.number, "no two are the same");
}

#[test]
fn nothing_is_signed_for_who_is_refused_for_an_unknown_request_or_without_keys() {
    let site = Site::signing(&keys());
    let (good, bad) = (basic(LIVE, SECRET), basic(LIVE, OTHER_SECRET));
    let told = ["X-Original-Method: GET", "X-Original-URI: /"];
    for lines in [
        vec![ASK, &good],
        vec![ASK, &good, told[0]],
        vec![ASK, &good, told[0], told[1], told[1]],
        vec![ASK, &good, told[0], told[1], "X-Forwarded-Uri: /other"],
    ] {
        let answer = ask(site.address, &lines);
        assert_eq!((answer.status, answer.header("X-Keystead-Identity")), (200, ""), "{lines:?}");
    }
    let refused = ask(site.address, &[ASK, &bad, told[0], told[1]]);
    assert_eq!((refused.status, refused.header("X-Keystead-Identity")), (401, ""));
    let unsigned = ask(Site::open().address, &[ASK, &good, told[0], told[1]]);
    assert_eq!((unsigned.status, unsigned.header("X-Keystead-Identity")), (200, ""));
}
