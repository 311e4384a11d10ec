//! Speaks ext_authz: Envoy asks over gRPC whether a request's key is good, and gets the gateway listener's answer.
//!
//! `envoy.service.auth.v3.Authorization/Check` on plain hyper HTTP/2: own accept loops, one thread each, sharing nothing
//! but the index. A Check is one short message each way, so the few fields that matter are read where they lie
//! (`fields`) and answers are written straight into one buffer (`answer`). What is decided, counted and remembered is
//! `server::gateway::Desk`'s business; here is only how Envoy says it.

mod answer;
mod body;
mod door;
mod fields;
mod frame;
mod handle;
mod pulse;
mod question;
mod service;
mod status;

use std::io;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::sync::Arc;

use server::gateway::Desk;
use zeroize::Zeroizing;

pub use self::handle::Handle;

/// How the listener behaves.
pub struct Settings {
    /// Accept loops, each a thread.
    pub threads: usize,
    /// What Envoy must send as metadata `x-keystead-gateway-token`; `None`: anybody who can connect may ask.
    pub token: Option<Zeroizing<String>>,
    /// Connections in all; more wait until one ends. Envoy opens one for each of its workers.
    pub connections_max: usize,
}

impl Default for Settings {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self { threads, token: None, connections_max: 1_000 }
    }
}

/// The listener, ready to listen.
pub struct Listener {
    /// What it answers from.
    pub desk: Arc<Desk>,
    /// How it behaves.
    pub settings: Settings,
}

impl Listener {
    /// Opens the listener and starts its threads. Port 0 picks a free one.
    pub fn listen(self, address: SocketAddr) -> io::Result<Handle> {
        let Listener { desk, settings } = self;
        let threads = settings.threads.max(1);
        let connections_max = (settings.connections_max / threads).max(1);
        let token = settings.token.map(Arc::new);
        let answers = Arc::new(answer::Answers::of(&desk));
        Handle::open(address, threads, connections_max, || {
            service::CheckService::new(desk.clone(), desk.tally(), answers.clone(), token.clone())
        })
    }
}
