//! The lane: one thread that answers `/v1/authenticate` and nothing else, as fast as an empty reply.
//!
//! It waits for many callers at once and takes up whoever has sent something, in turns: read from all, ask for the
//! memory that their verdicts will wait for, answer all. So one turn waits for memory once where single requests
//! would wait each, and the clock is read once a turn. Whatever is not a plain question of this path — another
//! path, a body, an older version, a head that the parser refuses — is given to hyper with its connection, after
//! what came before it has been answered.

pub(super) mod answers;
mod batch;
mod head;
mod visit;

use std::io;
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;

use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use rustix::event::{EventfdFlags, Timespec, eventfd};
use slab::Slab;

use self::batch::Batch;
use self::visit::{Then, Visit};
use super::service::GatewayService;
use crate::accept::Arrivals;
use crate::clock::{Clock as _, SystemClock};

/// What a caller's number never is.
const LISTENER: u64 = u64::MAX;
const BELL: u64 = u64::MAX - 1;
/// Callers taken up in one turn.
const READY_MAX: usize = 64;
/// New callers let in in one turn, …
const ADMITTED_MAX: usize = 8;
/// … callers closed on, …
const CLOSED_MAX: usize = 4;
/// … and callers looked at: each costs time in which nobody is answered.
const LOOKED_AT_MAX: usize = 512;
/// How long a closing lane waits for callers who do not take their answers.
const LEAVING_MS: i64 = 2_000;
/// Those who take too long are looked for so often.
const SWEEP_MS: i64 = 1_000;
/// One turn in so many is timed, for the ops listener.
const TIMED: u32 = 64;
const TURN: Timespec = Timespec { tv_sec: 0, tv_nsec: 50_000_000 };
/// Between two turns that close on callers, where nobody else asks: four thousand a second are closed on, at least. A lane that
/// never sleeps has to give others their share of its core, milliseconds at a time.
const SOON: Timespec = Timespec { tv_sec: 0, tv_nsec: 1_000_000 };

/// A lane that is running.
pub(super) struct LaneHandle {
    bell: Arc<OwnedFd>,
    thread: JoinHandle<()>,
}

/// One thread's callers and what it answers them from.
pub(super) struct Lane {
    service: GatewayService,
    /// Where callers go who ask for something else.
    arrivals: Arrivals,
    /// Callers of this thread, wherever they are.
    open: Arc<AtomicUsize>,
    connections_max: usize,
    epoll: OwnedFd,
    bell: Arc<OwnedFd>,
    listener: Option<TcpListener>,
    is_listening: bool,
    visits: Slab<Visit>,
    turns: u32,
    /// Seconds since the lane began.
    seconds: u32,
    swept_at: i64,
    /// Callers below this number have been looked at since then.
    swept: usize,
}

impl Lane {
    pub(super) fn new(
        service: GatewayService,
        arrivals: Arrivals,
        connections_max: usize,
        listener: TcpListener,
    ) -> io::Result<Self> {
        let epoll = epoll::create(CreateFlags::CLOEXEC)?;
        let bell = Arc::new(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?);
        epoll::add(&epoll, &bell, EventData::new_u64(BELL), EventFlags::IN)?;
        epoll::add(&epoll, &listener, EventData::new_u64(LISTENER), EventFlags::IN)?;
        Ok(Self {
            service,
            open: arrivals.open().clone(),
            arrivals,
            connections_max,
            epoll,
            bell,
            listener: Some(listener),
            is_listening: true,
            visits: Slab::new(),
            turns: 0,
            seconds: 0,
            swept_at: 0,
            swept: 0,
        })
    }

    /// Starts the thread.
    pub(super) fn start(self, name: String) -> io::Result<LaneHandle> {
        let bell = self.bell.clone();
        let thread = std::thread::Builder::new().name(name).spawn(move || {
            if let Err(failure) = self.run() {
                tracing::error!(%failure, "A gateway thread has ended");
            }
        })?;
        Ok(LaneHandle { bell, thread })
    }

    fn run(mut self) -> io::Result<()> {
        let mut ready: Vec<Event> = Vec::with_capacity(READY_MAX);
        let mut batch = Batch::new(&self.service);
        self.swept_at = SystemClock.uptime().as_millis();
        while !self.turn(&mut ready, &mut batch)? {}
        self.listener = None;
        // What is owed is still given: answers that a caller's window had no room for.
        let until = SystemClock.uptime().as_millis() + LEAVING_MS;
        loop {
            self.visits.retain(|_, visit| visit.owes());
            if self.visits.is_empty() || until <= SystemClock.uptime().as_millis() {
                return Ok(());
            }
            self.turn(&mut ready, &mut batch)?;
        }
    }

    /// Waits for whoever sends something and answers them. Says whether the bell has rung.
    fn turn(&mut self, ready: &mut Vec<Event>, batch: &mut Batch) -> io::Result<bool> {
        ready.clear();
        let patience = if self.is_sweeping() { SOON } else { TURN };
        match epoll::wait(&self.epoll, rustix::buffer::spare_capacity(ready), Some(&patience)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(failure) => return Err(failure.into()),
        }
        self.turns = if ready.is_empty() { self.turns } else { self.turns.wrapping_add(1) };
        let woken = (self.turns % TIMED == 1 && !ready.is_empty()).then(|| SystemClock.nanoseconds());
        let mut has_rung = false;
        for event in &*ready {
            match event.data.u64() {
                LISTENER => self.admit(),
                BELL => has_rung = true,
                number => self.hear(number as usize, event.flags, batch),
            }
        }
        self.answer(batch);
        if let Some(woken) = woken {
            self.service.tally().turns.add((SystemClock.nanoseconds() - woken).unsigned_abs());
        }
        // The machine's own clock: callers do not stall in a time that a test has set.
        let uptime = SystemClock.uptime().as_millis();
        if SWEEP_MS <= uptime - self.swept_at {
            // After a pause of the machine one second has passed, not all of it: callers could not have sent anything.
            self.swept_at = uptime;
            self.seconds = self.seconds.wrapping_add(1);
            if !self.is_sweeping() {
                self.swept = 0;
            }
            self.listen_if_there_is_room();
        }
        self.sweep();
        Ok(has_rung)
    }

    /// Lets new callers in, as many as there is room for.
    fn admit(&mut self) {
        for _ in 0..ADMITTED_MAX {
            if self.connections_max <= self.open.load(Ordering::Relaxed) {
                self.listen(false);
                return;
            }
            let Some(listener) = &self.listener else { return };
            let (stream, peer) = match listener.accept() {
                Ok(accepted) => accepted,
                Err(failure) if failure.kind() == io::ErrorKind::WouldBlock => return,
                // Out of descriptors, or the caller left already. The next second will be better.
                Err(failure) => {
                    tracing::warn!(%failure, "A connection could not be accepted");
                    self.listen(false);
                    return;
                }
            };
            let place = self.visits.vacant_entry();
            let number = EventData::new_u64(place.key() as u64);
            let watched = stream
                .set_nonblocking(true)
                .and_then(|()| Ok(epoll::add(&self.epoll, &stream, number, EventFlags::IN)?));
            if let Err(failure) = watched {
                tracing::warn!(%failure, "A connection could not be watched");
                continue;
            }
            // Without it the second of two small segments waits for an acknowledgement. A failure costs only
            // speed.
            let _ = stream.set_nodelay(true);
            place.insert(Visit::new(stream, peer, self.seconds, &self.open));
        }
    }

    fn listen(&mut self, listen: bool) {
        let Some(listener) = &self.listener else { return };
        if listen == self.is_listening {
            return;
        }
        let changed = match listen {
            true => epoll::add(&self.epoll, listener, EventData::new_u64(LISTENER), EventFlags::IN),
            false => epoll::delete(&self.epoll, listener),
        };
        match changed {
            Ok(()) => self.is_listening = listen,
            Err(failure) => tracing::warn!(%failure, "The gateway's socket cannot be watched"),
        }
    }

    /// Takes up a caller: gives what he is owed, or reads what he sent.
    fn hear(&mut self, number: usize, flags: EventFlags, batch: &mut Batch) {
        let Some(visit) = self.visits.get_mut(number) else { return };
        if visit.owes() {
            let then = visit.pay();
            self.go_on(number, then);
            return;
        }
        if !flags.intersects(EventFlags::IN | EventFlags::HUP | EventFlags::ERR) {
            return;
        }
        if batch.is_full() {
            self.answer(batch);
        }
        if let Some(visit) = self.visits.get_mut(number)
            && !batch.read(number, visit, &self.service, self.seconds)
        {
            self.close(number);
        }
    }

    /// Answers everybody who was heard.
    fn answer(&mut self, batch: &mut Batch) {
        batch.decide(&self.service);
        for (number, answers, end) in batch.turns() {
            let Some(visit) = self.visits.get_mut(number) else { continue };
            let then = visit.give(answers, end);
            self.go_on(number, then);
        }
        batch.forget();
    }

    fn go_on(&mut self, number: usize, then: Then) {
        let Some(visit) = self.visits.get_mut(number) else { return };
        let watched = match then {
            Then::Listen => visit.watch(&self.epoll, number, EventFlags::IN),
            Then::WaitForRoom => visit.watch(&self.epoll, number, EventFlags::OUT),
            Then::Close => {
                self.close(number);
                return;
            }
            Then::HandOver(sent) => {
                let visit = self.visits.remove(number);
                if epoll::delete(&self.epoll, visit.stream()).is_ok() {
                    self.arrivals.send(visit.leave(sent));
                }
                return;
            }
        };
        if watched.is_err() {
            self.close(number);
        }
    }

    /// Closing a socket ends its being watched, and makes room for another.
    fn close(&mut self, number: usize) {
        drop(self.visits.try_remove(number));
        self.listen_if_there_is_room();
    }

    fn is_sweeping(&self) -> bool {
        self.swept < self.visits.capacity()
    }

    /// Closes on those who take too long, on a few in each turn: closing on thousands at once would keep everybody
    /// else waiting.
    fn sweep(&mut self) {
        let until = self.visits.capacity().min(self.swept + LOOKED_AT_MAX);
        let mut closed = 0;
        while self.swept < until && closed < CLOSED_MAX {
            if self.visits.get(self.swept).is_some_and(|visit| visit.is_over(self.seconds)) {
                self.close(self.swept);
                closed += 1;
            }
            self.swept += 1;
        }
    }

    fn listen_if_there_is_room(&mut self) {
        if !self.is_listening && self.open.load(Ordering::Relaxed) < self.connections_max {
            self.listen(true);
        }
    }
}

impl LaneHandle {
    /// Asks the lane to end.
    pub(super) fn ring(&self) {
        // It fails only when the bell has been rung more often than a number can count.
        let _ = rustix::io::write(&*self.bell, &1u64.to_ne_bytes());
    }

    /// Waits until it has.
    pub(super) fn join(self) {
        if self.thread.join().is_err() {
            tracing::error!("A gateway thread had ended before it was asked to");
        }
    }
}
