//! What is remembered of refused requests: through a flood, through a restart, and not for ever.

use std::path::Path;

use domain::{DAY, Duration, Mode, Timestamp};
use verify::{About, Reason, Refusals, Shape, Source};

use crate::shop::{Figures, Held, START, Shop, now_request};

fn about(shop: &Shop, held: &Held) -> About {
    About { key_id: held.key_id, key: held.key, account: shop.account.id }
}

fn source(agent: &str) -> Source<'_> {
    Source { address: Some([192, 0, 2, 1].into()), agent: Some(agent.as_bytes()) }
}

/// What a file of the database takes on disk.
fn disk(folder: &Path, file: &str) -> u64 {
    std::fs::metadata(folder.join(file)).expect("a file of the data folder").len()
}

async fn rows(shop: &Shop) -> usize {
    shop.engine.store().refusals(Timestamp::from_millis(0)).await.expect("readable").len()
}

#[tokio::test]
async fn a_hundred_thousand_refusals_a_minute_leave_disk_and_memory_as_they_were() {
    let shop = Shop::open(Figures::default()).await;
    let held = shop.generates("Default", Mode::Test, START, 1).await;
    let refusals = Refusals::new();
    let about = about(&shop, &held);
    let mut files = Vec::new();
    for minute in 0..3i64 {
        for n in 0..100_000i64 {
            let now = START + Duration::from_millis(minute * 60_000 + n * 60 / 100);
            let agent = if n % 2 == 0 { "shop/1.0".to_owned() } else { format!("bot/{n}") };
            refusals.note(&about, Reason::WrongSecret, now, source(&agent));
            // A hundred times as often as a server does, so that a file that grows has time to show it.
            if n % 200 == 0 {
                shop.engine.flush_refusals_once(&refusals, now).await.expect("written");
                assert!(shop.works(&held, now), "the key itself goes on working");
            }
        }
        files.push(["keystead.db", "keystead.db-wal"].map(|file| disk(shop.folder.path(), file)));
    }
    assert_eq!(refusals.len(), 1);
    assert_eq!(rows(&shop).await, 1);
    assert_eq!(files[0][0], files[2][0], "the database");
    assert!(files[2][1] <= 5_000_000, "what is not in it yet is put there again and again: {files:?}");
    let told = refusals.recent(&shop.account.id);
    let last = START + Duration::from_millis(3 * 60_000 - 1);
    assert_eq!((told[0].count, told[0].minutes.sum(last)), (300_000, 300_000));
    assert_eq!(told[0].sources.iter().count(), 4);
}

#[tokio::test]
async fn a_restart_forgets_no_refusal_and_a_month_does() {
    let mut shop = Shop::open(Figures::default()).await;
    let held = shop.generates("Default", Mode::Test, START, 1).await;
    shop.regenerates(&held.key, &now_request(None), START, 2).await.expect("allowed");
    let refusals = Refusals::new();
    let about = about(&shop, &held);
    refusals.note(&about, Reason::Ended, START, source("shop/1.0"));
    refusals.note(&about, Reason::Malformed(Shape::Newline), START + DAY, source("curl/8"));
    assert_eq!(shop.engine.flush_refusals_once(&refusals, START + DAY).await.expect("written"), 2);
    assert_eq!(shop.engine.flush_refusals_once(&refusals, START + DAY).await.expect("written"), 0);

    shop.restart().await;
    let recalled = Refusals::new();
    let now = START + DAY;
    assert_eq!(shop.engine.recall_refusals(&recalled, now).await.expect("readable"), 2);
    assert_eq!(recalled.recent(&shop.account.id), refusals.recent(&shop.account.id));
    recalled.note(&about, Reason::Ended, now, source("shop/1.0"));
    assert_eq!(recalled.recent(&shop.account.id)[0].count, 2, "and counts on");
    shop.engine.flush_refusals_once(&recalled, now).await.expect("written");

    let month = DAY.times(30);
    shop.engine.flush_refusals_once(&recalled, now + month).await.expect("written");
    assert_eq!(rows(&shop).await, 2, "not a moment early");
    let over = now + month + Duration::from_millis(1);
    assert_eq!(Refusals::new().len(), shop.engine.recall_refusals(&Refusals::new(), over).await.expect("0"));
    shop.engine.flush_refusals_once(&recalled, over).await.expect("written");
    assert_eq!((rows(&shop).await, recalled.len()), (0, 0));
}

#[tokio::test]
async fn a_refused_pair_that_the_database_lost_holds_up_nobody_else_s_refusals() {
    let shop = Shop::open(Figures::default()).await;
    let held = shop.generates("Default", Mode::Test, START, 1).await;
    let kept = about(&shop, &held);
    let lost = About { key_id: "rzp_test_00000000000000".parse().expect("a key id"), ..kept };
    let refusals = Refusals::new();
    for about in [&lost, &kept] {
        refusals.note(about, Reason::WrongSecret, START, source("shop/1.0"));
    }
    assert_eq!(shop.engine.flush_refusals_once(&refusals, START).await.expect("written"), 2);
    assert_eq!(
        shop.engine.flush_refusals_once(&refusals, START).await.expect("written"),
        0,
        "nor again and again"
    );
    assert_eq!((rows(&shop).await, refusals.len()), (1, 2), "it is remembered while the process runs");
}

#[tokio::test]
async fn a_restart_knows_where_a_pair_was_last_used_from() {
    let mut shop = Shop::open(Figures::default()).await;
    let held = shop.generates("Default", Mode::Test, START, 1).await;
    let credentials = verify::Credentials::new(held.key_id.as_str(), &held.secret).expect("well formed");
    let from = domain::Network::of([192, 0, 2, 1].into());
    let ask = verify::Ask { from, ..verify::Ask::default() };
    let index = shop.engine.index().clone();
    let verify::Verdict::Granted(identity) =
        index.verify(&credentials, &ask, START, verify::Uptime::from_millis(1))
    else {
        panic!("a good key was not granted")
    };
    index.ledger().granted(identity.slot, START, from);
    assert_eq!(shop.engine.flush_usage_once().await.expect("written"), 1);
    shop.restart().await;
    let key = shop.engine.store().key(&held.key).await.expect("readable").expect("it was made");
    assert_eq!(shop.engine.last_use(&key.pairs[0]), Some((START, from)));
}
