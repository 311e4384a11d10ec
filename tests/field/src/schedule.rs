//! A schedule: what goes wrong when, all of it from a seed. The same seed gives the same schedule; what happens between its lines is
//! the machine's.

use std::fmt;

use crate::database::Commits;
use crate::dice::Dice;
use crate::moments::{self, MILLISECOND, Moment, SECOND};
use crate::network::Host;

/// How long everything is well at the beginning.
const WELL: Moment = SECOND;
/// How long a trouble lasts.
const LASTS_MS: (u64, u64) = (300, 7_000);
/// One trouble begins after the other, in this time on average.
const APART: Moment = 1_500 * MILLISECOND;

/// Something that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// What one host sends to another is lost.
    OneWay(Host, Host),
    /// Two hosts do not hear each other.
    Apart(Host, Host),
    /// A host hears from nobody and is heard by nobody, but for gateways.
    Alone(Host),
    /// A node's process is killed, and started again at the end.
    Killed(Host),
    /// A node's process is asked to stop, and started again when it has.
    Restarted(Host),
    /// A node's process stands still, and then goes on.
    Frozen(Host),
    /// A node's wall clock is off by so many seconds from then on.
    Clock(Host, i64),
    /// The database that is written ends at once, and is started again at the end.
    DatabaseCrashes,
    /// It stands still: connections stay open and nobody answers.
    DatabaseFrozen,
    /// The primary is stopped for good and the standby takes over.
    FailOver,
}

/// A trouble and its time, counted from the beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// When it begins.
    pub from: Moment,
    /// When it is over.
    pub to: Moment,
    /// What it is.
    pub trouble: Trouble,
}

/// What goes wrong when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Where it comes from.
    pub seed: u64,
    /// What an acknowledged commit has reached.
    pub commits: Commits,
    /// In the order in which they begin.
    pub events: Vec<Event>,
    /// When all of it is over.
    pub length: Moment,
}

impl Schedule {
    /// The schedule of a seed.
    pub fn of(seed: u64, length: Moment, commits: Commits) -> Self {
        let mut dice = Dice::of(seed);
        let last = (length - SECOND).max(WELL + 1);
        let mut events = Vec::new();
        let mut from = WELL;
        while from < last {
            let lasts = dice.between(LASTS_MS.0, LASTS_MS.1) as Moment * MILLISECOND;
            events.push(Event { from, to: (from + lasts).min(length), trouble: drawn(&mut dice) });
            from += dice.between(1, 2 * APART as u64) as Moment;
        }
        // One failover for each schedule at most: there is one standby.
        if dice.below(2) == 0 {
            let from = WELL + dice.below((last - WELL) as u64) as Moment;
            events.push(Event { from, to: from, trouble: Trouble::FailOver });
        }
        events.sort_by_key(|event| event.from);
        Self { seed, commits, events, length }
    }

    /// The same with a failover in its middle, if it has none.
    pub fn with_failover(mut self) -> Self {
        if self.events.iter().all(|event| event.trouble != Trouble::FailOver) {
            let at = self.length / 2;
            self.events.push(Event { from: at, to: at, trouble: Trouble::FailOver });
            self.events.sort_by_key(|event| event.from);
        }
        self
    }
}

fn drawn(dice: &mut Dice) -> Trouble {
    let node = dice.one(&Host::NODES);
    match dice.below(100) {
        0..30 => {
            let (from, to) = way(dice);
            if dice.below(2) == 0 { Trouble::OneWay(from, to) } else { Trouble::Apart(from, to) }
        }
        30..42 => Trouble::Alone(dice.one(&Host::ALL)),
        42..56 => Trouble::Killed(node),
        56..62 => Trouble::Restarted(node),
        62..76 => Trouble::Frozen(node),
        76..86 => Trouble::Clock(node, dice.one(&[-90_000, -120, -5, 3, 60, 4_000, 90_000])),
        86..94 => Trouble::DatabaseCrashes,
        _ => Trouble::DatabaseFrozen,
    }
}

/// Two hosts of which the first sends something to the second.
fn way(dice: &mut Dice) -> (Host, Host) {
    let database = dice.one(&[Host::Primary, Host::Primary, Host::Standby]);
    let (one, other) = match dice.below(10) {
        0..7 => (dice.one(&Host::NODES), database),
        // Reports.
        7..9 => (dice.one(&[Host::Two, Host::Three]), Host::One),
        _ => (Host::Primary, Host::Standby),
    };
    if dice.below(2) == 0 { (one, other) } else { (other, one) }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::OneWay(from, to) => write!(f, "what {} sends to {} is lost", from.name(), to.name()),
            Trouble::Apart(one, other) => {
                write!(f, "{} and {} do not hear each other", one.name(), other.name())
            }
            Trouble::Alone(host) => write!(f, "{} is cut off", host.name()),
            Trouble::Killed(host) => write!(f, "{} is killed", host.name()),
            Trouble::Restarted(host) => write!(f, "{} is restarted", host.name()),
            Trouble::Frozen(host) => write!(f, "{} stands still", host.name()),
            Trouble::Clock(host, seconds) => {
                write!(f, "{}'s wall clock is off by {seconds:+} s", host.name())
            }
            Trouble::DatabaseCrashes => write!(f, "the database ends at once"),
            Trouble::DatabaseFrozen => write!(f, "the database stands still"),
            Trouble::FailOver => write!(f, "the primary is stopped for good, the standby takes over"),
        }
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Event { from, to, trouble } in &self.events {
            writeln!(f, "{:>7} to {:>7}  {trouble}", moments::shown(*from), moments::shown(*to))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(seed: u64) -> Schedule {
        Schedule::of(seed, 20 * SECOND, Commits::Synchronous)
    }

    #[test]
    fn the_same_seed_gives_the_same_schedule_and_another_seed_another() {
        assert_eq!(of(17).to_string(), of(17).to_string());
        assert_eq!(of(17), of(17));
        assert_ne!(of(17), of(18));
    }

    #[test]
    fn a_hundred_seeds_play_every_kind_of_trouble() {
        let all: Vec<Trouble> =
            (0..100).flat_map(|seed| of(seed).events).map(|event| event.trouble).collect();
        let kinds: [fn(&Trouble) -> bool; 10] = [
            |one| matches!(one, Trouble::OneWay(..)),
            |one| matches!(one, Trouble::Apart(..)),
            |one| matches!(one, Trouble::Alone(_)),
            |one| matches!(one, Trouble::Killed(_)),
            |one| matches!(one, Trouble::Restarted(_)),
            |one| matches!(one, Trouble::Frozen(_)),
            |one| matches!(one, Trouble::Clock(..)),
            |one| matches!(one, Trouble::DatabaseCrashes),
            |one| matches!(one, Trouble::DatabaseFrozen),
            |one| matches!(one, Trouble::FailOver),
        ];
        assert!(kinds.iter().all(|kind| all.iter().any(kind)));
        for seed in 0..100 {
            let schedule = of(seed);
            assert!(schedule.events.iter().filter(|event| event.trouble == Trouble::FailOver).count() <= 1);
            assert!(
                schedule.events.iter().all(|event| event.from <= event.to && event.to <= schedule.length)
            );
            assert_eq!(
                schedule.with_failover().events.iter().filter(|e| e.trouble == Trouble::FailOver).count(),
                1
            );
        }
    }
}
