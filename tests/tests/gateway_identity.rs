//! The signed identity behind each gateway, with the configuration that ships: the API can check it for the request that it
//! sees, and for no other.

use keystead_tests::backend::Backend;
use keystead_tests::desk::{ACCOUNT, BRAND, Keystead, NOW, live};
use keystead_tests::gateway::{Gateway, Kind, replaced};
use keystead_tests::raw::{ask, basic};
use verify::{IdentityKeys, NotSigned};

const HEADER: &str = "x-keystead-identity";

fn keys() -> IdentityKeys {
    IdentityKeys::parse(&format!("a {}", "0123456789abcdef".repeat(4))).expect("a key")
}

// TM-31, TM-33
#[test]
fn the_api_can_check_whom_a_request_speaks_for_and_for_which_request_that_was_said() {
    let (authorization, forged) = (basic(&live()), made_up());
    for kind in Kind::ALL {
        let (keystead, api) = (Keystead::opens_signing(keys()), Backend::opens());
        let gateway = Gateway::between(kind, &keystead.places(api.address()));
        for line in [
            "GET /v1/orders HTTP/1.1",
            "POST /v1/orders?count=1&skip=%2F+2 HTTP/1.1",
            "DELETE /v1/payouts/7 HTTP/1.1",
            "PATCH /v1/orders/%E0%A4%A8?a[]=b&&= HTTP/1.1",
            "GET / HTTP/1.1",
        ] {
            let told = ["X-Original-Method: PUT", "X-Original-URI: /other"];
            let forwarded = ["X-Forwarded-Method: PUT", "X-Forwarded-Uri: /other", "Content-Length: 0"];
            let lines = [&[line, &authorization, &forged], &told[..], &forwarded[..]].concat();
            let answer = ask(gateway.address(), &lines);
            assert_eq!(answer.status, 200, "{kind:?} {line}: {answer:?}");
            let [seen] = &api.arrived()[..] else { panic!("{kind:?}: one request is one request") };
            let [header] = seen.all(HEADER)[..] else { panic!("{kind:?} {line}: {seen:?}") };
            let [method, target, _] = seen.line.split(' ').collect::<Vec<_>>()[..] else { panic!("a line") };
            assert_eq!(line, seen.line, "{kind:?}");
            let said = |method: &str, target: &str| {
                keys().verify(header.as_bytes(), method.as_bytes(), target.as_bytes(), NOW)
            };
            let identity = said(method, target).unwrap_or_else(|not| panic!("{kind:?} {line}: {not:?}"));
            let (key_id, account) = (identity.key_id.as_str(), identity.account.as_str());
            assert_eq!((key_id, account), (live().key_id.as_str(), ACCOUNT), "{kind:?}");
            assert_eq!(
                (identity.mode.as_str(), identity.brand.to_string().as_str()),
                ("live", BRAND),
                "{kind:?}"
            );
            assert_eq!(said("PUT", target), Err(NotSigned::Wrong), "{kind:?}");
            assert_eq!(said(method, "/other"), Err(NotSigned::Wrong), "{kind:?}");
        }
    }
}

// TM-31
#[test]
fn a_signed_identity_from_outside_reaches_nobody() {
    let (authorization, forged) = (basic(&live()), made_up());
    let forgeries = [
        &[forged.as_str(), "X_Keystead_Identity: forged", "X.Keystead.Identity: forged"][..],
        &[forged.as_str(), "Connection: X-Keystead-Identity"],
        &["x-keystead-identity:"],
    ];
    for kind in Kind::ALL {
        for (keystead, signs) in [(Keystead::opens(), false), (Keystead::opens_signing(keys()), true)] {
            let api = Backend::opens();
            let gateway = Gateway::between(kind, &keystead.places(api.address()));
            for (path, signed) in [("/v1/orders", signs), ("/public/health", false)] {
                for forgery in forgeries {
                    let line = format!("GET {path} HTTP/1.1");
                    let lines = [&[line.as_str(), &authorization], forgery].concat();
                    let answer = ask(gateway.address(), &lines);
                    let arrived = api.arrived();
                    let Some(seen) = arrived.first() else {
                        assert_eq!(answer.status, 400, "{kind:?} {path} {forgery:?}: {answer:?}");
                        continue;
                    };
                    let there = seen.all(HEADER);
                    assert_eq!(there.len(), usize::from(signed), "{kind:?} {path} {forgery:?}: {seen:?}");
                    assert!(!there.concat().contains("forged"), "{kind:?} {path} {forgery:?}: {seen:?}");
                }
            }
        }
    }
}

/// The test above must be able to fail.
#[test]
fn without_the_lines_against_forgery_a_forged_identity_arrives() {
    for (kind, line, other) in [
        (Kind::Envoy, "- remove: x-keystead-identity", "- remove: x-other"),
        (Kind::Caddy, "request_header -X-Keystead-*", "request_header -X-Other"),
        (Kind::Traefik, "          X-Keystead-Identity: \"\"\n", ""),
        (Kind::Haproxy, "del-header X-Keystead-Identity", "del-header X-Other"),
    ] {
        let (keystead, api) = (Keystead::opens(), Backend::opens());
        let gateway =
            Gateway::changed(kind, &keystead.places(api.address()), |text| replaced(text, line, other));
        ask(gateway.address(), &["GET /public/health HTTP/1.1", &made_up()]);
        let [seen] = &api.arrived()[..] else { panic!("{kind:?}: one request is one request") };
        assert!(!seen.all(HEADER).is_empty(), "{kind:?}: {line} protects from nothing");
    }
}

/// The first test must be able to fail.
#[test]
fn without_the_lines_about_it_no_identity_arrives() {
    for (kind, line, other) in [
        (Kind::Nginx, "X-Original-URI $request_uri", "X-Original-URI $uri"),
        (Kind::Caddy, "X-Brand X-Keystead-Identity", "X-Brand"),
        (Kind::Caddy, "header_up -X-Original-Uri", "header_up -X-Other"),
        (Kind::Traefik, "X-Brand, X-Keystead-Identity", "X-Brand"),
        (Kind::Haproxy, "set-header X-Keystead-Identity", "set-header X-Other"),
    ] {
        let (keystead, api) = (Keystead::opens_signing(keys()), Backend::opens());
        let gateway =
            Gateway::changed(kind, &keystead.places(api.address()), |text| replaced(text, line, other));
        let told = ["X-Original-Method: GET", "X-Original-URI: /v1/orders?a=b"];
        ask(gateway.address(), &["GET /v1/orders?a=b HTTP/1.1", &basic(&live()), told[0], told[1]]);
        let [seen] = &api.arrived()[..] else { panic!("{kind:?}: one request is one request") };
        let holds = |header: &&str| keys().verify(header.as_bytes(), b"GET", b"/v1/orders?a=b", NOW).is_ok();
        assert!(!seen.all(HEADER).iter().any(holds), "{kind:?}: {line} is not needed: {seen:?}");
    }
}

/// What a client makes up.
fn made_up() -> String {
    "X-Keystead-Identity: 1.a.1800000000000.0.rzp_live_66666666666666.live.acc_66666666666666.forged/XX.x"
        .to_owned()
}
