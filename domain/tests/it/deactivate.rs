//! Deactivate: an end that is an end.

use domain::{DAY, EndReason, KeyId, Mode, OldPair, PairState, Refusal};

use crate::world::{MS, START, World, operator};

#[test]
fn a_current_or_a_retiring_pair_is_ended_and_the_other_keeps_working() {
    for end_the_old_one in [true, false] {
        let mut world = World::new(1);
        let old = world.generates(Mode::Test, None).expect("the first");
        let new = world.regenerates(&old.key, OldPair::In24Hours).expect("allowed").new;
        let ended = if end_the_old_one { old.key_id } else { new.key_id };
        world.asks_to_deactivate(&operator(), &ended).expect("allowed");
        assert_eq!(world.works(&old.key_id, old.secret.reveal()), !end_the_old_one);
        assert_eq!(world.works(&new.key_id, new.secret.reveal()), end_the_old_one);
        let state = world.key(&old.key).pair(&ended).expect("history stays").state;
        assert_eq!(state, PairState::Ended { at: START, why: EndReason::Deactivated });
    }
}

#[test]
fn what_has_ended_already_is_told_when() {
    let mut world = World::new(1);
    let old = world.generates(Mode::Test, None).expect("the first");
    world.regenerates(&old.key, OldPair::In24Hours).expect("allowed");
    world.now = START + DAY;
    let told = world.asks_to_deactivate(&operator(), &old.key_id);
    let ended = Refusal::AlreadyEnded { key_id: old.key_id, at: START + DAY };
    assert_eq!(told, Err(ended), "by its deadline, although nobody has written that down");
    world.now = START + DAY - MS;
    world.asks_to_deactivate(&operator(), &old.key_id).expect("a moment before, it can be ended early");
    world.now = START + DAY.times(2);
    let told = world.asks_to_deactivate(&operator(), &old.key_id);
    assert_eq!(told, Err(Refusal::AlreadyEnded { key_id: old.key_id, at: START + DAY - MS }));
}

#[test]
fn an_unknown_pair_and_somebody_elses_look_the_same() {
    let mut world = World::new(1);
    let held = world.generates(Mode::Test, None).expect("the first");
    let made_up: KeyId = "rzp_test_00000000000000".parse().expect("the form of a key id");
    let actor = world.actor();
    assert_eq!(world.asks_to_deactivate(&actor, &made_up), Err(Refusal::NotFound));
    let stranger = World::new(2).actor();
    assert_eq!(world.asks_to_deactivate(&stranger, &held.key_id), Err(Refusal::NotFound));
}
