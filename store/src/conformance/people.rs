//! Accounts, users, members, sessions, challenges, sends and operators.

use domain::{
    Account, Application, BackupCodes, BrandId, Challenge, ChallengeState, Devices, Mobile, Operator,
    PasswordReset, Purpose, Recipient, Returned, Review, Role, Row, SECOND, SendClass, SendHistory, Session,
    Stage, User, Way, Website,
};

use super::samples::{
    LATER, NOW, account, an_account, application, brand, challenge, digest, inserting, member, refused,
    session, updating, user, website, write,
};
use crate::driver::Driver;
use crate::{MemberView, Store};

pub(super) async fn everything_about_people_comes_back_as_it_was_written<D: Driver>(store: &Store<D>) {
    let (home, owner) = an_account(store).await;
    let bare_account = Account {
        two_factor_required: false,
        activated_at: None,
        application: None,
        website: Some(website(2, Review::Waiting)),
        ..account(2)
    };
    let returned = || Returned { at: LATER, reason: "Say who you are.".to_owned() };
    let returned_account = Account {
        activated_at: None,
        application: Some(Application { returned: Some(returned()), ..application() }),
        website: Some(website(3, Review::Returned(returned()))),
        ..account(3)
    };
    let told_nothing = Account { application: None, website: None, ..account(4) };
    let bare_user = User {
        password: None,
        mobile: None,
        totp: None,
        language: None,
        two_factor: false,
        wrong_codes: 0,
        locked_at: None,
        ..user(2)
    };
    let helper = member(&home, &bare_user, Role::ViewOnly);
    write(
        store,
        inserting([
            Row::Account(bare_account.clone()),
            Row::Account(returned_account.clone()),
            Row::Account(told_nothing.clone()),
            Row::User(bare_user.clone()),
            Row::Member(helper.clone()),
        ]),
    )
    .await;
    for wanted in [&home, &bare_account, &returned_account, &told_nothing] {
        assert_eq!(store.account(&wanted.id).await.expect("readable").as_ref(), Some(wanted));
    }
    for wanted in [&owner, &bare_user] {
        assert_eq!(store.user(&wanted.id).await.expect("readable").as_ref(), Some(wanted));
        let found = store.user_by_email(&brand(), &wanted.email.to_uppercase()).await.expect("readable");
        assert_eq!(found.as_ref(), Some(wanted), "whatever the case");
    }
    let elsewhere = BrandId::new("axis", "IN").expect("a brand");
    assert_eq!(store.user_by_email(&elsewhere, &owner.email).await.expect("readable"), None);
    let team = store.team(&home.id).await.expect("readable");
    let mut roles: Vec<_> = team.iter().map(|one| one.member.role).collect();
    roles.sort();
    assert_eq!(roles, [Role::Owner, Role::ViewOnly]);
    assert_eq!(store.memberships(&bare_user.id).await.expect("readable"), std::slice::from_ref(&helper));

    let waiting = Session { stage: Stage::AwaitingCode, ..session(1, &home, &owner) };
    let open = session(2, &home, &owner);
    let plain = Session { stage: Stage::Open { otp_at: None }, ..session(3, &home, &bare_user) };
    for wanted in [&waiting, &open, &plain] {
        write(store, inserting([Row::Session((*wanted).clone())])).await;
        assert_eq!(store.session(&wanted.id).await.expect("readable").as_ref(), Some(wanted));
        assert_eq!(store.session_by_digest(&[wanted.digest]).await.expect("readable").as_ref(), Some(wanted));
    }
    let view = MemberView { session: plain.clone(), user: bare_user, member: helper, account: home };
    assert_eq!(store.member_view(plain).await.expect("readable"), Some(view));
    assert_eq!(store.sessions(&owner.id, NOW).await.expect("readable").len(), 0, "opened after, not at");

    let answered = challenge(1, &open);
    let asked = Challenge { state: ChallengeState::Asked, purpose: Purpose::LogIn, ..challenge(2, &open) };
    let later = Challenge { asked_at: LATER, purpose: Purpose::LogIn, ..challenge(3, &open) };
    for wanted in [&answered, &asked, &later] {
        write(store, inserting([Row::Challenge((*wanted).clone())])).await;
        let found = store.challenge(&open.id, &wanted.purpose).await.expect("readable");
        assert_eq!(found.as_ref(), Some(wanted), "the latest of its purpose");
    }
    let address = "owner@shop.example".to_owned();
    let number = Mobile::from_stored("+919876543210".to_owned());
    for (n, way) in [
        (4, Way::NewNumber(number.clone())),
        (5, Way::Email(address.clone())),
        (6, Way::App),
        (7, Way::NewApp { sealed: vec![1, 2, 3] }),
    ] {
        let digest = way.recipient().map(|_| digest(n));
        let wanted = Challenge { way, digest, purpose: Purpose::ChangeMobile, ..challenge(n, &open) };
        let wanted = Challenge { asked_at: NOW + SECOND.times(n as i64), ..wanted };
        write(store, inserting([Row::Challenge(wanted.clone())])).await;
        let found = store.challenge(&open.id, &wanted.purpose).await.expect("readable");
        assert_eq!(found, Some(wanted), "however it is answered");
    }
    for to in [Recipient::Sms(number), Recipient::Email(address)] {
        let class = SendClass::Own;
        let history =
            SendHistory { to: to.clone(), class: class.clone(), sends: vec![NOW, LATER], version: 1 };
        let none = SendHistory::empty(to.clone(), class.clone());
        assert_eq!(store.sends(&to, &class).await.expect("readable"), none);
        write(store, inserting([Row::Sends(history.clone())])).await;
        assert_eq!(store.sends(&to, &class).await.expect("readable"), history);
    }
}

pub(super) async fn codes_to_ones_own_number_are_kept_apart_from_those_that_try_it<D: Driver>(
    store: &Store<D>,
) {
    let to = Recipient::Sms(Mobile::from_stored("+919876543210".to_owned()));
    let elsewhere = BrandId::new("razorpay", "MY").expect("a brand");
    let classes = [SendClass::Own, SendClass::New(brand()), SendClass::New(elsewhere)];
    let history = |n: usize| SendHistory {
        to: to.clone(),
        class: classes[n].clone(),
        sends: vec![NOW; n + 1],
        version: 1,
    };
    write(store, inserting((0..3).map(history).map(Row::Sends))).await;
    let changed = SendHistory { sends: vec![LATER], ..history(1) };
    write(store, updating([Row::Sends(changed.clone())])).await;
    let kept = [history(0), SendHistory { version: 2, ..changed }, history(2)];
    for (class, kept) in classes.iter().zip(kept) {
        assert_eq!(store.sends(&to, class).await.expect("readable"), kept, "{class}");
    }
}

pub(super) async fn what_somebody_wrote_down_was_sent_and_logged_in_from_comes_back<D: Driver>(
    store: &Store<D>,
) {
    let (_, owner) = an_account(store).await;
    assert_eq!(store.backup_codes(&owner.id).await.expect("readable"), BackupCodes::none(owner.id));
    assert_eq!(store.devices(&owner.id).await.expect("readable"), Devices::none(owner.id));
    assert_eq!(store.password_reset(&owner.id).await.expect("readable"), None);
    let codes = BackupCodes { user: owner.id, unused: vec![digest(1), digest(2)], made_at: NOW, version: 1 };
    let devices = Devices { user: owner.id, known: vec![digest(3)], version: 1 };
    let reset = PasswordReset { user: owner.id, digest: Some(digest(4)), expires_at: LATER, version: 1 };
    let rows = || {
        [Row::BackupCodes(codes.clone()), Row::Devices(devices.clone()), Row::PasswordReset(reset.clone())]
    };
    write(store, inserting(rows())).await;
    assert_eq!(store.backup_codes(&owner.id).await.expect("readable"), codes);
    assert_eq!(store.devices(&owner.id).await.expect("readable"), devices);
    assert_eq!(store.password_reset(&owner.id).await.expect("readable").as_ref(), Some(&reset));
    let found = store.password_reset_by_digest(&[digest(4)]).await.expect("readable");
    assert_eq!(found.as_ref(), Some(&reset));
    for row in rows() {
        refused(store, inserting([row]), "a second row of the same user").await;
    }
    let used = PasswordReset { digest: None, ..reset.clone() };
    write(store, updating([Row::PasswordReset(used.clone())])).await;
    assert_eq!(store.password_reset_by_digest(&[digest(4)]).await.expect("readable"), None, "it was used");
    refused(store, updating([Row::PasswordReset(used)]), "a link used by two at once").await;
    let fewer = BackupCodes { unused: vec![digest(2)], ..codes.clone() };
    write(store, updating([Row::BackupCodes(fewer.clone())])).await;
    refused(store, updating([Row::BackupCodes(fewer)]), "a code used by two at once").await;
    let more = Devices { known: vec![digest(3), digest(5)], ..devices };
    write(store, updating([Row::Devices(more.clone())])).await;
    refused(store, updating([Row::Devices(more)]), "based on what is no more").await;
    let other = user(2);
    let twin = PasswordReset { user: other.id, digest: Some(digest(9)), ..reset };
    write(store, inserting([Row::User(other), Row::PasswordReset(twin.clone())])).await;
    let mine = PasswordReset { user: owner.id, digest: Some(digest(9)), version: 2, ..twin };
    refused(store, updating([Row::PasswordReset(mine)]), "the same link for two").await;
}

pub(super) async fn who_answers_for_somebody_and_what_their_accounts_ask_is_known<D: Driver>(
    store: &Store<D>,
) {
    let (home, owner) = an_account(store).await;
    let (second, other) = (Account { two_factor_required: false, ..account(2) }, user(2));
    let (helper, nobody) = (user(3), user(4));
    write(
        store,
        inserting([
            Row::Account(second.clone()),
            Row::User(other.clone()),
            Row::User(helper.clone()),
            Row::User(nobody.clone()),
            Row::Member(member(&second, &other, Role::Owner)),
            Row::Member(member(&second, &helper, Role::Support)),
            Row::Member(member(&second, &owner, Role::Admin)),
            Row::Member(member(&home, &helper, Role::Admin)),
        ]),
    )
    .await;
    for (who, owners, strict) in [
        (&helper, vec![&owner, &other], true),
        (&owner, vec![&other], true),
        (&other, vec![], false),
        (&nobody, vec![], false),
    ] {
        let mut found: Vec<_> =
            store.owners_above(&who.id).await.expect("readable").into_iter().map(|user| user.name).collect();
        found.sort();
        assert_eq!(found, owners.iter().map(|user| user.name.clone()).collect::<Vec<_>>(), "{}", who.name);
        assert_eq!(store.needs_two_factor(&who.id).await.expect("readable"), strict, "{}", who.name);
    }
}

pub(super) async fn what_waits_for_a_review_comes_longest_waiting_first<D: Driver>(store: &Store<D>) {
    let waiting = |n: u64, at| {
        let website = Website { submitted_at: at, ..website(n, Review::Waiting) };
        let application = Application { submitted_at: at, ..application() };
        Account { activated_at: None, application: Some(application), website: Some(website), ..account(n) }
    };
    let (late, early) = (waiting(1, LATER), waiting(2, NOW));
    let returned = Returned { at: LATER, reason: "Say who you are.".to_owned() };
    let sent_back = Account {
        website: Some(website(3, Review::Returned(returned.clone()))),
        application: Some(Application { returned: Some(returned), ..application() }),
        ..waiting(3, NOW)
    };
    let done = account(4);
    let silent = Account { website: None, application: None, activated_at: None, ..account(5) };
    let rows = [&late, &early, &sent_back, &done, &silent].map(|one| Row::Account(one.clone()));
    write(store, inserting(rows)).await;
    let wanted = [early.clone(), late.clone()];
    assert_eq!(store.websites_in_review(None, 9).await.expect("readable"), wanted);
    assert_eq!(store.activations_in_review(None, 9).await.expect("readable"), wanted);
    let after = Some((NOW, early.id));
    assert_eq!(store.websites_in_review(after, 9).await.expect("readable"), wanted[1..]);
    assert_eq!(store.activations_in_review(after, 1).await.expect("readable"), wanted[1..]);
}

pub(super) async fn an_account_has_one_owner<D: Driver>(store: &Store<D>) {
    let (home, _) = an_account(store).await;
    let second = user(2);
    let rows = [Row::User(second.clone()), Row::Member(member(&home, &second, Role::Owner))];
    refused(store, inserting(rows), "a second owner").await;
    let admin = member(&home, &second, Role::Admin);
    write(store, inserting([Row::User(second.clone()), Row::Member(admin)])).await;
    refused(store, updating([Row::Member(member(&home, &second, Role::Owner))]), "an admin made owner").await;
}

pub(super) async fn a_user_is_a_member_of_an_account_once<D: Driver>(store: &Store<D>) {
    let (home, owner) = an_account(store).await;
    refused(store, inserting([Row::Member(member(&home, &owner, Role::Admin))]), "a second role").await;
    refused(store, inserting([Row::Member(member(&home, &user(9), Role::Admin))]), "an unknown user").await;
    let nowhere = member(&account(9), &owner, Role::Admin);
    refused(store, inserting([Row::Member(nowhere)]), "an unknown account").await;
}

pub(super) async fn an_email_stands_once_in_a_brand_and_in_lower_case<D: Driver>(store: &Store<D>) {
    let (_, owner) = an_account(store).await;
    let twin = User { email: owner.email.clone(), ..user(2) };
    refused(store, inserting([Row::User(twin.clone())]), "the same e-mail").await;
    let elsewhere = BrandId::new("axis", "IN").expect("a brand");
    write(store, inserting([Row::User(User { brand: elsewhere, ..twin })])).await;
    let shouting = User { email: "USER@shop.example".to_owned(), ..user(3) };
    refused(store, inserting([Row::User(shouting)]), "capitals").await;
}

pub(super) async fn an_operator_s_name_and_token_stand_once<D: Driver>(store: &Store<D>) {
    let operator = Operator { version: 1, ..Operator::new("ops".to_owned(), digest(1), NOW) };
    write(store, inserting([Row::Operator(operator.clone())])).await;
    let found = store.operator_by_digest(&[digest(1)]).await.expect("readable");
    assert_eq!(found.as_ref(), Some(&operator));
    let namesake = Operator { digest: digest(2), ..operator.clone() };
    refused(store, inserting([Row::Operator(namesake.clone())]), "the same name").await;
    let twin = Operator { name: "eve".to_owned(), ..operator };
    refused(store, inserting([Row::Operator(twin)]), "the same token").await;
    write(store, updating([Row::Operator(namesake)])).await;
    assert_eq!(
        store.operator_by_digest(&[digest(1)]).await.expect("readable"),
        None,
        "the old token is nobody's"
    );
}

pub(super) async fn a_challenge_takes_no_sixth_try<D: Driver>(store: &Store<D>) {
    let (home, owner) = an_account(store).await;
    let session = session(1, &home, &owner);
    write(store, inserting([Row::Session(session.clone())])).await;
    let challenge = Challenge { state: ChallengeState::Asked, ..challenge(1, &session) };
    write(store, inserting([Row::Challenge(challenge.clone())])).await;
    let tried = |tries, version| Row::Challenge(Challenge { tries, version, ..challenge.clone() });
    write(store, updating([tried(5, 1)])).await;
    refused(store, updating([tried(6, 2)]), "a sixth try").await;
}

pub(super) async fn a_spent_challenge_and_an_ended_session_never_change_again<D: Driver>(store: &Store<D>) {
    let (home, owner) = an_account(store).await;
    let session = session(1, &home, &owner);
    let challenge = challenge(1, &session);
    write(store, inserting([Row::Session(session.clone()), Row::Challenge(challenge.clone())])).await;
    let spent = Challenge { state: ChallengeState::Spent, ..challenge };
    write(store, updating([Row::Challenge(spent.clone())])).await;
    let again = Challenge { state: ChallengeState::Answered { until: LATER }, version: 2, ..spent };
    refused(store, updating([Row::Challenge(again)]), "a spent challenge").await;
    let ended = Session { ended_at: Some(LATER), ..session };
    write(store, updating([Row::Session(ended.clone())])).await;
    let again = Session { ended_at: None, version: 2, ..ended.clone() };
    refused(store, updating([Row::Session(again)]), "an ended session").await;
    assert_eq!(store.session(&ended.id).await.expect("readable").and_then(|s| s.ended_at), Some(LATER));
}

pub(super) async fn seen_only_moves_forward<D: Driver>(store: &Store<D>) {
    let (home, owner) = an_account(store).await;
    let session = session(1, &home, &owner);
    write(store, inserting([Row::Session(session.clone())])).await;
    for at in [LATER, NOW] {
        store.seen(&session.id, at).await.expect("written");
        let found = store.session(&session.id).await.expect("readable").expect("it was opened");
        assert_eq!((found.seen_at, found.version), (LATER, 1), "and it is no change of the session");
    }
}
