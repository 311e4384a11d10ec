//! Requests that two readers could take for different ones, sent byte for byte: through each gateway to the API, and to
//! Keystead's own listener. Whatever becomes of them, nobody's second request comes out of the first.

use keystead_tests::backend::Backend;
use keystead_tests::desk::{ACCOUNT, Keystead, test};
use keystead_tests::gateway::{Gateway, Kind};
use keystead_tests::raw::{Answer, ask, basic, exchange};
use keystead_tests::smuggling::{Case, cases};

/// Sends all cases, each on a connection of its own, at once.
fn answers(cases: &[Case], address: std::net::SocketAddr) -> Vec<Vec<Answer>> {
    std::thread::scope(|scope| {
        let sending: Vec<_> =
            cases.iter().map(|case| scope.spawn(move || exchange(address, &case.bytes))).collect();
        sending.into_iter().map(|one| one.join().expect("sending does not panic")).collect()
    })
}

fn nothing_is_smuggled_through(kind: Kind) {
    let (keystead, api) = (Keystead::opens(), Backend::opens());
    let gateway = Gateway::between(kind, &keystead.places(api.address()));
    let cases = cases("/asked", &test());
    let answers = answers(&cases, gateway.address());
    for seen in api.arrived() {
        assert!(!seen.line.contains("smuggled"), "{kind:?}: {seen:?}");
        assert_eq!(seen.all("x-key-id"), [&test().key_id], "{kind:?}: {seen:?}");
        assert_eq!(seen.all("x-account-id"), [ACCOUNT], "{kind:?}: {seen:?}");
    }
    for (case, answers) in cases.iter().zip(&answers) {
        // What a gateway says to nonsense is its own affair; a second request that it does see has no key.
        let good = answers.iter().filter(|answer| answer.status == 200).count();
        assert!(good <= 1, "{kind:?}, {}: {answers:?}", case.name);
    }
    assert_eq!(api.unclear(), [""; 0], "{kind:?}: what is passed on can be read in one way only");

    // Connections to the API that are kept must not hold something back for the next one who uses them.
    for _ in 0..50 {
        let answer = ask(gateway.address(), &["GET /next HTTP/1.1", &basic(&test())]);
        assert_eq!((answer.status, answer.body.as_str()), (200, "api"), "{kind:?}");
    }
    assert!(api.arrived().iter().all(|seen| seen.line == "GET /next HTTP/1.1"), "{kind:?}");
}

#[test]
fn nothing_is_smuggled_through_nginx() {
    nothing_is_smuggled_through(Kind::Nginx);
}

#[test]
fn nothing_is_smuggled_through_envoy() {
    nothing_is_smuggled_through(Kind::Envoy);
}

#[test]
fn nothing_is_smuggled_through_caddy() {
    nothing_is_smuggled_through(Kind::Caddy);
}

#[test]
fn nothing_is_smuggled_through_traefik() {
    nothing_is_smuggled_through(Kind::Traefik);
}

#[test]
fn nothing_is_smuggled_through_haproxy() {
    nothing_is_smuggled_through(Kind::Haproxy);
}

// TM-30
#[test]
fn keysteads_own_listener_answers_each_request_once_or_closes() {
    let keystead = Keystead::opens();
    let address = keystead.places(([127, 0, 0, 1], 1).into()).gateway;
    let cases = cases("/v1/authenticate", &test());
    assert!(50 <= cases.len(), "{}", cases.len());
    for (case, answers) in cases.iter().zip(answers(&cases, address)) {
        assert!(answers.len() <= case.answers_max, "{}: {answers:?}", case.name);
        if let [_, second] = &answers[..] {
            // It named a path that does not exist there and had no key.
            assert_eq!(second.status, 404, "{}: {answers:?}", case.name);
        }
        for answer in &answers {
            assert!([200, 400, 404, 431, 501, 505].contains(&answer.status), "{}: {answers:?}", case.name);
        }
    }
}

/// The test above must be able to fail: what a careless gateway passes on is found.
#[test]
fn an_api_that_is_sent_something_unclear_says_so() {
    let api = Backend::opens();
    answers(&cases("/asked", &test()), api.address());
    assert!(20 <= api.unclear().len());
    assert!(api.arrived().iter().any(|seen| seen.line.contains("smuggled")));
}
