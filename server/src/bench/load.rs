//! The generator: connections that each send the next prepared request when an answer has come. No
//! pipelining, nothing formatted or allocated while it runs, so that one core of it outruns one core of any
//! server here.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::OwnedFd;

use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};

pub(super) struct Load<'a> {
    epoll: OwnedFd,
    callers: Vec<TcpStream>,
    requests: &'a [Vec<u8>],
    next: usize,
    status: &'a [u8],
    ready: Vec<Event>,
}

impl<'a> Load<'a> {
    /// Connects and sends the first request on every connection. `status` is what each answer must have.
    pub(super) fn new(
        address: SocketAddr,
        connections: usize,
        requests: &'a [Vec<u8>],
        status: &'a [u8],
    ) -> io::Result<Self> {
        let epoll = epoll::create(CreateFlags::CLOEXEC)?;
        let mut callers = Vec::with_capacity(connections);
        for number in 0..connections {
            let caller = TcpStream::connect(address)?;
            caller.set_nodelay(true)?;
            epoll::add(&epoll, &caller, EventData::new_u64(number as u64), EventFlags::IN)?;
            callers.push(caller);
        }
        let mut load =
            Self { epoll, callers, requests, next: 0, status, ready: Vec::with_capacity(connections) };
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
                self.receive(number)?;
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

    /// Answers here are a head of a few hundred bytes without a body; they come in one piece.
    fn receive(&mut self, number: usize) -> io::Result<()> {
        let mut answer = [0u8; 2048];
        let length = self.callers[number].read(&mut answer)?;
        let answer = &answer[..length];
        if answer.get(9..12) != Some(self.status) || !answer.ends_with(b"\r\n\r\n") {
            let line = answer.split(|byte| *byte == b'\r').next().unwrap_or_default();
            let line = String::from_utf8_lossy(line);
            return Err(io::Error::other(format!("an unexpected answer while measuring: {line:?}")));
        }
        Ok(())
    }
}
