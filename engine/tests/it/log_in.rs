//! Logging in under attack: a password that is changed while it is compared, many at once, one password tried on everybody.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::{HashMemory, MINUTE, Origin, Password, Purpose, Refusal, Stage, User, seeded};
use engine::{Busy, EngineError, Heavy, LoggedIn};
use rand_core::{Rng, TryRng};
use tokio::sync::Notify;

use crate::races::{split, thirty_at_once};
use crate::shop::{Figures, PASSWORD, START, Shop, refusal};

const ANOTHER: &str = "a lantern in the tall grass";

fn from(address: &str) -> Origin {
    Origin { address: address.to_owned(), agent: "a browser".to_owned() }
}

impl Shop {
    async fn tries(&self, email: &str, password: &str, address: &str) -> Result<LoggedIn, EngineError> {
        self.tries_with(email, password, address, 5).await
    }

    async fn tries_with(
        &self,
        email: &str,
        password: &str,
        address: &str,
        seed: u64,
    ) -> Result<LoggedIn, EngineError> {
        let (brand, password) = (&self.account.brand, Password::new(password));
        self.engine.log_in(brand, email, password, from(address), START, &mut seeded(seed)).await
    }

    async fn admin_now(&self) -> User {
        self.engine.store().user(&self.admin.id).await.expect("a whole database").expect("a user")
    }
}

fn is_wrong(error: EngineError) -> bool {
    matches!(error, EngineError::Refused(Refusal::WrongCredentials))
}

/// Randomness that lets somebody else act before one of its draws: between what a decision has read and what it writes.
struct Interrupted<A> {
    rng: Box<dyn Rng + Send>,
    /// How many draws come before.
    spared: usize,
    act: Option<A>,
}

impl<A: Future<Output = ()>> Interrupted<A> {
    fn let_act(&mut self) {
        if self.spared == 0
            && let Some(act) = self.act.take()
        {
            tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(act));
        }
        self.spared = self.spared.saturating_sub(1);
    }
}

impl<A: Future<Output = ()>> TryRng for Interrupted<A> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.let_act();
        Ok(self.rng.next_u32())
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.let_act();
        Ok(self.rng.next_u64())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.let_act();
        self.rng.fill_bytes(bytes);
        Ok(())
    }
}

/// Compares passwords, and holds the answer of the next one back until it is told to go on.
#[derive(Default)]
struct Gate {
    holds: AtomicBool,
    arrived: Notify,
    go: Notify,
}

impl Gate {
    fn hashing(self: &Arc<Self>) -> Heavy {
        let gate = self.clone();
        Arc::new(move |work| {
            let (gate, answer) = (gate.clone(), work(&mut HashMemory::default()));
            Box::pin(async move {
                if gate.holds.swap(false, Ordering::SeqCst) {
                    gate.arrived.notify_one();
                    gate.go.notified().await;
                }
                Ok(answer)
            })
        })
    }

    /// Starts a login of the admin and returns once its password has been compared, and found right.
    async fn compares(&self, shop: &Arc<Shop>) -> tokio::task::JoinHandle<Result<LoggedIn, EngineError>> {
        self.holds.store(true, Ordering::SeqCst);
        let shop = shop.clone();
        let login = tokio::spawn(async move { shop.tries(&shop.admin.email, PASSWORD, "192.0.2.1").await });
        self.arrived.notified().await;
        login
    }
}

async fn held() -> (Arc<Shop>, Arc<Gate>) {
    let gate = Arc::new(Gate::default());
    (Arc::new(Shop::hashing(Figures::patient(), gate.hashing()).await), gate)
}

#[tokio::test]
async fn a_login_whose_password_was_compared_before_a_reset_opens_nothing_after_it() {
    let (shop, gate) = held().await;
    let link = shop.forgets(&shop.admin.email, START, 1).await.expect("a link");
    let login = gate.compares(&shop).await;
    shop.sets(&link, ANOTHER, START, 8).await.expect("a good link");
    gate.go.notify_one();
    assert_eq!(refusal(login.await.expect("no panic")), Refusal::WrongCredentials);
    assert_eq!(shop.audited("session.opened").await, 0);
    shop.tries(&shop.admin.email, ANOTHER, "192.0.2.1").await.expect("the new one");
}

#[tokio::test]
async fn a_login_whose_password_was_compared_before_two_factor_was_turned_on_owes_a_code() {
    let (shop, gate) = held().await;
    let view = shop.logs_in(START, 1).await;
    let rng = &mut seeded(2);
    shop.engine.ask_two_factor(&view, true, Password::new(PASSWORD), START, rng).await.expect("a code");
    let code = shop.reads_sms(START).await;
    let login = gate.compares(&shop).await;
    shop.engine.answer(&view, &Purpose::TwoFactorOn, &code, START, rng).await.expect("right");
    gate.go.notify_one();
    let logged = login.await.expect("no panic").expect("the right password");
    assert!(logged.code_owed);
    let waiting = shop.engine.awaiting_view(&logged.token, &shop.account.brand, START).await;
    assert_eq!(waiting.expect("a login that waits").session.stage, Stage::AwaitingCode);
}

#[tokio::test]
async fn a_login_whose_password_was_compared_before_the_member_was_locked_says_so() {
    let (shop, gate) = held().await;
    let login = gate.compares(&shop).await;
    let locked = User { locked_at: Some(START), ..shop.admin_now().await };
    let entry = domain::AuditEntry::by(&shop.operator, "member.locked", None, locked.id, START);
    let mut decision = domain::Decision::new(entry);
    decision.update(domain::Row::User(locked));
    shop.engine.store().commit(decision, &shop.engine.peppers()).await.expect("written");
    gate.go.notify_one();
    assert_eq!(refusal(login.await.expect("no panic")), Refusal::MemberLocked);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_that_had_read_its_user_before_a_reset_was_written_opens_nothing() {
    let shop = Arc::new(Shop::open(Figures::patient()).await);
    let link = shop.forgets(&shop.admin.email, START, 1).await.expect("a link");
    let resetting = shop.clone();
    let act = Box::pin(async move { resetting.sets(&link, ANOTHER, START, 8).await.expect("a good link") });
    let mut rng = Interrupted { rng: Box::new(seeded(2)), spared: 0, act: Some(act) };
    let (brand, email) = (&shop.account.brand, &shop.admin.email);
    let told = shop.engine.log_in(brand, email, Password::new(PASSWORD), from("192.0.2.1"), START, &mut rng);
    assert_eq!(refusal(told.await), Refusal::WrongCredentials);
    assert_eq!(shop.audited("session.opened").await, 0);
    assert_eq!(shop.audited("password.reset").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reset_that_had_read_the_sessions_before_a_login_was_written_ends_its_session_too() {
    let shop = Arc::new(Shop::open(Figures::patient()).await);
    let link = shop.forgets(&shop.admin.email, START, 1).await.expect("a link");
    let opened = Arc::new(std::sync::Mutex::new(None));
    let (logging_in, keeps) = (shop.clone(), opened.clone());
    let act = Box::pin(async move {
        let logged = logging_in.tries(&logging_in.admin.email, PASSWORD, "192.0.2.1").await;
        *keeps.lock().expect("nobody panicked") = Some(logged.expect("still the right password").token);
    });
    // The salt is drawn before anything is read.
    let mut rng = Interrupted { rng: Box::new(seeded(2)), spared: 1, act: Some(act) };
    let (brand, new) = (&shop.account.brand, Password::new(ANOTHER));
    let here = from("192.0.2.7");
    shop.engine.reset_password(&link, brand, new, &[], &here, START, &mut rng).await.expect("a good link");
    let token = opened.lock().expect("nobody panicked").take().expect("a session");
    assert_eq!(refusal(shop.engine.view(&token, brand, START).await), Refusal::LogInFirst);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_thirty_logins_that_race_a_reset_none_is_open_after_it() {
    let shop = Arc::new(Shop::open(Figures::patient()).await);
    let mut old = PASSWORD.to_owned();
    for round in 0..5 {
        let link = Arc::new(shop.forgets(&shop.admin.email, START, 100 + round).await.expect("a link"));
        let new = format!("{ANOTHER} {round}");
        let (resets, types) = (new.clone(), old.clone());
        let opened = thirty_at_once(|nth| {
            let (shop, link, new, old) = (shop.clone(), link.clone(), resets.clone(), types.clone());
            async move {
                if nth == 15 {
                    shop.sets(&link, &new, START, 8).await.expect("a good link");
                    return None;
                }
                let place = format!("198.51.{round}.{nth}");
                match shop.tries_with(&shop.admin.email, &old, &place, 1_000 + 100 * round + nth).await {
                    Ok(logged) => Some(logged.token),
                    Err(EngineError::Refused(Refusal::WrongCredentials)) => None,
                    Err(other) => panic!("{other}"),
                }
            }
        })
        .await;
        for token in opened.into_iter().flatten() {
            let view = shop.engine.view(&token, &shop.account.brand, START).await;
            assert_eq!(refusal(view), Refusal::LogInFirst, "round {round}");
        }
        old = new;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_logins_of_one_member_at_once_all_get_in() {
    // No time is spent on comparing, so that all of them meet where they are written.
    let quick: Heavy = Arc::new(|_| Box::pin(std::future::ready(Ok(true))));
    let shop = Arc::new(Shop::hashing(Figures::patient(), quick).await);
    let (opened, refused) = split(
        thirty_at_once(|nth| {
            let shop = shop.clone();
            async move {
                let place = format!("198.51.100.{nth}");
                shop.tries_with(&shop.admin.email, PASSWORD, &place, 100 + nth).await
            }
        })
        .await,
    );
    assert_eq!((opened.len(), refused), (30, Vec::new()));
}

#[tokio::test]
async fn one_password_tried_on_everybody_from_one_source_is_looked_at_a_hundred_times_in_a_quarter_of_an_hour()
 {
    let quick: Heavy = Arc::new(|_| Box::pin(std::future::ready(Ok(false))));
    for (addresses, is_one_source) in [
        (["192.0.2.1", "192.0.2.1"], true),
        (["2001:db8:0:1::1", "2001:db8:0:1:ffff::2"], true),
        (["192.0.2.1", "192.0.2.2"], false),
        (["2001:db8:0:1::1", "2001:db8:0:2::1"], false),
    ] {
        let shop = Shop::hashing(Figures::default(), quick.clone()).await;
        for nth in 0..100 {
            let told = shop.tries(&format!("nobody{nth}@shop.example"), "Winter2026!", addresses[0]).await;
            assert_eq!(refusal(told), Refusal::WrongCredentials, "{nth}");
        }
        let told = refusal(shop.tries("another@shop.example", "Winter2026!", addresses[1]).await);
        if is_one_source {
            assert_eq!(
                told,
                Refusal::TooManyAttempts { again_at: START + MINUTE.times(15) },
                "{addresses:?}"
            );
        } else {
            assert_eq!(told, Refusal::WrongCredentials, "{addresses:?}");
        }
        let (name, rng) = ("somebody", &mut seeded(1));
        let console =
            shop.engine.log_in_to_console(name, Password::new("x"), "000000", from(addresses[0]), START, rng);
        assert_eq!(refusal(console.await), Refusal::WrongCredentials, "operators are counted apart");
    }
}

#[tokio::test]
async fn right_passwords_count_for_nothing_and_forgive_no_wrong_ones_for_others() {
    let shop = Shop::open(Figures::patient()).await;
    for nth in 0..60 {
        shop.tries_with(&shop.admin.email, PASSWORD, "192.0.2.1", nth).await.expect("right");
        let told = shop.tries(&format!("nobody{nth}@shop.example"), "x", "192.0.2.1").await;
        assert_eq!(refusal(told), Refusal::WrongCredentials);
    }
    let mut looked_at = 60;
    for nth in 0..100 {
        if shop.tries(&format!("{nth}@shop.example"), "x", "192.0.2.1").await.is_err_and(is_wrong) {
            looked_at += 1;
        }
    }
    assert_eq!(looked_at, 100);
}

#[tokio::test]
async fn one_address_typed_wrong_over_and_over_uses_up_its_own_share_alone() {
    let quick: Heavy = Arc::new(|_| Box::pin(std::future::ready(Ok(false))));
    let shop = Shop::hashing(Figures::default(), quick).await;
    let mut told = Vec::new();
    for _ in 0..200 {
        told.push(refusal(shop.tries("admin@shop.example", "x", "192.0.2.1").await));
    }
    assert_eq!(told.iter().filter(|one| **one == Refusal::WrongCredentials).count(), 10);
    let other = shop.tries("owner@shop.example", "x", "192.0.2.1").await;
    assert_eq!(refusal(other), Refusal::WrongCredentials, "the others in the same office go on");
}

#[tokio::test]
async fn operators_of_one_source_are_counted_as_members_are() {
    let quick: Heavy = Arc::new(|_| Box::pin(std::future::ready(Ok(false))));
    let shop = Shop::hashing(Figures::default(), quick).await;
    let mut looked_at = 0;
    for nth in 0..200 {
        let (name, rng) = (format!("ops{nth}"), &mut seeded(1));
        let (password, origin) = (Password::new("x"), from("192.0.2.1"));
        let told = shop.engine.log_in_to_console(&name, password, "000000", origin, START, rng).await;
        if told.is_err_and(is_wrong) {
            looked_at += 1;
        }
    }
    assert_eq!(looked_at, 100);
}

#[tokio::test]
async fn a_password_that_nobody_had_time_for_counts_for_nothing() {
    let busy = Arc::new(AtomicBool::new(true));
    let is_busy = busy.clone();
    let hashing: Heavy = Arc::new(move |work| {
        let told = match is_busy.load(Ordering::SeqCst) {
            true => Err(Busy),
            false => Ok(work(&mut HashMemory::default())),
        };
        Box::pin(std::future::ready(told))
    });
    let shop = Shop::hashing(Figures::default(), hashing).await;
    for _ in 0..200 {
        let told = shop.tries("admin@shop.example", PASSWORD, "192.0.2.1").await;
        assert!(matches!(told, Err(EngineError::Busy)), "{told:?}");
    }
    busy.store(false, Ordering::SeqCst);
    shop.tries("admin@shop.example", PASSWORD, "192.0.2.1").await.expect("the right password");
}

#[tokio::test]
async fn an_address_longer_than_any_is_refused_before_anything_is_counted_or_compared() {
    let hashed = Arc::new(AtomicBool::new(false));
    let has_hashed = hashed.clone();
    let hashing: Heavy = Arc::new(move |_| {
        has_hashed.store(true, Ordering::SeqCst);
        Box::pin(std::future::ready(Ok(false)))
    });
    let shop = Shop::hashing(Figures::default(), hashing).await;
    for nth in 0..200 {
        let email = format!("{nth}{}@shop.example", "a".repeat(250));
        assert_eq!(refusal(shop.tries(&email, "x", "192.0.2.1").await), Refusal::WrongCredentials);
    }
    assert!(!hashed.load(Ordering::SeqCst));
    let told = shop.tries(&format!("{}@shop.example", "a".repeat(241)), "x", "192.0.2.1").await;
    assert_eq!(refusal(told), Refusal::WrongCredentials);
    assert!(hashed.load(Ordering::SeqCst), "one of 254 bytes is looked at");
}
