//! An older state of the database in the place of the newer one.

use std::sync::Arc;

use domain::Mode;
use keystead_sim::cable::Sea;
use keystead_sim::commands::Wish;
use keystead_sim::fleet::Fleet;
use keystead_sim::population::Population;
use keystead_sim::trace::Trace;
use keystead_sim::turns::Turns;

const NODES: usize = 3;

/// A fleet in which nothing goes wrong, loaded.
fn calm() -> (Arc<Fleet>, Arc<Sea>) {
    let (turns, population) = (Turns::new(5), Arc::new(Population::new()));
    let sea = Arc::new(Sea::new(&turns, Trace::new(false), None, population.database(), NODES));
    let fleet = Fleet::new(sea.clone(), &population, NODES);
    (0..NODES).for_each(|node| fleet.start(node, false));
    turns.run(1_000);
    (fleet, sea)
}

/// Nodes that broke an invariant, with its name.
fn broken(fleet: &Fleet) -> Vec<&'static str> {
    fleet.recorder.lock().violations.iter().map(|one| one.invariant).collect()
}

// Nothing can be done about a file that was put back behind the program's back, so it must never be done like that: whatever
// restores has to write the endings of the lost window again before any node reads. The model holds what that takes.
#[test]
fn a_file_put_back_by_hand_revives_an_ended_pair_on_a_node_that_reads_it_anew_and_the_simulation_sees_it() {
    let (fleet, sea) = calm();
    let turns = &fleet.turns;
    let wish = Wish::Generate { shop: 0, mode: Mode::Test, name: "Default" };
    turns.spawn(None, fleet.clone().carry_out(wish));
    turns.run(3_000);
    let backup = sea.database().copy().expect("memory takes a copy");
    let (key, key_id) = {
        let recorder = fleet.recorder.lock();
        (recorder.pairs[0].key, recorder.pairs[0].key_id)
    };
    turns.spawn(None, fleet.clone().carry_out(Wish::Deactivate { key, key_id }));
    turns.run(12_000);
    assert_eq!(broken(&fleet), [] as [&str; 0], "the ending is known everywhere");

    sea.replace(backup);
    turns.run(20_000);
    (0..NODES).for_each(|node| fleet.ask(node, 0, None, None));
    assert_eq!(broken(&fleet), [] as [&str; 0], "a node that runs on keeps what it knew to have ended");
    fleet.crash(1);
    fleet.start(1, false);
    turns.run(22_000);
    fleet.ask(1, 0, None, None);
    assert!(broken(&fleet).contains(&"g3_nobody_accepts_after_the_receipt"), "{:?}", broken(&fleet));
}
