//! The world a follower lives in: the only file of this crate that reads a clock or draws randomness.
//!
//! Services hand in their own [`Clock`] in tests, so that an allowance of five minutes is over without anybody waiting.

use domain::Timestamp;
use rustix::time::{ClockId, Timespec, clock_gettime};

use crate::uptime::Uptime;

/// Where `now` comes from.
pub trait Clock: Send + Sync + 'static {
    /// Wall time, for when pairs end.
    fn now(&self) -> Timestamp;
    /// Time since the machine started, suspend included: for the lease, which must not trust wall time.
    fn uptime(&self) -> Uptime;
}

/// The machine's clocks.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(millis(clock_gettime(ClockId::Realtime)))
    }

    fn uptime(&self) -> Uptime {
        Uptime::from_millis(millis(clock_gettime(ClockId::Boottime)))
    }
}

const fn millis(at: Timespec) -> i64 {
    at.tv_sec * 1_000 + at.tv_nsec / 1_000_000
}

/// A number that nobody can foresee.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place of a follower where randomness is drawn"
)]
pub(super) fn random() -> u64 {
    getrandom::u64().expect("the system's random source answers once it has started")
}
