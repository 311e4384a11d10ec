//! Uptime: time since the machine started, suspend included. Leases are counted in it, because wall time can
//! be set.

/// Milliseconds since the machine started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Uptime(i64);

impl Uptime {
    /// That many milliseconds after the start.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the start.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// A moment `millis` later.
    pub const fn plus(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Whether this moment, taken as a deadline, has come: true at the deadline itself.
    pub const fn reached(self, now: Uptime) -> bool {
        self.0 <= now.0
    }
}
