//! A paced generator: requests are due at fixed moments, whatever the answers do, and each is timed from the moment it was
//! due. A server that stalls is so charged for everybody it kept waiting.

use std::io::{self, Write as _};
use std::net::{SocketAddr, TcpStream};

use rustix::event::Timespec;
use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use serde::Serialize;

use super::load::Expected;
use crate::clock::SystemClock;

/// Callers of one kind.
#[derive(Clone, Copy)]
pub(super) struct Stream<'a> {
    pub(super) requests: &'a [Vec<u8>],
    pub(super) status: &'static [u8],
    pub(super) connections: usize,
    /// Requests a second.
    pub(super) rate: f64,
}

/// Times of answers, in microseconds.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Waits {
    /// How many there were.
    pub answers: usize,
    /// Half took no longer.
    pub median_us: f64,
    /// Of a hundred, ninety-nine took no longer.
    pub p99_us: f64,
    /// Of a thousand, all but one took no longer.
    pub p999_us: f64,
    /// The longest.
    pub longest_us: f64,
}

/// How often a second something else may be done meanwhile.
pub(super) const TIMES_A_SECOND: usize = 5_000;

/// Asks as all streams say and tells how long the answers of each took. `meanwhile` is called [`TIMES_A_SECOND`], at most, and must
/// be quick: nobody is asked and nobody heard while it runs.
pub(super) fn paced(
    address: SocketAddr,
    streams: &[Stream<'_>],
    milliseconds: i64,
    meanwhile: &mut dyn FnMut() -> io::Result<()>,
) -> io::Result<Vec<Waits>> {
    const EVERY: i64 = 1_000_000_000 / TIMES_A_SECOND as i64;
    let clock = SystemClock;
    let poll = epoll::create(CreateFlags::CLOEXEC)?;
    let mut callers =
        streams.iter().map(|stream| Callers::connect(address, stream)).collect::<io::Result<Vec<_>>>()?;
    for (kind, callers) in callers.iter().enumerate() {
        for (number, line) in callers.lines.iter().enumerate() {
            epoll::add(&poll, line, EventData::new_u64((kind as u64) << 32 | number as u64), EventFlags::IN)?;
        }
    }
    let mut ready: Vec<Event> = Vec::with_capacity(256);
    let start = clock.nanoseconds();
    let end = start + milliseconds * 1_000_000;
    let (mut now, mut next) = (start, start);
    loop {
        for callers in &mut callers {
            callers.send_due(start, now, end)?;
        }
        if end <= now && callers.iter().all(Callers::are_done) {
            return Ok(callers.into_iter().map(|callers| Waits::of(callers.waits)).collect());
        }
        // Never sleeps: waking up would be measured too.
        let no_wait = Timespec { tv_sec: 0, tv_nsec: 0 };
        epoll::wait(&poll, rustix::buffer::spare_capacity(&mut ready), Some(&no_wait))?;
        for event in ready.drain(..) {
            let (kind, number) = (event.data.u64() >> 32, event.data.u64() & 0xFFFF_FFFF);
            callers[kind as usize].receive(number as usize)?;
        }
        now = clock.nanoseconds();
        if next <= now {
            meanwhile()?;
            next = now + EVERY;
        }
    }
}

/// The connections of one stream.
struct Callers<'a> {
    stream: Stream<'a>,
    expected: Expected,
    lines: Vec<TcpStream>,
    free: Vec<usize>,
    due: Vec<i64>,
    sent: usize,
    waits: Vec<i64>,
}

impl<'a> Callers<'a> {
    fn connect(address: SocketAddr, stream: &Stream<'a>) -> io::Result<Self> {
        let line = |_| {
            let line = TcpStream::connect(address)?;
            line.set_nodelay(true)?;
            Ok(line)
        };
        let mut lines = (0..stream.connections).map(line).collect::<io::Result<Vec<TcpStream>>>()?;
        let expected = Expected::learned(lines.first_mut(), stream.requests, stream.status)?;
        Ok(Self {
            stream: *stream,
            expected,
            free: (0..lines.len()).collect(),
            due: vec![0; lines.len()],
            lines,
            sent: 0,
            waits: Vec::new(),
        })
    }

    fn send_due(&mut self, start: i64, now: i64, end: i64) -> io::Result<()> {
        let gap = 1e9 / self.stream.rate;
        loop {
            let due = start + (self.sent as f64 * gap) as i64;
            if now < due || end <= due {
                return Ok(());
            }
            let Some(number) = self.free.pop() else { return Ok(()) };
            self.lines[number].write_all(&self.stream.requests[self.sent % self.stream.requests.len()])?;
            self.due[number] = due;
            self.sent += 1;
        }
    }

    fn receive(&mut self, number: usize) -> io::Result<()> {
        self.expected.receive(&mut self.lines[number])?;
        self.waits.push(SystemClock.nanoseconds() - self.due[number]);
        self.free.push(number);
        Ok(())
    }

    fn are_done(&self) -> bool {
        self.free.len() == self.lines.len()
    }
}

impl Waits {
    fn of(mut nanoseconds: Vec<i64>) -> Self {
        nanoseconds.sort_unstable();
        let at = |part: f64| {
            let place = (nanoseconds.len() as f64 * part) as usize;
            let place = place.min(nanoseconds.len().saturating_sub(1));
            nanoseconds.get(place).map_or(f64::NAN, |ns| *ns as f64 / 1e3)
        };
        Self {
            answers: nanoseconds.len(),
            median_us: at(0.5),
            p99_us: at(0.99),
            p999_us: at(0.999),
            longest_us: at(1.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_sorted_times() {
        let waits = Waits::of((0..1_000).rev().map(|n| n * 1_000).collect());
        let told = (waits.median_us, waits.p99_us, waits.p999_us, waits.longest_us);
        assert_eq!(told, (500.0, 990.0, 999.0, 999.0));
    }
}
