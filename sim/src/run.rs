//! A run: one seed, from the first pair to the last deadline.
//!
//! Half a minute in which everybody works and everything goes wrong; a quiet stretch in which every node must answer and
//! all must agree; then everybody sleeps until shortly before the first deadline, and every node is asked around it.

use std::sync::Arc;

use crate::cable::{Link, Sea};
use crate::commands::in_truth;
use crate::fleet::Fleet;
use crate::guards::Guard;
use crate::invariants::of_a_run;
use crate::members::member;
use crate::people::{gateway, operator};
use crate::population::Population;
use crate::recorder::Violation;
use crate::trace::Trace;
use crate::turns::{Moment, Turns};
use crate::weather::weather;

/// Nodes of a fleet.
const NODES: usize = 3;
/// When the trouble is over.
const BUSY: Moment = 30_000;
/// When everything that was under way is over, too.
const QUIET: Moment = BUSY + 16_000;
/// How long before a deadline everybody wakes.
const WAKE_BEFORE: i64 = 9_000;
/// How long after it they are asked.
const ASK_AFTER: i64 = 4_000;

/// How a run is made.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// The guard that is off.
    pub off: Option<Guard>,
    /// Whether the lines of the trace are kept.
    pub trace: bool,
}

/// What a run came to.
#[derive(Debug)]
pub struct Outcome {
    /// Its seed.
    pub seed: u64,
    /// The trace as one number.
    pub sum: u64,
    /// Lines of the trace.
    pub lines: u64,
    /// The trace, if it was kept.
    pub trace: Vec<String>,
    /// What must never happen, and did.
    pub violations: Vec<Violation>,
    /// Commands that were sent.
    pub commands: usize,
    /// Of them, those whose outcome nobody was told.
    pub in_doubt: usize,
    /// Verifications.
    pub asked: u64,
    /// Of them, granted.
    pub granted: u64,
}

/// Runs a seed.
pub fn run(seed: u64, settings: Settings, population: &Arc<Population>) -> Outcome {
    let turns = Turns::new(seed);
    let database = population.database();
    for index in settings.off.map_or(&[][..], Guard::indexes) {
        database.drop_index(index).expect("the schema has this index");
    }
    let sea = Arc::new(Sea::new(&turns, Trace::new(settings.trace), settings.off, database, NODES));
    let fleet = Fleet::new(sea.clone(), population, NODES);
    (0..NODES).for_each(|node| fleet.start(node, false));

    work(&fleet);
    turns.run(QUIET);
    agree(&fleet, QUIET);
    wait_for_a_deadline(&fleet);
    turns.end();

    let mut recorder = std::mem::take(&mut *fleet.recorder.lock());
    let found = of_a_run(&recorder, &population.outside(sea.database()));
    recorder.violations.extend(found);
    Outcome {
        seed,
        sum: sea.trace.sum(),
        lines: sea.trace.count(),
        trace: sea.trace.take(),
        violations: recorder.violations,
        commands: recorder.commands.len(),
        in_doubt: recorder.commands.iter().filter(|one| one.told == crate::recorder::Told::Doubt).count(),
        asked: recorder.asked,
        granted: recorder.granted,
    }
}

/// The first seed below a bound in which the invariant breaks that a guard upholds, when the product does without it.
pub fn caught(guard: Guard, below: u64, population: &Arc<Population>) -> Option<u64> {
    let settings = Settings { off: Some(guard), trace: false };
    let breaks = |seed: &u64| {
        run(*seed, settings, population).violations.iter().any(|one| one.invariant == guard.upholds())
    };
    (0..below).find(breaks)
}

/// Everybody works, and everything goes wrong.
fn work(fleet: &Arc<Fleet>) {
    let turns = &fleet.turns;
    for _ in 0..3 {
        turns.spawn(None, operator(fleet.clone(), BUSY));
    }
    for (shop, person) in fleet.population.people.iter().enumerate() {
        turns.spawn(None, member(fleet.clone(), person.clone(), shop, BUSY));
    }
    for _ in 0..2 {
        turns.spawn(None, gateway(fleet.clone(), 60, QUIET));
    }
    turns.spawn(None, weather(fleet.clone(), BUSY));
}

/// Every node is asked about every pair, now that nothing is in its way.
fn agree(fleet: &Arc<Fleet>, now: Moment) {
    fleet.sea.tell(format_args!("all is quiet"));
    (0..NODES).for_each(|node| fleet.sea.set_link(node, Link::GOOD));
    let pairs = fleet.recorder.lock().pairs.len();
    for node in 0..NODES {
        (0..pairs).for_each(|pair| fleet.ask(node, pair, None, None));
    }
    debug_assert!(fleet.turns.now() <= now, "the quiet stretch ends when it was to");
}

/// Everybody sleeps until shortly before the first deadline; then every node is asked around it.
fn wait_for_a_deadline(fleet: &Arc<Fleet>) {
    let deadline = {
        let recorder = fleet.recorder.lock();
        let open = recorder.pairs.iter().filter(|pair| pair.ended.is_none() && pair.doubts.is_empty());
        open.filter_map(|pair| pair.until).map(in_truth).min()
    };
    let Some(deadline) = deadline else { return };
    let turns = &fleet.turns;
    turns.sleep_all(deadline - WAKE_BEFORE);
    fleet.sea.tell(format_args!("everybody wakes, the deadline is {deadline}"));
    let end = deadline + ASK_AFTER;
    turns.spawn(None, gateway(fleet.clone(), 40, end));
    turns.run(end + 1);
}
