//! Invitations, and members who go.

use domain::{
    DAY, Digest, Gone, Invitation, InvitationId, InvitationState, Inviter, MINUTE, Role, Row, seeded,
};

use super::samples::{
    LATER, NOW, account, an_account, brand, decision, digest, inserting, member, refused, session, updating,
    user, write,
};
use crate::Store;
use crate::driver::Driver;

fn invitation(n: u64, home: &domain::Account) -> Invitation {
    Invitation {
        id: InvitationId::draw(&mut seeded(n)),
        account: home.id,
        email: format!("guest{n}@shop.example"),
        role: Role::Finance,
        inviter: Inviter::Operator("ops".to_owned()),
        state: InvitationState::Open { digest: link(n) },
        sent: vec![NOW, LATER],
        expires_at: NOW + DAY,
        created_at: NOW,
        version: 1,
    }
}

fn link(n: u64) -> Digest {
    digest(700_000 + n)
}

pub(super) async fn an_invitation_comes_back_as_it_was_written<D: Driver>(store: &Store<D>) {
    let (home, owner) = an_account(store).await;
    let inviter = Inviter::Member(owner.id);
    let states = [
        InvitationState::Held,
        InvitationState::Open { digest: link(2) },
        InvitationState::Accepted { by: owner.id, at: LATER },
        InvitationState::Cancelled { at: LATER },
    ];
    for (n, state) in states.into_iter().enumerate() {
        let n = n as u64 + 1;
        let wanted = Invitation { state, inviter: inviter.clone(), ..invitation(n, &home) };
        write(store, inserting([Row::Invitation(wanted.clone())])).await;
        assert_eq!(store.invitation(&wanted.id).await.expect("readable").as_ref(), Some(&wanted));
        let found = store.invitation_of(&home.id, &wanted.email.to_uppercase()).await.expect("readable");
        assert_eq!(found.as_ref(), Some(&wanted), "whatever the case");
        let changed = Invitation {
            role: Role::Support,
            inviter: Inviter::Operator("ops".to_owned()),
            sent: Vec::new(),
            expires_at: LATER,
            ..wanted.clone()
        };
        write(store, updating([Row::Invitation(changed.clone())])).await;
        let found = store.invitation(&wanted.id).await.expect("readable");
        assert_eq!(found, Some(Invitation { version: 2, ..changed }));
        refused(store, updating([Row::Invitation(wanted)]), "an old version").await;
    }
}

pub(super) async fn an_address_is_invited_to_an_account_once<D: Driver>(store: &Store<D>) {
    let (home, _) = an_account(store).await;
    let first = invitation(1, &home);
    write(store, inserting([Row::Invitation(first.clone())])).await;
    let twin = Invitation { email: first.email.clone(), ..invitation(2, &home) };
    refused(store, inserting([Row::Invitation(twin.clone())]), "the same address").await;
    let elsewhere = account(2);
    write(store, inserting([Row::Account(elsewhere.clone())])).await;
    write(store, inserting([Row::Invitation(Invitation { account: elsewhere.id, ..twin })])).await;
    let nowhere = invitation(3, &account(9));
    refused(store, inserting([Row::Invitation(nowhere)]), "an unknown account").await;
    let shouting = Invitation { email: "GUEST@shop.example".to_owned(), ..invitation(4, &home) };
    refused(store, inserting([Row::Invitation(shouting)]), "capitals").await;
}

pub(super) async fn a_link_is_one_invitations_and_gone_when_it_is_settled<D: Driver>(store: &Store<D>) {
    let (home, owner) = an_account(store).await;
    let first = invitation(1, &home);
    write(store, inserting([Row::Invitation(first.clone())])).await;
    let thief = Invitation { state: first.state, ..invitation(2, &home) };
    refused(store, inserting([Row::Invitation(thief)]), "the link of another").await;
    let found = store.invitation_by_digest(&[link(1)]).await.expect("readable");
    assert_eq!(found.as_ref(), Some(&first));
    let invited = |now| store.account_that_invited(&home.brand, &first.email, now);
    assert_eq!(invited(NOW).await.expect("readable"), Some(home.id));
    assert_eq!(invited(first.expires_at).await.expect("readable"), None, "valid strictly before its end");
    let axis = domain::BrandId::new("axis", "IN").expect("a brand");
    assert_eq!(store.account_that_invited(&axis, &first.email, NOW).await.expect("readable"), None);
    let accepted = InvitationState::Accepted { by: owner.id, at: LATER };
    write(store, updating([Row::Invitation(Invitation { state: accepted, ..first.clone() })])).await;
    assert_eq!(store.invitation_by_digest(&[link(1)]).await.expect("readable"), None);
    assert_eq!(invited(NOW).await.expect("readable"), None);
}

pub(super) async fn what_is_pending_or_was_just_sent_is_counted<D: Driver>(store: &Store<D>) {
    let (home, _) = an_account(store).await;
    let old = NOW - DAY.times(2);
    let cancelled = InvitationState::Cancelled { at: NOW };
    let all = [
        Invitation { state: InvitationState::Held, sent: Vec::new(), ..invitation(1, &home) },
        Invitation { sent: vec![old], expires_at: NOW - MINUTE, ..invitation(2, &home) },
        Invitation { state: cancelled, sent: vec![old, NOW], ..invitation(3, &home) },
        Invitation { state: cancelled, sent: vec![old], ..invitation(4, &home) },
    ];
    write(store, inserting(all.clone().map(Row::Invitation))).await;
    assert_eq!(store.invitations_counted(&home.id, NOW - DAY).await.expect("readable"), 3);
    assert_eq!(store.invitations_counted(&account(9).id, NOW - DAY).await.expect("readable"), 0);
    let pending = store.pending_invitations(&home.id).await.expect("readable");
    let mut addresses: Vec<_> = pending.into_iter().map(|one| one.email).collect();
    addresses.sort();
    assert_eq!(addresses, [all[0].email.clone(), all[1].email.clone()]);
}

pub(super) async fn a_member_is_removed_at_the_version_that_was_read_and_once<D: Driver>(store: &Store<D>) {
    let (home, owner) = an_account(store).await;
    let (helper, elsewhere) = (user(2), account(2));
    let (here, there) = (member(&home, &helper, Role::Admin), member(&elsewhere, &helper, Role::Owner));
    let rows = [Row::User(helper.clone()), Row::Account(elsewhere.clone()), Row::Member(here.clone())];
    write(store, inserting(rows)).await;
    write(store, inserting([Row::Member(there.clone())])).await;
    write(store, inserting([Row::Session(session(1, &home, &helper))])).await;
    let own: Vec<_> = store.own_accounts(&helper.id).await.expect("readable");
    let named: Vec<_> = own.iter().map(|own| (own.name.as_str(), own.member.role)).collect();
    assert_eq!(named, [("Shop 1", Role::Admin), ("Shop 2", Role::Owner)]);
    assert_eq!(store.last_seen(&home.id).await.expect("readable"), [(helper.id, NOW)]);
    assert_eq!(store.last_seen(&elsewhere.id).await.expect("readable"), [], "seen in the other one only");
    let going = |version| {
        let mut decision = decision();
        decision.remove(Gone::Member(domain::Member { version, ..here.clone() }));
        decision
    };
    for version in [0, 2] {
        refused(store, going(version), "another version").await;
    }
    write(store, going(1)).await;
    refused(store, going(1), "gone already").await;
    assert_eq!(store.member(&home.id, &helper.id).await.expect("readable"), None);
    assert_eq!(store.memberships(&helper.id).await.expect("readable"), [there]);
    assert_eq!(store.team(&home.id).await.expect("readable").len(), 1, "the owner stays");
    assert!(store.user_by_email(&brand(), &owner.email).await.expect("readable").is_some());
    let again = domain::Member { role: Role::Finance, ..here };
    write(store, inserting([Row::Member(again)])).await;
}
