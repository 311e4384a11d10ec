//! The clock: the only file that reads time. Everybody else is handed `now` as a value, sampled once per request or
//! loop turn, so a test can move it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use domain::{Duration, Timestamp};
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
