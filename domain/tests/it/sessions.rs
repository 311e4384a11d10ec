//! Sessions end when they have idled, when they are old, and when somebody ends them; half-open, like everything.

use domain::{
    Change, HOUR, MINUTE, Origin, PasswordHash, Refusal, Row, Session, SessionLimits, Stage, log_in, log_out,
};

use crate::world::{MS, START, World};

#[test]
fn a_session_lives_while_it_is_used_for_at_most_twelve_hours() {
    let limits = SessionLimits::default();
    let base = World::new(1).session;
    let open = |seen| Session { seen_at: seen, ..base.clone() };
    let (idle, absolute) = (MINUTE.times(30), HOUR.times(12));
    let late = START + absolute - MS;
    for (what, session, at, alive) in [
        ("just opened", open(START), START, true),
        ("idle, a moment left", open(START), START + idle - MS, true),
        ("idle", open(START), START + idle, false),
        ("used until the end, a moment left", open(late), late, true),
        ("used until the end", open(late), START + absolute, false),
        ("ended", Session { ended_at: Some(START), ..base.clone() }, START, false),
        ("ended later than now", Session { ended_at: Some(START + HOUR), ..base.clone() }, START, false),
    ] {
        assert_eq!(session.is_alive(&limits, at), alive, "{what}");
    }
}

#[test]
fn a_login_that_owes_a_code_waits_fifteen_minutes_for_it_however_long_sessions_may_be() {
    let base = World::new(1).session;
    let owing = Session { stage: Stage::AwaitingCode, ..base };
    let limits = SessionLimits { idle: HOUR.times(100), absolute: HOUR.times(100) };
    assert!(owing.is_alive(&limits, START + MINUTE.times(15) - MS));
    assert!(!owing.is_alive(&limits, START + MINUTE.times(15)));
    assert_eq!(owing.otp_at(), None);
}

#[test]
fn a_password_opens_a_session_and_two_factor_makes_it_wait_for_a_code() {
    let mut world = World::new(1);
    for (two_factor, mobile, stage) in [
        (false, true, Stage::Open { otp_at: None }),
        (true, true, Stage::AwaitingCode),
        (true, false, Stage::Open { otp_at: None }),
    ] {
        let mut user = world.user.clone();
        user.two_factor = two_factor;
        user.mobile = user.mobile.filter(|_| mobile);
        let (account, origin) = (Some(world.account.id), Origin::default());
        let opened =
            log_in(&user, user.password.as_ref(), account, origin, &world.pepper, START, &mut *world.rng)
                .expect("right");
        assert_eq!(opened.session.stage, stage, "two-factor {two_factor}, number {mobile}");
        assert!(
            opened.decision.changes.contains(&Change::Update(Row::User(user))),
            "nothing of what this rests on changes at the same moment, unnoticed"
        );
        assert_eq!(opened.session.digest, world.pepper.digest_token(&opened.token));
    }
}

#[test]
fn a_wrong_password_says_the_same_whether_the_member_is_locked_or_not() {
    let mut world = World::new(1);
    for (right, locked, account, told) in [
        (false, false, true, Refusal::WrongCredentials),
        (false, true, true, Refusal::WrongCredentials),
        (true, true, true, Refusal::MemberLocked),
        (true, false, false, Refusal::PermissionDenied),
    ] {
        let mut user = world.user.clone();
        user.locked_at = locked.then_some(START);
        let account = account.then_some(world.account.id);
        let origin = Origin::default();
        let matched = user.password.clone().filter(|_| right);
        let outcome = log_in(&user, matched.as_ref(), account, origin, &world.pepper, START, &mut *world.rng);
        assert_eq!(outcome.map(|_| ()), Err(told), "right {right}, locked {locked}");
    }
}

#[test]
fn a_password_that_was_right_until_it_was_replaced_opens_nothing() {
    let mut world = World::new(1);
    let matched = world.user.password.replace(PasswordHash::from_phc("another".to_owned()));
    assert!(matched.is_some());
    let (account, origin) = (Some(world.account.id), Origin::default());
    let opened =
        log_in(&world.user, matched.as_ref(), account, origin, &world.pepper, START, &mut *world.rng);
    assert_eq!(opened.map(|_| ()), Err(Refusal::WrongCredentials));
}

#[test]
fn one_can_end_ones_own_sessions_and_nobody_elses() {
    let (world, other) = (World::new(1), World::new(2));
    let mine = Session { id: other.session.id, ..world.session.clone() };
    assert!(log_out(&world.session, &mine, START).is_ok());
    assert_eq!(log_out(&world.session, &other.session, START).map(|_| ()), Err(Refusal::NotFound));
}
