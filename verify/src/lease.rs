//! The lease: until when this process may vouch for what it knows.
//!
//! Counted in uptime, because wall time can be set. A lease only ever moves forward; whoever follows the feed
//! renews it with the moment at which the successful poll *began*.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use crate::uptime::Uptime;
use crate::verdict::Silence;

/// Never renewed.
const NEVER: i64 = i64::MIN;

/// Whether this process has loaded every pair, and until when its knowledge counts.
#[derive(Debug)]
pub struct Lease {
    loaded: AtomicBool,
    renewed_at: AtomicI64,
    until: AtomicI64,
}

impl Lease {
    /// A lease of a process that has not loaded anything yet.
    pub const fn new() -> Self {
        Self {
            loaded: AtomicBool::new(false),
            renewed_at: AtomicI64::new(NEVER),
            until: AtomicI64::new(NEVER),
        }
    }

    /// Every pair there was at the start is in the index now.
    pub fn ready(&self) {
        self.loaded.store(true, Ordering::Release);
    }

    /// What is known was complete at `at`, and counts for `allowance_ms` from then.
    pub fn renew(&self, at: Uptime, allowance_ms: i64) {
        self.renewed_at.fetch_max(at.as_millis(), Ordering::Relaxed);
        self.until.fetch_max(at.plus(allowance_ms).as_millis(), Ordering::Release);
    }

    /// What is known may lack a change that was committed: vouch for nothing until the next renewal.
    pub fn doubt(&self) {
        self.until.store(NEVER, Ordering::Release);
    }

    /// Whether this process may say anything at `now`.
    pub fn check(&self, now: Uptime) -> Result<(), Silence> {
        if !self.loaded.load(Ordering::Acquire) {
            return Err(Silence::NotLoaded);
        }
        if Uptime::from_millis(self.until.load(Ordering::Acquire)).reached(now) {
            return Err(Silence::TooOld);
        }
        Ok(())
    }

    /// How much longer this process may vouch if nothing renews it, in milliseconds; 0 when it may not.
    pub fn remaining_ms(&self, now: Uptime) -> i64 {
        match self.check(now) {
            Ok(()) => self.until.load(Ordering::Acquire).saturating_sub(now.as_millis()).max(0),
            Err(_) => 0,
        }
    }

    /// How long ago it was renewed, in milliseconds. `None` before the first time.
    pub fn age_ms(&self, now: Uptime) -> Option<i64> {
        match self.renewed_at.load(Ordering::Relaxed) {
            NEVER => None,
            at => Some(now.as_millis().saturating_sub(at).max(0)),
        }
    }
}

impl Default for Lease {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn up(millis: i64) -> Uptime {
        Uptime::from_millis(millis)
    }

    #[test]
    fn nobody_vouches_before_everything_is_loaded() {
        let lease = Lease::new();
        lease.renew(up(0), 1_000);
        assert_eq!(lease.check(up(1)), Err(Silence::NotLoaded));
        lease.ready();
        assert_eq!(lease.check(up(1)), Ok(()));
    }

    #[test]
    fn a_lease_ends_exactly_when_its_allowance_does() {
        let lease = Lease::new();
        lease.ready();
        assert_eq!(lease.check(up(0)), Err(Silence::TooOld), "loaded, but never renewed");
        lease.renew(up(500), 1_000);
        assert_eq!(lease.check(up(1_499)), Ok(()));
        assert_eq!((lease.remaining_ms(up(1_499)), lease.remaining_ms(up(1_500))), (1, 0));
        assert_eq!(lease.check(up(1_500)), Err(Silence::TooOld));
        lease.renew(up(1_600), 1_000);
        assert_eq!(lease.check(up(2_599)), Ok(()), "it may come back");
        lease.renew(up(100), 1_000);
        assert_eq!(lease.check(up(2_599)), Ok(()), "a late answer to an old poll does not shorten it");
        assert_eq!(lease.age_ms(up(2_000)), Some(400));
    }

    #[test]
    fn doubt_ends_a_lease_until_it_is_renewed() {
        let lease = Lease::new();
        lease.ready();
        lease.renew(up(0), 1_000);
        lease.doubt();
        assert_eq!(lease.check(up(1)), Err(Silence::TooOld));
        lease.renew(up(2), 1_000);
        assert_eq!(lease.check(up(3)), Ok(()));
    }

    #[test]
    fn a_lease_without_end_never_ends() {
        let lease = Lease::new();
        lease.ready();
        lease.renew(up(5), i64::MAX);
        assert_eq!(lease.check(up(i64::MAX - 1)), Ok(()));
    }
}
