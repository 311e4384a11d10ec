//! The lease: until when this process may vouch for what it knows.
//!
//! Counted in uptime, because wall time can be set. A lease only ever moves forward; whoever follows the feed
//! renews it with the moment at which the successful read *began*. Keys of each mode have an end of their own: an operator may
//! want live keys refused sooner than test keys when the database is away.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use domain::{Mode, Spans};

use crate::uptime::Uptime;
use crate::verdict::Silence;

/// Never renewed.
const NEVER: i64 = i64::MIN;

/// Whether this process has loaded every pair, and until when its knowledge counts.
#[derive(Debug)]
pub struct Lease {
    loaded: AtomicBool,
    renewed_at: AtomicI64,
    /// How old what is known may be for a key id to be called unknown, in milliseconds.
    certain_for: AtomicI64,
    /// For test keys, and for live keys.
    until: [AtomicI64; 2],
}

impl Lease {
    /// A lease of a process that has not loaded anything yet.
    pub const fn new() -> Self {
        Self {
            loaded: AtomicBool::new(false),
            renewed_at: AtomicI64::new(NEVER),
            certain_for: AtomicI64::new(i64::MAX),
            until: [AtomicI64::new(NEVER), AtomicI64::new(NEVER)],
        }
    }

    /// Every pair there was at the start is in the index now.
    pub fn ready(&self) {
        self.loaded.store(true, Ordering::Release);
    }

    /// What is known was complete at `at`, and counts for `allowance_ms` from then.
    pub fn renew(&self, at: Uptime, allowance_ms: i64) {
        self.renew_each(at, Spans::even(domain::Duration::from_millis(allowance_ms)));
    }

    /// The same, with a span for each mode.
    pub fn renew_each(&self, at: Uptime, spans: Spans) {
        self.renewed_at.fetch_max(at.as_millis(), Ordering::Relaxed);
        for mode in [Mode::Test, Mode::Live] {
            let until = at.plus(spans.of(mode).as_millis()).as_millis();
            self.end(mode).fetch_max(until, Ordering::Release);
        }
    }

    /// From now on no key id is called unknown by knowledge that is older than this: others make pairs, and show them as soon as
    /// nobody calls them unknown any more.
    pub fn certain_for(&self, millis: i64) {
        self.certain_for.store(millis, Ordering::Relaxed);
    }

    /// This process was told to stop: vouch for nothing until the next renewal.
    pub fn doubt(&self) {
        self.until.iter().for_each(|until| until.store(NEVER, Ordering::Release));
    }

    /// Whether this process may say anything at all at `now`.
    pub fn check(&self, now: Uptime) -> Result<(), Silence> {
        self.check_mode(Mode::Test, now).or_else(|_| self.check_mode(Mode::Live, now))
    }

    /// Whether this process may say anything of keys of a mode at `now`.
    pub fn check_mode(&self, mode: Mode, now: Uptime) -> Result<(), Silence> {
        if !self.loaded.load(Ordering::Acquire) {
            return Err(Silence::NotLoaded);
        }
        if Uptime::from_millis(self.end(mode).load(Ordering::Acquire)).reached(now) {
            return Err(Silence::TooOld);
        }
        Ok(())
    }

    /// Whether this process may say at `now` that there is no such key of a mode.
    pub fn check_unknown(&self, mode: Mode, now: Uptime) -> Result<(), Silence> {
        self.check_mode(mode, now)?;
        let certain_for = self.certain_for.load(Ordering::Relaxed);
        match self.age_ms(now) {
            Some(age_ms) if age_ms <= certain_for => Ok(()),
            Some(_) | None => Err(Silence::MayBeNew),
        }
    }

    /// How much longer this process may vouch for keys of any mode if nothing renews it, in milliseconds; 0 when it may not.
    pub fn remaining_ms(&self, now: Uptime) -> i64 {
        [Mode::Test, Mode::Live].map(|mode| self.remaining_of_ms(mode, now)).into_iter().max().unwrap_or(0)
    }

    /// The same for keys of one mode.
    pub fn remaining_of_ms(&self, mode: Mode, now: Uptime) -> i64 {
        match self.check_mode(mode, now) {
            Ok(()) => self.end(mode).load(Ordering::Acquire).saturating_sub(now.as_millis()).max(0),
            Err(_) => 0,
        }
    }

    /// When the read began that renewed it last. `None` before the first time.
    pub fn renewed_at(&self) -> Option<Uptime> {
        match self.renewed_at.load(Ordering::Relaxed) {
            NEVER => None,
            at => Some(Uptime::from_millis(at)),
        }
    }

    /// How long ago it was renewed, in milliseconds. `None` before the first time.
    pub fn age_ms(&self, now: Uptime) -> Option<i64> {
        self.renewed_at().map(|at| now.as_millis().saturating_sub(at.as_millis()).max(0))
    }

    const fn end(&self, mode: Mode) -> &AtomicI64 {
        let [test, live] = &self.until;
        match mode {
            Mode::Test => test,
            Mode::Live => live,
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
    fn what_others_may_have_made_meanwhile_is_not_called_unknown() {
        let lease = Lease::new();
        lease.ready();
        lease.renew(up(0), 10_000);
        assert_eq!(lease.check_unknown(Mode::Test, up(9_999)), Ok(()), "nobody else makes any");
        lease.certain_for(2_000);
        assert_eq!(lease.check_unknown(Mode::Test, up(2_000)), Ok(()));
        assert_eq!(lease.check_unknown(Mode::Test, up(2_001)), Err(Silence::MayBeNew));
        assert_eq!(lease.check(up(2_001)), Ok(()), "what is known counts longer");
        assert_eq!(lease.check_unknown(Mode::Test, up(10_000)), Err(Silence::TooOld));
    }

    #[test]
    fn keys_of_each_mode_have_an_end_of_their_own() {
        let lease = Lease::new();
        lease.ready();
        let span = domain::Duration::from_millis;
        lease.renew_each(up(0), Spans { test: span(1_000), live: span(100) });
        assert_eq!(lease.check_mode(Mode::Live, up(99)), Ok(()));
        assert_eq!(lease.check_mode(Mode::Live, up(100)), Err(Silence::TooOld));
        assert_eq!(lease.check_mode(Mode::Test, up(100)), Ok(()));
        assert_eq!((lease.check(up(100)), lease.check(up(1_000))), (Ok(()), Err(Silence::TooOld)));
        let left = |mode| lease.remaining_of_ms(mode, up(90));
        assert_eq!((left(Mode::Test), left(Mode::Live), lease.remaining_ms(up(90))), (910, 10, 910));
    }

    #[test]
    fn a_lease_without_end_never_ends() {
        let lease = Lease::new();
        lease.ready();
        lease.renew(up(5), i64::MAX);
        assert_eq!(lease.check(up(i64::MAX - 1)), Ok(()));
    }
}
