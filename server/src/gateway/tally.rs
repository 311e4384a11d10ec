//! What one thread of a listener saw: counts of verdicts, on cache lines of its own that a scrape adds up, and its
//! ledger of uses and refusals.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use verify::{Ledger, Reason, Silence, Verdict};

const REASONS: usize = Reason::CODES.len();
const SILENCES: usize = Silence::ALL.len();

/// The counts of one thread.
#[derive(Debug)]
#[repr(align(128))]
pub struct Tally {
    pub(super) ledger: Arc<Ledger>,
    granted: AtomicU64,
    missing: AtomicU64,
    refused: [AtomicU64; REASONS],
    silent: [AtomicU64; SILENCES],
}

/// The counts of all threads.
#[derive(Debug, Default)]
pub struct Tallies(Mutex<Vec<Arc<Tally>>>);

impl Tally {
    fn new(ledger: Arc<Ledger>) -> Self {
        Self {
            ledger,
            granted: AtomicU64::default(),
            missing: AtomicU64::default(),
            refused: Default::default(),
            silent: Default::default(),
        }
    }

    pub(super) fn count(&self, verdict: &Verdict<'_>) {
        let counter = match verdict {
            Verdict::Granted(_) => &self.granted,
            Verdict::Refused { reason, .. } => &self.refused[reason.index()],
            Verdict::Limited { exceeded, .. } => &self.refused[exceeded.reason().index()],
            Verdict::CannotSay(silence) => &self.silent[*silence as usize],
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn missing(&self) {
        self.missing.fetch_add(1, Ordering::Relaxed);
    }
}

impl Tallies {
    /// Counters for one more thread, with its ledger.
    pub(super) fn add(&self, ledger: Arc<Ledger>) -> Arc<Tally> {
        let tally = Arc::new(Tally::new(ledger));
        self.0.lock().push(tally.clone());
        tally
    }

    /// The sums, each with the name of its verdict: `granted`, `missing`, the refusal codes, the silences.
    pub fn sums(&self) -> Vec<(&'static str, u64)> {
        let all = self.0.lock();
        let sum = |of: &dyn Fn(&Tally) -> &AtomicU64| {
            all.iter().map(|tally| of(tally).load(Ordering::Relaxed)).sum::<u64>()
        };
        let mut sums =
            vec![("granted", sum(&|tally| &tally.granted)), ("missing", sum(&|tally| &tally.missing))];
        sums.extend(
            Reason::CODES.iter().enumerate().map(|(n, code)| (*code, sum(&|tally| &tally.refused[n]))),
        );
        sums.extend(
            Silence::ALL
                .iter()
                .map(|silence| (silence.as_str(), sum(&|tally| &tally.silent[*silence as usize]))),
        );
        sums
    }
}
