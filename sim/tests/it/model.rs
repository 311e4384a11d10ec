//! Every order of events that the model has room for.

use keystead_sim::model::{Bounds, Fleet, Rule};
use stateright::{Checker, HasDiscoveries, Model};

fn holds(bounds: Bounds, states: usize) {
    let checker = Fleet { bounds, off: None }.checker().threads(2).spawn_bfs().join();
    checker.assert_properties();
    assert!(states < checker.unique_state_count(), "{} states are too few", checker.unique_state_count());
}

#[test]
fn whatever_crashes_nothing_happens_that_must_not_and_all_that_should_can() {
    holds(Bounds::CRASHES, 100_000);
}

#[test]
fn whatever_is_lost_and_restored_nothing_happens_that_must_not_and_all_that_should_can() {
    holds(Bounds::LOSSES, 500_000);
}

#[test]
fn without_any_one_rule_something_happens_that_must_not() {
    for (rule, property, bounds) in Rule::ALL {
        let found = HasDiscoveries::AnyOf([property].into_iter().collect());
        let fleet = Fleet { bounds, off: Some(rule) };
        let checker = fleet.checker().threads(2).finish_when(found).spawn_bfs().join();
        let path = checker.discovery(property);
        let path = path.unwrap_or_else(|| panic!("without {rule:?} it still holds that {property}"));
        println!("{rule:?}, {} states: {:?}", checker.unique_state_count(), path.into_actions());
    }
}
