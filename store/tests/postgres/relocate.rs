//! Moving an installation: everything arrives, or nothing does, and the source is as it was.

use std::path::Path;

use rusqlite::Connection;
use store::conformance::FURNITURE;
use store::{RelocateError, Sqlite, Store};
use test_postgres::Cluster;

use crate::samples::{appoints, at, opens, peppers, store};

/// A folder with something in every table and an audit chain that holds.
async fn installation(folder: &Path) {
    let embedded = Store::new(Sqlite::open(folder).expect("nobody else uses the folder"));
    let connection = Connection::open(folder.join("keystead.db")).expect("the file is there");
    let (furniture, _) = FURNITURE.split_once("INSERT INTO audit ").expect("the last table");
    connection.execute_batch(furniture).expect("what may stand in it");
    drop(connection);
    for n in 1..=5 {
        embedded.commit(appoints(n), &peppers()).await.expect("written");
        embedded.commit(opens(n), &peppers()).await.expect("written");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_row_of_every_table_arrives_and_the_source_is_as_it_was() {
    let (cluster, folder) = (Cluster::start(), tempfile::tempdir().expect("a temporary folder"));
    installation(folder.path()).await;
    let before = std::fs::read(folder.path().join("keystead.db")).expect("the file");
    let url = cluster.database();
    let moved = at(&url).take_over(folder.path(), &peppers()).await.expect("moved");
    assert_eq!((moved.chain.entries, moved.chain.broken.clone()), (10, None));
    assert!(moved.tables.len() > 20 && moved.tables.iter().all(|(_, rows)| 0 < *rows), "{:?}", moved.tables);
    assert_eq!(std::fs::read(folder.path().join("keystead.db")).expect("the file"), before);

    let name = url.rsplit('/').next().expect("a name");
    let source = Connection::open(folder.path().join("keystead.db")).expect("the file");
    for (table, _) in &moved.tables {
        let columns: Vec<String> = {
            let mut read =
                source.prepare("SELECT name FROM pragma_table_info($1) ORDER BY cid").expect("a question");
            let names = read.query_map([table], |row| row.get(0)).expect("an answer");
            names.collect::<Result<_, _>>().expect("names")
        };
        let here: Vec<String> = columns.iter().map(|name| format!("COALESCE(CASE typeof(\"{name}\") WHEN 'blob' THEN lower(hex(\"{name}\")) ELSE \"{name}\" END, '-')")).collect();
        let mut read =
            source.prepare(&format!("SELECT {} FROM {table}", here.join(" || '|' || "))).expect("a question");
        let rows = read.query_map([], |row| row.get::<_, String>(0)).expect("an answer");
        let mut rows: Vec<String> = rows.collect::<Result<_, _>>().expect("rows");
        let there: Vec<String> = columns.iter().map(|name| format!("COALESCE(CASE WHEN pg_typeof(\"{name}\") = 'bytea'::regtype THEN substr(\"{name}\"::text, 3) ELSE \"{name}\"::text END, '-')")).collect();
        let told = cluster.sql(name, &format!("SELECT {} FROM {table}", there.join(" || '|' || ")));
        let mut told: Vec<String> = told.lines().map(str::to_owned).collect();
        rows.sort();
        told.sort();
        assert_eq!(told, rows, "{table}");
    }
    let there = store(&url);
    assert_eq!(there.head().await.expect("readable"), 5);
    there.commit(opens(6), &peppers()).await.expect("it goes on where it was");
    assert_eq!(there.check_audit(&peppers()).await.expect("readable").entries, 11);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_holds_something_takes_over_nothing() {
    let (cluster, folder) = (Cluster::start(), tempfile::tempdir().expect("a temporary folder"));
    installation(folder.path()).await;
    let url = cluster.database();
    let target = at(&url);
    target.migrate().await.expect("an empty database");
    store(&url).commit(appoints(9), &peppers()).await.expect("written");
    let told = target.take_over(folder.path(), &peppers()).await.expect_err("it is in use");
    assert!(matches!(told, RelocateError::NotEmpty(_)), "{told}");
    assert_eq!(store(&url).check_audit(&peppers()).await.expect("readable").entries, 1, "as it was");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chain_that_does_not_hold_a_running_server_and_another_schema_are_not_moved() {
    let (cluster, folder) = (Cluster::start(), tempfile::tempdir().expect("a temporary folder"));
    installation(folder.path()).await;
    let url = cluster.database();
    let edit = |sql: &str| {
        let connection = Connection::open(folder.path().join("keystead.db")).expect("the file is there");
        connection.execute_batch(sql).expect("somebody with the file can");
    };
    let name = url.rsplit('/').next().expect("a name");

    let server = Sqlite::open(folder.path()).expect("nobody else uses the folder");
    let told = at(&url).take_over(folder.path(), &peppers()).await.expect_err("a server runs");
    assert!(told.to_string().contains("stop it first"), "{told}");
    drop(server);

    edit("UPDATE audit SET actor = 'nobody' WHERE sequence = 3");
    let told = at(&url).take_over(folder.path(), &peppers()).await.expect_err("it was edited");
    assert!(matches!(told, RelocateError::Chain(_)), "{told}");
    assert_eq!(cluster.sql(name, "SELECT count(*) FROM operators"), "0", "nothing was committed");

    edit("DELETE FROM refinery_schema_history WHERE version > 5");
    let told = at(&url).take_over(folder.path(), &peppers()).await.expect_err("it is an older one");
    assert!(told.to_string().contains("keystead migrate --data-dir"), "{told}");
}
