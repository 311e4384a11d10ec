//! Generate: test at once, live when earned, and never a second current pair.

use domain::{GenerateRequest, Mode, Purpose, Refusal, Review, Role};

use crate::world::{MS, START, World, operator, website};

const fn request(mode: Mode) -> GenerateRequest {
    GenerateRequest { mode, name: None, expires_at: None }
}

#[test]
fn live_asks_for_activation_and_a_verified_website_and_test_for_neither() {
    let site = |verified: bool| {
        Some(website(if verified { Review::Verified { at: START } } else { Review::Waiting }))
    };
    let missing = |activation, website| Err(Refusal::LiveNotReady { activation, website });
    for (activated, website, requires, live) in [
        (false, None, (true, true), missing(true, true)),
        (true, None, (true, true), missing(false, true)),
        (true, site(false), (true, true), missing(false, true)),
        (false, site(true), (true, true), missing(true, false)),
        (true, site(true), (true, true), Ok(())),
        (false, None, (false, false), Ok(())),
        (true, None, (true, false), Ok(())),
        (false, site(true), (false, true), Ok(())),
    ] {
        let mut world = World::new(1);
        world.account.activated_at = activated.then_some(START);
        world.account.website = website;
        (world.brand.require_activation, world.brand.require_website) = requires;
        let actor = world.actor();
        let what = format!("activated {activated}, {:?}, {requires:?}", world.account.website);
        assert_eq!(world.asks_to_generate(&actor, &request(Mode::Live)).map(|_| ()), live, "{what}");
        assert!(world.asks_to_generate(&actor, &request(Mode::Test)).is_ok(), "{what}");
    }
}

#[test]
fn a_key_with_a_current_pair_is_not_generated_again_until_that_pair_has_ended() {
    let mut world = World::new(1);
    let first = world.generates(Mode::Test, None).expect("the first");
    let told = world.generates(Mode::Test, None).map(|_| ());
    assert_eq!(told, Err(Refusal::AlreadyGenerated { key_id: first.key_id }));
    world.generates(Mode::Live, None).expect("the other mode is another key");
    world.generates(Mode::Test, Some("billing")).expect("another name is another key");
    world.asks_to_deactivate(&operator(), &first.key_id).expect("allowed");
    let again = world.generates(Mode::Test, None).expect("it has no current pair now");
    assert_eq!(again.key, first.key, "the key is the same");
    assert!(!world.works(&first.key_id, first.secret.reveal()), "what ended stays ended");
    assert_eq!(world.keys.len(), 3);
}

#[test]
fn an_expired_pair_is_no_obstacle_and_is_written_down_as_expired() {
    let mut world = World::new(1);
    let wish = GenerateRequest { expires_at: Some(START + MS), ..request(Mode::Test) };
    let first = world.asks_to_generate(&operator(), &wish).expect("the first");
    assert_eq!(
        world.generates(Mode::Test, None).map(|_| ()),
        Err(Refusal::AlreadyGenerated { key_id: first.key_id })
    );
    world.now = START + MS;
    world.generates(Mode::Test, None).expect("the first has expired");
    let pair = world.key(&first.key).pair(&first.key_id).expect("history stays").clone();
    assert_eq!(
        pair.state,
        domain::PairState::Ended { at: START + MS, why: domain::EndReason::Expired },
        "ended when its date said so, not when it was noticed"
    );
}

#[test]
fn an_expiry_date_lies_in_the_future() {
    let mut world = World::new(1);
    for (expiry, allowed) in [(START - MS, false), (START, false), (START + MS, true)] {
        let wish = GenerateRequest { expires_at: Some(expiry), ..request(Mode::Test) };
        assert_eq!(world.asks_to_generate(&operator(), &wish).is_ok(), allowed, "{expiry:?}");
    }
}

#[test]
fn only_owner_and_admin_of_this_account_may_generate() {
    for role in Role::ALL {
        let mut world = World::new(1);
        world.role = role;
        let actor = world.actor();
        let told = world.asks_to_generate(&actor, &request(Mode::Test)).map(|_| ());
        let expected = match role {
            Role::Owner | Role::Admin => Ok(()),
            _ => Err(Refusal::PermissionDenied),
        };
        assert_eq!(told, expected, "{role}");
    }
    let (mut world, stranger) = (World::new(1), World::new(2).actor());
    let told = world.asks_to_generate(&stranger, &request(Mode::Test)).map(|_| ());
    assert_eq!(told, Err(Refusal::NotFound), "a stranger cannot see that the account exists");
}

#[test]
fn a_brand_can_ask_for_a_code_before_a_live_key_and_never_before_a_test_key() {
    let mut world = World::new(1);
    world.brand.generate_live = true;
    let actor = world.actor();
    assert_eq!(world.asks_to_generate(&actor, &request(Mode::Live)).map(|_| ()), Err(Refusal::StepUpNeeded));
    world.asks_to_generate(&actor, &request(Mode::Test)).expect("no code for test");
    let code = world.asks(Purpose::GenerateLive).expect("sent");
    world.types(&Purpose::GenerateLive, &code).expect("right");
    let live = world.asks_to_generate(&actor, &request(Mode::Live)).expect("paid for");
    world.asks_to_deactivate(&operator(), &live.key_id).expect("allowed");
    let told = world.asks_to_generate(&actor, &request(Mode::Live)).map(|_| ());
    assert_eq!(told, Err(Refusal::StepUpNeeded), "once");
}
