//! Envoy, with one worker.

use std::net::SocketAddr;

use crate::gateway::Says;

pub(crate) const SAYS: Says = Says {
    folder: "envoy",
    files: &["envoy.yaml"],
    listens: "{ address: 0.0.0.0, port_value: 80 }",
    listens_at: place,
    asks_as_envoy: true,
    place,
    own: |_| Vec::new(),
    program: ("KEYSTEAD_TEST_ENVOY", "envoy"),
    arguments: &["-c", "envoy.yaml", "--use-dynamic-base-id", "--concurrency", "1", "-l", "warn"],
    around: &[],
};

fn place(address: SocketAddr) -> String {
    format!("{{ address: {}, port_value: {} }}", address.ip(), address.port())
}
