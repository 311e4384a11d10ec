//! Doors: accept loops on plain hyper, each on a thread of its own with its own listening socket.
//!
//! `SO_REUSEPORT` lets the kernel spread connections; the threads share nothing. Slow and idle callers are
//! closed by a count of seconds that costs a request nothing ([`pulse`]), because a timer for each request
//! would cost more than the answer.

mod doorkeeper;
mod pulse;

use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread::JoinHandle;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response};
use socket2::{Domain, Protocol, Socket, Type};
use tokio::sync::Notify;

use self::doorkeeper::Doorkeeper;

/// Connections the kernel may hold before they are accepted.
const BACKLOG: i32 = 4096;

/// Answers requests. One for each thread.
pub(crate) trait Replies: Clone + Send + Sync + 'static {
    /// Answers one request of a caller at `peer`.
    fn reply(&self, request: Request<Incoming>, peer: SocketAddr) -> Reply;
}

/// An answer, at once or after reading what the caller sends.
pub(crate) enum Reply {
    Now(Response<Full<Bytes>>),
    Later(Pin<Box<dyn Future<Output = Response<Full<Bytes>>> + Send>>),
    /// Already given away.
    Given,
}

impl Future for Reply {
    type Output = Result<Response<Full<Bytes>>, std::convert::Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Reply::Later(answer) = &mut *self {
            return answer.as_mut().poll(cx).map(Ok);
        }
        match std::mem::replace(&mut *self, Reply::Given) {
            Reply::Now(answer) => Poll::Ready(Ok(answer)),
            Reply::Later(_) | Reply::Given => {
                unreachable!("a reply is asked again only while it says to wait")
            }
        }
    }
}

/// What one thread bears.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Open connections; more wait in the kernel until one ends.
    pub(crate) connections_max: usize,
}

/// Open doors: running threads.
pub(crate) struct Doors {
    address: SocketAddr,
    threads: Vec<(Arc<Notify>, JoinHandle<()>)>,
}

impl Doors {
    /// Listens on `address` with as many threads, each with its own `Replies`.
    pub(crate) fn open<R: Replies>(
        name: &str,
        address: SocketAddr,
        threads: usize,
        limits: Limits,
        mut replies: impl FnMut() -> R,
    ) -> io::Result<Self> {
        let mut doors = Self { address, threads: Vec::with_capacity(threads) };
        for number in 0..threads {
            // The first socket settles the port when it was left open.
            let listener = listen(doors.address, threads > 1)?;
            doors.address = listener.local_addr()?;
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let close = Arc::new(Notify::new());
            let keeper = Doorkeeper::new(replies(), limits, close.clone());
            let thread = std::thread::Builder::new()
                .name(format!("{name}-{number}"))
                .spawn(move || runtime.block_on(keeper.keep(listener)))?;
            doors.threads.push((close, thread));
        }
        Ok(doors)
    }

    pub(crate) const fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Stops accepting, lets begun requests end, joins the threads.
    pub(crate) fn close(self) {
        for (close, _) in &self.threads {
            close.notify_one();
        }
        for (_, thread) in self.threads {
            if thread.join().is_err() {
                tracing::error!("A listener thread had ended before it was asked to");
            }
        }
    }
}

fn listen(address: SocketAddr, shared: bool) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    if shared {
        // Only when there are several of our own: otherwise a second process could take half of our callers
        // unnoticed.
        socket.set_reuse_port(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}
