//! The feed: which pairs changed, in an order in which nobody can miss one.

use domain::{EndReason, Layers, Pair, PairState, Row};

use super::samples::{LATER, NOW, a_key, account, an_account, inserting, key, rows_of, updating, write};
use crate::driver::Driver;
use crate::{FeedPlace, Store};

pub(super) async fn only_changes_of_keys_take_a_position_and_positions_have_no_gaps<D: Driver>(
    store: &Store<D>,
) {
    assert_eq!(store.head().await.expect("readable"), 0);
    let (home, _) = an_account(store).await;
    assert_eq!(store.head().await.expect("readable"), 0);
    for n in 1..=5 {
        let committed = write(store, inserting(rows_of(&key(n, &home)))).await;
        assert_eq!(committed.position, Some(n as i64));
        assert_eq!(store.head().await.expect("readable"), n as i64);
        let other = write(store, inserting([Row::Account(account(100 + n))])).await;
        assert_eq!(other.position, None);
    }
}

pub(super) async fn one_large_transaction_can_be_read_in_parts<D: Driver>(store: &Store<D>) {
    let (home, _) = an_account(store).await;
    write(store, inserting(rows_of(&key(1, &home)))).await;
    let many: Vec<_> = (2..=26).map(|n| key(n, &home)).collect();
    write(store, inserting(many.iter().flat_map(rows_of))).await;
    for at_a_time in [1, 7, 25, 26, 1_000] {
        let (mut place, mut read) = (FeedPlace::after(0), Vec::new());
        loop {
            let rows = store.pairs_changed(&place, at_a_time).await.expect("readable");
            let Some(last) = rows.last() else { break };
            assert!(rows.len() as i64 <= at_a_time);
            place = FeedPlace { position: last.position, key_id: Some(last.key_id) };
            read.extend(rows);
        }
        let mut ids: Vec<_> = read.iter().map(|row| row.key_id).collect();
        assert_eq!(ids.len(), 26, "{at_a_time} at a time");
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 26, "each once, {at_a_time} at a time");
        assert!(read.is_sorted_by_key(|row| (row.position, row.key_id)));
    }
    let after_the_first = store.pairs_changed(&FeedPlace::after(1), 1_000).await.expect("readable");
    assert_eq!(after_the_first.len(), 25);
    assert_eq!(store.pairs_changed(&FeedPlace::after(2), 1_000).await.expect("readable"), []);
}

pub(super) async fn a_pair_stands_in_the_feed_once_where_it_last_changed<D: Driver>(store: &Store<D>) {
    let (home, key) = a_key(store).await;
    let current = key.pairs[0].clone();
    let first = store.pairs_changed(&FeedPlace::after(0), 10).await.expect("readable");
    let row = first.first().expect("one pair");
    assert_eq!((row.key_id, row.key, row.account), (current.key_id, key.id, home.id));
    assert_eq!(
        (&row.brand, row.mode, row.digest, row.layers),
        (&key.brand, key.mode, current.digest, Layers::of(1))
    );
    assert_eq!((row.state, row.created_at, row.expires_at), (current.state, NOW, Some(LATER)));
    assert_eq!((row.last_used_at, row.position), (None, 1));
    let states =
        [PairState::Retiring { until: LATER }, PairState::Ended { at: NOW, why: EndReason::Deactivated }];
    for (position, state) in (2..).zip(states) {
        write(store, updating([Row::Pair { key: key.id, pair: Pair { state, ..current.clone() } }])).await;
        let rows = store.pairs_changed(&FeedPlace::after(0), 10).await.expect("readable");
        assert_eq!(rows.iter().map(|row| (row.position, row.state)).collect::<Vec<_>>(), [(position, state)]);
    }
}

pub(super) async fn a_position_s_link_is_its_own_entry_s<D: Driver>(store: &Store<D>) {
    let (home, _) = an_account(store).await;
    assert_eq!(store.link_at(0).await.expect("readable"), None, "no key has changed");
    for n in 1..=3 {
        write(store, inserting(rows_of(&key(n, &home)))).await;
        write(store, inserting([Row::Account(account(100 + n))])).await;
    }
    let entries = store.audit(0, 100).await.expect("readable");
    for position in 1..=3 {
        let of_position = entries.iter().find(|entry| entry.position == position).expect("it has one");
        assert_eq!(store.link_at(position).await.expect("readable"), Some(of_position.link), "{position}");
    }
    assert_eq!(store.link_at(4).await.expect("readable"), None);
}
