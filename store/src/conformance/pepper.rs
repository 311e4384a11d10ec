//! The pepper: which versions are known, which is in use, and pairs that are wrapped.

use domain::{Change, Digest, EndReason, Layers, PairState, Peppers, Row, Wrap, use_pepper, wrap_pairs};

use super::samples::{NOW, a_key, digest, inserting, pair, peppers, write};
use crate::driver::{Driver, StoreError};
use crate::{LayerCount, PepperCheck, PepperMisfit, PepperStanding, Store};

/// Versions 1 to `newest`, of which this one is in use.
fn versions(newest: u8) -> Peppers {
    let lines: Vec<String> =
        (1..=newest).map(|n| format!("{n} {}", format!("{:02x}", 0x59 + n).repeat(32))).collect();
    Peppers::parse(&lines.join("\n")).expect("good lines")
}

async fn uses<D: Driver>(store: &Store<D>, version: u8, peppers: &Peppers) -> Result<(), StoreError> {
    store.commit(use_pepper(version, NOW), peppers).await.map(|_| ())
}

pub(super) async fn the_first_version_that_is_met_is_in_use_and_never_an_older_one_again<D: Driver>(
    store: &Store<D>,
) {
    let peppers = versions(5);
    store.meet_pepper(peppers.version(3).expect("held")).await.expect("written");
    assert_eq!(store.pepper_in_use().await.expect("readable"), 3);
    store.meet_pepper(peppers.newest()).await.expect("written");
    assert_eq!(store.pepper_in_use().await.expect("readable"), 3, "met is not used");
    uses(store, 5, &peppers).await.expect("a newer one");
    let head = async || store.head_as("nobody", 0).await.map(|read| (read.head, read.pepper));
    assert_eq!(head().await.expect("readable"), (1, 5), "everybody hears of it");
    for older in [5, 4, 3] {
        let refused = uses(store, older, &peppers).await;
        assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    }
    assert_eq!(head().await.expect("readable"), (1, 5));
}

pub(super) async fn versions_are_known_each_by_its_own_answer<D: Driver>(store: &Store<D>) {
    let peppers = versions(2);
    store.meet_pepper(peppers.version(1).expect("held")).await.expect("written");
    let known = store.know_peppers(&peppers).await.expect("readable");
    assert_eq!(known, [(2, PepperStanding::Unmet), (1, PepperStanding::Known)]);
    assert_eq!(
        store.check_pepper(&peppers).await.expect("readable"),
        PepperCheck::Right,
        "a new version may come"
    );
    store.meet_pepper(peppers.newest()).await.expect("written");
    let another =
        Peppers::parse(&format!("1 {}\n2 {}", "5a".repeat(32), "77".repeat(32))).expect("good lines");
    let known = store.know_peppers(&another).await.expect("readable");
    assert_eq!(known, [(2, PepperStanding::Another), (1, PepperStanding::Known)]);
    assert_eq!(store.check_pepper(&another).await.expect("readable"), PepperCheck::Wrong);
    let stranger = Peppers::parse(&format!("9 {}", "77".repeat(32))).expect("a good line");
    assert_eq!(
        store.check_pepper(&stranger).await.expect("readable"),
        PepperCheck::Wrong,
        "it knows none of it"
    );
}

pub(super) async fn the_chain_goes_on_under_the_version_in_use_and_never_under_an_older_one<D: Driver>(
    store: &Store<D>,
) {
    let peppers = versions(2);
    for n in 1..=4 {
        // Whatever the process takes to be in use, the database says it.
        store.commit(inserting([]), &peppers.using(1 + n % 2)).await.expect("written");
    }
    uses(store, 2, &peppers).await.expect("a newer one");
    store.commit(inserting([]), &peppers.using(1)).await.expect("written");
    let report = store.check_audit(&peppers).await.expect("readable");
    assert_eq!((report.entries, report.broken), (6, None));
    // The old version alone says nothing of what came after it.
    let old = peppers.only(|pepper| pepper.version() == 1).expect("one is left");
    let report = store.check_audit(&old).await.expect("readable");
    assert_eq!((report.entries, report.broken.is_some()), (5, true));
}

pub(super) async fn a_pepper_that_does_not_fit_says_nothing_of_the_chain<D: Driver>(store: &Store<D>) {
    let peppers = versions(4);
    // The third was met and never used, as one that was added by mistake and forgotten.
    for version in 1..=3 {
        store.meet_pepper(peppers.version(version).expect("held")).await.expect("written");
    }
    store.commit(inserting([]), &peppers.using(1)).await.expect("written");
    uses(store, 2, &peppers).await.expect("a newer one");
    let only =
        |wanted: &[u8]| peppers.only(|pepper| wanted.contains(&pepper.version())).expect("some are left");
    let verdict = async |peppers: &Peppers| store.audit_verdict(peppers).await.expect("readable");
    let whole = verdict(&only(&[1, 2])).await.expect("it fits");
    assert_eq!((whole.entries, whole.broken), (2, None), "what was forgotten is not missed");
    assert_eq!(verdict(&only(&[1])).await, Err(PepperMisfit::Lacks(2)));
    assert_eq!(verdict(&only(&[1, 3])).await, Err(PepperMisfit::Lacks(2)));
    let stranger = Peppers::parse(&format!("1 {}", "77".repeat(32))).expect("a good line");
    assert_eq!(verdict(&stranger).await, Err(PepperMisfit::Foreign));
    assert_eq!(verdict(&only(&[4])).await, Err(PepperMisfit::Foreign), "the database knows none of it");

    store.meet_pepper(peppers.newest()).await.expect("written");
    uses(store, 4, &peppers).await.expect("a newer one");
    assert_eq!(verdict(&only(&[1, 2, 4])).await.expect("it fits").broken, None);
    // Here it may be either, and both are said.
    let broken =
        verdict(&only(&[2, 4])).await.expect("it fits").broken.expect("the first entry does not hold");
    assert!(broken.contains("the pepper file lacks version 1"), "{broken}");
}

pub(super) async fn who_lacks_the_version_in_use_writes_nothing<D: Driver>(store: &Store<D>) {
    let peppers = versions(2);
    uses(store, 2, &peppers).await.expect("a newer one");
    let old = peppers.only(|pepper| pepper.version() == 1).expect("one is left");
    let refused = store.commit(inserting([]), &old).await;
    assert!(matches!(refused, Err(StoreError::PepperMissing(2))), "{refused:?}");
    assert_eq!(store.check_audit(&peppers).await.expect("readable").entries, 1);
}

/// A wrap of a pair whose digest is the nth.
fn wrap(pair: &domain::Pair, n: u64) -> Wrap {
    let outer = pair.layers.wrapped(2).expect("newer");
    Wrap { key_id: pair.key_id, inner: (pair.layers, pair.digest), outer: (outer, digest(n)) }
}

pub(super) async fn a_pair_is_wrapped_once_and_nothing_else_of_it_changes<D: Driver>(store: &Store<D>) {
    let (_, key) = a_key(store).await;
    let pair = key.pairs[0].clone();
    let before = store.pairs_changed(&crate::FeedPlace::after(0), 10).await.expect("readable");
    let wraps = || wrap_pairs(vec![wrap(&pair, 90)], 2, NOW);
    let committed = store.commit(wraps(), &peppers()).await.expect("written");
    let position = committed.position.expect("followers must hear of it");
    let row = store.pairs_changed(&crate::FeedPlace::after(position - 1), 10).await.expect("readable");
    let expected = crate::PairRow {
        digest: digest(90),
        layers: Layers::of(1).wrapped(2).expect("newer"),
        position,
        ..before.into_iter().find(|row| row.key_id == pair.key_id).expect("it is there")
    };
    assert_eq!(row, [expected]);
    // Another process computed the same from the same; a third one from a digest that is none.
    let stale = Change::Wrap(Wrap { inner: (pair.layers, Digest::from_bytes([9; 32])), ..wrap(&pair, 91) });
    let mut forged = wraps();
    forged.changes = vec![stale];
    for again in [wraps(), forged] {
        let refused = store.commit(again, &peppers()).await;
        assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    }
    assert_eq!(store.head().await.expect("readable"), position, "nothing was written");
}

pub(super) async fn pairs_are_counted_by_their_layers<D: Driver>(store: &Store<D>) {
    let (_, key) = a_key(store).await;
    let (one, two) = (Layers::of(1), Layers::of(1).wrapped(2).expect("newer"));
    let count = |layers, pairs, ended| LayerCount { layers, pairs, ended };
    let living = &key.pairs[0];
    let ended = PairState::Ended { at: NOW, why: EndReason::Deactivated };
    write(store, inserting([Row::Pair { key: key.id, pair: pair(50, ended) }])).await;
    assert_eq!(store.count_layers().await.expect("readable"), [count(one, 2, 1)]);
    let wraps = vec![wrap(living, 90)];
    store.commit(wrap_pairs(wraps, 2, NOW), &peppers()).await.expect("written");
    let counts = store.count_layers().await.expect("readable");
    assert_eq!(counts, [count(one, 1, 1), count(two, 1, 0)]);
    assert_eq!(store.pairs_in_full_layers(10).await.expect("readable"), [], "there is room for one more");
    let full = Wrap {
        key_id: living.key_id,
        inner: (two, digest(90)),
        outer: (two.wrapped(3).expect("newer"), digest(91)),
    };
    store.commit(wrap_pairs(vec![full], 3, NOW), &peppers()).await.expect("written");
    assert_eq!(store.pairs_in_full_layers(10).await.expect("readable"), [living.key_id]);
}
