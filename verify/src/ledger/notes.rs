//! Refusals of one thread, until somebody takes them: a line for each pair, reason and source, with a count.

use std::net::IpAddr;

use domain::Timestamp;

use super::same_minute;
use crate::refusals::Source;
use crate::slot::Slot;
use crate::unknown_ids::UnknownId;
use crate::verdict::Reason;

/// Lines that are counted where they stand.
const RECENT: usize = 256;
/// Further lines; what comes after them is counted without being told apart.
const LINES: usize = 2_048;
/// Unknown ids that are remembered: the last ones.
const UNKNOWN: usize = 64;
/// Bytes kept of a caller's name for itself.
const AGENT: usize = 120;

/// Refusals of one pair for one reason from one source.
#[derive(Clone, Copy)]
pub(crate) struct Note {
    pub(crate) slot: Slot,
    pub(crate) reason: Reason,
    pub(crate) count: u64,
    pub(crate) last_at: Timestamp,
    /// Which of this thread's refusals the last of them was: several may come in one millisecond.
    turn: u64,
    address: Option<IpAddr>,
    agent: [u8; AGENT],
    /// `None` when the caller did not say.
    agent_length: Option<u8>,
}

/// What one thread noted, lines in no order.
#[derive(Default)]
pub(crate) struct Noted {
    /// A pair, reason and source may have several.
    pub(crate) lines: Vec<Note>,
    /// Refusals of existing pairs that found no line.
    pub(crate) left_out: u64,
    /// The last unknown ids.
    pub(crate) unknown: Vec<UnknownId>,
    /// How many there were in all.
    pub(crate) unknown_count: u64,
}

/// What is noted, and what is done as well for refusals of the other kind, to no end but that both take as long.
#[derive(Default)]
pub(super) struct Notes {
    kept: Pages,
    spare: Pages,
}

struct Pages {
    recent: Box<[Option<Note>]>,
    noted: Noted,
    /// Where the next unknown id goes.
    next_unknown: usize,
    /// Refusals noted so far.
    turn: u64,
}

impl Default for Pages {
    fn default() -> Self {
        Self {
            recent: (0..RECENT).map(|_| None).collect(),
            noted: Noted::default(),
            next_unknown: 0,
            turn: 0,
        }
    }
}

impl Notes {
    /// A refusal of an existing pair, as it was seen.
    pub(super) fn note(&mut self, slot: Slot, reason: Reason, seen: UnknownId, source: Source<'_>) {
        self.kept.note(slot, reason, seen.at, source);
        self.spare.note_unknown(seen);
    }

    /// A refusal of an id that nobody has.
    pub(super) fn note_unknown(&mut self, seen: UnknownId, source: Source<'_>) {
        self.spare.note(Slot(seen.key_id.tail().upper), Reason::UnknownKey, seen.at, source);
        self.kept.note_unknown(seen);
    }

    pub(super) fn take(&mut self) -> Noted {
        drop(self.spare.take());
        self.kept.take()
    }
}

impl Pages {
    fn note(&mut self, slot: Slot, reason: Reason, now: Timestamp, source: Source<'_>) {
        let place = (slot.0 as usize).wrapping_mul(31).wrapping_add(reason.index()) % RECENT;
        self.turn += 1;
        let turn = self.turn;
        let has_room = self.noted.lines.len() < LINES;
        let place = &mut self.recent[place];
        if let Some(known) = place {
            let is_same = known.slot == slot && known.reason == reason;
            // A line is of one minute, because counts are kept by the minute.
            if is_same && known.came_from(&source) && same_minute(known.last_at, now) {
                known.count += 1;
                known.last_at = known.last_at.max(now);
                known.turn = turn;
                return;
            }
            if is_same && !has_room {
                // Every request is still counted; only how many came from where is not told apart any more.
                let count = known.count + 1;
                let now = now.max(known.last_at);
                *known = Note { count, ..Note::new(slot, reason, now, turn, &source) };
                return;
            }
        }
        match place.replace(Note::new(slot, reason, now, turn, &source)) {
            Some(before) if has_room => self.noted.lines.push(before),
            Some(before) => self.noted.left_out += before.count,
            None => {}
        }
    }

    fn note_unknown(&mut self, seen: UnknownId) {
        self.noted.unknown_count += 1;
        let unknown = &mut self.noted.unknown;
        if unknown.len() < UNKNOWN {
            unknown.push(seen);
        } else {
            unknown[self.next_unknown] = seen;
            self.next_unknown = (self.next_unknown + 1) % UNKNOWN;
        }
    }

    fn take(&mut self) -> Noted {
        let mut noted = std::mem::take(&mut self.noted);
        noted.lines.extend(self.recent.iter_mut().filter_map(Option::take));
        noted.unknown.rotate_left(std::mem::take(&mut self.next_unknown));
        noted
    }
}

impl Noted {
    /// What several threads noted, in the order in which it was last seen.
    pub(super) fn together(all: impl IntoIterator<Item = Self>) -> Self {
        let mut together = Self::default();
        for mut noted in all {
            together.lines.append(&mut noted.lines);
            together.unknown.append(&mut noted.unknown);
            together.left_out += noted.left_out;
            together.unknown_count += noted.unknown_count;
        }
        together.lines.sort_by_key(|note| (note.last_at, note.turn));
        together.unknown.sort_by_key(|seen| seen.at);
        together
    }
}

impl Note {
    fn new(slot: Slot, reason: Reason, now: Timestamp, turn: u64, source: &Source<'_>) -> Self {
        let (mut agent, sent) = ([0; AGENT], kept(source));
        agent[..sent.len()].copy_from_slice(sent);
        let agent_length = source.agent.map(|_| sent.len() as u8);
        Self { slot, reason, count: 1, last_at: now, turn, address: source.address, agent, agent_length }
    }

    fn came_from(&self, source: &Source<'_>) -> bool {
        let seen = self.source();
        seen.address == source.address
            && seen.agent.is_some() == source.agent.is_some()
            && kept(&seen) == kept(source)
    }

    /// Where they came from.
    pub(crate) fn source(&self) -> Source<'_> {
        Source {
            address: self.address,
            agent: self.agent_length.map(|length| &self.agent[..usize::from(length)]),
        }
    }
}

/// As much of a caller's name as is kept.
fn kept<'a>(source: &Source<'a>) -> &'a [u8] {
    let agent = source.agent.unwrap_or_default();
    &agent[..agent.len().min(AGENT)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(last: u8, agent: &str) -> Source<'_> {
        Source { address: Some([192, 0, 2, last].into()), agent: Some(agent.as_bytes()) }
    }

    const fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn a_flood_on_one_pair_is_one_line_with_every_request_counted() {
        let mut notes = Pages::default();
        let long = "x".repeat(500);
        for n in 0..100_000 {
            notes.note(Slot(7), Reason::WrongSecret, at(n / 2), from(1, &long));
        }
        notes.note(Slot(7), Reason::WrongSecret, at(5), from(2, &long));
        notes.note(Slot(7), Reason::Ended, at(6), from(1, ""));
        let noted = Noted::together([notes.take()]);
        let lines: Vec<_> = noted.lines.iter().map(|note| (note.reason, note.count, note.last_at)).collect();
        assert_eq!(
            lines,
            [
                (Reason::WrongSecret, 1, at(5)),
                (Reason::Ended, 1, at(6)),
                (Reason::WrongSecret, 100_000, at(49_999))
            ]
        );
        assert_eq!(noted.left_out, 0);
        assert!(notes.take().lines.is_empty(), "nothing is told twice");
    }

    #[test]
    fn a_flood_from_everywhere_on_one_pair_is_counted_to_the_last_request() {
        let mut notes = Pages::default();
        for n in 0..100_000i64 {
            notes.note(Slot(7), Reason::WrongSecret, at(n), from(n as u8, "agent"));
        }
        let noted = Noted::together([notes.take()]);
        assert_eq!(noted.lines.len(), LINES + 1);
        assert_eq!(noted.lines.iter().map(|note| note.count).sum::<u64>(), 100_000);
        assert_eq!(noted.lines.last().map(|note| note.last_at), Some(at(99_999)));
        assert_eq!(noted.left_out, 0);
    }

    #[test]
    fn a_flood_over_all_pairs_is_bounded_and_what_is_left_out_is_counted() {
        let mut notes = Pages::default();
        for n in 0..100_000 {
            notes.note(Slot(n), Reason::WrongSecret, at(1), from(1, "agent"));
        }
        let noted = notes.take();
        assert_eq!(noted.lines.len(), LINES + RECENT);
        assert_eq!(noted.lines.iter().map(|note| note.count).sum::<u64>() + noted.left_out, 100_000);
    }

    #[test]
    fn a_refusal_of_either_kind_does_the_work_of_the_other_too_and_none_of_that_is_told() {
        let key_id = "rzp_test_00000000000000".parse().expect("a key id");
        let seen = UnknownId { key_id, at: at(1), address: None };
        let mut notes = Notes::default();
        notes.note(Slot(7), Reason::WrongSecret, seen.clone(), from(1, "agent"));
        assert_eq!((notes.spare.noted.unknown_count, notes.spare.turn), (1, 0));
        notes.note_unknown(seen, from(1, "agent"));
        assert_eq!((notes.spare.noted.unknown_count, notes.spare.turn), (1, 1));
        let noted = notes.take();
        assert_eq!((noted.lines.len(), noted.unknown_count), (1, 1));
        assert_eq!(notes.spare.noted.unknown_count, 0, "it does not grow");
    }

    #[test]
    fn the_last_unknown_ids_are_remembered_and_all_are_counted() {
        let mut notes = Pages::default();
        for n in 0..1_000 {
            let key_id = "rzp_test_00000000000000".parse().expect("a key id");
            notes.note_unknown(UnknownId { key_id, at: at(n), address: None });
        }
        let noted = notes.take();
        assert_eq!(noted.unknown_count, 1_000);
        let times: Vec<_> = noted.unknown.iter().map(|seen| seen.at.as_millis()).collect();
        assert_eq!(times, (936..1_000).collect::<Vec<_>>());
    }
}
