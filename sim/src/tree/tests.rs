//! What a tree promises, in small.

use super::*;

#[test]
fn nobody_accepts_what_is_guaranteed_to_be_refused_in_a_hundred_stormy_trees() {
    let mut silent_receipts = 0;
    for seed in 0..100 {
        let outcome = run(seed, Settings::small(None));
        assert_eq!(outcome.violations, [""; 0], "seed {seed}");
        let figures = &outcome.figures;
        let (changes, heard) = (figures.events_of_changes, figures.spread.count());
        assert!(
            10 < changes && 100 < heard,
            "seed {seed} did nothing: {changes} changes, heard {heard} times"
        );
        silent_receipts += figures.receipts_of_silent;
    }
    assert!(100 < silent_receipts, "the weather is too fine to say anything: {silent_receipts}");
}

#[test]
fn without_any_one_rule_some_tree_accepts_what_was_guaranteed_to_be_refused() {
    for rule in Rule::ALL {
        let seed = caught(rule, 100);
        assert!(seed.is_some(), "without {} no seed of 100 breaks the invariant", rule.word());
        assert_eq!(Rule::of_word(rule.word()), Some(rule));
    }
}

#[test]
fn the_same_seed_grows_the_same_tree() {
    let (one, again) = (run(7, Settings::small(None)), run(7, Settings::small(None)));
    assert_eq!((one.sum, one.events), (again.sum, again.events));
    assert_eq!(one.figures.receipts.part_ms(0.5), again.figures.receipts.part_ms(0.5));
    assert_ne!(run(8, Settings::small(None)).sum, one.sum, "another seed another tree");
}

#[test]
fn everybody_hangs_below_a_head_of_their_own_region_and_no_parent_has_more_than_its_share() {
    for (nodes, regions, fan_out, depth) in
        [(1_000, 4, 32, 3), (10_000, 4, 32, 4), (40, 2, 3, 3), (3, 4, 32, 1)]
    {
        let settings = Settings { heads: 2, ..Settings::of(nodes, regions, fan_out) };
        let shape = Shape::of(&settings);
        assert_eq!((shape.len(), shape.depth()), (nodes, depth), "{nodes}");
        let mut children = vec![0; nodes];
        for node in 0..nodes {
            match shape.parent_of(node, 0) {
                None => assert!(shape.is_head(node)),
                Some(parent) => {
                    children[parent] += 1;
                    assert_eq!(shape.level_of(parent) + 1, shape.level_of(node));
                    assert_eq!(shape.region_of(parent), shape.region_of(node));
                    assert!(shape.hands_on(parent), "whoever is asked hands on");
                    let another = shape.parent_of(node, 1).expect("it is no head");
                    assert_eq!(shape.level_of(another), shape.level_of(parent));
                }
            }
        }
        assert!(children.iter().all(|count| *count <= fan_out));
    }
}

#[test]
fn in_fine_weather_a_tree_tells_everybody_within_a_second_and_nobody_is_silent() {
    let settings = Settings { seconds: 20, ..Settings::of(300, 2, 8) };
    let outcome = run(1, settings);
    let figures = outcome.figures;
    assert_eq!(outcome.violations, [""; 0]);
    assert_eq!((figures.silent, figures.receipts_of_silent), (0, 0));
    assert!(figures.last().part_ms(1.0) < 2_000.0, "{}", figures.last().part_ms(1.0));
    assert!(figures.receipts.part_ms(0.5) < 1_000.0, "{}", figures.receipts.part_ms(0.5));
}

#[test]
fn waits_that_are_fair_to_one_step_are_too_long_for_many() {
    let strict = Settings { span: 10 * SECOND, seconds: 20, changes_per_minute: 2, ..Settings::of(16, 1, 1) };
    let depth = strict.depth();
    assert!(4 < depth, "{depth}");
    let silent = |wait| run(3, Settings { wait, ..strict }).figures.silent;
    assert_eq!(silent(strict.fair_wait()), 0);
    assert!(0 < silent(strict.span / 4), "each step adds its wait to the age of what it hands on");
}

#[test]
fn spans_are_told_to_a_hundredth() {
    let mut spread = Spread::default();
    (1..=1_000).for_each(|ms| spread.add(ms * 1_000));
    for (part, ms) in [(0.5, 500.0), (0.99, 990.0), (1.0, 1_000.0)] {
        assert!((spread.part_ms(part) / ms - 1.0f64).abs() < 0.011, "{part}: {}", spread.part_ms(part));
    }
    assert_eq!(Spread::default().part_ms(0.5), 0.0);
}
