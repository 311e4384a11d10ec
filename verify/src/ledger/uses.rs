//! Uses of one thread: pairs that come back soon are counted where they stand, the others go to a list.

use domain::{Network, Timestamp};

use super::same_minute;
use crate::slot::Slot;

/// Pairs that are counted where they stand: few enough to stay in the nearest cache.
const RECENT: usize = 1_024;
/// Lines of the list before it is combined; only reached when nobody takes it for long.
const LINES: usize = 65_536;

/// How a pair was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Used {
    pub(crate) slot: Slot,
    pub(crate) count: u32,
    pub(crate) last_at: Timestamp,
    pub(crate) last_from: Option<Network>,
}

pub(super) struct Uses {
    recent: Box<[Option<Used>]>,
    /// A pair may stand here several times.
    list: Vec<Used>,
    lines_max: usize,
}

impl Default for Uses {
    fn default() -> Self {
        Self { recent: vec![None; RECENT].into(), list: Vec::new(), lines_max: LINES }
    }
}

impl Uses {
    pub(super) fn count(&mut self, slot: Slot, times: u32, at: Timestamp, from: Option<Network>) {
        let used = Used { slot, count: times, last_at: at, last_from: from };
        match &mut self.recent[slot.0 as usize % RECENT] {
            Some(known) if known.is_with(&used) => known.add(&used),
            place => {
                if let Some(before) = place.replace(used) {
                    self.list.push(before);
                }
            }
        }
        if self.lines_max <= self.list.len() {
            combine(&mut self.list);
            self.lines_max = LINES.max(2 * self.list.len());
        }
    }

    pub(super) fn take(&mut self, into: &mut Vec<Used>) {
        into.append(&mut self.list);
        into.extend(self.recent.iter_mut().filter_map(Option::take));
        self.lines_max = LINES;
    }

    pub(super) fn last(&self, slot: Slot) -> Option<Used> {
        let all = self.list.iter().chain(self.recent.iter().flatten());
        all.filter(|used| used.slot == slot).copied().max_by_key(|used| used.last_at)
    }
}

impl Used {
    /// Whether two are one line: of one pair in one minute, because counts are kept by the minute.
    fn is_with(&self, other: &Used) -> bool {
        self.slot == other.slot && same_minute(self.last_at, other.last_at)
    }

    /// One that came late does not say where the last one was from.
    fn add(&mut self, other: &Used) {
        self.count = self.count.saturating_add(other.count);
        if self.last_at <= other.last_at {
            (self.last_at, self.last_from) = (other.last_at, other.last_from);
        }
    }
}

/// Makes one line of all lines of a pair in a minute.
pub(super) fn combine(list: &mut Vec<Used>) {
    list.sort_by_key(|used| (used.slot, used.last_at));
    list.dedup_by(|later, earlier| {
        let same = later.is_with(earlier);
        if same {
            earlier.add(later);
        }
        same
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_and_memory_follows_pairs_and_not_requests() {
        let mut uses = Uses::default();
        for turn in 0..1_000_000u32 {
            let at = Timestamp::from_millis(i64::from(turn % 60_000));
            uses.count(Slot(turn.wrapping_mul(2_654_435_761) % 3_000), 1, at, None);
        }
        assert!(uses.list.capacity() <= 2 * LINES);
        let mut taken = Vec::new();
        uses.take(&mut taken);
        combine(&mut taken);
        assert_eq!(taken.len(), 3_000);
        assert_eq!(taken.iter().map(|used| used.count).sum::<u32>(), 1_000_000);
        let mut again = Vec::new();
        uses.take(&mut again);
        assert_eq!(again, []);
    }

    #[test]
    fn uses_of_one_minute_are_one_line_and_late_ones_do_not_say_where_the_last_was_from() {
        let mut uses = Uses::default();
        let home: Option<Network> = "192.0.2.1".parse().ok();
        for (at, from) in [(59_999, None), (60_001, home), (60_000, None), (119_999, None), (120_000, home)] {
            uses.count(Slot(1), 1, Timestamp::from_millis(at), from);
        }
        let mut taken = Vec::new();
        uses.take(&mut taken);
        combine(&mut taken);
        let told: Vec<_> =
            taken.iter().map(|used| (used.count, used.last_at.as_millis(), used.last_from)).collect();
        assert_eq!(told, [(1, 59_999, None), (3, 119_999, None), (1, 120_000, home)]);
    }
}
