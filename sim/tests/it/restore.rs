//! An older state of the database in the place of the newer one.

use std::sync::Arc;

use domain::{KeyId, KeyRef, Mode, PairState, Timestamp, seeded};
use engine::{Lack, Line, recover};
use keystead_sim::cable::{Direct, Sea};
use keystead_sim::commands::Wish;
use keystead_sim::finish;
use keystead_sim::fleet::Fleet;
use keystead_sim::population::Population;
use keystead_sim::recorder::Told;
use keystead_sim::trace::Trace;
use keystead_sim::turns::Turns;
use store::{Memory, Store};

const NODES: usize = 3;

/// A fleet in which nothing goes wrong, loaded, with a pair that is known everywhere.
struct Story {
    fleet: Arc<Fleet>,
    sea: Arc<Sea>,
    key: KeyRef,
    key_id: KeyId,
}

impl Story {
    fn begins() -> Self {
        let (turns, population) = (Turns::new(5), Arc::new(Population::new()));
        let sea = Arc::new(Sea::new(&turns, Trace::new(false), None, population.database(), NODES));
        let fleet = Fleet::new(sea.clone(), &population, NODES);
        (0..NODES).for_each(|node| fleet.start(node, false));
        turns.run(1_000);
        turns.spawn(None, fleet.clone().carry_out(generate("Default")));
        turns.run(3_000);
        let (key, key_id) = {
            let recorder = fleet.recorder.lock();
            (recorder.pairs[0].key, recorder.pairs[0].key_id)
        };
        Self { fleet, sea, key, key_id }
    }

    fn copy(&self) -> Memory {
        self.sea.database().copy().expect("memory takes a copy")
    }

    /// The pair is deactivated, and until `moment` everybody hears of it.
    fn deactivates(&self, moment: i64) {
        let wish = Wish::Deactivate { key: self.key, key_id: self.key_id };
        self.fleet.turns.spawn(None, self.fleet.clone().carry_out(wish));
        self.fleet.turns.run(moment);
        assert_eq!(self.broken(), [] as [&str; 0], "the ending is known everywhere");
    }

    /// Asks all nodes about the pair.
    fn asks(&self) {
        (0..NODES).for_each(|node| self.fleet.ask(node, 0, None, None));
    }

    /// Invariants that were broken.
    fn broken(&self) -> Vec<&'static str> {
        self.fleet.recorder.lock().violations.iter().map(|one| one.invariant).collect()
    }

    fn lack(&self, node: usize) -> Option<Lack> {
        self.fleet.node(node).expect("it runs").engine.lost().map(|lost| lost.lack)
    }

    /// Somebody decides, with the journals of some machines.
    fn recovers(&self, machines: impl IntoIterator<Item = usize>) -> usize {
        let lines: Vec<Line> =
            machines.into_iter().flat_map(|machine| self.fleet.journal(machine).lines()).collect();
        let store = Store::new(Direct(self.sea.database()));
        let peppers = &self.fleet.population.peppers;
        let now = Timestamp::from_millis(1_800_000_000_000);
        let seen = lines.iter().map(|line| line.position).max().unwrap_or_default();
        let life = &mut seeded(finish(store.head()).expect("readable").unsigned_abs());
        let recovered = finish(recover(&store, peppers, &lines, seen, false, now, life));
        recovered.expect("nothing is in the way").ended_again.len()
    }
}

const fn generate(name: &'static str) -> Wish {
    Wish::Generate { shop: 0, mode: Mode::Test, name }
}

#[test]
fn an_older_file_put_back_by_hand_is_noticed_by_nodes_that_run_and_by_nodes_that_start_and_revives_nothing() {
    let story = Story::begins();
    let (fleet, turns) = (&story.fleet, &story.fleet.turns);
    let backup = story.copy();
    story.deactivates(12_000);

    story.sea.replace(backup);
    turns.run(20_000);
    story.asks();
    fleet.crash(1);
    fleet.start(1, false);
    fleet.crash(2);
    fleet.keep(2);
    fleet.start(2, true);
    turns.run(22_000);
    story.asks();
    assert_eq!(story.broken(), [] as [&str; 0], "what ended stays ended");
    assert_eq!([0, 1, 2].map(|node| story.lack(node)), [Some(Lack::Changes); 3]);

    let before = fleet.recorder.lock().commands.len();
    turns.spawn(None, fleet.clone().carry_out(generate("Second")));
    turns.run(30_000);
    let told: Vec<Told> =
        fleet.recorder.lock().commands[before..].iter().map(|command| command.told).collect();
    assert!(!told.is_empty() && told.iter().all(|told| *told != Told::Done), "{told:?}");

    assert_eq!(story.recovers([1]), 1, "one journal knows it");
    turns.run(40_000);
    story.asks();
    assert_eq!([0, 1, 2].map(|node| story.lack(node)), [None; 3]);
    let before = fleet.recorder.lock().commands.len();
    turns.spawn(None, fleet.clone().carry_out(generate("Third")));
    turns.run(50_000);
    assert_eq!(fleet.recorder.lock().commands[before].told, Told::Done);
    assert_eq!(story.broken(), [] as [&str; 0]);
}

// What the journal is for: the simulation sees what happens without it.
#[test]
fn without_its_journal_a_node_that_starts_on_an_older_file_revives_an_ended_pair_and_the_simulation_sees_it()
{
    let story = Story::begins();
    let backup = story.copy();
    story.deactivates(12_000);
    story.sea.replace(backup);
    story.fleet.crash(1);
    story.fleet.lose_journal(1);
    story.fleet.start(1, false);
    story.fleet.turns.run(22_000);
    story.asks();
    assert!(story.broken().contains(&"g3_nobody_accepts_after_the_receipt"), "{:?}", story.broken());
}

// Nobody hands in the journal that knows of the ending.
#[test]
fn a_recovery_that_leaves_endings_out_is_refused_by_the_nodes_that_know_them() {
    let story = Story::begins();
    let backup = story.copy();
    story.deactivates(12_000);
    story.sea.replace(backup);
    story.fleet.turns.run(15_000);
    assert_eq!(story.recovers([]), 0);
    story.fleet.turns.run(20_000);
    story.asks();
    assert_eq!(story.broken(), [] as [&str; 0], "it stays ended where it is known");
    assert_eq!([0, 1, 2].map(|node| story.lack(node)), [Some(Lack::Endings(1)); 3]);
    assert_eq!(story.recovers([2]), 1);
    story.fleet.turns.run(25_000);
    assert_eq!([0, 1, 2].map(|node| story.lack(node)), [None; 3]);
    let pair = finish(Store::new(Direct(story.sea.database())).pair(&story.key_id)).expect("readable");
    assert!(pair.is_some_and(|pair| matches!(pair.state, PairState::Ended { .. })));
}
