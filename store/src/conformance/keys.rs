//! Keys and pairs: what the schema lets stand, and what it does not.

use domain::{EndReason, Key, Mode, Pair, PairState, Row};

use super::samples::{
    LATER, NOW, a_key, account, an_account, digest, inserting, key, pair, refused, rows_of, updating, write,
};
use crate::driver::Driver;
use crate::{PAIRS_READ, Store};

const RETIRING: PairState = PairState::Retiring { until: LATER };
const ENDED: PairState = PairState::Ended { at: NOW, why: EndReason::Deactivated };

fn of(key: &Key, pair: Pair) -> Row {
    Row::Pair { key: key.id, pair }
}

pub(super) async fn a_key_comes_back_as_it_was_written<D: Driver>(store: &Store<D>) {
    let (account, _) = an_account(store).await;
    let states = [
        PairState::Current,
        RETIRING,
        ENDED,
        PairState::Ended { at: NOW, why: EndReason::Replaced },
        PairState::Ended { at: NOW, why: EndReason::GraceOver },
        PairState::Ended { at: NOW, why: EndReason::Expired },
    ];
    let mut written = key(1, &account);
    for (n, state) in (1..).zip(states) {
        let next = Pair { expires_at: (n % 2 == 0).then_some(LATER), ..pair(n, state) };
        if n == 1 {
            written.pairs = vec![next];
            write(store, inserting(rows_of(&written))).await;
        } else {
            write(store, inserting([of(&written, next.clone())])).await;
            written.pairs.insert(0, next);
        }
    }
    let found = store.key(&written.id).await.expect("readable");
    assert_eq!(found.as_ref(), Some(&written));
    let key_id = &written.pairs[3].key_id;
    assert_eq!(store.key_of_pair(key_id).await.expect("readable").as_ref(), Some(&written));
    assert_eq!(store.keys(&account.id, Mode::Test).await.expect("readable"), [written]);
    assert_eq!(store.keys(&account.id, Mode::Live).await.expect("readable"), []);
    assert_eq!(store.pair_count().await.expect("readable"), 6);
}

pub(super) async fn a_keys_pairs_come_newest_first_even_when_made_in_one_millisecond<D: Driver>(
    store: &Store<D>,
) {
    let (_, mut key) = a_key(store).await;
    for n in 2..30 {
        let old = Pair { state: ENDED, ..key.pairs[0].clone() };
        let new = pair(n, PairState::Current);
        let mut decision = updating([Row::Key(key.clone()), of(&key, old.clone())]);
        decision.insert(of(&key, new.clone()));
        write(store, decision).await;
        key.pairs[0] = old;
        key.pairs.insert(0, new);
        key.version += 1;
        assert_eq!(store.key(&key.id).await.expect("readable").as_ref(), Some(&key));
    }
}

pub(super) async fn of_a_key_with_a_long_history_the_newest_pairs_are_read_and_all_that_work<D: Driver>(
    store: &Store<D>,
) {
    let read = PAIRS_READ as usize;
    let (account, mut key) = a_key(store).await;
    for n in 2..read as u64 + 40 {
        let next = pair(n, if n == 20 { RETIRING } else { ENDED });
        write(store, inserting([of(&key, next.clone())])).await;
        key.pairs.insert(0, next);
    }
    let is_read = async |expected: &Key| {
        let found = store.key(&key.id).await.expect("readable");
        assert_eq!(found.as_ref(), Some(expected));
        assert_eq!(store.key_named(&account.id, Mode::Test, &key.name).await.expect("readable"), found);
        assert_eq!(store.key_named(&account.id, Mode::Live, &key.name).await.expect("readable"), None);
        assert_eq!(store.keys(&account.id, Mode::Test).await.expect("readable"), found.as_slice());
    };
    is_read(&key).await;
    let whole = key.clone();
    let end = |pair: &mut Pair| pair.state = ENDED;
    let oldest = key.pairs.len() - 1;
    end(&mut key.pairs[oldest]);
    write(store, updating([Row::Key(key.clone()), of(&key, key.pairs[oldest].clone())])).await;
    key.version += 1;
    let place = key.pairs.iter().position(|pair| pair.state == RETIRING).expect("it was made");
    is_read(&Key { pairs: key.pairs[..=place].to_vec(), ..key.clone() }).await;
    end(&mut key.pairs[place]);
    write(store, updating([Row::Key(key.clone()), of(&key, key.pairs[place].clone())])).await;
    key.version += 1;
    is_read(&Key { pairs: key.pairs[..read].to_vec(), ..key.clone() }).await;

    // A pair that is asked for by its id stands between its neighbours.
    for named in [0, read - 2, read - 1, read, read + 10, oldest] {
        let found =
            store.key_of_pair(&whole.pairs[named].key_id).await.expect("readable").expect("it is there");
        let around = named.saturating_sub(1)..(named + 2).min(key.pairs.len());
        let mut expected = key.pairs[..read].to_vec();
        expected.extend_from_slice(&key.pairs[around.start.max(read)..around.end.max(read)]);
        assert_eq!(found.pairs, expected, "pair {named}");
    }
}

pub(super) async fn a_second_current_pair_of_a_key_is_refused<D: Driver>(store: &Store<D>) {
    let (_, key) = a_key(store).await;
    refused(store, inserting([of(&key, pair(2, PairState::Current))]), "a second current pair").await;
    write(store, inserting([of(&key, pair(2, RETIRING))])).await;
    write(store, inserting([of(&key, pair(3, ENDED))])).await;
}

pub(super) async fn a_second_retiring_pair_of_a_key_is_refused<D: Driver>(store: &Store<D>) {
    let (_, key) = a_key(store).await;
    write(store, inserting([of(&key, pair(2, RETIRING))])).await;
    refused(store, inserting([of(&key, pair(3, RETIRING))]), "a second retiring pair").await;
    let retired = Pair { state: RETIRING, ..key.pairs[0].clone() };
    refused(store, updating([of(&key, retired)]), "the current one as a second retiring one").await;
}

pub(super) async fn a_digest_stands_once<D: Driver>(store: &Store<D>) {
    let (_, key) = a_key(store).await;
    let copied = Pair { digest: key.pairs[0].digest, ..pair(2, ENDED) };
    refused(store, inserting([of(&key, copied)]), "a copied digest").await;
}

pub(super) async fn a_key_id_stands_once<D: Driver>(store: &Store<D>) {
    let (account, first) = a_key(store).await;
    let mut other = key(2, &account);
    other.pairs[0].key_id = first.pairs[0].key_id;
    refused(store, inserting(rows_of(&other)), "a key id that another key has").await;
}

pub(super) async fn a_name_stands_once_in_an_account_and_mode<D: Driver>(store: &Store<D>) {
    let (home, first) = a_key(store).await;
    let twin = Key { name: first.name.clone(), ..key(2, &home) };
    refused(store, inserting(rows_of(&twin)), "the same name").await;
    write(store, inserting(rows_of(&Key { mode: Mode::Live, ..twin.clone() }))).await;
    let other = account(2);
    write(store, inserting([Row::Account(other.clone())])).await;
    write(store, inserting(rows_of(&Key { name: first.name, ..key(3, &other) }))).await;
}

pub(super) async fn a_key_of_an_unknown_account_is_refused<D: Driver>(store: &Store<D>) {
    refused(store, inserting(rows_of(&key(1, &account(7)))), "an unknown account").await;
}

pub(super) async fn a_pair_of_an_unknown_key_is_refused<D: Driver>(store: &Store<D>) {
    let (account, _) = an_account(store).await;
    let nowhere = key(5, &account);
    refused(store, inserting([of(&nowhere, pair(5, PairState::Current))]), "an unknown key").await;
}

pub(super) async fn an_ended_pair_never_changes_again<D: Driver>(store: &Store<D>) {
    let (_, key) = a_key(store).await;
    let ended = Pair { state: ENDED, ..key.pairs[0].clone() };
    write(store, updating([of(&key, ended.clone())])).await;
    for state in [PairState::Current, RETIRING, ENDED] {
        let back = Pair { state, ..ended.clone() };
        refused(store, updating([of(&key, back)]), "an ended pair").await;
    }
}

pub(super) async fn a_pair_changes_only_as_part_of_its_own_key<D: Driver>(store: &Store<D>) {
    let (account, first) = a_key(store).await;
    let other = key(2, &account);
    write(store, inserting(rows_of(&other))).await;
    let ended = Pair { state: ENDED, ..first.pairs[0].clone() };
    refused(store, updating([of(&other, ended)]), "another key's pair").await;
    let unknown = Pair { state: ENDED, digest: digest(77), ..pair(77, ENDED) };
    refused(store, updating([of(&other, unknown)]), "a pair nobody has").await;
}
