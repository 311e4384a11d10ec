//! Rotating the pepper: nobody notices, whatever happens on the way, and whoever lacks a version says that they cannot say.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::{
    IdempotencyKey, MINUTE, Mode, NodeRole, Peppers, ProcessId, Purpose, SECOND, Spans, Timestamp, seeded,
};
use engine::{Delay, Engine, Held as Holds, Unusable, Wrapping, in_place};
use store::{Committed, Driver, NodeReport, Record, Registration, Sqlite, Store, StoreError, Value, Work};
use verify::{Index, Reason, Silence, Uptime, Verdict};

use crate::shop::{Figures, Held, MS, START, Shop, later_request, now_request, open, verdict};

/// Versions 1 to `newest`; the first is the shop's own.
fn versions(newest: u8) -> Peppers {
    let line = |n: u8| format!("{n} {}", format!("{:02x}", 0x59 + n).repeat(32));
    Peppers::parse(&(1..=newest).map(line).collect::<Vec<_>>().join("\n")).expect("good lines")
}

/// A shop whose database has met its pepper, as a start would see to.
async fn shop() -> Shop {
    let shop = Shop::open(Figures::patient()).await;
    shop.engine.store().meet_pepper(versions(1).newest()).await.expect("written");
    shop
}

/// Adds a version, uses it and wraps everything with it.
async fn rotates<D: Driver>(engine: &Engine<D>, newest: u8) {
    let taken = engine.take_peppers(&versions(newest), true).await.expect("a good file");
    assert_eq!(taken, Holds::These((1..=newest).collect()));
    assert_eq!(engine.use_newest_pepper_once(START).await.expect("written"), Ok(newest));
    wraps(engine).await;
}

/// Wraps until nothing is left to look at, and says in how many turns.
async fn wraps<D: Driver>(engine: &Engine<D>) -> usize {
    let mut wrapping = Wrapping::default();
    for turn in 0..1_000 {
        let next = engine.wrap_pairs_once(wrapping, START).await.expect("written");
        if next == wrapping {
            return turn;
        }
        wrapping = next;
    }
    panic!("it never ends");
}

async fn layers<D: Driver>(engine: &Engine<D>) -> Vec<(String, i64)> {
    let counts = engine.store().count_layers().await.expect("readable");
    counts.into_iter().map(|count| (count.layers.to_string(), count.pairs)).collect()
}

// TM-13
#[tokio::test]
async fn nobody_notices_a_rotation() {
    let mut shop = shop().await;
    let plain = shop.generates("Plain", Mode::Test, START, 1).await;
    let old = shop.generates("Retiring", Mode::Test, START, 2).await;
    let new: Held =
        shop.regenerates(&old.key, &later_request(None), START, 3).await.expect("allowed").issued.into();
    let ended = shop.generates("Ended", Mode::Test, START, 4).await;
    shop.deactivates(&ended.key_id, START, 5).await.expect("allowed");
    let view = shop.logs_in(START, 6).await;
    let code = shop.asks(&view, Purpose::TwoFactorOn, START, 7).await;
    let token = shop.engine.appoint("eve", START, &mut seeded(8)).await.expect("appointed");
    let request = |pepper: &Peppers| {
        IdempotencyKey::new("0d9c2f0e-5a57-4a39", "operator:ops", b"generate", pepper.in_use())
            .expect("a good key")
    };
    let wish = domain::GenerateRequest { mode: Mode::Test, name: Some("Twice".to_owned()), expires_at: None };
    let twice = request(&shop.engine.peppers());
    let (actor, account) = (&shop.operator, &shop.account.id);
    let first: Held = shop
        .engine
        .generate_by_operator(actor, account, &wish, Some(&twice), START, &mut seeded(9))
        .await
        .expect("the first")
        .into();

    let says = |shop: &Shop| {
        let works = [&plain, &old, &new, &first].map(|held| shop.works(held, START));
        let is_ended = matches!(shop.verdict(&ended, START), Verdict::Refused { reason: Reason::Ended, .. });
        (works, is_ended)
    };
    let as_ever = ([true; 4], true);
    assert_eq!(says(&shop), as_ever);
    let taken = shop.engine.take_peppers(&versions(2), true).await.expect("a good file");
    assert_eq!((taken, says(&shop)), (Holds::These(vec![1, 2]), as_ever));
    assert_eq!(shop.engine.peppers().in_use().version(), 1, "held is not used");
    assert_eq!(shop.engine.use_newest_pepper_once(START).await.expect("written"), Ok(2));
    assert_eq!((shop.engine.peppers().in_use().version(), says(&shop)), (2, as_ever));
    assert_eq!(layers(&shop.engine).await, [("1".to_owned(), 5)]);
    let later = shop.generates("Later", Mode::Test, START, 10).await;
    assert_eq!(
        layers(&shop.engine).await,
        [("1".to_owned(), 5), ("2".to_owned(), 1)],
        "new pairs stand under the newest"
    );
    wraps(&shop.engine).await;
    assert_eq!(layers(&shop.engine).await, [("2".to_owned(), 1), ("1+2".to_owned(), 5)]);
    assert_eq!((says(&shop), shop.works(&later, START)), (as_ever, true));
    let until = START + domain::DAY;
    assert!(!shop.works(&old, until) && shop.works(&new, until), "a deadline stays where it was");

    // What is no pair was made under the old version, and is recognised.
    let (engine, rng) = (&shop.engine, &mut seeded(11));
    engine.operator(token.reveal(), "192.0.2.9").await.expect("an operator's token");
    engine
        .answer(&view, &Purpose::TwoFactorOn, &code, START + MS, rng)
        .await
        .expect("the code that was sent");
    let again = request(&engine.peppers());
    let again = engine
        .generate_by_operator(actor, account, &wish, Some(&again), START + MS, rng)
        .await
        .expect("the same again");
    assert_eq!((again.replayed, Held::from(again)), (true, first.clone()));

    assert_eq!((shop.audited("pepper.used").await, shop.audited("pepper.wrapped").await), (1, 1));
    let report = shop.engine.store().check_audit(&shop.engine.peppers()).await.expect("readable");
    assert_eq!(report.broken, None);

    // A start with the new file knows all of it; one with the old file knows that it does not.
    let folder = shop.folder.path().to_owned();
    shop.stop().await;
    shop.engine = open(&folder, versions(2), &shop.rules).await;
    assert_eq!((says(&shop), shop.engine.index().missing_pepper()), (as_ever, None));
    shop.stop().await;
    shop.engine = open(&folder, versions(1), &shop.rules).await;
    assert_eq!(shop.engine.index().missing_pepper(), Some(2));
    for held in [&plain, &old, &new, &first, &later, &ended] {
        assert_eq!(shop.verdict(held, START), Verdict::CannotSay(Silence::PepperMissing));
    }
    let refused = shop.engine.appoint("late", START, &mut seeded(12)).await;
    assert!(matches!(refused, Err(engine::EngineError::Store(StoreError::PepperMissing(2)))), "{refused:?}");
}

/// A database whose process dies at a commit: before it, or after it and before anybody was told.
struct Dying {
    database: Arc<Sqlite>,
    commits_left: AtomicUsize,
    after: bool,
}

impl Driver for Dying {
    async fn commit(&self, work: Work) -> Result<Committed, StoreError> {
        let is_last = match self.commits_left.load(Ordering::SeqCst) {
            0 => return Err(StoreError::Broken("it is dead".to_owned())),
            left => {
                self.commits_left.store(left - 1, Ordering::SeqCst);
                left == 1
            }
        };
        if is_last && !self.after {
            return Err(StoreError::Broken("it died before".to_owned()));
        }
        let committed = self.database.commit(work).await;
        if is_last { Err(StoreError::Broken("it died after".to_owned())) } else { committed }
    }

    async fn rows(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Record>, StoreError> {
        self.database.rows(sql, params).await
    }
}

// TM-13: every commit of a rotation is a place where a process can die, before it or after it.
#[tokio::test]
async fn a_rotation_that_dies_at_any_commit_loses_nothing_and_the_next_process_goes_on() {
    const PAIRS: usize = 600;
    for (dies_at, after) in (1..=6).flat_map(|n| [(n, false), (n, true)]) {
        let mut shop = shop().await;
        let all = shop.many_pairs(PAIRS).await;
        let folder = shop.folder.path().to_owned();
        shop.stop().await;
        let database = Arc::new(Sqlite::open(&folder).expect("nobody else uses the folder"));
        let starts = async |commits_left| {
            let driver =
                Dying { database: database.clone(), commits_left: AtomicUsize::new(commits_left), after };
            // A start holds what the database has met, and says what is in use.
            let store = Store::new(driver);
            let known = store.know_peppers(&versions(2)).await.expect("readable");
            let is_known = |version| known.contains(&(version, store::PepperStanding::Known));
            let peppers = versions(2).only(|pepper| is_known(pepper.version())).expect("the first");
            let peppers = peppers.using(store.pepper_in_use().await.expect("readable"));
            let index = Arc::new(Index::new(peppers.verification_keys(), [3, 4]));
            let engine = Engine::new(store, peppers, shop.rules.clone(), index, in_place());
            engine.load(Uptime::from_millis(0), |_, _| ()).await.expect("a whole database");
            engine
        };
        let works = |engine: &Engine<Dying>, place: &str| {
            let granted = |held| matches!(verdict(engine.index(), held, START), Verdict::Granted(_));
            let refused = all.iter().filter(|held| !granted(held)).count();
            assert_eq!(refused, 0, "{place}, dying at {dies_at}, after: {after}");
        };
        // Meeting the version, using it, and three times wrapping; the last one dies nowhere.
        let dying = starts(dies_at).await;
        let outcome = async {
            dying.take_peppers(&versions(2), true).await.map_err(|_| ())?;
            dying.use_newest_pepper_once(START).await.map_err(|_| ())?.map_err(|_| ())?;
            let mut wrapping = Wrapping::default();
            for _ in 0..10 {
                wrapping = dying.wrap_pairs_once(wrapping, START).await.map_err(|_| ())?;
            }
            Ok::<(), ()>(())
        };
        assert_eq!(outcome.await.is_ok(), 6 <= dies_at, "{dies_at}");
        works(&dying, "in the one that dies");
        drop(dying);

        let next = starts(usize::MAX).await;
        works(&next, "in the next one, before it goes on");
        next.take_peppers(&versions(2), true).await.expect("a good file");
        let _ = next.use_newest_pepper_once(START).await.expect("written");
        wraps(&next).await;
        works(&next, "when all is wrapped");
        assert_eq!(layers(&next).await, [("1+2".to_owned(), PAIRS as i64)], "each once");
        let report = next.store().check_audit(&next.peppers()).await.expect("readable");
        assert_eq!(report.broken, None);
        works(&starts(usize::MAX).await, "in one that starts afterwards");
    }
}

#[tokio::test]
async fn two_processes_that_wrap_at_once_wrap_each_pair_once() {
    let mut shop = shop().await;
    let all = shop.many_pairs(600).await;
    shop.engine.catch_up(Uptime::from_millis(1)).await.expect("readable");
    shop.engine.take_peppers(&versions(2), true).await.expect("a good file");
    let folder = shop.folder.path().to_owned();
    shop.stop().await;
    let database = Arc::new(Sqlite::open(&folder).expect("nobody else uses the folder"));
    let starts = async |n| {
        let index = Arc::new(Index::new(versions(2).verification_keys(), [3, n]));
        let store = Store::new(database.clone());
        let engine = Engine::new(store, versions(2).using(1), shop.rules.clone(), index, in_place());
        engine.load(Uptime::from_millis(0), |_, _| ()).await.expect("a whole database");
        engine
    };
    let (one, other) = (starts(1).await, starts(2).await);
    let used = tokio::join!(one.use_newest_pepper_once(START), other.use_newest_pepper_once(START));
    let used = [used.0, used.1].map(|used| used.expect("written"));
    assert!(used.contains(&Ok(2)), "{used:?}");
    for engine in [&one, &other] {
        engine.catch_up(Uptime::from_millis(1)).await.expect("readable");
    }
    tokio::join!(wraps(&one), wraps(&other));
    for engine in [&one, &other] {
        engine.catch_up(Uptime::from_millis(1)).await.expect("readable");
        assert!(all.iter().all(|held| matches!(verdict(engine.index(), held, START), Verdict::Granted(_))));
    }
    assert_eq!(layers(&one).await, [("1+2".to_owned(), 600)]);
}

/// Another process of the fleet, as the list knows it.
struct Other<'s>(&'s Shop);

impl Other<'_> {
    const NODE: &'static str = "eu-1";

    fn process() -> ProcessId {
        ProcessId::draw(&mut seeded(70))
    }

    async fn registers(&self) {
        let registration = Registration {
            node: Self::NODE.to_owned(),
            process: Self::process(),
            former: None,
            role: NodeRole::Verify,
            version: "1".to_owned(),
            lease: SECOND.times(10),
            spans: Spans::even(MINUTE.times(5)),
            at: START,
            admit: true,
        };
        assert!(self.0.engine.register(registration).await.expect("the database answers"));
    }

    async fn holds(&self, peppers: &[u8], at: Timestamp) {
        let report = NodeReport {
            node: Self::NODE.to_owned(),
            process: Self::process(),
            position: 0,
            mark: None,
            at,
            clock_offset_ms: None,
            pairs: 0,
            peppers: peppers.to_vec(),
        };
        assert!(self.0.engine.report(report).await.expect("the database answers"));
    }
}

#[tokio::test]
async fn a_version_is_used_only_when_everybody_who_may_vouch_holds_it() {
    let shop = shop().await;
    let other = Other(&shop);
    other.registers().await;
    let engine = &shop.engine;
    let asks = async |now| engine.use_newest_pepper_once(now).await.expect("the database answers");
    assert_eq!(asks(START).await, Err(Delay::NothingNewer));
    engine.take_peppers(&versions(2), true).await.expect("a good file");
    let waits = Err(Delay::Nodes(vec![Other::NODE.to_owned()]));
    assert_eq!(asks(START).await, waits, "it has not said anything yet");
    other.holds(&[1], START + MINUTE).await;
    assert_eq!(asks(START + MINUTE.times(5)).await, waits);
    other.holds(&[1, 2], START + MINUTE).await;
    assert_eq!(asks(START + MINUTE).await, Ok(2));
    assert_eq!(asks(START + MINUTE).await, Err(Delay::NothingNewer));

    // One that died without a word is waited for as long as it might vouch, and no longer.
    engine.take_peppers(&versions(3), true).await.expect("a good file");
    assert_eq!(asks(START + MINUTE.times(6)).await, waits);
    assert_eq!(asks(START + MINUTE.times(7)).await, Ok(3));
}

#[tokio::test]
async fn a_file_that_lacks_what_is_needed_or_is_another_one_changes_nothing() {
    let shop = shop().await;
    let held = shop.generates("Default", Mode::Test, START, 1).await;
    let engine = &shop.engine;
    let file = |text: &str| Peppers::parse(text).expect("good lines");
    let (own, other) = ("5a".repeat(32), "77".repeat(32));
    let gone = engine.take_peppers(&file(&format!("2 {other}")), true).await;
    assert!(matches!(gone, Err(Unusable::Gone(1))), "{gone:?}");
    let another = engine.take_peppers(&file(&format!("1 {other}")), true).await;
    assert!(matches!(another, Err(Unusable::Another(1))), "{another:?}");
    assert_eq!(engine.take_peppers(&versions(1), true).await.expect("the same"), Holds::AsBefore);
    // A node that may not write holds a version from the moment at which the database knows it.
    assert_eq!(engine.take_peppers(&versions(2), false).await.expect("not yet"), Holds::AsBefore);
    assert_eq!(engine.held_peppers(), [1]);
    engine.store().meet_pepper(versions(2).newest()).await.expect("written");
    let forged = engine.take_peppers(&file(&format!("1 {own}\n2 {other}")), true).await;
    assert!(matches!(forged, Err(Unusable::Another(2))), "{forged:?}");
    assert_eq!((engine.held_peppers(), shop.works(&held, START)), (vec![1], true));
    engine.take_peppers(&versions(2), false).await.expect("a good file");
    assert_eq!(engine.held_peppers(), [1, 2]);
    // One that nothing stands under may go again.
    assert_eq!(engine.take_peppers(&versions(1), false).await.expect("a good file"), Holds::These(vec![1]));
}

#[tokio::test]
async fn what_was_wrapped_twice_has_to_be_regenerated_before_the_pepper_is_rotated_again() {
    let shop = shop().await;
    let (old, gone) = (
        shop.generates("Old", Mode::Test, START, 1).await,
        shop.generates("Gone", Mode::Test, START, 2).await,
    );
    shop.deactivates(&gone.key_id, START, 3).await.expect("allowed");
    rotates(&shop.engine, 2).await;
    let newer = shop.generates("Newer", Mode::Test, START, 4).await;
    rotates(&shop.engine, 3).await;
    assert_eq!(layers(&shop.engine).await, [("2+3".to_owned(), 1), ("1+2+3".to_owned(), 2)]);
    assert!(shop.works(&old, START) && shop.works(&newer, START));

    shop.engine.take_peppers(&versions(4), true).await.expect("a good file");
    let delay = shop.engine.use_newest_pepper_once(START).await.expect("readable");
    assert_eq!(delay, Err(Delay::Full(vec![old.key_id])), "one that has ended keeps nobody waiting");
    let new = shop.regenerates(&old.key, &now_request(None), START, 5).await.expect("allowed");
    assert_eq!(shop.engine.use_newest_pepper_once(START).await.expect("written"), Ok(4));
    wraps(&shop.engine).await;
    let counts = layers(&shop.engine).await;
    assert_eq!(
        counts,
        [("3+4".to_owned(), 1), ("1+2+3".to_owned(), 2), ("2+3+4".to_owned(), 1)],
        "what has ended stays as it is"
    );
    assert!(shop.works(&new.issued.into(), START) && shop.works(&newer, START));
    assert!(matches!(shop.verdict(&gone, START), Verdict::Refused { reason: Reason::Ended, .. }));
}
