//! A ledger: what one thread saw, so that threads that verify share nothing.
//!
//! Each thread writes into its own; those who keep accounts of uses and refusals empty all of them now and then.
//! Repeats are one line with a count, so a flood on one key costs a line; what a ledger holds is bounded however
//! many requests arrive.

mod notes;
mod uses;

use std::sync::Arc;

use domain::{KeyId, MINUTE, Network, Timestamp};
use parking_lot::Mutex;

pub(crate) use self::notes::Noted;
use self::notes::Notes;
pub(crate) use self::uses::Used;
use self::uses::Uses;
use crate::refusals::Source;
use crate::slot::Slot;
use crate::unknown_ids::UnknownId;
use crate::verdict::Reason;

/// What one thread saw.
#[derive(Default)]
#[repr(align(128))]
pub struct Ledger {
    uses: Mutex<Uses>,
    notes: Mutex<Notes>,
}

/// The ledgers of all threads.
#[derive(Default)]
pub(crate) struct Ledgers(Mutex<Vec<Arc<Ledger>>>);

impl Ledger {
    /// A pair was granted a request.
    pub fn granted(&self, slot: Slot, now: Timestamp, from: Option<Network>) {
        self.uses.lock().count(slot, 1, now, from);
    }

    /// A request that named an existing pair was refused.
    pub fn refused(&self, slot: Slot, key_id: &KeyId, reason: Reason, now: Timestamp, source: Source<'_>) {
        let seen = UnknownId { key_id: *key_id, at: now, address: source.address };
        self.notes.lock().note(slot, reason, seen, source);
    }

    /// A request named an id that nobody has.
    pub fn unknown(&self, key_id: &KeyId, now: Timestamp, source: Source<'_>) {
        let seen = UnknownId { key_id: *key_id, at: now, address: source.address };
        self.notes.lock().note_unknown(seen, source);
    }

    pub(crate) fn used_again(&self, used: &Used) {
        self.uses.lock().count(used.slot, used.count, used.last_at, used.last_from);
    }
}

impl Ledgers {
    /// A ledger for one more thread.
    pub(crate) fn open(&self) -> Arc<Ledger> {
        let ledger = Arc::new(Ledger::default());
        self.0.lock().push(ledger.clone());
        ledger
    }

    /// Takes all uses, each pair once for each minute.
    pub(crate) fn take_uses(&self) -> Vec<Used> {
        let mut all = Vec::new();
        for ledger in &*self.0.lock() {
            ledger.uses.lock().take(&mut all);
        }
        uses::combine(&mut all);
        all
    }

    /// The last use of a pair that nobody has taken yet.
    pub(crate) fn last_use(&self, slot: Slot) -> Option<Used> {
        let ledgers = self.0.lock();
        ledgers.iter().filter_map(|ledger| ledger.uses.lock().last(slot)).max_by_key(|used| used.last_at)
    }

    /// Takes what was refused.
    pub(crate) fn take_notes(&self) -> Noted {
        let taken: Vec<Noted> = self.0.lock().iter().map(|ledger| ledger.notes.lock().take()).collect();
        Noted::together(taken)
    }
}

/// Whether two moments fall in the same minute.
fn same_minute(one: Timestamp, other: Timestamp) -> bool {
    let minute = |at: Timestamp| at.as_millis().div_euclid(MINUTE.as_millis());
    minute(one) == minute(other)
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ledger")
    }
}
