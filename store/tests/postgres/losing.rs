//! Losing the database: before a commit, during it, for a while, and for good to another server.

use std::sync::Arc;

use store::{Driver as _, Postgres, Store, StoreError};
use test_postgres::{Cluster, Proxy, Traffic};

use crate::samples::{appoints, happened, migrated, peppers, store};

async fn entries(store: &Store<Postgres>) -> i64 {
    let report = store.check_audit(&peppers()).await.expect("readable");
    assert_eq!(report.broken, None);
    report.entries
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_was_lost_on_its_way_is_written_once_whichever_way_it_was_lost() {
    let cluster = Cluster::start();
    let (_, name) = migrated(&cluster).await;
    let proxy = Proxy::to(&cluster);
    let store = store(&proxy.url(&name));
    for (n, traffic) in
        (1..).zip([Traffic::CutBeforeCommit, Traffic::CutAfterCommit, Traffic::CutBeforeCommit])
    {
        proxy.set(traffic);
        store.commit(appoints(n), &peppers()).await.unwrap_or_else(|error| panic!("{traffic:?}: {error}"));
        assert_eq!(proxy.cuts(), n as usize, "the connection was cut");
        assert_eq!(entries(&store).await, n as i64, "{traffic:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_nobody_can_be_asked_about_is_said_to_be_unknown() {
    let cluster = Cluster::start();
    let (url, name) = migrated(&cluster).await;
    let proxy = Proxy::to(&cluster);
    let store = store(&proxy.url(&name));
    proxy.set(Traffic::CutAfterCommitForGood);
    let told = store.commit(appoints(1), &peppers()).await;
    assert!(matches!(told, Err(StoreError::Unknown)), "{told:?}");
    let told = store.commit(appoints(2), &peppers()).await;
    assert!(matches!(told, Err(StoreError::Unreachable(_))), "nothing was begun: {told:?}");
    let told = store.operator_by_name("ops 1").await;
    assert!(matches!(told, Err(StoreError::Unreachable(_))), "{told:?}");

    proxy.set(Traffic::Passes);
    let found = store.operator_by_name("ops 1").await.expect("reached again, without a restart");
    assert!(found.is_some(), "it had been written");
    let again = store.commit(appoints(1), &peppers()).await;
    assert!(matches!(again, Err(StoreError::Conflict)), "{again:?}");
    store.commit(appoints(2), &peppers()).await.expect("written");
    assert_eq!(entries(&crate::samples::store(&url)).await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_is_on_the_server_that_takes_over_and_nothing_is_there_twice() {
    let mut primary = Cluster::start();
    let (_, name) = migrated(&primary).await;
    let standby = primary.standby();
    // From here on a commit is acknowledged when the standby has it.
    primary.reload("synchronous_standby_names = '*'");
    let store = Arc::new(store(&primary.url_with(&[&standby], &name)));
    for n in 0..20 {
        store.commit(appoints(n), &peppers()).await.expect("written");
    }
    let tasks: Vec<_> = (20..120)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move { (n, store.commit(appoints(n), &peppers()).await) })
        })
        .collect();
    primary.stop();
    standby.promote();
    let (mut acknowledged, mut open) = ((0..20).collect::<Vec<u64>>(), Vec::new());
    for task in tasks {
        match task.await.expect("no panic") {
            (n, Ok(_)) => acknowledged.push(n),
            (n, Err(StoreError::Unreachable(_) | StoreError::Unknown)) => open.push(n),
            (n, Err(other)) => panic!("{n}: {other}"),
        }
    }
    // Whoever was told nothing, or to try again, does so on the other server.
    for n in open {
        match store.commit(appoints(n), &peppers()).await {
            Ok(_) | Err(StoreError::Conflict) => acknowledged.push(n),
            Err(other) => panic!("{n}: {other}"),
        }
    }
    assert_eq!(acknowledged.len(), 120);
    for n in acknowledged {
        let found = store.operator_by_name(&format!("ops {n}")).await.expect("readable");
        assert!(found.is_some(), "{n} was acknowledged and is lost");
    }
    assert_eq!(entries(&store).await, 120, "one entry for each");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_takes_over_has_another_word_for_itself_if_it_may_be_asked_for_one() {
    let mut primary = Cluster::start();
    let (_, name) = migrated(&primary).await;
    let standby = primary.standby();
    primary.reload("synchronous_standby_names = '*'");
    let store = store(&primary.url_with(&[&standby], &name));
    let server = async || store.driver().server().await.expect("it answers").map(|found| found.answers);
    let first = server().await.expect("a word");
    primary.restart();
    assert_eq!(server().await, Some(first.clone()), "a restart loses nothing");
    primary.stop();
    standby.promote();
    let second = server().await.expect("a word");
    assert_eq!(first.split('/').next(), second.split('/').next(), "the same system");
    assert_ne!(second, first, "another timeline");
    standby.sql(&name, "CREATE ROLE reader LOGIN");
    standby.sql(&name, "GRANT SELECT ON feed TO reader");
    let url = standby.url(&name).replacen("postgres@", "reader@", 1);
    let reader = crate::samples::store(&url);
    let may_ask = async || reader.driver().server().await.expect("it answers").is_some();
    assert!(may_ask().await);
    standby.sql(&name, "REVOKE EXECUTE ON FUNCTION pg_control_system() FROM public");
    assert!(!may_ask().await, "it is not told");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_wait_for_the_standby_somebody_ends_is_not_acknowledged() {
    const LOOKS: u32 = 2_000;
    let primary = Cluster::start();
    let (url, name) = migrated(&primary).await;
    let store = Arc::new(store(&url));
    store.commit(appoints(1), &peppers()).await.expect("nobody has to confirm it");
    primary.reload("synchronous_standby_names = 'nobody'");
    let waiting = {
        let store = store.clone();
        tokio::spawn(async move { store.commit(appoints(2), &peppers()).await })
    };
    let end = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    let ended = (0..LOOKS).any(|_| primary.sql(&name, end) == "t");
    assert!(ended, "the commit waits for a standby");
    let told = waiting.await.expect("no panic");
    assert!(matches!(told, Err(StoreError::Unknown)), "{told:?}");
    let found = store.operator_by_name("ops 2").await.expect("readable");
    assert!(found.is_some(), "it is on this server, and may be gone with it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_to_a_server_that_is_fenced_off_are_left_for_one_that_can_be_written() {
    let primary = Cluster::start();
    let (_, name) = migrated(&primary).await;
    let standby = primary.standby();
    primary.reload("synchronous_standby_names = '*'");
    let store = store(&primary.url_with(&[&standby], &name));
    store.commit(happened("a thing"), &peppers()).await.expect("written");
    primary.reload("synchronous_standby_names = ''\ndefault_transaction_read_only = on");
    standby.promote();
    store.commit(happened("another thing"), &peppers()).await.expect("written on the other server");
    assert_eq!(entries(&store).await, 2);
    assert_eq!(
        primary.sql(&name, "SELECT count(*) FROM audit"),
        "1",
        "nothing on the one that was fenced off"
    );
}
