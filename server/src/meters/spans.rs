//! Spans: how long something took, counted in fixed steps.
//!
//! One addition for the step and one for the sum; who writes often has one of these for each thread, and a scrape adds
//! them up.

use std::ops::AddAssign;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts of durations up to each bound, and above all of them.
#[derive(Debug)]
pub struct Spans {
    bounds: &'static [u64],
    counts: Box<[AtomicU64]>,
    sum: AtomicU64,
}

/// What stood in [`Spans`] at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// All durations together, in seconds.
    pub sum: f64,
    /// How many there were.
    pub count: u64,
    /// Upper bounds in seconds, the last one endless, each with how many fell between it and the one before.
    pub steps: Vec<(f64, u64)>,
}

impl Spans {
    /// Nothing was counted yet. `bounds` are nanoseconds, in ascending order.
    pub fn new(bounds: &'static [u64]) -> Self {
        Self {
            bounds,
            counts: (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect(),
            sum: AtomicU64::new(0),
        }
    }

    /// One that took so long.
    pub fn add(&self, nanoseconds: u64) {
        let step = self.bounds.partition_point(|bound| *bound < nanoseconds);
        self.counts[step].fetch_add(1, Ordering::Relaxed);
        self.sum.fetch_add(nanoseconds, Ordering::Relaxed);
    }

    /// What stands here now.
    pub fn reading(&self) -> Reading {
        let seconds = |nanoseconds: u64| nanoseconds as f64 / 1e9;
        let bounds = self.bounds.iter().map(|bound| seconds(*bound)).chain([f64::INFINITY]);
        let steps: Vec<(f64, u64)> =
            bounds.zip(self.counts.iter().map(|count| count.load(Ordering::Relaxed))).collect();
        // Counted from the steps, so that a scrape never shows a sum of steps that is not the whole.
        let count = steps.iter().map(|(_, count)| count).sum();
        Reading { sum: seconds(self.sum.load(Ordering::Relaxed)), count, steps }
    }
}

/// Of the same bounds.
impl AddAssign for Reading {
    fn add_assign(&mut self, other: Self) {
        self.sum += other.sum;
        self.count += other.count;
        for (step, more) in self.steps.iter_mut().zip(other.steps) {
            step.1 += more.1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: &[u64] = &[1_000, 1_000_000];

    #[test]
    fn a_duration_is_counted_at_the_first_bound_that_it_does_not_exceed() {
        let spans = Spans::new(BOUNDS);
        for nanoseconds in [0, 1_000, 1_001, 1_000_000, 1_000_001] {
            spans.add(nanoseconds);
        }
        let reading = spans.reading();
        assert_eq!(reading.steps, [(1e-6, 2), (1e-3, 2), (f64::INFINITY, 1)]);
        assert_eq!((reading.count, reading.sum), (5, 2_002_002.0 / 1e9));
    }

    #[test]
    fn readings_of_several_threads_add_up() {
        let (one, two) = (Spans::new(BOUNDS), Spans::new(BOUNDS));
        one.add(500);
        two.add(500);
        two.add(2_000_000_000);
        let mut all = one.reading();
        all += two.reading();
        assert_eq!(all.count, 3);
        assert_eq!(all.steps.iter().map(|(_, count)| *count).collect::<Vec<_>>(), [2, 0, 1]);
        assert!((all.sum - 2.000_001).abs() < 1e-9);
    }
}
