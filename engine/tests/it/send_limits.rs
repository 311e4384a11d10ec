//! Messages cost money: however many numbers, accounts and sessions ask, no more codes are sent than are allowed. TM-56

use domain::{
    AuditEntry, Decision, Digest, MINUTE, Member, Mobile, Mode, Purpose, Refusal, Role, Row, SendLimit,
    SendLimits, Session, SessionId, Timestamp, User, UserId, VerifiedMobile, seeded,
};
use engine::View;

use crate::shop::{Figures, MS, START, Shop, refusal};

/// The end of the ten minutes in which the story starts.
fn next_window() -> Timestamp {
    let length = MINUTE.times(10).as_millis();
    Timestamp::from_millis((START.as_millis() / length + 1) * length)
}

/// Somebody logged in for each number.
async fn members(shop: &Shop, numbers: &[String]) -> Vec<View> {
    let known = shop.logs_in(START, 1).await;
    let audit = AuditEntry::by(&shop.operator, "thing.done", None, "many members", START);
    let mut decision = Decision::new(audit);
    let mut sessions = Vec::new();
    for (n, number) in (1000..).zip(numbers) {
        let rng = &mut seeded(n);
        let id = UserId::draw(rng);
        let number = Mobile::from_stored(number.clone());
        decision.insert(Row::User(User {
            id,
            email: format!("member{n}@shop.example"),
            mobile: Some(VerifiedMobile { number, verified_at: START }),
            version: 0,
            ..shop.admin.clone()
        }));
        let (account, role) = (shop.account.id, Role::Admin);
        decision.insert(Row::Member(Member { account, user: id, role, version: 0 }));
        let mut digest = [7; 32];
        digest[..8].copy_from_slice(&n.to_be_bytes());
        let session = Session {
            id: SessionId::draw(rng),
            digest: Digest::from_bytes(digest),
            user: id,
            version: 0,
            ..known.session.clone()
        };
        decision.insert(Row::Session(session.clone()));
        sessions.push(session.id);
    }
    let store = shop.engine.store();
    store.commit(decision, shop.engine.peppers()).await.expect("nothing is in the way");
    let mut views = Vec::new();
    for id in sessions {
        let session = store.session(&id).await.expect("readable").expect("it was written");
        views.push(store.member_view(session).await.expect("readable").expect("a member"));
    }
    views
}

/// Opens a shop with these limits.
async fn open(sends: SendLimits) -> Shop {
    let mut shop = Shop::open(Figures::patient()).await;
    shop.rules.otp.sends = sends;
    shop.restart().await;
    shop
}

async fn key(shop: &Shop) -> Purpose {
    let held = shop.generates("Default", Mode::Test, START, 1).await;
    Purpose::Regenerate { key: held.key, mode: Mode::Test }
}

fn block(name: &str, count: usize) -> Vec<String> {
    (0..count).map(|n| format!("+9198{name}{n:04}")).collect()
}

#[tokio::test]
async fn five_hundred_neighbouring_numbers_get_no_more_codes_than_their_block_and_brand_may() {
    let shop = open(SendLimits { nearby: 20, daily: 70, ..SendLimits::default() }).await;
    let purpose = key(&shop).await;
    let numbers = ["7654", "7655", "7656", "7657", "7658"].map(|name| block(name, 100)).concat();
    let mut outcomes = Vec::new();
    for (n, view) in (0..).zip(members(&shop, &numbers).await) {
        outcomes.push(match shop.engine.ask(&view, purpose, START, &mut seeded(9_000 + n)).await {
            Ok(_) => None,
            Err(error) => Some(refusal::<()>(Err(error))),
        });
    }
    let sent: Vec<_> =
        outcomes.chunks(100).map(|block| block.iter().filter(|one| one.is_none()).count()).collect();
    assert_eq!(sent, [20, 20, 20, 10, 0]);
    let nearby = Refusal::TooManyCodes { again_at: next_window(), limit: SendLimit::Nearby };
    assert_eq!(outcomes[99].as_ref(), Some(&nearby));
    assert!(matches!(outcomes[499], Some(Refusal::TooManyCodes { limit: SendLimit::Brand, .. })));

    let hit = shop.engine.store().limits_hit(START - MS, 100).await.expect("readable");
    let mut hit: Vec<_> = hit.iter().map(|hit| (hit.subject.as_str(), hit.sent, hit.refused)).collect();
    hit.sort();
    assert_eq!(
        hit,
        [
            ("+91987654••••", 20, 80),
            ("+91987655••••", 20, 80),
            ("+91987656••••", 20, 80),
            ("razorpay/IN", 70, 190)
        ]
    );
    let sums: Vec<_> = shop.engine.send_tally().sums().collect();
    assert_eq!(sums, [("recipient", 0), ("nearby", 240), ("brand", 190)]);
}

#[tokio::test]
async fn of_many_who_ask_at_once_no_more_get_a_code_than_may_and_a_restart_forgets_nothing() {
    let mut shop = open(SendLimits { nearby: 5, ..SendLimits::default() }).await;
    let purpose = key(&shop).await;
    let mut views = members(&shop, &block("7654", 31)).await;
    let last = views.pop().expect("one for later");
    let mut asking = tokio::task::JoinSet::new();
    for (n, view) in (0..).zip(views) {
        let engine = shop.engine.clone();
        asking.spawn(async move { engine.ask(&view, purpose, START, &mut seeded(5_000 + n)).await });
    }
    let outcomes = asking.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 5);
    for outcome in outcomes.into_iter().filter(Result::is_err) {
        assert!(matches!(refusal(outcome), Refusal::TooManyCodes { limit: SendLimit::Nearby, .. }));
    }

    shop.restart().await;
    let before = next_window() - MS;
    let outcome = shop.engine.ask(&last, purpose, before, &mut seeded(6_000)).await;
    assert!(matches!(refusal(outcome), Refusal::TooManyCodes { limit: SendLimit::Nearby, .. }));
    shop.engine.ask(&last, purpose, next_window(), &mut seeded(6_001)).await.expect("a new window");
}

#[tokio::test]
async fn the_operator_sees_when_one_number_has_had_its_codes_and_not_which_number() {
    let shop = open(SendLimits::default()).await;
    let purpose = key(&shop).await;
    let view = shop.logs_in(START, 2).await;
    for n in 0..5 {
        let now = START + domain::SECOND.times(40 * n);
        shop.engine.ask(&view, purpose, now, &mut seeded(100 + n.unsigned_abs())).await.expect("allowed");
    }
    let now = START + domain::SECOND.times(300);
    let outcome = shop.engine.ask(&view, purpose, now, &mut seeded(200)).await;
    assert!(matches!(refusal(outcome), Refusal::TooManyCodes { limit: SendLimit::Recipient, .. }));
    let hit = shop.engine.store().limits_hit(START, 100).await.expect("readable");
    assert_eq!(hit.len(), 1);
    assert_eq!((hit[0].limit, hit[0].refused), (SendLimit::Recipient, 1));
    assert_eq!(hit[0].subject, "+91 ••••• ••210");
}

#[tokio::test]
async fn a_login_without_its_code_says_why_and_opens_no_door() {
    let shop = {
        let mut shop = Shop::open(Figures { two_factor: true, ..Figures::patient() }).await;
        shop.rules.otp.sends = SendLimits { daily: 1, ..SendLimits::default() };
        shop.restart().await;
        shop
    };
    shop.logs_in(START, 2).await;
    let brand = &shop.account.brand;
    let origin = domain::Origin { address: "192.0.2.1".to_owned(), agent: "a browser".to_owned() };
    let password = domain::Password::new(crate::shop::PASSWORD);
    let later = START + MINUTE;
    let logged =
        shop.engine.log_in(brand, "admin@shop.example", password, origin, later, &mut seeded(3)).await;
    let logged = logged.expect("the right password");
    assert!(logged.code_owed);
    assert!(matches!(logged.not_sent, Some(Refusal::TooManyCodes { limit: SendLimit::Brand, .. })));
}
