//! Messages cost money: however many numbers, accounts and sessions ask, no more codes are sent than are allowed. TM-56

use domain::{
    AccountId, AuditEntry, Challenge, DAY, Decision, Digest, MINUTE, Member, Mobile, Mode, Password, Purpose,
    Refusal, Role, Row, SendLimit, SendLimits, Session, SessionId, Timestamp, User, UserId, VerifiedMobile,
    seeded,
};
use engine::{EngineError, NewNumber, View};

use crate::shop::{Figures, MS, PASSWORD, START, Shop, refusal};

/// The end of the ten minutes in which the story starts.
fn next_window() -> Timestamp {
    let length = MINUTE.times(10).as_millis();
    Timestamp::from_millis((START.as_millis() / length + 1) * length)
}

/// Midnight after the story starts.
fn next_day() -> Timestamp {
    Timestamp::from_millis((START.as_millis() / DAY.as_millis() + 1) * DAY.as_millis())
}

/// Somebody logged in for each number.
async fn members(shop: &Shop, numbers: &[String]) -> Vec<View> {
    people(shop, &shop.account.id, 1000, numbers.iter().cloned().map(Some)).await
}

/// So many members of an account who have verified no number yet.
async fn newcomers(shop: &Shop, account: &AccountId, first: u64, count: usize) -> Vec<View> {
    people(shop, account, first, std::iter::repeat_n(None, count)).await
}

/// Another account of the brand.
async fn another_account(shop: &Shop, seed: u64) -> AccountId {
    let (brand, email) = (&shop.account.brand, format!("owner{seed}@other.example"));
    let owner = domain::NewOwner { name: "Mei".to_owned(), email, mobile: None };
    let rng = &mut seeded(seed);
    let opened = shop.engine.open_account(&shop.operator, brand, "Other", &owner, START, rng).await;
    opened.expect("a new account").id
}

/// Asks to verify a number.
async fn tries(
    shop: &Shop,
    view: &View,
    number: &str,
    now: Timestamp,
    seed: u64,
) -> Result<Challenge, EngineError> {
    let new = NewNumber { mobile: number.to_owned(), password: Password::new(PASSWORD) };
    shop.engine.ask_new_number(view, Purpose::VerifyMobile, new, now, &mut seeded(seed)).await
}

/// Somebody logged in to an account for each number or none.
async fn people(
    shop: &Shop,
    account: &AccountId,
    first: u64,
    numbers: impl IntoIterator<Item = Option<String>>,
) -> Vec<View> {
    let known = shop.logs_in(START, 1).await;
    let audit = AuditEntry::by(&shop.operator, "thing.done", None, "many members", START);
    let mut decision = Decision::new(audit);
    let mut sessions = Vec::new();
    for (n, number) in (first..).zip(numbers) {
        let rng = &mut seeded(n);
        let id = UserId::draw(rng);
        let number = number.map(Mobile::from_stored);
        decision.insert(Row::User(User {
            id,
            email: format!("member{n}@shop.example"),
            mobile: number.map(|number| VerifiedMobile { number, verified_at: START }),
            version: 0,
            ..shop.admin.clone()
        }));
        let (account, role) = (*account, Role::ViewOnly);
        decision.insert(Row::Member(Member { account, user: id, role, version: 0 }));
        let mut digest = [7; 32];
        digest[..8].copy_from_slice(&n.to_be_bytes());
        let session = Session {
            id: SessionId::draw(rng),
            digest: Digest::from_bytes(digest),
            user: id,
            account,
            version: 0,
            ..known.session.clone()
        };
        decision.insert(Row::Session(session.clone()));
        sessions.push(session.id);
    }
    let store = shop.engine.store();
    store.commit(decision, &shop.engine.peppers()).await.expect("nothing is in the way");
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
    assert_eq!(sums[..3], [("recipient", 0), ("nearby", 240), ("brand", 190)]);
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

#[tokio::test]
async fn one_member_who_makes_up_numbers_gets_five_codes_a_day() {
    let shop = open(SendLimits::default()).await;
    let member = &newcomers(&shop, &shop.account.id, 2000, 1).await[0];
    let number = |n: u64| format!("+9198{n:03}43210");
    for n in 0..5 {
        tries(&shop, member, &number(n), START, 3000 + n).await.expect("allowed");
    }
    let refused = Refusal::TooManyCodes { again_at: next_day(), limit: SendLimit::User };
    for (n, now) in [(5, START), (6, START), (7, next_day() - MS)] {
        assert_eq!(refusal(tries(&shop, member, &number(n), now, 3000 + n).await), refused);
    }
    // Nor another code to a number that had one.
    let again = shop.engine.ask(member, Purpose::VerifyMobile, START + MINUTE, &mut seeded(3100)).await;
    assert_eq!(refusal(again), refused);
    let hit = shop.engine.store().limits_hit(START - MS, 100).await.expect("readable");
    let hit: Vec<_> = hit.into_iter().map(|hit| (hit.limit, hit.subject, hit.sent, hit.refused)).collect();
    assert_eq!(hit, [(SendLimit::User, member.user.id.to_string(), 5, 4)]);

    let other = &newcomers(&shop, &shop.account.id, 2100, 1).await[0];
    tries(&shop, other, &number(8), START, 3200).await.expect("somebody else has their own five");
    tries(&shop, member, &number(9), next_day(), 3201).await.expect("another day");
}

#[tokio::test]
async fn everybody_in_an_account_together_gets_thirty_codes_to_new_numbers_a_day() {
    let shop = open(SendLimits::default()).await;
    let (mut sent, mut refused) = (0, 0);
    for (n, member) in (0..).zip(newcomers(&shop, &shop.account.id, 2000, 8).await) {
        for m in 0..5 {
            let number = format!("+9198{n}{m:02}43210");
            match tries(&shop, &member, &number, START, 4000 + 10 * n + m).await {
                Ok(_) => sent += 1,
                outcome => {
                    let limit = SendLimit::Account;
                    assert_eq!(refusal(outcome), Refusal::TooManyCodes { again_at: next_day(), limit });
                    refused += 1;
                }
            }
        }
    }
    assert_eq!((sent, refused), (30, 10));
    let other = another_account(&shop, 21).await;
    let stranger = &newcomers(&shop, &other, 2100, 1).await[0];
    tries(&shop, stranger, "+919890043210", START, 5000).await.expect("another account has its own thirty");
}

#[tokio::test]
async fn codes_to_new_numbers_leave_half_of_the_brand_s_and_the_block_s_to_those_who_have_verified_theirs() {
    let story = [
        (SendLimits { daily: 8, ..SendLimits::default() }, SendLimit::NewBrand, SendLimit::Brand),
        (SendLimits { nearby: 8, ..SendLimits::default() }, SendLimit::NewNearby, SendLimit::Nearby),
    ];
    for (limits, half, whole) in story {
        let shop = open(limits).await;
        let purpose = key(&shop).await;
        let limit_of = |outcome| match refusal(outcome) {
            Refusal::TooManyCodes { limit, .. } => limit,
            other => panic!("{other:?}"),
        };
        for (n, member) in (0..).zip(newcomers(&shop, &shop.account.id, 2000, 6).await) {
            let outcome = tries(&shop, &member, &format!("+919876591{n:02}0"), START, 3000 + n).await;
            if n < 4 {
                outcome.expect("half of eight");
            } else {
                assert_eq!(limit_of(outcome), half);
            }
        }
        for (n, member) in (0..).zip(members(&shop, &block("7659", 6)).await) {
            let outcome = shop.engine.ask(&member, purpose, START, &mut seeded(4000 + n)).await;
            if n < 4 {
                outcome.expect("the other half");
            } else {
                assert_eq!(limit_of(outcome), whole);
            }
        }
    }
}

#[tokio::test]
async fn strangers_who_try_a_number_use_up_none_of_its_owner_s_codes_and_share_what_they_may_send() {
    let shop = open(SendLimits::default()).await;
    let purpose = key(&shop).await;
    let other = another_account(&shop, 21).await;
    let strangers = newcomers(&shop, &other, 2000, 3).await;
    let mut now = START;
    let mut moments = Vec::new();
    // Whoever of them asks, and however they spell it, waits for the others.
    let spellings = ["+919876543210", "+91 0 98765 43210", "+910098765-43210"];
    for n in 0.. {
        let (stranger, typed) = (&strangers[moments.len() % 3], spellings[n % 3]);
        match tries(&shop, stranger, typed, now, 3000 + n as u64).await {
            Ok(_) => moments.push((now.as_millis() - START.as_millis()) / 1000),
            outcome => match refusal(outcome) {
                Refusal::CodeJustSent { again_at }
                | Refusal::TooManyCodes { again_at, limit: SendLimit::Recipient } => now = again_at,
                other => panic!("{other:?} after {moments:?}"),
            },
        }
        if moments.len() == 11 {
            break;
        }
    }
    assert_eq!(moments, [0, 30, 60, 90, 120, 3600, 3630, 3660, 3690, 3720, 86_400]);

    // The admin's own number had all of these.
    assert_eq!(shop.admin.mobile.as_ref().map(|own| own.number.as_str()), Some(spellings[0]));
    let view = shop.logs_in(now, 2).await;
    for n in 0..5 {
        let now = now + domain::SECOND.times(30 * n);
        shop.engine.ask(&view, purpose, now, &mut seeded(4000 + n.unsigned_abs())).await.expect("their own");
    }
    let sixth = now + domain::SECOND.times(150);
    let outcome = shop.engine.ask(&view, purpose, sixth, &mut seeded(4100)).await;
    assert!(matches!(refusal(outcome), Refusal::TooManyCodes { limit: SendLimit::Recipient, .. }));
}
