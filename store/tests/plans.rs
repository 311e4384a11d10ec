//! No statement reads a table from end to end: with a hundred thousand accounts every page must still be answered at once.
//!
//! The statements are taken from the sources, so one that is added tomorrow is looked at too. Each is asked, on an empty
//! database of today's schema, how it would be answered.

extern crate keystead_store as store;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rusqlite::Connection;
use store::Sqlite;

/// Statements that may read a whole table, with why nobody waits for them.
const MAY_SCAN: &[(&str, &str)] = &[
    ("letters::COUNTED", "a count of what failed, through an index that holds nothing else"),
    ("keys::COUNT_PAIRS", "asked once, before a process that starts reads all pairs anyway"),
    ("usage::OF_PAIR", "goes through the few moments that it was asked for, which are no table"),
];

/// The statements of the store, by file and name.
fn statements() -> BTreeMap<String, String> {
    let sources = sources();
    let shared: BTreeMap<String, String> = sources.values().flat_map(|source| shared(source)).collect();
    let mut found = BTreeMap::new();
    for (module, source) in &sources {
        for (name, text) in constants(source, &shared) {
            let verb = text.split_whitespace().next().unwrap_or_default();
            let is_statement = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains(&verb);
            assert!(is_statement || !text.contains("WHERE"), "{module}::{name} was not put together: {text}");
            if is_statement {
                found.insert(format!("{module}::{name}"), text);
            }
        }
    }
    found
}

/// The sources of the store by module.
fn sources() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let paths = fs::read_dir(folder).expect("the sources").map(|entry| entry.expect("one of them").path());
    let source = |path: std::path::PathBuf| {
        let module = path.file_stem().expect("a name").display().to_string();
        (module, fs::read_to_string(&path).expect("a source"))
    };
    paths.filter(|path| path.extension().is_some_and(|end| end == "rs")).map(source).collect()
}

/// What several statements share: the bodies of macros, by name.
fn shared(source: &str) -> BTreeMap<String, String> {
    let body = |rest: &str| {
        let (name, rest) = rest.split_once(" {")?;
        let (_, body) = rest.split_once("=> {")?;
        Some((name.to_owned(), body.split("\n}").next()?.to_owned()))
    };
    source.split("macro_rules! ").skip(1).filter_map(body).collect()
}

/// Constants that are texts, whether written at once or joined from parts.
fn constants(source: &str, shared: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let constant = |rest: &str| {
        let (name, value) = rest.split_once(": &str =")?;
        let (value, _) = value.split_once(";\n")?;
        let text = literals(&expanded(value, shared)).replace("\\n", "\n");
        Some((name.to_owned(), text))
    };
    source.split("const ").skip(1).filter_map(constant).collect()
}

/// A constant's value with macros of ours replaced by their bodies, and their one argument put where they name it.
fn expanded(value: &str, shared: &BTreeMap<String, String>) -> String {
    let mut value = value.to_owned();
    for (name, body) in shared {
        let call = format!("{name}!(");
        while let Some((before, after)) = value.clone().split_once(&call) {
            // An argument is one literal, so the first bracket behind its quotation marks ends the call.
            let quoted =
                after.starts_with('"').then(|| after[1..].find('"')).flatten().map_or(0, |end| end + 2);
            let end = quoted + after[quoted..].find(')').expect("a call ends");
            let body = body.replace("$condition", &after[..end]);
            value = format!("{before}{}{}", expanded(&body, shared), &after[end + 1..]);
        }
    }
    value
}

/// All literals, joined.
fn literals(text: &str) -> String {
    text.split('"').skip(1).step_by(2).collect::<Vec<_>>().join("\n")
}

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
