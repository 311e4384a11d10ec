//! Refusals: written down, replaced, erased, and never more of them than pairs and reasons.

use domain::Timestamp;

use super::samples::{LATER, NOW, a_key, inserting, key, rows_of, write};
use crate::driver::{Driver, StoreError};
use crate::{RefusalChanges, RefusalRow, Store};

fn changes(changed: Vec<RefusalRow>) -> RefusalChanges {
    RefusalChanges { changed, gone: Vec::new(), before: Timestamp::from_millis(0) }
}

async fn a_refusal<D: Driver>(store: &Store<D>) -> RefusalRow {
    let (account, key) = a_key(store).await;
    RefusalRow {
        key_id: key.pairs[0].key_id,
        key: key.id,
        account: account.id,
        reason: "malformed.newline".to_owned(),
        first_at: NOW,
        last_at: LATER,
        count: 7,
        minutes: vec![1; 248],
        hours: vec![2; 200],
        sources: "192.0.2.1\t5\t7\tcurl/8".to_owned(),
    }
}

async fn all<D: Driver>(store: &Store<D>) -> Vec<RefusalRow> {
    store.refusals(Timestamp::from_millis(0)).await.expect("readable")
}

pub(super) async fn a_refusal_comes_back_as_it_was_written_and_stands_once<D: Driver>(store: &Store<D>) {
    let first = a_refusal(store).await;
    store.write_refusals(changes(vec![first.clone()])).await.expect("written");
    assert_eq!(all(store).await, std::slice::from_ref(&first));
    let again = RefusalRow { count: 8, minutes: vec![3; 248], sources: String::new(), ..first.clone() };
    let other = RefusalRow { reason: "ended".to_owned(), last_at: NOW, ..first };
    store.write_refusals(changes(vec![again.clone(), other.clone()])).await.expect("written");
    assert_eq!(all(store).await, [other, again], "the oldest first");
    assert_eq!(store.audit(0, 10).await.expect("readable").len(), 2, "that is no change anybody made");
}

pub(super) async fn forgotten_and_old_refusals_are_erased<D: Driver>(store: &Store<D>) {
    let first = a_refusal(store).await;
    let old = RefusalRow { reason: "ended".to_owned(), last_at: NOW, ..first.clone() };
    store.write_refusals(changes(vec![first.clone(), old.clone()])).await.expect("written");
    assert_eq!(store.refusals(LATER).await.expect("readable"), std::slice::from_ref(&first));
    store.write_refusals(RefusalChanges { before: NOW, ..changes(Vec::new()) }).await.expect("written");
    assert_eq!(all(store).await.len(), 2, "not a moment early");
    store.write_refusals(RefusalChanges { before: LATER, ..changes(Vec::new()) }).await.expect("written");
    assert_eq!(all(store).await, std::slice::from_ref(&first));
    let gone = vec![(first.key_id, first.reason.clone()), (first.key_id, "nothing".to_owned())];
    store.write_refusals(RefusalChanges { gone, ..changes(Vec::new()) }).await.expect("written");
    assert_eq!(all(store).await, []);
}

pub(super) async fn refusals_are_written_together_or_not_at_all<D: Driver>(store: &Store<D>) {
    let good = a_refusal(store).await;
    let none = RefusalRow { reason: "ended".to_owned(), count: 0, ..good.clone() };
    let outcome = store.write_refusals(changes(vec![good.clone(), none.clone()])).await;
    assert!(matches!(outcome, Err(StoreError::Conflict)), "a refusal that never was: {outcome:?}");
    assert_eq!(all(store).await, []);
    let some = RefusalRow { count: 1, ..none };
    store.write_refusals(changes(vec![good, some])).await.expect("written");
    assert_eq!(all(store).await.len(), 2);
}

pub(super) async fn refusals_of_a_pair_that_is_not_there_are_left_out_and_the_others_written<D: Driver>(
    store: &Store<D>,
) {
    let first = a_refusal(store).await;
    let lost = key(2, &super::samples::account(1));
    let nobodys = RefusalRow { key_id: lost.pairs[0].key_id, key: lost.id, ..first.clone() };
    let last = RefusalRow { reason: "ended".to_owned(), ..first.clone() };
    let rows = [nobodys.clone(), first.clone(), nobodys.clone(), last];
    store.write_refusals(changes(rows.to_vec())).await.expect("written");
    let written = all(store).await;
    assert_eq!(written.len(), 2);
    assert!(written.iter().all(|row| row.key_id == first.key_id), "{written:?}");
    // The history came back.
    write(store, inserting(rows_of(&lost))).await;
    store.write_refusals(changes(vec![nobodys.clone()])).await.expect("written");
    assert!(all(store).await.contains(&nobodys));
}
