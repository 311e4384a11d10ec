//! One thread's accept loop, and the end of connections that take too long.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::time::Duration;

use hyper::server::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::pulse::{Due, Pulse};
use crate::service::CheckService;

/// Questions of one connection that may be under way at once.
const STREAMS_MAX: u32 = 100;
/// All names and values of a request's headers together.
const HEADERS_MAX: u32 = 8 * 1024;
/// What may arrive before it is read: a whole question on a stream, and some dozens of them on a connection.
const STREAM_WINDOW: u32 = 20 * 1024;
const CONNECTION_WINDOW: u32 = 1024 * 1024;
/// Streams that a caller may open and reset at once without having been answered; more end the connection.
const RESETS_MAX: usize = 20;
/// Streams that we may reset because of a caller's mistakes before its connection ends.
const MISTAKES_MAX: usize = 100;
/// A silent connection is asked for a sign of life after this long, by the kernel: asking by HTTP/2 would cost every question a
/// lock and a look at the clock, several times over.
const SILENT_MAX: Duration = Duration::from_secs(20);
/// How often it is asked again, …
const ASKED_EVERY: Duration = Duration::from_secs(5);
/// … how many times …
const ASKED: u32 = 2;
/// … and how long what was sent may stay unacknowledged.
const UNACKNOWLEDGED_MAX: Duration = Duration::from_secs(30);
/// How often a closing door looks whether everybody has left.
const LEAVING_EVERY: Duration = Duration::from_millis(5);
/// How often it looks before it closes on those who are left.
const LEAVING_LOOKS: usize = 400;

pub(crate) struct Door {
    service: Arc<CheckService>,
    connections_max: usize,
    protocol: http2::Builder<TokioExecutor>,
    close: Arc<Notify>,
    seconds: Arc<AtomicU32>,
    open: Arc<AtomicUsize>,
    visits: Vec<Visit>,
}

/// One connection, as the door sees it.
struct Visit {
    pulse: Arc<Pulse>,
    goodbye: Arc<Notify>,
    task: AbortHandle,
}

impl Door {
    pub(crate) fn new(service: CheckService, connections_max: usize, close: Arc<Notify>) -> Self {
        let open = Arc::<AtomicUsize>::default();
        service.counts_open(open.clone());
        Self {
            service: Arc::new(service),
            connections_max,
            protocol: protocol(),
            close,
            seconds: Arc::default(),
            open,
            visits: Vec::new(),
        }
    }

    /// Accepts until told to close, then waits for those who are being answered.
    pub(crate) async fn keep(mut self, listener: TcpListener) {
        let listener = match tokio::net::TcpListener::from_std(listener) {
            Ok(listener) => listener,
            Err(failure) => {
                tracing::error!(%failure, "The Envoy listener cannot be watched; its thread ends");
                return;
            }
        };
        let mut second = every(Duration::from_secs(1));
        let close = self.close.clone();
        loop {
            let has_room = self.open.load(Ordering::Relaxed) < self.connections_max;
            tokio::select! {
                accepted = listener.accept(), if has_room => match accepted {
                    Ok((stream, _)) => self.admit(stream),
                    // Out of descriptors, or the caller left already. The next second will be better.
                    Err(failure) => {
                        tracing::warn!(%failure, "A connection of Envoy could not be accepted");
                        second.tick().await;
                        self.sweep();
                    }
                },
                _ = second.tick() => self.sweep(),
                () = close.notified() => break,
            }
        }
        drop(listener);
        self.see_off().await;
    }

    fn admit(&mut self, stream: TcpStream) {
        if let Err(failure) = outlive(&stream) {
            tracing::warn!(%failure, "A connection of Envoy could not be set up");
            return;
        }
        let pulse = Arc::new(Pulse::new(self.seconds.clone()));
        let goodbye = Arc::new(Notify::new());
        let visitor = self.service.clone().on(pulse.clone());
        let connection = self.protocol.serve_connection(TokioIo::new(stream), visitor);
        let (place, told) = (Place::taken(&self.open), goodbye.clone());
        let task = tokio::spawn(async move {
            let _place = place;
            let mut connection = std::pin::pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                () = told.notified() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            // Callers go away and send nonsense; what became of a key is counted elsewhere.
            if let Err(failure) = ended {
                tracing::trace!(%failure, "A connection of Envoy ended early");
            }
        });
        self.visits.push(Visit { pulse, goodbye, task: task.abort_handle() });
    }

    /// One second has passed: forgets those who left and ends those who take too long.
    fn sweep(&mut self) {
        self.seconds.fetch_add(1, Ordering::Relaxed);
        self.visits.retain(|visit| {
            match visit.pulse.due() {
                Due::Nothing => {}
                Due::Goodbye => visit.goodbye.notify_one(),
                Due::End => visit.task.abort(),
            }
            !visit.task.is_finished()
        });
    }

    /// Nobody new comes in; everybody is told to go once they have their answers.
    async fn see_off(mut self) {
        for visit in &self.visits {
            visit.goodbye.notify_one();
        }
        let mut look = every(LEAVING_EVERY);
        for _ in 0..LEAVING_LOOKS {
            self.visits.retain(|visit| !visit.task.is_finished());
            if self.visits.is_empty() {
                return;
            }
            look.tick().await;
        }
    }
}

/// A caller that is gone without a word takes no place for long.
fn outlive(stream: &TcpStream) -> std::io::Result<()> {
    let socket = SockRef::from(stream);
    // Without it the second of two small segments waits for an acknowledgement.
    socket.set_tcp_nodelay(true)?;
    let asked = TcpKeepalive::new().with_time(SILENT_MAX).with_interval(ASKED_EVERY).with_retries(ASKED);
    socket.set_tcp_keepalive(&asked)?;
    socket.set_tcp_user_timeout(Some(UNACKNOWLEDGED_MAX))
}

fn protocol() -> http2::Builder<TokioExecutor> {
    let mut protocol = http2::Builder::new(TokioExecutor::new());
    protocol
        .max_concurrent_streams(STREAMS_MAX)
        .max_header_list_size(HEADERS_MAX)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_pending_accept_reset_streams(RESETS_MAX)
        .max_local_error_reset_streams(MISTAKES_MAX)
        // Nobody reads the date of an answer to Envoy.
        .auto_date_header(false);
    protocol
}

fn every(period: Duration) -> Interval {
    let mut interval = interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

/// Keeps count of open connections, however they end.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn taken(open: &Arc<AtomicUsize>) -> Self {
        open.fetch_add(1, Ordering::Relaxed);
        Self(open.clone())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_caller_that_is_gone_without_a_word_is_found_out_in_half_a_minute() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let _caller = TcpStream::connect(address).await.expect("it listens");
        let (stream, _) = listener.accept().await.expect("somebody came");
        outlive(&stream).expect("the kernel can do that");
        let socket = SockRef::from(&stream);
        assert!(socket.keepalive().expect("readable"));
        let asked = socket.tcp_keepalive_interval().expect("readable") * ASKED;
        assert_eq!(socket.tcp_keepalive_time().expect("readable") + asked, Duration::from_secs(30));
        assert_eq!(socket.tcp_user_timeout().expect("readable"), Some(Duration::from_secs(30)));
    }
}
