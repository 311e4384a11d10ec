//! Caddy, without its administration.

use crate::gateway::Says;

pub(crate) const SAYS: Says = Says {
    folder: "caddy",
    files: &["Caddyfile"],
    listens: "http://api.example.com {",
    listens_at: |address| format!("http://:{} {{\n\tbind {}", address.port(), address.ip()),
    asks_as_envoy: false,
    place: |address| address.to_string(),
    own: |_| vec![("{\n\tservers {", "{\n\tadmin off\n\tservers {".to_owned())],
    program: ("KEYSTEAD_TEST_CADDY", "caddy"),
    arguments: &["run", "--config", "Caddyfile", "--adapter", "caddyfile"],
    around: &[],
};
