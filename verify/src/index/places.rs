//! Places: from the hash of a key id to the number of its record.
//!
//! An entry holds 32 bits of the hash beside the number, so nearly every id that is not there is recognised
//! without touching a record. Readers take no lock. A part that is full is copied into one of twice the size,
//! which readers find when it is complete; a part is a sixteenth of all, so nobody waits long for that.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use memory::Words;

/// Parts that grow each by itself. A power of two.
const PARTS: usize = 16;
/// Entries of the smallest table: a page.
const SMALLEST: usize = 512;
/// Sizes a table can have: 512 entries times a power of two.
const SIZES: usize = 24;

pub(super) struct Places([Part; PARTS]);

#[derive(Default)]
struct Part {
    /// A table for each size it has had. The smaller ones stay, because somebody may still be reading them.
    tables: [OnceLock<Words>; SIZES],
    /// One more than the size in use; nought: no table yet.
    size: AtomicUsize,
    /// Written by the one writer alone.
    taken: AtomicUsize,
}

impl Places {
    pub(super) fn new() -> Self {
        Self(std::array::from_fn(|_| Part::default()))
    }

    /// What `look` finds at one of the numbers with this hash, the first that is something.
    #[inline]
    pub(super) fn find<T>(&self, hash: u64, look: impl Fn(u32) -> Option<T>) -> Option<T> {
        let table = self.part(hash).table()?;
        let (mask, tag) = (table.len() - 1, hash as u32);
        let mut place = tag as usize;
        loop {
            let entry = table[place & mask].load(Ordering::Acquire);
            let number = (entry as u32).checked_sub(1)?;
            if (entry >> 32) as u32 == tag
                && let Some(found) = look(number)
            {
                return Some(found);
            }
            place += 1;
        }
    }

    /// Asks for the entry of a hash ahead of time.
    pub(super) fn fetch(&self, hash: u64) {
        if let Some(table) = self.part(hash).table() {
            memory::fetch(&table[hash as u32 as usize & (table.len() - 1)]);
        }
    }

    /// Adds a number that is not there yet. One writer at a time.
    pub(super) fn insert(&self, hash: u64, number: u32) {
        let part = self.part(hash);
        let taken = part.taken.load(Ordering::Relaxed) + 1;
        part.make_room(taken);
        part.taken.store(taken, Ordering::Relaxed);
        put(part.table().expect("room was just made"), entry(hash, number));
    }

    /// Makes room for so many in all, so that they need not be copied again and again. One writer at a time.
    pub(super) fn reserve(&self, numbers: usize) {
        // A little more than an even share: shares are random.
        self.0.iter().for_each(|part| part.make_room(numbers / PARTS + numbers / PARTS / 64));
    }

    #[inline]
    fn part(&self, hash: u64) -> &Part {
        // Bits that are not in the tag.
        &self.0[(hash >> 60) as usize % PARTS]
    }
}

impl Part {
    #[inline]
    fn table(&self) -> Option<&Words> {
        self.tables[self.size.load(Ordering::Acquire).checked_sub(1)?].get()
    }

    fn make_room(&self, numbers: usize) {
        // At most three quarters full: fuller tables probe long, emptier ones waste memory.
        let entries = (numbers * 4).div_ceil(3).next_power_of_two().max(SMALLEST);
        let size = (entries / SMALLEST).ilog2() as usize;
        if size < self.size.load(Ordering::Relaxed) {
            return;
        }
        let larger = Words::zeroed(entries).expect("the machine has room for a larger table");
        if let Some(table) = self.table() {
            let entries = table.iter().map(|entry| entry.load(Ordering::Relaxed));
            entries.filter(|entry| *entry != 0).for_each(|entry| put(&larger, entry));
        }
        assert!(self.tables[size].set(larger).is_ok(), "a part only grows, and one writer makes it grow");
        self.size.store(size + 1, Ordering::Release);
    }
}

const fn entry(hash: u64, number: u32) -> u64 {
    (hash as u32 as u64) << 32 | (number as u64 + 1)
}

/// Puts an entry into a table with room. The hash in it is all that its place depends on.
fn put(table: &[AtomicU64], entry: u64) {
    let mask = table.len() - 1;
    let mut place = (entry >> 32) as usize;
    while table[place & mask].load(Ordering::Relaxed) != 0 {
        place += 1;
    }
    table[place & mask].store(entry, Ordering::Release);
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn hash(n: u32) -> u64 {
        (n as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }

    #[test]
    fn what_was_put_in_is_found_and_nothing_else() {
        let places = Places::new();
        assert_eq!(places.find(7, Some), None);
        for number in 0..50_000 {
            places.insert(hash(number), number);
        }
        for number in 0..50_000 {
            assert_eq!(places.find(hash(number), |found| (found == number).then_some(found)), Some(number));
            assert_eq!(places.find(hash(number), |_| None::<u32>), None);
            places.fetch(hash(number));
        }
    }

    #[test]
    fn equal_hashes_are_told_apart_by_the_record() {
        let places = Places::new();
        (0..100).for_each(|number| places.insert(0xFFFF_FFFF, number));
        assert!((0..100).all(|n| places.find(0xFFFF_FFFF, |found| (found == n).then_some(found)) == Some(n)));
        assert_eq!(places.find(0xFFFF_FFFF, |found| (found == 100).then_some(found)), None);
    }

    #[test]
    fn room_that_was_made_before_is_enough() {
        let places = Places::new();
        places.reserve(40_000);
        let sizes = |places: &Places| places.0.each_ref().map(|part| part.table().map(|table| table.len()));
        let before = sizes(&places);
        (0..40_000).for_each(|number| places.insert(hash(number), number));
        assert_eq!(sizes(&places), before);
    }

    #[test]
    fn what_is_there_is_found_while_tables_grow() {
        let places = Places::new();
        let told = std::sync::atomic::AtomicU32::new(0);
        std::thread::scope(|threads| {
            threads.spawn(|| {
                for number in 0..200_000 {
                    places.insert(hash(number), number);
                    told.store(number + 1, Ordering::Release);
                }
            });
            for turn in 0..200_000u32 {
                let known = told.load(Ordering::Acquire);
                if let Some(number) = turn.checked_rem(known) {
                    assert_eq!(
                        places.find(hash(number), |found| (found == number).then_some(found)),
                        Some(number)
                    );
                }
            }
        });
    }
}
