//! Behind PgBouncer in transaction mode, where a transaction may get another connection than the one before it.

use std::sync::Arc;

use store::{FeedPlace, Postgres, Schema, Store, StoreError};
use test_postgres::{Cluster, Pooler};

use crate::samples::{appoints, at, opens, peppers, store};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_processes_share_few_connections_and_nothing_is_lost_or_mixed_up() {
    let cluster = Cluster::start();
    let direct = cluster.database();
    let pooler = Pooler::to(&cluster, 3);
    let url = pooler.url(direct.rsplit('/').next().expect("a URL ends with a name"));
    at(&url).migrate().await.expect("an empty database");
    assert_eq!(at(&url).schema().await.expect("readable"), Schema::Right);

    let processes: Vec<Arc<Store<Postgres>>> = (0..3).map(|_| Arc::new(store(&url))).collect();
    let tasks: Vec<_> = (0..120)
        .map(|n| {
            let store = processes[n as usize % processes.len()].clone();
            tokio::spawn(async move {
                let wanted = if n % 2 == 0 { opens(n) } else { appoints(n - n % 4) };
                let written = store.commit(wanted, &peppers()).await.map(|_| true);
                // Reads of every kind go on beside it.
                store.operators().await.expect("readable");
                store.pairs_changed(&FeedPlace::after(0), 10).await.expect("readable");
                written
            })
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
    // Of the two that appoint the same operator one is refused.
    assert_eq!((written, refused), (90, 30));
    assert_eq!(processes[0].head().await.expect("readable"), 60);
    let report = store(&direct).check_audit(&peppers()).await.expect("readable");
    assert_eq!((report.entries, report.broken), (90, None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pooler_that_turns_to_a_standby_is_not_followed_there() {
    const LOOKS: u32 = 200;
    let cluster = Cluster::start();
    let direct = cluster.database();
    at(&direct).migrate().await.expect("an empty database");
    let pooler = Pooler::to(&cluster, 3);
    let store = store(&pooler.url(direct.rsplit('/').next().expect("a URL ends with a name")));
    assert_eq!(store.head().await.expect("the primary answers"), 0);
    let standby = cluster.standby();
    pooler.turn_to(&standby);
    for _ in 0..LOOKS {
        match store.head().await {
            Ok(head) => assert_eq!(head, 0, "it has not turned yet"),
            Err(StoreError::Unreachable(_)) => return,
            Err(other) => panic!("{other}"),
        }
    }
    panic!("what a standby says was taken for the newest");
}
