//! The clock: the only file that reads time. Everybody else is handed `now` as a value, sampled once per request or
//! loop turn, so a test can move it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use domain::{Duration, Timestamp};
use parking_lot::Mutex;
use verify::Uptime;

/// Where `now` comes from.
pub trait Clock: Send + Sync + 'static {
    /// Wall time, for dates and deadlines.
    fn now(&self) -> Timestamp;
    /// Time since the machine started, suspend included: for leases, which must not trust wall time.
    fn uptime(&self) -> Uptime;
}

/// The machine's clocks.
#[derive(Debug, Default)]
pub struct SystemClock;

impl SystemClock {
    /// Nanoseconds since the machine started, for measuring.
    pub fn nanoseconds(&self) -> i64 {
        let since = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
        since.tv_sec * 1_000_000_000 + since.tv_nsec
    }

    /// Processor time of the thread that asks, in nanoseconds, for measuring.
    pub fn thread_nanoseconds(&self) -> i64 {
        let spent = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        spent.tv_sec * 1_000_000_000 + spent.tv_nsec
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place where time is read")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(since.as_millis() as i64)
    }

    fn uptime(&self) -> Uptime {
        let since = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
        Uptime::from_millis(since.tv_sec * 1_000 + since.tv_nsec / 1_000_000)
    }
}

/// The database's time, which is the reference for deadlines where several machines use one database.
///
/// Kept as its distance from the time since this machine started: between two readings of the database, and while it is away, the
/// boot clock goes on, and a wall clock that jumps moves nothing. Before the first reading, and on the embedded database, it is
/// the machine's own.
pub struct DatabaseClock {
    own: Arc<dyn Clock>,
    /// Database time minus uptime.
    ahead_of_uptime: AtomicI64,
    /// What that comes from.
    reading: Mutex<Option<Reading>>,
}

/// A reading of the database's time.
#[derive(Clone, Copy, Debug)]
struct Reading {
    /// By how much the one that the time began with may be wrong.
    unsure_ms: i64,
    /// How far the time may be from what the database said last.
    apart_ms: i64,
    /// The uptime up to which the time has been moved towards what the database says.
    moved_until: i64,
}

/// Nobody has told the database's time.
const UNKNOWN: i64 = i64::MIN;
/// Further than this the database's time does not go from one reading to the next, in milliseconds.
const LEAP_MAX: i64 = 2_000;
/// A reading that may be wrong by more than this is given up for any better one.
const UNSURE_MAX: i64 = 25;
/// The time moves towards what the database says by one part in this many. A clock that is set by less than a leap so moves
/// no faster than clocks may differ that receipts allow for.
const MOVES: i64 = 1_000;

/// What came of a reading of the database's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heeded {
    /// It is the time from now on.
    Yes,
    /// It leaped by this many milliseconds, and this machine's clock does not agree with it: the time goes on as before.
    No {
        /// How far.
        leap_ms: i64,
    },
}

impl DatabaseClock {
    /// A clock that has not heard from the database yet.
    pub fn over(own: Arc<dyn Clock>) -> Self {
        Self { own, ahead_of_uptime: AtomicI64::new(UNKNOWN), reading: Mutex::default() }
    }

    /// The database said that it was `told` at some moment between `asked` and `answered`.
    pub fn learn(&self, asked: Uptime, told: Timestamp, answered: Uptime) -> Heeded {
        let (asked, answered) = (asked.as_millis(), answered.as_millis());
        let unsure_ms = (answered - asked) / 2 + 1;
        let new = told.as_millis() - (asked + (answered - asked) / 2);
        let mut reading = self.reading.lock();
        let begin = |reading: &mut Option<Reading>| {
            *reading = Some(Reading { unsure_ms, apart_ms: unsure_ms, moved_until: answered });
            self.ahead_of_uptime.store(new, Ordering::Relaxed);
            Heeded::Yes
        };
        let Some(last) = &mut *reading else { return begin(&mut reading) };
        let old = self.ahead_of_uptime.load(Ordering::Relaxed);
        let leap_ms = new - old;
        if LEAP_MAX.max(last.unsure_ms) < leap_ms.abs() {
            // A failover to a machine whose clock is wrong must not move deadlines; a database that was set right may. Of three
            // clocks two decide.
            let own = self.own.now().as_millis() - answered;
            return if LEAP_MAX < (new - own).abs() { Heeded::No { leap_ms } } else { begin(&mut reading) };
        }
        if UNSURE_MAX < last.unsure_ms && unsure_ms < last.unsure_ms {
            return begin(&mut reading);
        }
        // A slow answer that says what is known already says nothing.
        let most = answered.saturating_sub(last.moved_until) / MOVES;
        let mut moved = 0;
        if unsure_ms < leap_ms.abs() && 0 < most {
            moved = leap_ms.clamp(-most, most);
            last.moved_until = answered;
            self.ahead_of_uptime.store(old + moved, Ordering::Relaxed);
        }
        last.apart_ms = (leap_ms - moved).abs() + unsure_ms;
        Heeded::Yes
    }

    /// How far this may be from the database's own time, in milliseconds; 0 on the embedded database.
    pub fn apart_ms(&self) -> i64 {
        self.reading.lock().map_or(0, |reading| reading.apart_ms)
    }

    /// The database's time minus uptime, to be remembered for a start without a database on the same start of the machine.
    pub fn ahead_of_uptime(&self) -> Option<i64> {
        let ahead = self.ahead_of_uptime.load(Ordering::Relaxed);
        (ahead != UNKNOWN).then_some(ahead)
    }

    /// Goes on with what was remembered.
    pub fn recall(&self, ahead_of_uptime: i64) {
        let moved_until = self.own.uptime().as_millis();
        *self.reading.lock() = Some(Reading { unsure_ms: UNSURE_MAX, apart_ms: UNSURE_MAX, moved_until });
        self.ahead_of_uptime.store(ahead_of_uptime, Ordering::Relaxed);
    }

    /// How far this machine's wall clock is ahead of the database's time, in milliseconds. `None` on the embedded database.
    pub fn offset_ms(&self) -> Option<i64> {
        let ahead = self.ahead_of_uptime.load(Ordering::Relaxed);
        (ahead != UNKNOWN)
            .then(|| self.own.now().as_millis() - (self.own.uptime().as_millis().saturating_add(ahead)))
    }
}

impl Clock for DatabaseClock {
    fn now(&self) -> Timestamp {
        match self.ahead_of_uptime.load(Ordering::Relaxed) {
            UNKNOWN => self.own.now(),
            ahead => Timestamp::from_millis(self.own.uptime().as_millis().saturating_add(ahead)),
        }
    }

    fn uptime(&self) -> Uptime {
        self.own.uptime()
    }
}

/// Which start of the machine this is. The time since a start says nothing about the time since another one.
pub fn boot_id() -> Option<String> {
    let text = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(text.trim().to_owned()).filter(|id| !id.is_empty())
}

/// A clock that a test moves by hand. Wall time and uptime move together.
#[derive(Debug)]
pub struct ManualClock {
    wall: AtomicI64,
    uptime: AtomicI64,
}

impl ManualClock {
    /// A clock that stands at `now`.
    pub fn at(now: Timestamp) -> Self {
        Self { wall: AtomicI64::new(now.as_millis()), uptime: AtomicI64::new(0) }
    }

    /// Sets wall time alone, as somebody may who has the machine.
    pub fn set_wall(&self, now: Timestamp) {
        self.wall.store(now.as_millis(), Ordering::SeqCst);
    }

    /// Moves both clocks.
    pub fn advance(&self, by: Duration) {
        self.wall.fetch_add(by.as_millis(), Ordering::SeqCst);
        self.uptime.fetch_add(by.as_millis(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.wall.load(Ordering::SeqCst))
    }

    fn uptime(&self) -> Uptime {
        Uptime::from_millis(self.uptime.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use domain::{HOUR, SECOND};

    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn clocks() -> (Arc<ManualClock>, DatabaseClock) {
        let own = Arc::new(ManualClock::at(START));
        (own.clone(), DatabaseClock::over(own))
    }

    /// The database answers at once.
    fn learn(clock: &DatabaseClock, told: Timestamp) -> Heeded {
        clock.learn(clock.uptime(), told, clock.uptime())
    }

    #[test]
    fn without_a_database_to_ask_the_machine_s_own_clock_is_right() {
        let (own, clock) = clocks();
        own.advance(SECOND);
        assert_eq!((clock.now(), clock.offset_ms()), (START + SECOND, None));
    }

    // G7, TM-26
    #[test]
    fn a_wall_clock_that_jumps_moves_no_deadline() {
        let (own, clock) = clocks();
        assert_eq!(learn(&clock, START + HOUR), Heeded::Yes);
        assert_eq!((clock.now(), clock.offset_ms()), (START + HOUR, Some(-HOUR.as_millis())));
        own.advance(SECOND);
        own.set_wall(START - HOUR.times(48));
        assert_eq!(clock.now(), START + HOUR + SECOND);
        assert_eq!(learn(&clock, START + HOUR + SECOND), Heeded::Yes);
        assert_eq!(clock.now(), START + HOUR + SECOND);
    }

    // G7, TM-26
    #[test]
    fn a_database_whose_time_leaps_is_followed_only_where_this_machine_agrees() {
        let (own, clock) = clocks();
        learn(&clock, START);
        assert_eq!(learn(&clock, START - HOUR), Heeded::No { leap_ms: -HOUR.as_millis() });
        assert_eq!(clock.now(), START, "a failover to a machine that is wrong");
        own.set_wall(START + HOUR);
        assert_eq!(learn(&clock, START + HOUR), Heeded::Yes);
        assert_eq!(clock.now(), START + HOUR, "a database that was set right");
    }

    // G3: what a receipt says of a silent node is a moment of this clock, and that node counts its own time.
    #[test]
    fn a_database_that_is_set_by_less_than_a_leap_is_followed_no_faster_than_clocks_may_differ() {
        let (own, clock) = clocks();
        learn(&clock, START);
        assert_eq!(learn(&clock, START + SECOND), Heeded::Yes);
        assert_eq!(clock.now(), START, "no time has passed in which it may have moved");
        let mut told = START + SECOND;
        for _ in 0..100 {
            own.advance(SECOND);
            told = told + SECOND;
            learn(&clock, told);
        }
        let ahead = clock.now().as_millis() - (START + SECOND.times(100)).as_millis();
        assert_eq!((ahead, clock.apart_ms()), (100, 901), "a millisecond for each second");
        own.advance(HOUR);
        learn(&clock, told + HOUR);
        assert_eq!(clock.now(), told + HOUR, "and no further than it says");
    }

    #[test]
    fn a_first_answer_that_took_long_is_given_up_for_a_better_one() {
        let (own, clock) = clocks();
        let asked = clock.uptime();
        own.advance(SECOND.times(4));
        clock.learn(asked, START + SECOND.times(4), clock.uptime());
        assert_eq!(
            clock.now(),
            START + SECOND.times(6),
            "it may have been read at any moment of four seconds"
        );
        learn(&clock, START + SECOND.times(4));
        assert_eq!(clock.now(), START + SECOND.times(4));
    }

    #[test]
    fn a_slow_answer_says_no_more_than_it_can() {
        let (own, clock) = clocks();
        learn(&clock, START);
        let asked = clock.uptime();
        own.advance(SECOND);
        clock.learn(asked, START + SECOND, clock.uptime());
        assert_eq!(clock.now(), START + SECOND, "it may have been read at the end");
    }
}
