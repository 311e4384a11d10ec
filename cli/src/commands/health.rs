//! `keystead health`: asks the running server of this machine whether it may vouch, for health checks that are a command.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use ureq::Agent;

use crate::failure::Failure;
use crate::output::line;

/// Whoever asks wants to know now.
const WITHIN: Duration = Duration::from_secs(3);

/// Whom to ask, and what.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Address of its ops listener
    #[arg(long, value_name = "ADDRESS", env = "KEYSTEAD__LISTEN__OPS", default_value = "127.0.0.1:9090")]
    ops: SocketAddr,
    /// Only ask whether the process answers, not whether it may vouch: what a process is started again for
    #[arg(long)]
    alive: bool,
}

/// Prints what the server says of itself; fails if that is not good, or nothing.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let path = if arguments.alive { "healthz" } else { "readyz" };
    let agent: Agent =
        Agent::config_builder().timeout_global(Some(WITHIN)).http_status_as_error(false).build().into();
    let address = reached_at(arguments.ops);
    let mut answer = agent.get(format!("http://{address}/{path}")).call().map_err(|error| {
        Failure::new(format!("nobody answers on {address}: {error}"))
            .hint("name the server's ops listener with --ops, and see that `keystead serve` runs")
    })?;
    let said = answer.body_mut().read_to_string()?;
    let said = said.trim_end();
    if answer.status().is_success() { line(said) } else { Err(Failure::new(said)) }
}

/// A listener on every address is reached on this machine's own.
fn reached_at(listener: SocketAddr) -> SocketAddr {
    let ip = match listener.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listener.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_on_every_address_is_asked_on_this_machine() {
        for (listener, asked) in [
            ("0.0.0.0:9090", "127.0.0.1:9090"),
            ("[::]:9090", "[::1]:9090"),
            ("192.0.2.7:9090", "192.0.2.7:9090"),
        ] {
            let listener = listener.parse().expect("an address");
            assert_eq!(reached_at(listener).to_string(), asked);
        }
    }
}
