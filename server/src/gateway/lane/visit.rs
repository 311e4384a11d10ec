//! A visit: one caller's connection while it is in the lane.

use std::io::{self, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use rustix::event::epoll::{self, EventData, EventFlags};

use crate::accept::{Arrival, Place};

/// Seconds a caller has for his first request, and any request from its first byte to its last. TM-28
const HEAD_SECONDS: u32 = 5;
/// Seconds in which a caller must take what he is owed.
const ANSWER_SECONDS: u32 = 10;
/// Seconds between two requests: longer than gateways keep an idle connection (nginx: 60), because who closes first
/// may cut off a request that is on its way.
const IDLE_SECONDS: u32 = 75;

pub(super) struct Visit {
    stream: TcpStream,
    peer: SocketAddr,
    /// The beginning of a request.
    begun: Vec<u8>,
    /// Answers for which the connection had no room yet.
    owed: Vec<u8>,
    /// What comes after they are given.
    end: End,
    doing: Doing,
    since: u32,
    watched_for: EventFlags,
    /// Counted as open for as long as this exists.
    place: Place,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Doing {
    Nothing,
    Sending,
    Receiving,
}

/// What becomes of a caller when all that he sent has been answered.
#[derive(Debug, Default)]
pub(super) enum End {
    /// He may ask more.
    #[default]
    Stay,
    Leave,
    /// The rest of what he sent is for somebody else.
    HandOver(Vec<u8>),
}

/// What to do with a caller next.
pub(super) enum Then {
    Listen,
    WaitForRoom,
    Close,
    HandOver(Vec<u8>),
}

impl Visit {
    pub(super) fn new(stream: TcpStream, peer: SocketAddr, seconds: u32, open: &Arc<AtomicUsize>) -> Self {
        Self {
            stream,
            peer,
            begun: Vec::new(),
            owed: Vec::new(),
            end: End::Stay,
            doing: Doing::Sending,
            since: seconds,
            watched_for: EventFlags::IN,
            place: Place::taken(open),
        }
    }

    pub(super) const fn stream(&self) -> &TcpStream {
        &self.stream
    }

    pub(super) const fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// The beginning of a request that was read before.
    pub(super) fn begun(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.begun)
    }

    /// Keeps the beginning of a request until the rest of it comes.
    pub(super) fn keep(&mut self, begun: &[u8], seconds: u32) {
        let doing = if begun.is_empty() { Doing::Nothing } else { Doing::Sending };
        // The time for a request runs from its first byte: bytes that trickle in do not begin it anew.
        if doing == Doing::Nothing || self.doing != Doing::Sending {
            self.since = seconds;
        }
        self.doing = doing;
        self.begun.extend_from_slice(begun);
    }

    /// Gives answers and does what comes after them, as far as there is room.
    pub(super) fn give(&mut self, answers: &[u8], end: End) -> Then {
        self.end = end;
        match self.send(answers) {
            Ok(sent) if sent == answers.len() => self.ended(),
            Ok(sent) => {
                self.owed.extend_from_slice(&answers[sent..]);
                self.doing = Doing::Receiving;
                Then::WaitForRoom
            }
            Err(_) => Then::Close,
        }
    }

    /// Gives more of what is owed.
    pub(super) fn pay(&mut self) -> Then {
        let owed = std::mem::take(&mut self.owed);
        match self.send(&owed) {
            Ok(sent) if sent == owed.len() => {
                self.doing = if self.begun.is_empty() { Doing::Nothing } else { Doing::Sending };
                self.ended()
            }
            Ok(sent) => {
                self.owed = owed[sent..].to_vec();
                Then::WaitForRoom
            }
            Err(_) => Then::Close,
        }
    }

    pub(super) const fn owes(&self) -> bool {
        !self.owed.is_empty()
    }

    /// Has the lane told when the connection is ready for something.
    pub(super) fn watch(&mut self, epoll: &OwnedFd, number: usize, flags: EventFlags) -> io::Result<()> {
        if self.watched_for != flags {
            epoll::modify(epoll, &self.stream, EventData::new_u64(number as u64), flags)?;
            self.watched_for = flags;
        }
        Ok(())
    }

    /// Whether what it does has taken longer than it may.
    pub(super) const fn is_over(&self, seconds: u32) -> bool {
        let limit = match self.doing {
            Doing::Nothing => IDLE_SECONDS,
            Doing::Sending => HEAD_SECONDS,
            Doing::Receiving => ANSWER_SECONDS,
        };
        limit < seconds.wrapping_sub(self.since)
    }

    /// The connection, for somebody else to serve.
    pub(super) fn leave(self, sent: Vec<u8>) -> Arrival {
        Arrival { stream: self.stream, peer: self.peer, sent, place: self.place }
    }

    fn ended(&mut self) -> Then {
        match std::mem::take(&mut self.end) {
            End::Stay => Then::Listen,
            End::Leave => Then::Close,
            End::HandOver(sent) => Then::HandOver(sent),
        }
    }

    fn send(&mut self, mut bytes: &[u8]) -> io::Result<usize> {
        let mut sent = 0;
        while !bytes.is_empty() {
            match self.stream.write(bytes) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(length) => {
                    sent += length;
                    bytes = &bytes[length..];
                }
                Err(failure) if failure.kind() == io::ErrorKind::WouldBlock => break,
                Err(failure) if failure.kind() == io::ErrorKind::Interrupted => {}
                Err(failure) => return Err(failure),
            }
        }
        Ok(sent)
    }
}
