//! The ops listener.

use std::net::SocketAddr;
use std::sync::Arc;

use keystead_server::config::Errors;
use keystead_server::gateway::GatewaySettings;
use keystead_server::ops::Ops;

use crate::http::{ask, basic};
use crate::site::{ACCOUNT, ENDED, EXPIRING, LIVE, OTHER_SECRET, RETIRING, SECRET, Site, TEST, UNKNOWN};

#[test]
fn ready_means_loaded_and_within_the_lease() {
    let site = Site::not_ready(Errors::Plain, GatewaySettings { threads: 1, ..GatewaySettings::default() });
    let ops = open(&site);
    let get = |path: &str| {
        let answer = ask(ops, &[&format!("GET {path} HTTP/1.1")]);
        (answer.status, answer.body)
    };
    assert_eq!(get("/healthz"), (200, "ok\n".to_owned()));
    assert_eq!(get("/readyz"), (503, "not ready: pairs are still being loaded\n".to_owned()));
    site.index.lease().ready();
    site.index.lease().renew(verify::Uptime::default(), 1_000);
    assert_eq!(get("/readyz"), (200, "ready\n".to_owned()));
    site.clock.advance(domain::SECOND);
    assert_eq!(
        get("/readyz"),
        (503, "not ready: the database has not been reached within the lease\n".to_owned())
    );
    assert_eq!(get("/healthz").0, 200, "silent is not dead");
    assert_eq!(get("/").0, 404);
}

#[test]
fn metrics_count_verdicts_of_all_threads_and_name_nobody() {
    let site = Site::open();
    let ops = open(&site);
    let status = |lines: &[&str]| ask(site.address, lines).status;
    for _ in 0..5 {
        status(&["GET /v1/authenticate HTTP/1.1", &basic(LIVE, SECRET)]);
    }
    status(&["GET /v1/authenticate HTTP/1.1", &basic(LIVE, OTHER_SECRET)]);
    status(&["GET /v1/authenticate HTTP/1.1", &basic(ENDED, SECRET)]);
    status(&["GET /v1/authenticate HTTP/1.1", &basic(UNKNOWN, SECRET)]);
    status(&["GET /v1/authenticate HTTP/1.1"]);
    site.index.set_position(42);
    site.clock.advance(domain::SECOND);

    let metrics = ask(ops, &["GET /metrics HTTP/1.1"]);
    assert!(metrics.header("Content-Type").starts_with("application/openmetrics-text"));
    // The first turn of each thread is timed, and took what it took.
    let turns = metrics
        .body
        .lines()
        .find_map(|line| line.strip_prefix("keystead_gateway_turn_duration_seconds_count "));
    assert!(turns.is_some_and(|count| matches!(count, "1" | "2")), "{turns:?}");
    let varies = ["keystead_process_", "keystead_build_", "keystead_gateway_turn_", "listener=\"gateway\""];
    let about_keys = |line: &&str| !varies.iter().any(|word| line.contains(word));
    insta::assert_snapshot!(metrics.body.lines().filter(about_keys).collect::<Vec<_>>().join("\n"));
    // TM-78
    let ids = [TEST, LIVE, ENDED, RETIRING, EXPIRING, UNKNOWN, ACCOUNT];
    assert!(ids.iter().all(|id| !metrics.body.contains(id)), "{}", metrics.body);
}

pub(crate) fn open(site: &Site) -> SocketAddr {
    let (desk, refusals, clock) = (site.desk.clone(), site.refusals.clone(), site.clock.clone());
    Ops { desk, refusals, sends: Arc::default(), meters: Arc::default(), clock }
        .listen(SocketAddr::from(([127, 0, 0, 1], 0)))
        .expect("a free port")
        .local_addr()
}
