//! Several processes on one database: what SQLite's one writer gives for nothing has to be seen here.

use std::sync::Arc;
use std::time::Duration;

use domain::{Actor, AuditEntry, Decision, Row};
use store::{Driver, Postgres, Store, StoreError};
use test_postgres::Cluster;

use crate::samples::{NOW, appoints, happened, migrated, opens, peppers, store};

const HEARD_WITHIN: Duration = Duration::from_secs(10);

/// Commits from several processes at once; how many were written and how many refused.
async fn all_at_once(processes: &[Arc<Store<Postgres>>], decisions: Vec<Decision>) -> (usize, usize) {
    let tasks: Vec<_> = decisions
        .into_iter()
        .enumerate()
        .map(|(n, decision)| {
            let store = processes[n % processes.len()].clone();
            tokio::spawn(async move { store.commit(decision, &peppers()).await })
        })
        .collect();
    let (mut written, mut refused) = (0, 0);
    for task in tasks {
        match task.await.expect("no panic") {
            Ok(_) => written += 1,
            Err(StoreError::Conflict) => refused += 1,
            Err(other) => panic!("{other}"),
        }
    }
    (written, refused)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn decisions_of_several_processes_make_one_chain_and_a_refused_one_undoes_only_itself() {
    let cluster = Cluster::start();
    let (url, _) = migrated(&cluster).await;
    let processes: Vec<_> = (0..3).map(|_| Arc::new(store(&url))).collect();
    // Every fourth one repeats the digest of its neighbour, so exactly one of the two can be written.
    let decisions = (0..240).map(|n| appoints(if n % 4 == 3 { n - 1 } else { n })).collect();
    assert_eq!(all_at_once(&processes, decisions).await, (180, 60));
    let report = processes[0].check_audit(&peppers()).await.expect("readable");
    assert_eq!(
        (report.entries, report.broken),
        (180, None),
        "an entry for each that was written, and no gap"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn positions_of_several_processes_have_no_gap_and_belong_to_one_entry_each() {
    let cluster = Cluster::start();
    let (url, name) = migrated(&cluster).await;
    let processes: Vec<_> = (0..3).map(|_| Arc::new(store(&url))).collect();
    assert_eq!(all_at_once(&processes, (0..90).map(opens).collect()).await, (90, 0));
    assert_eq!(processes[0].head().await.expect("readable"), 90);
    let positions =
        cluster.sql(&name, "SELECT min(position), max(position), count(DISTINCT position) FROM audit");
    assert_eq!(positions, "1|90|90");
    let in_order = cluster.sql(&name, "SELECT bool_and(position = sequence) FROM audit");
    assert_eq!(in_order, "t", "whoever is later in the chain is later in the feed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_processes_that_change_what_both_have_read_one_wins() {
    let cluster = Cluster::start();
    let (url, _) = migrated(&cluster).await;
    let processes: Vec<_> = (0..2).map(|_| Arc::new(store(&url))).collect();
    processes[0].commit(appoints(1), &peppers()).await.expect("written");
    for round in 1..=20 {
        let read = processes[0].operator_by_name("ops 1").await.expect("readable").expect("appointed");
        let changes = |_| {
            let mut decision = happened("a change");
            decision.update(Row::Operator(read.clone()));
            decision
        };
        assert_eq!(all_at_once(&processes, (0..2).map(changes).collect()).await, (1, 1), "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_hears_of_what_another_one_wrote() {
    let cluster = Cluster::start();
    let (url, _) = migrated(&cluster).await;
    let (writes, follows) = (store(&url), store(&url));
    let mut hints = follows.driver().hints().expect("PostgreSQL has them");
    assert!(follows.driver().hints_arrive().await, "it listens");
    hints.mark_unchanged();
    let position =
        writes.commit(opens(1), &peppers()).await.expect("written").position.expect("a key changed");
    let heard = tokio::time::timeout(HEARD_WITHIN, hints.wait_for(|heard| position <= *heard)).await;
    assert_eq!(*heard.expect("it is told").expect("it listens"), position);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_would_acknowledge_what_is_not_on_its_disk_is_told_not_to() {
    const WATCH: &str = "
        CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF current_setting('synchronous_commit') = 'off' THEN
                RAISE EXCEPTION 'not safe' USING ERRCODE = '23514';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER watch BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION watch()
    ";
    let cluster = Cluster::start();
    let (url, name) = migrated(&cluster).await;
    cluster.sql(&name, WATCH);
    cluster.sql("postgres", &format!("ALTER DATABASE {name} SET synchronous_commit = off"));
    assert_eq!(store(&url).driver().health().await.expect("it answers").synchronous_commit, "off");
    store(&url).commit(happened("a thing"), &peppers()).await.expect("written, safely");
    cluster.sql("postgres", &format!("ALTER DATABASE {name} SET synchronous_commit = local"));
    store(&url).commit(happened("a thing"), &peppers()).await.expect("what is safe stays as it is set");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn text_that_postgresql_cannot_hold_is_refused_and_never_found() {
    let cluster = Cluster::start();
    let (url, _) = migrated(&cluster).await;
    let store = store(&url);
    let actor = Actor::Operator { name: "o\0ps".to_owned(), origin: "192.0.2.9".to_owned() };
    let decision = Decision::new(AuditEntry::by(&actor, "thing.done", None, "a thing", NOW));
    let refused = store.commit(decision, &peppers()).await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    assert_eq!(store.operator_by_name("o\0ps").await.expect("readable"), None);
    store.commit(appoints(1), &peppers()).await.expect("the writer goes on");
    assert_eq!(store.check_audit(&peppers()).await.expect("readable").entries, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_may_only_read_follows_the_feed_and_changes_nothing() {
    let cluster = Cluster::start();
    let (url, name) = migrated(&cluster).await;
    store(&url).commit(opens(1), &peppers()).await.expect("written");
    cluster.sql(&name, "CREATE ROLE verifies LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO verifies");
    let reads = store(&url.replace("postgres@", "verifies@"));
    reads.driver().check_schema().await.expect("it may look");
    assert!(!reads.driver().health().await.expect("it may ask").may_write);
    assert_eq!(reads.head().await.expect("readable"), 1);
    assert_eq!(reads.check_audit(&peppers()).await.expect("readable").entries, 1);
    let refused = reads.commit(opens(2), &peppers()).await;
    assert!(matches!(&refused, Err(StoreError::Broken(why)) if why.contains("42501")), "{refused:?}");
    assert_eq!(reads.head().await.expect("readable"), 1);
}
