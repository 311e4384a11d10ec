//! A one-time password's life: five minutes, five tries, once, for one thing; nine wrong ones in a row lock the member.

use domain::{
    Challenge, Dispatch, HOUR, KeyRef, LetterKind, MINUTE, Mobile, Mode, Oneself, Purpose, Refusal, SECOND,
    Stage, UserId, Way, seeded,
};

use crate::world::{MS, START, World, session, wrong};

/// Long enough for the next code to a number to be allowed, whatever was sent before.
const LATER: domain::Duration = HOUR.times(3);

fn purpose() -> Purpose {
    Purpose::Regenerate { key: KeyRef::draw(&mut seeded(4)), mode: Mode::Live }
}

#[test]
fn a_code_works_within_five_minutes_and_not_at_them() {
    for (after, told) in [
        (MS, Ok(())),
        (MINUTE.times(5), Err(Refusal::CodeExpired)),
        (MINUTE.times(6), Err(Refusal::CodeExpired)),
    ] {
        let mut world = World::new(1);
        let code = world.asks(purpose()).expect("sent");
        world.now = START + after;
        assert_eq!(world.types(&purpose(), &code), told, "{after:?}");
    }
    let mut world = World::new(1);
    let code = world.asks(purpose()).expect("sent");
    world.now = START + MINUTE.times(5) - MS;
    assert_eq!(world.types(&purpose(), &code), Ok(()));
}

#[test]
fn a_code_works_once() {
    let mut world = World::new(1);
    let code = world.asks(purpose()).expect("sent");
    world.types(&purpose(), &code).expect("right");
    assert_eq!(world.types(&purpose(), &code), Err(Refusal::CodeUsed));
    assert_eq!(world.types(&purpose(), &wrong(&code, 0)), Err(Refusal::CodeUsed), "nor is a guess counted");
    assert_eq!(world.user.wrong_codes, 0);
}

#[test]
fn five_wrong_tries_use_a_challenge_up_and_what_cannot_be_a_code_counts_too() {
    let mut world = World::new(1);
    let code = world.asks(purpose()).expect("sent");
    let typed =
        [wrong(&code, 0), String::new(), "not a code".to_owned(), wrong(&code, 1), "12345".to_owned()];
    for (nth, typed) in typed.iter().enumerate() {
        let told = world.types(&purpose(), typed);
        let expected = match 4 - nth as u32 {
            0 => Refusal::NoTriesLeft,
            tries_left => Refusal::WrongCode { tries_left },
        };
        assert_eq!(told, Err(expected), "{typed:?}");
    }
    assert_eq!(world.types(&purpose(), &code), Err(Refusal::NoTriesLeft), "even the right one");
    world.now = START + MINUTE;
    assert_eq!(
        world.asks_again(&purpose()).map(|_| ()),
        Err(Refusal::NoTriesLeft),
        "and it gets no new code"
    );
}

#[test]
fn asking_again_gives_a_new_code_its_own_five_minutes_and_no_try_back() {
    let mut world = World::new(1);
    let first = world.asks(purpose()).expect("sent");
    assert_eq!(world.types(&purpose(), &wrong(&first, 0)), Err(Refusal::WrongCode { tries_left: 4 }));
    let again_at = START + SECOND.times(30);
    world.now = again_at - MS;
    assert_eq!(world.asks_again(&purpose()).map(|_| ()), Err(Refusal::CodeJustSent { again_at }));
    world.now = again_at;
    let second = world.asks_again(&purpose()).expect("thirty seconds are over");
    assert_eq!(world.types(&purpose(), &first), Err(Refusal::WrongCode { tries_left: 3 }), "replaced");
    world.now = again_at + MINUTE.times(5) - MS;
    assert_eq!(world.types(&purpose(), &second), Ok(()));
}

#[test]
fn nine_wrong_in_a_row_lock_the_member_over_all_challenges_and_a_right_one_starts_the_count_again() {
    let mut world = World::new(1);
    let guess = |world: &mut World, count: u32| {
        let mut told = Ok(());
        let mut left = count;
        while 0 < left {
            let code = world.asks(purpose()).expect("sent");
            for nth in 0..left.min(4) {
                told = world.types(&purpose(), &wrong(&code, nth));
            }
            left -= left.min(4);
            world.now = world.now + LATER;
        }
        told
    };
    assert!(matches!(guess(&mut world, 8), Err(Refusal::WrongCode { .. })));
    assert_eq!((world.user.wrong_codes, world.user.locked_at), (8, None));
    let code = world.asks(purpose()).expect("sent");
    world.types(&purpose(), &code).expect("a right one");
    assert_eq!(world.user.wrong_codes, 0);
    world.now = world.now + LATER;

    assert!(matches!(guess(&mut world, 8), Err(Refusal::WrongCode { .. })));
    let code = world.asks(purpose()).expect("sent");
    assert_eq!(world.types(&purpose(), &wrong(&code, 0)), Err(Refusal::MemberLocked));
    assert_eq!(world.user.locked_at, Some(world.now));
    assert!(matches!(world.letters.last().map(|letter| &letter.kind), Some(LetterKind::MemberLocked)));
    assert_eq!(world.audit.last().map(|entry| entry.action), Some("member.locked"));

    assert_eq!(world.types(&purpose(), &code), Err(Refusal::MemberLocked), "even the right one");
    world.now = world.now + LATER;
    assert_eq!(world.asks(purpose()).map(|_| ()), Err(Refusal::MemberLocked));
    assert_eq!(world.asks_again(&purpose()).map(|_| ()), Err(Refusal::MemberLocked));
}

/// A code is part of what it was asked for: moved to anything else it is a wrong code, even where an edited store says
/// that the question was another one.
#[test]
fn a_code_for_another_challenge_purpose_number_or_session_never_works() {
    let mut world = World::new(1);
    let code = world.asks(purpose()).expect("sent");
    let right = world.proof(&purpose()).challenge.expect("asked");
    world.now = START + LATER;
    world.asks(Purpose::TwoFactorOn).expect("sent");
    let other = world.proof(&Purpose::TwoFactorOn).challenge.expect("asked");
    let fresh = |challenge: Challenge| Challenge { expires_at: START + LATER.times(2), ..challenge };
    let elsewhere = session(&world.user, &world.account, &mut seeded(8));
    let number = Mobile::from_stored("+919876500000".to_owned());
    let told = |world: &World, challenge: Challenge, session: &domain::Session| {
        let limits = domain::OtpLimits::default();
        let (pepper, now) = (&world.pepper, world.now);
        let by = Oneself {
            reset: None,
            user: &world.user,
            session,
            others: &[],
            codes: &world.codes,
            owners: &[],
            required: false,
        };
        match domain::answer(&by, &challenge, &code, &limits, pepper, now, &mut seeded(2)) {
            Ok(domain::Answered::Right { .. }) => Ok(()),
            Ok(domain::Answered::Wrong { refusal, .. }) | Err(refusal) => Err(refusal),
        }
    };
    let home = world.session.clone();
    let wrong_code = Err(Refusal::WrongCode { tries_left: 4 });
    let moved = [
        ("the same", fresh(right.clone()), &home, Ok(())),
        ("another challenge", fresh(Challenge { id: other.id, ..right.clone() }), &home, wrong_code.clone()),
        (
            "its digest in another",
            fresh(Challenge { digest: right.digest, ..other }),
            &home,
            wrong_code.clone(),
        ),
        (
            "another purpose",
            fresh(Challenge { purpose: Purpose::LogIn, ..right.clone() }),
            &home,
            wrong_code.clone(),
        ),
        (
            "another number",
            fresh(Challenge { way: Way::NewNumber(number.clone()), ..right.clone() }),
            &home,
            wrong_code.clone(),
        ),
        (
            "a number that is the user's no more",
            fresh(Challenge { way: Way::Sms(number), ..right.clone() }),
            &home,
            Err(Refusal::CodeExpired),
        ),
        ("an app", fresh(Challenge { way: Way::App, ..right.clone() }), &home, Err(Refusal::CodeExpired)),
        (
            "another session, edited",
            fresh(Challenge { session: elsewhere.id, ..right.clone() }),
            &elsewhere,
            wrong_code,
        ),
        ("another session", fresh(right.clone()), &elsewhere, Err(Refusal::NotFound)),
        (
            "another user",
            fresh(Challenge { user: UserId::draw(&mut seeded(3)), ..right }),
            &home,
            Err(Refusal::NotFound),
        ),
    ];
    for (what, challenge, session, expected) in moved {
        assert_eq!(told(&world, challenge, session), expected, "{what}");
    }
}

#[test]
fn a_code_at_login_opens_the_session_and_counts_as_answered_there() {
    let mut world = World::new(1);
    world.session.stage = Stage::AwaitingCode;
    let before = world.session.digest;
    let code = world.asks(Purpose::LogIn).expect("sent");
    world.now = START + MINUTE;
    world.types(&Purpose::LogIn, &code).expect("right");
    assert_eq!(world.session.stage, Stage::Open { otp_at: Some(START + MINUTE) });
    assert_ne!(world.session.digest, before, "the cookie is a new one");
}

#[test]
fn a_step_up_later_in_a_session_is_no_code_at_its_login() {
    let mut world = World::new(1);
    let code = world.asks(purpose()).expect("sent");
    world.types(&purpose(), &code).expect("right");
    assert_eq!(world.session.stage, Stage::Open { otp_at: None });
}

#[test]
fn a_first_number_becomes_verified_by_its_code_and_its_owner_is_told_by_mail() {
    let mut world = World::new(1);
    world.user.mobile = None;
    assert_eq!(world.asks(purpose()).map(|_| ()), Err(Refusal::MobileNeeded));
    let number = Mobile::parse("+91 98765 43219", &world.brand.default_dial_code).expect("a number");
    let code = world.asks_to(purpose(), &Dispatch::ToNew(number.clone())).expect("sent");
    assert_eq!(world.user.mobile, None, "not before the answer");
    world.types(&purpose(), &code).expect("right");
    assert_eq!(world.user.mobile.as_ref().map(|mobile| &mobile.number), Some(&number));
    assert!(matches!(
        world.letters.last().map(|letter| &letter.kind),
        Some(LetterKind::MobileChanged { .. })
    ));
    assert!(world.proof(&purpose()).challenge.is_some_and(|one| one.grants(world.now)), "and it grants");
}

// TM-58
#[test]
fn a_factor_gives_way_to_another_number_only_after_it_was_shown_again() {
    let number = Mobile::from_stored("+919876500000".to_owned());
    let new = Dispatch::ToNew(number.clone());
    for purpose in
        [purpose(), Purpose::GenerateLive, Purpose::TwoFactorOff, Purpose::LogIn, Purpose::ChangeMobile]
    {
        let mut world = World::new(1);
        world.session.stage = Stage::Open { otp_at: Some(START) };
        assert_eq!(world.asks_to(purpose, &new).map(|_| ()), Err(Refusal::StepUpNeeded), "{purpose}");
    }
    let mut world = World::new(1);
    world.session.stage = Stage::Open { otp_at: Some(START) };
    let told = world.asks_to(Purpose::VerifyMobile, &new).map(|_| ());
    assert_eq!(told, Err(Refusal::StepUpNeeded), "not even a code at this login is enough");
    let code = world.asks(Purpose::ChangeMobile).expect("to the old number");
    world.types(&Purpose::ChangeMobile, &code).expect("right");
    let code = world.asks_to(Purpose::VerifyMobile, &new).expect("the old number was answered from");
    let again = world
        .asks_to(Purpose::VerifyMobile, &Dispatch::ToNew(Mobile::from_stored("+919876500001".to_owned())));
    assert_eq!(again.map(|_| ()), Err(Refusal::StepUpNeeded), "once");
    let old = world.user.mobile.clone().expect("a number").number;
    world.types(&Purpose::VerifyMobile, &code).expect("right");
    assert_eq!(world.user.mobile.as_ref().map(|mobile| &mobile.number), Some(&number));
    let told: Vec<_> =
        world.letters.iter().filter(|one| matches!(one.kind, LetterKind::MobileChanged { .. })).collect();
    assert_eq!(told.len(), 2, "by e-mail, and the number that is left behind");
    assert!(told.iter().any(|letter| letter.to.as_str() == old.as_str()));
}

// TM-57
#[test]
fn an_e_mail_stands_in_for_a_lost_phone_only_in_a_login_that_showed_the_second_factor() {
    let mut world = World::new(1);
    let told = world.asks_to(Purpose::ChangeMobile, &Dispatch::ToEmail).map(|_| ());
    assert_eq!(told, Err(Refusal::StepUpNeeded), "an inbox and a password are one factor");
    world.session.stage = Stage::Open { otp_at: Some(START) };
    for purpose in
        [purpose(), Purpose::LogIn, Purpose::TwoFactorOff, Purpose::VerifyMobile, Purpose::ChangeApp]
    {
        let told = world.asks_to(purpose, &Dispatch::ToEmail).map(|_| ());
        assert_eq!(told, Err(Refusal::StepUpNeeded), "{purpose}");
    }
    let code = world.asks_to(Purpose::ChangeMobile, &Dispatch::ToEmail).expect("sent");
    assert_eq!(world.letters.last().map(|letter| letter.to.as_str()), Some("owner@shop.example"));
    world.types(&Purpose::ChangeMobile, &code).expect("right");
    let new = Dispatch::ToNew(Mobile::from_stored("+919876500000".to_owned()));
    world.asks_to(Purpose::VerifyMobile, &new).expect("granted");
}
