//! Following the feed while others write to it, and when it cannot be read.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::{
    AuditEntry, DAY, Decision, GenerateRequest, IdempotencyKey, Mode, Pair, PairState, Row, seeded,
};
use engine::{Engine, EngineError, in_place};
use store::{Committed, Driver, Record, Sqlite, Store, StoreError, Value, Work};
use verify::{Index, Uptime};

use crate::shop::{Figures, Held, START, Shop, peppers, works};

/// A database beside which somebody else writes at the worst moment, or which stops answering.
#[derive(Clone)]
struct Meddled(Arc<Meddling>);

struct Meddling {
    inner: Sqlite,
    folder: PathBuf,
    /// Whether the next reader of the head is overtaken by another change.
    overtakes: AtomicBool,
    /// Whether reads of the feed fail.
    deaf: AtomicBool,
    /// Whether the database is gone after the next commit, once this node has followed it.
    leaves: AtomicBool,
    left: AtomicBool,
    /// Whether they find no database.
    gone: AtomicBool,
}

impl Meddling {
    /// Another node gives every current pair a deadline, far away.
    async fn meddle(&self) {
        let reader = Store::new(Sqlite::open_read_only(&self.folder).expect("beside a server"));
        let actor = domain::Actor::Operator { name: "another".to_owned(), origin: String::new() };
        let mut decision = Decision::new(AuditEntry::by(&actor, "key.regenerated", None, "elsewhere", START));
        let head = store::FeedPlace::after(0);
        for row in reader.pairs_changed(&head, 100).await.expect("readable") {
            let key = reader.key(&row.key).await.expect("readable").expect("it was made");
            let pair = key.pair(&row.key_id).expect("it is in the feed").clone();
            decision.update(Row::Key(key));
            let state = PairState::Retiring { until: START + DAY };
            decision.update(Row::Pair { key: row.key, pair: Pair { state, ..pair } });
        }
        let work = Work::Decision(Box::new(decision), peppers());
        self.inner.commit(work).await.expect("nothing is in the way");
    }
}

impl Driver for Meddled {
    async fn commit(&self, work: Work) -> Result<Committed, StoreError> {
        let committed = self.0.inner.commit(work).await;
        if committed.is_ok() && self.0.leaves.load(Ordering::Acquire) {
            self.0.left.store(true, Ordering::Release);
        }
        committed
    }

    async fn rows(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Record>, StoreError> {
        let about_the_feed = sql.contains("FROM feed");
        // The feed can still be read: what comes after it is what this is about.
        let follows = about_the_feed || sql.contains("pairs.position,");
        if !follows && self.0.left.load(Ordering::Acquire) {
            return Err(StoreError::Unreachable("nobody answers".to_owned()));
        }
        if about_the_feed && self.0.deaf.load(Ordering::Acquire) {
            return Err(StoreError::Broken("it does not answer".to_owned()));
        }
        if about_the_feed && self.0.gone.load(Ordering::Acquire) {
            return Err(StoreError::Unreachable("nobody answers".to_owned()));
        }
        let answer = self.0.inner.rows(sql, params).await;
        if about_the_feed && self.0.overtakes.swap(false, Ordering::AcqRel) {
            self.0.meddle().await;
        }
        answer
    }
}

/// A shop's folder, opened again behind the meddled database.
async fn meddled(folder: &Path, shop: &mut Shop) -> Engine<Meddled> {
    shop.stop().await;
    let driver = Meddled(Arc::new(Meddling {
        inner: Sqlite::open(folder).expect("nobody else uses the folder"),
        folder: folder.to_owned(),
        overtakes: AtomicBool::new(false),
        deaf: AtomicBool::new(false),
        leaves: AtomicBool::new(false),
        left: AtomicBool::new(false),
        gone: AtomicBool::new(false),
    }));
    node(driver, shop).await
}

/// A node of its own over a database that others may use, too.
async fn node(driver: Meddled, shop: &Shop) -> Engine<Meddled> {
    let index = Arc::new(Index::new(peppers().verification_keys(), [3, 4]));
    let engine = Engine::new(Store::new(driver), peppers(), shop.rules.clone(), index, in_place());
    engine.load(Uptime::from_millis(0), |_, _| ()).await.expect("a whole database");
    engine
}

async fn generates(engine: &Engine<Meddled>, shop: &Shop, name: &str) -> Result<Held, EngineError> {
    let request = GenerateRequest { mode: Mode::Test, name: Some(name.to_owned()), expires_at: None };
    let (actor, account, rng) = (&shop.operator, &shop.account.id, &mut seeded(name.len() as u64));
    let issued = engine.generate_by_operator(actor, account, &request, None, START, rng).await;
    issued.map(Held::from)
}

#[tokio::test]
async fn a_new_pair_works_from_the_moment_it_is_shown_even_if_somebody_changes_it_in_that_moment() {
    let mut shop = Shop::open(Figures::default()).await;
    let folder = shop.folder.path().to_owned();
    let engine = meddled(&folder, &mut shop).await;
    engine.store().driver().0.overtakes.store(true, Ordering::Release);
    let held = generates(&engine, &shop, "Default").await.expect("nothing is in the way");
    assert!(!engine.store().driver().0.overtakes.load(Ordering::Acquire), "somebody did change it");
    assert!(works(engine.index(), &held, START));
    engine.catch_up(Uptime::from_millis(1)).await.expect("readable");
    assert!(works(engine.index(), &held, START));
    assert!(!works(engine.index(), &held, START + DAY), "and what they did is known by now");
}

#[tokio::test]
async fn a_change_that_could_not_be_read_back_is_not_said_to_be_done_and_others_are_vouched_for_within_the_lease()
 {
    let mut shop = Shop::open(Figures::default()).await;
    let folder = shop.folder.path().to_owned();
    let engine = meddled(&folder, &mut shop).await;
    let held = generates(&engine, &shop, "one").await.expect("nothing is in the way");
    let deaf = |deaf| engine.store().driver().0.deaf.store(deaf, Ordering::Release);

    deaf(true);
    let outcome = generates(&engine, &shop, "three").await;
    assert!(matches!(outcome, Err(EngineError::Store(StoreError::Broken(_)))), "{outcome:?}");
    assert!(works(engine.index(), &held, START), "what was known is known");
    assert!(engine.catch_up(Uptime::from_millis(1)).await.is_err());
    assert!(works(engine.index(), &held, START), "a read that fails proves nothing");

    deaf(false);
    engine.catch_up(Uptime::from_millis(1)).await.expect("it answers again");
    assert!(works(engine.index(), &held, START));
    assert_eq!(engine.index().len(), 2, "and the change that was committed is there");
}

#[tokio::test]
async fn a_node_whose_database_is_gone_vouches_for_what_it_knows_and_says_of_a_change_that_nobody_knows() {
    let mut shop = Shop::open(Figures::default()).await;
    let folder = shop.folder.path().to_owned();
    let engine = meddled(&folder, &mut shop).await;
    let held = generates(&engine, &shop, "one").await.expect("nothing is in the way");
    engine.store().driver().0.gone.store(true, Ordering::Release);
    for _ in 0..3 {
        let outcome = engine.catch_up(Uptime::from_millis(1)).await;
        assert!(matches!(outcome, Err(EngineError::Store(StoreError::Unreachable(_)))), "{outcome:?}");
        assert!(works(engine.index(), &held, START), "its lease goes on, and is not renewed");
    }
    let outcome = generates(&engine, &shop, "three").await;
    assert!(matches!(outcome, Err(EngineError::Store(StoreError::Unknown))), "it was written: {outcome:?}");
    assert!(works(engine.index(), &held, START), "receipts count on its span, so it need not be silent");

    engine.store().driver().0.gone.store(false, Ordering::Release);
    engine.catch_up(Uptime::from_millis(1)).await.expect("it answers again");
    assert!(works(engine.index(), &held, START));
    assert_eq!(engine.index().len(), 2, "and the change that was committed is there");
}

#[tokio::test]
async fn a_change_that_was_committed_is_never_said_to_have_written_nothing() {
    let mut shop = Shop::open(Figures::default()).await;
    let folder = shop.folder.path().to_owned();
    let engine = meddled(&folder, &mut shop).await;
    let held = generates(&engine, &shop, "one").await.expect("nothing is in the way");
    let leaves = |leaves| {
        engine.store().driver().0.left.store(false, Ordering::Release);
        engine.store().driver().0.leaves.store(leaves, Ordering::Release);
    };
    let unknown = |outcome: Result<(), EngineError>| {
        assert!(matches!(outcome, Err(EngineError::Store(StoreError::Unknown))), "{outcome:?}");
    };
    leaves(true);
    unknown(generates(&engine, &shop, "three").await.map(|_| ()));
    leaves(true);
    let (actor, rng) = (&shop.operator, &mut seeded(3));
    let request = crate::shop::now_request(None);
    unknown(engine.regenerate_by_operator(actor, &held.key, &request, None, START, rng).await.map(|_| ()));
    leaves(false);
    let key = engine.store().key(&held.key).await.expect("it answers again").expect("it was made");
    assert_eq!(key.pairs.len(), 2);
    leaves(true);
    let current = key.pairs[0].key_id;
    unknown(engine.deactivate_by_operator(actor, &current, START, rng).await.map(|_| ()));
}

#[tokio::test]
async fn ending_what_another_node_has_just_ended_returns_when_this_node_knows_of_it_too() {
    let mut shop = Shop::open(Figures::default()).await;
    let folder = shop.folder.path().to_owned();
    let one = meddled(&folder, &mut shop).await;
    let held = generates(&one, &shop, "Default").await.expect("nothing is in the way");
    let other = node(one.store().driver().clone(), &shop).await;
    one.deactivate_by_operator(&shop.operator, &held.key_id, START, &mut seeded(1)).await.expect("it works");
    assert!(works(other.index(), &held, START), "the other node has not heard of it");
    other
        .deactivate_by_operator(&shop.operator, &held.key_id, START, &mut seeded(2))
        .await
        .expect("it is over");
    assert!(!works(other.index(), &held, START));
}

#[tokio::test]
async fn a_pair_that_another_node_issued_works_here_when_the_same_request_is_answered_here() {
    let mut shop = Shop::open(Figures::default()).await;
    let folder = shop.folder.path().to_owned();
    let one = meddled(&folder, &mut shop).await;
    let other = node(one.store().driver().clone(), &shop).await;
    let request = GenerateRequest { mode: Mode::Test, name: None, expires_at: None };
    let (actor, account) = (&shop.operator, &shop.account.id);
    for engine in [&one, &other] {
        let key = IdempotencyKey::new("0d9c2f0e-5a57-4a39", "ops", b"generate", peppers().newest());
        let key = key.expect("a good key");
        let issued =
            engine.generate_by_operator(actor, account, &request, Some(&key), START, &mut seeded(1)).await;
        let held = Held::from(issued.expect("the first, or the same again"));
        assert!(works(engine.index(), &held, START));
    }
    assert_eq!(other.index().len(), 1);
}
