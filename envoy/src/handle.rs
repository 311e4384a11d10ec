//! A listener that is running: its sockets, its threads, and how it stops.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;

use socket2::{Domain, Protocol, Socket, Type};
use tokio::sync::Notify;

use crate::door::Door;
use crate::service::CheckService;

/// Connections the kernel may hold before they are accepted.
const BACKLOG: i32 = 1024;

/// A listener that is running. Dropping it does not stop it; [`Handle::stop`] does.
pub struct Handle {
    address: SocketAddr,
    threads: Vec<(Arc<Notify>, JoinHandle<()>)>,
}

impl Handle {
    pub(crate) fn open(
        address: SocketAddr,
        threads: usize,
        connections_max: usize,
        mut service: impl FnMut() -> CheckService,
    ) -> io::Result<Self> {
        let mut handle = Self { address, threads: Vec::with_capacity(threads) };
        for number in 0..threads {
            // The first socket settles the port when it was left open.
            let listener = listen(handle.address, threads > 1)?;
            handle.address = listener.local_addr()?;
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let close = Arc::new(Notify::new());
            let door = Door::new(service(), connections_max, close.clone());
            let thread = std::thread::Builder::new()
                .name(format!("envoy-{number}"))
                .spawn(move || runtime.block_on(door.keep(listener)))?;
            handle.threads.push((close, thread));
        }
        Ok(handle)
    }

    /// Where it listens.
    pub const fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Stops accepting, finishes what has begun, and joins the threads.
    pub fn stop(self) {
        for (close, _) in &self.threads {
            close.notify_one();
        }
        for (_, thread) in self.threads {
            if thread.join().is_err() {
                tracing::error!("A thread of the Envoy listener had ended before it was asked to");
            }
        }
    }
}

fn listen(address: SocketAddr, shared: bool) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    if shared {
        // Only when there are several of our own: otherwise a second process could take half of our callers unnoticed.
        socket.set_reuse_port(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}
