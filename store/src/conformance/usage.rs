//! Usage: counted twice at once, added up, erased in pieces, and never a change anybody made.

use domain::{DAY, Duration, HOUR, KeyId, MINUTE, Network, Timestamp};

use super::samples::{LATER, NOW, a_key, account, inserting, key, rows_of, write};
use crate::driver::{Driver, StoreError};
use crate::{KeptSpan, Store, UsageKept, UsageRow, UsageSource};

fn network(text: &str) -> Option<Network> {
    Some(text.parse().expect("a network"))
}

fn uses(key_id: KeyId, count: u32, at: Timestamp) -> UsageRow {
    UsageRow { key_id, count, last_used_at: at, last_used_from: network("192.0.2.1") }
}

/// Everything that is kept around a moment, at most a month before and after it.
async fn kept<D: Driver>(store: &Store<D>, key_id: &KeyId, span: KeptSpan) -> Vec<UsageKept> {
    let (from, until) = (NOW - DAY.times(30), NOW + DAY.times(30));
    store.usage(key_id, span, from, until).await.expect("readable")
}

async fn counts<D: Driver>(store: &Store<D>, key_id: &KeyId, span: KeptSpan) -> Vec<(Timestamp, u64)> {
    kept(store, key_id, span).await.into_iter().flat_map(|kept| kept.counts).collect()
}

pub(super) async fn usage_only_moves_forward_and_is_no_change<D: Driver>(store: &Store<D>) {
    let (_, key) = a_key(store).await;
    let key_id = key.pairs[0].key_id;
    let [late, early] = ["192.0.2.1", "2001:db8::/64"].map(network);
    for (at, from) in [(LATER, late), (NOW, early)] {
        let row = UsageRow { key_id, count: 1, last_used_at: at, last_used_from: from };
        store.used(vec![row]).await.expect("written");
        let found = store.key(&key.id).await.expect("readable").expect("it was made");
        let pair = &found.pairs[0];
        assert_eq!((pair.last_used_at, pair.last_used_from, found.version), (Some(LATER), late, 1));
    }
    assert_eq!(store.head().await.expect("readable"), 1);
    assert_eq!(store.audit(0, 10).await.expect("readable").len(), 2, "the account and the key");
}

pub(super) async fn uses_are_counted_by_minute_and_by_hour_and_added_up<D: Driver>(store: &Store<D>) {
    let (home, key_1) = a_key(store).await;
    let key_2 = key(2, &home);
    write(store, inserting(rows_of(&key_2))).await;
    let [one, other] = [&key_1, &key_2].map(|key| key.pairs[0].key_id);
    let minute = NOW.begin_of(MINUTE);
    let before = minute - Duration::from_millis(1);
    let rows = [uses(one, 3, NOW), uses(one, 4, LATER), uses(one, 1, before), uses(other, 9, NOW)];
    store.used(rows.to_vec()).await.expect("written");
    store.used(vec![uses(one, u32::MAX, NOW), uses(other, 0, NOW + DAY)]).await.expect("written");

    let now = u64::from(u32::MAX) + 7;
    let by_minute = [(before.begin_of(MINUTE), 1), (minute, now)];
    assert_eq!(counts(store, &one, KeptSpan::Hour).await, by_minute);
    let mut by_hour: Vec<(Timestamp, u64)> = Vec::new();
    for (at, count) in by_minute {
        match by_hour.last_mut() {
            Some((hour, sum)) if *hour == at.begin_of(HOUR) => *sum += count,
            _ => by_hour.push((at.begin_of(HOUR), count)),
        }
    }
    assert_eq!(counts(store, &one, KeptSpan::Day).await, by_hour);
    assert_eq!(counts(store, &other, KeptSpan::Hour).await, [(minute, 9)], "each pair for itself");

    let hour = NOW.begin_of(HOUR);
    let of = |from, until| store.usage(&other, KeptSpan::Hour, from, until);
    assert_eq!(
        of(hour + HOUR, hour + HOUR).await.expect("readable"),
        [],
        "not an hour more than was asked for"
    );
    assert_eq!(of(hour - HOUR, hour).await.expect("readable"), []);
    assert_eq!(of(NOW, LATER).await.expect("readable").len(), 1, "an hour that is touched is told whole");
}

pub(super) async fn the_networks_that_a_pair_was_seen_in_are_kept_by_day<D: Driver>(store: &Store<D>) {
    let (_, key) = a_key(store).await;
    let key_id = key.pairs[0].key_id;
    let [shop, office] = ["192.0.2.1", "2001:db8:1::/64"].map(network);
    let tomorrow = NOW + DAY;
    for (from, at) in [(shop, NOW), (office, LATER), (None, NOW), (shop, tomorrow)] {
        let row = UsageRow { key_id, count: 1, last_used_at: at, last_used_from: from };
        store.used(vec![row]).await.expect("written");
    }
    let seen = |network, at| UsageSource { network, first_at: at, last_at: at };
    let days = kept(store, &key_id, KeptSpan::Day).await;
    let sources: Vec<_> = days.into_iter().map(|day| day.sources).collect();
    let today = vec![seen(office, LATER), seen(shop, NOW), seen(None, NOW)];
    assert_eq!(sources, [today, vec![seen(shop, tomorrow)]]);
    let hours = kept(store, &key_id, KeptSpan::Hour).await;
    assert!(hours.iter().all(|hour| hour.sources.is_empty()), "with days only");
}

pub(super) async fn uses_are_written_together_or_not_at_all<D: Driver>(store: &Store<D>) {
    let (home, key_1) = a_key(store).await;
    let (one, nobodys) = (key_1.pairs[0].key_id, key(2, &home).pairs[0].key_id);
    let outcome = store.used(vec![uses(one, 1, NOW), uses(nobodys, 1, NOW)]).await;
    assert!(matches!(outcome, Err(StoreError::Conflict)), "a pair nobody has: {outcome:?}");
    assert_eq!(counts(store, &one, KeptSpan::Hour).await, []);
    let found = store.key(&key_1.id).await.expect("readable").expect("it was made");
    assert_eq!(found.pairs[0].last_used_at, None);
}

pub(super) async fn old_counts_are_erased_in_pieces_and_no_others<D: Driver>(store: &Store<D>) {
    let (home, key_1) = a_key(store).await;
    let others: Vec<_> = (2..=5).map(|n| key(n, &account(1))).collect();
    assert_eq!(others[0].account, home.id);
    write(store, inserting(others.iter().flat_map(rows_of))).await;
    let ids: Vec<KeyId> = others.iter().chain([&key_1]).map(|key| key.pairs[0].key_id).collect();
    let rows = ids.iter().flat_map(|id| [uses(*id, 1, NOW), uses(*id, 1, NOW + HOUR)]);
    store.used(rows.collect()).await.expect("written");

    let hour = NOW.begin_of(HOUR);
    assert!(!store.has_usage_before(KeptSpan::Hour, hour).await.expect("readable"));
    let before = hour + Duration::from_millis(1);
    let mut pieces = 0;
    while store.has_usage_before(KeptSpan::Hour, before).await.expect("readable") {
        store.forget_usage(KeptSpan::Hour, before, 2).await.expect("written");
        pieces += 1;
    }
    assert_eq!(pieces, 3, "two at a time");
    for id in &ids {
        let minutes = counts(store, id, KeptSpan::Hour).await;
        assert_eq!(minutes, [((NOW + HOUR).begin_of(MINUTE), 1)], "the later hour stays");
        assert_eq!(counts(store, id, KeptSpan::Day).await.len(), 2, "and so do the days");
    }
}
