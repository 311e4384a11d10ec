//! No statement reads a table from end to end: with a hundred thousand accounts every page must still be answered at once.
//!
//! The statements are taken from the sources, so one that is added tomorrow is looked at too. Each is asked, on an empty
//! database of today's schema, how it would be answered.

extern crate keystead_store as store;

mod statements;

use rusqlite::Connection;
use store::Sqlite;

use crate::statements::statements;

/// Statements that may read a whole table, with why nobody waits for them.
const MAY_SCAN: &[(&str, &str)] = &[
    ("letters::COUNTED", "a count of what failed, through an index that holds nothing else"),
    ("keys::COUNT_PAIRS", "asked once, before a process that starts reads all pairs anyway"),
    ("keys::COUNT_LAYERS", "asked by hand, while the pepper is rotated"),
    ("keys::FULL", "asked by hand, and once before a newer version of the pepper is used"),
    ("meta::KNOWN_ANSWERS", "a database knows as few facts about itself as it met versions of the pepper"),
    ("meta::USE_FIRST", "the same few"),
    ("nodes::SHADOWS", "shadows are as few as processes that were replaced within the hour"),
    ("nodes::FORGET_SHADOWS", "the same few"),
    ("nodes::CAST_ALL_SHADOWS", "once after a restore, before anybody is served"),
    ("nodes::SEE_NO_SHADOWS", "once after a restore, before anybody is served"),
    ("history::END_SESSIONS", "once after a restore, before anybody is served"),
    ("history::END_CONSOLE_SESSIONS", "once after a restore, before anybody is served"),
    ("history::SPEND_CHALLENGES", "once after a restore, before anybody is served"),
    ("usage::OF_PAIR", "goes through the few moments that it was asked for, which are no table"),
];

/// How a statement would be answered, step by step.
fn plan(database: &Connection, sql: &str) -> Vec<String> {
    let explained = format!("EXPLAIN QUERY PLAN {}", sql.replace('$', "?"));
    let mut statement = database.prepare(&explained).unwrap_or_else(|error| panic!("{error}:\n{sql}"));
    let nothing = vec![rusqlite::types::Null; statement.parameter_count()];
    let steps = statement
        .query_map(rusqlite::params_from_iter(nothing), |row| row.get::<_, String>("detail"))
        .expect("a plan");
    steps.map(|step| step.expect("a step of it")).collect()
}

fn database() -> (tempfile::TempDir, Connection) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    drop(Sqlite::open(folder.path()).expect("nobody else uses the folder"));
    let database = Connection::open(folder.path().join("keystead.db")).expect("the database");
    (folder, database)
}

/// Steps that go through all of a table or index, whatever is asked for.
fn scans(plan: &[String]) -> Vec<&String> {
    plan.iter().filter(|step| step.starts_with("SCAN") && !step.contains("CONSTANT ROW")).collect()
}

#[test]
fn no_statement_reads_a_whole_table_but_those_that_say_why() {
    let (_folder, database) = database();
    let statements = statements();
    assert!(60 < statements.len(), "only {} statements were found", statements.len());
    let mut wrong = Vec::new();
    for (name, sql) in &statements {
        let plan = plan(&database, sql);
        let allowed = MAY_SCAN.iter().any(|(may, _)| may == name);
        if scans(&plan).is_empty() == allowed {
            wrong.push(format!("{name} {}: {plan:#?}", if allowed { "needs no leave" } else { "reads all" }));
        }
    }
    for (name, _) in MAY_SCAN {
        assert!(statements.contains_key(*name), "there is no statement {name}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_statement_without_an_index_would_be_noticed() {
    let (_folder, database) = database();
    assert_eq!(scans(&plan(&database, "SELECT id FROM accounts WHERE name = $1")), ["SCAN accounts"]);
    assert!(scans(&plan(&database, "SELECT name FROM accounts WHERE id = $1")).is_empty());
}
