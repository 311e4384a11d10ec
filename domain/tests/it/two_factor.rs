//! Two-factor's whole life: an app is set up and asked from then on, each of its codes once; backup codes once each; what
//! an account asks of everybody; and that nothing about a login changes without showing what it already has.

use domain::{
    Account, BACKUP_CODES, BackupCode, LetterKind, MINUTE, MemberChange, Oneself, Origin, Owed, PasswordHash,
    Purpose, Refusal, SECOND, Session, SessionId, Stage, TotpSecret, User, begin_app, change_password,
    log_in, log_out_others, new_app, owes, remove_app, renew_backup_codes, seeded, turn_off_two_factor,
    turn_on_two_factor,
};

use crate::world::{START, World, session, wrong};

const STEP: domain::Duration = SECOND.times(30);

/// Everything up to the right first code; returns the app and the backup codes shown.
fn sets_up_an_app(world: &mut World) -> (TotpSecret, Vec<BackupCode>) {
    let now = world.now;
    let begun =
        world.changes(&Purpose::ChangeApp, |by, grant, pepper, rng| begin_app(by, grant, pepper, now, rng));
    world.write(begun.expect("nothing is in the way"));
    let challenge = world.proof(&Purpose::SetUpApp).challenge.expect("it waits for its first code");
    let app = new_app(&challenge, &world.pepper).expect("this user's");
    let code = app.code(world.now);
    let codes = world.types_for(&challenge, code.reveal()).expect("right");
    (app, codes)
}

/// Shows the number that is verified, for a change of one's own login.
fn shows(world: &mut World, purpose: Purpose) {
    let code = world.asks(purpose).expect("sent");
    world.types(&purpose, &code).expect("right");
}

/// A world whose member has an app.
fn with_app() -> (World, TotpSecret, Vec<BackupCode>) {
    let mut world = World::new(1);
    shows(&mut world, Purpose::ChangeApp);
    let (app, codes) = sets_up_an_app(&mut world);
    world.now = world.now + MINUTE;
    (world, app, codes)
}

fn answers(world: &mut World, purpose: Purpose, typed: &str) -> Result<(), Refusal> {
    world.asks_the_app(purpose).expect("asked");
    world.types(&purpose, typed)
}

/// Types the code that the app shows.
fn types_from(world: &mut World, purpose: Purpose, app: &TotpSecret) -> Result<(), Refusal> {
    let code = app.code(world.now);
    answers(world, purpose, code.reveal())
}

#[test]
fn an_app_counts_from_its_first_right_code_on_and_is_asked_instead_of_the_number() {
    let mut world = World::new(1);
    shows(&mut world, Purpose::ChangeApp);
    let now = world.now;
    let begun =
        world.changes(&Purpose::ChangeApp, |by, grant, pepper, rng| begin_app(by, grant, pepper, now, rng));
    world.write(begun.expect("shown"));
    assert_eq!(world.user.totp, None, "not before the answer");
    let challenge = world.proof(&Purpose::SetUpApp).challenge.expect("it waits");
    let app = new_app(&challenge, &world.pepper).expect("this user's");
    let other = TotpSecret::draw(&mut seeded(9));
    let stray = world.types_for(&challenge, other.code(world.now).reveal()).map(|_| ());
    assert_eq!(stray, Err(Refusal::WrongCode { tries_left: 4 }));
    let challenge = world.proof(&Purpose::SetUpApp).challenge.expect("it waits");
    let codes = world.types_for(&challenge, app.code(world.now).reveal()).expect("right");
    assert_eq!(codes.len(), BACKUP_CODES);
    assert!(world.user.two_factor, "who sets an app up is asked for it at login");
    assert!(matches!(
        world.letters.last().map(|one| &one.kind),
        Some(LetterKind::TwoFactorChanged { on: true })
    ));

    let opened = log_in(
        &world.user,
        world.user.password.as_ref(),
        Some(world.account.id),
        Origin::default(),
        &world.pepper,
        START,
        &mut *world.rng,
    );
    assert_eq!(opened.expect("right").session.stage, Stage::AwaitingCode);
    world.session.stage = Stage::AwaitingCode;
    world.now = world.now + STEP.times(2);
    let sent = world.letters.len();
    types_from(&mut world, Purpose::LogIn, &app).expect("right");
    assert_eq!(world.letters.len(), sent, "nothing is sent");
    assert_eq!(world.session.stage, Stage::Open { otp_at: Some(world.now) });
}

// RFC 6238 §5.2
#[test]
fn a_code_of_the_app_is_taken_once_wherever_it_is_typed() {
    let (mut world, app, _) = with_app();
    let code = app.code(world.now);
    let older = app.code(world.now - STEP);
    answers(&mut world, Purpose::BackupCodes, code.reveal()).expect("right");
    for purpose in [Purpose::LogIn, Purpose::ChangeApp, Purpose::BackupCodes, Purpose::ChangePassword] {
        for typed in [&code, &older] {
            let told = answers(&mut world, purpose, typed.reveal());
            assert!(matches!(told, Err(Refusal::WrongCode { .. })), "{purpose}: {told:?}");
            world.user.wrong_codes = 0;
        }
    }
    world.now = world.now + STEP;
    types_from(&mut world, Purpose::LogIn, &app).expect("the next one");
}

#[test]
fn the_first_code_of_an_app_opens_nothing_else() {
    let mut world = World::new(1);
    shows(&mut world, Purpose::ChangeApp);
    let (app, _) = sets_up_an_app(&mut world);
    let told = types_from(&mut world, Purpose::LogIn, &app);
    assert_eq!(told, Err(Refusal::WrongCode { tries_left: 4 }));
}

#[test]
fn tries_at_an_app_count_like_all_others_and_nine_in_a_row_lock() {
    let (mut world, app, _) = with_app();
    let owner = User { id: domain::UserId::draw(&mut seeded(77)), ..world.user.clone() };
    world.owners = vec![owner];
    let right = app.code(world.now);
    let mut told = Vec::new();
    for nth in 0..9 {
        if nth == 5 {
            assert_eq!(
                world.types(&Purpose::LogIn, right.reveal()),
                Err(Refusal::NoTriesLeft),
                "even the right one"
            );
        }
        if nth % 5 == 0 {
            world.asks_the_app(Purpose::LogIn).expect("asked");
        }
        told.push(world.types(&Purpose::LogIn, &wrong(right.reveal(), 7 * nth + 13)).expect_err("wrong"));
    }
    assert_eq!(told[4], Refusal::NoTriesLeft);
    assert_eq!(told[8], Refusal::MemberLocked);
    let locked: Vec<_> = world.letters.iter().rev().take(2).map(|letter| letter.kind.clone()).collect();
    assert!(locked.contains(&LetterKind::MemberLocked), "the member is told");
    let owner_told = LetterKind::MemberChanged { member: "Asha".to_owned(), what: MemberChange::Locked };
    assert!(locked.contains(&owner_told), "and the owner");
    assert_eq!(world.asks_the_app(Purpose::LogIn), Err(Refusal::MemberLocked));
    assert_eq!(world.types(&Purpose::LogIn, right.reveal()), Err(Refusal::MemberLocked));
}

#[test]
fn a_backup_code_works_once_and_a_new_set_ends_the_old_one() {
    let (mut world, app, codes) = with_app();
    answers(&mut world, Purpose::LogIn, &codes[3].reveal()).expect("right");
    assert_eq!(world.codes.unused.len(), BACKUP_CODES - 1);
    let again = answers(&mut world, Purpose::LogIn, &codes[3].reveal());
    assert_eq!(again, Err(Refusal::WrongCode { tries_left: 4 }), "once");
    let next = codes[4].reveal().to_uppercase();
    world.types(&Purpose::LogIn, &next).expect("another, however it is typed");

    world.now = world.now + STEP.times(2);
    types_from(&mut world, Purpose::BackupCodes, &app).expect("right");
    let now = world.now;
    let renew = |world: &mut World| {
        world.changes(&Purpose::BackupCodes, |by, grant, pepper, rng| {
            renew_backup_codes(by, grant, pepper, now, rng)
        })
    };
    let (decision, fresh) = renew(&mut world).expect("shown");
    world.write(decision);
    assert_eq!(renew(&mut world).map(|_| ()), Err(Refusal::StepUpNeeded), "each set takes a code");
    let old = answers(&mut world, Purpose::LogIn, &codes[5].reveal());
    assert_eq!(old, Err(Refusal::WrongCode { tries_left: 4 }), "of the old set");
    world.types(&Purpose::LogIn, &fresh[0].reveal()).expect("of the new one");
}

#[test]
fn a_backup_code_shows_an_old_factor_and_never_a_new_number_or_app() {
    let (mut world, _, codes) = with_app();
    answers(&mut world, Purpose::ChangeMobile, &codes[0].reveal()).expect("it shows who it is");
    let number = domain::Mobile::from_stored("+919876500000".to_owned());
    world.asks_to(Purpose::VerifyMobile, &domain::Dispatch::ToNew(number)).expect("granted");
    let told = world.types(&Purpose::VerifyMobile, &codes[1].reveal());
    assert_eq!(told, Err(Refusal::WrongCode { tries_left: 4 }), "that shows no new number");
    assert_eq!(world.codes.unused.len(), BACKUP_CODES - 1);
    answers(&mut world, Purpose::ChangeApp, &codes[1].reveal()).expect("it shows who it is");
    let now = world.now;
    let begun =
        world.changes(&Purpose::ChangeApp, |by, grant, pepper, rng| begin_app(by, grant, pepper, now, rng));
    world.write(begun.expect("granted"));
    let told = world.types(&Purpose::SetUpApp, &codes[2].reveal());
    assert_eq!(told, Err(Refusal::WrongCode { tries_left: 4 }), "nor a new app");
}

#[test]
fn what_somebody_has_is_shown_before_it_is_replaced_and_the_grant_is_spent() {
    let (mut world, app, _) = with_app();
    let now = world.now;
    let begin = |world: &mut World| {
        world.changes(&Purpose::ChangeApp, |by, grant, pepper, rng| begin_app(by, grant, pepper, now, rng))
    };
    let remove = |world: &mut World| {
        world.changes(&Purpose::ChangeApp, |by, grant, _, rng| remove_app(by, grant, now, rng))
    };
    let password = |world: &mut World| {
        let new = PasswordHash::from_phc("another".to_owned());
        world.changes(&Purpose::ChangePassword, |by, grant, _, rng| change_password(by, new, grant, now, rng))
    };
    assert_eq!(begin(&mut world).map(|_| ()), Err(Refusal::StepUpNeeded));
    assert_eq!(remove(&mut world).map(|_| ()), Err(Refusal::StepUpNeeded));
    assert_eq!(password(&mut world).map(|_| ()), Err(Refusal::StepUpNeeded));

    types_from(&mut world, Purpose::ChangeApp, &app).expect("right");
    assert_eq!(password(&mut world).map(|_| ()), Err(Refusal::StepUpNeeded), "granted for something else");
    let removed = remove(&mut world).expect("shown");
    world.write(removed);
    assert_eq!((world.user.totp.is_none(), world.user.two_factor), (true, true), "the number is asked again");
    assert!(matches!(
        world.letters.last().map(|one| &one.kind),
        Some(LetterKind::AppRemoved { two_factor: true })
    ));
    assert_eq!(begin(&mut world).map(|_| ()), Err(Refusal::StepUpNeeded), "and the number is a factor too");
}

#[test]
fn a_change_of_factor_or_password_logs_every_other_device_out_and_tells_the_owner() {
    let elsewhere = |world: &World| Session {
        id: SessionId::draw(&mut seeded(41)),
        ..session(&world.user, &world.account, &mut seeded(40))
    };
    let owner = User { id: domain::UserId::draw(&mut seeded(77)), ..World::new(1).user };
    let told = |world: &World, what: MemberChange| {
        let kind = LetterKind::MemberChanged { member: "Asha".to_owned(), what };
        world.letters.iter().filter(|letter| letter.kind == kind).count()
    };
    let mut world = World::new(1);
    (world.others, world.owners) = (vec![elsewhere(&world)], vec![owner]);
    shows(&mut world, Purpose::ChangeApp);
    assert_eq!(world.others[0].ended_at, None, "a code alone ends nothing");
    sets_up_an_app(&mut world);
    assert_eq!(world.others[0].ended_at, Some(START));
    assert_eq!(told(&world, MemberChange::TwoFactorOn), 1);

    let mut world = World { others: vec![elsewhere(&world)], owners: world.owners, ..World::new(1) };
    let new = PasswordHash::from_phc("another".to_owned());
    let changed = world
        .changes(&Purpose::ChangePassword, |by, grant, _, rng| change_password(by, new, grant, START, rng));
    world.write(changed.expect("the password was compared, and no second factor is on"));
    assert_eq!(world.others[0].ended_at, Some(START));
    assert_eq!(world.session.ended_at, None, "one's own stays");
    assert_eq!(told(&world, MemberChange::PasswordChanged), 1);
}

#[test]
fn one_can_end_all_other_sessions_and_only_ones_own() {
    let world = World::new(1);
    let mine = Session { id: SessionId::draw(&mut seeded(41)), ..world.session.clone() };
    let stranger = World::new(2).session;
    let decision = log_out_others(&world.session, &[mine, stranger.clone(), world.session.clone()], START);
    assert_eq!(decision.expect("there is one").changes.len(), 1);
    assert_eq!(log_out_others(&world.session, &[stranger], START), None);
}

#[test]
fn what_an_account_asks_of_everybody_is_owed_until_it_is_there_and_cannot_be_given_up() {
    let (world, _, _) = with_app();
    let strict = Account { two_factor_required: true, ..world.account.clone() };
    let free = Account { two_factor_required: false, ..world.account.clone() };
    let waiting = Session { stage: Stage::AwaitingCode, ..world.session.clone() };
    let open = world.session.clone();
    let bare = User { totp: None, mobile: None, two_factor: false, ..world.user.clone() };
    let number_only = User { totp: None, two_factor: false, ..world.user.clone() };
    let reset = User { two_factor: true, ..bare.clone() };
    for (what, user, session, account, owed) in [
        ("nothing is asked", &bare, &open, &free, None),
        ("without any factor", &bare, &open, &strict, Some(Owed::SecondFactor)),
        ("with a number that logins do not ask", &number_only, &open, &strict, Some(Owed::SecondFactor)),
        ("after a reset", &reset, &open, &strict, Some(Owed::SecondFactor)),
        ("after a reset, where nothing is asked", &reset, &open, &free, Some(Owed::SecondFactor)),
        ("with an app", &world.user, &open, &strict, None),
        ("the code comes first", &world.user, &waiting, &strict, Some(Owed::Code)),
        ("also where nothing is asked", &world.user, &waiting, &free, Some(Owed::Code)),
    ] {
        assert_eq!(owes(user, session, account), owed, "{what}");
    }
    assert_eq!(turn_off_two_factor(&world.user, true), Err(Refusal::SecondFactorRequired));
    assert_eq!(turn_off_two_factor(&world.user, false), Ok(Purpose::TwoFactorOff));
    assert_eq!(turn_on_two_factor(&bare), Err(Refusal::MobileNeeded));
}

#[test]
fn who_owes_a_second_factor_cannot_pay_by_turning_it_off_with_a_new_number() {
    let mut world = World::new(1);
    world.user = User { mobile: None, two_factor: true, ..world.user.clone() };
    let new = domain::Dispatch::ToNew(domain::Mobile::from_stored("+919876500000".to_owned()));
    assert_eq!(world.asks_to(Purpose::TwoFactorOff, &new).map(|_| ()), Err(Refusal::StepUpNeeded));
    world.asks_to(Purpose::TwoFactorOn, &new).expect("that is the way");
}

#[test]
fn a_rule_made_while_a_code_was_on_its_way_still_holds() {
    let (mut world, app, _) = with_app();
    world.asks_the_app(Purpose::TwoFactorOff).expect("asked");
    world.account.two_factor_required = true;
    let told = world.types(&Purpose::TwoFactorOff, app.code(world.now).reveal());
    assert_eq!(told, Err(Refusal::SecondFactorRequired));
    assert!(world.user.two_factor);
    let (user, now) = (User { mobile: None, ..world.user.clone() }, world.now);
    let by = Oneself {
        reset: None,
        user: &user,
        session: &world.session,
        others: &[],
        codes: &world.codes,
        owners: &[],
        required: true,
    };
    let told = remove_app(&by, None, now, &mut seeded(1)).map(|_| ());
    assert_eq!(told, Err(Refusal::SecondFactorRequired), "it would be the last factor");
}
