//! Limits: part of their key's row, told by the feed, and what was used of them on a day.

use domain::{KeyLimits, KeyRef, Limits, LimitsChange, Row, seeded};

use super::samples::{LATER, a_key, everything, key, pair, refused, rows_of, updating, write};
use super::samples::{account, inserting};
use crate::driver::{Driver, StoreError};
use crate::{FeedPlace, KeyDay, Store};

fn limits(per_second: Option<u64>, networks: &str) -> Limits {
    Limits::checked(per_second, Some(86_400_000_000), networks.lines()).expect("limits that may be")
}

fn changed(version: i64, limits: Limits) -> KeyLimits {
    let change = LimitsChange { by: "operator:ops".to_owned(), at: LATER };
    KeyLimits { now: limits, version, changed: Some(change) }
}

pub(super) async fn limits_come_back_as_they_were_written_and_stand_in_the_feed<D: Driver>(store: &Store<D>) {
    let (_, mut key) = a_key(store).await;
    let longest =
        (0..64).map(|n| format!("2001:db8:1111:2222:3333:4444:5555:66{n:02}\n")).collect::<String>();
    for (version, wanted) in
        (1..).zip([limits(Some(1_000_000), &longest), limits(None, "192.0.2.0/24"), Limits::NONE])
    {
        key.limits = changed(version, wanted);
        let pair = Row::Pair { key: key.id, pair: key.pairs[0].clone() };
        let committed = write(store, updating([Row::Key(key.clone()), pair])).await;
        key.version += 1;
        assert_eq!(store.key(&key.id).await.expect("readable").as_ref(), Some(&key));
        let place = FeedPlace::after(committed.position.expect("a key was changed") - 1);
        let told = store.pairs_changed(&place, 10).await.expect("readable");
        assert_eq!(told.iter().map(|row| &row.limits).collect::<Vec<_>>(), [&key.limits.now]);
    }
    assert_eq!(store.limited_keys().await.expect("readable"), [(key.id, Limits::NONE)]);
    // A pair that comes later is told with the limits that its key has by then.
    let new =
        domain::Pair { state: domain::PairState::Retiring { until: LATER }, ..pair(9, key.pairs[0].state) };
    key.limits = changed(4, limits(Some(3), ""));
    let mut decision = updating([Row::Key(key.clone())]);
    decision.insert(Row::Pair { key: key.id, pair: new });
    let committed = write(store, decision).await;
    let place = FeedPlace::after(committed.position.expect("a key was changed") - 1);
    let told = store.pairs_changed(&place, 10).await.expect("readable");
    assert_eq!(told.iter().map(|row| &row.limits).collect::<Vec<_>>(), [&key.limits.now]);
}

pub(super) async fn of_two_changes_of_a_key_s_limits_one_is_written<D: Driver>(store: &Store<D>) {
    let (_, key) = a_key(store).await;
    let wants = |limits| domain::Key { limits: changed(1, limits), ..key.clone() };
    write(store, updating([Row::Key(wants(limits(Some(1), "")))])).await;
    refused(store, updating([Row::Key(wants(limits(Some(2), "")))]), "the second, on what was true before")
        .await;
    let known = store.key(&key.id).await.expect("readable").expect("it is there");
    assert_eq!(known.limits, changed(1, limits(Some(1), "")));
    // A key that is new has its limits from the start.
    let other = account(2);
    write(store, inserting([Row::Account(other.clone())])).await;
    let limited = domain::Key { limits: changed(1, limits(None, "::1")), ..super::samples::key(3, &other) };
    write(store, inserting(rows_of(&limited))).await;
    assert_eq!(store.key(&limited.id).await.expect("readable").as_ref(), Some(&limited));
}

pub(super) async fn a_day_s_count_only_grows_and_a_later_day_replaces_it<D: Driver>(store: &Store<D>) {
    let (home, first) = a_key(store).await;
    let second = key(2, &home);
    write(store, inserting(rows_of(&second))).await;
    let day = |key: KeyRef, day, count| KeyDay { key, day, count };
    let head = store.head().await.expect("readable");
    for (written, kept) in [
        (day(first.id, 20_000, 5), (20_000, 5)),
        (day(first.id, 20_000, 4), (20_000, 5)),
        (day(first.id, 20_000, 6), (20_000, 6)),
        (day(first.id, 19_999, 900), (20_000, 6)),
        (day(first.id, 20_001, 1), (20_001, 1)),
    ] {
        store.write_key_days(vec![written, day(second.id, 20_001, 7)]).await.expect("written");
        let told = store.key_days(kept.0).await.expect("readable");
        assert!(told.contains(&day(first.id, kept.0, kept.1)), "{written:?}: {told:?}");
    }
    assert_eq!(store.key_days(20_001).await.expect("readable").len(), 2);
    assert_eq!(store.key_days(20_000).await.expect("readable"), []);
    assert_eq!(store.head().await.expect("readable"), head, "that is no change that nodes hear of");

    let before = everything(store).await;
    let outcome = store.write_key_days(vec![day(first.id, 20_002, 1), day(second.id, 20_002, 0)]).await;
    assert!(matches!(outcome, Err(StoreError::Conflict)), "{outcome:?}");
    assert_eq!(everything(store).await, before, "all of them or none");
}

pub(super) async fn a_day_of_a_key_that_is_not_there_is_left_out_and_the_others_written<D: Driver>(
    store: &Store<D>,
) {
    let (_, first) = a_key(store).await;
    let day = |key: KeyRef| KeyDay { key, day: 20_000, count: 1 };
    let nobodys = day(KeyRef::draw(&mut seeded(99)));
    store.write_key_days(vec![nobodys, day(first.id)]).await.expect("written");
    assert_eq!(store.key_days(20_000).await.expect("readable"), [day(first.id)]);
}
