//! The field in short: a few seeds of a few seconds, each kind of figure once, and whatever is wrong on purpose is found.

use std::process::{Command, Output};

fn field(words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keystead-field"));
    command.args(words).output().expect("the harness was built with its tests")
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

fn holds(words: &[&str]) -> String {
    let output = field(words);
    assert!(output.status.success(), "{}", printed(&output));
    printed(&output)
}

fn is_broken(words: &[&str], promises: &[&str]) {
    let output = field(words);
    let printed = printed(&output);
    assert!(!output.status.success(), "{printed}");
    for promise in promises {
        assert!(printed.contains(&format!("BROKEN {promise}")), "{promise}: {printed}");
    }
    assert!(printed.contains("again: cargo run -p keystead-field -- schedules --seed "), "{printed}");
}

#[test]
fn a_real_fleet_keeps_its_promises_while_nodes_networks_clocks_and_the_database_fail() {
    let told = holds(&["schedules", "--count", "3", "--seconds", "8", "--rate", "400"]);
    assert!(told.contains("3 schedules, 0 broken"), "{told}");
}

#[test]
fn a_failover_to_a_synchronous_standby_loses_no_acknowledged_change() {
    let told = holds(&[
        "schedules",
        "--from",
        "100",
        "--count",
        "1",
        "--seconds",
        "8",
        "--rate",
        "400",
        "--failover",
    ]);
    assert!(told.contains("1 schedules, 0 broken"), "{told}");
}

#[test]
fn a_cache_before_one_node_is_found_by_what_it_breaks() {
    is_broken(
        &["schedules", "--seed", "0", "--seconds", "8", "--rate", "400", "--wrong", "cache"],
        &["nobody_accepts_after_the_receipt"],
    );
}

#[test]
fn changes_that_a_failover_has_lost_are_found() {
    is_broken(
        &["schedules", "--seed", "0", "--seconds", "8", "--rate", "400", "--wrong", "loss"],
        &["an_acknowledged_change_is_there"],
    );
}

#[test]
fn what_a_failover_to_an_asynchronous_standby_has_lost_is_said_by_the_fleet_itself() {
    let words = ["schedules", "--seed", "0", "--seconds", "8", "--rate", "400", "--wrong", "loss"];
    let told = holds(&[&words[..], &["--asynchronous"]].concat());
    assert!(told.contains("lost by the failover: "), "{told}");
}

#[test]
fn deactivations_are_refused_everywhere_soon_and_never_accepted_later_than_promised() {
    let told = holds(&["deactivations", "--count", "50", "--rate", "600"]);
    assert!(told.contains("| 50 |") && told.contains("| 0 |"), "{told}");
    let told = holds(&["deactivations", "--count", "100", "--nodes", "1", "--rate", "300"]);
    assert!(told.contains("| 1 | 100 |") && told.contains("| 0 |"), "{told}");
}

#[test]
fn nodes_outlive_their_database_for_as_long_as_they_may_and_come_back_by_themselves() {
    let words = ["away", "--for", "10s", "--serve-stale", "5s", "--lease", "2s"];
    let told = holds(&words);
    assert_eq!(told.matches("| 0 | ").count(), 3, "no 401 on any of three nodes: {told}");
}
