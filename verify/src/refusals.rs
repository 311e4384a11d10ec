//! Recent refusals, so that an owner can ask "why was I refused?".
//!
//! Repeats of one reason for one pair are one entry with a count. Memory is bounded however many requests
//! arrive, and one account's troubles cannot push out all of another's. Nothing here decides anything, and
//! none of it is ever told to the caller. Lost at a restart, on purpose: what is kept on disk can be stolen
//! from there.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::{AccountId, KeyId, KeyRef, Timestamp};
use parking_lot::Mutex;

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
/// Characters kept of a caller's name for itself.
const AGENT_MAX: usize = 120;

/// Where a refused request came from.
#[derive(Clone, Copy, Debug, Default)]
pub struct Source<'a> {
    /// The caller's address, as far as the gateway told.
    pub address: Option<IpAddr>,
    /// Its `User-Agent`, unfiltered.
    pub agent: Option<&'a [u8]>,
}

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
    /// Where the last one came from.
    pub address: Option<IpAddr>,
    /// What its sender called itself: printable ASCII, at most 120 characters, empty when it did not say.
    pub agent: Box<str>,
}

/// Recent refusals of all accounts.
pub struct Refusals {
    parts: Box<[Mutex<Part>]>,
    unknown: Mutex<VecDeque<UnknownId>>,
    unknown_count: AtomicU64,
}

/// Entries by what they are about, and the order in which they were last touched.
#[derive(Default)]
struct Part {
    entries: HashMap<(KeyId, Reason), Entry>,
    oldest_first: BTreeMap<u64, (KeyId, Reason)>,
    by_account: BTreeMap<(AccountId, u64), (KeyId, Reason)>,
    of_account: HashMap<AccountId, usize>,
    turn: u64,
}

struct Entry {
    turn: u64,
    refusal: RecentRefusal,
}

impl Refusals {
    /// Nothing refused yet.
    pub fn new() -> Self {
        Self {
            parts: (0..PARTS).map(|_| Mutex::default()).collect(),
            unknown: Mutex::default(),
            unknown_count: AtomicU64::new(0),
        }
    }

    /// Remembers that a request naming an existing pair was refused.
    pub fn note(&self, about: &About, reason: Reason, now: Timestamp, source: Source<'_>) {
        self.part(&about.account).lock().note(about, reason, now, source);
    }

    /// Remembers that a request named an id nobody has. Under a flood some are only counted.
    pub fn note_unknown(&self, key_id: &KeyId, now: Timestamp, source: Source<'_>) {
        self.unknown_count.fetch_add(1, Ordering::Relaxed);
        if let Some(mut ring) = self.unknown.try_lock() {
            if ring.len() == UNKNOWN {
                ring.pop_front();
            }
            ring.push_back(UnknownId { key_id: *key_id, at: now, address: source.address });
        }
    }

    /// What was refused in an account, the latest first.
    pub fn recent(&self, account: &AccountId) -> Vec<RecentRefusal> {
        let part = self.part(account).lock();
        part.by_account
            .range((*account, 0)..=(*account, u64::MAX))
            .rev()
            .map(|(_, name)| part.entries[name].refusal.clone())
            .collect()
    }

    /// What was refused of a pair, the latest first.
    pub fn recent_of(&self, key_id: &KeyId) -> Vec<RecentRefusal> {
        let mut found: Vec<RecentRefusal> = Vec::new();
        for part in &self.parts {
            let part = part.lock();
            found.extend(
                part.entries.values().map(|entry| &entry.refusal).filter(|r| r.key_id == *key_id).cloned(),
            );
        }
        found.sort_by_key(|refusal| std::cmp::Reverse(refusal.last_at));
        found
    }

    /// The last unknown ids, the latest first.
    pub fn unknown(&self) -> Vec<UnknownId> {
        self.unknown.lock().iter().rev().cloned().collect()
    }

    /// How many requests named an id nobody has, since the start.
    pub fn unknown_count(&self) -> u64 {
        self.unknown_count.load(Ordering::Relaxed)
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

impl Part {
    fn note(&mut self, about: &About, reason: Reason, now: Timestamp, source: Source<'_>) {
        let name = (about.key_id, reason);
        let before = self.remove(name);
        if before.is_none() {
            self.make_room(&about.account);
        }
        let refusal = match before {
            Some(before) => RecentRefusal {
                last_at: now.max(before.last_at),
                count: before.count + 1,
                address: source.address,
                agent: same_or_clean(before.agent, source.agent),
                ..before
            },
            None => RecentRefusal {
                key_id: about.key_id,
                key: about.key,
                account: about.account,
                reason,
                first_at: now,
                last_at: now,
                count: 1,
                address: source.address,
                agent: clean(source.agent),
            },
        };
        self.insert(name, refusal);
    }

    fn make_room(&mut self, account: &AccountId) {
        if self.of_account.get(account).is_some_and(|count| ENTRIES_OF_ACCOUNT <= *count) {
            let oldest = self.by_account.range((*account, 0)..).next().map(|(_, name)| *name);
            oldest.and_then(|name| self.remove(name));
        }
        if ENTRIES / PARTS <= self.entries.len() {
            let oldest = self.oldest_first.first_key_value().map(|(_, name)| *name);
            oldest.and_then(|name| self.remove(name));
        }
    }

    fn insert(&mut self, name: (KeyId, Reason), refusal: RecentRefusal) {
        self.turn += 1;
        self.oldest_first.insert(self.turn, name);
        self.by_account.insert((refusal.account, self.turn), name);
        *self.of_account.entry(refusal.account).or_default() += 1;
        self.entries.insert(name, Entry { turn: self.turn, refusal });
    }

    fn remove(&mut self, name: (KeyId, Reason)) -> Option<RecentRefusal> {
        let Entry { turn, refusal } = self.entries.remove(&name)?;
        self.oldest_first.remove(&turn);
        self.by_account.remove(&(refusal.account, turn));
        if let Some(count) = self.of_account.get_mut(&refusal.account) {
            *count -= 1;
            if *count == 0 {
                self.of_account.remove(&refusal.account);
            }
        }
        Some(refusal)
    }
}

/// Keeps the text when it says the same, so that a flood of one caller allocates nothing.
fn same_or_clean(before: Box<str>, agent: Option<&[u8]>) -> Box<str> {
    if agent.is_some_and(|agent| agent == before.as_bytes()) { before } else { clean(agent) }
}

/// What a stranger wrote, made harmless to show: printable ASCII only, and not too much of it.
fn clean(agent: Option<&[u8]>) -> Box<str> {
    agent
        .unwrap_or_default()
        .iter()
        .take(AGENT_MAX)
        .map(|byte| if matches!(byte, b' '..=b'~') { char::from(*byte) } else { '?' })
        .collect::<String>()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::samples::{account, key, key_id};
    use crate::malformed::Shape;

    fn about(n: usize) -> About {
        About { key_id: key_id(n), key: key(n), account: account(n) }
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn from(agent: &str) -> Source<'_> {
        Source { address: Some([10, 0, 0, 1].into()), agent: Some(agent.as_bytes()) }
    }

    #[test]
    fn repeats_of_one_reason_are_one_entry_with_first_last_and_count() {
        let refusals = Refusals::new();
        refusals.note(&about(1), Reason::WrongSecret, at(10), from("curl/8"));
        refusals.note(&about(1), Reason::Ended, at(20), from("curl/8"));
        refusals.note(&about(1), Reason::WrongSecret, at(30), from("python"));
        refusals.note(&about(2), Reason::Malformed(Shape::WhiteSpace), at(40), Source::default());

        let told: Vec<_> = refusals
            .recent(&account(1))
            .into_iter()
            .map(|r| {
                (r.key_id, r.reason.code(), r.first_at.as_millis(), r.last_at.as_millis(), r.count, r.agent)
            })
            .collect();
        assert_eq!(
            told,
            [
                (key_id(2), "malformed", 40, 40, 1, "".into()),
                (key_id(1), "wrong_secret", 10, 30, 2, "python".into()),
                (key_id(1), "ended", 20, 20, 1, "curl/8".into()),
            ]
        );
        assert_eq!(refusals.recent_of(&key_id(1)).len(), 2);
    }

    #[test]
    fn an_account_sees_only_its_own() {
        let refusals = Refusals::new();
        refusals.note(&about(1), Reason::Ended, at(10), from("curl"));
        refusals.note(&about(100), Reason::Ended, at(10), from("curl"));
        assert_eq!(refusals.recent(&account(1)).len(), 1);
        assert_eq!(refusals.recent(&account(100)).len(), 1);
        assert_eq!(refusals.recent(&account(50)), []);
    }

    #[test]
    fn memory_is_bounded_and_the_oldest_go_first() {
        let refusals = Refusals::new();
        for n in 0..1_000 {
            let about = About { account: account(0), ..about(n) };
            refusals.note(&about, Reason::WrongSecret, at(n as i64), from("flood"));
        }
        let told = refusals.recent(&account(0));
        assert_eq!(told.len(), ENTRIES_OF_ACCOUNT);
        assert_eq!((told[0].key_id, told[199].key_id), (key_id(999), key_id(800)));

        for n in 0..30_000 {
            refusals.note(&about(n), Reason::WrongSecret, at(n as i64), from("flood"));
        }
        let kept: usize = refusals.parts.iter().map(|part| part.lock().entries.len()).sum();
        assert!(kept <= ENTRIES, "{kept}");
        for part in &refusals.parts {
            let part = part.lock();
            assert_eq!(part.entries.len(), part.oldest_first.len());
            assert_eq!(part.entries.len(), part.by_account.len());
            assert_eq!(part.entries.len(), part.of_account.values().sum::<usize>());
        }
        assert_eq!(refusals.recent_of(&key_id(29_999)).len(), 1, "the latest is there");
    }

    #[test]
    fn unknown_ids_are_counted_and_the_last_256_remembered() {
        let refusals = Refusals::new();
        for n in 0..1_000 {
            refusals.note_unknown(&key_id(n), at(n as i64), from("scanner"));
        }
        assert_eq!(refusals.unknown_count(), 1_000);
        let told = refusals.unknown();
        assert_eq!((told.len(), told[0].key_id, told[255].key_id), (256, key_id(999), key_id(744)));
    }

    #[test]
    fn what_a_stranger_calls_itself_is_made_harmless() {
        let refusals = Refusals::new();
        let agent = format!("<b>\n\u{1b}[31m{}", "x".repeat(500));
        refusals.note(&about(1), Reason::Ended, at(1), from(&agent));
        let told = &refusals.recent(&account(1))[0].agent;
        assert_eq!(told.len(), 120);
        assert!(told.starts_with("<b>??[31mxxx"), "{told}");
    }
}
