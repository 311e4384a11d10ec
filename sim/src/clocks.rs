//! Clocks: what a node believes about time. Its wall clock is off, runs a little wrong and is set now and then; its
//! uptime runs a little wrong and counts while it sleeps.

use domain::Timestamp;
use verify::Uptime;

use crate::turns::{Moment, Turns};

/// Wall time when every run begins.
pub const START: i64 = 1_800_000_000_000;
/// Parts in a million that a clock runs fast or slow, at most.
pub const DRIFT_PPM_MAX: i64 = 200;
/// How long a machine had been up when its run began.
const UP_BEFORE: i64 = 1_000_000;

/// The clocks of one machine.
#[derive(Clone, Copy, Debug)]
pub struct Clocks {
    /// How far the wall clock is ahead.
    pub ahead: i64,
    drift_ppm: i64,
    /// How long the machine has slept in all.
    pub slept: i64,
}

impl Clocks {
    /// Clocks that are off by as much as `ahead_max` either way.
    pub fn drawn(turns: &Turns, ahead_max: i64) -> Self {
        Self {
            ahead: turns.between(-ahead_max, ahead_max),
            drift_ppm: turns.between(-DRIFT_PPM_MAX, DRIFT_PPM_MAX),
            slept: 0,
        }
    }

    /// Wall time.
    pub const fn wall(&self, now: Moment) -> Timestamp {
        Timestamp::from_millis(START + now + self.ahead)
    }

    /// Time since the machine started, sleep included.
    pub const fn uptime(&self, now: Moment) -> Uptime {
        Uptime::from_millis(UP_BEFORE + now + now * self.drift_ppm / 1_000_000)
    }

    /// The clock that must not be used: it stands still while the machine sleeps.
    pub const fn uptime_awake(&self, now: Moment) -> Uptime {
        self.uptime(now).plus(-self.slept)
    }
}

/// How long a span of a node's uptime can last in truth.
pub const fn at_most(span: i64) -> i64 {
    span + span * 2 * DRIFT_PPM_MAX / 1_000_000 + 1
}
