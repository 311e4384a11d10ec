//! Letters that wait, that carry a link, that become pointless, and that failed.

use domain::{
    Channel, Decision, HOUR, Letter, LetterId, LetterKind, Mode, OldPair, Recipient, Refusal,
    RegenerateRequest, Timestamp, Token, seeded,
};
use engine::Enclosed;
use store::LetterFate;

use crate::shop::{Figures, MS, START, Shop, refusal};

fn in_24_hours() -> RegenerateRequest {
    RegenerateRequest { old: OldPair::In24Hours, expected_current: None, end_retiring: false }
}

/// What was used last, of each reminder that is due.
async fn reminders(shop: &Shop, now: Timestamp) -> Vec<Option<Timestamp>> {
    let owed = shop.engine.owed_letters(now).await.expect("readable");
    let last_use = owed.iter().filter_map(|owed| match (&owed.letter.kind, &owed.enclosed) {
        (LetterKind::KeyEnding { .. }, Enclosed::LastUse(at)) => Some(*at),
        _ => None,
    });
    last_use.collect()
}

async fn failures(shop: &Shop) -> Vec<String> {
    let failed = shop.engine.store().letters_failed(None, 100).await.expect("readable");
    failed.into_iter().map(|failed| failed.failure).collect()
}

#[tokio::test]
async fn four_hours_before_an_old_key_ends_people_are_told_whether_it_is_still_used() {
    let shop = Shop::open(Figures::default()).await;
    let held = shop.generates("Default", Mode::Test, START, 1).await;
    shop.regenerates(&held.key, &in_24_hours(), START, 2).await.expect("allowed");
    let due = START + HOUR.times(20);
    assert_eq!(reminders(&shop, due - MS).await, [], "not yet");
    assert_eq!(reminders(&shop, due).await, [None; 2], "to the owner and the admin: never used");
    let used_at = START + HOUR.times(19);
    shop.uses(&held, used_at);
    assert_eq!(reminders(&shop, due).await, [Some(used_at); 2], "as this node saw it, written or not");
}

#[tokio::test]
async fn nobody_is_reminded_of_a_key_that_has_ended() {
    let shop = Shop::open(Figures::default()).await;
    let due = START + HOUR.times(20);
    let deactivated = shop.generates("One", Mode::Test, START, 1).await;
    shop.regenerates(&deactivated.key, &in_24_hours(), START, 2).await.expect("allowed");
    shop.deactivates(&deactivated.key_id, START, 3).await.expect("allowed");
    assert_eq!(reminders(&shop, due).await, []);

    let over = shop.generates("Two", Mode::Test, START, 4).await;
    shop.regenerates(&over.key, &in_24_hours(), START, 5).await.expect("allowed");
    assert_eq!(reminders(&shop, START + HOUR.times(24)).await, [], "nothing was sent for a day: too late");
    assert_eq!(failures(&shop).await, [] as [&str; 0], "that is no failure");
}

/// Owes an invitation with a link, and returns its id.
async fn invite(shop: &Shop, token: &Token, expires_at: Timestamp) -> LetterId {
    let to = Recipient::Email("new@shop.example".to_owned());
    let kind = |sealed| LetterKind::PasswordReset { sealed, expires_at };
    let peppers = shop.engine.peppers();
    let pepper = peppers.newest();
    let letter = Letter::with_link(&shop.account.brand, to, token, kind, pepper, START, &mut seeded(8));
    let id = letter.id;
    let mut decision =
        Decision::new(domain::AuditEntry::by(&shop.operator, "thing.done", None, "a thing", START));
    decision.letter(letter);
    shop.engine.store().commit(decision, &shop.engine.peppers()).await.expect("written");
    id
}

#[tokio::test]
async fn a_link_is_in_the_clear_only_in_its_letter() {
    let shop = Shop::open(Figures::default()).await;
    let token = Token::draw(&mut seeded(7));
    let id = invite(&shop, &token, START + HOUR).await;
    let due = shop.engine.store().letters_due(START, 100).await.expect("readable");
    assert!(!format!("{due:?}").contains(token.reveal()));
    let owed = shop.engine.owed_letters(START).await.expect("readable");
    let owed = owed.iter().find(|owed| owed.letter.id == id).expect("it is due");
    assert!(matches!(&owed.enclosed, Enclosed::Link(link) if link.reveal() == token.reveal()));
}

#[tokio::test]
async fn a_link_that_has_expired_is_not_sent() {
    let shop = Shop::open(Figures::default()).await;
    let token = Token::draw(&mut seeded(7));
    let id = invite(&shop, &token, START + HOUR).await;
    let owed = shop.engine.owed_letters(START + HOUR).await.expect("readable");
    assert!(owed.iter().all(|owed| owed.letter.id != id));
    assert_eq!(failures(&shop).await, ["its link expired before it could be sent"]);
    let now = START + HOUR;
    let outcome = shop.engine.retry_letter(&shop.operator, &id, now).await;
    assert!(matches!(refusal(outcome), Refusal::Invalid { field: "letter", .. }), "its link is gone");
}

#[tokio::test]
async fn an_operator_has_a_failed_letter_tried_again_and_the_audit_says_so() {
    let shop = Shop::open(Figures::default()).await;
    shop.generates("Default", Mode::Test, START, 1).await;
    let owed = shop.engine.owed_letters(START).await.expect("readable");
    let about_key = owed.iter().find(|one| matches!(one.letter.kind, LetterKind::KeyGenerated { .. }));
    let id = about_key.expect("a letter about the key").letter.id;
    let now = START + HOUR;
    let outcome = shop.engine.retry_letter(&shop.operator, &id, now).await;
    assert_eq!(refusal(outcome), Refusal::NotFound, "it has not failed");
    let given_up = LetterFate::GivenUp { failure: "no such mailbox".to_owned() };
    shop.engine.settle_letters(vec![(id, given_up)]).await.expect("written");
    assert!(shop.engine.owed_letters(now).await.expect("readable").iter().all(|owed| owed.letter.id != id));

    let stranger = shop.logs_in(START, 5).await;
    let outcome =
        shop.engine.retry_letter(&engine::Engine::<store::Sqlite>::actor(&stranger), &id, now).await;
    assert_eq!(refusal(outcome), Refusal::NotFound, "members have no business here");
    shop.engine.retry_letter(&shop.operator, &id, now).await.expect("allowed");
    let owed = shop.engine.owed_letters(now).await.expect("readable");
    assert_eq!(
        owed.iter().filter(|owed| owed.letter.id == id).map(|owed| owed.tries).collect::<Vec<_>>(),
        [1]
    );
    let audit = shop.engine.store().audit(0, 100).await.expect("the audit");
    let last = audit.last().expect("an entry");
    assert_eq!((last.action.as_str(), last.target.as_str()), ("letter.retried", id.as_str()));
}

#[tokio::test]
async fn a_letter_that_is_under_way_is_not_taken_up_again() {
    let shop = Shop::open(Figures::default()).await;
    shop.generates("Default", Mode::Test, START, 1).await;
    let mut under_way = std::collections::HashSet::new();
    for left in [2, 1, 0] {
        let owed = shop.engine.owed_by(Channel::Email, &under_way, 1, START).await.expect("readable");
        under_way.extend(owed.iter().map(|owed| owed.letter.id));
        assert_eq!(under_way.len(), 3 - left, "another one each time");
    }
    assert_eq!(shop.engine.owed_by(Channel::Email, &under_way, 1, START).await.expect("readable").len(), 0);
    assert_eq!(shop.engine.owed_by(Channel::Sms, &under_way, 9, START).await.expect("readable").len(), 0);
}
