//! The generator: connections that each send the next prepared request when an answer has come. No
//! pipelining, nothing formatted or allocated while it runs, so that one core of it outruns one core of any
//! server here; whoever uses it looks at its own share of a core.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::OwnedFd;

use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};

/// The largest answer.
const ANSWER_BYTES_MAX: usize = 4096;

pub(super) struct Load<'a> {
    epoll: OwnedFd,
    callers: Vec<TcpStream>,
    requests: &'a [Vec<u8>],
    next: usize,
    expected: Expected,
    ready: Vec<Event>,
}

impl<'a> Load<'a> {
    /// Connects and sends the first request on every connection. `status` is what each answer must have.
    pub(super) fn new(
        address: SocketAddr,
        connections: usize,
        requests: &'a [Vec<u8>],
        status: &'static [u8],
    ) -> io::Result<Self> {
        let epoll = epoll::create(CreateFlags::CLOEXEC)?;
        let mut callers = Vec::with_capacity(connections);
        for number in 0..connections {
            let caller = TcpStream::connect(address)?;
            caller.set_nodelay(true)?;
            epoll::add(&epoll, &caller, EventData::new_u64(number as u64), EventFlags::IN)?;
            callers.push(caller);
        }
        let expected = Expected::learned(callers.first_mut(), requests, status)?;
        let mut load =
            Self { epoll, callers, requests, next: 0, expected, ready: Vec::with_capacity(connections) };
        for number in 0..connections {
            load.send(number)?;
        }
        Ok(load)
    }

    /// Goes on until at least `answers` more have come; says how many did.
    pub(super) fn go(&mut self, answers: u64) -> io::Result<u64> {
        let mut got = 0;
        while got < answers {
            let mut ready = std::mem::take(&mut self.ready);
            epoll::wait(&self.epoll, rustix::buffer::spare_capacity(&mut ready), None)?;
            for event in ready.drain(..) {
                let number = event.data.u64() as usize;
                self.expected.receive(&mut self.callers[number])?;
                got += 1;
                self.send(number)?;
            }
            self.ready = ready;
        }
        Ok(got)
    }

    fn send(&mut self, number: usize) -> io::Result<()> {
        let request = &self.requests[self.next % self.requests.len()];
        self.next += 1;
        self.callers[number].write_all(request)
    }
}

/// What every answer looks like: its status, and how it ends.
pub(super) struct Expected {
    status: &'static [u8],
    /// The empty line after the head, and the body. Headers differ between keys, bodies do not.
    end: Vec<u8>,
}

impl Expected {
    /// Asks once and takes the answer to pieces, so that this need not be done each time.
    pub(super) fn learned(
        caller: Option<&mut TcpStream>,
        requests: &[Vec<u8>],
        status: &'static [u8],
    ) -> io::Result<Self> {
        let (Some(caller), Some(request)) = (caller, requests.first()) else {
            return Err(io::Error::other("measuring needs a connection and a request"));
        };
        caller.write_all(request)?;
        let mut answer = Vec::new();
        let mut piece = [0u8; ANSWER_BYTES_MAX];
        loop {
            let length = caller.read(&mut piece)?;
            answer.extend_from_slice(&piece[..length]);
            if let Some(end) = end_of(&answer) {
                if answer.get(9..12) != Some(status) {
                    return Err(unexpected(&answer));
                }
                return Ok(Self { status, end: end.to_vec() });
            }
            if length == 0 || ANSWER_BYTES_MAX < answer.len() {
                return Err(unexpected(&answer));
            }
        }
    }

    /// Reads one answer. Nearly always it comes in one piece.
    pub(super) fn receive(&self, caller: &mut TcpStream) -> io::Result<()> {
        let mut answer = [0u8; ANSWER_BYTES_MAX];
        let mut filled = caller.read(&mut answer)?;
        while !answer[..filled].ends_with(&self.end) {
            let length = caller.read(&mut answer[filled..])?;
            if length == 0 {
                return Err(unexpected(&answer[..filled]));
            }
            filled += length;
        }
        if answer.get(9..12) == Some(self.status) { Ok(()) } else { Err(unexpected(&answer[..filled])) }
    }
}

/// The empty line and the body, once all of the answer is there.
fn end_of(answer: &[u8]) -> Option<&[u8]> {
    let head = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let length = String::from_utf8_lossy(&answer[..head])
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(0, |(_, length)| length.trim().parse().unwrap_or(0));
    (head + 4 + length <= answer.len()).then(|| &answer[head..])
}

fn unexpected(answer: &[u8]) -> io::Error {
    let line = answer.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    io::Error::other(format!("an unexpected answer while measuring: {line:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_an_answer_is_its_empty_line_with_its_body_once_that_is_there() {
        let head = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 3\r\nX: y\r\n\r\n".to_vec();
        assert_eq!(end_of(&head[..20]), None);
        assert_eq!(end_of(&head), None);
        assert_eq!(end_of(&[head.as_slice(), b"abc"].concat()), Some(b"\r\n\r\nabc".as_slice()));
        assert_eq!(end_of(b"HTTP/1.1 204 No Content\r\n\r\n"), Some(b"\r\n\r\n".as_slice()));
    }
}
