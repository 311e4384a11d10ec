//! The journal: an append-only file in the data folder that says what became of pairs, written and on the disk before anybody is told.
//!
//! A database that was restored, or that failed over without its last changes, does not know what had ended; this file does. It holds no
//! secret and no digest. A line is words and a checksum:
//!
//! ```text
//! from 17 <mark> <incarnation> <sum>          everything after this place stands below
//! issued 18 rzp_test_… 1700000000000 <sum>    a pair that works, and when it was made
//! retiring 19 rzp_test_… 1700086400000 <sum>  until when it works
//! ended 20 rzp_test_… 1700000000000 deactivated <sum>
//! upto 20 <mark> <incarnation> <sum>          everything up to this place stands above
//! ```
//!
//! What follows the last whole line was being written when the machine stopped: it is cut off, and nobody had been told of it. A line that is
//! damaged in the middle ends what is claimed: what came between it and the next `upto` may be missing.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::{EndReason, Incarnation, KeyId, PairState, Timestamp};
use engine::{Journal, Kept, Line, Place};
use parking_lot::Mutex;
use store::Mark;

/// In the data folder.
pub const FILE: &str = "revocations.journal";

/// Bytes that wait to be written, at most: a disk that is full for longer leaves a gap, which is said.
const WAITING_MAX: usize = 16 << 20;

/// A stretch of a history that a journal covers without a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// In which life of the database.
    pub incarnation: Incarnation,
    /// After this position…
    pub from: i64,
    /// …up to this one.
    pub upto: i64,
}

/// What stands in a journal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// What it covers, in the order of the file.
    pub stretches: Vec<Stretch>,
    /// Every line about a pair, in the order of the file.
    pub lines: Vec<Line>,
    /// Lines that cannot be read, other than one cut off at the end.
    pub damaged: usize,
    /// The places it was at, in the order of the file.
    pub places: Vec<Place>,
    /// Bytes up to the end of the last whole line.
    whole: u64,
}

impl Contents {
    /// Reads a journal.
    pub fn read(path: &Path) -> io::Result<Self> {
        Ok(Self::of(&std::fs::read(path)?))
    }

    fn of(bytes: &[u8]) -> Self {
        let mut contents = Self::default();
        let (mut at, mut is_open) = (0, false);
        let mut bad = 0;
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            at += line.len() as u64;
            match std::str::from_utf8(line).ok().and_then(|line| entry(line.strip_suffix('\n')?)) {
                None => bad += 1,
                Some(entry) => {
                    if 0 < bad {
                        // Nobody knows what stood there.
                        contents.damaged += std::mem::take(&mut bad);
                        is_open = false;
                    }
                    contents.whole = at;
                    contents.take(entry, &mut is_open);
                }
            }
        }
        contents
    }

    fn take(&mut self, entry: Entry, is_open: &mut bool) {
        match entry {
            Entry::Pair(line) => self.lines.push(line),
            Entry::From(place) => self.open(place, is_open),
            Entry::Upto(place) => {
                let last = self.stretches.last_mut().filter(|last| last.incarnation == place.incarnation);
                match last {
                    Some(last) if *is_open => {
                        last.upto = place.position;
                        self.places.push(place);
                    }
                    _ => self.open(place, is_open),
                }
            }
        }
    }

    fn open(&mut self, place: Place, is_open: &mut bool) {
        let Place { position, incarnation, .. } = place;
        self.stretches.push(Stretch { incarnation, from: position, upto: position });
        self.places.push(place);
        *is_open = true;
    }

    /// The last place up to which everything stands in it.
    pub fn place(&self) -> Option<Place> {
        self.places.last().copied()
    }

    /// The highest position that whoever wrote it had seen.
    pub fn highest(&self) -> i64 {
        let ends = self.stretches.iter().map(|stretch| stretch.upto);
        ends.chain(self.lines.iter().map(|line| line.position)).max().unwrap_or_default()
    }
}

/// Whether journals together tell everything after a position of a life of the database: up to `seen`, and up to the last place that
/// any of them was at. `Err`: how far they tell everything, if they do from that position on.
///
/// A later life begins one above all that anybody had seen of the one before, so a journal that goes on there has missed nothing.
pub fn cover(
    journals: &[&Contents],
    incarnation: Incarnation,
    position: i64,
    seen: i64,
) -> Result<(), Option<i64>> {
    let all = journals.iter().flat_map(|journal| &journal.stretches);
    let mut stretches: Vec<&Stretch> = all.filter(|one| position <= one.upto).collect();
    stretches.sort_by_key(|stretch| stretch.from);
    let (mut life, mut end, mut has_hole) = (incarnation, None, false);
    for stretch in stretches {
        let goes_on = match end {
            None => stretch.incarnation == life && stretch.from <= position,
            Some(end) if stretch.incarnation == life => stretch.from <= end,
            Some(end) => stretch.from == end + 1,
        };
        has_hole |= !goes_on;
        if goes_on {
            life = stretch.incarnation;
            end = end.max(Some(stretch.upto));
        }
    }
    if !has_hole && end.is_some_and(|end| seen <= end) { Ok(()) } else { Err(end) }
}

enum Entry {
    Pair(Line),
    From(Place),
    Upto(Place),
}

/// A line as text, with its sum.
fn summed(words: &str) -> String {
    format!("{words} {:08x}\n", crc32fast::hash(words.as_bytes()))
}

fn written(line: &Line) -> String {
    let Line { position, key_id, state, created_at } = line;
    summed(&match state {
        PairState::Current => format!("issued {position} {key_id} {}", created_at.as_millis()),
        PairState::Retiring { until } => format!("retiring {position} {key_id} {}", until.as_millis()),
        PairState::Ended { at, why } => {
            format!("ended {position} {key_id} {} {}", at.as_millis(), why.as_str())
        }
    })
}

fn placed(word: &str, place: &Place) -> String {
    let mark = place.mark.map_or_else(|| "-".to_owned(), |mark| wire::hex::hex(&mark));
    summed(&format!("{word} {} {mark} {}", place.position, place.incarnation))
}

fn bytes16(hex: &str) -> Option<[u8; 16]> {
    wire::hex::bytes(hex)?.try_into().ok()
}

fn entry(line: &str) -> Option<Entry> {
    let (words, sum) = line.rsplit_once(' ')?;
    (sum.len() == 8 && u32::from_str_radix(sum, 16).ok()? == crc32fast::hash(words.as_bytes()))
        .then_some(())?;
    let mut words = words.split(' ');
    let kind = words.next()?;
    let position: i64 = words.next()?.parse().ok()?;
    if let "from" | "upto" = kind {
        let mark: Option<Mark> = match words.next()? {
            "-" => None,
            hex => Some(bytes16(hex)?),
        };
        let incarnation = Incarnation::from_bytes(bytes16(words.next()?)?);
        let place = Place { position, mark, incarnation };
        return Some(if kind == "from" { Entry::From(place) } else { Entry::Upto(place) });
    }
    let key_id: KeyId = words.next()?.parse().ok()?;
    let moment = Timestamp::from_millis(words.next()?.parse().ok()?);
    let state = match kind {
        "issued" => PairState::Current,
        "retiring" => PairState::Retiring { until: moment },
        "ended" => PairState::Ended { at: moment, why: EndReason::parse(words.next()?)? },
        _ => return None,
    };
    Some(Entry::Pair(Line { position, key_id, state, created_at: moment }))
}

/// The journal of a data folder, of which nobody else has the lock.
#[derive(Clone, Debug)]
pub struct JournalFile {
    path: PathBuf,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    place: Option<Place>,
    /// Bytes of the file that are whole; what is behind them is written over.
    whole: u64,
    /// Lines that were taken and are not on the disk.
    waiting: String,
    /// Lines were dropped: what is written next does not go on from what stands there.
    has_gap: bool,
    file: Option<File>,
}

impl JournalFile {
    /// The journal of a folder, from its last whole line on. One that is not there begins with what is written first.
    pub fn in_folder(folder: &Path) -> io::Result<Self> {
        let path = folder.join(FILE);
        let contents = Contents::read(&path).or_else(none_if_missing)?;
        if 0 < contents.damaged {
            tracing::error!(
                lines = contents.damaged,
                "The journal {} is damaged in the middle; what stood there may be missing when it is needed",
                path.display()
            );
        }
        let state = State { place: contents.place(), whole: contents.whole, ..State::default() };
        Ok(Self { path, state: Arc::new(Mutex::new(state)) })
    }

    fn write(&self, place: Place, from: bool) -> io::Result<()> {
        let mut state = self.state.lock();
        let State { place: known, whole, waiting, has_gap, file } = &mut *state;
        if known.is_some() && !is_as_it_was(&self.path, file.as_ref(), *whole)? {
            // Cut off, put away or replaced while this process runs: what stands there is not what was written.
            tracing::error!(
                "Somebody has changed the journal {}; it goes on with a gap",
                self.path.display()
            );
            let left = Contents::read(&self.path).or_else(none_if_missing)?;
            (*file, *whole, *has_gap) = (None, left.whole, true);
        }
        let text = if from || *has_gap || known.is_none() {
            // What was taken on the way is true, but nothing before this place is claimed.
            format!("{waiting}{}", placed("from", &place))
        } else {
            format!("{waiting}{}", placed("upto", &place))
        };
        if file.is_none() {
            let opened =
                OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&self.path)?;
            // The name must survive a power loss too.
            if let Some(folder) = self.path.parent() {
                File::open(folder)?.sync_all()?;
            }
            *file = Some(opened);
        }
        let out = file.as_mut().expect("it was opened just now");
        let written = (|| {
            out.set_len(*whole)?;
            out.seek(SeekFrom::Start(*whole))?;
            out.write_all(text.as_bytes())?;
            out.sync_data()
        })();
        if let Err(failure) = written {
            // What the disk has of it is not known, and is written over the next time.
            *file = None;
            return Err(failure);
        }
        *whole += text.len() as u64;
        (*known, *has_gap) = (Some(place), false);
        waiting.clear();
        Ok(())
    }
}

fn none_if_missing(failure: io::Error) -> io::Result<Contents> {
    if failure.kind() == io::ErrorKind::NotFound { Ok(Contents::default()) } else { Err(failure) }
}

/// Whether a file has its name still, and all that was written.
fn is_as_it_was(path: &Path, open: Option<&File>, whole: u64) -> io::Result<bool> {
    let there = match std::fs::metadata(path) {
        Err(missing) if missing.kind() == io::ErrorKind::NotFound => return Ok(false),
        other => other?,
    };
    let own = open.map(File::metadata).transpose()?;
    let is_own = own.is_none_or(|own| (own.dev(), own.ino()) == (there.dev(), there.ino()));
    Ok(is_own && whole <= there.len())
}

impl Journal for JournalFile {
    fn place(&self) -> Option<Place> {
        self.state.lock().place
    }

    fn take(&self, lines: &[Line]) {
        let mut state = self.state.lock();
        for line in lines {
            state.waiting.push_str(&written(line));
        }
        if WAITING_MAX < state.waiting.len() {
            state.waiting.clear();
            state.has_gap = true;
        }
    }

    fn keep(&self, place: Place, from: bool) -> Kept {
        let this = self.clone();
        Box::pin(async move {
            let writing = tokio::task::spawn_blocking(move || {
                this.write(place, from).map_err(|failure| format!("{}: {failure}", this.path.display()))
            });
            writing.await.map_err(|failure| failure.to_string())?
        })
    }

    fn endings(&self) -> Result<Vec<(KeyId, PairState)>, String> {
        match Contents::read(&self.path) {
            Ok(contents) => {
                let dead = contents.lines.iter().filter(|line| line.state != PairState::Current);
                Ok(dead.map(|line| (line.key_id, line.state)).collect())
            }
            Err(missing) if missing.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(failure) => Err(format!("{}: {failure}", self.path.display())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(position: i64, life: u8) -> Place {
        let mark = (0 < position).then_some([position as u8; 16]);
        Place { position, mark, incarnation: Incarnation::from_bytes([life; 16]) }
    }

    fn line(position: i64, n: u8, state: PairState) -> Line {
        let key_id = format!("rzp_test_{n:014}").parse().expect("a key id");
        Line { position, key_id, state, created_at: Timestamp::from_millis(position) }
    }

    fn ended(position: i64, n: u8) -> Line {
        let at = Timestamp::from_millis(position);
        line(position, n, PairState::Ended { at, why: EndReason::Deactivated })
    }

    fn stretch(life: u8, from: i64, upto: i64) -> Stretch {
        Stretch { incarnation: Incarnation::from_bytes([life; 16]), from, upto }
    }

    /// Begins at 5, then an issued pair at 6, one that retires at 7, one that ended at 8.
    fn story(folder: &Path) -> (JournalFile, Vec<Line>) {
        let journal = JournalFile::in_folder(folder).expect("a folder");
        assert_eq!(journal.place(), None);
        journal.write(place(5, 1), true).expect("written");
        let until = PairState::Retiring { until: Timestamp::from_millis(7) };
        let lines = vec![line(6, 1, PairState::Current), line(7, 2, until), ended(8, 3)];
        journal.take(&lines[..2]);
        journal.write(place(7, 1), false).expect("written");
        journal.take(&lines[2..]);
        journal.write(place(8, 1), false).expect("written");
        (journal, lines)
    }

    #[test]
    fn a_journal_says_what_became_of_pairs_and_what_it_covers() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let (journal, lines) = story(folder.path());
        let path = folder.path().join(FILE);
        let contents = Contents::read(&path).expect("readable");
        assert_eq!((contents.stretches.as_slice(), contents.damaged), ([stretch(1, 5, 8)].as_slice(), 0));
        assert_eq!(contents.lines, lines);
        assert_eq!(
            (contents.highest(), contents.place(), journal.place()),
            (8, Some(place(8, 1)), Some(place(8, 1)))
        );
        let covers =
            |life, position, seen| cover(&[&contents], Incarnation::from_bytes([life; 16]), position, seen);
        assert_eq!([covers(1, 5, 0), covers(1, 8, 8)], [Ok(()), Ok(())]);
        assert_eq!(
            [covers(1, 4, 0), covers(1, 9, 0), covers(2, 6, 0), covers(1, 5, 9)],
            [Err(None), Err(None), Err(None), Err(Some(8))]
        );
        let endings = journal.endings().expect("readable");
        assert_eq!(endings, [(lines[1].key_id, lines[1].state), (lines[2].key_id, lines[2].state)]);
        assert_eq!(std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn what_was_being_written_when_the_machine_stopped_is_cut_off_wherever_that_was() {
        let folder = tempfile::tempdir().expect("a folder");
        story(folder.path());
        let path = folder.path().join(FILE);
        let whole = std::fs::read(&path).expect("readable");
        for cut in 0..whole.len() {
            std::fs::write(&path, &whole[..cut]).expect("written");
            let journal = JournalFile::in_folder(folder.path()).expect("a folder");
            let before = Contents::of(&whole[..cut]);
            assert_eq!((before.damaged, before.place()), (0, journal.place()), "{cut}");
            let last = before.place().map_or(0, |place| place.position);
            journal.take(&[ended(last + 1, 9)]);
            journal.write(place(last + 1, 1), false).expect("written");
            let after = Contents::read(&path).expect("readable");
            assert_eq!((after.damaged, after.place()), (0, Some(place(last + 1, 1))), "{cut}");
            assert_eq!(after.lines.last(), Some(&ended(last + 1, 9)), "{cut}");
            assert_eq!(after.stretches.len(), 1, "{cut}");
        }
    }

    #[test]
    fn a_line_that_is_damaged_in_the_middle_ends_what_is_covered_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let (_, lines) = story(folder.path());
        let whole = std::fs::read(folder.path().join(FILE)).expect("readable");
        let first = whole.iter().position(|byte| *byte == b'\n').expect("lines");
        let mut damaged = whole;
        damaged[first + 10] ^= 1;
        let contents = Contents::of(&damaged);
        assert_eq!((contents.damaged, contents.lines.len()), (1, lines.len() - 1));
        assert_eq!(contents.stretches, [stretch(1, 5, 5), stretch(1, 7, 8)]);
        assert_eq!(contents.place(), Some(place(8, 1)));
    }

    #[test]
    fn journals_together_cover_what_has_no_gap_and_a_later_stretch_shows_that_there_is_one() {
        let life = Incarnation::from_bytes([1; 16]);
        let of = |stretches: &[Stretch]| Contents { stretches: stretches.to_vec(), ..Contents::default() };
        let torn = of(&[stretch(1, 0, 5), stretch(1, 7, 8)]);
        assert_eq!(cover(&[&torn], life, 3, 0), Err(Some(5)), "somebody was told of 8");
        assert_eq!(cover(&[&torn], life, 6, 0), Err(None));
        assert_eq!(cover(&[&torn], life, 7, 0), Ok(()));
        assert_eq!(cover(&[&torn, &of(&[stretch(2, 4, 9)])], life, 3, 0), Err(Some(5)), "another life");
        let other = of(&[stretch(1, 4, 7), stretch(1, 2, 3)]);
        assert_eq!(cover(&[&torn, &other], life, 3, 8), Ok(()));
        assert_eq!(cover(&[&other, &torn], life, 3, 9), Err(Some(8)));
        assert_eq!(cover(&[], life, 0, 0), Err(None));
        // Recovered at 9, one above all that was seen; and at 10, when this journal had not seen 9.
        let (next, later) = (of(&[stretch(2, 9, 12), stretch(2, 12, 14)]), of(&[stretch(2, 10, 12)]));
        assert_eq!(cover(&[&torn, &other, &next], life, 3, 14), Ok(()));
        assert_eq!(cover(&[&torn, &other, &later], life, 3, 0), Err(Some(8)));
    }

    #[test]
    fn no_byte_that_changed_is_believed() {
        let folder = tempfile::tempdir().expect("a folder");
        let (_, lines) = story(folder.path());
        let whole = std::fs::read(folder.path().join(FILE)).expect("readable");
        for at in 0..whole.len() {
            let mut edited = whole.clone();
            edited[at] ^= 1;
            let contents = Contents::of(&edited);
            assert!(contents.lines.iter().all(|line| lines.contains(line)), "{at}");
            assert!(contents.highest() <= 8, "{at}");
        }
    }

    #[test]
    fn another_life_of_the_database_begins_a_stretch_of_its_own_and_dropped_lines_do_too() {
        let folder = tempfile::tempdir().expect("a folder");
        let (journal, _) = story(folder.path());
        journal.write(place(21, 2), true).expect("written");
        journal.take(&[ended(22, 4)]);
        journal.write(place(22, 2), false).expect("written");
        journal.state.lock().has_gap = true;
        journal.write(place(30, 2), false).expect("written");
        let contents = Contents::read(&folder.path().join(FILE)).expect("readable");
        assert_eq!(contents.stretches, [stretch(1, 5, 8), stretch(2, 21, 22), stretch(2, 30, 30)]);
    }

    #[test]
    fn a_file_that_somebody_cut_off_put_away_or_replaced_goes_on_with_a_gap() {
        let cut = |path: &Path| std::fs::write(path, "");
        let away = |path: &Path| std::fs::rename(path, path.with_extension("1"));
        let replaced = |path: &Path| {
            let whole = std::fs::read(path)?;
            std::fs::remove_file(path)?;
            std::fs::write(path.with_extension("2"), "")?;
            std::fs::write(path, whole)
        };
        for (change, stretches) in [
            (&cut as &dyn Fn(&Path) -> io::Result<()>, vec![stretch(1, 9, 9)]),
            (&away, vec![stretch(1, 9, 9)]),
            (&replaced, vec![stretch(1, 5, 8), stretch(1, 9, 9)]),
        ] {
            let folder = tempfile::tempdir().expect("a folder");
            let (journal, _) = story(folder.path());
            let path = folder.path().join(FILE);
            change(&path).expect("changed");
            journal.take(&[ended(9, 5)]);
            journal.write(place(9, 1), false).expect("written");
            let contents = Contents::read(&path).expect("readable");
            assert_eq!((contents.stretches, contents.damaged), (stretches, 0));
            assert_eq!(contents.lines.last(), Some(&ended(9, 5)));
        }
    }

    #[test]
    fn what_could_not_be_written_is_written_with_what_comes_next() {
        let folder = tempfile::tempdir().expect("a folder");
        let (journal, _) = story(folder.path());
        let path = folder.path().join(FILE);
        // A folder stands where the file was: it cannot be opened.
        let journal = JournalFile { path: path.clone(), state: journal.state };
        journal.state.lock().file = None;
        let kept = std::fs::read(&path).expect("readable");
        std::fs::remove_file(&path).and_then(|()| std::fs::create_dir(&path)).expect("made");
        journal.take(&[ended(9, 5)]);
        assert!(journal.write(place(9, 1), false).is_err());
        assert_eq!(journal.place(), Some(place(8, 1)), "nobody may be told more");
        std::fs::remove_dir(&path).and_then(|()| std::fs::write(&path, kept)).expect("written");
        journal.take(&[ended(10, 6)]);
        journal.write(place(10, 1), false).expect("written");
        let contents = Contents::read(&path).expect("readable");
        assert_eq!(contents.lines[3..], [ended(9, 5), ended(10, 6)]);
        assert_eq!(contents.stretches, [stretch(1, 5, 10)]);
    }
}
