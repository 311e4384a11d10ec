//! What a process that starts without its database goes on with: the process before it, and the moment up to which that one's
//! knowledge, as the snapshot has it, was complete.
//!
//! It is a promise that was already made: receipts count on that process and its spans. So it holds only on the machine's same
//! start, whose boot clock went on, and only where the snapshot has everything that the process ever said to know.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use domain::{Digest, Duration, Pepper, Peppers, Spans};
use engine::Seat;
use parking_lot::Mutex;
use verify::Uptime;
use wire::hex::{bytes, hex};

/// In the data folder.
const FILE: &str = "node.known";
/// The file while it is being written.
const UNFINISHED: &str = "node.known.new";
/// The file is written this often at most, when only the moment has moved.
const WRITTEN_EVERY_MS: i64 = 1_000;

/// What a process knew, and until when it may be vouched for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    /// As which node which process.
    pub(crate) seat: Seat,
    /// For how long it vouches.
    pub(crate) spans: Spans,
    /// The position of the snapshot.
    pub(crate) position: i64,
    /// The start of the last read at which that was the newest position.
    pub(crate) complete_at: Uptime,
    /// The highest position that it may have said to know.
    pub(crate) said: i64,
    /// The database's time minus uptime, if the database has told it.
    pub(crate) time: Option<i64>,
}

/// Where a process keeps it.
#[derive(Debug)]
pub(crate) struct KnownFile {
    folder: PathBuf,
    peppers: Peppers,
    /// Which start of the machine this is; without one nothing is ever kept or found.
    boot: Option<String>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    known: Option<Known>,
    written_at: Option<Uptime>,
}

impl KnownFile {
    pub(crate) fn in_folder(folder: &Path, peppers: &Peppers, boot: Option<String>) -> Self {
        Self { folder: folder.to_owned(), peppers: peppers.clone(), boot, state: Mutex::default() }
    }

    /// What the process before this one knew. `None`: nobody may vouch for it.
    pub(crate) fn last(&self) -> Option<Known> {
        let text = std::fs::read_to_string(self.folder.join(FILE)).ok()?;
        let (facts, seal) = text.split_at_checked(text.len().checked_sub(65)?)?;
        // It may have been written before the pepper was rotated.
        let seal = Digest::from_bytes(bytes(seal.trim_end())?.try_into().ok()?);
        if !self.peppers.in_use().digests(|pepper| sealed(pepper, facts)).contains(&seal) {
            return None;
        }
        let mut lines = facts.lines();
        let mut next = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        let boot = next("boot")?;
        let seat = Seat { node: next("node")?.to_owned(), process: next("process")?.parse().ok()? };
        let mut number = |name: &str| next(name)?.parse::<i64>().ok();
        let spans = Spans {
            test: Duration::from_millis(number("test")?),
            live: Duration::from_millis(number("live")?),
        };
        let (position, complete_at, said) = (number("position")?, number("complete")?, number("said")?);
        let time = number("time");
        let known =
            Known { seat, spans, position, complete_at: Uptime::from_millis(complete_at), said, time };
        (self.boot.as_deref() == Some(boot) && said <= position).then_some(known)
    }

    /// This process begins to vouch: what was known before is not kept any more.
    pub(crate) fn begin(&self, seat: &Seat, spans: Spans) -> io::Result<()> {
        let seat = seat.clone();
        let known = Known { seat, spans, position: -1, complete_at: Uptime::default(), said: 0, time: None };
        let mut state = self.state.lock();
        state.known = Some(known);
        match std::fs::remove_file(self.folder.join(FILE)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// A process goes on as the one before it.
    pub(crate) fn go_on(&self, known: Known) {
        self.state.lock().known = Some(known);
    }

    /// A snapshot was written of a position, and everything was known in it at a moment.
    pub(crate) fn wrote_snapshot(&self, position: i64, complete_at: Uptime) -> io::Result<()> {
        self.change(|known| {
            (known.position, known.complete_at) = (position, complete_at);
            true
        })
    }

    /// A read that began at a moment found that the newest position is still this one.
    /// `time` is the database's minus uptime.
    pub(crate) fn read(&self, position: i64, began: Uptime, time: Option<i64>) -> io::Result<()> {
        self.change(|known| {
            known.time = time;
            let is_it = known.position == position && known.complete_at < began;
            if is_it {
                known.complete_at = began;
            }
            false
        })
    }

    /// This process is about to say that it knows a position. Written down first: a snapshot without it must not be vouched for.
    pub(crate) fn says(&self, position: i64) -> io::Result<()> {
        self.change(|known| {
            let is_more = known.said < position;
            known.said = known.said.max(position);
            is_more
        })
    }

    /// Nobody vouches any more.
    pub(crate) fn end(&self) -> io::Result<()> {
        self.state.lock().known = None;
        match std::fs::remove_file(self.folder.join(FILE)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Changes what is kept. It is written if `change` says that it must be, and otherwise now and then. Not forced to the disk:
    /// after a loss of power the machine has another start, and what is in the file counts for nothing.
    fn change(&self, change: impl FnOnce(&mut Known) -> bool) -> io::Result<()> {
        let (mut state, Some(boot)) = (self.state.lock(), &self.boot) else { return Ok(()) };
        let State { known: Some(known), written_at } = &mut *state else { return Ok(()) };
        let mut next = known.clone();
        let must = change(&mut next);
        let soon =
            written_at.is_some_and(|at| next.complete_at.as_millis() - at.as_millis() < WRITTEN_EVERY_MS);
        if 0 <= next.position && (must || !soon) {
            self.write(&next, boot)?;
            *written_at = Some(next.complete_at);
        }
        // What could not be written is not remembered either: it is tried again with the next change.
        *known = next;
        Ok(())
    }

    fn write(&self, known: &Known, boot: &str) -> io::Result<()> {
        let Known { seat, spans, position, complete_at, said, time } = known;
        let time = time.map_or_else(String::new, |time| time.to_string());
        let facts = format!(
            "boot {boot}\nnode {}\nprocess {}\ntest {}\nlive {}\nposition {position}\ncomplete {}\nsaid {said}\ntime {time}\n",
            seat.node,
            seat.process,
            spans.test.as_millis(),
            spans.live.as_millis(),
            complete_at.as_millis(),
        );
        let unfinished = self.folder.join(UNFINISHED);
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
        writeln!(file, "{facts}{}", hex(sealed(self.peppers.in_use(), &facts).as_bytes()))?;
        std::fs::rename(unfinished, self.folder.join(FILE))
    }
}

fn sealed(pepper: &Pepper, facts: &str) -> Digest {
    pepper.digest_snapshot(&[b"known", facts.as_bytes()])
}

#[cfg(test)]
mod tests {
    use domain::ProcessId;

    use super::*;

    fn peppers(byte: &str) -> Peppers {
        Peppers::parse(&format!("1 {}", byte.repeat(32))).expect("one good line")
    }

    fn file(folder: &Path, boot: &str) -> KnownFile {
        KnownFile::in_folder(folder, &peppers("5a"), Some(boot.to_owned()))
    }

    fn seat() -> Seat {
        Seat { node: "eu-1".to_owned(), process: ProcessId::draw(&mut domain::seeded(1)) }
    }

    fn at(millis: i64) -> Uptime {
        Uptime::from_millis(millis)
    }

    const SPANS: Spans = Spans { test: Duration::from_millis(310_000), live: Duration::from_millis(10_000) };

    /// A process that wrote a snapshot of position 7 and read that nothing is newer.
    fn vouched(folder: &Path) -> KnownFile {
        let file = file(folder, "one");
        file.begin(&seat(), SPANS).expect("written");
        file.says(7).expect("written");
        file.wrote_snapshot(7, at(1_000)).expect("written");
        file.read(7, at(5_000), Some(1_800)).expect("written");
        file
    }

    #[test]
    fn a_process_goes_on_from_the_last_moment_at_which_the_snapshot_was_complete() {
        let folder = tempfile::tempdir().expect("a folder");
        let before = vouched(folder.path());
        let (seat, complete_at, time) = (seat(), at(5_000), Some(1_800));
        let known = Known { seat, spans: SPANS, position: 7, complete_at, said: 7, time };
        assert_eq!(file(folder.path(), "one").last(), Some(known.clone()));
        before.read(8, at(9_000), None).expect("written");
        assert_eq!(
            file(folder.path(), "one").last(),
            Some(known),
            "of a newer position the snapshot knows nothing"
        );
        before.end().expect("removed");
        assert_eq!(file(folder.path(), "one").last(), None, "it stopped in order");
    }

    #[test]
    fn nobody_goes_on_with_a_snapshot_that_lacks_what_was_said_to_be_known() {
        let folder = tempfile::tempdir().expect("a folder");
        let before = vouched(folder.path());
        before.says(8).expect("written");
        assert_eq!(file(folder.path(), "one").last(), None);
        before.wrote_snapshot(8, at(9_000)).expect("written");
        assert_eq!(file(folder.path(), "one").last().map(|known| known.position), Some(8));
    }

    #[test]
    fn what_could_not_be_written_down_is_not_taken_for_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let before = vouched(folder.path());
        std::fs::create_dir(folder.path().join(UNFINISHED)).expect("nothing is there");
        for _ in 0..2 {
            assert!(before.says(8).is_err(), "each time until it can be written");
        }
        std::fs::remove_dir(folder.path().join(UNFINISHED)).expect("it is there");
        before.says(8).expect("written");
        assert_eq!(file(folder.path(), "one").last(), None, "the snapshot lacks it");
    }

    #[test]
    fn nobody_goes_on_with_what_a_process_knew_that_lost_its_node() {
        let folder = tempfile::tempdir().expect("a folder");
        let before = vouched(folder.path());
        before.end().expect("removed");
        before.read(7, at(9_000), None).expect("nothing to write");
        before.wrote_snapshot(7, at(5_000)).expect("nothing to write");
        assert_eq!(file(folder.path(), "one").last(), None);
        before.begin(&seat(), SPANS).expect("it vouches again");
        assert_eq!(file(folder.path(), "one").last(), None, "of nothing that was known before");
        before.wrote_snapshot(8, at(9_000)).expect("written");
        assert_eq!(file(folder.path(), "one").last().map(|known| known.complete_at), Some(at(9_000)));
    }

    #[test]
    fn after_another_start_of_the_machine_or_with_another_pepper_or_an_edit_nothing_is_known() {
        let folder = tempfile::tempdir().expect("a folder");
        vouched(folder.path());
        assert_eq!(file(folder.path(), "two").last(), None, "nobody knows how long it was off");
        let without = KnownFile::in_folder(folder.path(), &peppers("5a"), None);
        assert_eq!(without.last(), None);
        let other = KnownFile::in_folder(folder.path(), &peppers("5b"), Some("one".to_owned()));
        assert_eq!(other.last(), None);
        let path = folder.path().join(FILE);
        let text = std::fs::read_to_string(&path).expect("it is there");
        for edited in [text.replace("complete 5000", "complete 6000"), text[1..].to_owned(), String::new()] {
            std::fs::write(&path, edited).expect("written");
            assert_eq!(file(folder.path(), "one").last(), None);
        }
    }

    #[test]
    fn a_process_that_begins_with_its_database_ends_what_the_one_before_it_knew() {
        let folder = tempfile::tempdir().expect("a folder");
        vouched(folder.path());
        file(folder.path(), "one").begin(&seat(), SPANS).expect("written");
        assert_eq!(file(folder.path(), "one").last(), None);
    }
}
