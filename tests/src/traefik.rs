//! Traefik, with its file provider.

use crate::gateway::Says;

pub(crate) const SAYS: Says = Says {
    folder: "traefik",
    files: &["keystead.yml", "traefik.yml"],
    listens: "address: \":80\"",
    listens_at: |address| format!("address: \"{address}\""),
    asks_as_envoy: false,
    place: |address| address.to_string(),
    own: |_| Vec::new(),
    program: ("KEYSTEAD_TEST_TRAEFIK", "traefik"),
    arguments: &["--configFile=traefik.yml"],
    around: &[],
};
