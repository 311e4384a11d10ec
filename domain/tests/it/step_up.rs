//! Step-up: when it is due, and that an answered code opens one action, once, and nothing else.

use domain::{
    Actor, Challenge, ChallengeState, GRANT_LIFETIME, KeyId, KeyRef, Mode, OldPair, Proof, Purpose, Refusal,
    RegenerateRequest, Role, Session, SessionId, Stage, StepUpRule, UserId, need, regenerate, seeded,
};

use crate::world::{MS, START, World, operator};

const NOW: RegenerateRequest =
    RegenerateRequest { old: OldPair::Now, expected_current: None, end_retiring: false };

#[test]
fn a_code_is_due_unless_one_was_answered_at_login_or_the_brand_says_always_and_never_for_an_operator() {
    let world = World::new(1);
    let rng = &mut seeded(5);
    let (key, key_id) = (KeyRef::draw(rng), KeyId::draw(&world.brand.key_prefix, Mode::Live, rng));
    let purposes = [
        Purpose::Regenerate { key, mode: Mode::Test },
        Purpose::Regenerate { key, mode: Mode::Live },
        Purpose::Deactivate { key_id, mode: Mode::Live },
        Purpose::GenerateLive,
    ];
    let plain = Session { stage: Stage::Open { otp_at: None }, ..world.session.clone() };
    let with_code = Session { stage: Stage::Open { otp_at: Some(START) }, ..world.session.clone() };
    let half_way = Session { stage: Stage::AwaitingCode, ..world.session.clone() };
    for purpose in purposes {
        for (rule, session, due) in [
            (StepUpRule::UnlessLoginOtp, Some(&plain), true),
            (StepUpRule::UnlessLoginOtp, Some(&with_code), false),
            (StepUpRule::UnlessLoginOtp, Some(&half_way), true),
            (StepUpRule::UnlessLoginOtp, None, true),
            (StepUpRule::Always, Some(&plain), true),
            (StepUpRule::Always, Some(&with_code), true),
        ] {
            let brand = domain::Brand { regenerate: rule, generate_live: true, ..world.brand.clone() };
            assert_eq!(
                need(&brand, &world.actor(), &purpose, session),
                due,
                "{purpose} {rule:?} {session:?}"
            );
            assert!(!need(&brand, &operator(), &purpose, session), "{purpose} by an operator");
        }
    }
    assert!(!need(&world.brand, &world.actor(), &Purpose::GenerateLive, Some(&plain)), "not of this brand");
    for purpose in [Purpose::LogIn, Purpose::VerifyMobile, Purpose::TwoFactorOn, Purpose::TwoFactorOff] {
        assert!(need(&world.brand, &world.actor(), &purpose, Some(&with_code)), "{purpose}");
    }
}

/// A challenge with everything right, changed in one thing at a time.
#[test]
fn a_grant_that_differs_in_one_thing_opens_nothing() {
    let mut world = World::new(1);
    let held = world.generates(Mode::Test, None).expect("the first");
    let other = world.generates(Mode::Test, Some("other")).expect("another key");
    let purpose = Purpose::Regenerate { key: held.key, mode: Mode::Test };
    let code = world.asks(purpose).expect("sent");
    world.types(&purpose, &code).expect("right");
    let right = world.proof(&purpose).challenge.expect("it was answered");
    let rng = &mut seeded(9);
    let until = START + GRANT_LIFETIME;
    let wrong: [(&str, Challenge); 10] = [
        ("session", Challenge { session: SessionId::draw(rng), ..right.clone() }),
        ("user", Challenge { user: UserId::draw(rng), ..right.clone() }),
        ("key", change(&right, Purpose::Regenerate { key: other.key, mode: Mode::Test })),
        ("mode", change(&right, Purpose::Regenerate { key: held.key, mode: Mode::Live })),
        ("action", change(&right, Purpose::Deactivate { key_id: held.key_id, mode: Mode::Test })),
        ("purpose", change(&right, Purpose::LogIn)),
        ("verification", change(&right, Purpose::VerifyMobile)),
        ("answered", Challenge { state: ChallengeState::Asked, ..right.clone() }),
        ("spent", Challenge { state: ChallengeState::Spent, ..right.clone() }),
        ("over", Challenge { state: ChallengeState::Answered { until: START }, ..right.clone() }),
    ];
    let mut tries = |actor: &Actor, challenge: Option<Challenge>, at| {
        let proof = Proof { session: Some(world.session.clone()), challenge, mobile_changed_at: None };
        let key = world.key(&held.key).clone();
        let (brand, pepper) = (&world.brand, &world.pepper);
        regenerate(brand, &key, &NOW, actor, &proof, &[], pepper, at, rng).map(|(decision, _)| decision)
    };
    let actor = World::new(1).actor();
    for (what, challenge) in wrong {
        assert_eq!(tries(&actor, Some(challenge), START).map(|_| ()), Err(Refusal::StepUpNeeded), "{what}");
    }
    assert_eq!(tries(&actor, None, START).map(|_| ()), Err(Refusal::StepUpNeeded));
    assert_eq!(
        tries(&actor, Some(right.clone()), until).map(|_| ()),
        Err(Refusal::StepUpNeeded),
        "at its end"
    );

    // The off-switch: with nothing changed it opens the action, and is written as spent in the same decision.
    let decision = tries(&actor, Some(right.clone()), until - MS).expect("nothing differs");
    let spent = Challenge { state: ChallengeState::Spent, ..right };
    assert!(decision.changes.contains(&domain::Change::Update(domain::Row::Challenge(spent))));
}

fn change(right: &Challenge, purpose: Purpose) -> Challenge {
    Challenge { purpose, ..right.clone() }
}

#[test]
fn a_grant_is_spent_by_its_action() {
    let mut world = World::new(1);
    let held = world.generates(Mode::Test, None).expect("the first");
    let purpose = Purpose::Regenerate { key: held.key, mode: Mode::Test };
    let actor = world.actor();
    assert_eq!(world.asks_to_regenerate(&actor, &held.key, &NOW).map(|_| ()), Err(Refusal::StepUpNeeded));
    let code = world.asks(purpose).expect("sent");
    world.types(&purpose, &code).expect("right");
    world.asks_to_regenerate(&actor, &held.key, &NOW).expect("paid for");
    let again = world.asks_to_regenerate(&actor, &held.key, &NOW).map(|_| ());
    assert_eq!(again, Err(Refusal::StepUpNeeded), "once");
}

#[test]
fn the_right_role_is_asked_for_before_the_code() {
    let mut world = World::new(1);
    let held = world.generates(Mode::Test, None).expect("the first");
    world.role = Role::Support;
    let actor = world.actor();
    let told = world.asks_to_regenerate(&actor, &held.key, &NOW).map(|_| ());
    assert_eq!(told, Err(Refusal::PermissionDenied));
    assert_eq!(world.asks_to_deactivate(&actor, &held.key_id), Err(Refusal::PermissionDenied));
}
