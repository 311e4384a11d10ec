//! Doors: callers served by plain hyper, on threads of their own that share nothing. They come in from the street,
//! through a listening socket, or from inside: from somebody who has accepted them already and read what he could not
//! answer himself.
//!
//! Slow and idle callers are
//! closed by a count of seconds that costs a request nothing ([`pulse`]), because a timer for each request
//! would cost more than the answer.

mod doorkeeper;
mod pulse;

use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::thread::JoinHandle;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response};
use socket2::{Domain, Protocol, Socket, Type};
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

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

/// Where callers come from.
enum Entrance {
    Street(TcpListener),
    Inside(UnboundedReceiver<Arrival>),
}

/// A caller who was let in already.
pub(crate) struct Arrival {
    pub(crate) stream: std::net::TcpStream,
    pub(crate) peer: SocketAddr,
    /// What was read of what he sent and is not answered yet.
    pub(crate) sent: Vec<u8>,
    pub(crate) place: Place,
}

/// Keeps count of open connections, however they end and whoever serves them.
pub(crate) struct Place(Arc<AtomicUsize>);

/// The way in from inside.
#[derive(Clone)]
pub(crate) struct Arrivals {
    way: UnboundedSender<Arrival>,
    open: Arc<AtomicUsize>,
}

/// An open door: a running thread.
pub(crate) struct Door {
    close: Arc<Notify>,
    thread: JoinHandle<()>,
}

/// A door to the street.
pub(crate) struct StreetDoor {
    address: SocketAddr,
    door: Door,
}

impl StreetDoor {
    /// Listens on `address`. Port 0 picks a free one.
    pub(crate) fn open<R: Replies>(
        name: &str,
        address: SocketAddr,
        limits: Limits,
        replies: R,
    ) -> io::Result<Self> {
        let listener = listen(address, false)?;
        let address = listener.local_addr()?;
        let door = Door::open(name, Entrance::Street(listener), limits, Arc::default(), replies)?;
        Ok(Self { address, door })
    }

    pub(crate) const fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Stops accepting, lets begun requests end, joins the thread.
    pub(crate) fn close(self) {
        self.door.ask_to_close();
        self.door.join();
    }
}

impl Door {
    /// A door from inside, and the way to it.
    pub(crate) fn inside<R: Replies>(name: &str, limits: Limits, replies: R) -> io::Result<(Self, Arrivals)> {
        let (way, arrivals) = unbounded_channel();
        let open = Arc::<AtomicUsize>::default();
        let door = Self::open(name, Entrance::Inside(arrivals), limits, open.clone(), replies)?;
        Ok((door, Arrivals { way, open }))
    }

    fn open<R: Replies>(
        name: &str,
        entrance: Entrance,
        limits: Limits,
        open: Arc<AtomicUsize>,
        replies: R,
    ) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let close = Arc::new(Notify::new());
        let keeper = Doorkeeper::new(replies, limits, open, close.clone());
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || runtime.block_on(keeper.keep(entrance)))?;
        Ok(Self { close, thread })
    }

    /// Asks the thread to let nobody in any more.
    pub(crate) fn ask_to_close(&self) {
        self.close.notify_one();
    }

    /// Waits until everybody has left.
    pub(crate) fn join(self) {
        if self.thread.join().is_err() {
            tracing::error!("A listener thread had ended before it was asked to");
        }
    }
}

impl Arrivals {
    /// Sends a caller in. When nobody is there any more, his connection ends.
    pub(crate) fn send(&self, arrival: Arrival) {
        let _ = self.way.send(arrival);
    }

    /// How many connections are open on either side.
    pub(crate) const fn open(&self) -> &Arc<AtomicUsize> {
        &self.open
    }
}

impl Place {
    pub(crate) fn taken(open: &Arc<AtomicUsize>) -> Self {
        open.fetch_add(1, Ordering::Relaxed);
        Self(open.clone())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Opens a listening socket. `shared`: others of our own listen there too, and the kernel spreads callers over them.
pub(crate) fn listen(address: SocketAddr, shared: bool) -> io::Result<TcpListener> {
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
