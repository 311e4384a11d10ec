//! A member's choice of a language.

use domain::{Change, Language, Member, Row, User, change_language};

use crate::world::{START, World};

#[test]
fn the_choice_of_a_language_changes_nothing_else_and_is_in_the_audit() {
    let world = World::new(1);
    let member = Member { account: world.account.id, user: world.user.id, role: world.role, version: 1 };
    let decision = change_language(&world.actor(), &member, &world.user, Language::Hindi, START);
    let [Change::Update(Row::User(changed))] = decision.changes.as_slice() else {
        panic!("one row is written: {:?}", decision.changes)
    };
    assert_eq!(*changed, User { language: Some(Language::Hindi), ..world.user.clone() });
    assert_eq!(
        (decision.audit.action, decision.audit.facts.as_str()),
        ("user.language_changed", "language=hi")
    );
    assert!(decision.letters.is_empty());
}

#[test]
fn languages_are_known_by_their_tags() {
    for language in Language::ALL {
        assert_eq!(language.as_str().parse(), Ok(language));
    }
    assert!("fr".parse::<Language>().is_err());
}
