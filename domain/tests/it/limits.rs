//! Limits of a key: who may change them, what every node hears of it, and what stays when the key is regenerated.

use domain::{DAY, Limits, Mode, OldPair, Purpose, Refusal, Role};

use crate::world::{START, World, operator};

fn limits(per_second: Option<u64>, networks: &str) -> Limits {
    Limits::checked(per_second, Some(1_000), networks.lines()).expect("limits that may be")
}

#[test]
fn a_change_is_told_by_the_audit_and_reaches_every_pair_that_works() {
    let mut world = World::new(1);
    let gone = world.generates(Mode::Live, None).expect("the first");
    world.regenerates(&gone.key, OldPair::Now).expect("allowed");
    let old = world.key(&gone.key).pairs[0].key_id;
    let new = world.regenerates(&gone.key, OldPair::In24Hours).expect("allowed").new;

    let wanted = limits(Some(10), "192.0.2.0/24\n2001:db8::1");
    let sent = world.asks_for_limits(&operator(), &gone.key, &wanted, Some(0)).expect("allowed");
    assert_eq!(sent, [new.key_id, old], "both that work and not the one that has ended");
    let entry = world.audit.last().expect("each change has one");
    assert_eq!(
        format!("{} {} {}", entry.actor, entry.action, entry.facts),
        "operator:ops key.limits_changed mode=live old_per_second=any per_second=10 old_per_day=any \
         per_day=1000 old_addresses=any addresses=192.0.2.0/24,2001:db8::1"
    );

    let fewer = limits(None, "192.0.2.0/24\n2001:db8::1");
    world.asks_for_limits(&operator(), &gone.key, &fewer, Some(1)).expect("allowed");
    let entry = world.audit.last().expect("each change has one");
    assert_eq!(entry.facts, "mode=live old_per_second=10 per_second=any", "only what changed is told");

    let entries = world.audit.len();
    let sent = world.asks_for_limits(&operator(), &gone.key, &fewer, Some(2));
    assert_eq!((sent, world.audit.len()), (Ok(vec![]), entries), "the same again is no change");
}

#[test]
fn a_new_pair_takes_over_the_limits_of_its_key() {
    let mut world = World::new(1);
    let first = world.generates(Mode::Test, None).expect("the first");
    let wanted = limits(Some(5), "");
    world.asks_for_limits(&operator(), &first.key, &wanted, None).expect("allowed");
    world.regenerates(&first.key, OldPair::In24Hours).expect("allowed");
    world.now = START + DAY;
    world.regenerates(&first.key, OldPair::Now).expect("allowed");
    assert_eq!(world.key(&first.key).limits.now, wanted);
    assert_eq!(world.key(&first.key).limits.version, 1);
}

#[test]
fn of_two_who_change_limits_at_once_the_second_is_told_who_was_first() {
    let mut world = World::new(1);
    let key = world.generates(Mode::Test, None).expect("the first").key;
    let nobody_did = world.asks_for_limits(&operator(), &key, &limits(Some(5), ""), Some(3));
    assert!(matches!(nobody_did, Err(Refusal::Invalid { field: "expected_version", .. })));
    world.asks_for_limits(&operator(), &key, &limits(Some(5), ""), Some(0)).expect("the first");
    let second = world.asks_for_limits(&operator(), &key, &limits(Some(6), ""), Some(0));
    assert_eq!(second, Err(Refusal::LimitsChanged { by: "operator:ops".to_owned(), at: START }));
    world.regenerates(&key, OldPair::Now).expect("allowed");
    world
        .asks_for_limits(&operator(), &key, &limits(Some(6), ""), Some(1))
        .expect("another change of the key is no change of its limits");
}

#[test]
fn a_member_proves_who_they_are_once_for_each_change() {
    let mut world = World::new(1);
    let key = world.generates(Mode::Live, None).expect("the first").key;
    let other = world.generates(Mode::Live, Some("Second")).expect("another").key;
    let actor = world.actor();
    let wanted = limits(None, "192.0.2.1");
    assert_eq!(world.asks_for_limits(&actor, &key, &wanted, None), Err(Refusal::StepUpNeeded));

    let purpose = Purpose::ChangeLimits { key, mode: Mode::Live };
    let code = world.asks(purpose).expect("a code");
    world.types(&purpose, &code).expect("the right one");
    assert_eq!(world.asks_for_limits(&actor, &other, &wanted, None), Err(Refusal::StepUpNeeded));
    world.asks_for_limits(&actor, &key, &wanted, None).expect("proven");
    assert_eq!(world.asks_for_limits(&actor, &key, &Limits::NONE, None), Err(Refusal::StepUpNeeded));
}

#[test]
fn only_owner_and_admin_of_the_account_change_limits() {
    let mut world = World::new(1);
    let key = world.generates(Mode::Test, None).expect("the first").key;
    let stranger = World::new(2).actor();
    assert_eq!(world.asks_for_limits(&stranger, &key, &limits(None, ""), None), Err(Refusal::NotFound));
    for role in Role::ALL {
        world.role = role;
        let actor = world.actor();
        let expected = match role {
            Role::Owner | Role::Admin => Refusal::StepUpNeeded,
            _ => Refusal::PermissionDenied,
        };
        assert_eq!(world.asks_for_limits(&actor, &key, &limits(None, ""), None), Err(expected), "{role}");
    }
}
