//! Nodes: who is on the list, what runs as whom, and who may still vouch although it is not.

use domain::{
    Change, Decision, Duration, Gone, MINUTE, Node, NodeRole, NodeRun, ProcessId, Row, SECOND, Shadow, Spans,
    Timestamp, seeded,
};

use super::samples::{LATER, NOW, a_key, digest, inserting, refused, write};
use crate::driver::{Driver, StoreError};
use crate::{Mark, NodeReport, Registration, Store, TakenOver, Work};

const SPANS: Spans = Spans { test: Duration::from_millis(310_000), live: Duration::from_millis(10_000) };

fn process(n: u64) -> ProcessId {
    ProcessId::draw(&mut seeded(n))
}

fn node(name: &str, n: u64) -> Node {
    Node { name: name.to_owned(), digest: Some(digest(n)), enrolled_at: NOW, run: None }
}

fn registration(name: &str, n: u64, former: Option<u64>) -> Registration {
    Registration {
        node: name.to_owned(),
        process: process(n),
        former: former.map(process),
        role: NodeRole::Verify,
        version: "0.1.0".to_owned(),
        lease: SECOND.times(10),
        spans: SPANS,
        at: LATER,
        admit: false,
    }
}

fn report(name: &str, n: u64, position: i64) -> NodeReport {
    NodeReport {
        node: name.to_owned(),
        process: process(n),
        position,
        mark: None,
        at: LATER + SECOND,
        clock_offset_ms: Some(-3),
        pairs: 12,
        peppers: vec![1, 2],
    }
}

async fn registers<D: Driver>(store: &Store<D>, registration: Registration) -> Result<(), StoreError> {
    store.driver().commit(Work::Register(registration)).await.map(|_| ())
}

/// A node with a process.
pub(super) async fn a_process<D: Driver>(store: &Store<D>) {
    write(store, inserting([Row::Node(node("eu-1", 11))])).await;
    registers(store, registration("eu-1", 1, None)).await.expect("it is on the list");
}

/// It says that it knows a position of a history.
pub(super) async fn says<D: Driver>(store: &Store<D>, position: i64, mark: Option<Mark>) {
    reports(store, NodeReport { mark, ..report("eu-1", 1, position) }).await.expect("it runs");
}

/// The position that it is believed to know.
pub(super) async fn is_at<D: Driver>(store: &Store<D>) -> i64 {
    run(store, "eu-1").await.expect("it runs").position
}

async fn reports<D: Driver>(store: &Store<D>, report: NodeReport) -> Result<(), StoreError> {
    store.driver().commit(Work::Report(report)).await.map(|_| ())
}

fn removing(name: &str) -> Decision {
    let mut decision = inserting([]);
    decision.changes.push(Change::Remove(Gone::Node(name.to_owned())));
    decision
}

async fn run<D: Driver>(store: &Store<D>, name: &str) -> Option<NodeRun> {
    store.node(name).await.expect("readable").expect("it was enrolled").run
}

async fn shadows<D: Driver>(store: &Store<D>) -> Vec<Shadow> {
    store.fleet().await.expect("readable").1
}

pub(super) async fn a_node_comes_back_as_it_was_enrolled_and_registered<D: Driver>(store: &Store<D>) {
    let one = node("eu-1", 11);
    write(store, inserting([Row::Node(one.clone())])).await;
    assert_eq!(store.node("eu-1").await.expect("readable"), Some(one.clone()));
    assert_eq!(store.node_by_digest(&[digest(11)]).await.expect("readable"), Some(one.clone()));
    assert_eq!(store.node_by_digest(&[digest(12)]).await.expect("readable"), None);

    registers(store, registration("eu-1", 1, None)).await.expect("it is on the list");
    reports(store, report("eu-1", 1, 7)).await.expect("it runs");
    let expected = NodeRun {
        process: process(1),
        role: NodeRole::Verify,
        version: "0.1.0".to_owned(),
        lease: SECOND.times(10),
        spans: SPANS,
        registered_at: LATER,
        position: 7,
        reported_at: LATER + SECOND,
        clock_offset_ms: Some(-3),
        pairs: 12,
        peppers: vec![1, 2],
    };
    assert_eq!(run(store, "eu-1").await, Some(expected));

    let admitted = Registration { admit: true, ..registration("local", 2, None) };
    registers(store, admitted.clone()).await.expect("it writes its own row");
    registers(store, admitted).await.expect("and once more");
    let names: Vec<_> = store.fleet().await.expect("readable").0.into_iter().map(|node| node.name).collect();
    assert_eq!(names, ["eu-1", "local"]);
    assert_eq!(store.nodes("eu-1", 10).await.expect("readable").len(), 1);
    registers(store, registration("eu-1", 3, None)).await.expect("it is on the list");
    let next = run(store, "eu-1").await.expect("it runs");
    assert!(next.peppers.is_empty(), "what the process before it held counts for nothing");
    assert_eq!(store.head().await.expect("readable"), 0, "no key changed");
}

pub(super) async fn a_node_s_name_credential_and_process_stand_once<D: Driver>(store: &Store<D>) {
    write(store, inserting([Row::Node(node("eu-1", 11))])).await;
    write(store, inserting([Row::Node(node("eu-2", 12))])).await;
    refused(store, inserting([Row::Node(node("eu-1", 13))]), "the name is taken").await;
    refused(store, inserting([Row::Node(node("eu-3", 11))]), "the credential is taken").await;
    registers(store, registration("eu-1", 1, None)).await.expect("it is on the list");
    let twice = registers(store, registration("eu-2", 1, None)).await;
    assert!(matches!(twice, Err(StoreError::Conflict)), "{twice:?}");
    let unknown = registers(store, registration("eu-9", 3, None)).await;
    assert!(matches!(unknown, Err(StoreError::Conflict)), "nobody enrolled it: {unknown:?}");
}

pub(super) async fn a_process_registers_once_and_reports_only_grow<D: Driver>(store: &Store<D>) {
    write(store, inserting([Row::Node(node("eu-1", 11))])).await;
    registers(store, registration("eu-1", 1, None)).await.expect("it is on the list");
    for (position, known) in [(7, 7), (9, 9), (8, 9)] {
        reports(store, report("eu-1", 1, position)).await.expect("it runs");
        assert_eq!(run(store, "eu-1").await.map(|run| run.position), Some(known));
    }
    let longer = Registration { spans: Spans::even(MINUTE.times(60)), ..registration("eu-1", 1, None) };
    registers(store, longer).await.expect("it is registered");
    let run = run(store, "eu-1").await.expect("it runs");
    assert_eq!((run.spans, run.position), (SPANS, 9), "receipts were written on what it said first");
    let other = reports(store, report("eu-1", 2, 9)).await;
    assert!(matches!(other, Err(StoreError::Conflict)), "not what runs as it: {other:?}");
}

pub(super) async fn whoever_is_replaced_or_removed_stays_known_as_a_shadow<D: Driver>(store: &Store<D>) {
    write(store, inserting([Row::Node(node("eu-1", 11))])).await;
    registers(store, registration("eu-1", 1, None)).await.expect("it is on the list");
    registers(store, registration("eu-1", 2, Some(1))).await.expect("from the same folder");
    assert_eq!(shadows(store).await, [], "the one before is gone for certain");
    registers(store, registration("eu-1", 3, Some(1))).await.expect("from a copy of that folder");
    let shadow = |n, seen_at| Shadow { process: process(n), node: "eu-1".to_owned(), spans: SPANS, seen_at };
    assert_eq!(shadows(store).await, [shadow(2, None)], "nobody knows whether it still runs");

    let seen = |n: &[u64], at: Timestamp| {
        store.driver().commit(Work::ShadowsSeen(n.iter().copied().map(process).collect(), at))
    };
    write(store, removing("eu-1")).await;
    refused(store, removing("eu-1"), "there is none").await;
    seen(&[2], LATER).await.expect("written");
    let unseen = shadows(store).await.into_iter().filter(|shadow| shadow.seen_at.is_none());
    let unseen: Vec<_> = unseen.map(|shadow| shadow.process).collect();
    assert_eq!(unseen, [process(3)], "one that nobody had read by then");
    seen(&[2, 3], LATER + SECOND).await.expect("written");
    let mut expected = [shadow(2, Some(LATER)), shadow(3, Some(LATER + SECOND))];
    expected.sort_by_key(|shadow| shadow.process);
    assert_eq!(shadows(store).await, expected, "the first moment stays");
    assert_eq!(store.node("eu-1").await.expect("readable"), None);

    let forget = |now: Timestamp| store.driver().commit(Work::Forget(now));
    forget(LATER + MINUTE.times(60)).await.expect("written");
    assert_eq!(shadows(store).await.len(), 2);
    forget(LATER + MINUTE.times(80)).await.expect("written");
    assert_eq!(shadows(store).await, []);
}

pub(super) async fn a_process_that_takes_its_node_back_and_loses_it_again_is_unseen_again<D: Driver>(
    store: &Store<D>,
) {
    write(store, inserting([Row::Node(node("eu-1", 11))])).await;
    for n in [1, 2] {
        registers(store, registration("eu-1", n, None)).await.expect("it is on the list");
    }
    store.driver().commit(Work::ShadowsSeen(vec![process(1)], LATER)).await.expect("written");
    let shorter = Registration { spans: Spans::even(SECOND), ..registration("eu-1", 1, None) };
    for registration in [shorter, registration("eu-1", 3, None)] {
        registers(store, registration).await.expect("it is on the list");
    }
    let shadow = |n| Shadow { process: process(n), node: "eu-1".to_owned(), spans: SPANS, seen_at: None };
    let mut expected = [shadow(1), shadow(2)];
    expected.sort_by_key(|shadow| shadow.process);
    assert_eq!(shadows(store).await, expected, "it has read since, and the longer span counts");
}

pub(super) async fn a_process_that_left_leaves_no_shadow<D: Driver>(store: &Store<D>) {
    write(store, inserting([Row::Node(node("eu-1", 11))])).await;
    registers(store, registration("eu-1", 1, None)).await.expect("it is on the list");
    let leave = |n| store.driver().commit(Work::Leave("eu-1".to_owned(), process(n)));
    leave(2).await.expect("nothing to do");
    assert!(run(store, "eu-1").await.is_some(), "another process leaves for itself alone");
    leave(1).await.expect("written");
    assert_eq!(store.node("eu-1").await.expect("readable"), Some(node("eu-1", 11)));
    registers(store, registration("eu-1", 3, None)).await.expect("it is on the list");
    assert_eq!(shadows(store).await, []);
}

pub(super) async fn whoever_only_another_server_knew_of_is_a_shadow<D: Driver>(store: &Store<D>) {
    let cast = async |server: &str, before: Option<&str>, lossless, n| {
        let known = shadows(store).await.len();
        let found = TakenOver {
            server: server.to_owned(),
            before: before.map(str::to_owned),
            lossless,
            unlisted: Shadow::unlisted(process(n), SPANS),
        };
        store.driver().commit(Work::TakenOver(found)).await.expect("written");
        let shadows = shadows(store).await;
        assert!(shadows.iter().all(|one| one.node == domain::UNLISTED && one.spans == SPANS));
        shadows.len() - known
    };
    // Whichever it was before.
    cast("1/00000001", None, false, 1).await;
    assert_eq!(cast("1/00000001", Some("1/00000001"), false, 2).await, 0);
    assert_eq!(cast("1/00000002", None, false, 3).await, 1, "a standby took over");
    assert_eq!(cast("1/00000002", Some("1/00000002"), false, 4).await, 0);
    assert_eq!(cast("1/00000002", Some("1/00000001"), false, 4).await, 0, "others have counted");
    assert_eq!(cast("1/00000003", None, true, 5).await, 0, "it had everything");
    assert_eq!(cast("1/00000003", Some("1/00000002"), true, 6).await, 0);
    assert_eq!(cast("1/00000003", Some("1/00000004"), false, 7).await, 1, "back to one that was left behind");
    assert_eq!(cast("2/00000003", None, true, 8).await, 1, "no standby of the one before");
    a_key(store).await;
    write(store, domain::restored(0, 0, Some(NOW), LATER)).await;
    assert_eq!(cast("2/00000003", None, true, 9).await, 1, "restored, on the same server");
    let life = domain::Incarnation::from_bytes([7; 16]);
    write(store, domain::recover(life, 0, Vec::new(), &[], true, LATER)).await;
    assert_eq!(cast("2/00000003", None, true, 10).await, 1, "recovered, on the same server");
}

pub(super) async fn the_head_is_read_with_what_runs_as_a_node<D: Driver>(store: &Store<D>) {
    let head = async |name| store.head_as(name, 0).await.expect("readable");
    let first = head("eu-1").await;
    assert_eq!((first.head, first.run, first.mark, first.quarantine), (0, None, None, None));
    assert_eq!(first.pepper, 1);
    write(store, inserting([Row::Node(node("eu-1", 11))])).await;
    assert_eq!(head("eu-1").await.run, None);
    registers(store, registration("eu-1", 1, None)).await.expect("it is on the list");
    let read = head("eu-1").await;
    assert_eq!((read.head, read.run), (0, Some((process(1), SPANS))));
    assert_eq!(read.incarnation, first.incarnation);
    assert_eq!(head("eu-2").await.run, None);
}
