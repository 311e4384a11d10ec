//! The pulse of a connection: what it is doing, and since which second.
//!
//! A request moves it with plain stores; once a second the doorkeeper looks at all of them. So limits are
//! kept to a second or two, which is enough against callers that stall, and cost nothing.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Seconds a request head may take from its first byte; also what a new connection has for its first head.
const HEAD_SECONDS: u32 = 10;
/// Seconds from a request head to the end of its answer: a body of 10 s and some.
const ANSWER_SECONDS: u32 = 30;
/// Seconds between two requests.
const IDLE_SECONDS: u32 = 60;

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doing {
    /// Between two requests.
    Idle,
    /// A head is arriving.
    Head,
    /// A request is being answered.
    Answer,
}

/// What a connection is doing and since when, in one word.
#[derive(Debug)]
pub(super) struct Pulse {
    word: AtomicU32,
    seconds: Arc<AtomicU32>,
}

impl Pulse {
    /// A connection that was just accepted. `seconds` is the thread's count.
    pub(super) fn new(seconds: Arc<AtomicU32>) -> Self {
        let pulse = Self { word: AtomicU32::new(0), seconds };
        pulse.set(Doing::Head);
        pulse
    }

    pub(super) fn set(&self, doing: Doing) {
        let now = self.seconds.load(Ordering::Relaxed);
        self.word.store(now << 2 | doing as u32, Ordering::Relaxed);
    }

    pub(super) fn doing(&self) -> Doing {
        match self.word.load(Ordering::Relaxed) & 3 {
            0 => Doing::Idle,
            1 => Doing::Head,
            _ => Doing::Answer,
        }
    }

    /// Whether it has taken longer than it may.
    pub(super) fn is_over(&self) -> bool {
        let since = self.word.load(Ordering::Relaxed) >> 2;
        let limit = match self.doing() {
            Doing::Idle => IDLE_SECONDS,
            Doing::Head => HEAD_SECONDS,
            Doing::Answer => ANSWER_SECONDS,
        };
        // The count is 30 bits wide in the word; a difference survives its turning over.
        limit < (self.seconds.load(Ordering::Relaxed).wrapping_sub(since)) & (u32::MAX >> 2)
    }
}

/// A connection whose reads and writes move its pulse.
pub(super) struct Watched {
    stream: TokioIo<TcpStream>,
    /// What somebody else has read already.
    sent: Vec<u8>,
    pulse: Arc<Pulse>,
}

impl Watched {
    pub(super) fn new(stream: TcpStream, sent: Vec<u8>, pulse: Arc<Pulse>) -> Self {
        Self { stream: TokioIo::new(stream), sent, pulse }
    }

    fn stream(self: Pin<&mut Self>) -> Pin<&mut TokioIo<TcpStream>> {
        Pin::new(&mut self.get_mut().stream)
    }

    fn written(&self, result: &Poll<io::Result<usize>>) {
        if result.is_ready() && self.pulse.doing() == Doing::Answer {
            self.pulse.set(Doing::Idle);
        }
    }
}

impl Read for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.sent.is_empty() {
            let length = self.sent.len().min(buffer.remaining());
            buffer.put_slice(&self.sent[..length]);
            self.sent.drain(..length);
            return Poll::Ready(Ok(()));
        }
        let result = self.as_mut().stream().poll_read(cx, buffer);
        if result.is_ready() && self.pulse.doing() == Doing::Idle {
            self.pulse.set(Doing::Head);
        }
        result
    }
}

impl Write for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let result = self.as_mut().stream().poll_write(cx, bytes);
        self.written(&result);
        result
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = self.as_mut().stream().poll_write_vectored(cx, pieces);
        self.written(&result);
        result
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_over_when_what_it_does_takes_too_long() {
        for (doing, limit) in [(Doing::Head, 10), (Doing::Answer, 30), (Doing::Idle, 60)] {
            for start in [0, 5_000, (u32::MAX >> 2) - 5, u32::MAX - 5] {
                let seconds = Arc::new(AtomicU32::new(start));
                let pulse = Pulse::new(seconds.clone());
                pulse.set(doing);
                seconds.store(start.wrapping_add(limit), Ordering::Relaxed);
                assert!(!pulse.is_over(), "{doing:?} after {limit} s from {start}");
                seconds.store(start.wrapping_add(limit + 1), Ordering::Relaxed);
                assert!(pulse.is_over(), "{doing:?} after {limit} s and one from {start}");
            }
        }
    }
}
