//! Where a pair's record is, by hash: one cache line for a look-up instead of a general table's two.
//!
//! At a million pairs a look-up costs what it waits for memory, so an entry holds 32 bits of the hash beside
//! the slot number: almost every miss is recognised without touching a record, and growing reads no record at
//! all. Pairs are never removed, which keeps probing this simple.

/// An entry: the hash above, the slot number plus one below; zero is free.
type Entry = u64;

/// Entries of the smallest table.
const SMALLEST: usize = 16;

#[derive(Default)]
pub(super) struct Slots {
    /// A power of two of them, or none yet.
    entries: Vec<Entry>,
    taken: usize,
}

impl Slots {
    /// The slot whose hash is `hash` and which `is_it` recognises.
    pub(super) fn find(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let hash = hash as u32;
        let mask = self.entries.len().wrapping_sub(1);
        let mut place = hash as usize;
        loop {
            let entry = *self.entries.get(place & mask)?;
            let slot = (entry as u32).checked_sub(1)?;
            if (entry >> 32) as u32 == hash && is_it(slot) {
                return Some(slot);
            }
            place += 1;
        }
    }

    /// Adds a slot that is not there yet.
    pub(super) fn insert(&mut self, hash: u64, slot: u32) {
        self.reserve(1);
        self.taken += 1;
        put(&mut self.entries, entry(hash as u32, slot));
    }

    /// Makes room for so many more.
    pub(super) fn reserve(&mut self, more: usize) {
        // At most three quarters full: fuller tables probe long, emptier ones waste memory.
        let needed = ((self.taken + more) * 4).div_ceil(3).next_power_of_two().max(SMALLEST);
        if self.entries.len() < needed {
            let before = std::mem::replace(&mut self.entries, vec![0; needed]);
            before.into_iter().filter(|entry| *entry != 0).for_each(|entry| put(&mut self.entries, entry));
        }
    }
}

const fn entry(hash: u32, slot: u32) -> Entry {
    (hash as u64) << 32 | (slot as u64 + 1)
}

fn put(entries: &mut [Entry], entry: Entry) {
    let mask = entries.len() - 1;
    let mut place = (entry >> 32) as usize;
    while entries[place & mask] != 0 {
        place += 1;
    }
    entries[place & mask] = entry;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_is_found_and_nothing_else() {
        let mut slots = Slots::default();
        assert_eq!(slots.find(7, |_| true), None);
        for slot in 0..10_000u32 {
            slots.insert(u64::from(slot).wrapping_mul(0x9E37_79B9_7F4A_7C15), slot);
        }
        for slot in 0..10_000u32 {
            let hash = u64::from(slot).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            assert_eq!(slots.find(hash, |found| found == slot), Some(slot));
            assert_eq!(slots.find(hash, |_| false), None);
        }
    }

    #[test]
    fn equal_hashes_are_told_apart_by_the_record() {
        let mut slots = Slots::default();
        (0..100).for_each(|slot| slots.insert(0xFFFF_FFFF, slot));
        assert!((0..100).all(|slot| slots.find(0xFFFF_FFFF, |found| found == slot) == Some(slot)));
        assert_eq!(slots.find(0xFFFF_FFFF, |found| found == 100), None);
    }

    #[test]
    fn it_is_never_fuller_than_three_quarters() {
        let mut slots = Slots::default();
        for slot in 0..5_000 {
            slots.insert(u64::from(slot), slot);
            assert!(slots.taken * 4 <= slots.entries.len() * 3, "{slot}");
        }
    }
}
