//! Meters: what is counted beside verdicts, on its way to the ops listener.
//!
//! Counting is an addition in memory; nothing here waits, and nothing here names a key, an account or a person.

mod spans;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering};

use store::{LetterFate, StoreError};

pub use self::spans::{Reading, Spans};

/// From the start of an answer of the gateway listener to its end: microseconds.
pub const QUICK: &[u64] = &[
    1_000,
    2_000,
    5_000,
    10_000,
    20_000,
    50_000,
    100_000,
    200_000,
    500_000,
    1_000_000,
    5_000_000,
    25_000_000,
    100_000_000,
];
/// What waits for a disk or for many rows: milliseconds.
pub const SLOW: &[u64] = &[
    200_000,
    500_000,
    1_000_000,
    2_000_000,
    5_000_000,
    10_000_000,
    25_000_000,
    50_000_000,
    100_000_000,
    250_000_000,
    1_000_000_000,
    5_000_000_000,
];

/// The counts of one process.
#[derive(Debug)]
pub struct Meters {
    /// Reads that the database was asked for.
    pub reads: AtomicU64,
    /// From asking for a change to having it on disk, the wait for others included.
    pub commits: Spans,
    outcomes: [AtomicU64; OUTCOMES.len()],
    /// From a request's head to the head of its answer, on the public listener.
    pub pages: Spans,
    classes: [AtomicU64; CLASSES.len()],
    /// Open connections of the public listener.
    pub visitors: Crowd,
    fates: [AtomicU64; FATES.len()],
    owed: AtomicI64,
    given_up: AtomicI64,
    /// What this process does in the fleet.
    pub fleet: FleetMeters,
}

/// What a process does in the fleet.
#[derive(Debug, Default)]
pub struct FleetMeters {
    /// Its lease, in milliseconds: for so long after a read it vouches as if the database had just answered.
    pub lease_ms: AtomicI64,
    /// Whether the last read found it to be what runs as its node.
    pub is_seated: AtomicBool,
    /// Whether it found another one there, or nobody. Before the first read neither is known.
    pub is_unseated: AtomicBool,
    /// Whether its wall clock was ever compared with the database's time, and how far ahead it is, in milliseconds.
    pub clock_offset_ms: AtomicI64,
    /// The same, whether it was.
    pub is_clock_known: AtomicBool,
    /// Whether the database lacks what was seen of it, or was restored and not finished, as of the last read.
    pub has_lost_history: AtomicBool,
    /// Whether the journal could not be written after the last read.
    pub is_journal_failing: AtomicBool,
    /// Reports of how far it is, that were taken and that were not.
    pub reports: [AtomicU64; 2],
    /// Reads of the feed that failed.
    pub failed_reads: AtomicU64,
}

/// What becomes of a change.
const OUTCOMES: [&str; 6] = ["written", "conflict", "full", "failed", "unreachable", "unknown"];
/// Kinds of answers by their status.
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];
/// What becomes of a letter that was taken up.
const FATES: [&str; 4] = ["left", "again", "given_up", "pointless"];
/// Nobody has counted yet.
const UNCOUNTED: i64 = -1;

impl Default for Meters {
    fn default() -> Self {
        Self {
            reads: AtomicU64::default(),
            commits: Spans::new(SLOW),
            outcomes: Default::default(),
            pages: Spans::new(SLOW),
            classes: Default::default(),
            visitors: Crowd::default(),
            fates: Default::default(),
            owed: AtomicI64::new(UNCOUNTED),
            given_up: AtomicI64::new(UNCOUNTED),
            fleet: FleetMeters::default(),
        }
    }
}

impl Meters {
    /// A change was asked for and this became of it.
    pub fn committed<T>(&self, outcome: &Result<T, StoreError>, nanoseconds: u64) {
        let place = match outcome {
            Ok(_) => 0,
            Err(StoreError::Conflict | StoreError::Quarantined) => 1,
            Err(StoreError::Full) => 2,
            Err(StoreError::Broken(_) | StoreError::Damaged(_) | StoreError::PepperMissing(_)) => 3,
            Err(StoreError::Unreachable(_)) => 4,
            Err(StoreError::Unknown) => 5,
        };
        self.outcomes[place].fetch_add(1, Ordering::Relaxed);
        self.commits.add(nanoseconds);
    }

    /// The public listener gave an answer.
    pub fn answered(&self, status: u16, nanoseconds: u64) {
        let class = usize::from(status / 100).clamp(1, CLASSES.len()) - 1;
        self.classes[class].fetch_add(1, Ordering::Relaxed);
        self.pages.add(nanoseconds);
    }

    /// A letter was taken up and this became of it.
    pub fn settled(&self, fate: &LetterFate) {
        let place = match fate {
            LetterFate::Sent { .. } => 0,
            LetterFate::TryAgain { .. } => 1,
            LetterFate::GivenUp { .. } => 2,
            LetterFate::Dropped => 3,
        };
        self.fates[place].fetch_add(1, Ordering::Relaxed);
    }

    /// So many letters were owed, and so many given up, when the database was last asked.
    pub fn letters(&self, owed: i64, given_up: i64) {
        self.owed.store(owed, Ordering::Relaxed);
        self.given_up.store(given_up, Ordering::Relaxed);
    }

    /// Changes by what became of them.
    pub fn outcomes(&self) -> impl Iterator<Item = (&'static str, u64)> {
        named(&OUTCOMES, &self.outcomes)
    }

    /// Answers of the public listener by the first digit of their status.
    pub fn classes(&self) -> impl Iterator<Item = (&'static str, u64)> {
        named(&CLASSES, &self.classes)
    }

    /// Letters by what became of them.
    pub fn fates(&self) -> impl Iterator<Item = (&'static str, u64)> {
        named(&FATES, &self.fates)
    }

    /// Letters owed and letters given up, if anybody has counted them.
    pub fn letters_kept(&self) -> Option<(i64, i64)> {
        let kept = (self.owed.load(Ordering::Relaxed), self.given_up.load(Ordering::Relaxed));
        (kept.0 != UNCOUNTED).then_some(kept)
    }
}

fn named<'a>(
    names: &'a [&'static str],
    counts: &'a [AtomicU64],
) -> impl Iterator<Item = (&'static str, u64)> + 'a {
    names.iter().copied().zip(counts.iter().map(|count| count.load(Ordering::Relaxed)))
}

/// How many are inside.
#[derive(Clone, Debug, Default)]
pub struct Crowd(Arc<AtomicUsize>);

impl Crowd {
    /// One more, until what is returned is dropped.
    pub fn enter(&self) -> Inside {
        self.0.fetch_add(1, Ordering::Relaxed);
        Inside(self.0.clone())
    }

    /// How many there are now.
    pub fn size(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// Somebody who is inside.
#[derive(Debug)]
pub struct Inside(Arc<AtomicUsize>);

impl Drop for Inside {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_has_its_own_count() {
        let meters = Meters::default();
        meters.committed(&Ok(()), 1);
        for error in [
            StoreError::Conflict,
            StoreError::Full,
            StoreError::Broken("a disk".to_owned()),
            StoreError::Damaged("a row".to_owned()),
            StoreError::PepperMissing(2),
            StoreError::Unreachable("nobody answers".to_owned()),
            StoreError::Unknown,
        ] {
            meters.committed(&Err::<(), _>(error), 1);
        }
        let counts: Vec<_> = meters.outcomes().collect();
        let expected =
            [("written", 1), ("conflict", 1), ("full", 1), ("failed", 3), ("unreachable", 1), ("unknown", 1)];
        assert_eq!(counts, expected);
        assert_eq!(meters.commits.reading().count, 8);
    }

    #[test]
    fn a_status_out_of_range_is_counted_with_its_nearest_kind() {
        let meters = Meters::default();
        for status in [0, 101, 204, 303, 404, 503, 999] {
            meters.answered(status, 1);
        }
        let counts: Vec<u64> = meters.classes().map(|(_, count)| count).collect();
        assert_eq!(counts, [2, 1, 1, 1, 2]);
    }

    #[test]
    fn letters_that_nobody_counted_are_not_said_to_be_none() {
        let meters = Meters::default();
        assert_eq!(meters.letters_kept(), None);
        meters.letters(0, 0);
        assert_eq!(meters.letters_kept(), Some((0, 0)));
    }

    #[test]
    fn whoever_leaves_a_crowd_is_not_in_it_any_more() {
        let crowd = Crowd::default();
        let (one, two) = (crowd.enter(), crowd.enter());
        drop(one);
        assert_eq!(crowd.size(), 1);
        drop(two);
        assert_eq!(crowd.size(), 0);
    }
}
