//! HAProxy, in the foreground.

use crate::gateway::Says;

pub(crate) const SAYS: Says = Says {
    folder: "haproxy",
    files: &["haproxy.cfg", "keystead.lua"],
    listens: "bind :80",
    listens_at: |address| format!("bind {address}"),
    asks_as_envoy: false,
    place: |address| address.to_string(),
    // Two of them on one machine must not share the way to Keystead.
    own: |address| vec![("abns@keystead", format!("abns@keystead-{}", address.port()))],
    program: ("KEYSTEAD_TEST_HAPROXY", "haproxy"),
    arguments: &["-db", "-f", "haproxy.cfg"],
    around: &[],
};
