//! The world around a tree: true time, what is going to happen and when, chance, and the database as a few processors.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

use super::node::{Page, Question, Report};

/// Microseconds of true time, which is the database's too; or of a node's own clock.
pub(super) type Moment = i64;

/// A second.
pub(super) const SECOND: Moment = 1_000_000;
/// A millisecond.
pub(super) const MILLI: Moment = 1_000;

/// What happens to whom. A process that is gone by then (another `life`) is not there any more.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    /// Somebody ends a pair.
    Change,
    /// A head hears that something changed.
    Hinted { node: usize, life: u32 },
    /// A head's question is at the database.
    ReadArrives { node: usize, life: u32, number: u32, began: Moment },
    /// Its answer is back.
    ReadEnds { node: usize, life: u32, number: u32, began: Moment, head: u32 },
    /// A pause is over.
    Ask { node: usize, life: u32 },
    /// A question is at the parent.
    Asked { parent: usize, child: usize, life: u32, question: Question },
    /// A question has waited long enough.
    WaitOver { parent: usize, parent_life: u32, child: usize, life: u32, number: u32 },
    /// An answer is at the child.
    Page { child: usize, life: u32, number: u32, page: Page },
    /// A question was refused, or nobody answers it any more.
    Lost { node: usize, life: u32, number: u32 },
    /// A child that was answered should have asked again by now.
    Quiet { parent: usize, parent_life: u32, child: usize, life: u32, number: u32 },
    /// A node says what is known below it.
    Report { node: usize, life: u32 },
    /// A head has not said anything since then.
    SaidNothing { node: usize, life: u32, number: u32 },
    /// That is at its parent.
    Reported { parent: usize, child: usize, life: u32, report: Report },
    /// That of a head is written down.
    Written { node: usize, life: u32, report: Report },
    /// Whoever has not heard of a change cannot vouch any more.
    Bound { change: u32 },
    /// Something goes wrong.
    Trouble,
    /// A process starts.
    Start { node: usize, life: u32 },
    /// It has read everything.
    Loaded { node: usize, life: u32 },
}

/// An event with its moment; of two at one moment the one that was scheduled first comes first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scheduled {
    pub(super) at: Moment,
    pub(super) number: u64,
    pub(super) event: Event,
}

impl PartialEq for Scheduled {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.number) == (other.at, other.number)
    }
}

impl Eq for Scheduled {}

impl PartialOrd for Scheduled {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Scheduled {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

/// Chance, as the seed says.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// From nought up to, and without, `bound`.
    pub(super) fn below(&mut self, bound: i64) -> i64 {
        // The bounds are tiny beside 2^64, so the remainder is as good as even.
        (self.0.next_u64() % bound.max(1).unsigned_abs()) as i64
    }

    pub(super) fn one_of(&mut self, count: usize) -> usize {
        self.below(count as i64) as usize
    }

    pub(super) fn between(&mut self, least: i64, most: i64) -> i64 {
        least + self.below(most - least + 1)
    }

    /// From nought to one.
    pub(super) fn part(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// How long until something happens that does so once in `every` on average.
    pub(super) fn until_next(&mut self, every: Moment) -> Moment {
        let spans = -(1.0 - self.part()).ln();
        (every as f64 * spans) as Moment
    }

    /// A time on the way: about `median`, now and then much more, as networks have it.
    pub(super) fn way(&mut self, median: Moment) -> Moment {
        // Twelve even parts are as good as normal.
        let normal: f64 = (0..12).map(|_| self.part()).sum::<f64>() - 6.0;
        let mut took = median as f64 * (0.25 * normal).exp();
        // A lost packet is sent again by the connection after a fifth of a second, then twice as long.
        let mut again = 200_000.0;
        while self.below(2_000) == 0 {
            took += again;
            again *= 2.0;
        }
        took as Moment
    }
}

/// The database: so many processors, each with one piece of work at a time, in the order in which it comes.
pub(super) struct Database {
    /// How many changes there are.
    pub(super) position: u32,
    free_at: Vec<Moment>,
    busy: Moment,
}

impl Database {
    pub(super) fn new(cores: usize) -> Self {
        Self { position: 0, free_at: vec![0; cores.max(1)], busy: 0 }
    }

    /// When work that comes now is done.
    pub(super) fn does(&mut self, now: Moment, cost: Moment) -> Moment {
        self.busy += cost;
        let free = self.free_at.iter_mut().min().expect("there is at least one processor");
        *free = now.max(*free) + cost;
        *free
    }

    pub(super) const fn busy(&self) -> Moment {
        self.busy
    }
}

/// Everything that happened, as one number (FNV-1a).
pub(super) struct Sum(u64);

impl Default for Sum {
    fn default() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }
}

impl Sum {
    pub(super) fn add(&mut self, at: Moment, event: &Event) {
        let (kind, who) = event.named();
        for word in [at.unsigned_abs(), kind, who as u64] {
            for byte in word.to_le_bytes() {
                self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
            }
        }
    }

    pub(super) const fn value(&self) -> u64 {
        self.0
    }
}

impl Event {
    /// Which kind it is, and whom it is about.
    const fn named(&self) -> (u64, usize) {
        match self {
            Event::Change => (0, 0),
            Event::Hinted { node, .. } => (1, *node),
            Event::ReadArrives { node, .. } => (2, *node),
            Event::ReadEnds { node, .. } => (3, *node),
            Event::Ask { node, .. } => (4, *node),
            Event::Asked { child, .. } => (5, *child),
            Event::WaitOver { child, .. } => (6, *child),
            Event::Page { child, .. } => (7, *child),
            Event::Lost { node, .. } => (8, *node),
            Event::Quiet { child, .. } => (9, *child),
            Event::Report { node, .. } => (10, *node),
            Event::Reported { child, .. } => (11, *child),
            Event::Written { node, .. } => (12, *node),
            Event::Bound { change } => (13, *change as usize),
            Event::Trouble => (14, 0),
            Event::Start { node, .. } => (15, *node),
            Event::Loaded { node, .. } => (16, *node),
            Event::SaidNothing { node, .. } => (17, *node),
        }
    }
}
