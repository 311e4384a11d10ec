//! Who may change the team and unlock whom. What each role may do with keys is a table in `access`.

use domain::{Member, Refusal, Role, User, add_member, unlock};

use crate::world::{START, World, operator};

#[test]
fn the_owner_unlocks_members_and_only_the_operator_unlocks_an_owner() {
    let mut world = World::new(1);
    let locked = User { locked_at: Some(START), wrong_codes: 9, ..world.user.clone() };
    let member = |role| Member { account: world.account.id, user: world.user.id, role, version: 1 };
    let (someone, owner) = (member(Role::Finance), member(Role::Owner));
    for (acting, whom, told) in [
        (Role::Owner, &someone, Ok(())),
        (Role::Owner, &owner, Err(Refusal::OperatorNeeded)),
        (Role::Admin, &someone, Err(Refusal::PermissionDenied)),
        (Role::Support, &someone, Err(Refusal::PermissionDenied)),
    ] {
        world.role = acting;
        let outcome = unlock(&world.actor(), whom, &locked, &[], START).map(|_| ());
        assert_eq!(outcome, told, "{acting} unlocks {}", whom.role);
    }
    for whom in [&someone, &owner] {
        assert!(unlock(&operator(), whom, &locked, &[], START).is_ok(), "the operator unlocks {}", whom.role);
    }
    let told = unlock(&operator(), &someone, &world.user, &[], START).map(|_| ());
    assert_eq!(told, Err(Refusal::NotLocked { user: world.user.id }));
    let stranger = World::new(2).actor();
    assert_eq!(unlock(&stranger, &someone, &locked, &[], START).map(|_| ()), Err(Refusal::NotFound));
}

#[test]
fn a_member_gets_a_role_that_the_brand_offers_and_never_a_second_owner() {
    let mut world = World::new(1);
    world.brand.roles.retain(|role| *role != Role::Epos);
    let (brand, account, user) = (&world.brand, &world.account, &world.user);
    for role in Role::ALL {
        let told = add_member(brand, &operator(), account, user, role, START);
        let allowed = !matches!(role, Role::Owner | Role::Epos);
        assert_eq!(told.is_ok(), allowed, "{role}");
    }
}
