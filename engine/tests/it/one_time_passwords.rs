//! One-time passwords as a member meets them: skipped after one at login, asked for otherwise, bound to one action,
//! locked after nine wrong ones.

use domain::{KeyRef, MINUTE, Mode, Password, Purpose, Refusal, Role, SECOND, StepUpRule, seeded};
use engine::{NewNumber, Step};
use store::TeamMember;

use crate::shop::{Figures, Held, MS, NEXT_CODE, PASSWORD, START, Shop, now_request, refusal, wrong};

fn regenerate(key: KeyRef) -> Purpose {
    Purpose::Regenerate { key, mode: Mode::Test }
}

#[tokio::test]
async fn no_code_is_asked_for_when_one_was_answered_at_this_login() {
    let shop = Shop::open(Figures { two_factor: true, ..Figures::default() }).await;
    let held = shop.generates("Default", Mode::Test, START, 1).await;
    let awaiting = shop.logs_in(START, 2).await;
    let code = shop.reads_sms(START).await;
    shop.engine.answer(&awaiting, &Purpose::LogIn, &code, START, &mut seeded(3)).await.expect("right");
    let view = shop.again(&awaiting).await;
    assert_eq!(shop.engine.step(&view, &regenerate(held.key), START).await.expect("a step"), Step::Clear);
    let done =
        shop.engine.regenerate(&view, &held.key, &now_request(None), None, START, &mut seeded(4)).await;
    done.expect("no further code is needed");
}

#[tokio::test]
async fn a_brand_can_ask_every_time() {
    let shop = Shop::open(Figures { two_factor: true, rule: StepUpRule::Always, ..Figures::default() }).await;
    let held = shop.generates("Default", Mode::Test, START, 1).await;
    let awaiting = shop.logs_in(START, 2).await;
    let code = shop.reads_sms(START).await;
    shop.engine.answer(&awaiting, &Purpose::LogIn, &code, START, &mut seeded(3)).await.expect("right");
    let view = shop.again(&awaiting).await;
    assert_eq!(shop.engine.step(&view, &regenerate(held.key), START).await.expect("a step"), Step::Ask);
    let done =
        shop.engine.regenerate(&view, &held.key, &now_request(None), None, START, &mut seeded(4)).await;
    assert_eq!(refusal(done), Refusal::StepUpNeeded);
}

#[tokio::test]
async fn a_code_asked_for_one_key_opens_no_other_key_and_no_other_session() {
    let shop = Shop::open(Figures::patient()).await;
    let one = shop.generates("one", Mode::Test, START, 1).await;
    let other = shop.generates("other", Mode::Test, START, 2).await;
    let view = shop.logs_in(START, 3).await;
    let elsewhere = shop.logs_in(START, 4).await;
    let code = shop.asks(&view, regenerate(one.key), START, 5).await;

    let rng = &mut seeded(6);
    let engine = &shop.engine;
    let stray = engine.answer(&view, &regenerate(other.key), &code, START, rng).await;
    assert_eq!(refusal(stray), Refusal::CodeExpired, "there is no question for the other key");
    let stray = engine.answer(&elsewhere, &regenerate(one.key), &code, START, rng).await;
    assert_eq!(refusal(stray), Refusal::CodeExpired, "there is no question in the other session");

    engine.answer(&view, &regenerate(one.key), &code, START, rng).await.expect("right");
    let view = shop.again(&view).await;
    let request = now_request(None);
    let stray = engine.regenerate(&view, &other.key, &request, None, START, rng).await;
    assert_eq!(refusal(stray), Refusal::StepUpNeeded);
    let stray = engine.regenerate(&elsewhere, &one.key, &request, None, START, rng).await;
    assert_eq!(refusal(stray), Refusal::StepUpNeeded);
    let stray = engine.deactivate(&view, &one.key_id, START, rng).await;
    assert_eq!(refusal(stray), Refusal::StepUpNeeded, "nor another action");
    engine.regenerate(&view, &one.key, &request, None, START, rng).await.expect("the one it was for");
    let again = engine.regenerate(&view, &one.key, &request, None, START, rng).await;
    assert_eq!(refusal(again), Refusal::StepUpNeeded, "once");
}

#[tokio::test]
async fn a_code_works_for_five_minutes_and_what_it_grants_for_five_more() {
    let shop = Shop::open(Figures::patient()).await;
    let held = shop.generates("Default", Mode::Test, START, 1).await;
    let purpose = regenerate(held.key);
    let view = shop.logs_in(START, 2).await;
    let code = shop.asks(&view, purpose, START, 3).await;
    let over = START + MINUTE.times(5);
    let late = shop.engine.answer(&view, &purpose, &code, over, &mut seeded(4)).await;
    assert_eq!(refusal(late), Refusal::CodeExpired);
    let answered = over - MS;
    shop.engine.answer(&view, &purpose, &code, answered, &mut seeded(5)).await.expect("just in time");
    let view = shop.again(&view).await;
    let (request, grant_over) = (now_request(None), answered + MINUTE.times(5));
    let late = shop.engine.regenerate(&view, &held.key, &request, None, grant_over, &mut seeded(6)).await;
    assert_eq!(refusal(late), Refusal::StepUpNeeded);
    let done =
        shop.engine.regenerate(&view, &held.key, &request, None, grant_over - MS, &mut seeded(7)).await;
    done.expect("just in time");
}

#[tokio::test]
async fn asking_again_replaces_the_code_and_gives_back_no_try() {
    let shop = Shop::open(Figures::patient()).await;
    let held = shop.generates("Default", Mode::Test, START, 1).await;
    let (purpose, engine) = (regenerate(held.key), &shop.engine);
    let view = shop.logs_in(START, 2).await;
    let first = shop.asks(&view, purpose, START, 3).await;
    for nth in 0..3 {
        let told = engine.answer(&view, &purpose, &wrong(&first, nth), START, &mut seeded(4)).await;
        assert_eq!(refusal(told), Refusal::WrongCode { tries_left: 4 - nth });
    }
    let soon = engine.ask(&view, purpose, START + SECOND.times(30) - MS, &mut seeded(5)).await;
    assert_eq!(refusal(soon), Refusal::CodeJustSent { again_at: START + SECOND.times(30) });
    let later = START + SECOND.times(30);
    let second = shop.asks(&view, purpose, later, 6).await;
    assert_ne!(first, second);
    let told = engine.answer(&view, &purpose, &first, later, &mut seeded(7)).await;
    assert_eq!(refusal(told), Refusal::WrongCode { tries_left: 1 }, "the first code is worth nothing now");
    let told = engine.answer(&view, &purpose, &wrong(&second, 0), later, &mut seeded(8)).await;
    assert_eq!(refusal(told), Refusal::NoTriesLeft);
    let told = engine.answer(&view, &purpose, &second, later, &mut seeded(9)).await;
    assert_eq!(refusal(told), Refusal::NoTriesLeft);
}

// TM-55
#[tokio::test]
async fn nine_wrong_codes_in_a_row_lock_the_member_over_all_challenges_until_somebody_unlocks_them() {
    let shop = Shop::open(Figures::patient()).await;
    let held = shop.generates("Default", Mode::Test, START, 1).await;
    let (purpose, engine) = (regenerate(held.key), &shop.engine);
    let view = shop.logs_in(START, 2).await;
    let mut now = START;
    let mut wrongs = 0u32;
    'asking: loop {
        let code = shop.asks(&view, purpose, now, 10 + u64::from(wrongs)).await;
        for nth in 0..5 {
            let told = refusal(engine.answer(&view, &purpose, &wrong(&code, nth), now, &mut seeded(3)).await);
            wrongs += 1;
            match (wrongs, told) {
                (9, told) => {
                    assert_eq!(told, Refusal::MemberLocked);
                    break 'asking;
                }
                (5, told) => assert_eq!(told, Refusal::NoTriesLeft),
                (_, told) => assert!(matches!(told, Refusal::WrongCode { .. }), "{wrongs}: {told:?}"),
            }
        }
        now = now + NEXT_CODE;
    }

    let locked = engine.ask(&view, purpose, now + NEXT_CODE, &mut seeded(4)).await;
    assert_eq!(refusal(locked), Refusal::MemberLocked, "no further code is sent");
    let origin = domain::Origin { address: "192.0.2.1".to_owned(), agent: String::new() };
    let brand = &shop.account.brand;
    let locked = engine
        .log_in(brand, &shop.admin.email, Password::new(PASSWORD), origin.clone(), now, &mut seeded(5))
        .await;
    assert_eq!(refusal(locked), Refusal::MemberLocked);
    let stranger =
        engine.log_in(brand, &shop.admin.email, Password::new("not it"), origin, now, &mut seeded(5)).await;
    assert_eq!(refusal(stranger), Refusal::WrongCredentials, "a stranger does not learn of the lock");

    let team = engine.team(&shop.account.id).await.expect("the team");
    let acting = |role: Role| {
        let TeamMember { member, .. } =
            team.iter().find(|one| one.member.role == role).expect("there is one");
        member.acting(view.session.id, "192.0.2.2")
    };
    let (account, admin) = (&shop.account.id, &shop.admin.id);
    let himself = engine.unlock(&acting(Role::Admin), account, admin, now).await;
    assert_eq!(refusal(himself), Refusal::PermissionDenied);
    engine.unlock(&acting(Role::Owner), account, admin, now).await.expect("the owner may");
    let code = shop.asks(&view, purpose, now + NEXT_CODE, 99).await;
    let told = engine.answer(&view, &purpose, &wrong(&code, 0), now + NEXT_CODE, &mut seeded(6)).await;
    assert_eq!(
        refusal(told),
        Refusal::NoTriesLeft,
        "the challenge had one try left, and unlocking gave none back"
    );
    assert_eq!(shop.again(&view).await.user.wrong_codes, 1, "the count in a row starts again");
}

#[tokio::test]
async fn a_member_without_a_number_verifies_one_first_and_that_code_counts_for_the_action_too() {
    let shop = Shop::open(Figures::patient()).await;
    let held = shop.generates("Default", Mode::Test, START, 1).await;
    let (purpose, engine) = (regenerate(held.key), &shop.engine);
    let bare = engine::NewMember {
        name: "Meera".to_owned(),
        email: "new@shop.example".to_owned(),
        password: shop.admin.password.clone(),
        mobile: None,
        two_factor: false,
        role: Role::Admin,
    };
    let account = &shop.account;
    engine.add_member(&shop.operator, account, bare, START, &mut seeded(2)).await.expect("a new member");
    let origin = domain::Origin { address: "192.0.2.1".to_owned(), agent: String::new() };
    let logged = engine
        .log_in(&account.brand, "new@shop.example", Password::new(PASSWORD), origin, START, &mut seeded(3))
        .await
        .expect("the right password");
    let view = engine.view(&logged.token, &account.brand, START).await.expect("an open session");

    assert_eq!(engine.step(&view, &purpose, START).await.expect("a step"), Step::VerifyMobile);
    assert_eq!(refusal(engine.ask(&view, purpose, START, &mut seeded(4)).await), Refusal::MobileNeeded);
    let number =
        |password: &str| NewNumber { mobile: "98765 43219".to_owned(), password: Password::new(password) };
    let told = engine.ask_new_number(&view, purpose, number("a guess"), START, &mut seeded(5)).await;
    assert_eq!(refusal(told), Refusal::WrongPassword);
    engine.ask_new_number(&view, purpose, number(PASSWORD), START, &mut seeded(6)).await.expect("sent");
    let code = shop.reads_sms(START).await;
    engine.answer(&view, &purpose, &code, START, &mut seeded(7)).await.expect("right");
    let view = shop.again(&view).await;
    assert_eq!(view.user.mobile.as_ref().map(|mobile| mobile.number.as_str()), Some("+919876543219"));
    let done = engine.regenerate(&view, &held.key, &now_request(None), None, START, &mut seeded(8)).await;
    let new = Held::from(done.expect("the same code grants the action").issued);
    assert!(shop.works(&new, START) && !shop.works(&held, START));
}

// TM-58
#[tokio::test]
async fn a_password_alone_never_moves_the_codes_to_another_number() {
    let shop = Shop::open(Figures::patient()).await;
    let held = shop.generates("Default", Mode::Test, START, 1).await;
    let view = shop.logs_in(START, 2).await;
    for purpose in [regenerate(held.key), Purpose::VerifyMobile, Purpose::ChangeMobile, Purpose::ChangeApp] {
        let number = NewNumber { mobile: "+919876500000".to_owned(), password: Password::new(PASSWORD) };
        let told = shop.engine.ask_new_number(&view, purpose, number, START, &mut seeded(3)).await;
        assert_eq!(refusal(told), Refusal::StepUpNeeded, "{purpose}");
    }
    let told = shop.engine.ask_by_email(&view, Purpose::ChangeMobile, START, &mut seeded(4)).await;
    assert_eq!(refusal(told), Refusal::StepUpNeeded, "nor does an inbox");
}
