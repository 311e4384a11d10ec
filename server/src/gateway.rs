//! The gateway listener: answers whether a key is good, for gateways on a trusted network.
//!
//! Own accept loops on plain hyper, one thread each, sharing nothing but the index. An answer comes from
//! memory: nothing here waits for a database, and a process that cannot know says 503, never 401. To the
//! caller all refusals look the same; the true reason goes to [`verify::Refusals`] for the owner.

mod answer;
mod authenticate;
mod body;
mod desk;
mod service;
mod tally;
mod verify_call;
mod whoami;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use zeroize::Zeroizing;

pub use self::desk::Desk;
pub use self::tally::{Tallies, Tally};
pub use self::whoami::whoami;
use crate::accept::{Doors, Limits};

/// How the listener behaves.
pub struct GatewaySettings {
    /// Accept loops, each a thread.
    pub threads: usize,
    /// What callers must send in `X-Keystead-Gateway-Token`; `None`: anybody who can connect may ask.
    pub token: Option<Zeroizing<String>>,
    /// Connections in all; more wait until one ends.
    pub connections_max: usize,
}

impl Default for GatewaySettings {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Self { threads, token: None, connections_max: 10_000 }
    }
}

/// The listener, ready to listen.
pub struct Gateway {
    /// What it answers from.
    pub desk: Arc<Desk>,
    /// How it behaves.
    pub settings: GatewaySettings,
}

/// A listener that is running. Dropping it does not stop it; [`GatewayHandle::stop`] does.
pub struct GatewayHandle(Doors);

impl Gateway {
    /// Opens the listener and starts its threads. Port 0 picks a free one.
    pub fn listen(self, address: SocketAddr) -> io::Result<GatewayHandle> {
        let Gateway { desk, settings } = self;
        let threads = settings.threads.max(1);
        let limits = Limits { connections_max: (settings.connections_max / threads).max(1) };
        let token = settings.token.map(Arc::new);
        Doors::open("gateway", address, threads, limits, || {
            service::GatewayService::new(desk.clone(), desk.tally(), token.clone())
        })
        .map(GatewayHandle)
    }
}

impl GatewayHandle {
    /// Where it listens.
    pub const fn local_addr(&self) -> SocketAddr {
        self.0.local_addr()
    }

    /// Stops accepting, finishes what has begun, and joins the threads.
    pub fn stop(self) {
        self.0.close();
    }
}
