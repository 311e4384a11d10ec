//! Seeds: fleets in which everything goes wrong that may, and what people are told all the same.

use std::sync::Arc;

use keystead_sim::guards::Guard;
use keystead_sim::population::Population;
use keystead_sim::run::{Settings, caught, run};

/// Seeds a test looks at.
const SEEDS: u64 = 50;

fn holds(part: u64) {
    let population = Arc::new(Population::new());
    for seed in part * SEEDS..(part + 1) * SEEDS {
        let outcome = run(seed, Settings::default(), &population);
        let again = format!("again with: cargo run -p keystead-sim -- --seed {seed}");
        assert!(outcome.violations.is_empty(), "seed {seed}: {:?}; {again}", outcome.violations);
        assert!(0 < outcome.commands && 0 < outcome.granted, "seed {seed} did nothing; {again}");
    }
}

#[test]
fn every_guarantee_holds_in_the_first_fifty_seeds() {
    holds(0);
}

#[test]
fn every_guarantee_holds_in_the_second_fifty_seeds() {
    holds(1);
}

#[test]
fn every_guarantee_holds_in_the_third_fifty_seeds() {
    holds(2);
}

#[test]
fn every_guarantee_holds_in_the_fourth_fifty_seeds() {
    holds(3);
}

#[test]
fn the_same_seed_takes_the_same_turns() {
    let population = Arc::new(Population::new());
    let settings = Settings { trace: true, ..Settings::default() };
    let (one, again) = (run(7, settings, &population), run(7, settings, &Arc::new(Population::new())));
    assert_eq!(one.trace, again.trace);
    assert_eq!(one.sum, again.sum);
    assert!(1_000 < one.lines);
    assert_ne!(run(8, settings, &population).sum, one.sum, "another seed takes others");
}

#[test]
fn without_any_one_guard_some_seed_breaks_the_invariant_that_it_upholds() {
    let population = Arc::new(Population::new());
    for guard in Guard::ALL {
        let seed = caught(guard, 200, &population);
        assert!(seed.is_some(), "without {} still no seed of 200 breaks {}", guard.word(), guard.upholds());
    }
}
