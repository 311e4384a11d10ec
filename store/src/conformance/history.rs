//! The history of the database: quarantined, restored, recovered; and positions of another one.

use domain::{
    Challenge, EndReason, EndedAgain, Incarnation, PairState, QuarantineReason, Row, Session, quarantine,
    recover, restored,
};

use super::nodes::{a_process, is_at, says};
use super::samples::{
    LATER, NOW, a_key, an_account, challenge, commit, inserting, key, rows_of, session, write,
};
use crate::driver::{Driver, StoreError};
use crate::value::{Record, Value};
use crate::{HeadAs, Store, mark_of};

const NEW: Incarnation = Incarnation::from_bytes([7; 16]);

async fn head<D: Driver>(store: &Store<D>, remembered: i64) -> HeadAs {
    store.head_as("", remembered).await.expect("readable")
}

async fn found<D: Driver>(store: &Store<D>, sql: &'static str) -> Vec<Record> {
    store.driver().rows(sql, Vec::new()).await.expect("a table of the schema")
}

pub(super) async fn a_position_of_another_history_acknowledges_nothing<D: Driver>(store: &Store<D>) {
    let (home, _) = an_account(store).await;
    for n in 1..=3 {
        write(store, inserting(rows_of(&key(n, &home)))).await;
    }
    let link = async |position| store.link_at(position).await.expect("readable").expect("it has an entry");
    let read = head(store, 2).await;
    assert_eq!((read.head, read.mark), (3, Some(mark_of(&link(3).await))));
    assert_eq!(read.remembered, Some(mark_of(&link(2).await)));
    assert_eq!(head(store, 9).await.remembered, None);

    a_process(store).await;
    let (second, third) = (mark_of(&link(2).await), mark_of(&link(3).await));
    says(store, 0, Some([9; 16])).await;
    for (position, mark, known) in
        [(2, third, 0), (9, third, 0), (2, second, 2), (3, second, 2), (3, third, 3), (2, second, 3)]
    {
        says(store, position, Some(mark)).await;
        assert_eq!(is_at(store).await, known, "{position}");
    }
    says(store, 9, None).await;
    assert_eq!(is_at(store).await, 9, "a program that remembers no marks is believed");
}

pub(super) async fn a_quarantined_database_changes_no_keys_and_stays_as_it_was_marked_first<D: Driver>(
    store: &Store<D>,
) {
    let (home, _) = a_key(store).await;
    let incarnation = head(store, 0).await.incarnation;
    let earlier = commit(store, quarantine("eu-1", NEW, 9, 1, LATER)).await;
    assert!(matches!(earlier, Err(StoreError::Conflict)), "seen in another life: {earlier:?}");
    write(store, quarantine("eu-1", incarnation, 9, 1, LATER)).await;
    let marked = head(store, 0).await.quarantine.expect("it is marked");
    assert_eq!((marked.why, marked.by.as_str()), (QuarantineReason::HistoryLost, "eu-1"));
    assert_eq!((marked.at, marked.seen), (LATER, 9));
    let again = commit(store, quarantine("eu-2", incarnation, 11, 1, NOW)).await;
    assert!(matches!(again, Err(StoreError::Conflict)), "{again:?}");
    assert_eq!(head(store, 0).await.quarantine, Some(marked));

    let refused = commit(store, inserting(rows_of(&key(2, &home)))).await;
    assert!(matches!(refused, Err(StoreError::Quarantined)), "{refused:?}");
    assert_eq!(head(store, 0).await.head, 1, "nothing was written");
    write(store, inserting([Row::Account(super::samples::account(5))])).await;
}

pub(super) async fn in_a_restored_database_nobody_is_logged_in_and_nothing_runs<D: Driver>(store: &Store<D>) {
    let (home, owner) = an_account(store).await;
    let open: Session = session(1, &home, &owner);
    let asked: Challenge = challenge(1, &open);
    write(store, inserting([Row::Session(open), Row::Challenge(asked)])).await;
    a_process(store).await;
    let before = head(store, 0).await.incarnation;
    write(store, restored(0, 0, Some(NOW), LATER)).await;
    let after = head(store, 0).await;
    assert_eq!(after.incarnation, before, "journals of that life are asked for");
    assert_eq!(after.quarantine.map(|quarantine| quarantine.why), Some(QuarantineReason::Unfinished));
    let ended = found(store, "SELECT ended_at FROM sessions").await;
    assert_eq!(ended, [Record(vec![Value::from(LATER)])]);
    let spent = found(store, "SELECT state FROM challenges").await;
    assert_eq!(spent, [Record(vec![Value::from("spent")])]);
    assert_eq!(found(store, "SELECT digest FROM answers").await, []);
    let shadows = store.fleet().await.expect("readable").1;
    assert_eq!(shadows.len(), 1, "whatever ran may still vouch");
    assert_eq!(found(store, "SELECT process FROM nodes").await, [Record(vec![Value::Null])]);
}

pub(super) async fn a_recovery_ends_pairs_again_above_all_that_was_seen<D: Driver>(store: &Store<D>) {
    let (_, key) = a_key(store).await;
    let incarnation = head(store, 0).await.incarnation;
    write(store, quarantine("eu-1", incarnation, 40, 1, LATER)).await;
    let state = PairState::Ended { at: NOW, why: EndReason::Deactivated };
    let again = EndedAgain { key: key.id, pair: key.pairs[0].clone(), state };
    let committed = write(store, recover(NEW, 40, vec![again], &[], false, LATER)).await;
    assert_eq!(committed.position, Some(41));
    let read = head(store, 41).await;
    assert_eq!((read.head, read.incarnation, read.quarantine), (41, NEW, None));
    assert!(read.mark.is_some() && read.mark == read.remembered);
    let pair = store.pair(&key.pairs[0].key_id).await.expect("readable").expect("it is there");
    assert_eq!((pair.state, pair.position), (state, 41));
    let twice = commit(store, recover(NEW, 50, Vec::new(), &[], true, LATER)).await;
    assert!(matches!(twice, Err(StoreError::Conflict)), "somebody has decided: {twice:?}");
    write(store, quarantine("eu-1", NEW, 40, 41, LATER)).await;
    let next = write(store, recover(NEW, 3, Vec::new(), &[], true, LATER)).await;
    assert_eq!(next.position, Some(42), "a head never moves back");
}
