//! Letters: owed until they are sent or given up, and then without their codes.

use domain::{
    Channel, Decision, Duration, HOUR, Language, Letter, LetterKind, MemberChange, Mobile, Mode, Purpose,
    Recipient, Role, seeded,
};

use super::samples::{LATER, NOW, brand, decision, key, letter, refused, write};
use crate::driver::{Driver, StoreError};
use crate::value::Value;
use crate::{LetterFate, Store, Work};

fn a_code(n: u64) -> Letter {
    let to = Recipient::Sms(Mobile::from_stored("+919876543210".to_owned()));
    let kind = LetterKind::Code { purpose: Purpose::LogIn, sealed: vec![7; 46], expires_at: LATER };
    Letter::new(&brand(), to, kind, NOW, &mut seeded(n))
}

async fn owe<D: Driver>(store: &Store<D>, letters: impl IntoIterator<Item = Letter>) {
    let mut decision = decision();
    letters.into_iter().for_each(|letter| decision.letter(letter));
    write(store, decision).await;
}

pub(super) async fn every_kind_of_letter_comes_back_as_it_was_written<D: Driver>(store: &Store<D>) {
    let key = key(1, &super::samples::account(1));
    let (key_id, mode) = (key.pairs[0].key_id, Mode::Live);
    let number = Mobile::from_stored("+919876543219".to_owned());
    let purpose = Purpose::Regenerate { key: key.id, mode };
    let text = str::to_owned;
    let shop = || text("Shop & Söhne");
    let mut kinds = vec![
        LetterKind::Code { purpose, sealed: vec![1, 2, 3], expires_at: LATER },
        LetterKind::KeyGenerated { key_id, mode },
        LetterKind::KeyRegenerated { key_id, old: key_id, mode, old_until: Some(LATER) },
        LetterKind::KeyRegenerated { key_id, old: key_id, mode, old_until: None },
        LetterKind::KeyDeactivated { key_id, mode },
        LetterKind::MemberLocked,
        LetterKind::MobileChanged { number },
        LetterKind::TwoFactorChanged { on: true },
        LetterKind::TwoFactorChanged { on: false },
        LetterKind::AppRemoved { two_factor: true },
        LetterKind::AppRemoved { two_factor: false },
        LetterKind::TwoFactorReset,
        LetterKind::KeyEnding { key_id, mode, until: LATER },
        LetterKind::Invited {
            account: shop(),
            role: Role::ViewOnly,
            inviter: text("Asha: owner"),
            sealed: vec![4, 5],
            expires_at: LATER,
        },
        LetterKind::RoleChanged { account: shop(), role: Role::Admin },
        LetterKind::RemovedFromAccount { account: shop() },
        LetterKind::OwnershipTransferred { account: shop(), to: text("Bina") },
        LetterKind::PasswordReset { sealed: vec![6], expires_at: LATER },
        LetterKind::PasswordChanged,
        LetterKind::SignedIn { address: text("2001:db8::1"), agent: text("a\nbrowser") },
        LetterKind::AccountActivated { account: shop() },
        LetterKind::ActivationReturned { account: shop(), reason: text("Two lines\nof reasons\n") },
        LetterKind::WebsiteReviewed { url: text("https://a.example"), verified: true, reason: String::new() },
        LetterKind::WebsiteReviewed {
            url: text("https://a.example"),
            verified: false,
            reason: text("a\n\nb"),
        },
    ];
    let member = text("Chan: Li");
    kinds.extend(MemberChange::ALL.map(|what| LetterKind::MemberChanged { member: member.clone(), what }));
    let written: Vec<_> = (1..).zip(kinds).map(|(n, kind)| Letter { kind, ..a_code(n) }).collect();
    owe(store, written.clone()).await;
    let due = store.letters_due(NOW, 100).await.expect("readable");
    let mut found: Vec<_> = due.into_iter().map(|due| (due.letter, due.tries)).collect();
    found.sort_by_key(|(letter, _)| written.iter().position(|one| one.id == letter.id));
    assert_eq!(found, written.into_iter().map(|letter| (letter, 0)).collect::<Vec<_>>());
    let mut again = decision();
    again.letter(a_code(1));
    refused(store, again, "the same letter twice").await;
}

pub(super) async fn a_letter_is_due_until_it_is_sent_or_given_up<D: Driver>(store: &Store<D>) {
    let before = domain::Timestamp::from_millis(NOW.as_millis() - 1);
    assert_eq!(store.next_letter_due().await.expect("readable"), None);
    owe(store, [letter(1), letter(2), letter(3)]).await;
    assert_eq!(store.next_letter_due().await.expect("readable"), Some(NOW));
    assert_eq!(store.letters_due(before, 100).await.expect("readable").len(), 0);
    assert_eq!(store.letters_due(NOW, 2).await.expect("readable").len(), 2, "no more than asked for");
    for (channel, due) in [(Channel::Email, 3), (Channel::Sms, 0)] {
        assert_eq!(
            store.letters_due_by(channel, NOW, 100).await.expect("readable").len(),
            due,
            "{channel:?}"
        );
    }
    assert_eq!(store.letters_due_by(Channel::Email, NOW, 2).await.expect("readable").len(), 2);
    let again_at = NOW + Duration::from_millis(60_000);
    let settled = vec![
        (letter(1).id, LetterFate::Sent { at: LATER }),
        (letter(2).id, LetterFate::TryAgain { at: again_at, failure: "busy".to_owned() }),
        (letter(3).id, LetterFate::GivenUp { failure: "no such mailbox".to_owned() }),
    ];
    store.settle_letters(settled).await.expect("written");
    assert_eq!(store.letters_due(LATER, 100).await.expect("readable").len(), 0);
    assert_eq!(store.next_letter_due().await.expect("readable"), Some(again_at));
    let due = store.letters_due(again_at, 100).await.expect("readable");
    assert_eq!(due.iter().map(|due| (due.letter.id, due.tries)).collect::<Vec<_>>(), [(letter(2).id, 1)]);
}

pub(super) async fn a_letter_for_later_waits_for_its_moment<D: Driver>(store: &Store<D>) {
    let later = NOW + HOUR;
    let before = domain::Timestamp::from_millis(later.as_millis() - 1);
    let waiting = letter(1).due(later).spoken(Some(Language::Hindi));
    owe(store, [waiting.clone(), letter(2)]).await;
    store.settle_letters(vec![(letter(2).id, LetterFate::Sent { at: NOW })]).await.expect("written");
    assert_eq!(store.next_letter_due().await.expect("readable"), Some(later));
    assert_eq!(store.letters_due(before, 100).await.expect("readable"), []);
    let due = store.letters_due(later, 100).await.expect("readable");
    assert_eq!(due.iter().map(|due| &due.letter).collect::<Vec<_>>(), [&waiting]);
    let failed = LetterFate::TryAgain { at: later + HOUR, failure: "busy".to_owned() };
    store.settle_letters(vec![(waiting.id, failed)]).await.expect("written");
    let due = store.letters_due(later + HOUR, 100).await.expect("readable");
    assert_eq!(due.first().map(|due| due.letter.due_at), Some(later), "a try does not move it");
    store.settle_letters(vec![(waiting.id, LetterFate::Dropped)]).await.expect("written");
    assert_eq!(store.next_letter_due().await.expect("readable"), None, "pointless by now");
}

pub(super) async fn of_two_processes_that_find_a_letter_due_one_takes_it_up<D: Driver>(store: &Store<D>) {
    let letter = a_code(1);
    owe(store, [letter.clone()]).await;
    let takes = |now, until| store.driver().commit(Work::TakeUpLetter(letter.id, now, until));
    takes(NOW, LATER).await.expect("it is due");
    let second = takes(NOW, LATER).await;
    assert!(matches!(second, Err(StoreError::Conflict)), "{second:?}");
    assert_eq!(store.letters_due(NOW, 10).await.expect("readable"), []);
    assert_eq!(store.letters_due(LATER, 10).await.expect("readable").len(), 1, "the first may have died");
    store.settle_letters(vec![(letter.id, LetterFate::Sent { at: NOW })]).await.expect("written");
    let sent = takes(LATER, LATER + HOUR).await;
    assert!(matches!(sent, Err(StoreError::Conflict)), "{sent:?}");
}

pub(super) async fn a_settled_letter_keeps_no_code_and_stays_settled<D: Driver>(store: &Store<D>) {
    owe(store, [a_code(1), a_code(2), a_code(3), a_code(4)]).await;
    let given_up = || LetterFate::GivenUp { failure: "too late".to_owned() };
    let try_again = LetterFate::TryAgain { at: LATER, failure: "busy".to_owned() };
    let sent = LetterFate::Sent { at: NOW };
    store
        .settle_letters(vec![
            (a_code(1).id, sent),
            (a_code(2).id, given_up()),
            (a_code(3).id, try_again.clone()),
            (a_code(4).id, LetterFate::Dropped),
        ])
        .await
        .expect("written");
    // Somebody slower says something else about a letter that was settled meanwhile.
    store.settle_letters(vec![(a_code(1).id, given_up()), (a_code(2).id, try_again)]).await.expect("written");
    let sealed = store
        .driver()
        .rows("SELECT sealed, failure, sent_at, tries FROM letters ORDER BY created_at, id", Vec::new())
        .await
        .expect("readable");
    let mut states: Vec<_> = sealed
        .iter()
        .map(|row| (row.0[0] != Value::Null, row.0[1].clone(), row.0[2].clone(), row.0[3].clone()))
        .collect();
    states.sort_by_key(|state| format!("{state:?}"));
    let failure = |why: &str| Value::from(why);
    assert_eq!(
        states,
        [
            (false, Value::Null, Value::from(NOW), Value::Integer(1)),
            (false, Value::Null, Value::Null, Value::Integer(0)),
            (false, failure("too late"), Value::Null, Value::Integer(1)),
            (true, failure("busy"), Value::Null, Value::Integer(1)),
        ]
    );
}

pub(super) async fn a_code_that_was_tried_and_did_not_leave_is_known<D: Driver>(store: &Store<D>) {
    let number = Recipient::from_stored("+919876543210".to_owned());
    let other = Recipient::from_stored("+919876543211".to_owned());
    owe(store, [a_code(1), letter(2)]).await;
    let busy = || LetterFate::TryAgain { at: LATER, failure: "busy".to_owned() };
    assert!(!store.code_is_stuck(&number, NOW).await.expect("readable"), "not tried yet");
    store.settle_letters(vec![(a_code(1).id, busy()), (letter(2).id, busy())]).await.expect("written");
    for (asked, since, stuck) in [(&number, NOW, true), (&number, LATER, false), (&other, NOW, false)] {
        assert_eq!(store.code_is_stuck(asked, since).await.expect("readable"), stuck, "{asked:?} {since:?}");
    }
    store.settle_letters(vec![(a_code(1).id, LetterFate::Sent { at: LATER })]).await.expect("written");
    assert!(!store.code_is_stuck(&number, NOW).await.expect("readable"), "it has left");
}

pub(super) async fn letters_that_failed_are_listed_until_they_leave<D: Driver>(store: &Store<D>) {
    let later = |n: u64| Letter { created_at: NOW + Duration::from_millis(n as i64), ..letter(n) };
    owe(store, [later(1), later(2), later(3), later(4), a_code(5)]).await;
    let busy = || LetterFate::TryAgain { at: LATER, failure: "busy".to_owned() };
    let given_up = || LetterFate::GivenUp { failure: "no such mailbox".to_owned() };
    let fates = vec![
        (later(1).id, LetterFate::Sent { at: LATER }),
        (later(2).id, busy()),
        (later(3).id, given_up()),
        (a_code(5).id, given_up()),
    ];
    store.settle_letters(fates).await.expect("written");
    let all = store.letters_failed(None, 100).await.expect("readable");
    let states: Vec<_> =
        all.iter().map(|one| (one.letter.id, one.failure.as_str(), one.next_try_at)).collect();
    assert_eq!(
        states,
        [
            (later(3).id, "no such mailbox", None),
            (later(2).id, "busy", Some(LATER)),
            (a_code(5).id, "no such mailbox", None)
        ]
    );
    assert!(all[0].can_be_retried() && all[1].can_be_retried(), "what they say is all there");
    assert!(!all[2].can_be_retried(), "its code is gone");
    let rest = store.letters_failed(Some(&all[0].letter), 1).await.expect("readable");
    assert_eq!(rest, all[1..2]);
    assert_eq!(store.failed_letter(&later(3).id).await.expect("readable").as_ref(), Some(&all[0]));
    assert_eq!(store.failed_letter(&later(1).id).await.expect("readable"), None);

    let counts = store.letter_counts().await.expect("readable");
    assert_eq!(counts, (2, 2), "one is tried again and one was not tried yet; two were given up");

    let retrying = |letter: &Letter| Decision { retried: Some(letter.id), ..decision() };
    write(store, retrying(&later(3))).await;
    let due = store.letters_due(NOW, 100).await.expect("readable");
    assert!(due.iter().any(|due| due.letter.id == later(3).id && due.tries == 1), "due again at once");
    refused(store, retrying(&later(1)), "it has left").await;
    refused(store, retrying(&later(4)), "it has not failed").await;
}
