//! The doorkeeper: lets one thread's callers in, and ends connections that take too long.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::time::Duration;

use hyper::Request;
use hyper::body::Incoming;
use hyper::header::{CONNECTION, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::Service;
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::AbortHandle;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::pulse::{Doing, Pulse, Watched};
use super::{Arrival, Entrance, Limits, Place, Replies, Reply};

/// The largest request head that gets an answer with a body; larger ones get hyper's own bare 431.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// How often a closing door looks whether everybody has left.
const LEAVING_EVERY: Duration = Duration::from_millis(5);
/// How often it looks before it closes on those who are left.
const LEAVING_LOOKS: usize = 400;

pub(super) struct Doorkeeper<R> {
    replies: R,
    limits: Limits,
    close: Arc<Notify>,
    closing: Arc<AtomicBool>,
    seconds: Arc<AtomicU32>,
    open: Arc<AtomicUsize>,
    visits: Vec<Visit>,
}

/// Where callers come from, once it can be waited for.
enum Door {
    Street(tokio::net::TcpListener),
    Inside(UnboundedReceiver<Arrival>),
}

/// One connection, as the doorkeeper sees it.
struct Visit {
    pulse: Arc<Pulse>,
    task: AbortHandle,
}

impl<R: Replies> Doorkeeper<R> {
    pub(super) fn new(replies: R, limits: Limits, open: Arc<AtomicUsize>, close: Arc<Notify>) -> Self {
        Self {
            replies,
            limits,
            close,
            closing: Arc::default(),
            seconds: Arc::default(),
            open,
            visits: Vec::new(),
        }
    }

    /// Lets callers in until told to close, then waits for those who are being answered.
    pub(super) async fn keep(mut self, entrance: Entrance) {
        let mut door = match entrance {
            Entrance::Street(listener) => match tokio::net::TcpListener::from_std(listener) {
                Ok(listener) => Door::Street(listener),
                Err(failure) => {
                    tracing::error!(%failure, "A listener cannot be watched; its thread ends");
                    return;
                }
            },
            Entrance::Inside(arrivals) => Door::Inside(arrivals),
        };
        let mut second = every(Duration::from_secs(1));
        let close = self.close.clone();
        loop {
            // Whoever comes from inside has a place already.
            let has_room = matches!(door, Door::Inside(_))
                || self.open.load(Ordering::Relaxed) < self.limits.connections_max;
            tokio::select! {
                arrived = door.next(&self.open), if has_room => match arrived {
                    Ok(arrival) => self.admit(arrival),
                    // Out of descriptors, or the caller left already. The next second will be better.
                    Err(failure) => {
                        tracing::warn!(%failure, "A connection could not be accepted");
                        second.tick().await;
                        self.sweep();
                    }
                },
                _ = second.tick() => self.sweep(),
                () = close.notified() => break,
            }
        }
        drop(door);
        self.see_off().await;
    }

    fn admit(&mut self, arrival: Arrival) {
        let Arrival { stream, peer, sent, place } = arrival;
        let stream = match TcpStream::from_std(stream) {
            Ok(stream) => stream,
            Err(failure) => {
                tracing::warn!(%failure, "A connection could not be watched");
                return;
            }
        };
        // Without it the second of two small segments waits for an acknowledgement. A failure costs only
        // speed.
        let _ = stream.set_nodelay(true);
        let pulse = Arc::new(Pulse::new(self.seconds.clone()));
        let visitor = Visitor {
            replies: self.replies.clone(),
            peer,
            pulse: pulse.clone(),
            closing: self.closing.clone(),
        };
        let connection = http1::Builder::new()
            // Answers are one short piece: copying it costs less than a list of pieces does in the kernel.
            .writev(false)
            .header_read_timeout(None)
            .max_buf_size(HEAD_BYTES_MAX)
            .serve_connection(Watched::new(stream, sent, pulse.clone()), visitor);
        let task = tokio::spawn(async move {
            let _place = place;
            // Callers go away and send nonsense all day; what became of a key is counted elsewhere.
            if let Err(failure) = connection.await {
                tracing::trace!(%failure, "A connection ended early");
            }
        });
        self.visits.push(Visit { pulse, task: task.abort_handle() });
    }

    /// One second has passed: forgets those who left and closes on those who take too long.
    fn sweep(&mut self) {
        self.seconds.fetch_add(1, Ordering::Relaxed);
        self.visits.retain(|visit| {
            if visit.pulse.is_over() {
                visit.task.abort();
            }
            !visit.task.is_finished()
        });
    }

    /// Nobody new comes in: the idle are closed on, the others get their answer with `Connection: close`.
    async fn see_off(mut self) {
        self.closing.store(true, Ordering::Relaxed);
        let mut look = every(LEAVING_EVERY);
        for _ in 0..LEAVING_LOOKS {
            self.visits.retain(|visit| {
                if visit.pulse.doing() == Doing::Idle {
                    visit.task.abort();
                }
                !visit.task.is_finished()
            });
            if self.visits.is_empty() {
                return;
            }
            look.tick().await;
        }
    }
}

fn every(period: Duration) -> Interval {
    let mut interval = interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

impl Door {
    /// The next caller.
    async fn next(&mut self, open: &Arc<AtomicUsize>) -> io::Result<Arrival> {
        match self {
            Door::Street(listener) => {
                let (stream, peer) = listener.accept().await?;
                Ok(Arrival { stream: stream.into_std()?, peer, sent: Vec::new(), place: Place::taken(open) })
            }
            Door::Inside(arrivals) => match arrivals.recv().await {
                Some(arrival) => Ok(arrival),
                // Whoever sent them has ended, and this thread will be told to close.
                None => std::future::pending().await,
            },
        }
    }
}

/// The requests of one connection.
struct Visitor<R> {
    replies: R,
    peer: SocketAddr,
    pulse: Arc<Pulse>,
    closing: Arc<AtomicBool>,
}

impl<R: Replies> Service<Request<Incoming>> for Visitor<R> {
    type Response = hyper::Response<http_body_util::Full<hyper::body::Bytes>>;
    type Error = std::convert::Infallible;
    type Future = Reply;

    fn call(&self, request: Request<Incoming>) -> Reply {
        self.pulse.set(Doing::Answer);
        let reply = self.replies.reply(request, self.peer);
        if self.closing.load(Ordering::Relaxed)
            && let Reply::Now(mut answer) = reply
        {
            answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            return Reply::Now(answer);
        }
        reply
    }
}
