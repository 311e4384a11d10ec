//! What clients and the API see of a verdict through each gateway, with the configuration that ships.

use keystead_tests::backend::Backend;
use keystead_tests::desk::{ACCOUNT, BRAND, Keystead, ended, live, test};
use keystead_tests::gateway::{Gateway, Kind, replaced};
use keystead_tests::raw::{Answer, ask, basic};

const FAILED: &str = r#"{"error":{"code":"BAD_REQUEST_ERROR","description":"Authentication failed"}}"#;

/// A gateway between a client and an API.
struct Way {
    kind: Kind,
    gateway: Gateway,
    api: Backend,
    keystead: Keystead,
}

impl Way {
    fn through(kind: Kind, keystead: Keystead) -> Way {
        let api = Backend::opens();
        let gateway = Gateway::between(kind, &keystead.places(api.address()));
        Way { kind, gateway, api, keystead }
    }

    fn each() -> impl Iterator<Item = Way> {
        Kind::ALL.into_iter().map(|kind| Way::through(kind, Keystead::opens()))
    }

    fn get(&self, path: &str, headers: &[&str]) -> Answer {
        let line = format!("GET {path} HTTP/1.1");
        ask(self.gateway.address(), &[&[line.as_str()], headers].concat())
    }
}

#[test]
fn a_good_key_reaches_the_api_with_its_identity_and_without_its_secret() {
    for way in Way::each() {
        for (pair, mode) in [(live(), "live"), (test(), "test")] {
            let answer = way.get("/v1/orders?count=1", &[&basic(&pair)]);
            assert_eq!((answer.status, answer.body.as_str()), (200, "api"), "{:?}", way.kind);
            let [seen] = &way.api.arrived()[..] else { panic!("{:?}: one request is one request", way.kind) };
            assert_eq!(seen.line, "GET /v1/orders?count=1 HTTP/1.1", "{:?}", way.kind);
            assert_eq!(seen.all("x-key-id"), [&pair.key_id], "{:?}", way.kind);
            assert_eq!(seen.all("x-key-mode"), [mode], "{:?}", way.kind);
            assert_eq!(seen.all("x-account-id"), [ACCOUNT], "{:?}", way.kind);
            assert_eq!(seen.all("x-brand"), [BRAND], "{:?}", way.kind);
            for gone in ["authorization", "x-keystead-gateway-token", "x-require-mode"] {
                assert_eq!(seen.all(gone), [""; 0], "{:?}: {gone} ends at the gateway", way.kind);
            }
        }
    }
}

#[test]
fn every_refused_key_gets_keysteads_401_and_nothing_of_it_reaches_the_api() {
    for way in Way::each() {
        for pair in [live().with_a_wrong_secret(), live().with_an_unknown_id(), ended()] {
            let answer = way.get("/v1/orders", &[&basic(&pair)]);
            assert_eq!((answer.status, answer.body.as_str()), (401, FAILED), "{:?} {pair:?}", way.kind);
            assert_eq!(answer.header("content-type"), "application/json", "{:?}", way.kind);
            let challenge = r#"Basic realm="Razorpay API", charset="UTF-8""#;
            assert_eq!(answer.header("www-authenticate"), challenge, "{:?}", way.kind);
            assert_eq!(answer.count("www-authenticate"), 1, "{:?}", way.kind);
            assert_eq!(answer.header("cache-control"), "no-store", "{:?}", way.kind);
        }
        for headers in [&[][..], &["Authorization:"], &["X-Key-Id: rzp_live_00000000000002"]] {
            let answer = way.get("/v1/orders", headers);
            assert_eq!(answer.status, 401, "{:?} {headers:?}", way.kind);
            assert!(answer.header("www-authenticate").starts_with("Basic "), "{:?}", way.kind);
            assert!(answer.body.contains("Please provide your api key"), "{:?}: {answer:?}", way.kind);
        }
        let two = [basic(&live()), basic(&test())];
        let answer = way.get("/v1/orders", &[&two[0], &two[1]]);
        assert!((400..=401).contains(&answer.status), "{:?}: {answer:?}", way.kind);
        assert!(way.api.arrived().is_empty(), "{:?}", way.kind);
    }
}

#[test]
fn a_route_demands_live_keys_and_a_client_cannot_talk_it_out_of_it() {
    for way in Way::each() {
        let (live, test) = (basic(&live()), basic(&test()));
        for forged in
            ["X-Require-Mode: test", "x-require-mode:", "X_Require_Mode: test", "Connection: X-Require-Mode"]
        {
            assert_eq!(way.get("/v1/payouts", &[&test, forged]).status, 401, "{:?} {forged}", way.kind);
            assert_eq!(way.get("/v1/payouts/1", &[&test, forged]).status, 401, "{:?} {forged}", way.kind);
        }
        assert_eq!(way.get("/v1/payouts", &[&live]).status, 200, "{:?}", way.kind);
        for forged in ["X-Require-Mode: live", "X-Require-Mode: nonsense"] {
            let answer = way.get("/v1/orders", &[&test, forged]);
            assert_eq!(answer.status, 200, "{:?}: a client has no say in it either way", way.kind);
        }
    }
}

#[test]
fn a_process_that_cannot_say_is_503_and_never_401() {
    for kind in Kind::ALL {
        let way = Way::through(kind, Keystead::opens_not_ready(None));
        for pair in [live(), live().with_an_unknown_id()] {
            let answer = way.get("/v1/orders", &[&basic(&pair)]);
            assert_eq!((answer.status, answer.header("retry-after")), (503, "2"), "{kind:?}: {answer:?}");
            assert_eq!(answer.header("content-type"), "application/json", "{kind:?}");
            assert!(answer.body.contains("SERVER_ERROR"), "{kind:?}: {answer:?}");
            assert_eq!(answer.count("www-authenticate"), 0, "{kind:?}");
        }
        way.keystead.becomes_ready();
        assert_eq!(way.get("/v1/orders", &[&basic(&live())]).status, 200, "{kind:?}");
    }
}

#[test]
fn when_keystead_has_stopped_nobody_gets_in_and_no_key_is_called_wrong() {
    for kind in Kind::ALL {
        let Way { gateway, api, keystead, .. } = Way::through(kind, Keystead::opens());
        let authorization = basic(&live());
        let get = |path: &str| ask(gateway.address(), &[&format!("GET {path} HTTP/1.1"), &authorization]);
        assert_eq!(get("/v1/orders").status, 200, "{kind:?}");
        api.arrived();
        keystead.stops();
        for _ in 0..3 {
            let answer = get("/v1/orders");
            assert!((500..=504).contains(&answer.status), "{kind:?}: {answer:?}");
            assert_eq!(answer.count("www-authenticate"), 0, "{kind:?}");
        }
        assert!(api.arrived().is_empty(), "{kind:?}");
        assert_eq!(get("/public/health").status, 200, "{kind:?}: what needs no key goes on");
    }
}

#[test]
fn a_gateway_that_keystead_does_not_trust_lets_nobody_in() {
    for kind in Kind::ALL {
        let way = Way::through(kind, Keystead::opens_with_token("shared"));
        for forged in ["X-Keystead-Gateway-Token: shared", "X_Keystead_Gateway_Token: shared"] {
            let answer = way.get("/v1/orders", &[&basic(&live()), forged]);
            assert!(
                [403, 500, 503].contains(&answer.status),
                "{kind:?}: a client must not be able to vouch for its gateway: {answer:?}"
            );
        }
        assert!(way.api.arrived().is_empty(), "{kind:?}");
    }
}

#[test]
fn a_gateway_with_the_token_may_ask_and_keeps_it_to_itself() {
    for kind in Kind::ALL {
        let (keystead, api) = (Keystead::opens_with_token("shared"), Backend::opens());
        let gateway = Gateway::changed(kind, &keystead.places(api.address()), |text| {
            let comment = match kind {
                Kind::Nginx => "# proxy_set_header X-Keystead-Gateway-Token",
                Kind::Envoy => "# initial_metadata:",
                Kind::Caddy => "# header_up X-Keystead-Gateway-Token",
                Kind::Haproxy => "# setenv KEYSTEAD_GATEWAY_TOKEN",
                // The others ship the line as a comment; here it must be there to remove what a client sends.
                Kind::Traefik => {
                    let (before, after) = text.split_once("keystead-proof:\n").expect("the middleware ships");
                    let name = "X-Keystead-Gateway-Token: ";
                    let after = after.replacen(&format!("{name}\"\""), &format!("{name}\"shared\""), 1);
                    return format!("{before}keystead-proof:\n{after}");
                }
            };
            replaced(&replaced(text, comment, &comment[2..]), "content of that file", "shared")
        });
        for path in ["/v1/orders", "/v1/payouts", "/public/health"] {
            let answer = ask(gateway.address(), &[&format!("GET {path} HTTP/1.1"), &basic(&live())]);
            assert_eq!(answer.status, 200, "{kind:?} {path}: {answer:?}");
            let [seen] = &api.arrived()[..] else { panic!("{kind:?}: one request is one request") };
            assert_eq!(seen.all("x-keystead-gateway-token"), [""; 0], "{kind:?} {path}");
        }
    }
}

#[test]
fn the_owner_sees_the_clients_address_and_name_not_the_gateways() {
    for way in Way::each() {
        let forged = ["X-Real-IP: 192.0.2.66", "X-Forwarded-For: 192.0.2.66", "User-Agent: shop/2"];
        let authorization = basic(&live().with_a_wrong_secret());
        way.get("/v1/orders", &[&[authorization.as_str()], &forged[..]].concat());
        let told = way.keystead.refusals.recent_of(&live().key_id.parse().expect("a key id"));
        let [only] = &told[..] else { panic!("{:?}: one request is one refusal: {told:?}", way.kind) };
        let from = only.sources.latest().expect("a source");
        assert_eq!((only.count, from.agent.as_str()), (1, "shop/2"), "{:?}", way.kind);
        assert_eq!(from.address, Some([127, 0, 0, 1].into()), "{:?}", way.kind);
    }
}
