//! When to read the feed next: often while the database answers, a hint brings it forward; ever more rarely while it does not,
//! and never many processes at once.

use std::time::Duration;

/// The first wait after a failure.
const AGAIN_AFTER: Duration = Duration::from_millis(100);
/// The longest.
const AGAIN_AFTER_MAX: Duration = Duration::from_secs(5);

/// The pace of one process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// Between two reads that succeed.
    every: Duration,
    failures: u32,
    /// What waits are drawn from: processes that began together must not stay together.
    seed: u64,
}

impl Pace {
    pub(crate) const fn new(every: Duration, seed: u64) -> Self {
        Self { every, failures: 0, seed }
    }

    /// A read came to an end.
    pub(crate) fn took(&mut self, succeeded: bool) {
        self.failures = if succeeded { 0 } else { self.failures.saturating_add(1) };
    }

    /// Whether a hint may bring the next read forward: not while reads fail, or hints would be the herd that pauses prevent.
    pub(crate) const fn hears_hints(&self) -> bool {
        self.failures == 0
    }

    /// How long to wait now.
    pub(crate) fn wait(&mut self) -> Duration {
        self.seed = self.seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        self.drawn(mixed(self.seed))
    }

    fn drawn(&self, draw: u64) -> Duration {
        match self.failures {
            // A fifth more or less.
            0 => self.every.mul_f64(0.8 + 0.4 * part(draw)),
            failures => {
                let longest = AGAIN_AFTER.saturating_mul(1 << failures.min(16)).min(AGAIN_AFTER_MAX);
                // Anything from nothing to the longest, but never at once.
                (AGAIN_AFTER / 2).max(longest.mul_f64(part(draw)))
            }
        }
    }
}

/// The next number of a sequence that nobody has to be unable to guess (SplitMix64).
const fn mixed(seed: u64) -> u64 {
    let seed = (seed ^ (seed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let seed = (seed ^ (seed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    seed ^ (seed >> 31)
}

/// From nought to one.
fn part(draw: u64) -> f64 {
    (draw >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: Duration = Duration::from_millis(200);
    const DRAWS: [u64; 4] = [0, u64::MAX / 3, u64::MAX / 2, u64::MAX];

    #[test]
    fn reads_that_succeed_follow_each_other_a_fifth_around_their_time() {
        let pace = Pace::new(EVERY, 1);
        let waits: Vec<_> = DRAWS.iter().map(|draw| pace.drawn(*draw).as_millis()).collect();
        assert_eq!(waits, [160, 186, 200, 240]);
    }

    #[test]
    fn reads_that_fail_spread_over_ever_longer_times_and_hear_no_hints() {
        let mut pace = Pace::new(EVERY, 1);
        let mut longest = Vec::new();
        for _ in 0..9 {
            pace.took(false);
            assert!(!pace.hears_hints());
            longest.push(pace.drawn(u64::MAX).as_millis());
            assert_eq!(pace.drawn(0), AGAIN_AFTER / 2, "never at once");
        }
        assert_eq!(longest, [200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000, 5_000]);
        pace.took(true);
        assert!(pace.hears_hints() && pace.drawn(u64::MAX / 2) == EVERY);
    }

    #[test]
    fn two_processes_that_began_together_do_not_stay_together() {
        let (mut one, mut other) = (Pace::new(EVERY, 1), Pace::new(EVERY, 2));
        let waits = |pace: &mut Pace| (0..8).map(|_| pace.wait()).collect::<Vec<_>>();
        assert_ne!(waits(&mut one), waits(&mut other));
    }
}
