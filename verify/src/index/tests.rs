//! What the index promises.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::{DAY, EndReason, Layers, Mode, PairState, Timestamp};
use proptest::prelude::*;

use super::samples::{SECRET, account, credentials, digest, index, key, key_id, peppers, record, wrapped};
use super::*;

thread_local! {
    pub(crate) static DIGESTS: Cell<usize> = const { Cell::new(0) };
}

const NOW: Timestamp = Timestamp::from_millis(1_000_000);
const UP: Uptime = Uptime::from_millis(5);

fn asked(index: &Index, n: usize) -> Verdict<'_> {
    index.verify(&credentials(n), &Ask::default(), NOW, UP)
}

fn word(verdict: &Verdict<'_>) -> &'static str {
    match verdict {
        Verdict::Granted(identity) => identity.state(),
        Verdict::Refused { reason, .. } => reason.code(),
        Verdict::Limited { exceeded, .. } => exceeded.reason().code(),
        Verdict::CannotSay(silence) => silence.as_str(),
    }
}

#[test]
fn a_good_key_is_granted_and_says_whose_it_is() {
    let index = index(3);
    let Verdict::Granted(identity) = asked(&index, 1) else { panic!("a good key was not granted") };
    assert_eq!(identity.key_id, key_id(1));
    assert_eq!(index.about(identity.slot), About { key_id: key_id(1), key: key(1), account: account(1) });
    assert_eq!(identity.account, account(1));
    assert_eq!(identity.brand.as_str(), "razorpay/IN");
    assert_eq!(identity.mode, Mode::Test);
    assert_eq!(identity.state(), "current");
    let life = Life { created_at: Timestamp::from_millis(1_000), expires_at: None };
    assert_eq!(index.life(identity.slot), life);
}

#[test]
fn every_refusal_has_its_reason_and_names_the_pair_when_it_exists() {
    let index = index(2);
    let other = Credentials::new(key_id(1).as_str(), "anothersecretof24letters").expect("well formed");
    let slot = index.slot(&key_id(1));
    for (verdict, reason, slot) in [
        (index.verify(&other, &Ask::default(), NOW, UP), Reason::WrongSecret, slot),
        (asked(&index, 99), Reason::UnknownKey, None),
        (
            index.verify(&credentials(1), &Ask { mode: Some(Mode::Live), ..Ask::default() }, NOW, UP),
            Reason::WrongMode,
            slot,
        ),
    ] {
        assert_eq!(verdict, Verdict::Refused { reason, slot });
    }
    assert_eq!(
        word(&index.verify(&credentials(1), &Ask { mode: Some(Mode::Test), ..Ask::default() }, NOW, UP)),
        "current"
    );
}

// The secret comes first: somebody who does not know it must not learn from a trusted caller's code that a
// key has ended.
#[test]
fn a_wrong_secret_is_a_wrong_secret_whatever_became_of_the_pair() {
    let index = index(1);
    index
        .apply(&PairRecord { state: PairState::Ended { at: NOW, why: EndReason::Deactivated }, ..record(0) });
    let other = Credentials::new(key_id(0).as_str(), "anothersecretof24letters").expect("well formed");
    assert_eq!(
        word(&index.verify(&other, &Ask { mode: Some(Mode::Live), ..Ask::default() }, NOW, UP)),
        "wrong_secret"
    );
    assert_eq!(word(&asked(&index, 0)), "ended");
}

// G7
#[test]
fn a_retiring_pair_works_until_one_millisecond_before_its_deadline() {
    let until = NOW + DAY;
    let at = |millis: i64| Timestamp::from_millis(until.as_millis() + millis);
    let retiring = PairRecord { state: PairState::Retiring { until }, ..record(0) };
    let expiring = PairRecord { expires_at: Some(until), ..record(0) };
    for (record, after, expected) in [
        (&retiring, -1, "retiring"),
        (&retiring, 0, "ended"),
        (&retiring, 1, "ended"),
        (&expiring, -1, "current"),
        (&expiring, 0, "expired"),
    ] {
        let index = index(0);
        index.apply(record);
        let verdict = index.verify(&credentials(0), &Ask::default(), at(after), UP);
        assert_eq!(word(&verdict), expected, "{after} ms after the deadline");
    }
}

// What a restored database says of a pair that is known to have ended.
#[test]
fn what_is_known_to_have_ended_stays_ended_whatever_is_told() {
    let index = index(3);
    let ended = PairState::Ended { at: NOW, why: EndReason::Deactivated };
    assert!(!index.apply(&PairRecord { state: ended, ..record(0) }).contradicts);
    assert!(index.apply(&record(0)).contradicts);
    assert!(!index.apply(&record(1)).contradicts);
    assert_eq!((word(&asked(&index, 0)), word(&asked(&index, 1))), ("ended", "current"));

    let retiring = PairState::Retiring { until: NOW + DAY };
    assert!(index.end(&key_id(1), retiring) && !index.end(&key_id(1), retiring));
    assert!(!index.end(&key_id(0), retiring), "it has ended");
    assert!(!index.end(&key_id(9), ended), "there is none");
    assert_eq!((index.state(&key_id(0)), index.state(&key_id(1))), (Some(ended), Some(retiring)));
}

#[test]
fn pairs_that_a_reading_did_not_come_across_can_be_ended() {
    let index = index(130);
    let mut roll = Roll::default();
    (0..129).for_each(|n| roll.call(index.slot(&key_id(n)).expect("it is there")));
    assert_eq!(index.end_all_but(&roll), 1);
    assert_eq!((word(&asked(&index, 128)), word(&asked(&index, 129))), ("current", "ended"));
    assert_eq!(index.end_all_but(&roll), 0, "they have ended");
}

#[test]
fn a_process_that_cannot_know_says_neither_yes_nor_no() {
    let index = Index::new(peppers().verification_keys(), [1, 2]);
    index.apply(&record(0));
    let words = |uptime: i64| {
        let uptime = Uptime::from_millis(uptime);
        let other = Credentials::new(key_id(0).as_str(), "anothersecretof24letters").expect("well formed");
        [credentials(0), other, credentials(7)]
            .map(|shown| word(&index.verify(&shown, &Ask::default(), NOW, uptime)))
    };
    assert_eq!(words(0), ["not_loaded"; 3]);
    index.lease().ready();
    assert_eq!(words(0), ["too_old"; 3]);
    index.lease().renew(Uptime::from_millis(0), 100);
    assert_eq!(words(99), ["current", "wrong_secret", "unknown_key"]);
    assert_eq!(words(100), ["too_old"; 3]);
    index.lease().renew(Uptime::from_millis(100), 1_000);
    index.apply(&PairRecord { layers: Layers::of(9), ..record(0) });
    assert_eq!(words(100), ["pepper_missing", "pepper_missing", "unknown_key"]);
}

#[test]
fn a_pair_is_compared_with_its_own_version_of_the_pepper() {
    let index = index(0);
    index.apply(&PairRecord { digest: digest(0, 2), layers: Layers::of(2), ..record(0) });
    assert_eq!(word(&asked(&index, 0)), "current");
    index.apply(&PairRecord { digest: digest(0, 2), ..record(0) });
    assert_eq!(word(&asked(&index, 0)), "wrong_secret");
}

// TM-9, TM-10
#[test]
fn a_digest_moved_to_another_pair_authenticates_nobody() {
    let index = index(0);
    index.apply(&PairRecord { digest: digest(1, 1), ..record(0) });
    assert_eq!(word(&asked(&index, 0)), "wrong_secret");
    for moved in [
        PairRecord { account: account(50), ..record(0) },
        PairRecord { mode: Mode::Live, ..record(0) },
        PairRecord { brand: &"axis/IN".parse().expect("a brand"), ..record(0) },
    ] {
        index.apply(&moved);
        assert_eq!(word(&asked(&index, 0)), "wrong_secret");
    }
}

// TM-15
#[test]
fn known_and_unknown_ids_cost_exactly_one_digest() {
    let index = index(2);
    index.apply(&PairRecord { state: PairState::Ended { at: NOW, why: EndReason::Replaced }, ..record(1) });
    let wrong = Credentials::new(key_id(0).as_str(), "anothersecretof24letters").expect("well formed");
    let live = Ask { mode: Some(Mode::Live), ..Ask::default() };
    for (shown, ask) in [
        (credentials(0), Ask::default()),
        (credentials(0), live),
        (credentials(1), Ask::default()),
        (credentials(99), Ask::default()),
        (wrong, Ask::default()),
    ] {
        let before = DIGESTS.with(Cell::get);
        index.verify(&shown, &ask, NOW, UP);
        assert_eq!(DIGESTS.with(Cell::get) - before, 1, "{shown:?} {ask:?}");
    }
}

// TM-13, TM-15
#[test]
fn once_a_pair_is_wrapped_every_request_costs_a_digest_for_each_layer() {
    let index = index(3);
    index.apply(&wrapped(1));
    index.apply(&PairRecord { state: PairState::Ended { at: NOW, why: EndReason::Replaced }, ..record(2) });
    let wrong = |n| Credentials::new(key_id(n).as_str(), "anothersecretof24letters").expect("well formed");
    for (shown, expected) in [
        (credentials(0), "current"),
        (credentials(1), "current"),
        (credentials(2), "ended"),
        (credentials(99), "unknown_key"),
        (wrong(0), "wrong_secret"),
        (wrong(1), "wrong_secret"),
    ] {
        let before = DIGESTS.with(Cell::get);
        assert_eq!(word(&index.verify(&shown, &Ask::default(), NOW, UP)), expected, "{shown:?}");
        assert_eq!(DIGESTS.with(Cell::get) - before, 2, "{shown:?}");
    }
    // A wrapped digest is no digest, and the layers are not what a writer of the database says they are.
    index.apply(&PairRecord { layers: Layers::of(1), ..wrapped(1) });
    assert_eq!(word(&asked(&index, 1)), "wrong_secret");
    index.apply(&PairRecord { layers: Layers::of(2), ..wrapped(1) });
    assert_eq!(word(&asked(&index, 1)), "wrong_secret");
}

// TM-13
#[test]
fn a_process_without_a_version_cannot_say_until_it_learns_it() {
    let all = peppers();
    let old = all.only(|pepper| pepper.version() == 1).expect("one is left");
    let index = Index::new(old.verification_keys(), [1, 2]);
    index.lease().ready();
    index.lease().renew(Uptime::default(), i64::MAX);
    index.apply(&record(0));
    assert_eq!((index.missing_pepper(), index.needed_peppers()), (None, vec![1]));
    index.uses_pepper(2);
    assert_eq!(
        (index.missing_pepper(), index.needed_peppers()),
        (Some(2), vec![1, 2]),
        "before any pair stands under it"
    );
    index.apply(&wrapped(1));
    assert_eq!((word(&asked(&index, 0)), word(&asked(&index, 1))), ("current", "pepper_missing"));
    index.learn(all.verification_keys());
    assert_eq!((word(&asked(&index, 0)), word(&asked(&index, 1))), ("current", "current"));
    assert_eq!(index.missing_pepper(), None);
}

/// Two pairs of one key that may be used three times a day.
fn limited() -> Index {
    let index = index(3);
    let limits = domain::Limits::checked(None, Some(3), "192.0.2.0/24".lines()).expect("limits");
    index.limiters().set(&key(1), &limits);
    for n in [1, 2] {
        index.apply(&PairRecord { key: key(1), limited: true, ..record(n) });
    }
    index
}

// G13
#[test]
fn limits_are_asked_last_and_nobody_but_the_holder_of_a_pair_in_force_uses_them_up() {
    let index = limited();
    let home = Ask { address: Some([192, 0, 2, 1].into()), ..Ask::default() };
    let ask = |n, ask: &Ask| word(&index.verify(&credentials(n), ask, NOW, UP));
    let wrong = Credentials::new(key_id(1).as_str(), "anothersecretof24letters").expect("well formed");
    for _ in 0..10 {
        assert_eq!(word(&index.verify(&wrong, &home, NOW, UP)), "wrong_secret");
        assert_eq!(ask(1, &Ask { mode: Some(Mode::Live), ..home }), "wrong_mode");
        assert_eq!(ask(1, &Ask::default()), "address_not_allowed");
    }
    assert_eq!(
        [ask(1, &home), ask(2, &home), ask(1, &home)],
        ["current"; 3],
        "two pairs share what there is"
    );
    assert_eq!([ask(1, &home), ask(2, &home)], ["quota_exceeded"; 2]);
    assert_eq!(
        word(&index.verify(&wrong, &home, NOW, UP)),
        "wrong_secret",
        "a stranger learns nothing of it"
    );
    assert_eq!(ask(0, &Ask::default()), "current", "another key is not concerned");

    let ended = PairState::Ended { at: NOW, why: EndReason::Deactivated };
    index.apply(&PairRecord { key: key(1), limited: true, state: ended, ..record(2) });
    assert_eq!(ask(2, &home), "ended");
}

#[test]
fn a_process_that_may_not_vouch_counts_nothing_and_a_limit_that_is_not_known_is_no_limit_kept() {
    let index = limited();
    index.lease().doubt();
    let home = Ask { address: Some([192, 0, 2, 1].into()), ..Ask::default() };
    assert_eq!(word(&index.verify(&credentials(1), &home, NOW, UP)), "too_old");
    index.lease().renew(Uptime::default(), i64::MAX);
    assert_eq!(index.limiters().used_today(&key(1), NOW), Some(0));

    index.apply(&PairRecord { limited: true, ..record(0) });
    assert_eq!(word(&index.verify(&credentials(0), &home, NOW, UP)), "limits_missing");
}

#[test]
fn the_lease_of_a_key_is_that_of_its_mode() {
    let index = Index::new(peppers().verification_keys(), [1, 2]);
    index.apply(&record(0));
    let live = KeyId::draw(&"rzp".parse().expect("a prefix"), Mode::Live, &mut domain::seeded(1));
    index.lease().ready();
    let span = domain::Duration::from_millis;
    index.lease().renew_each(UP, domain::Spans { test: span(1_000), live: span(100) });
    let words = |after: i64| {
        let uptime = UP.plus(after);
        let strange = Credentials::new(live.as_str(), "anothersecretof24letters").expect("well formed");
        [credentials(0), strange].map(|shown| word(&index.verify(&shown, &Ask::default(), NOW, uptime)))
    };
    assert_eq!(words(99), ["current", "unknown_key"]);
    assert_eq!(words(100), ["current", "too_old"], "of a live id nothing is said any more, not even no");
    assert_eq!(words(1_000), ["too_old"; 2]);
}

// G1
#[test]
fn once_a_pair_is_ended_every_later_verification_on_any_thread_is_refused() {
    let index = index(8);
    for n in 0..8 {
        let ended = AtomicBool::new(false);
        let done = AtomicBool::new(false);
        std::thread::scope(|threads| {
            for _ in 0..3 {
                threads.spawn(|| {
                    let shown = credentials(n);
                    while !done.load(Ordering::SeqCst) {
                        let knew = ended.load(Ordering::SeqCst);
                        let verdict = index.verify(&shown, &Ask::default(), NOW, UP);
                        assert!(!knew || word(&verdict) == "ended", "granted after it had ended");
                    }
                });
            }
            for _ in 0..200 {
                index.apply(&record(n));
            }
            index.apply(&PairRecord {
                state: PairState::Ended { at: NOW, why: EndReason::Deactivated },
                ..record(n)
            });
            ended.store(true, Ordering::SeqCst);
            for _ in 0..200 {
                assert_eq!(word(&asked(&index, n)), "ended");
            }
            done.store(true, Ordering::SeqCst);
        });
    }
}

/// Asks as a thread of a gateway does: what was granted is written into its ledger.
fn used(index: &Index, ledger: &Ledger, n: usize, at: Timestamp, from: Option<Network>) {
    let shown = credentials(n);
    let Verdict::Granted(identity) = index.verify(&shown, &Ask::default(), at, UP) else {
        panic!("a good key was not granted")
    };
    ledger.granted(identity.slot, at, from);
}

#[test]
fn uses_are_counted_once_and_survive_changes_of_the_pair() {
    let index = index(100);
    let ledger = index.ledger();
    for n in [3, 5, 3, 3] {
        used(&index, &ledger, n, NOW, None);
    }
    index.apply(&record(3));

    let drained = index.drain_usage();
    let expected = [
        Usage { key_id: key_id(3), count: 3, last_used_at: NOW, last_used_from: None },
        Usage { key_id: key_id(5), count: 1, last_used_at: NOW, last_used_from: None },
    ];
    assert_eq!(drained, expected);
    assert_eq!(index.drain_usage(), [], "nothing is told twice");

    index.give_back(&drained);
    assert_eq!(index.last_use(&key_id(3)), Some((NOW, None)));
    assert_eq!(index.last_use(&key_id(7)), None);
    used(&index, &ledger, 3, NOW, None);
    assert_eq!(index.drain_usage().iter().map(|used| used.count).collect::<Vec<_>>(), [4, 1]);
}

#[test]
fn the_last_use_of_a_pair_says_where_it_was_from() {
    let index = index(2);
    let ledgers = [index.ledger(), index.ledger()];
    let home: Network = "192.0.2.1".parse().expect("an address");
    let abroad: Network = "2001:db8:1:2::9".parse().expect("an address");
    let later = |millis| Timestamp::from_millis(NOW.as_millis() + millis);
    for (ledger, from, at, last) in [
        (0, Some(home), NOW, (NOW, Some(home))),
        (1, Some(abroad), later(5), (later(5), Some(abroad))),
        // One that came late changes neither.
        (1, Some(home), NOW, (later(5), Some(abroad))),
        // Nobody told: an older place would be wrong.
        (0, None, later(10), (later(10), None)),
    ] {
        used(&index, &ledgers[ledger], 1, at, from);
        assert_eq!(index.last_use(&key_id(1)), Some(last));
    }
    let drained = index.drain_usage();
    assert_eq!(
        drained,
        [Usage { key_id: key_id(1), count: 4, last_used_at: later(10), last_used_from: None }]
    );
}

#[test]
fn uses_on_many_threads_are_all_counted() {
    let index = index(10);
    let drained = std::sync::Mutex::new(0u32);
    std::thread::scope(|threads| {
        for _ in 0..3 {
            threads.spawn(|| {
                let ledger = index.ledger();
                for n in 0..1_000 {
                    used(&index, &ledger, n % 10, NOW, None);
                    if n % 100 == 0 {
                        let count: u32 = index.drain_usage().iter().map(|used| used.count).sum();
                        *drained.lock().expect("no panic while counting") += count;
                    }
                }
            });
        }
    });
    let rest: u32 = index.drain_usage().iter().map(|used| used.count).sum();
    assert_eq!(*drained.lock().expect("no panic while counting") + rest, 3_000);
}

#[test]
fn prefixes_of_any_length_and_equal_tails_are_different_pairs() {
    let index = index(0);
    let tail = "00000000000001";
    for (n, id) in
        ["ab_test_", "abcdefghijkl_test_", "rzp_test_", "rzq_test_", "rzp_live_"].into_iter().enumerate()
    {
        let key_id: KeyId = format!("{id}{tail}").parse().expect("a key id");
        index.apply(&PairRecord { key_id, ..record(n) });
        assert_eq!(index.slot(&key_id).map(|slot| index.about(slot).key_id), Some(key_id));
        assert_eq!(index.slot(&key_id).map(|slot| index.about(slot).key), Some(key(n)));
    }
    assert_eq!(index.len(), 5);
}

#[derive(Clone, Debug)]
enum Step {
    Apply { n: usize, state: PairState, expires: Option<i64> },
    Verify { n: usize, right: bool, at: i64 },
}

fn step() -> impl Strategy<Value = Step> {
    let moment = || (0..50i64).prop_map(Timestamp::from_millis);
    let why = prop_oneof![Just(EndReason::Replaced), Just(EndReason::Deactivated)];
    let state = prop_oneof![
        Just(PairState::Current),
        moment().prop_map(|until| PairState::Retiring { until }),
        (moment(), why).prop_map(|(at, why)| PairState::Ended { at, why }),
    ];
    prop_oneof![
        (0..6usize, state, proptest::option::of(0..50i64)).prop_map(|(n, state, expires)| Step::Apply {
            n,
            state,
            expires
        }),
        (0..6usize, any::<bool>(), 0..60i64).prop_map(|(n, right, at)| Step::Verify { n, right, at }),
    ]
}

/// The obvious index: a map, and the rules in the order in which they are written down.
#[derive(Default)]
struct Model {
    pairs: HashMap<usize, (PairState, Option<i64>)>,
}

impl Model {
    fn verify(&self, n: usize, right: bool, at: i64) -> &'static str {
        let Some((state, expires)) = self.pairs.get(&n) else { return "unknown_key" };
        let passed = |moment: i64| moment <= at;
        match state {
            _ if !right => "wrong_secret",
            PairState::Ended { .. } => "ended",
            PairState::Retiring { until } if passed(until.as_millis()) => "ended",
            _ if expires.is_some_and(passed) => "expired",
            PairState::Retiring { .. } => "retiring",
            PairState::Current => "current",
        }
    }
}

proptest! {
    #[test]
    fn the_index_says_what_a_map_and_the_rules_say(steps in proptest::collection::vec(step(), 1..60)) {
        let index = index(0);
        let mut model = Model::default();
        for step in steps {
            match step {
                Step::Apply { n, state, expires } => {
                    let expires_at = expires.map(Timestamp::from_millis);
                    index.apply(&PairRecord { state, expires_at, ..record(n) });
                    let known = model.pairs.get(&n).map_or(state, |(known, _)| known.or_less_alive(state));
                    model.pairs.insert(n, (known, expires));
                }
                Step::Verify { n, right, at } => {
                    let secret = if right { SECRET } else { "anothersecretof24letters" };
                    let shown = Credentials::new(key_id(n).as_str(), secret).expect("well formed");
                    let verdict = index.verify(&shown, &Ask::default(), Timestamp::from_millis(at), UP);
                    prop_assert_eq!(word(&verdict), model.verify(n, right, at));
                }
            }
            prop_assert_eq!(index.len(), model.pairs.len());
        }
    }
}
