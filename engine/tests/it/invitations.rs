//! Invitations under attack: a link works once, for one address, on one brand, while it stands; whoever has a password logs
//! in with everything that takes.

use std::sync::Arc;

use domain::{
    Actor, BrandId, DAY, Invitation, Invite, MINUTE, Member, Origin, Password, Recipient, Refusal, Role,
    SessionId, Timestamp, Token, User, seeded,
};
use engine::{Enclosed, Holder, LoggedIn};
use store::LetterFate;

use crate::races::{split, thirty_at_once};
use crate::shop::{Figures, PASSWORD, START, Shop, refusal};

const GUEST: &str = "guest@shop.example";
const NEW_PASSWORD: &str = "four words make sense";

fn from() -> Origin {
    Origin { address: "192.0.2.7".to_owned(), agent: "a browser".to_owned() }
}

/// The owner of the shop, acting.
async fn owner(shop: &Shop) -> Actor {
    let team = shop.engine.team(&shop.account.id).await.expect("a team");
    let owner = team.into_iter().find(|one| one.member.role == Role::Owner).expect("there is always one");
    owner.member.acting(SessionId::draw(&mut seeded(77)), "192.0.2.1")
}

async fn invites(
    shop: &Shop,
    actor: &Actor,
    email: &str,
    now: Timestamp,
) -> Result<Invitation, engine::EngineError> {
    let request = Invite { email: email.to_owned(), role: Role::Finance };
    let own =
        email.bytes().fold(now.as_millis() as u64, |seed, byte| seed.wrapping_mul(31) + u64::from(byte));
    let seed = &mut seeded(own);
    shop.engine.invite(actor, None, &shop.account.id, &request, now, seed).await
}

/// Takes the letters that are owed and returns the link of the one to an address.
async fn link(shop: &Shop, email: &str, now: Timestamp) -> Token {
    let to = Recipient::Email(email.to_owned());
    let mut link = None;
    loop {
        let owed = shop.engine.owed_letters(now).await.expect("letters can be read");
        if owed.is_empty() {
            return link.expect("a letter with a link is owed");
        }
        let fates = owed.iter().map(|one| (one.letter.id, LetterFate::Sent { at: now })).collect();
        for one in owed {
            match one.enclosed {
                Enclosed::Link(token) if one.letter.to == to => link = Some(token),
                _ => {}
            }
        }
        shop.engine.settle_letters(fates).await.expect("letters can be settled");
    }
}

async fn accepts(
    shop: &Shop,
    link: &Token,
    now: Timestamp,
    seed: u64,
) -> Result<LoggedIn, engine::EngineError> {
    let (brand, password) = (&shop.account.brand, Password::new(NEW_PASSWORD));
    shop.engine.accept_as_new(link, brand, "Guest", password, from(), now, &mut seeded(seed)).await
}

async fn logs_in(shop: &Shop, email: &str, password: &str, seed: u64) -> Holder {
    let (brand, password) = (&shop.account.brand, Password::new(password));
    let logged = shop.engine.log_in(brand, email, password, from(), START, &mut seeded(seed)).await;
    let token = logged.expect("the right password").token;
    shop.engine.holder(&token, brand, START).await.expect("a login that owes nothing")
}

#[tokio::test]
async fn a_newcomer_joins_with_the_link_once_and_logs_in_with_the_password_afterwards() {
    let shop = Shop::open(Figures::default()).await;
    let actor = owner(&shop).await;
    let invitation = invites(&shop, &actor, " Guest@Shop.Example", START).await.expect("invited");
    let link = link(&shop, GUEST, START).await;
    let logged = accepts(&shop, &link, START, 5).await.expect("the link stands");
    let view = shop.engine.view(&logged.token, &shop.account.brand, START).await.expect("logged in");
    assert_eq!((view.member.role, view.user.email.as_str()), (Role::Finance, GUEST));
    assert_eq!(view.account.id, shop.account.id);
    for again in [accepts(&shop, &link, START, 6).await, accepts(&shop, &link, START + DAY, 7).await] {
        assert_eq!(refusal(again), Refusal::InvitationOver, "reused");
    }
    let holder = logs_in(&shop, GUEST, NEW_PASSWORD, 8).await;
    let reused = shop.engine.accept_as_user(&link, &holder, START, &mut seeded(9)).await;
    assert_eq!(refusal(reused), Refusal::InvitationOver);
    assert_eq!(shop.audited("invitation.accepted").await, 1);
    let told = shop.engine.cancel_invitation(&actor, &shop.account.id, &invitation.id, START).await;
    assert!(told.is_ok(), "cancelling what was accepted is no error, and changes nothing");
    assert_eq!(shop.audited("invitation.cancelled").await, 0);
}

#[tokio::test]
async fn a_link_is_dead_when_it_was_cancelled_replaced_or_is_too_old_and_on_every_other_brand() {
    let shop = Shop::open(Figures::default()).await;
    let (actor, account) = (owner(&shop).await, shop.account.id);
    let invitation = invites(&shop, &actor, GUEST, START).await.expect("invited");
    let first = link(&shop, GUEST, START).await;
    let later = START + MINUTE;
    let again =
        shop.engine.send_invitation_again(&actor, &account, &invitation.id, later, &mut seeded(3)).await;
    again.expect("a minute has passed");
    let second = link(&shop, GUEST, later).await;
    assert_eq!(refusal(accepts(&shop, &first, later, 5).await), Refusal::InvitationOver, "replaced");
    assert!(shop.engine.offer(&second, &shop.account.brand, later).await.is_ok());
    let axis = BrandId::new("axis", "IN").expect("a brand");
    assert_eq!(refusal(shop.engine.offer(&second, &axis, later).await), Refusal::InvitationOver, "elsewhere");
    let end = later + domain::INVITATION_LIFETIME;
    assert_eq!(refusal(accepts(&shop, &second, end, 6).await), Refusal::InvitationOver, "too old");
    shop.engine.cancel_invitation(&actor, &account, &invitation.id, later).await.expect("cancelled");
    assert_eq!(refusal(accepts(&shop, &second, later, 7).await), Refusal::InvitationOver, "cancelled");
    let made_up = Token::draw(&mut seeded(8));
    assert_eq!(refusal(accepts(&shop, &made_up, later, 9).await), Refusal::InvitationOver, "never was one");
    let user = shop.engine.store().user_by_email(&shop.account.brand, GUEST).await.expect("readable");
    assert_eq!(user, None, "and nobody was made");
}

#[tokio::test]
async fn a_session_s_cookie_is_no_link_and_a_link_no_cookie() {
    let shop = Shop::open(Figures::default()).await;
    invites(&shop, &owner(&shop).await, GUEST, START).await.expect("invited");
    let (link, brand) = (link(&shop, GUEST, START).await, &shop.account.brand);
    let password = Password::new(PASSWORD);
    let logged =
        shop.engine.log_in(brand, "admin@shop.example", password, from(), START, &mut seeded(4)).await;
    let cookie = logged.expect("the right password").token;
    assert_eq!(refusal(shop.engine.offer(&cookie, brand, START).await), Refusal::InvitationOver);
    assert_eq!(refusal(shop.engine.holder(&link, brand, START).await), Refusal::LogInFirst);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_thirty_simultaneous_acceptances_exactly_one_succeeds() {
    let shop = Arc::new(Shop::open(Figures::default()).await);
    let actor = owner(&shop).await;
    for round in 0..5u64 {
        let email = format!("guest{round}@shop.example");
        invites(&shop, &actor, &email, START).await.expect("invited");
        let link = Arc::new(link(&shop, &email, START).await);
        let outcomes = thirty_at_once(|nth| {
            let (shop, link) = (shop.clone(), link.clone());
            async move { accepts(&shop, &link, START, 1_000 * (round + 1) + nth).await }
        });
        let (won, lost) = split(outcomes.await);
        assert_eq!(won.len(), 1, "round {round}");
        let over = |refusal: &Refusal| matches!(refusal, Refusal::InvitationOver | Refusal::LogInFirst);
        assert!(lost.iter().all(over), "round {round}: {lost:?}");
    }
    assert_eq!(shop.audited("invitation.accepted").await, 5, "and the audit says the same");
    assert_eq!(shop.engine.team(&shop.account.id).await.expect("a team").len(), 7);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_invitations_are_out_than_may_be_however_many_are_asked_for_at_once() {
    let shop = Arc::new(Shop::open(Figures::default()).await);
    let actor = owner(&shop).await;
    // The owner's own invitation counts.
    for nth in 0..domain::PENDING_MAX - 6 {
        invites(&shop, &actor, &format!("early{nth}@shop.example"), START).await.expect("invited");
    }
    let outcomes = thirty_at_once(|nth| {
        let (shop, actor) = (shop.clone(), actor.clone());
        async move { invites(&shop, &actor, &format!("late{nth}@shop.example"), START).await }
    });
    let (won, lost) = split(outcomes.await);
    assert_eq!(won.len(), 5);
    assert!(lost.iter().all(|one| *one == Refusal::TooManyPending { most: domain::PENDING_MAX }), "{lost:?}");
}

#[tokio::test]
async fn whoever_has_a_login_joins_by_logging_in_with_the_code_it_takes() {
    let shop = Shop::open(Figures { two_factor: true, ..Figures::default() }).await;
    let second = another_account(&shop, "second@shop.example").await;
    let actor = owner_of(&shop, &second).await;
    let request = Invite { email: shop.admin.email.clone(), role: Role::Support };
    shop.engine.invite(&actor, None, &second, &request, START, &mut seeded(3)).await.expect("invited");
    let link = link(&shop, &shop.admin.email, START).await;
    assert_eq!(
        refusal(accepts(&shop, &link, START, 4).await),
        Refusal::LogInFirst,
        "the link alone opens nothing"
    );
    let brand = &shop.account.brand;
    let password = Password::new(PASSWORD);
    let logged = shop.engine.log_in(brand, &shop.admin.email, password, from(), START, &mut seeded(5)).await;
    let logged = logged.expect("the right password");
    assert!(logged.code_owed);
    assert_eq!(
        refusal(shop.engine.holder(&logged.token, brand, START).await),
        Refusal::LogInFirst,
        "half-way in"
    );
    let view =
        shop.engine.awaiting_view(&logged.token, brand, START).await.expect("a login that owes a code");
    let code = shop.reads_sms(START).await;
    let rng = &mut seeded(6);
    let answered = shop.engine.answer(&view, &domain::Purpose::LogIn, &code, START, rng).await;
    let token = answered.expect("the right code");
    let holder = shop.engine.holder(&token, brand, START).await.expect("logged in");
    let cookie = shop.engine.accept_as_user(&link, &holder, START, rng).await.expect("accepted");
    let view = shop.engine.view(&cookie, brand, START).await.expect("in the new account");
    assert_eq!((view.account.id, view.member.role), (second, Role::Support));
    assert_eq!(
        refusal(shop.engine.view(&token, brand, START).await),
        Refusal::LogInFirst,
        "the old cookie is over"
    );
    assert!(view.session.otp_at().is_some(), "and the login is as well proven as before");
}

#[tokio::test]
async fn an_invitation_for_one_is_nothing_for_another_who_is_logged_in() {
    let shop = Shop::open(Figures::default()).await;
    invites(&shop, &owner(&shop).await, GUEST, START).await.expect("invited");
    let link = link(&shop, GUEST, START).await;
    let admin = logs_in(&shop, &shop.admin.email, PASSWORD, 4).await;
    let told = shop.engine.accept_as_user(&link, &admin, START, &mut seeded(5)).await;
    assert_eq!(refusal(told), Refusal::InvitationForOther);
    assert!(accepts(&shop, &link, START, 6).await.is_ok(), "and it still works for whom it is for");
}

#[tokio::test]
async fn a_link_dies_with_its_inviter_s_right_to_invite_and_lives_again_when_the_new_owner_sends_it() {
    let shop = Shop::open(Figures::default()).await;
    let (old, account) = (owner(&shop).await, shop.account.id);
    let invitation = invites(&shop, &old, GUEST, START).await.expect("invited");
    let first = link(&shop, GUEST, START).await;
    let rng = &mut seeded(3);
    let admin = shop.admin.id;
    shop.engine.transfer_by_operator(&shop.operator, &account, &admin, START, rng).await.expect("handed on");
    assert_eq!(refusal(accepts(&shop, &first, START, 4).await), Refusal::InvitationOver);
    let new = owner(&shop).await;
    let later = START + MINUTE;
    let refused = shop.engine.send_invitation_again(&old, &account, &invitation.id, later, rng).await;
    assert!(refused.is_ok(), "an actor's role is what was read for its request");
    let demoted = Member { account, user: old_user(&old), role: Role::Admin, version: 1 };
    let demoted = demoted.acting(SessionId::draw(rng), "192.0.2.1");
    let refused = shop.engine.send_invitation_again(&demoted, &account, &invitation.id, later, rng).await;
    assert_eq!(refusal(refused), Refusal::PermissionDenied);
    let latest = later + MINUTE;
    shop.engine.send_invitation_again(&new, &account, &invitation.id, latest, rng).await.expect("sent");
    let link = link(&shop, GUEST, latest).await;
    assert!(accepts(&shop, &link, latest, 5).await.is_ok());
}

fn old_user(actor: &Actor) -> domain::UserId {
    let Actor::Member(member) = actor else { panic!("a member") };
    member.user
}

#[tokio::test]
async fn somebody_who_was_removed_comes_back_by_an_invitation_and_a_login() {
    let shop = Shop::open(Figures::default()).await;
    let (actor, account, brand) = (owner(&shop).await, shop.account.id, &shop.account.brand);
    let rng = &mut seeded(3);
    shop.engine.remove_member(&actor, &account, &shop.admin.id, START, rng).await.expect("removed");
    let (email, password) = (&shop.admin.email, || Password::new(PASSWORD));
    let nowhere = shop.engine.log_in(brand, email, password(), from(), START, rng).await;
    assert_eq!(refusal(nowhere), Refusal::PermissionDenied, "there is no account to log in to");
    invites(&shop, &actor, email, START).await.expect("invited");
    let link = link(&shop, email, START).await;
    let holder = logs_in(&shop, email, PASSWORD, 4).await;
    let token =
        shop.engine.log_in(brand, email, password(), from(), START, rng).await.expect("invited").token;
    assert_eq!(refusal(shop.engine.view(&token, brand, START).await), Refusal::NotInAccount, "not in it yet");
    let cookie = shop.engine.accept_as_user(&link, &holder, START, rng).await.expect("accepted");
    let view = shop.engine.view(&cookie, brand, START).await.expect("in again");
    assert_eq!(view.member.role, Role::Finance);
}

#[tokio::test]
async fn inviting_says_the_same_whether_the_address_has_a_login_or_not() {
    let shop = Shop::open(Figures::default()).await;
    let second = another_account(&shop, "second@shop.example").await;
    let actor = owner_of(&shop, &second).await;
    let mut said = Vec::new();
    for email in [shop.admin.email.as_str(), "nobody@shop.example"] {
        let request = Invite { email: email.to_owned(), role: Role::Finance };
        let first = shop.engine.invite(&actor, None, &second, &request, START, &mut seeded(3)).await;
        let first = first.expect("invited");
        let again = shop.engine.invite(&actor, None, &second, &request, START, &mut seeded(4)).await;
        said.push((first.role, first.expires_at, first.sent.len(), refusal(again)));
        shop.engine.cancel_invitation(&actor, &second, &first.id, START).await.expect("cancelled");
    }
    assert_eq!(said[0], said[1]);
}

/// A second account of the same brand, opened by the operator; its owner has not accepted yet.
async fn another_account(shop: &Shop, owner: &str) -> domain::AccountId {
    let owner = domain::NewOwner { name: "Mei".to_owned(), email: owner.to_owned(), mobile: None };
    let (brand, rng) = (&shop.account.brand, &mut seeded(23));
    let opened = shop.engine.open_account(&shop.operator, brand, "Second", &owner, START, rng).await;
    opened.expect("a new account").id
}

async fn owner_of(shop: &Shop, account: &domain::AccountId) -> Actor {
    let team = shop.engine.team(account).await.expect("a team");
    team[0].member.acting(SessionId::draw(&mut seeded(78)), "192.0.2.1")
}

#[tokio::test]
async fn an_owner_gets_a_letter_and_a_password_through_it() {
    let shop = Shop::open(Figures::default()).await;
    let email = "owner@shop.example";
    let before: Option<User> =
        shop.engine.store().user_by_email(&shop.account.brand, email).await.expect("readable");
    assert_eq!(before.expect("made with the account").password, None);
    let link = link(&shop, email, START).await;
    let logged = accepts(&shop, &link, START, 3).await.expect("the link stands");
    let view = shop.engine.view(&logged.token, &shop.account.brand, START).await.expect("logged in");
    assert_eq!((view.member.role, view.user.name.as_str()), (Role::Owner, "Guest"));
    assert_eq!(shop.engine.team(&shop.account.id).await.expect("a team").len(), 2, "nobody was added");
}

#[tokio::test]
async fn an_owner_whom_the_brand_knows_owns_the_new_account_beside_the_old_and_accepts_by_logging_in() {
    let shop = Shop::open(Figures::default()).await;
    let second = another_account(&shop, &shop.admin.email.to_uppercase()).await;
    let link = link(&shop, &shop.admin.email, START).await;
    assert_eq!(refusal(accepts(&shop, &link, START, 3).await), Refusal::LogInFirst);
    let own = shop.engine.own_accounts(&shop.admin.id).await.expect("readable");
    let mut roles: Vec<_> = own.iter().map(|own| (own.name.as_str(), own.member.role)).collect();
    roles.sort();
    assert_eq!(roles, [("Second", Role::Owner), ("Shop", Role::Admin)]);
    let holder = logs_in(&shop, &shop.admin.email, PASSWORD, 4).await;
    let cookie = shop.engine.accept_as_user(&link, &holder, START, &mut seeded(5)).await.expect("accepted");
    let view = shop.engine.view(&cookie, &shop.account.brand, START).await.expect("there");
    assert_eq!((view.account.id, view.member.role), (second, Role::Owner));
}
