//! A snapshot: all that the index knows, as a file that a start reads instead of the whole database.
//!
//! It is only a shortcut. It says up to which position of which history it goes, everything after that comes from the
//! feed, and every part is sealed: what is damaged, cut, edited or of another form is refused, and the start reads
//! the database. Parts are read one at a time, so a snapshot needs no room of its own.
//!
//! ```text
//! form (16 bytes), mark of the history (16), position, pairs, bytes of the kinds (8 each), kinds, seal (32),
//! then for every 4,096 pairs: their words (88 bytes a pair), seal (32)
//! ```

use std::io::{self, ErrorKind, Read, Write};

use domain::Digest;

use super::Index;
use super::line::{LINE, MARGIN};

/// What a snapshot begins with.
const FORM: &[u8; 16] = b"keystead index 1";
/// Bytes of the mark of a history.
const MARK: usize = 16;
/// Bytes of a seal.
const SEAL: usize = 32;
/// Pairs that are sealed together.
const PART: usize = 4_096;
/// Bytes of a pair.
const PAIR: usize = (LINE + MARGIN) * 8;
/// Bytes before the kinds.
const HEAD: usize = FORM.len() + MARK + 24;
/// More than the kinds of any installation take.
const KINDS_MAX: u64 = 16 << 20;

/// Which history of which database a snapshot belongs to, and how far it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SnapshotHead {
    /// Two databases that went different ways have different marks at the same position.
    pub mark: [u8; MARK],
    /// Everything up to here is in it.
    pub position: i64,
    /// Pairs in it.
    pub pairs: u32,
}

/// Makes the seal of some bytes, given in parts. Nobody else can make it.
pub type Sealer<'a> = &'a dyn Fn(&[&[u8]]) -> Digest;

/// A snapshot that is being read: its head has been seen to be whole.
pub struct Snapshot<'a> {
    head: SnapshotHead,
    kinds: String,
    /// What the parts are bound to.
    sealed: Digest,
    seal: Sealer<'a>,
    from: &'a mut dyn Read,
}

impl<'a> Snapshot<'a> {
    /// Reads the head of a snapshot.
    pub fn open(seal: Sealer<'a>, from: &'a mut dyn Read) -> io::Result<Self> {
        let mut bytes = vec![0; HEAD];
        from.read_exact(&mut bytes)?;
        let mut rest = bytes.strip_prefix(FORM).ok_or_else(|| damaged("it has another form"))?;
        let mut next = || {
            let (number, after) = rest.split_first_chunk().expect("a head is as long as its parts");
            rest = after;
            u64::from_le_bytes(*number)
        };
        let mark = [next(), next()].map(u64::to_le_bytes).concat().try_into();
        let mark = mark.expect("twice eight bytes are sixteen");
        let head = SnapshotHead { mark, position: next() as i64, pairs: next() as u32 };
        let kinds = next();
        if KINDS_MAX < kinds {
            return Err(damaged("it has another form"));
        }
        bytes.resize(HEAD + kinds as usize, 0);
        from.read_exact(&mut bytes[HEAD..])?;
        let sealed = seal(&[&bytes]);
        check(from, &sealed)?;
        let kinds = bytes.split_off(HEAD);
        let kinds = String::from_utf8(kinds).map_err(|_| damaged("its kinds are no text"))?;
        Ok(Self { head, kinds, sealed, seal, from })
    }

    /// What it says of itself.
    pub const fn head(&self) -> SnapshotHead {
        self.head
    }

    /// Fills an empty index. After an error the index holds a part of the pairs and must not be used.
    pub fn fill(self, index: &Index) -> io::Result<()> {
        assert!(index.is_empty(), "a snapshot fills an empty index");
        let held = index.writing.lock();
        index.kinds.take_text(&self.kinds, &held.keys).ok_or_else(|| damaged("its kinds cannot be read"))?;
        let pairs = self.head.pairs;
        index.places.reserve(pairs as usize);
        let mut part = vec![0; PART * PAIR];
        for first in (0..pairs).step_by(PART) {
            let part = &mut part[..(pairs - first).min(PART as u32) as usize * PAIR];
            self.from.read_exact(part)?;
            check(self.from, &(self.seal)(&[self.sealed.as_bytes(), &first.to_le_bytes(), part]))?;
            index.take_part(part).ok_or_else(|| damaged("a pair in it has no kind"))?;
        }
        if self.from.read(&mut [0])? != 0 {
            return Err(damaged("something follows its end"));
        }
        index.set_position(self.head.position);
        Ok(())
    }
}

impl Index {
    /// Writes a snapshot. `mark` names the history that it belongs to at `position`, which the index must have
    /// reached before this is called: changes that come meanwhile may or may not be in it, and the feed tells them
    /// again.
    pub fn write_snapshot(
        &self,
        mark: [u8; MARK],
        position: i64,
        seal: Sealer<'_>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        assert!(position <= self.position(), "a snapshot claims no more than the index knows");
        let pairs = self.records.len();
        let kinds = self.kinds.to_text();
        let mut head = [&FORM[..], &mark].concat();
        for number in [position as u64, u64::from(pairs), kinds.len() as u64] {
            head.extend_from_slice(&number.to_le_bytes());
        }
        head.extend_from_slice(kinds.as_bytes());
        let sealed = seal(&[&head]);
        out.write_all(&head)?;
        out.write_all(sealed.as_bytes())?;

        let mut part = Vec::with_capacity(PART * PAIR);
        for first in (0..pairs).step_by(PART) {
            part.clear();
            for number in first..pairs.min(first + PART as u32) {
                let (line, margin) = self.records.words(number);
                line.iter().chain(&margin).for_each(|word| part.extend_from_slice(&word.to_le_bytes()));
            }
            out.write_all(&part)?;
            // Bound to the head and to its place: parts of two snapshots do not make a third.
            out.write_all(seal(&[sealed.as_bytes(), &first.to_le_bytes(), &part]).as_bytes())?;
        }
        out.flush()
    }

    fn take_part(&self, part: &[u8]) -> Option<()> {
        let pairs: Vec<([u64; LINE], [u64; MARGIN])> = part.chunks_exact(PAIR).map(words).collect();
        let mut hashes = Vec::with_capacity(pairs.len());
        for (line, _) in &pairs {
            let fact = super::line::Fact::of_line(line);
            self.kinds.try_get(fact.kind)?;
            let hash = self.hash(fact.tail);
            // All at once: what each would wait for alone.
            self.places.fetch(hash);
            hashes.push(hash);
        }
        for ((line, margin), hash) in pairs.iter().zip(hashes) {
            self.places.insert(hash, self.records.push_words(line, margin));
        }
        Some(())
    }
}

fn words(pair: &[u8]) -> ([u64; LINE], [u64; MARGIN]) {
    let word = |n: usize| u64::from_le_bytes(*pair[8 * n..].first_chunk().expect("a pair has all its words"));
    (std::array::from_fn(word), std::array::from_fn(|n| word(LINE + n)))
}

fn check(from: &mut dyn Read, expected: &Digest) -> io::Result<()> {
    let mut seal = [0; SEAL];
    from.read_exact(&mut seal)?;
    if expected.matches(&Digest::from_bytes(seal)) { Ok(()) } else { Err(damaged("a seal is broken")) }
}

fn damaged(why: &'static str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, why)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{credentials, index, peppers, record, wrapped};
    use domain::{EndReason, Mode, PairState, Timestamp};

    use super::*;
    use crate::{Ask, PairRecord, Uptime, Verdict};

    const MARKED: [u8; MARK] = *b"one history of 1";

    fn sealer(parts: &[&[u8]]) -> Digest {
        peppers().newest().digest_snapshot(parts)
    }

    fn written(index: &Index) -> Vec<u8> {
        let mut bytes = Vec::new();
        index.write_snapshot(MARKED, index.position(), &sealer, &mut bytes).expect("memory takes everything");
        bytes
    }

    fn read(bytes: &[u8]) -> (Index, io::Result<SnapshotHead>) {
        let index = Index::new(peppers().verification_keys(), [5, 6]);
        let mut from = bytes;
        let head = Snapshot::open(&sealer, &mut from).and_then(|snapshot| {
            let head = snapshot.head();
            snapshot.fill(&index).map(|()| head)
        });
        index.lease().ready();
        index.lease().renew(Uptime::default(), i64::MAX);
        (index, head)
    }

    fn verdicts(index: &Index, pairs: usize) -> Vec<String> {
        let verdict = |n| {
            let shown = credentials(n);
            match index.verify(&shown, &Ask::default(), Timestamp::from_millis(5_000), Uptime::default()) {
                Verdict::Granted(identity) => {
                    format!("{:?} {:?}", index.about(identity.slot), index.life(identity.slot))
                }
                other => format!("{other:?}"),
            }
        };
        (0..pairs + 1).map(verdict).collect()
    }

    #[test]
    fn an_index_from_a_snapshot_says_what_the_index_said() {
        let before = index(PART + 500);
        let ended = PairState::Ended { at: Timestamp::from_millis(2_000), why: EndReason::Deactivated };
        before.apply(&PairRecord { state: ended, ..record(7) });
        before.apply(&PairRecord { expires_at: Some(Timestamp::from_millis(3_000)), ..record(8) });
        before.apply(&PairRecord {
            brand: &"axis/IN".parse().expect("a brand"),
            mode: Mode::Live,
            ..record(9)
        });
        before.apply(&wrapped(11));
        before.set_position(77);
        let (after, head) = read(&written(&before));
        let expected = SnapshotHead { mark: MARKED, position: 77, pairs: PART as u32 + 500 };
        assert_eq!(head.expect("whole"), expected);
        assert_eq!((after.len(), after.position()), (before.len(), 77));
        assert_eq!(verdicts(&after, PART + 500), verdicts(&before, PART + 500));
        // The feed goes on from there.
        after.apply(&PairRecord { state: ended, ..record(10) });
        before.apply(&PairRecord { state: ended, ..record(10) });
        assert_eq!(verdicts(&after, 20), verdicts(&before, 20));
    }

    // TM-19: a snapshot is a file that somebody may edit, and a half of one would let nobody in who should be.
    #[test]
    fn a_snapshot_that_was_cut_or_edited_anywhere_is_refused() {
        let bytes = written(&index(3));
        assert!(read(&bytes).1.is_ok());
        for place in 0..bytes.len() {
            assert!(read(&bytes[..place]).1.is_err(), "cut at {place}");
            let mut edited = bytes.clone();
            edited[place] ^= 1;
            assert!(read(&edited).1.is_err(), "edited at {place}");
        }
        assert!(read(&[&bytes[..], b"x"].concat()).1.is_err(), "with something after its end");
    }

    #[test]
    fn parts_of_two_snapshots_do_not_make_a_third() {
        let (one, two) = (index(PART + 1), index(PART + 1));
        let ended = PairState::Ended { at: Timestamp::from_millis(2_000), why: EndReason::Deactivated };
        two.apply(&PairRecord { state: ended, ..record(PART) });
        two.set_position(1);
        let (one, two) = (written(&one), written(&two));
        let last = one.len() - PAIR - SEAL;
        assert!(read(&[&two[..last], &one[last..]].concat()).1.is_err());
    }

    #[test]
    fn another_pepper_seals_another_way() {
        let bytes = written(&index(20));
        let other = |parts: &[&[u8]]| peppers().version(1).expect("held").digest_snapshot(parts);
        assert!(Snapshot::open(&other, &mut &*bytes).is_err());
    }
}
