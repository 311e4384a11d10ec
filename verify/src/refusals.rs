//! Recent refusals, so that an owner can ask "why was I refused?".
//!
//! Repeats of one reason for one pair are one entry with counts over time and its last few sources. Memory is
//! bounded however many requests arrive, and one account's troubles cannot push out all of another's. Nothing
//! here decides anything, and none of it is ever told to the caller.
//!
//! Threads that verify write into ledgers of their own; what stands there is taken over before anybody is told
//! anything here, so nobody can be told less than what was true when he asked.
//!
//! What changed since it was last asked for can be written down elsewhere ([`Refusals::unsaved`]) and put back
//! after a restart; as there is never more written than is remembered, what is written is bounded too.

mod buckets;
mod sources;

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::{AccountId, KeyId, KeyRef, Timestamp};
use parking_lot::Mutex;

pub use self::buckets::{Buckets, Hours, Minutes};
pub use self::sources::{SeenSource, Source, Sources};
use crate::index::Index;
use crate::unknown_ids::UnknownId;
use crate::verdict::{About, Reason};

/// Entries in all.
const ENTRIES: usize = 10_000;
/// Entries of one account.
const ENTRIES_OF_ACCOUNT: usize = 200;
/// Parts with a lock each; an account is always in the same part.
const PARTS: usize = 16;
/// Unknown ids that are remembered.
const UNKNOWN: usize = 256;

/// What is remembered of refusals of one pair for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecentRefusal {
    /// The pair that was named.
    pub key_id: KeyId,
    /// Its key.
    pub key: KeyRef,
    /// Its account.
    pub account: AccountId,
    /// Why it was refused.
    pub reason: Reason,
    /// The first time since this is remembered.
    pub first_at: Timestamp,
    /// The last time.
    pub last_at: Timestamp,
    /// How often in all.
    pub count: u64,
    /// Where the last ones came from.
    pub sources: Sources,
    /// The last hour, minute by minute.
    pub minutes: Minutes,
    /// The last two days, hour by hour.
    pub hours: Hours,
}

/// Recent refusals of all accounts.
pub struct Refusals {
    parts: Box<[Mutex<Part>]>,
    unknown: Mutex<VecDeque<UnknownId>>,
    unknown_count: AtomicU64,
    left_out: AtomicU64,
    /// Whose ledgers are read; `None`: nobody's.
    index: Option<Arc<Index>>,
}

/// What has changed since it was last written down.
#[derive(Debug, Default)]
pub struct Unsaved {
    /// Entries as they are now.
    pub changed: Vec<RecentRefusal>,
    /// Entries that were written down and are forgotten.
    pub gone: Vec<Gone>,
}

/// An entry that is forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Gone {
    /// Its account.
    pub account: AccountId,
    /// Its pair.
    pub key_id: KeyId,
    /// Its reason.
    pub reason: Reason,
}

/// What an entry is about.
type Name = (KeyId, Reason);

/// Entries by what they are about, and the order in which they were last touched.
#[derive(Default)]
struct Part {
    entries: HashMap<Name, Entry>,
    oldest_first: BTreeMap<u64, Name>,
    by_account: BTreeMap<(AccountId, u64), Name>,
    of_account: HashMap<AccountId, usize>,
    turn: u64,
    /// Entries that changed since they were last taken to be written down.
    changed: HashSet<Name>,
    /// Forgotten entries that are still written down somewhere: never more than were.
    gone: HashSet<Gone>,
}

struct Entry {
    turn: u64,
    /// Whether it is written down somewhere, in whatever state.
    saved: bool,
    refusal: Box<RecentRefusal>,
}

impl Refusals {
    /// Nothing refused yet.
    pub fn new() -> Self {
        Self {
            parts: (0..PARTS).map(|_| Mutex::default()).collect(),
            unknown: Mutex::default(),
            unknown_count: AtomicU64::new(0),
            left_out: AtomicU64::new(0),
            index: None,
        }
    }

    /// Nothing refused yet; what is written into the ledgers of `index` will be.
    pub fn over(index: Arc<Index>) -> Self {
        Self { index: Some(index), ..Self::new() }
    }

    /// Takes over what stands in ledgers. Everybody who asks here does it first; a loop does it too, because a
    /// ledger holds little.
    pub fn take_over_once(&self) {
        let Some(index) = &self.index else { return };
        let noted = index.take_notes();
        for note in &noted.lines {
            let about = index.about(note.slot);
            let mut part = self.part(&about.account).lock();
            part.note(&about, note.reason, note.count, note.last_at, note.source());
        }
        self.left_out.fetch_add(noted.left_out, Ordering::Relaxed);
        self.unknown_count.fetch_add(noted.unknown_count, Ordering::Relaxed);
        noted.unknown.into_iter().for_each(|seen| self.remember_unknown(seen));
    }

    /// Remembers that a request naming an existing pair was refused.
    pub fn note(&self, about: &About, reason: Reason, now: Timestamp, source: Source<'_>) {
        self.part(&about.account).lock().note(about, reason, 1, now, source);
    }

    /// Remembers that a request named an id nobody has.
    pub fn note_unknown(&self, key_id: &KeyId, now: Timestamp, source: Source<'_>) {
        self.unknown_count.fetch_add(1, Ordering::Relaxed);
        self.remember_unknown(UnknownId { key_id: *key_id, at: now, address: source.address });
    }

    /// What was refused in an account, the latest first.
    pub fn recent(&self, account: &AccountId) -> Vec<RecentRefusal> {
        self.take_over_once();
        let part = self.part(account).lock();
        part.by_account
            .range((*account, 0)..=(*account, u64::MAX))
            .rev()
            .map(|(_, name)| (*part.entries[name].refusal).clone())
            .collect()
    }

    /// What was refused of a pair, the latest first.
    pub fn recent_of(&self, key_id: &KeyId) -> Vec<RecentRefusal> {
        self.take_over_once();
        let mut found: Vec<RecentRefusal> = Vec::new();
        for part in &self.parts {
            let part = part.lock();
            let all = part.entries.values().map(|entry| &*entry.refusal);
            found.extend(all.filter(|refusal| refusal.key_id == *key_id).cloned());
        }
        found.sort_by_key(|refusal| std::cmp::Reverse(refusal.last_at));
        found
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.take_over_once();
        self.parts.iter().map(|part| part.lock().entries.len()).sum()
    }

    /// Whether nothing was refused.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets what was last refused before a moment.
    pub fn forget_before(&self, moment: Timestamp) {
        for part in &self.parts {
            part.lock().forget_before(moment);
        }
    }

    /// Takes what has changed since it was last taken, about `at_most` entries of it.
    pub fn unsaved(&self, at_most: usize) -> Unsaved {
        self.take_over_once();
        let mut taken = Unsaved::default();
        for part in &self.parts {
            if at_most <= taken.changed.len() + taken.gone.len() {
                break;
            }
            part.lock().take(at_most, &mut taken);
        }
        taken
    }

    /// Everything that was taken is written down.
    pub fn saved(&self, written: &Unsaved) {
        for refusal in &written.changed {
            self.part(&refusal.account).lock().saved(refusal);
        }
    }

    /// Takes back what was taken but could not be written down.
    pub fn give_back(&self, unsaved: &Unsaved) {
        for refusal in &unsaved.changed {
            let mut part = self.part(&refusal.account).lock();
            let name = (refusal.key_id, refusal.reason);
            if part.entries.contains_key(&name) {
                part.changed.insert(name);
            }
        }
        for gone in &unsaved.gone {
            self.part(&gone.account).lock().gone.insert(*gone);
        }
    }

    /// Puts back what was written down before a restart. Oldest first: what does not fit is forgotten.
    pub fn restore(&self, refusal: RecentRefusal) {
        let mut part = self.part(&refusal.account).lock();
        let name = (refusal.key_id, refusal.reason);
        if !part.entries.contains_key(&name) {
            part.make_room(&refusal.account);
            part.insert(name, refusal, true);
        }
    }

    /// The last unknown ids, the latest first.
    pub fn unknown(&self) -> Vec<UnknownId> {
        self.take_over_once();
        self.unknown.lock().iter().rev().cloned().collect()
    }

    /// How many requests named an id nobody has, since the start.
    pub fn unknown_count(&self) -> u64 {
        self.take_over_once();
        self.unknown_count.load(Ordering::Relaxed)
    }

    /// How many refusals of existing pairs were only counted, because too many pairs were refused at once.
    pub fn left_out(&self) -> u64 {
        self.take_over_once();
        self.left_out.load(Ordering::Relaxed)
    }

    fn remember_unknown(&self, seen: UnknownId) {
        let mut ring = self.unknown.lock();
        if ring.len() == UNKNOWN {
            ring.pop_front();
        }
        ring.push_back(seen);
    }

    fn part(&self, account: &AccountId) -> &Mutex<Part> {
        // The last characters of an account id are drawn at random by us: an even spread without a hash.
        let tail = &account.as_str().as_bytes()[14..];
        let sum = tail.iter().fold(0usize, |sum, byte| sum * 31 + usize::from(*byte));
        &self.parts[sum % PARTS]
    }
}

impl Default for Refusals {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Refusals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Refusals")
    }
}

impl RecentRefusal {
    fn new(about: &About, reason: Reason, now: Timestamp) -> Self {
        Self {
            key_id: about.key_id,
            key: about.key,
            account: about.account,
            reason,
            first_at: now,
            last_at: now,
            count: 0,
            sources: Sources::default(),
            minutes: Minutes::new(),
            hours: Hours::new(),
        }
    }

    fn count(&mut self, times: u64, now: Timestamp, source: Source<'_>) {
        self.last_at = self.last_at.max(now);
        self.count += times;
        self.sources.note(source, times, now);
        self.minutes.count(times, now);
        self.hours.count(times, now);
    }
}

impl Part {
    fn note(&mut self, about: &About, reason: Reason, times: u64, now: Timestamp, source: Source<'_>) {
        let name = (about.key_id, reason);
        if !self.entries.contains_key(&name) {
            self.make_room(&about.account);
            self.insert(name, RecentRefusal::new(about, reason, now), false);
        }
        let entry = self.entries.get_mut(&name).expect("one was inserted if there was none");
        entry.refusal.count(times, now, source);
        let is_newest = entry.turn == self.turn;
        self.changed.insert(name);
        // A flood of one kind is the newest already; only others change places.
        if !is_newest {
            self.touch(name);
        }
    }

    fn make_room(&mut self, account: &AccountId) {
        if self.of_account.get(account).is_some_and(|count| ENTRIES_OF_ACCOUNT <= *count) {
            let oldest = self.by_account.range((*account, 0)..).next().map(|(_, name)| *name);
            oldest.into_iter().for_each(|name| self.forget(name));
        }
        if ENTRIES / PARTS <= self.entries.len() {
            let oldest = self.oldest_first.first_key_value().map(|(_, name)| *name);
            oldest.into_iter().for_each(|name| self.forget(name));
        }
    }

    fn insert(&mut self, name: Name, refusal: RecentRefusal, saved: bool) {
        self.turn += 1;
        self.oldest_first.insert(self.turn, name);
        self.by_account.insert((refusal.account, self.turn), name);
        *self.of_account.entry(refusal.account).or_default() += 1;
        self.entries.insert(name, Entry { turn: self.turn, saved, refusal: Box::new(refusal) });
    }

    fn touch(&mut self, name: Name) {
        self.turn += 1;
        let turn = self.turn;
        let Some(entry) = self.entries.get_mut(&name) else { return };
        let before = std::mem::replace(&mut entry.turn, turn);
        let account = entry.refusal.account;
        self.oldest_first.remove(&before);
        self.oldest_first.insert(turn, name);
        self.by_account.remove(&(account, before));
        self.by_account.insert((account, turn), name);
    }

    fn forget(&mut self, name: Name) {
        let Some(Entry { turn, saved, refusal }) = self.entries.remove(&name) else { return };
        self.oldest_first.remove(&turn);
        self.by_account.remove(&(refusal.account, turn));
        if let Some(count) = self.of_account.get_mut(&refusal.account) {
            *count -= 1;
            if *count == 0 {
                self.of_account.remove(&refusal.account);
            }
        }
        self.changed.remove(&name);
        if saved {
            self.gone.insert(Gone { account: refusal.account, key_id: name.0, reason: name.1 });
        }
    }

    fn forget_before(&mut self, moment: Timestamp) {
        let is_old = |entry: &Entry| entry.refusal.last_at < moment;
        let old: Vec<Name> =
            self.entries.iter().filter(|(_, entry)| is_old(entry)).map(|(name, _)| *name).collect();
        old.into_iter().for_each(|name| self.forget(name));
    }

    fn take(&mut self, at_most: usize, taken: &mut Unsaved) {
        let room = |taken: &Unsaved| at_most.saturating_sub(taken.changed.len() + taken.gone.len());
        let names: Vec<Name> = self.changed.iter().take(room(taken)).copied().collect();
        for name in names {
            self.changed.remove(&name);
            let Some(entry) = self.entries.get_mut(&name) else { continue };
            let gone = Gone { account: entry.refusal.account, key_id: name.0, reason: name.1 };
            // What is written now replaces what an older wish would erase, which is still there until then.
            entry.saved |= self.gone.remove(&gone);
            taken.changed.push((*entry.refusal).clone());
        }
        let gone: Vec<Gone> = self.gone.iter().take(room(taken)).copied().collect();
        for gone in gone {
            self.gone.remove(&gone);
            taken.gone.push(gone);
        }
    }

    fn saved(&mut self, refusal: &RecentRefusal) {
        let name = (refusal.key_id, refusal.reason);
        match self.entries.get_mut(&name) {
            Some(entry) => entry.saved = true,
            // It was forgotten while it was being written.
            None => {
                self.gone.insert(Gone { account: refusal.account, key_id: name.0, reason: name.1 });
            }
        }
    }
}

#[cfg(test)]
mod tests;
