//! What is counted while a tree runs.

use super::world::{Moment, SECOND};

/// Each bucket is so much wider than the one before: figures are right to a hundredth.
const STEP: f64 = 1.01;
/// Spans up to this are one bucket.
const FIRST_US: f64 = 100.0;

/// How spans are spread, in buckets of a hundredth.
#[derive(Clone, Debug, Default)]
pub struct Spread {
    buckets: Vec<u64>,
    count: u64,
    longest: Moment,
}

impl Spread {
    pub(super) fn add(&mut self, span: Moment) {
        let steps = (span.max(1) as f64 / FIRST_US).max(1.0).ln() / STEP.ln();
        let bucket = steps as usize;
        self.buckets.resize(self.buckets.len().max(bucket + 1), 0);
        self.buckets[bucket] += 1;
        self.count += 1;
        self.longest = self.longest.max(span);
    }

    /// The span that so large a part of all is no longer than, in milliseconds. Nothing where nothing was counted.
    pub fn part_ms(&self, part: f64) -> f64 {
        let wanted = (self.count as f64 * part).ceil() as u64;
        let mut seen = 0;
        for (bucket, count) in self.buckets.iter().enumerate() {
            seen += count;
            if wanted <= seen && 0 < seen {
                let upper = FIRST_US * STEP.powi(i32::try_from(bucket + 1).unwrap_or(i32::MAX));
                return upper.min(self.longest as f64) / 1_000.0;
            }
        }
        0.0
    }

    /// How many were counted.
    pub const fn count(&self) -> u64 {
        self.count
    }
}

/// Everything that was counted.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// Nodes, those that read the database, steps, and the most who ask one.
    pub nodes: usize,
    /// Who reads the database.
    pub heads: usize,
    /// Steps from the database to whoever is farthest away.
    pub depth: usize,
    /// Most who ask one parent.
    pub children_max: usize,
    /// How long it all took, in true time.
    pub span_seconds: f64,
    /// From a change to each node that hears of it.
    pub spread: Spread,
    /// The longest of each change, in microseconds.
    pub last_of_change: Vec<Moment>,
    /// From a change to the moment that its receipt tells.
    pub receipts: Spread,
    /// Receipts that name a moment after the one they were told at, because somebody was silent.
    pub receipts_of_silent: u64,
    /// How old what a node knows is when it hears something.
    pub ages: Spread,
    /// Time in which running nodes may not vouch, of all of them together.
    pub silent: Moment,
    /// Reads of the database, reports, and those of them that were written down.
    pub reads: u64,
    /// Reports of all nodes.
    pub reports: u64,
    /// Reports of heads, each a row that is written.
    pub writes: u64,
    /// Which part of the database's processors was busy.
    pub database_busy: f64,
    /// Answers of the node that gave most of them.
    pub answers_max: u64,
    /// Bytes between regions.
    pub between_regions: u64,
    /// Changes.
    pub events_of_changes: usize,
}

impl Figures {
    /// The part of the time of all nodes in which they were silent.
    pub fn silent_part(&self) -> f64 {
        self.silent as f64 / SECOND as f64 / (self.span_seconds * self.nodes.max(1) as f64)
    }

    /// From a change to the last node that heard of it.
    pub fn last(&self) -> Spread {
        let mut last = Spread::default();
        self.last_of_change.iter().filter(|took| 0 < **took).for_each(|took| last.add(*took));
        last
    }
}
