//! What one thread of a listener saw: counts of verdicts, on cache lines of its own that a scrape adds up, and its
//! ledger of uses and refusals.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;
use verify::{Ledger, Reason, Silence, Verdict};

use crate::meters::{QUICK, Reading, Spans};

const REASONS: usize = Reason::CODES.len();
const SILENCES: usize = Silence::ALL.len();

/// The counts of one thread.
#[derive(Debug)]
#[repr(align(128))]
pub struct Tally {
    pub(super) ledger: Arc<Ledger>,
    /// Some of the thread's turns: from waking up until everybody who had asked was answered.
    pub(super) turns: Spans,
    /// Which listener the thread serves, and its open connections.
    open: OnceLock<(&'static str, Arc<AtomicUsize>)>,
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
            turns: Spans::new(QUICK),
            open: OnceLock::new(),
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

    /// Where the open connections of this thread are counted, and of which listener it is.
    pub fn counts_open(&self, listener: &'static str, open: Arc<AtomicUsize>) {
        // A thread serves one listener; what was said first stands.
        let _ = self.open.set((listener, open));
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

    /// Times of turns of all threads.
    pub fn turns(&self) -> Reading {
        let mut all = Spans::new(QUICK).reading();
        self.0.lock().iter().for_each(|tally| all += tally.turns.reading());
        all
    }

    /// Open connections of a listener.
    pub fn open(&self, listener: &str) -> usize {
        let all = self.0.lock();
        let of_it = all.iter().filter_map(|tally| tally.open.get()).filter(|(its, _)| *its == listener);
        of_it.map(|(_, open)| open.load(Ordering::Relaxed)).sum()
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
