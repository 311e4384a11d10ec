//! Limits through the whole engine: they hold from the moment the change has returned, through regenerations and restarts.

use domain::{Limits, Mode, Purpose, Refusal, Timestamp};
use verify::{Ask, Credentials, Uptime, Verdict};

use crate::shop::{Figures, Held, MS, START, Shop, later_request, now_request, refusal};

fn limits(per_second: Option<u64>, per_day: Option<u64>, networks: &str) -> Limits {
    Limits::checked(per_second, per_day, networks.lines()).expect("limits that may be")
}

impl Shop {
    async fn limits(&self, held: &Held, limits: &Limits, now: Timestamp) {
        let changed =
            self.engine.change_limits_by_operator(&self.operator, &held.key, limits, None, now).await;
        assert_eq!(changed.expect("nothing is in the way").key.limits.now, *limits);
    }

    /// What one request is told: nothing, or which limit.
    fn presents(&self, held: &Held, from: [u8; 4], now: Timestamp) -> &'static str {
        let credentials = Credentials::new(held.key_id.as_str(), &held.secret).expect("well formed");
        let ask = Ask { address: Some(from.into()), ..Ask::default() };
        match self.engine.index().verify(&credentials, &ask, now, Uptime::from_millis(1)) {
            Verdict::Granted(_) => "granted",
            Verdict::Limited { exceeded, .. } => exceeded.reason().code(),
            other => panic!("neither granted nor limited: {other:?}"),
        }
    }

    fn granted(&self, held: &Held, times: u32) -> u32 {
        (0..times).map(|_| u32::from(self.presents(held, [192, 0, 2, 1], START) == "granted")).sum()
    }
}

#[tokio::test]
async fn a_limit_holds_for_the_next_request_and_a_lifted_one_for_none() {
    let shop = Shop::open(Figures::default()).await;
    let held = shop.generates("Default", Mode::Test, START, 1).await;
    let other = shop.generates("Other", Mode::Test, START, 2).await;
    assert_eq!(shop.granted(&held, 50), 50);
    shop.limits(&held, &limits(None, None, "198.51.100.0/24"), START).await;
    assert_eq!(shop.presents(&held, [192, 0, 2, 1], START), "address_not_allowed");
    assert_eq!(shop.presents(&held, [198, 51, 100, 9], START), "granted");
    shop.limits(&held, &limits(Some(3), None, ""), START).await;
    assert_eq!(shop.granted(&held, 50), 3);
    shop.limits(&held, &Limits::NONE, START).await;
    assert_eq!(shop.granted(&held, 50), 50);
    assert_eq!(shop.granted(&other, 50), 50, "another key of the account is not concerned");
    assert_eq!(shop.audited("key.limits_changed").await, 3);
}

#[tokio::test]
async fn regenerating_resets_nothing_and_two_pairs_share() {
    let shop = Shop::open(Figures::default()).await;
    let old = shop.generates("Default", Mode::Test, START, 1).await;
    shop.limits(&old, &limits(Some(5), Some(8), ""), START).await;
    assert_eq!(shop.granted(&old, 3), 3);
    let replaced = shop.regenerates(&old.key, &later_request(None), START, 2).await.expect("allowed");
    let new = Held::from(replaced.issued);
    assert_eq!((shop.granted(&new, 9), shop.granted(&old, 9)), (2, 0), "five at once, whoever asks");
    let replaced = shop.regenerates(&old.key, &now_request(None), START, 3).await.expect("allowed");
    let newest = Held::from(replaced.issued);
    shop.limits(&newest, &limits(None, Some(8), ""), START).await;
    assert_eq!(shop.granted(&newest, 9), 3, "the day's eight, five of which were used before");
    assert_eq!(shop.engine.used_today(&old.key, START), Some(8));
}

#[tokio::test]
async fn a_restart_gives_nobody_the_day_a_second_time() {
    let mut shop = Shop::open(Figures::default()).await;
    let held = shop.generates("Default", Mode::Test, START, 1).await;
    shop.limits(&held, &limits(None, Some(10), "192.0.2.1"), START).await;
    assert_eq!(shop.granted(&held, 7), 7);
    assert_eq!(shop.engine.flush_key_days_once().await.expect("written"), 1);
    assert_eq!(shop.engine.flush_key_days_once().await.expect("written"), 0, "nothing new");
    shop.restart().await;
    assert_eq!(shop.engine.recall_limits(START).await.expect("readable"), 1);
    assert_eq!(shop.engine.used_today(&held.key, START), Some(7));
    assert_eq!(shop.granted(&held, 9), 3);
    assert_eq!(shop.presents(&held, [198, 51, 100, 9], START), "address_not_allowed");
    let tomorrow = START + domain::DAY;
    assert_eq!(shop.presents(&held, [192, 0, 2, 1], tomorrow), "granted");
}

#[tokio::test]
async fn a_member_s_change_spends_one_code_and_a_lost_race_names_the_winner() {
    let shop = Shop::open(Figures::default()).await;
    let held = shop.generates("Default", Mode::Test, START, 1).await;
    let view = shop.logs_in(START, 2).await;
    let purpose = Purpose::ChangeLimits { key: held.key, mode: Mode::Test };
    let (engine, wanted) = (&shop.engine, limits(Some(5), None, ""));
    let unproved = engine.change_limits(&view, &held.key, &wanted, Some(0), START).await;
    assert_eq!(refusal(unproved), Refusal::StepUpNeeded);
    let code = shop.asks(&view, purpose, START, 3).await;
    engine.answer(&view, &purpose, &code, START, &mut domain::seeded(4)).await.expect("the right code");
    let view = shop.again(&view).await;
    let raced = engine.change_limits(&view, &held.key, &wanted, Some(7), START).await;
    assert!(matches!(refusal(raced), Refusal::Invalid { .. }), "nobody has changed them yet");
    let changed = engine.change_limits(&view, &held.key, &wanted, Some(0), START).await.expect("proven");
    assert_eq!(changed.limits.changed.map(|change| change.by), Some(shop.admin.id.to_string()));
    let none = Limits::NONE;
    let second = engine.change_limits_by_operator(&shop.operator, &held.key, &none, Some(0), START + MS);
    let first = Refusal::LimitsChanged { by: shop.admin.id.to_string(), at: START };
    assert_eq!(refusal(second.await), first);
}
