//! Who takes the steps of the schema, and what a program does on another one's.

use store::{Schema, newest_schema};
use test_postgres::Cluster;

use crate::samples::{at, migrated, store};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_processes_that_migrate_at_once_each_step_is_taken_by_one() {
    let cluster = Cluster::start();
    let url = cluster.database();
    let told = at(&url).check_schema().await.expect_err("it is empty").to_string();
    assert_eq!(told, "the database has no schema yet; make it with: keystead migrate --database-url URL");
    let processes: Vec<_> = (0..4)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move { at(&url).migrate().await.expect("one after the other") })
        })
        .collect();
    let mut steps = Vec::new();
    for process in processes {
        steps.push(process.await.expect("no panic"));
    }
    assert_eq!(steps.iter().sum::<usize>(), usize::try_from(newest_schema()).expect("a few"), "{steps:?}");
    assert_eq!(at(&url).schema().await.expect("readable"), Schema::Right);
    assert_eq!(store(&url).head().await.expect("readable"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_schema_is_refused_and_a_later_one_only_if_it_says_so() {
    let cluster = Cluster::start();
    let (url, name) = migrated(&cluster).await;
    let newest = newest_schema();
    let later = newest + 1;
    cluster.sql(
        &name,
        &format!(
            "INSERT INTO refinery_schema_history VALUES ({later}, 'later', '2030-01-01T00:00:00Z', '1')"
        ),
    );
    let database = at(&url);
    assert_eq!(database.schema().await.expect("readable"), Schema::Later(later));
    database.check_schema().await.expect("the old and the new version serve side by side");
    let needs = |number: i64| {
        format!("DELETE FROM meta; INSERT INTO meta VALUES ('oldest_schema_served', '\\x{number:016x}')")
    };
    cluster.sql(&name, &needs(newest));
    database.check_schema().await.expect("it takes away nothing that this version needs");
    cluster.sql(&name, &needs(later));
    let told = database.check_schema().await.expect_err("it takes something away").to_string();
    assert!(told.contains("start the later version"), "{told}");
    cluster.sql(&name, &format!("DELETE FROM refinery_schema_history WHERE version >= {newest}"));
    let told = database.check_schema().await.expect_err("a step is missing").to_string();
    assert!(told.contains("run: keystead migrate --database-url"), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_in_another_encoding_is_refused_before_anything_is_written() {
    let cluster = Cluster::start();
    cluster.sql("postgres", "CREATE DATABASE ascii ENCODING 'SQL_ASCII' TEMPLATE template0");
    let told = at(&cluster.url("ascii")).migrate().await.expect_err("it is no Unicode").to_string();
    assert!(told.contains("has to be UTF8"), "{told}");
    assert_eq!(cluster.sql("ascii", "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), "0");
}
