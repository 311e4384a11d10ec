//! Chance for pauses: processes that lost the same database must not all come back at the same moment. Nothing secret hangs on
//! it; it begins with a number that the process was given.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A sequence of numbers, shared by whoever holds it.
#[derive(Clone, Debug)]
pub(super) struct Chance(Arc<AtomicU64>);

impl Chance {
    pub(super) fn beginning_with(seed: u64) -> Self {
        Self(Arc::new(AtomicU64::new(seed)))
    }

    /// From half of a span to all of it.
    pub(super) fn up_to(&self, span: Duration) -> Duration {
        let half = span / 2;
        let millis = u64::try_from(half.as_millis()).unwrap_or(u64::MAX).saturating_add(1);
        half + Duration::from_millis(self.next() % millis)
    }

    /// SplitMix64.
    fn next(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut mixed = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_differ_and_stay_within_their_span() {
        let (chance, span) = (Chance::beginning_with(7), Duration::from_secs(1));
        let pauses: Vec<Duration> = (0..100).map(|_| chance.up_to(span)).collect();
        assert!(pauses.iter().all(|pause| span / 2 <= *pause && *pause <= span));
        assert!(pauses.iter().collect::<std::collections::BTreeSet<_>>().len() > 50);
        assert!(chance.up_to(Duration::ZERO) <= Duration::from_millis(1));
    }
}
