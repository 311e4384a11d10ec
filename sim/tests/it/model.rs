//! Every order of events that the model has room for.

use keystead_sim::model::{Bounds, Fleet, Rule};
use stateright::{Checker, HasDiscoveries, Model};

#[test]
fn nothing_that_must_not_happen_can_and_what_should_can() {
    let checker = Fleet { bounds: Bounds::SMALL, off: None }.checker().threads(2).spawn_bfs().join();
    println!("{} states, {} deep", checker.unique_state_count(), checker.max_depth());
    for (name, path) in checker.discoveries() {
        if checker.discovery_classification(name).to_string() == "counterexample" {
            println!("{name}: {:?}", path.into_actions());
        }
    }
    checker.assert_properties();
}

#[test]
fn without_any_one_rule_something_happens_that_must_not() {
    for (rule, property) in Rule::ALL {
        let fleet = Fleet { bounds: Bounds::SMALL, off: Some(rule) };
        let found = HasDiscoveries::AnyOf([property].into_iter().collect());
        let checker = fleet.checker().threads(2).finish_when(found).spawn_bfs().join();
        let path = checker.discovery(property);
        println!("{rule:?}: {} states", checker.unique_state_count());
        let path = path.unwrap_or_else(|| panic!("without {rule:?} it still holds that {property}"));
        println!("  {:?}", path.into_actions());
    }
}
