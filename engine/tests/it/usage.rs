//! Usage: counted where requests are verified, written down by a loop, and told to whoever may see the key.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::{DAY, HOUR, KeyRef, MINUTE, Mode, Network, Timestamp, UsageSpan};
use engine::{Engine, KeyUsage, PairUsage, in_place};
use parking_lot::Mutex;
use store::{Committed, Driver, KeptSpan, Record, Sqlite, Store, StoreError, Value, Work};
use verify::{Ask, Credentials, Index, Uptime, Verdict};

use crate::shop::{Figures, Held, START, Shop, later_request, now_request, peppers};

fn network(text: &str) -> Option<Network> {
    Some(text.parse().expect("a network"))
}

/// Uses a pair as a gateway's caller does.
fn uses<D: Driver>(engine: &Engine<D>, held: &Held, from: Option<Network>, now: Timestamp) {
    use_each(engine, std::slice::from_ref(held), from, now);
}

/// Uses pairs, all on one thread of a gateway.
fn use_each<D: Driver>(engine: &Engine<D>, all: &[Held], from: Option<Network>, now: Timestamp) {
    let (index, ask) = (engine.index(), Ask { mode: None, from, address: None });
    let ledger = index.ledger();
    for held in all {
        let credentials = Credentials::new(held.key_id.as_str(), &held.secret).expect("well formed");
        match index.verify(&credentials, &ask, now, Uptime::from_millis(1)) {
            Verdict::Granted(identity) => ledger.granted(identity.slot, now, from),
            other => panic!("a good key was not granted: {other:?}"),
        }
    }
}

async fn usage(shop: &Shop, key: &KeyRef, span: UsageSpan, now: Timestamp) -> KeyUsage {
    let key = shop.engine.key(&shop.account.id, key).await.expect("it was made");
    shop.engine.usage_of(&key, span, now).await.expect("readable")
}

/// The steps that had any uses, with the minutes until the end of the span.
fn steps(usage: &KeyUsage, pair: &PairUsage) -> Vec<(i64, u64)> {
    let ago = |at: &Timestamp| (usage.ends_at.as_millis() - at.as_millis()) / MINUTE.as_millis();
    let counted = usage.steps.iter().zip(&pair.counts).filter(|(_, count)| 0 < **count);
    counted.map(|(at, count)| (ago(at), *count)).collect()
}

#[tokio::test]
async fn an_owner_sees_how_often_each_pair_was_used_when_and_from_where() {
    let mut shop = Shop::open(Figures::default()).await;
    let old = shop.generates("Default", Mode::Test, START, 1).await;
    let [office, server] = ["2001:db8:1::/64", "192.0.2.1"].map(network);
    let hour_later = START + HOUR;
    uses(&shop.engine, &old, office, START);
    assert_eq!(shop.engine.flush_usage_once().await.expect("written"), 1);
    (0..3).for_each(|_| uses(&shop.engine, &old, server, hour_later));
    assert_eq!(shop.engine.flush_usage_once().await.expect("written"), 1);
    assert_eq!(shop.engine.flush_usage_once().await.expect("written"), 0, "nothing is written twice");

    let issued =
        shop.regenerates(&old.key, &later_request(None), hour_later, 2).await.expect("allowed").issued;
    let new = Held::from(issued);
    let now = hour_later + MINUTE;
    uses(&shop.engine, &new, server, now);
    uses(&shop.engine, &old, office, now);
    uses(&shop.engine, &old, office, now);
    shop.engine.flush_usage_once().await.expect("written");
    shop.restart().await;

    let key = shop.engine.key(&shop.account.id, &old.key).await.expect("it was made");
    let replaced_at = [old.key_id, new.key_id].map(|key_id| key.replaced_at(&key_id));
    assert_eq!(replaced_at, [Some(hour_later), None]);
    let told = usage(&shop, &old.key, UsageSpan::Hour, now).await;
    let [current, retiring] = told.pairs.as_slice() else { panic!("both work: {told:?}") };
    assert_eq!((current.pair.key_id, retiring.pair.key_id), (new.key_id, old.key_id));
    assert_eq!(steps(&told, current), [(1, 1)]);
    assert_eq!(steps(&told, retiring), [(2, 3), (1, 2)]);
    assert_eq!((told.total(), current.total(), retiring.total()), (6, 1, 5));
    assert_eq!(retiring.last_use, Some((now, office)));
    let seen: Vec<_> =
        retiring.sources.iter().map(|seen| (seen.network, seen.first_at, seen.last_at)).collect();
    assert_eq!(seen, [(office, START, now), (server, hour_later, hour_later)], "the latest first, each once");

    let day = usage(&shop, &old.key, UsageSpan::Day, now).await;
    assert_eq!(steps(&day, &day.pairs[1]).iter().map(|(_, count)| count).sum::<u64>(), 6);
    assert_eq!(day.steps.len(), 48);
    let month = usage(&shop, &old.key, UsageSpan::Month, now).await;
    assert_eq!((month.pairs[1].counts.len(), month.pairs[1].counts[29]), (30, 6));
}

#[tokio::test]
async fn an_ended_pair_is_told_of_as_long_as_its_uses_are() {
    let shop = Shop::open(Figures::default()).await;
    let old = shop.generates("Default", Mode::Test, START, 1).await;
    uses(&shop.engine, &old, None, START);
    shop.engine.flush_usage_once().await.expect("written");
    let issued = shop.regenerates(&old.key, &now_request(None), START, 2).await.expect("allowed").issued;
    let ids = |told: KeyUsage| told.pairs.into_iter().map(|one| one.pair.key_id).collect::<Vec<_>>();
    for (span, length) in [(UsageSpan::Hour, HOUR), (UsageSpan::Day, DAY), (UsageSpan::Month, DAY.times(30))]
    {
        let during = usage(&shop, &old.key, span, START + MINUTE).await;
        assert_eq!(ids(during), [issued.key_id, old.key_id], "{span:?}");
        let after = usage(&shop, &old.key, span, START + length + HOUR).await;
        assert_eq!(ids(after), [issued.key_id], "{span:?}");
    }
    let unused = usage(&shop, &old.key, UsageSpan::Day, START).await;
    assert_eq!((unused.pairs[0].total(), unused.pairs[0].last_use), (0, None));
}

#[tokio::test]
async fn minutes_are_kept_for_a_day_and_hours_for_five_weeks() {
    let shop = Shop::open(Figures::default()).await;
    let held = shop.generates("Default", Mode::Test, START, 1).await;
    uses(&shop.engine, &held, network("192.0.2.1"), START);
    shop.engine.flush_usage_once().await.expect("written");
    for (days, minutes, hours) in [(0, 1, 1), (1, 1, 1), (2, 0, 1), (35, 0, 1), (37, 0, 0)] {
        let now = START + DAY.times(days);
        shop.engine.forget_usage_once(now).await.expect("written");
        let day = usage(&shop, &held.key, UsageSpan::Day, now).await;
        assert!(days == 0 || day.total() == 0, "a day ago is over");
        let kept = async |span| {
            let rows = shop.engine.store().usage(&held.key_id, span, START, START + HOUR).await;
            rows.expect("readable").len()
        };
        assert_eq!((kept(KeptSpan::Hour).await, kept(KeptSpan::Day).await), (minutes, hours), "{days} days");
    }
    assert_eq!(shop.engine.forget_usage_once(START + DAY.times(37)).await.expect("written"), 0);
}

/// A database that counts how many pairs' uses each commit has, and has no space after some of them.
struct Watched {
    database: Sqlite,
    sizes: Mutex<Vec<usize>>,
    commits_left: AtomicUsize,
}

impl Driver for Watched {
    async fn commit(&self, work: Work) -> Result<Committed, StoreError> {
        if let Work::Usage(rows) = &work {
            let left = self.commits_left.load(Ordering::SeqCst);
            self.commits_left.store(left.checked_sub(1).ok_or(StoreError::Full)?, Ordering::SeqCst);
            self.sizes.lock().push(rows.len());
        }
        self.database.commit(work).await
    }

    fn rows(
        &self,
        sql: &'static str,
        params: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<Record>, StoreError>> + Send {
        self.database.rows(sql, params)
    }
}

#[tokio::test]
async fn a_flush_is_written_in_pieces_and_what_could_not_be_written_is_counted_once_later() {
    let mut shop = Shop::open(Figures::default()).await;
    let all = shop.many_pairs(600).await;
    shop.stop().await;
    let watched = Watched {
        database: Sqlite::open(shop.folder.path()).expect("nobody else uses the folder"),
        sizes: Mutex::default(),
        commits_left: AtomicUsize::new(2),
    };
    let index = Arc::new(Index::new(peppers().verification_keys(), [3, 4]));
    let store = Store::new(watched);
    let engine = Engine::new(store, peppers(), shop.rules.clone(), index, in_place());
    engine.load(Uptime::from_millis(0), |_, _| ()).await.expect("a whole database");

    let watched = engine.store().driver();
    use_each(&engine, &all, None, START);
    assert!(engine.flush_usage_once().await.is_err(), "no space for the third piece");
    assert_eq!(*watched.sizes.lock(), [250, 250], "few enough that no change of a key waits for them");
    use_each(&engine, &all, None, START);
    watched.commits_left.store(usize::MAX, Ordering::SeqCst);
    assert_eq!(engine.flush_usage_once().await.expect("written"), 600);
    for held in &all {
        let key = engine.key(&shop.account.id, &held.key).await.expect("it was made");
        let told = engine.usage_of(&key, UsageSpan::Hour, START).await.expect("readable");
        assert_eq!(told.total(), 2, "{}", key.name);
    }
}

#[tokio::test]
async fn a_used_pair_that_the_database_lost_holds_up_nobody_else_s_uses() {
    let shop = Shop::open(Figures::default()).await;
    let held = shop.generates("Default", Mode::Test, START, 1).await;
    let lost: domain::KeyId = "rzp_test_00000000000000".parse().expect("a key id");
    let rows = [lost, held.key_id].map(|key_id| store::UsageRow {
        key_id,
        count: 3,
        last_used_at: START,
        last_used_from: None,
    });
    let written = shop.engine.used_elsewhere(rows.to_vec()).await.expect("written");
    assert_eq!(written, rows[1..]);
    assert_eq!(usage(&shop, &held.key, UsageSpan::Hour, START).await.total(), 3);
}
