//! Moments and spans: integer milliseconds, UTC, compared in one place.
//!
//! Intervals are half-open everywhere: something valid until `u` is valid while `now < u`. The only
//! comparison the product makes is [`Timestamp::reached`].

use std::ops::{Add, Sub};

/// A moment of wall time: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A span of time in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(i64);

/// One second.
pub const SECOND: Duration = Duration(1_000);
/// One minute.
pub const MINUTE: Duration = Duration(60_000);
/// One hour.
pub const HOUR: Duration = Duration(3_600_000);
/// Twenty-four hours, exactly; not a calendar day.
pub const DAY: Duration = Duration(86_400_000);

impl Timestamp {
    /// The moment that many milliseconds after 1970-01-01T00:00:00Z.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whether this moment, taken as a deadline, has come: true at the deadline itself and after it.
    pub const fn reached(self, now: Timestamp) -> bool {
        self.0 <= now.0
    }

    /// When the span of that length began that this moment lies in, counted from 1970-01-01T00:00:00Z.
    pub const fn begin_of(self, span: Duration) -> Timestamp {
        Timestamp(self.0.saturating_sub(self.0.rem_euclid(span.0)))
    }

    /// How long until this moment, or nothing if it has been reached.
    pub const fn left(self, now: Timestamp) -> Duration {
        Duration(if self.reached(now) { 0 } else { self.0 - now.0 })
    }
}

impl Duration {
    /// A span of that many milliseconds.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// The span in milliseconds.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// The span `count` times over.
    pub const fn times(self, count: i64) -> Self {
        Self(self.0 * count)
    }
}

impl Add<Duration> for Timestamp {
    type Output = Timestamp;
    fn add(self, span: Duration) -> Timestamp {
        Timestamp(self.0.saturating_add(span.0))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Timestamp;
    fn sub(self, span: Duration) -> Timestamp {
        Timestamp(self.0.saturating_sub(span.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_is_reached_at_the_deadline_and_not_a_millisecond_before() {
        let deadline = Timestamp::from_millis(1_000);
        assert!(!deadline.reached(Timestamp::from_millis(999)));
        assert!(deadline.reached(Timestamp::from_millis(1_000)));
        assert!(deadline.reached(Timestamp::from_millis(1_001)));
    }

    #[test]
    fn a_span_begins_at_or_before_every_moment_in_it() {
        for (at, begins) in [(0, 0), (59_999, 0), (60_000, 60_000), (60_001, 60_000), (-1, -60_000)] {
            assert_eq!(Timestamp::from_millis(at).begin_of(MINUTE), Timestamp::from_millis(begins));
        }
        assert_eq!(Timestamp::from_millis(i64::MIN).begin_of(DAY), Timestamp::from_millis(i64::MIN));
    }
}
