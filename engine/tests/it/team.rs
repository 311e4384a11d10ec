//! The team as it changes under open sessions: what was taken away is gone at the next request.

use std::sync::Arc;

use domain::{Actor, GenerateRequest, Mode, NewOwner, Purpose, Refusal, Role, SessionId, seeded};
use engine::{Holder, NewMember};

use crate::races::{split, thirty_at_once};
use crate::shop::{Figures, START, Shop, refusal};

async fn owner(shop: &Shop) -> Actor {
    let team = shop.engine.team(&shop.account.id).await.expect("a team");
    let owner = team.into_iter().find(|one| one.member.role == Role::Owner).expect("there is always one");
    owner.member.acting(SessionId::draw(&mut seeded(77)), "192.0.2.1")
}

async fn second_account(shop: &Shop) -> domain::AccountId {
    let owner = NewOwner { name: "Mei".to_owned(), email: "mei@shop.example".to_owned(), mobile: None };
    let (brand, rng) = (&shop.account.brand, &mut seeded(23));
    let opened = shop.engine.open_account(&shop.operator, brand, "Second", &owner, START, rng).await;
    opened.expect("a new account").id
}

/// Makes the admin of the shop a member of another account too.
async fn joins(shop: &Shop, account: &domain::AccountId, role: Role) {
    let mut decision = domain::Decision::new(domain::AuditEntry::by(
        &shop.operator,
        "member.added",
        Some(*account),
        shop.admin.id,
        START,
    ));
    let member = domain::Member { account: *account, user: shop.admin.id, role, version: 0 };
    decision.insert(domain::Row::Member(member));
    shop.engine.store().commit(decision, &shop.engine.peppers()).await.expect("written");
}

/// The session as the engine would find it by its cookie: nothing if it was ended, and why it opens nothing.
async fn still_in(shop: &Shop, view: &engine::View) -> bool {
    let session = shop.engine.store().session(&view.session.id).await.expect("readable").expect("opened");
    let found = shop.engine.store().member_view(session).await.expect("readable");
    found.is_some_and(|found| found.session.ended_at.is_none())
}

// TM-46
#[tokio::test]
async fn a_member_who_was_removed_does_nothing_more_with_the_session_they_have_open() {
    let shop = Shop::open(Figures::default()).await;
    let view = shop.logs_in(START, 3).await;
    assert!(still_in(&shop, &view).await);
    let (actor, rng) = (owner(&shop).await, &mut seeded(4));
    shop.engine.remove_member(&actor, &shop.account.id, &shop.admin.id, START, rng).await.expect("removed");
    assert!(!still_in(&shop, &view).await);
    let again = shop.engine.remove_member(&actor, &shop.account.id, &shop.admin.id, START, rng).await;
    assert_eq!(again.map(|_| ()).map_err(|error| refusal::<()>(Err(error))), Err(Refusal::NotFound));
}

// TM-46
#[tokio::test]
async fn a_role_that_was_taken_counts_at_the_next_request_of_an_open_session() {
    let shop = Shop::open(Figures::default()).await;
    let view = shop.logs_in(START, 3).await;
    let (actor, account, rng) = (owner(&shop).await, shop.account.id, &mut seeded(4));
    let user = &shop.admin.id;
    let changed = shop.engine.change_role(&actor, None, &account, user, Role::Finance, START, rng).await;
    assert_eq!(changed.expect("allowed").member.role, Role::Finance);
    let view = shop.again(&view).await;
    let request = GenerateRequest { mode: Mode::Test, name: None, expires_at: None };
    let told = shop.engine.generate(&view, &request, None, START, rng).await;
    assert_eq!(refusal(told), Refusal::PermissionDenied);
    let told = shop.engine.change_role(&actor, None, &account, user, Role::Admin, START, rng).await;
    assert_eq!(refusal(told), Refusal::StepUpNeeded, "back to the keys takes a code");
}

#[tokio::test]
async fn switching_shows_one_s_own_accounts_only_and_ends_the_cookie_before() {
    let shop = Shop::open(Figures::default()).await;
    let second = second_account(&shop).await;
    let view = shop.logs_in(START, 3).await;
    let holder = Holder { session: view.session.clone(), user: view.user.clone() };
    let told = shop.engine.switch_account(&holder, &second, START, &mut seeded(4)).await;
    assert_eq!(refusal(told), Refusal::NotFound, "another's account looks like none");
    joins(&shop, &second, Role::ViewOnly).await;
    let token = shop.engine.switch_account(&holder, &second, START, &mut seeded(5)).await.expect("one's own");
    let there = shop.engine.view(&token, &shop.account.brand, START).await.expect("a session");
    assert_eq!((there.account.id, there.member.role), (second, Role::ViewOnly));
    assert!(!still_in(&shop, &view).await, "the session before is over");
    let again = shop.engine.switch_account(&holder, &second, START, &mut seeded(6)).await;
    assert_eq!(refusal(again), Refusal::LogInFirst);
}

#[tokio::test]
async fn a_code_that_was_answered_in_one_account_grants_nothing_in_another() {
    let shop = Shop::open(Figures::default()).await;
    let second = second_account(&shop).await;
    joins(&shop, &second, Role::Admin).await;
    let view = shop.logs_in(START, 3).await;
    let purpose = Purpose::GenerateLive;
    let code = shop.asks(&view, purpose, START, 4).await;
    shop.engine.answer(&view, &purpose, &code, START, &mut seeded(5)).await.expect("right");
    let view = shop.again(&view).await;
    let holder = Holder { session: view.session.clone(), user: view.user.clone() };
    let token = shop.engine.switch_account(&holder, &second, START, &mut seeded(6)).await.expect("one's own");
    let there = shop.engine.view(&token, &shop.account.brand, START).await.expect("a session");
    assert_eq!(shop.engine.open_challenge(&there, &purpose).await.expect("readable"), None);
    let latest = shop.engine.store().challenge(&there.session.id, &purpose).await.expect("readable");
    assert_eq!(latest, None, "the grant stayed with the session that ended");
}

#[tokio::test]
async fn an_owner_weakens_no_login_that_opens_other_accounts_too() {
    let shop = Shop::open(Figures::default()).await;
    let second = second_account(&shop).await;
    joins(&shop, &second, Role::Admin).await;
    let (actor, account, user, rng) = (owner(&shop).await, shop.account.id, &shop.admin.id, &mut seeded(4));
    let told = shop.engine.reset_two_factor(&actor, None, &account, user, START, rng).await;
    assert_eq!(refusal(told), Refusal::OperatorNeeded);
    let told = shop.engine.unlock(&actor, &account, user, START).await;
    assert_eq!(refusal(told), Refusal::OperatorNeeded);
    let view = shop.logs_in(START, 5).await;
    let reset = shop.engine.reset_two_factor(&shop.operator, None, &account, user, START, rng).await;
    let reset = reset.expect("the operator may");
    assert_eq!((reset.mobile, reset.totp), (None, None));
    assert!(!still_in(&shop, &view).await, "and they are logged out");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_thirty_transfers_at_once_there_is_one_owner_in_the_end_and_never_two() {
    let shop = Arc::new(Shop::open(Figures::default()).await);
    let mut users = vec![shop.admin.id];
    for nth in 0..5u64 {
        let new = NewMember {
            name: format!("Member {nth}"),
            email: format!("member{nth}@shop.example"),
            password: None,
            mobile: None,
            two_factor: false,
            role: Role::Finance,
        };
        let rng = &mut seeded(30 + nth);
        let added = shop.engine.add_member(&shop.operator, &shop.account, new, START, rng).await;
        users.push(added.expect("a new member").id);
    }
    let users = Arc::new(users);
    let outcomes = thirty_at_once(|nth| {
        let (shop, users) = (shop.clone(), users.clone());
        async move {
            let (account, to) = (&shop.account.id, &users[nth as usize % users.len()]);
            shop.engine.transfer_by_operator(&shop.operator, account, to, START, &mut seeded(100 + nth)).await
        }
    });
    let (won, _) = split(outcomes.await);
    assert_eq!(shop.audited("account.transferred").await, won.len());
    let team = shop.engine.team(&shop.account.id).await.expect("a team");
    assert_eq!(team.iter().filter(|one| one.member.role == Role::Owner).count(), 1);
    assert_eq!(team.len(), 7);
}
