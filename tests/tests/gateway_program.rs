//! The built program behind real gateways: both of its listeners for them answer, and stop with it.

use std::net::TcpListener;

use keystead_tests::backend::Backend;
use keystead_tests::desk::live;
use keystead_tests::gateway::{Gateway, Kind, Places};
use keystead_tests::installation::{Installation, done, said};
use keystead_tests::raw::{ask, basic};

#[test]
fn the_program_answers_gateways_on_both_listeners_and_stops_with_them() {
    let installation = Installation::fresh();
    let served = installation.serve();
    let api = Backend::opens();
    let places = Places { gateway: served.gateway, envoy: served.envoy, api: api.address() };
    let gateways = [Kind::Nginx, Kind::Envoy].map(|kind| Gateway::between(kind, &places));
    for gateway in &gateways {
        // Nobody has a key of this installation; that is what it says, and not that it cannot say.
        let answer = ask(gateway.address(), &["GET / HTTP/1.1", &basic(&live())]);
        assert_eq!(answer.status, 401, "{answer:?}");
        assert!(answer.body.contains("Authentication failed"), "{answer:?}");
    }
    let (ended, log) = served.stop();
    assert!(ended.success(), "{log}");
    for gateway in &gateways {
        let answer = ask(gateway.address(), &["GET / HTTP/1.1", &basic(&live())]);
        assert!((500..=504).contains(&answer.status), "{answer:?}");
    }
    assert!(api.arrived().is_empty());
}

#[test]
fn a_taken_address_of_the_envoy_listener_is_named_and_nothing_is_half_started() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let address = taken.local_addr().expect("a bound listener has an address").to_string();
    let installation = Installation::fresh();
    let told = done(installation.serving().env("KEYSTEAD__LISTEN__ENVOY", &address));
    assert_eq!(told.status.code(), Some(1));
    assert!(said(&told).contains("Envoy listener") && said(&told).contains(&address), "{}", said(&told));
}
