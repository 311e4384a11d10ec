//! The gateway listener: answers whether a key is good, for gateways on a trusted network.
//!
//! One lane for each core: a thread with its own listening socket that shares nothing but the index with the others
//! and answers `/v1/authenticate` itself. Beside each lane stands a door to hyper, for whoever asks something else.
//! An answer comes from memory: nothing here waits for a database, and a process that cannot know says 503, never
//! 401. To the caller all refusals look the same; the true reason goes to [`verify::Refusals`] for the owner.

mod answer;
mod asked;
mod authenticate;
mod body;
mod caller;
mod desk;
mod identity;
mod lane;
mod limits;
mod service;
mod tally;
mod verify_call;
mod whoami;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use zeroize::Zeroizing;

pub use self::asked::{Asked, Authorization, Requested};
pub use self::caller::Caller;
pub use self::desk::{Desk, Outcome};
use self::lane::{Lane, LaneHandle};
pub use self::limits::allowance;
pub use self::tally::{Tallies, Tally};
pub use self::whoami::whoami;
use crate::accept::{Door, Limits, listen};
use crate::config::Network;

/// How the listener behaves.
pub struct GatewaySettings {
    /// Lanes, each a thread.
    pub threads: usize,
    /// What callers must send in `X-Keystead-Gateway-Token`; `None`: anybody who can connect may ask.
    pub token: Option<Zeroizing<String>>,
    /// Neighbours whose word about a caller's address is taken.
    pub proxies: Vec<Network>,
    /// Connections in all; more wait until one ends.
    pub connections_max: usize,
}

impl Default for GatewaySettings {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        Self { threads, token: None, proxies: Network::loopback(), connections_max: 50_000 }
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
pub struct GatewayHandle {
    address: SocketAddr,
    lanes: Vec<(LaneHandle, Door)>,
}

impl Gateway {
    /// Opens the listener and starts its threads. Port 0 picks a free one.
    pub fn listen(self, mut address: SocketAddr) -> io::Result<GatewayHandle> {
        let Gateway { desk, settings } = self;
        let threads = settings.threads.max(1);
        let connections_max = (settings.connections_max / threads).max(1);
        let token = settings.token.map(Arc::new);
        let proxies: Arc<[Network]> = settings.proxies.into();
        let mut lanes = Vec::with_capacity(threads);
        for number in 0..threads {
            // The first socket settles the port when it was left open.
            let listener = listen(address, threads > 1)?;
            address = listener.local_addr()?;
            let service =
                service::GatewayService::new(desk.clone(), desk.tally(), token.clone(), proxies.clone());
            let (door, arrivals) =
                Door::inside(&format!("gateway-door-{number}"), Limits { connections_max }, service.clone())?;
            service.tally().counts_open("gateway", arrivals.open().clone());
            let lane = Lane::new(service, arrivals, connections_max, listener)?;
            lanes.push((lane.start(format!("gateway-{number}"))?, door));
        }
        Ok(GatewayHandle { address, lanes })
    }
}

impl GatewayHandle {
    /// Where it listens.
    pub const fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Stops accepting, finishes what has begun, and joins the threads.
    pub fn stop(self) {
        for (lane, door) in &self.lanes {
            lane.ring();
            door.ask_to_close();
        }
        for (lane, door) in self.lanes {
            lane.join();
            door.join();
        }
    }
}
