//! A decision is one transaction: rows, audit, letters, answer and position, or nothing.

use domain::{
    Account, Challenge, ChallengeState, Key, Member, PairState, Recipient, Remembered, Role, Row, SendClass,
    SendHistory, Session, User,
};

use super::samples::{
    NOW, a_key, account, an_account, challenge, decision, digest, everything, inserting, key, letter, member,
    pair, refused, rows_of, session, updating, user, write,
};
use crate::Store;
use crate::driver::Driver;

pub(super) async fn a_change_based_on_an_old_version_writes_nothing<D: Driver>(store: &Store<D>) {
    let (home, key) = a_key(store).await;
    let owner = user(1);
    let session = session(1, &home, &owner);
    let challenge = Challenge { state: ChallengeState::Asked, ..challenge(1, &session) };
    let number = Recipient::from_stored("+919876543210".to_owned());
    let sends = SendHistory { to: number, class: SendClass::Own, sends: vec![NOW], version: 1 };
    let helper = user(2);
    let helping = member(&home, &helper, Role::Admin);
    let rows = [
        Row::Session(session.clone()),
        Row::Challenge(challenge.clone()),
        Row::Sends(sends.clone()),
        Row::User(helper.clone()),
        Row::Member(helping.clone()),
    ];
    write(store, inserting(rows)).await;
    // Each row changes once; whoever still believes in the first version then writes nothing, nor does a prophet.
    type AtVersion = Box<dyn Fn(i64) -> Row>;
    let versions: [(&str, AtVersion); 7] = [
        ("account", Box::new(move |version| Row::Account(Account { version, ..home.clone() }))),
        ("user", Box::new(move |version| Row::User(User { version, ..helper.clone() }))),
        ("member", Box::new(move |version| Row::Member(Member { version, ..helping.clone() }))),
        ("key", Box::new(move |version| Row::Key(Key { version, ..key.clone() }))),
        ("session", Box::new(move |version| Row::Session(Session { version, ..session.clone() }))),
        ("challenge", Box::new(move |version| Row::Challenge(Challenge { version, ..challenge.clone() }))),
        ("sends", Box::new(move |version| Row::Sends(SendHistory { version, ..sends.clone() }))),
    ];
    for (what, row) in &versions {
        write(store, updating([row(1)])).await;
        for version in [0, 1, 3] {
            refused(store, updating([row(version)]), &format!("{what}, version {version}")).await;
        }
        write(store, updating([row(2)])).await;
    }
}

pub(super) async fn a_decision_is_written_whole_or_not_at_all<D: Driver>(store: &Store<D>) {
    let (home, first) = a_key(store).await;
    let kept = Remembered {
        digest: digest(500),
        request: digest(501),
        target: "a target".to_owned(),
        sealed: Some(vec![1, 2, 3]),
        expires_at: NOW,
    };
    let mut earlier = decision();
    earlier.letter(letter(1));
    earlier.remember = Some(kept.clone());
    write(store, earlier).await;

    let whole = || {
        let second = key(2, &home);
        let mut decision = inserting(rows_of(&second));
        decision.update(Row::Key(first.clone()));
        decision.update(Row::Account(home.clone()));
        decision.letter(letter(2));
        decision.remember = Some(Remembered { digest: digest(502), ..kept.clone() });
        decision
    };
    // The same decision, with one thing in it that cannot be written, nearer and nearer to its end.
    let mut at_a_row = whole();
    at_a_row.insert(Row::Pair { key: first.id, pair: pair(9, PairState::Current) });
    refused(store, at_a_row, "at its last row").await;
    let mut at_a_letter = whole();
    at_a_letter.letter(letter(1));
    refused(store, at_a_letter, "at its last letter").await;
    let mut at_the_answer = whole();
    at_the_answer.remember = Some(kept.clone());
    refused(store, at_the_answer, "at its answer").await;

    let before = everything(store).await;
    let committed = write(store, whole()).await;
    assert_eq!(committed.position, Some(2), "the refused ones took no position");
    let after = everything(store).await;
    let grown: Vec<_> = before.iter().zip(&after).map(|(b, a)| a.len() - b.len()).collect();
    // meta, feed, operators, console_sessions, accounts, users, members, keys, pairs, key_days, sessions, challenges, sends,
    // backup codes, resets, devices, letters, send_counts, answers, refusals, usage, invitations, audit
    assert_eq!(grown, [0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1]);
}

pub(super) async fn every_decision_has_exactly_one_audit_entry<D: Driver>(store: &Store<D>) {
    let (home, _) = an_account(store).await;
    for n in 2..6 {
        write(store, inserting([Row::Account(account(n))])).await;
        refused(store, inserting([Row::Account(account(n))]), "the same account again").await;
    }
    write(store, inserting(rows_of(&key(1, &home)))).await;
    let rows = store.audit(0, 100).await.expect("readable");
    assert_eq!(rows.iter().map(|row| row.sequence).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
    let positions: Vec<_> = rows.iter().map(|row| row.position).collect();
    assert_eq!(positions, [0, 0, 0, 0, 0, 1], "and it tells the position the change got");
    let last = rows.last().expect("there are six");
    let said = (last.actor.as_str(), last.origin.as_str(), last.account.as_str(), last.action.as_str());
    assert_eq!(said, ("operator:ops", "192.0.2.9", "", "thing.done"));
    assert_eq!((last.target.as_str(), last.facts.as_str(), last.at), ("a thing", "size=3", NOW));
    assert_eq!(store.audit(4, 1).await.expect("readable").len(), 1);
    assert_eq!(store.audit_of(&home.id, 0, 100).await.expect("readable").len(), 0);
}
