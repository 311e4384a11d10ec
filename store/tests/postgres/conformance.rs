//! The promises and the rules of the schema, on PostgreSQL.

use std::collections::BTreeMap;

use store::Sqlite;
use store::conformance::{FORBIDDEN, FURNITURE, PROMISES, check};
use test_postgres::Cluster;
use tokio_postgres::{Client, NoTls};

use crate::samples::{migrated, store};
use crate::statements::statements;

/// What the statements that break rules take from SQLite.
const BROUGHT_ALONG: &str = "
    CREATE FUNCTION zeroblob(length INTEGER) RETURNS BYTEA LANGUAGE sql
        AS $$ SELECT decode(repeat('00', length), 'hex') $$;
    CREATE FUNCTION randomblob(length INTEGER) RETURNS BYTEA LANGUAGE sql VOLATILE
        AS $$ SELECT substr(sha512(convert_to(random()::text || clock_timestamp()::text, 'UTF8')), 1, length) $$;
    CREATE FUNCTION hex(bytes BYTEA) RETURNS TEXT LANGUAGE sql
        AS $$ SELECT upper(encode(bytes, 'hex')) $$;
";

const COLUMNS: &str = "
    SELECT table_name, column_name, data_type, is_nullable, COALESCE(collation_name, '')
      FROM information_schema.columns
     WHERE table_schema = 'public'
       AND table_name <> 'refinery_schema_history'
     ORDER BY table_name, ordinal_position
";

const INDEXES: &str = "
    SELECT indexname
      FROM pg_indexes
     WHERE schemaname = 'public'
       AND indexname NOT IN (SELECT conname FROM pg_constraint)
     ORDER BY indexname
";

async fn client(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the server answers");
    tokio::spawn(connection);
    client
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_promise_of_the_conformance_suite_is_kept() {
    let cluster = Cluster::start();
    let (_, template) = migrated(&cluster).await;
    for promise in PROMISES {
        println!("{promise}");
        check(promise, &store(&cluster.database_like(&template))).await;
    }
    assert_eq!(PROMISES.len(), 88, "a promise was added or lost");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_schema_itself_refuses_what_must_never_stand_in_it() {
    let cluster = Cluster::start();
    let (url, _) = migrated(&cluster).await;
    let client = client(&url).await;
    client.batch_execute(BROUGHT_ALONG).await.expect("functions");
    client.batch_execute(FURNITURE).await.expect("what may stand in it");
    for forbidden in FORBIDDEN {
        let refused = client.batch_execute(forbidden.sql).await.expect_err(forbidden.rule);
        let code = refused.code().map(|code| code.code().to_owned()).unwrap_or_default();
        // 23: a rule of the schema. 22P02: no number, where SQLite's strict tables have a rule.
        assert!(code.starts_with("23") || code == "22P02", "{}: {refused:?}", forbidden.rule);
        client.batch_execute("ROLLBACK").await.expect("the connection goes on");
    }
    assert_eq!(FORBIDDEN.len(), 192, "a rule was added or lost");
}

/// Of each table its columns in order: name, kind, whether it may be NULL.
type Columns = BTreeMap<String, Vec<(String, &'static str, bool)>>;

fn embedded(folder: &std::path::Path) -> (Columns, Vec<String>) {
    drop(Sqlite::open(folder).expect("nobody else uses the folder"));
    let source = rusqlite::Connection::open(folder.join("keystead.db")).expect("the file is there");
    let mut read = source
        .prepare(
            "SELECT tables.name, columns.name, columns.type, columns.\"notnull\" = 1 OR columns.pk > 0
               FROM sqlite_schema AS tables
               JOIN pragma_table_info(tables.name) AS columns
              WHERE tables.type = 'table' AND tables.name <> 'refinery_schema_history'
              ORDER BY tables.name, columns.cid",
        )
        .expect("a question");
    let mut columns = Columns::new();
    let mut rows = read.query([]).expect("an answer");
    while let Some(row) = rows.next().expect("a row") {
        let kind = match row.get::<_, String>(2).expect("a type").as_str() {
            "INTEGER" => "bigint",
            "TEXT" => "text",
            "BLOB" => "bytea",
            other => panic!("a column of {other}"),
        };
        let column = (row.get(1).expect("a name"), kind, !row.get::<_, bool>(3).expect("a truth"));
        columns.entry(row.get(0).expect("a table")).or_default().push(column);
    }
    let mut read = source
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name")
        .expect("a question");
    let indexes = read.query_map([], |row| row.get(0)).expect("an answer");
    (columns, indexes.collect::<Result<_, _>>().expect("names"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_databases_have_the_same_tables_columns_and_indexes() {
    let cluster = Cluster::start();
    let (url, _) = migrated(&cluster).await;
    let client = client(&url).await;
    let mut columns = Columns::new();
    for row in client.query(COLUMNS, &[]).await.expect("an answer") {
        let kind = match row.get::<_, &str>(2) {
            "bigint" => "bigint",
            "text" => "text",
            "bytea" => "bytea",
            other => panic!("a column of {other}"),
        };
        let collation = if kind == "text" { "C" } else { "" };
        assert_eq!(
            row.get::<_, &str>(4),
            collation,
            "text is compared byte by byte, as in the embedded database"
        );
        let column = (row.get(1), kind, row.get::<_, &str>(3) == "YES");
        columns.entry(row.get(0)).or_default().push(column);
    }
    let indexes: Vec<String> =
        client.query(INDEXES, &[]).await.expect("an answer").iter().map(|row| row.get(0)).collect();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (expected_columns, expected_indexes) = embedded(folder.path());
    assert_eq!(columns, expected_columns);
    assert_eq!(indexes, expected_indexes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_statement_of_the_store_is_understood() {
    let cluster = Cluster::start();
    let (url, _) = migrated(&cluster).await;
    let client = client(&url).await;
    let statements = statements();
    assert!(60 < statements.len(), "only {} statements were found", statements.len());
    for (name, sql) in statements {
        let prepared = client.prepare(&sql).await;
        prepared.unwrap_or_else(|error| panic!("{name}: {error:?}: {sql}"));
    }
}
