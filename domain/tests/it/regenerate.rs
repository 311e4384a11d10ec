//! Regenerate: what becomes of the old pair, who may, and what a lost race is told.

use domain::{DAY, Decision, GenerateRequest, HOUR, Mode, OldPair, Refusal, RegenerateRequest};

use crate::world::{MS, START, World, operator};

const fn request(old: OldPair) -> RegenerateRequest {
    RegenerateRequest { old, expected_current: None, end_retiring: false }
}

#[test]
fn the_old_pair_stops_now_or_in_exactly_24_hours_and_the_new_one_works_throughout() {
    let half = HOUR.times(12);
    for (choice, table) in [
        (OldPair::Now, [(START, false), (START + MS, false), (START + DAY, false)].as_slice()),
        (
            OldPair::In24Hours,
            [(START, true), (START + half, true), (START + DAY - MS, true), (START + DAY, false)].as_slice(),
        ),
    ] {
        let mut world = World::new(1);
        let old = world.generates(Mode::Test, None).expect("the first");
        let done = world.regenerates(&old.key, choice).expect("allowed");
        assert_eq!(done.old, old.key_id);
        for (at, works) in table {
            world.now = *at;
            assert_eq!(world.works(&old.key_id, old.secret.reveal()), *works, "{choice:?} at {at:?}");
            assert!(world.works(&done.new.key_id, done.new.secret.reveal()), "{choice:?} at {at:?}");
        }
    }
}

#[test]
fn a_third_working_pair_is_refused_until_the_deadline_which_nothing_moves() {
    let mut world = World::new(1);
    let first = world.generates(Mode::Test, None).expect("the first");
    let second = world.regenerates(&first.key, OldPair::In24Hours).expect("allowed").new;
    for at in [START, START + MS, START + DAY - MS] {
        world.now = at;
        let told = world.regenerates(&first.key, OldPair::In24Hours).map(|_| ());
        assert_eq!(told, Err(Refusal::StillRetiring { key_id: first.key_id, until: START + DAY }), "{at:?}");
    }
    let third = world.regenerates(&first.key, OldPair::Now).expect("immediately is always possible").new;
    assert!(world.works(&first.key_id, first.secret.reveal()), "its deadline stays");
    assert!(!world.works(&second.key_id, second.secret.reveal()));
    world.now = START + DAY;
    assert!(!world.works(&first.key_id, first.secret.reveal()), "its deadline was not moved");
    world.regenerates(&first.key, OldPair::In24Hours).expect("the first is over now");
    assert!(world.works(&third.key_id, third.secret.reveal()));
}

#[test]
fn immediately_can_end_a_still_retiring_pair_too() {
    for end_retiring in [false, true] {
        let mut world = World::new(1);
        let first = world.generates(Mode::Test, None).expect("the first");
        world.regenerates(&first.key, OldPair::In24Hours).expect("allowed");
        let wish = RegenerateRequest { end_retiring, ..request(OldPair::Now) };
        world.asks_to_regenerate(&operator(), &first.key, &wish).expect("allowed");
        assert_eq!(world.works(&first.key_id, first.secret.reveal()), !end_retiring);
        let facts = &world.audit.last().expect("an entry").facts;
        assert_eq!(facts.contains(&format!("also_ended={}", first.key_id)), end_retiring, "{facts}");
    }
}

#[test]
fn a_lost_race_names_the_winner_and_writes_nothing() {
    let mut world = World::new(1);
    let first = world.generates(Mode::Test, None).expect("the first");
    let believes = |key_id| RegenerateRequest { expected_current: Some(key_id), ..request(OldPair::Now) };
    world.now = START + MS;
    let wish = believes(first.key_id);
    let winner = world.asks_to_regenerate(&operator(), &first.key, &wish).expect("the first wins").new;
    let before = world.key(&first.key).clone();
    let told = world.asks_to_regenerate(&operator(), &first.key, &wish).map(|_| ());
    let named = Refusal::LostRace { current: Some(winner.key_id), at: Some(START + MS) };
    assert_eq!(told, Err(named));
    assert_eq!(*world.key(&first.key), before);

    world.asks_to_deactivate(&operator(), &winner.key_id).expect("allowed");
    let told = world.asks_to_regenerate(&operator(), &first.key, &believes(winner.key_id)).map(|_| ());
    assert_eq!(told, Err(Refusal::LostRace { current: None, at: None }), "nobody is current any more");
}

#[test]
fn there_must_be_a_pair_to_replace() {
    let mut world = World::new(1);
    let first = world.generates(Mode::Test, None).expect("the first");
    world.asks_to_deactivate(&operator(), &first.key_id).expect("allowed");
    for old in [OldPair::Now, OldPair::In24Hours] {
        assert_eq!(world.regenerates(&first.key, old).map(|_| ()), Err(Refusal::NothingToRegenerate));
    }
}

#[test]
fn the_new_pair_keeps_the_old_ones_expiry_because_regenerating_extends_no_deadline() {
    let mut world = World::new(1);
    let expiry = START + HOUR;
    let wish = GenerateRequest { mode: Mode::Test, name: None, expires_at: Some(expiry) };
    let first = world.asks_to_generate(&operator(), &wish).expect("the first");
    let second = world.regenerates(&first.key, OldPair::In24Hours).expect("allowed").new;
    assert_eq!(second.expires_at, Some(expiry));
    for (at, works) in [(expiry - MS, true), (expiry, false)] {
        world.now = at;
        assert_eq!(world.works(&first.key_id, first.secret.reveal()), works, "old, {at:?}");
        assert_eq!(world.works(&second.key_id, second.secret.reveal()), works, "new, {at:?}");
    }
    let told = world.regenerates(&first.key, OldPair::Now).map(|_| ());
    assert_eq!(told, Err(Refusal::NothingToRegenerate), "an expired pair is not current");
    world.generates(Mode::Test, None).expect("generate is the way on, and it writes down what has lapsed");
}

#[test]
fn the_key_stays_the_same_key_with_the_same_name_in_the_same_mode() {
    let mut world = World::new(1);
    let first = world.generates(Mode::Live, Some("billing")).expect("the first");
    let second = world.regenerates(&first.key, OldPair::Now).expect("allowed").new;
    assert_eq!((second.key, second.name, second.mode), (first.key, first.name, first.mode));
    assert_ne!(second.key_id, first.key_id);
    assert_ne!(second.secret.reveal(), first.secret.reveal());
    assert_eq!(second.key_id.mode(), Mode::Live);
}

/// The off-switch: with the change that ends the old pair taken out of the decision, the checker of these tests sees two
/// current pairs and complains.
#[test]
#[should_panic(expected = "Current")]
fn a_decision_that_forgot_the_old_pair_would_be_noticed() {
    let mut world = World::new(1);
    let first = world.generates(Mode::Test, None).expect("the first");
    let key = world.key(&first.key).clone();
    let proof = domain::Proof::default();
    let (decision, _) = domain::regenerate(
        &world.brand,
        &key,
        &request(OldPair::Now),
        &operator(),
        &proof,
        &[],
        &world.pepper,
        world.now,
        &mut *world.rng,
    )
    .expect("allowed");
    let ends_old = |change: &domain::Change| matches!(change, domain::Change::Update(domain::Row::Pair { pair, .. }) if pair.key_id == first.key_id);
    let changes: Vec<_> = decision.changes.iter().filter(|change| !ends_old(change)).cloned().collect();
    assert_eq!(changes.len() + 1, decision.changes.len(), "one change was taken out");
    world.write(Decision { changes, ..decision });
}
