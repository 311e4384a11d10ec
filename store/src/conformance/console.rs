//! What the operator console stands on: operators with their logins and sessions, finding accounts, the audit in parts.

use domain::{
    Account, Actor, AuditEntry, BrandId, ConsoleLogin, ConsoleSession, ConsoleStage, Decision, MINUTE,
    Operator, Origin, PasswordHash, Role, Row, SessionId, Timestamp, Totp, User, seeded,
};

use super::samples::{
    LATER, NOW, account, application, brand, digest, inserting, member, refused, updating, user, website,
    write,
};
use crate::driver::Driver;
use crate::{AccountState, AuditFilter, Store};

fn operator(name: &str, n: u64) -> Operator {
    let login = ConsoleLogin {
        password: PasswordHash::from_phc("$argon2id$a hash".to_owned()),
        totp: Totp { sealed: vec![1, 2, 3], confirmed_at: NOW, last_step: 7 },
        backup: vec![digest(1), digest(2)],
    };
    Operator {
        login: Some(login),
        wrong_codes: 2,
        locked_at: Some(LATER),
        version: 1,
        ..Operator::new(name.to_owned(), digest(n), NOW)
    }
}

fn session(n: u64, operator: &str, stage: ConsoleStage) -> ConsoleSession {
    ConsoleSession {
        id: SessionId::draw(&mut seeded(n)),
        digest: digest(700_000 + n),
        operator: operator.to_owned(),
        stage,
        created_at: NOW,
        seen_at: NOW,
        origin: Origin { address: "192.0.2.1".to_owned(), agent: "a browser".to_owned() },
        ended_at: None,
        version: 1,
    }
}

pub(super) async fn an_operator_s_login_and_sessions_come_back_as_they_were_written<D: Driver>(
    store: &Store<D>,
) {
    let (asha, bare) =
        (operator("asha", 11), Operator { version: 1, ..Operator::new("bina".to_owned(), digest(12), NOW) });
    write(store, inserting([Row::Operator(asha.clone()), Row::Operator(bare.clone())])).await;
    assert_eq!(store.operators().await.expect("readable"), [asha.clone(), bare.clone()]);
    assert_eq!(store.operator_by_name("asha").await.expect("readable").as_ref(), Some(&asha));
    let one_left = ConsoleLogin { backup: vec![digest(2)], ..asha.login.clone().expect("it has one") };
    let used = Operator { login: Some(one_left), ..asha.clone() };
    write(store, updating([Row::Operator(used.clone())])).await;
    refused(store, updating([Row::Operator(used.clone())]), "the version before").await;
    assert_eq!(
        store.operator_by_name("asha").await.expect("readable"),
        Some(Operator { version: 2, ..used })
    );

    let gone = Operator { removed_at: Some(LATER), ..bare.clone() };
    write(store, updating([Row::Operator(gone.clone())])).await;
    assert_eq!(store.operator_by_digest(&[bare.digest]).await.expect("readable"), None, "nobody's token");
    assert_eq!(
        store.operator_by_name("bina").await.expect("readable"),
        Some(Operator { version: 2, ..gone })
    );

    let password = PasswordHash::from_phc("$argon2id$another".to_owned());
    let enrolling =
        session(1, "asha", ConsoleStage::Enrolling { password, totp: vec![4, 5], began_with: digest(9) });
    let open = session(2, "asha", ConsoleStage::Open);
    for wanted in [&enrolling, &open] {
        write(store, inserting([Row::ConsoleSession(wanted.clone())])).await;
        assert_eq!(store.console_session(&wanted.id).await.expect("readable").as_ref(), Some(wanted));
        let found = store.console_session_by_digest(&[wanted.digest]).await.expect("readable");
        assert_eq!(found.as_ref(), Some(wanted));
    }
    assert_eq!(store.console_sessions("asha", NOW - MINUTE).await.expect("readable").len(), 2);
    assert_eq!(store.console_sessions("asha", NOW).await.expect("readable").len(), 0, "opened after, not at");
    store.console_seen(&open.id, LATER).await.expect("writable");
    store.console_seen(&open.id, NOW).await.expect("writable");
    let seen = store.console_session(&open.id).await.expect("readable").map(|session| session.seen_at);
    assert_eq!(seen, Some(LATER), "it only moves forward");
}

pub(super) async fn a_console_session_ends_once<D: Driver>(store: &Store<D>) {
    write(store, inserting([Row::Operator(operator("asha", 11))])).await;
    let open = session(1, "asha", ConsoleStage::Open);
    write(store, inserting([Row::ConsoleSession(open.clone())])).await;
    let ended =
        |version| Row::ConsoleSession(ConsoleSession { ended_at: Some(LATER), version, ..open.clone() });
    write(store, updating([ended(1)])).await;
    for version in [1, 2] {
        refused(store, updating([ended(version)]), "it has ended").await;
    }
    assert_eq!(store.console_sessions("asha", NOW - MINUTE).await.expect("readable").len(), 0);
}

pub(super) async fn accounts_are_found_by_name_address_and_state<D: Driver>(store: &Store<D>) {
    let at = |n: u64, name: &str| Account {
        name: name.to_owned(),
        created_at: NOW + MINUTE.times(n as i64),
        ..account(n)
    };
    let ready = at(1, "Asha Books");
    let new = Account { activated_at: None, application: None, website: None, ..at(2, "ASHA Pens") };
    let waiting = Account {
        activated_at: None,
        application: Some(application()),
        website: Some(website(3, domain::Review::Waiting)),
        ..at(3, "Bina")
    };
    let reason = || domain::Returned { at: LATER, reason: "Mend it.".to_owned() };
    let returned =
        Account { website: Some(website(4, domain::Review::Returned(reason()))), ..at(4, "100% _Asha_") };
    let elsewhere =
        Account { brand: BrandId::new("axis", "IN").expect("a brand"), ..at(5, "Asha elsewhere") };
    let all = [&ready, &new, &waiting, &returned, &elsewhere];
    write(store, inserting(all.map(|one| Row::Account(one.clone())))).await;

    let found = async |state, after, limit| {
        let found = store.newest_accounts(&brand(), state, after, limit).await.expect("readable");
        found.into_iter().map(|account| account.name).collect::<Vec<_>>()
    };
    assert_eq!(found(AccountState::Any, None, 9).await, ["100% _Asha_", "Bina", "ASHA Pens", "Asha Books"]);
    let after = Some((waiting.created_at, waiting.id));
    assert_eq!(found(AccountState::Any, after, 1).await, ["ASHA Pens"]);
    assert_eq!(found(AccountState::NotActivated, None, 9).await, ["Bina", "ASHA Pens"]);
    assert_eq!(found(AccountState::Activated, None, 9).await, ["100% _Asha_", "Asha Books"]);
    assert_eq!(found(AccountState::Ready, None, 9).await, ["Asha Books"]);
    assert_eq!(found(AccountState::Returned, None, 9).await, ["100% _Asha_"]);

    let named = async |name: &str| {
        let found = store.accounts_named(&brand(), name, 9).await.expect("readable");
        found.into_iter().map(|account| account.name).collect::<Vec<_>>()
    };
    assert_eq!(named("aSHA").await, ["Asha Books", "ASHA Pens"]);
    assert_eq!(named("100%").await, ["100% _Asha_"], "nothing in a name is a pattern");
    assert_eq!(named("%").await, Vec::<String>::new());

    let (owner, clerk) = (user(1), user(2));
    let rows = [
        Row::User(owner.clone()),
        Row::User(clerk.clone()),
        Row::Member(member(&ready, &owner, Role::Owner)),
        Row::Member(member(&new, &clerk, Role::Admin)),
        Row::Member(member(&ready, &clerk, Role::Admin)),
    ];
    write(store, inserting(rows)).await;
    let of_email = async |email: &str| store.accounts_of_email(&brand(), email, 9).await.expect("readable");
    assert_eq!(of_email("USER1@").await, [ready.id]);
    assert_eq!(of_email(&clerk.email).await.len(), 2);
    assert_eq!(of_email("nobody@").await, []);
}

pub(super) async fn locked_logins_are_known_until_they_are_unlocked<D: Driver>(store: &Store<D>) {
    let (home, locked) = (account(1), user(1));
    let free = User { locked_at: None, ..user(2) };
    let rows = [
        Row::Account(home.clone()),
        Row::User(locked.clone()),
        Row::User(free.clone()),
        Row::Member(member(&home, &locked, Role::Owner)),
        Row::Member(member(&home, &free, Role::Admin)),
    ];
    write(store, inserting(rows)).await;
    let found = store.locked_logins(9).await.expect("readable");
    let found: Vec<_> = found.iter().map(|one| (one.user, one.account, one.role)).collect();
    assert_eq!(found, [(locked.id, home.id, Role::Owner)]);
    write(store, updating([Row::User(User { locked_at: None, ..locked })])).await;
    assert_eq!(store.locked_logins(9).await.expect("readable"), []);
}

pub(super) async fn the_audit_can_be_asked_for_some_of_it<D: Driver>(store: &Store<D>) {
    let home = account(1);
    for n in 0..30_i64 {
        let actor = Actor::Operator { name: format!("ops{}", n % 2), origin: String::new() };
        let action = if n % 3 == 0 { "thing.made" } else { "thing.mended" };
        let account = (n % 5 == 0).then_some(home.id);
        write(store, Decision::new(AuditEntry::by(&actor, action, account, n, NOW + MINUTE.times(n)))).await;
    }
    let asked = async |filter: AuditFilter, before, limit| {
        let page = store.audit_before(&filter, before, limit).await.expect("readable");
        (page.rows.iter().map(|row| row.target.clone()).collect::<Vec<_>>().join(" "), page.before)
    };
    let all = AuditFilter::default;
    assert_eq!(asked(all(), i64::MAX, 3).await, ("29 28 27".to_owned(), Some(28)));
    assert_eq!(asked(all(), 28, 2).await, ("26 25".to_owned(), Some(26)));
    assert_eq!(asked(all(), 2, 3).await, ("0".to_owned(), None));
    let of_home = || AuditFilter { account: Some(home.id), ..all() };
    assert_eq!(asked(of_home(), i64::MAX, 9).await.0, "25 20 15 10 5 0");
    let by = |name: &str| AuditFilter { actor: Some(format!("operator:{name}")), ..all() };
    assert_eq!(asked(by("ops1"), i64::MAX, 2).await.0, "29 27");
    assert_eq!(asked(by("nobody"), i64::MAX, 2).await, (String::new(), None));
    let made = || AuditFilter { action: Some("thing.made".to_owned()), ..all() };
    assert_eq!(asked(made(), i64::MAX, 2).await.0, "27 24");
    let some = AuditFilter { actor: Some("operator:ops0".to_owned()), ..made() };
    assert_eq!(asked(AuditFilter { account: Some(home.id), ..some }, i64::MAX, 9).await.0, "0");
    let at = |n: i64| Some(NOW + MINUTE.times(n));
    let between = AuditFilter { from: at(3), until: at(5), ..all() };
    assert_eq!(asked(between, i64::MAX, 9).await.0, "4 3", "half-open, as every span");
    let never = AuditFilter { until: Some(Timestamp::from_millis(0)), ..all() };
    assert_eq!(asked(never, i64::MAX, 9).await, (String::new(), None));
}
