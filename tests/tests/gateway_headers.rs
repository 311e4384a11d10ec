//! Identity headers that a client forges, and headers that are too large, through each gateway.

use keystead_tests::backend::{Arrived, Backend};
use keystead_tests::desk::{ACCOUNT, BRAND, Keystead, test};
use keystead_tests::gateway::{Gateway, Kind, replaced};
use keystead_tests::raw::{ask, basic, exchange};

/// What a client sends, in every spelling that some framework reads as one of ours.
const FORGED: &[&str] = &[
    "X-Key-Id: rzp_live_66666666666666",
    "x-key-id: rzp_live_66666666666666",
    "X-KEY-ID: rzp_live_66666666666666",
    "X_Key_Id: rzp_live_66666666666666",
    "X-Key_Id: rzp_live_66666666666666",
    "x_key-id: rzp_live_66666666666666",
    "X.Key.Id: rzp_live_66666666666666",
    "X-Key.Id: rzp_live_66666666666666",
    "X!Key!Id: rzp_live_66666666666666",
    "X~Key-Id: rzp_live_66666666666666",
    "X+Key+Id: rzp_live_66666666666666",
    "X*Key*Id: rzp_live_66666666666666",
    "X`Key`Id: rzp_live_66666666666666",
    "X|Key|Id: rzp_live_66666666666666",
    "X#Key$Id: rzp_live_66666666666666",
    "X%Key&Id: rzp_live_66666666666666",
    "X'Key^Id: rzp_live_66666666666666",
    "X-Account-Id: acc_66666666666666",
    "X-Account-Id: acc_66666666666666, acc_66666666666666",
    "x_account_id: acc_66666666666666",
    "X-Account_Id: acc_66666666666666",
    "X_Account-Id: acc_66666666666666",
    "X-Key-Mode: forged66666666",
    "X_KEY_MODE: forged66666666",
    "X-Key_Mode: forged66666666",
    "X_Key-Mode: forged66666666",
    "X-Brand: forged66666666/XX",
    "X_Brand: forged66666666/XX",
    "X.Brand: forged66666666/XX",
];
const NAMES: [&str; 4] = ["x-key-id", "x-key-mode", "x-account-id", "x-brand"];

/// Sends each forged header alone and all together, each also named in `Connection`.
fn forgeries() -> Vec<Vec<&'static str>> {
    let all = "Connection: close, X-Key-Id, X-Account-Id, X-Key-Mode, X-Brand, Authorization";
    let mut forgeries: Vec<Vec<&str>> = FORGED.iter().map(|one| vec![*one]).collect();
    forgeries.push(FORGED.to_vec());
    forgeries.push([FORGED, &[all]].concat());
    forgeries.push(vec![all]);
    forgeries.push([&[all], FORGED].concat());
    forgeries
}

fn only(kind: Kind, api: &Backend) -> Option<Arrived> {
    let mut arrived = api.arrived();
    assert!(arrived.len() <= 1, "{kind:?}: one request is one request");
    arrived.pop()
}

// TM-31
#[test]
fn identity_headers_from_outside_never_reach_the_api_in_any_spelling() {
    for kind in Kind::ALL {
        let (keystead, api) = (Keystead::opens(), Backend::opens());
        let gateway = Gateway::between(kind, &keystead.places(api.address()));
        let authorization = basic(&test());
        for forgery in forgeries() {
            let lines = [&["GET / HTTP/1.1", authorization.as_str()], &forgery[..]].concat();
            let answer = ask(gateway.address(), &lines);
            let Some(seen) = only(kind, &api) else {
                // Refusing what looks like a forgery is as good; letting it in is not.
                assert!((400..=401).contains(&answer.status), "{kind:?} {forgery:?}: {answer:?}");
                continue;
            };
            assert_eq!(answer.status, 200, "{kind:?} {forgery:?}: {answer:?}");
            assert!(!format!("{seen:?}").contains("66666666"), "{kind:?} {forgery:?}: {seen:?}");
            let expected = [test().key_id, "test".to_owned(), ACCOUNT.to_owned(), BRAND.to_owned()];
            for (name, value) in NAMES.iter().zip(&expected) {
                assert_eq!(seen.all(name), [value], "{kind:?} {forgery:?}: {seen:?}");
            }
            assert_eq!(seen.all("authorization"), [""; 0], "{kind:?} {forgery:?}");
        }
    }
}

#[test]
fn routes_that_need_no_key_identify_nobody() {
    for kind in Kind::ALL {
        let (keystead, api) = (Keystead::opens(), Backend::opens());
        let gateway = Gateway::between(kind, &keystead.places(api.address()));
        for forgery in forgeries() {
            let answer = ask(gateway.address(), &[&["GET /public/health HTTP/1.1"], &forgery[..]].concat());
            let Some(seen) = only(kind, &api) else {
                assert_eq!(answer.status, 400, "{kind:?} {forgery:?}: {answer:?}");
                continue;
            };
            assert_eq!(answer.status, 200, "{kind:?} {forgery:?}");
            for name in NAMES {
                assert_eq!(seen.all(name), [""; 0], "{kind:?} {forgery:?}: {seen:?}");
            }
        }
    }
}

/// The test above must be able to fail: what each gateway does by itself is not enough.
#[test]
fn without_the_lines_against_forgery_a_forged_header_arrives() {
    for (kind, line, other) in [
        (Kind::Envoy, "- remove: x-key-id", "- remove: x-other"),
        (Kind::Envoy, ".*[^a-z0-9:-].*", "x-other"),
        (Kind::Caddy, "request_header -X-Key-Id", "request_header -X-Other"),
        (Kind::Caddy, "request_header \"-*!*\"", "request_header -X-Other"),
        (Kind::Traefik, "          X-Key-Id: \"\"\n", "          X-Other: \"\"\n"),
        (Kind::Haproxy, "del-header X-Key-Id", "del-header X-Other"),
        (Kind::Haproxy, "[^A-Za-z0-9-] -m reg", "X-Other"),
    ] {
        let (keystead, api) = (Keystead::opens(), Backend::opens());
        let gateway =
            Gateway::changed(kind, &keystead.places(api.address()), |text| replaced(text, line, other));
        let names = ["X-Key-Id", "X.Key.Id", "X!Key!Id"];
        let forged = names.map(|name| format!("{name}: rzp_live_66666666666666"));
        ask(gateway.address(), &["GET /public/health HTTP/1.1", &forged[0], &forged[1], &forged[2]]);
        let seen = only(kind, &api).expect("it is let through");
        assert!(!seen.all("x-key-id").is_empty(), "{kind:?}: {line} protects from nothing");
    }
}

#[test]
fn a_megabyte_of_headers_is_refused_by_somebody_and_the_next_request_is_answered() {
    for kind in Kind::ALL {
        let (keystead, api) = (Keystead::opens(), Backend::opens());
        let gateway = Gateway::between(kind, &keystead.places(api.address()));
        let authorization = basic(&test());
        let one = format!("X-Padding: {}\r\n", "x".repeat(1_000_000));
        let many = "X-Padding: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n".repeat(20_000);
        let name = format!("X-{}: x\r\n", "x".repeat(1_000_000));
        for padding in [one, many, name] {
            let request =
                format!("GET / HTTP/1.1\r\nHost: api.example.com\r\n{authorization}\r\n{padding}\r\n");
            let answers = exchange(gateway.address(), request.as_bytes());
            let refused = answers.iter().all(|answer| (400..=431).contains(&answer.status));
            assert!(refused, "{kind:?}: {answers:?}");
            assert!(api.arrived().is_empty(), "{kind:?}");
            let next = ask(gateway.address(), &["GET / HTTP/1.1", &authorization]);
            assert_eq!(next.status, 200, "{kind:?}");
            api.arrived();
        }
    }
}

#[test]
fn cookies_of_a_usual_size_keep_nobody_out() {
    for kind in Kind::ALL {
        let (keystead, api) = (Keystead::opens(), Backend::opens());
        let gateway = Gateway::between(kind, &keystead.places(api.address()));
        let cookie = format!("Cookie: session={}", "x".repeat(7_000));
        let answer = ask(gateway.address(), &["GET / HTTP/1.1", &basic(&test()), &cookie]);
        assert_eq!(answer.status, 200, "{kind:?}: {answer:?}");
        assert_eq!(only(kind, &api).expect("it arrived").all("cookie").len(), 1, "{kind:?}");
    }
}
