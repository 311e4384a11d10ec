//! Two-factor, passwords and devices, attacked: the same code for two, a link for two, a step left out, a session that is over.

use std::sync::Arc;

use domain::{
    AuditEntry, BackupCode, Decision, LetterKind, MINUTE, Origin, Owed, Password, Purpose, Refusal, Role,
    Row, Session, SessionId, Stage, Timestamp, Token, TotpSecret, owes, seeded,
};
use engine::{EngineError, NewMember, NewNumber, View};
use store::LetterFate;

use crate::shop::{Figures, MS, NEXT_CODE, PASSWORD, START, Shop, refusal, wrong};

const ANOTHER: &str = "a lantern in the tall grass";

fn password() -> Password {
    Password::new(PASSWORD)
}

fn here() -> Origin {
    Origin { address: "192.0.2.1".to_owned(), agent: "a browser".to_owned() }
}

impl Shop {
    /// The code of a challenge that asks the number.
    async fn shows(&self, view: &View, purpose: Purpose, now: Timestamp, seed: u64) -> View {
        let code = self.asks(view, purpose, now, seed).await;
        self.engine.answer(view, &purpose, &code, now, &mut seeded(seed)).await.expect("right");
        self.again(view).await
    }

    /// Sets up an app in a session that has shown the number.
    async fn sets_up_an_app(
        &self,
        view: &View,
        now: Timestamp,
        seed: u64,
    ) -> (View, TotpSecret, Vec<BackupCode>) {
        let rng = &mut seeded(seed);
        self.engine.begin_app(view, password(), now, rng).await.expect("granted");
        let (_, app) = self.engine.new_app(view, now).await.expect("readable").expect("it waits");
        let code = app.code(now);
        let (_, codes) = self.engine.confirm_app(view, code.reveal(), now, rng).await.expect("right");
        (self.again(view).await, app, codes)
    }

    /// Logs in with the password; the app or a backup code is owed.
    async fn waits(&self, now: Timestamp, seed: u64) -> View {
        let brand = &self.account.brand;
        let rng = &mut seeded(seed);
        let email = &self.admin.email;
        let logged = self.engine.log_in(brand, email, password(), here(), now, rng).await.expect("right");
        assert!(logged.code_owed);
        self.engine.awaiting_view(&logged.token, brand, now).await.expect("a login that waits")
    }

    /// Takes the letters that are owed.
    async fn letters(&self, now: Timestamp) -> Vec<engine::OwedLetter> {
        let mut all = Vec::new();
        loop {
            let owed = self.engine.owed_letters(now).await.expect("readable");
            if owed.is_empty() {
                return all;
            }
            let fates = owed.iter().map(|one| (one.letter.id, LetterFate::Sent { at: now })).collect();
            self.engine.settle_letters(fates).await.expect("settled");
            all.extend(owed);
        }
    }

    /// Asks for a link and takes it from the letter, if one is owed.
    pub(crate) async fn forgets(&self, email: &str, now: Timestamp, seed: u64) -> Option<Token> {
        let brand = &self.account.brand;
        self.engine.ask_reset(brand, email, &here(), now, &mut seeded(seed)).await.expect("asked");
        let letters = self.letters(now).await;
        letters.into_iter().find_map(|one| match (one.letter.kind, one.enclosed) {
            (LetterKind::PasswordReset { .. }, engine::Enclosed::Link(token)) => Some(token),
            _ => None,
        })
    }

    pub(crate) async fn sets(
        &self,
        link: &Token,
        new: &str,
        now: Timestamp,
        seed: u64,
    ) -> Result<(), EngineError> {
        let brand = &self.account.brand;
        let rng = &mut seeded(seed);
        self.engine.reset_password(link, brand, Password::new(new), &[], &here(), now, rng).await
    }
}

/// A shop whose admin logs in with an app.
async fn with_app() -> (Shop, View, TotpSecret, Vec<BackupCode>) {
    let shop = Shop::open(Figures::patient()).await;
    let view = shop.logs_in(START, 1).await;
    let view = shop.shows(&view, Purpose::ChangeApp, START, 2).await;
    let (view, app, codes) = shop.sets_up_an_app(&view, START, 3).await;
    (shop, view, app, codes)
}

/// How many of these did it. The others must have been refused.
async fn successes<T: std::fmt::Debug + Send + 'static>(
    tasks: Vec<tokio::task::JoinHandle<Result<T, EngineError>>>,
) -> usize {
    let mut done = 0;
    for task in tasks {
        match task.await.expect("no panic") {
            Ok(_) => done += 1,
            Err(EngineError::Refused(_)) => {}
            Err(other) => panic!("{other}"),
        }
    }
    done
}

// RFC 6238 §5.2, TM-51
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_thirty_logins_with_the_same_code_of_an_app_exactly_one_succeeds() {
    let (shop, _, app, _) = with_app().await;
    let now = START + MINUTE;
    let mut views = Vec::new();
    for seed in 0..30 {
        views.push(shop.waits(now, 100 + seed).await);
    }
    let code = app.code(now).reveal().to_owned();
    let tasks = views
        .iter()
        .zip(200u64..)
        .map(|(view, seed)| {
            let (engine, view, code) = (Arc::clone(&shop.engine), view.clone(), code.clone());
            tokio::spawn(
                async move { engine.answer(&view, &Purpose::LogIn, &code, now, &mut seeded(seed)).await },
            )
        })
        .collect();
    assert_eq!(successes(tasks).await, 1);
    let mut open = 0;
    for view in &views {
        open += usize::from(matches!(shop.again(view).await.session.stage, Stage::Open { .. }));
    }
    assert_eq!(open, 1);
    let user = shop.again(&views[0]).await.user;
    assert!(user.locked_at.is_some(), "and the others counted as wrong: nine in a row lock");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_thirty_logins_with_the_same_backup_code_exactly_one_succeeds() {
    let (shop, _, _, codes) = with_app().await;
    let now = START + MINUTE;
    let mut views = Vec::new();
    for seed in 0..30 {
        views.push(shop.waits(now, 100 + seed).await);
    }
    let code = codes[0].reveal().to_string();
    let tasks = views
        .iter()
        .zip(200u64..)
        .map(|(view, seed)| {
            let (engine, view, code) = (Arc::clone(&shop.engine), view.clone(), code.clone());
            tokio::spawn(
                async move { engine.answer(&view, &Purpose::LogIn, &code, now, &mut seeded(seed)).await },
            )
        })
        .collect();
    assert_eq!(successes(tasks).await, 1);
    let left = shop.engine.backup_codes_left(&views[0]).await.expect("readable");
    assert_eq!(left.map(|(left, _)| left), Some(9));
}

#[tokio::test]
async fn a_code_of_an_app_or_a_backup_code_of_one_user_is_nothing_to_another() {
    let (shop, _, app, codes) = with_app().await;
    let new = NewMember {
        name: "Meera".to_owned(),
        email: "meera@shop.example".to_owned(),
        password: shop.admin.password.clone(),
        mobile: shop.admin.mobile.as_ref().map(|mobile| mobile.number.clone()),
        two_factor: true,
        role: Role::Admin,
    };
    let rng = &mut seeded(5);
    let meera = shop.engine.add_member(&shop.operator, &shop.account, new, START, rng).await.expect("added");
    let now = START + NEXT_CODE;
    let brand = &shop.account.brand;
    let logged = shop.engine.log_in(brand, &meera.email, password(), here(), now, rng).await.expect("right");
    let view = shop.engine.awaiting_view(&logged.token, brand, now).await.expect("it waits");
    for typed in [app.code(now).reveal().to_owned(), codes[0].reveal().to_string()] {
        let told = refusal(shop.engine.answer(&view, &Purpose::LogIn, &typed, now, rng).await);
        assert!(matches!(told, Refusal::WrongCode { .. }), "{told:?}");
    }
    // Even a sealed secret that somebody copied into her row opens nothing there.
    let stolen = shop.engine.store().user(&shop.admin.id).await.expect("readable").expect("there").totp;
    let sealed = stolen.expect("an app").sealed;
    let peppers = shop.engine.peppers();
    let pepper = peppers.newest();
    assert!(pepper.unseal_totp(meera.id.as_str(), &sealed).is_none());
    assert!(pepper.unseal_totp(shop.admin.id.as_str(), &sealed).is_some());
}

#[tokio::test]
async fn no_step_of_changing_a_number_can_be_left_out() {
    let shop = Shop::open(Figures::patient()).await;
    let view = shop.logs_in(START, 1).await;
    let elsewhere = shop.logs_in(START, 2).await;
    let engine = &shop.engine;
    let number = |password: &str| NewNumber {
        mobile: "+91 98765 00000".to_owned(),
        password: Password::new(password),
    };
    let ask = |view: View, password: &'static str, now: Timestamp| {
        let engine = Arc::clone(engine);
        async move {
            engine.ask_new_number(&view, Purpose::VerifyMobile, number(password), now, &mut seeded(9)).await
        }
    };
    assert_eq!(refusal(ask(view.clone(), PASSWORD, START).await), Refusal::StepUpNeeded, "the old one first");
    let view = shop.shows(&view, Purpose::ChangeMobile, START, 3).await;
    assert_eq!(refusal(ask(view.clone(), "a guess", START).await), Refusal::WrongPassword);
    assert_eq!(
        refusal(ask(elsewhere.clone(), PASSWORD, START).await),
        Refusal::StepUpNeeded,
        "another session"
    );
    let late = START + MINUTE.times(5);
    assert_eq!(
        refusal(ask(view.clone(), PASSWORD, late).await),
        Refusal::StepUpNeeded,
        "a grant of long ago"
    );
    ask(view.clone(), PASSWORD, START).await.expect("everything was shown");
    let code = shop.reads_sms(START).await;
    let stray = engine.answer(&elsewhere, &Purpose::VerifyMobile, &code, START, &mut seeded(4)).await;
    assert_eq!(refusal(stray), Refusal::CodeExpired, "another session");
    let stray = engine.answer(&view, &Purpose::ChangeMobile, &code, START, &mut seeded(4)).await;
    assert_eq!(refusal(stray), Refusal::CodeUsed, "another purpose");
    engine.answer(&view, &Purpose::VerifyMobile, &code, START, &mut seeded(5)).await.expect("right");
    let view = shop.again(&view).await;
    assert_eq!(view.user.mobile.as_ref().map(|mobile| mobile.number.as_str()), Some("+919876500000"));
    assert_eq!(shop.again(&elsewhere).await.session.ended_at, Some(START), "other devices are logged out");
    let letters = shop.letters(START).await;
    let told: Vec<_> = letters.iter().map(|one| one.letter.to.as_str()).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    for to in ["+919876543210", "admin@shop.example", "owner@shop.example"] {
        assert!(told.contains(&to), "{to}: {told:?}");
    }
    let stray = ask(view, PASSWORD, START + NEXT_CODE).await;
    assert_eq!(refusal(stray), Refusal::StepUpNeeded, "and the next change begins anew");
}

#[tokio::test]
async fn an_ended_or_locked_session_changes_nothing_of_its_users_login() {
    let (shop, view, app, _) = with_app().await;
    let (engine, now) = (&shop.engine, START + MINUTE);
    engine.ask(&view, Purpose::ChangeApp, now, &mut seeded(1)).await.expect("asked");
    engine.log_out(&view, &view.session.id, now).await.expect("ended");
    let code = app.code(now).reveal().to_owned();
    let told = engine.answer(&view, &Purpose::ChangeApp, &code, now, &mut seeded(2)).await;
    assert_eq!(refusal(told), Refusal::LogInFirst);
    let told = engine.remove_app(&view, password(), now, &mut seeded(3)).await;
    assert_eq!(refusal(told), Refusal::LogInFirst);

    let waiting = shop.waits(now, 4).await;
    for nth in 0..9 {
        if nth == 5 {
            engine.ask(&waiting, Purpose::LogIn, now + MS, &mut seeded(5)).await.expect("asked anew");
        }
        let typed = wrong(&code, 13 + nth);
        let _ = refusal(engine.answer(&waiting, &Purpose::LogIn, &typed, now, &mut seeded(6)).await);
    }
    let told = engine.answer(&waiting, &Purpose::LogIn, &code, now, &mut seeded(7)).await;
    assert_eq!(refusal(told), Refusal::MemberLocked);
    let told = engine.begin_app(&waiting, password(), now, &mut seeded(8)).await;
    assert_eq!(refusal(told), Refusal::MemberLocked);
    let owner = shop.engine.team(&shop.account.id).await.expect("readable");
    let owner =
        owner.iter().find(|one| one.member.role == Role::Owner).expect("there is one").user.email.clone();
    let letters = shop.letters(now).await;
    let told = letters.iter().any(|one| {
        one.letter.to.as_str() == owner && matches!(one.letter.kind, LetterKind::MemberChanged { .. })
    });
    assert!(told, "the owner hears of the lock");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_thirty_simultaneous_uses_of_a_link_exactly_one_sets_its_password() {
    let shop = Shop::open(Figures::patient()).await;
    let link = shop.forgets("admin@shop.example", START, 1).await.expect("a link");
    let text = link.reveal().to_owned();
    let tasks = (0..30u64)
        .map(|seed| {
            let (engine, brand) = (Arc::clone(&shop.engine), shop.account.brand.clone());
            let link = Token::parse(&text).expect("a token");
            tokio::spawn(async move {
                let new = Password::new(&format!("a lantern in the tall grass {seed}"));
                let rng = &mut seeded(seed);
                engine.reset_password(&link, &brand, new, &[], &here(), START, rng).await
            })
        })
        .collect();
    assert_eq!(successes(tasks).await, 1);
    assert_eq!(shop.audited("password.reset").await, 1);
}

#[tokio::test]
async fn a_link_works_once_for_thirty_minutes_and_a_newer_one_kills_it() {
    let shop = Shop::open(Figures::patient()).await;
    let old = shop.forgets("Admin@Shop.example ", START, 1).await.expect("a link");
    let new = shop.forgets("admin@shop.example", START, 2).await.expect("another");
    assert_eq!(refusal(shop.sets(&old, ANOTHER, START, 3).await), Refusal::LinkOver, "replaced");
    let over = START + MINUTE.times(30);
    assert_eq!(refusal(shop.sets(&new, ANOTHER, over, 4).await), Refusal::LinkOver, "too late");
    let weak = shop.sets(&new, "Password123!", START, 5).await;
    assert!(
        matches!(refusal(weak), Refusal::Invalid { field: "password", .. }),
        "and the link is not used up"
    );
    let elsewhere = domain::BrandId::new("axis", "IN").expect("a brand");
    let stray = shop.engine.reset_link(&new, &elsewhere, START).await;
    assert_eq!(refusal(stray), Refusal::LinkOver, "another brand's host");
    shop.sets(&new, ANOTHER, START, 6).await.expect("in time");
    assert_eq!(refusal(shop.sets(&new, ANOTHER, START, 7).await), Refusal::LinkOver, "once");
    let stranger = Token::draw(&mut seeded(8));
    assert_eq!(refusal(shop.sets(&stranger, ANOTHER, START, 9).await), Refusal::LinkOver, "made up");
    assert!(shop.forgets("nobody@shop.example", START, 10).await.is_none());
    assert!(shop.forgets("owner@shop.example", START, 11).await.is_none(), "has no password yet");
}

#[tokio::test]
async fn a_link_that_waits_in_an_inbox_is_dead_once_the_password_was_changed_by_who_knew_it() {
    let shop = Shop::open(Figures::patient()).await;
    let view = shop.logs_in(START, 1).await;
    let link = shop.forgets("admin@shop.example", START, 2).await.expect("a link");
    let rng = &mut seeded(3);
    let new = Password::new("windmills turn at night");
    shop.engine.change_password(&view, password(), new, &[], START, rng).await.expect("theirs to change");
    assert_eq!(refusal(shop.sets(&link, ANOTHER, START, 4).await), Refusal::LinkOver);
}

#[tokio::test]
async fn however_many_sessions_there_are_a_change_of_password_leaves_one() {
    let shop = Shop::open(Figures::patient()).await;
    let view = shop.logs_in(START, 1).await;
    let like_it = shop.again(&view).await.session;
    let sessions = (0..130).map(|n| Session {
        id: SessionId::draw(&mut seeded(1_000 + n)),
        digest: shop.engine.peppers().newest().digest_token(&Token::draw(&mut seeded(2_000 + n))),
        version: 0,
        ..like_it.clone()
    });
    for session in sessions {
        let mut decision = Decision::new(AuditEntry::in_session(&session, "test.opened", session.id, START));
        decision.insert(Row::Session(session));
        shop.engine.store().commit(decision, &shop.engine.peppers()).await.expect("nothing is in the way");
    }
    let new = Password::new("windmills turn at night");
    let rng = &mut seeded(3);
    shop.engine.change_password(&view, password(), new, &[], START, rng).await.expect("theirs to change");
    let left = shop.engine.sessions(&view, START).await.expect("readable");
    assert_eq!(left.iter().map(|one| one.id).collect::<Vec<_>>(), [view.session.id]);
}

#[tokio::test]
async fn a_reset_gives_a_password_and_nothing_else() {
    let (shop, view, app, _) = with_app().await;
    let brand = &shop.account.brand;
    let link = shop.forgets("admin@shop.example", START, 20).await.expect("a link");
    shop.sets(&link, ANOTHER, START, 21).await.expect("a good link");
    assert_eq!(shop.again(&view).await.session.ended_at, Some(START), "every session ends");
    let rng = &mut seeded(22);
    let old = shop.engine.log_in(brand, &shop.admin.email, password(), here(), START, rng).await;
    assert_eq!(refusal(old), Refusal::WrongCredentials);
    let now = START + MINUTE;
    let new = Password::new(ANOTHER);
    let logged = shop.engine.log_in(brand, &shop.admin.email, new, here(), now, rng).await.expect("right");
    assert!(logged.code_owed, "the second factor is asked for as always");
    let waiting = shop.engine.awaiting_view(&logged.token, brand, now).await.expect("it waits");
    let right = app.code(now).reveal().to_owned();
    for nth in 0..9 {
        if nth == 5 {
            shop.engine.ask(&waiting, Purpose::LogIn, now + MS, rng).await.expect("asked anew");
        }
        let _ =
            refusal(shop.engine.answer(&waiting, &Purpose::LogIn, &wrong(&right, 13 + nth), now, rng).await);
    }
    let link = shop.forgets("admin@shop.example", now, 23).await.expect("a link, lock or no lock");
    shop.sets(&link, PASSWORD, now, 24).await.expect("a good link");
    let locked = shop.engine.log_in(brand, &shop.admin.email, password(), here(), now, rng).await;
    assert_eq!(refusal(locked), Refusal::MemberLocked, "who is locked stays locked");
}

#[tokio::test]
async fn a_password_changes_with_the_one_in_use_and_a_code_where_two_are_asked() {
    let (shop, view, app, _) = with_app().await;
    let (engine, now) = (&shop.engine, START + MINUTE);
    let elsewhere = shop.waits(now, 30).await;
    let new = || Password::new(ANOTHER);
    let rng = &mut seeded(31);
    let told = engine.change_password(&view, Password::new("a guess"), new(), &[], now, rng).await;
    assert_eq!(refusal(told), Refusal::WrongPassword);
    let told = engine.change_password(&view, password(), new(), &[], now, rng).await;
    assert_eq!(refusal(told), Refusal::StepUpNeeded);
    engine.ask(&view, Purpose::ChangePassword, now, rng).await.expect("asked");
    let code = app.code(now).reveal().to_owned();
    engine.answer(&view, &Purpose::ChangePassword, &code, now, rng).await.expect("right");
    let view = shop.again(&view).await;
    let weak =
        engine.change_password(&view, password(), Password::new("razorpay1"), &["Razorpay"], now, rng).await;
    assert!(matches!(refusal(weak), Refusal::Invalid { field: "password", .. }));
    engine.change_password(&view, password(), new(), &[], now, rng).await.expect("everything was shown");
    let again = engine.change_password(&shop.again(&view).await, new(), password(), &[], now, rng).await;
    assert_eq!(refusal(again), Refusal::StepUpNeeded, "a code pays for one change");
    assert_eq!(shop.again(&elsewhere).await.session.ended_at, Some(now));
    assert_eq!(shop.again(&view).await.session.ended_at, None);
}

#[tokio::test]
async fn wishes_for_links_are_counted_by_address_and_by_place_known_or_not() {
    let shop = Shop::open(Figures::patient()).await;
    let brand = &shop.account.brand;
    let from = |n: u32| Origin { address: format!("192.0.2.{n}"), agent: String::new() };
    for email in ["admin@shop.example", "nobody@shop.example"] {
        for n in 0..5 {
            assert_eq!(shop.engine.may_ask_reset(brand, email, &from(n), START), Ok(()), "{email}");
        }
        let told = shop.engine.may_ask_reset(brand, &email.to_uppercase(), &from(9), START);
        assert!(matches!(told, Err(Refusal::TooManyAttempts { .. })), "{email}");
    }
    let told = (0..30)
        .filter(|n| shop.engine.may_ask_reset(brand, &format!("{n}@a.example"), &from(77), START).is_ok());
    assert_eq!(told.count(), 20, "from one place");
}

#[tokio::test]
async fn a_new_device_is_told_by_letter_and_a_known_one_is_not() {
    let shop = Shop::open(Figures::patient()).await;
    let engine = &shop.engine;
    let view = shop.logs_in(START, 1).await;
    let told = |letters: &[engine::OwedLetter]| {
        letters.iter().filter(|one| matches!(one.letter.kind, LetterKind::SignedIn { .. })).count()
    };
    let first = engine.recognise(&view, None, START, &mut seeded(2)).await.expect("done").expect("a token");
    assert_eq!(told(&shop.letters(START).await), 0, "nobody is told of their very first");
    let known = Token::parse(first.reveal());
    assert!(engine.recognise(&view, known, START, &mut seeded(3)).await.expect("done").is_none());
    assert_eq!(told(&shop.letters(START).await), 0);
    let made_up = Some(Token::draw(&mut seeded(4)));
    let kept = engine.recognise(&view, made_up, START, &mut seeded(5)).await.expect("done");
    assert!(kept.is_some());
    assert_eq!(told(&shop.letters(START).await), 1);
    let devices = engine.store().devices(&view.user.id).await.expect("readable");
    assert_eq!(devices.known.len(), 2);
    for seed in 10..40 {
        engine.recognise(&view, None, START, &mut seeded(seed)).await.expect("done");
    }
    let devices = engine.store().devices(&view.user.id).await.expect("readable");
    assert_eq!(devices.known.len(), 20, "no more than that are remembered");
}

#[tokio::test]
async fn what_an_account_asks_of_everybody_holds_at_the_next_request_of_open_sessions_too() {
    let shop = Shop::open(Figures::patient()).await;
    let (engine, brand) = (&shop.engine, &shop.account.brand);
    let rng = &mut seeded(1);
    let logged =
        engine.log_in(brand, &shop.admin.email, password(), here(), START, rng).await.expect("right");
    let view = engine.view(&logged.token, brand, START).await.expect("nothing is asked yet");
    let strict = domain::Account { two_factor_required: true, ..view.account.clone() };
    let mut decision = domain::Decision::new(domain::AuditEntry::by(
        &shop.operator,
        "account.two_factor_required",
        Some(strict.id),
        strict.id,
        START,
    ));
    decision.update(domain::Row::Account(strict));
    engine.store().commit(decision, &engine.peppers()).await.expect("written");

    assert_eq!(refusal(engine.view(&logged.token, brand, START).await), Refusal::SecondFactorOwed);
    let view = engine.view_setting_up(&logged.token, brand, START).await.expect("the page that sets one up");
    assert_eq!(owes(&view.user, &view.session, &view.account), Some(Owed::SecondFactor));
    let told = engine.ask_two_factor(&view, false, password(), START, rng).await;
    assert!(matches!(refusal(told), Refusal::Invalid { .. }), "it is off");
    engine.ask_two_factor(&view, true, password(), START, rng).await.expect("a code to the number");
    let code = shop.reads_sms(START).await;
    let token = engine.answer(&view, &Purpose::TwoFactorOn, &code, START, rng).await.expect("right");
    let view = engine.view(&token, brand, START).await.expect("nothing is owed any more");
    let told = engine.ask_two_factor(&view, false, password(), START + NEXT_CODE, rng).await;
    assert_eq!(refusal(told), Refusal::SecondFactorRequired, "and it cannot be given up");
}
