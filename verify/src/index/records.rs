//! Records: what is known of every pair, where many read and one writes.
//!
//! Records never move and are never removed, so the number of one stays good. A reader never waits for a lock:
//! the first word of a line holds its turn, which is odd while the writer is at it, and a reader that sees an odd
//! or a changed turn reads again (a sequence lock, with every word an atomic).

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering, fence};

use memory::Words;

use super::line::{Aside, Fact, LINE, MARGIN, turn_of, with_turn};

/// Records of the first segment; each further one has twice as many as the one before.
const FIRST: u64 = 512;
/// So many segments hold more records than there are numbers.
const SEGMENTS: usize = 24;
/// Readings of one record before a reader lets others run: the writer may have lost its core half-way.
const READINGS: usize = 64;

pub(super) struct Records {
    segments: [OnceLock<Segment>; SEGMENTS],
    length: AtomicU32,
}

struct Segment {
    lines: Words,
    margins: Words,
}

impl Records {
    pub(super) const fn new() -> Self {
        Self { segments: [const { OnceLock::new() }; SEGMENTS], length: AtomicU32::new(0) }
    }

    pub(super) fn len(&self) -> u32 {
        self.length.load(Ordering::Acquire)
    }

    /// Adds a record and says its number. One writer at a time.
    pub(super) fn push(&self, fact: Fact, aside: Aside) -> u32 {
        let number = self.len();
        let (segment, _) = place_of(number);
        self.segments[segment].get_or_init(|| Segment::of((FIRST << segment) as usize));
        self.write(number, fact, aside);
        self.length.store(
            number.checked_add(1).expect("there are never four thousand million pairs"),
            Ordering::Release,
        );
        number
    }

    /// Adds a record that [`Records::words`] gave. One writer at a time.
    pub(super) fn push_words(&self, line: &[u64; LINE], margin: &[u64; MARGIN]) -> u32 {
        self.push(Fact::of_line(line), Aside::of_margin(margin))
    }

    /// A record as words, with a turn of nought.
    pub(super) fn words(&self, number: u32) -> ([u64; LINE], [u64; MARGIN]) {
        let (fact, aside) = self.both(number);
        (fact.to_line(), aside.to_margin())
    }

    /// Replaces a record. One writer at a time.
    pub(super) fn write(&self, number: u32, fact: Fact, aside: Aside) {
        let (line, margin) = self.at(number);
        let before = line[0].load(Ordering::Relaxed);
        let turn = turn_of(before);
        let new = fact.to_line();
        // Odd first, even last: whoever read a word in between sees that the turn has changed.
        line[0].store(with_turn(before, turn | 1), Ordering::Relaxed);
        fence(Ordering::Release);
        line[1..].iter().zip(&new[1..]).for_each(|(word, new)| word.store(*new, Ordering::Relaxed));
        margin.iter().zip(aside.to_margin()).for_each(|(word, new)| word.store(new, Ordering::Relaxed));
        line[0].store(with_turn(new[0], turn.wrapping_add(2)), Ordering::Release);
    }

    /// What a verdict needs to know, all of it from one moment.
    #[inline]
    pub(super) fn fact(&self, number: u32) -> Fact {
        let (line, _) = self.at(number);
        Fact::of_line(&whole(line, || load(line)))
    }

    /// Everything that is known, from one moment.
    pub(super) fn both(&self, number: u32) -> (Fact, Aside) {
        let (line, margin) = self.at(number);
        let (fact, aside) = whole(line, || (load::<LINE>(line), load::<MARGIN>(margin)));
        (Fact::of_line(&fact), Aside::of_margin(&aside))
    }

    /// Asks for a record's line ahead of time.
    pub(super) fn fetch(&self, number: u32) {
        memory::fetch(&self.at(number).0[0]);
    }

    #[inline]
    fn at(&self, number: u32) -> (&[AtomicU64], &[AtomicU64]) {
        let (segment, place) = place_of(number);
        let segment = self.segments[segment].get().expect("a number is told after its record is there");
        (&segment.lines[place * LINE..][..LINE], &segment.margins[place * MARGIN..][..MARGIN])
    }
}

impl Segment {
    fn of(records: usize) -> Self {
        let words = |each| Words::zeroed(records * each).expect("the machine has room for one more segment");
        Self { lines: words(LINE), margins: words(MARGIN) }
    }
}

/// Segment and place in it.
const fn place_of(number: u32) -> (usize, usize) {
    let shifted = number as u64 + FIRST;
    let segment = shifted.ilog2() - FIRST.ilog2();
    (segment as usize, (shifted - (FIRST << segment)) as usize)
}

/// Reads until nothing was written meanwhile.
#[inline]
fn whole<T>(line: &[AtomicU64], read: impl Fn() -> T) -> T {
    loop {
        for _ in 0..READINGS {
            let before = line[0].load(Ordering::Acquire);
            let seen = read();
            fence(Ordering::Acquire);
            if turn_of(before).is_multiple_of(2) && before == line[0].load(Ordering::Relaxed) {
                return seen;
            }
            std::hint::spin_loop();
        }
        std::thread::yield_now();
    }
}

#[inline]
fn load<const N: usize>(words: &[AtomicU64]) -> [u64; N] {
    let mut loaded = [0; N];
    loaded.iter_mut().zip(words).for_each(|(loaded, word)| *loaded = word.load(Ordering::Relaxed));
    loaded
}

#[cfg(test)]
mod tests {
    use domain::{Digest, PairState, Tail, Timestamp};

    use super::*;

    fn nth(n: u64) -> (Fact, Aside) {
        let tail = Tail { lower: n, upper: n as u32 };
        let state = PairState::Retiring { until: Timestamp::from_millis(n as i64) };
        let digest = Digest::from_bytes([n as u8; 32]);
        let fact =
            Fact { tail, account: tail, kind: n as u16, state, expires: false, limited: false, digest };
        let moment = Timestamp::from_millis(n as i64);
        (fact, Aside { key: tail, created_at: moment, expires_at: moment })
    }

    #[test]
    fn every_number_has_a_place_of_its_own() {
        let mut places: Vec<(usize, usize)> = (0..100_000).map(place_of).collect();
        assert_eq!(places[511], (0, 511));
        assert_eq!(places[512], (1, 0));
        assert!(places.is_sorted());
        places.dedup();
        assert_eq!(places.len(), 100_000);
        assert!(place_of(u32::MAX).0 < SEGMENTS);
    }

    #[test]
    fn a_record_stays_where_it_is_while_others_come() {
        let records = Records::new();
        for n in 0..5_000 {
            let (fact, aside) = nth(n);
            assert_eq!(u64::from(records.push(fact, aside)), n);
        }
        assert!((0..5_000).all(|n| records.both(n as u32) == nth(n)));
    }

    // A torn record could grant what was never granted: half of the old pair, half of the new.
    #[test]
    fn a_reader_sees_one_record_or_another_and_never_a_part_of_both() {
        let records = Records::new();
        let (fact, aside) = nth(1);
        records.push(fact, aside);
        let done = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|threads| {
            for _ in 0..2 {
                threads.spawn(|| {
                    while !done.load(Ordering::Relaxed) {
                        let (fact, aside) = records.both(0);
                        assert_eq!((fact, aside), nth(fact.tail.lower));
                    }
                });
            }
            for n in 0..200_000 {
                let (fact, aside) = nth(n % 200);
                records.write(0, fact, aside);
            }
            done.store(true, Ordering::Relaxed);
        });
    }
}
