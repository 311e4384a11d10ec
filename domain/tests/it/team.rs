//! The team: who may change whom, and what an account never loses.

use domain::{
    Actor, Change, Gone, Login, Member, Proof, Purpose, Refusal, Role, Row, Session, Stage, StepUpRule, User,
    change_role, leave, remove, require_two_factor, reset_two_factor, transfer_ownership, unlock,
};

use crate::world::{START, World, operator};

/// A second user, and their membership of the world's account.
fn helper(world: &World, role: Role) -> (Member, User) {
    let user = User { name: "Ravi".to_owned(), email: "ravi@shop.example".to_owned(), ..World::new(5).user };
    (Member { account: world.account.id, user: user.id, role, version: 1 }, user)
}

fn owner(world: &World) -> Member {
    Member { account: world.account.id, user: world.user.id, role: Role::Owner, version: 1 }
}

fn told<T>(outcome: Result<T, Refusal>) -> Result<(), Refusal> {
    outcome.map(|_| ())
}

fn gives(
    world: &mut World,
    to: &(Member, User),
    role: Role,
    actor: &Actor,
) -> Result<Option<domain::Decision>, Refusal> {
    let proof = world.proof(&Purpose::MakeAdmin { user: to.1.id });
    change_role(&world.brand, &world.account, &to.0, &to.1, role, actor, &proof, START, &mut *world.rng)
}

#[test]
fn nobody_but_the_owner_and_the_operator_changes_the_team() {
    let mut world = World::new(1);
    world.session.stage = Stage::Open { otp_at: Some(START) };
    let (member, user) = helper(&world, Role::Support);
    let one = (member.clone(), user.clone());
    for role in Role::ALL {
        world.role = role;
        let actor = world.actor();
        let expected = match role {
            Role::Owner => Ok(()),
            _ => Err(Refusal::PermissionDenied),
        };
        assert_eq!(told(gives(&mut world, &one, Role::Finance, &actor)), expected, "{role} gives a role");
        let (account, rng) = (&world.account, &mut *world.rng);
        assert_eq!(told(remove(account, &member, &user, &actor, START, rng)), expected, "{role} removes");
        let proof = world.proof(&Purpose::TeamTwoFactorOff);
        let (on, me) = (User { two_factor: true, ..world.user.clone() }, &world.brand);
        let asked = require_two_factor(me, &world.account, true, &actor, Some(&on), &proof, START);
        assert_eq!(told(asked), expected, "{role} asks two-factor of all");
    }
    let stranger = World::new(2).actor();
    assert_eq!(told(gives(&mut world, &one, Role::Finance, &stranger)), Err(Refusal::NotFound));
    let (account, rng) = (&world.account, &mut *world.rng);
    assert_eq!(told(remove(account, &member, &user, &stranger, START, rng)), Err(Refusal::NotFound));
    assert_eq!(told(remove(account, &member, &user, &operator(), START, rng)), Ok(()));
}

#[test]
fn an_account_keeps_its_owner_whoever_asks() {
    let mut world = World::new(1);
    let (me, user) = (owner(&world), world.user.clone());
    let one = (me.clone(), user.clone());
    for actor in [world.actor(), operator()] {
        let kept = Err(Refusal::OwnerStays);
        assert_eq!(told(gives(&mut world, &one, Role::Admin, &actor)), kept);
        let (account, rng) = (&world.account, &mut *world.rng);
        assert_eq!(told(remove(account, &me, &user, &actor, START, rng)), kept);
        assert_eq!(told(leave(account, &me, &user, &actor, START, rng)), kept);
    }
    let (member, user) = helper(&world, Role::Finance);
    for role in [Role::Owner, Role::Epos] {
        world.brand.roles.retain(|offered| *offered != Role::Epos);
        let (one, actor) = ((member.clone(), user.clone()), world.actor());
        let refused = gives(&mut world, &one, role, &actor);
        assert!(matches!(refused, Err(Refusal::Invalid { field: "role", .. })), "{role}");
    }
}

#[test]
fn whoever_shall_see_keys_needs_a_code_of_the_owner_for_that_member() {
    let mut world = World::new(1);
    let one = helper(&world, Role::Finance);
    let actor = world.actor();
    assert_eq!(told(gives(&mut world, &one, Role::Admin, &actor)), Err(Refusal::StepUpNeeded));
    assert_eq!(told(gives(&mut world, &one, Role::Support, &actor)), Ok(()), "less power needs none");
    let wrong = Purpose::MakeAdmin { user: world.user.id };
    let code = world.asks(wrong).expect("a code");
    world.types(&wrong, &code).expect("right");
    assert_eq!(told(gives(&mut world, &one, Role::Admin, &actor)), Err(Refusal::StepUpNeeded), "for another");
    world.now = world.now + domain::HOUR;
    let purpose = Purpose::MakeAdmin { user: one.1.id };
    let code = world.asks(purpose).expect("a code");
    world.types(&purpose, &code).expect("right");
    let now = world.now;
    let proof = world.proof(&purpose);
    let (brand, account) = (&world.brand, &world.account);
    let made = change_role(brand, account, &one.0, &one.1, Role::Admin, &actor, &proof, now, &mut *world.rng);
    let decision = made.expect("the code was answered").expect("a change");
    assert!(matches!(&decision.changes[0], Change::Update(Row::Challenge(_))), "and it is spent");
    let same = gives(&mut world, &one, Role::Finance, &actor).expect("allowed");
    assert_eq!(same, None, "the role they have is no change");
}

#[test]
fn a_member_who_goes_is_gone_and_leaving_is_for_oneself() {
    let mut world = World::new(1);
    let (member, user) = helper(&world, Role::Finance);
    let account = world.account.clone();
    let rng = &mut *world.rng;
    let acting = Member { ..member.clone() }.acting(world.session.id, "192.0.2.1");
    let left = leave(&account, &member, &user, &acting, START, rng).expect("everybody may");
    assert_eq!(left.changes, [Change::Remove(Gone::Member(member.clone()))]);
    let owner = Member { account: account.id, user: world.user.id, role: Role::Owner, version: 1 };
    let owner = owner.acting(world.session.id, "192.0.2.1");
    assert_eq!(told(leave(&account, &member, &user, &owner, START, rng)), Err(Refusal::PermissionDenied));
    let another = Member { user: world.user.id, ..member.clone() }.acting(world.session.id, "192.0.2.1");
    assert_eq!(told(leave(&account, &member, &user, &another, START, rng)), Err(Refusal::NotFound));
    assert_eq!(told(leave(&account, &member, &user, &operator(), START, rng)), Err(Refusal::NotFound));
}

#[test]
fn ownership_goes_to_a_member_with_a_code_of_its_own_whatever_was_answered_at_login() {
    let mut world = World::new(1);
    world.brand.regenerate = StepUpRule::UnlessLoginOtp;
    world.session.stage = Stage::Open { otp_at: Some(START) };
    let (next, user) = helper(&world, Role::Finance);
    let me = owner(&world);
    let purpose = Purpose::TransferOwnership { user: next.user };
    let hands_on = |world: &mut World, to: (&Member, &User), actor: &Actor| {
        let proof = match actor {
            Actor::Member(_) => world.proof(&purpose),
            Actor::Operator { .. } => Proof::default(),
        };
        let (brand, account, old) = (&world.brand, &world.account, world.user.clone());
        transfer_ownership(brand, account, (&me, &old), to, actor, &proof, START, &mut *world.rng)
    };
    let actor = world.actor();
    assert_eq!(told(hands_on(&mut world, (&next, &user), &actor)), Err(Refusal::StepUpNeeded));
    let code = world.asks(purpose).expect("a code");
    world.types(&purpose, &code).expect("right");
    let decision = hands_on(&mut world, (&next, &user), &actor).expect("the code was answered");
    let admin = Change::Update(Row::Member(Member { role: Role::Admin, ..me.clone() }));
    let new = Change::Update(Row::Member(Member { role: Role::Owner, ..next.clone() }));
    assert_eq!(decision.changes[1..], [admin, new], "never two owners at once");
    assert_eq!(decision.letters.len(), 2, "both are told");
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Owner) {
        world.role = role;
        let actor = world.actor();
        assert_eq!(
            told(hands_on(&mut world, (&next, &user), &actor)),
            Err(Refusal::PermissionDenied),
            "{role}"
        );
    }
    world.role = Role::Owner;
    let locked = User { locked_at: Some(START), ..user.clone() };
    let foreign = Member { account: World::new(2).account.id, ..next.clone() };
    let owner_user = world.user.clone();
    for (what, member, user) in
        [("locked", &next, &locked), ("the owner", &me, &owner_user), ("another account's", &foreign, &user)]
    {
        assert!(hands_on(&mut world, (member, user), &actor).is_err(), "{what}");
    }
    assert!(hands_on(&mut world, (&next, &user), &operator()).is_ok(), "the operator, when an owner is gone");
}

#[test]
fn a_second_factor_is_reset_for_members_of_this_account_alone_and_logs_them_out() {
    let mut world = World::new(1);
    world.session.stage = Stage::Open { otp_at: Some(START) };
    let (member, user) = helper(&world, Role::Finance);
    let user = User { two_factor: true, locked_at: Some(START), wrong_codes: 9, ..user };
    let (me, owner_user) = (owner(&world), world.user.clone());
    let elsewhere = Member { account: World::new(2).account.id, ..member.clone() };
    let theirs = Session { user: user.id, ..world.session.clone() };
    let sessions = [theirs, world.session.clone()];
    let resets = |world: &mut World, member: &Member, user: &User, memberships: &[Member], actor: &Actor| {
        let proof = world.proof(&Purpose::ResetTwoFactor { user: user.id });
        let codes = domain::BackupCodes {
            unused: vec![domain::Digest::from_bytes([1; 32])],
            version: 1,
            ..domain::BackupCodes::none(user.id)
        };
        let owners = [world.user.clone(), World::new(7).user];
        let login = Login { user, member, memberships, sessions: &sessions, codes: &codes, owners: &owners };
        reset_two_factor(&world.brand, &login, actor, &proof, START, &mut *world.rng)
    };
    let actor = world.actor();
    let (here, both) = ([member.clone()], [member.clone(), elsewhere]);
    let needed = Err(Refusal::OperatorNeeded);
    assert_eq!(
        told(resets(&mut world, &member, &user, &both, &actor)),
        needed,
        "another account is weakened too"
    );
    assert_eq!(told(resets(&mut world, &me, &owner_user, &[], &actor)), needed, "owners ask the operator");
    assert!(resets(&mut world, &member, &user, &both, &operator()).is_ok());
    assert!(resets(&mut world, &me, &owner_user, &[], &operator()).is_ok());
    assert_eq!(told(unlock(&actor, &member, &user, &both, START)), Err(Refusal::OperatorNeeded));
    let decision = resets(&mut world, &member, &user, &here, &actor).expect("allowed");
    let Change::Update(Row::User(after)) = &decision.changes[0] else { panic!("{decision:?}") };
    assert_eq!((&after.mobile, &after.totp, after.two_factor), (&None, &None, true));
    assert_eq!(after.locked_at, Some(START), "a lock is another matter");
    let no_codes =
        |change: &Change| matches!(change, Change::Update(Row::BackupCodes(left)) if left.unused.is_empty());
    assert!(decision.changes.iter().any(no_codes), "what was written down works no more either");
    assert_eq!(decision.letters.len(), 2, "the member is told, and every owner but the one who did it");
    let ended = decision.changes.iter().filter_map(|change| match change {
        Change::Update(Row::Session(session)) => Some((session.user, session.ended_at)),
        _ => None,
    });
    assert_eq!(ended.collect::<Vec<_>>(), [(user.id, Some(START))], "theirs and no other");
    world.session.stage = Stage::Open { otp_at: None };
    assert_eq!(told(resets(&mut world, &member, &user, &here, &actor)), Err(Refusal::StepUpNeeded));
}

#[test]
fn two_factor_is_asked_of_all_by_those_who_have_it_and_given_up_with_a_code() {
    let mut world = World::new(1);
    let actor = world.actor();
    let (with, without) =
        (User { two_factor: true, ..world.user.clone() }, User { two_factor: false, ..world.user.clone() });
    let asks = |world: &World, user: &User, required: bool| {
        let proof = world.proof(&Purpose::TeamTwoFactorOff);
        require_two_factor(&world.brand, &world.account, required, &actor, Some(user), &proof, START)
    };
    assert_eq!(told(asks(&world, &without, true)), Err(Refusal::TwoFactorFirst));
    assert!(asks(&world, &with, true).expect("allowed").is_some());
    assert_eq!(asks(&world, &with, false), Ok(None), "it is not asked anyway");
    world.account.two_factor_required = true;
    assert_eq!(told(asks(&world, &with, false)), Err(Refusal::StepUpNeeded));
    world.session.stage = Stage::Open { otp_at: Some(START) };
    assert!(asks(&world, &with, false).expect("a code was answered at login").is_some());
}
