//! What live mode asks for: told, reviewed, returned, told again. Whoever may decide, and about what was looked at.

use domain::{
    Account, Action, Actor, AuditEntry, Business, BusinessType, Change, Decision, LetterKind, NewWebsite,
    Refusal, Review, Role, Row, Timestamp, User, WebsiteKind, activate, live_gate, may, return_activation,
    return_website, seeded, submit_business, submit_website, verify_website,
};

use crate::world::{MS, START, World, operator};

/// A website with everything that customers look for.
fn site(url: &str) -> NewWebsite {
    let page = |name: &str| Some(format!("https://shop.example/{name}"));
    NewWebsite {
        kind: None,
        url: url.to_owned(),
        terms: page("terms"),
        privacy: page("privacy"),
        refunds: page("refunds"),
        contact: page("contact"),
        note: Some("Log in as guest.".to_owned()),
    }
}

fn business() -> Business {
    Business {
        legal_name: "Asha Books Private Limited".to_owned(),
        business_type: BusinessType::PrivateCompany,
        registration: "U1".to_owned(),
        sells: "Books".to_owned(),
    }
}

/// An account that has told nothing yet, its owner, and whoever acts for it.
struct Story {
    world: World,
    account: Account,
    owner: User,
    member: Actor,
}

impl Story {
    fn begins() -> Self {
        let world = World::new(1);
        let account =
            Account { activated_at: None, application: None, website: None, ..world.account.clone() };
        let (owner, member) = (world.user.clone(), world.actor());
        Self { world, account, owner, member }
    }

    /// What a decision leads to; `None` changed nothing.
    fn takes(&mut self, decided: Result<Option<Decision>, Refusal>) -> Result<Option<Taken>, Refusal> {
        let Some(decision) = decided? else { return Ok(None) };
        for change in &decision.changes {
            match change {
                Change::Update(Row::Account(account)) => self.account = account.clone(),
                other => panic!("only the account changes: {other:?}"),
            }
        }
        let letters = decision.letters.into_iter().map(|letter| letter.kind).collect();
        Ok(Some(Taken { audit: decision.audit, letters }))
    }

    fn tells(&mut self, new: &NewWebsite, now: Timestamp) -> Result<Option<Taken>, Refusal> {
        self.takes(submit_website(&self.member, &self.account, new, now))
    }

    fn verifies(&mut self, seen: Option<&str>, now: Timestamp) -> Result<Option<Taken>, Refusal> {
        let owners = [self.owner.clone()];
        self.takes(verify_website(&operator(), &self.account, seen, &owners, now, &mut seeded(5)))
    }

    fn returns(
        &mut self,
        seen: Option<&str>,
        reason: &str,
        now: Timestamp,
    ) -> Result<Option<Taken>, Refusal> {
        let owners = [self.owner.clone()];
        self.takes(return_website(&operator(), &self.account, seen, reason, &owners, now, &mut seeded(5)))
    }

    fn lacks_website(&self) -> bool {
        live_gate(&self.world.brand, &self.account).is_some_and(|missing| missing.website)
    }
}

#[derive(Debug)]
struct Taken {
    audit: AuditEntry,
    letters: Vec<LetterKind>,
}

fn action(taken: Result<Option<Taken>, Refusal>) -> Option<&'static str> {
    taken.expect("it is allowed").map(|taken| taken.audit.action)
}

#[test]
fn a_website_is_told_returned_told_again_and_verified() {
    let mut story = Story::begins();
    let shop = site("https://shop.example");
    assert_eq!(action(story.tells(&shop, START)), Some("website.submitted"));
    assert_eq!(action(story.tells(&shop, START + MS)), None, "it waits already");
    assert!(story.lacks_website());

    let returned = story.returns(None, "The refund policy\ncannot be   opened.", START + MS);
    let returned = returned.expect("allowed").expect("something changed");
    let reason = "The refund policy cannot be opened.".to_owned();
    assert_eq!(returned.audit.action, "website.returned");
    assert_eq!(returned.audit.facts, format!("reason={reason}"));
    let url = "https://shop.example".to_owned();
    assert_eq!(
        returned.letters,
        [LetterKind::WebsiteReviewed { url: url.clone(), verified: false, reason: reason.clone() }]
    );
    assert!(story.lacks_website());
    assert_eq!(
        story.account.website.as_ref().and_then(|site| site.returned()).map(|one| one.at),
        Some(START + MS)
    );
    assert_eq!(action(story.returns(None, &reason, START + MS)), None, "the same once more");

    assert_eq!(
        action(story.tells(&shop, START + MS)),
        Some("website.submitted"),
        "mended behind the address"
    );
    assert_eq!(story.account.website.as_ref().map(|site| site.submitted_at), Some(START + MS));
    let verified = story.verifies(None, START + MS).expect("allowed").expect("something changed");
    assert_eq!(
        verified.letters,
        [LetterKind::WebsiteReviewed { url, verified: true, reason: String::new() }]
    );
    assert!(!story.lacks_website());
    assert_eq!(action(story.verifies(None, START + MS)), None, "verified already");
}

#[test]
fn another_address_is_looked_at_anew_and_other_policies_are_not() {
    let mut story = Story::begins();
    story.tells(&site("https://shop.example"), START).expect("told");
    story.verifies(None, START).expect("verified");

    let other_policies =
        NewWebsite { terms: Some("https://shop.example/agb".to_owned()), ..site("https://shop.example") };
    assert_eq!(action(story.tells(&other_policies, START + MS)), Some("website.details_changed"));
    assert!(!story.lacks_website());
    let left_out = NewWebsite::at("https://shop.example");
    assert_eq!(action(story.tells(&left_out, START + MS)), None, "what is left out stays");

    assert_eq!(action(story.tells(&site("https://other.example"), START + MS)), Some("website.submitted"));
    assert!(story.lacks_website());
    assert_eq!(story.account.website.as_ref().map(|site| &site.review), Some(&Review::Waiting));
}

#[test]
fn a_decision_is_about_what_was_looked_at() {
    let mut story = Story::begins();
    story.tells(&site("https://shop.example"), START).expect("told");
    story.tells(&site("https://evil.example"), START).expect("told in the meantime");
    let outdated = || Some(Refusal::Outdated { what: "website" });
    assert_eq!(story.verifies(Some("https://shop.example"), START).err(), outdated());
    assert_eq!(story.returns(Some("https://shop.example"), "No", START).err(), outdated());
    assert!(story.lacks_website());
    assert_eq!(action(story.verifies(Some("https://evil.example"), START)), Some("website.verified"));

    let owners = [story.owner.clone()];
    let told = submit_business(&story.member, &story.account, &business(), START);
    story.takes(told).expect("told");
    let told = submit_business(
        &story.member,
        &story.account,
        &Business { sells: "Arms".to_owned(), ..business() },
        START + MS,
    );
    story.takes(told).expect("told in the meantime");
    let rng = &mut seeded(5);
    let outdated = Some(Refusal::Outdated { what: "business" });
    let decided = activate(&operator(), &story.account, Some(START), &owners, START + MS, rng);
    assert_eq!(decided.err(), outdated);
    let decided = return_activation(&operator(), &story.account, Some(START), "No", &owners, START + MS, rng);
    assert_eq!(decided.err(), outdated);
}

#[test]
fn what_was_verified_can_be_returned_when_something_is_found_later() {
    let mut story = Story::begins();
    story.tells(&site("https://shop.example"), START).expect("told");
    story.verifies(None, START).expect("verified");
    assert_eq!(
        action(story.returns(None, "It sells what may not be sold.", START + MS)),
        Some("website.returned")
    );
    assert!(story.lacks_website());
}

#[test]
fn business_details_are_told_returned_told_again_and_the_account_is_activated() {
    let mut story = Story::begins();
    let (owners, rng) = ([story.owner.clone()], &mut seeded(5));
    let told = submit_business(&story.member, &story.account, &business(), START);
    assert_eq!(action(story.takes(told)), Some("activation.submitted"));
    let again = submit_business(&story.member, &story.account, &business(), START + MS);
    assert_eq!(action(story.takes(again)), None, "it waits already");
    let returned =
        return_activation(&operator(), &story.account, Some(START), "Which register?", &owners, START, rng);
    let letters = story.takes(returned).expect("allowed").expect("something changed").letters;
    let (account, reason) = ("Shop".to_owned(), "Which register?".to_owned());
    assert_eq!(letters, [LetterKind::ActivationReturned { account: account.clone(), reason }]);
    let again = submit_business(&story.member, &story.account, &business(), START + MS);
    assert_eq!(action(story.takes(again)), Some("activation.submitted"));
    let activated = activate(&operator(), &story.account, Some(START + MS), &owners, START + MS, rng);
    let letters = story.takes(activated).expect("allowed").expect("something changed").letters;
    assert_eq!(letters, [LetterKind::AccountActivated { account }]);

    let late = submit_business(&story.member, &story.account, &business(), START + MS);
    assert!(matches!(late, Err(Refusal::Invalid { .. })), "it is settled");
    let late = return_activation(&operator(), &story.account, None, "No", &owners, START + MS, rng);
    assert!(matches!(late, Err(Refusal::Invalid { .. })), "it is settled");
}

#[test]
fn only_owner_and_admin_tell_and_only_the_operator_decides() {
    let story = Story::begins();
    let (account, owners, rng) = (&story.account, [story.owner.clone()], &mut seeded(5));
    let shop = site("https://shop.example");
    for role in Role::ALL {
        let Actor::Member(member) = story.member.clone() else { panic!("a member acts") };
        let actor = Actor::Member(domain::MemberActor { role, ..member });
        let may_tell = may(&actor, Action::SubmitWebsite, &account.id).is_ok();
        assert_eq!(may_tell, matches!(role, Role::Owner | Role::Admin), "{role}");
        assert_eq!(submit_website(&actor, account, &shop, START).is_ok(), may_tell, "{role}");
        assert_eq!(submit_business(&actor, account, &business(), START).is_ok(), may_tell, "{role}");
        let denied = Some(Refusal::PermissionDenied);
        assert_eq!(verify_website(&actor, account, None, &owners, START, rng).err(), denied, "{role}");
        assert_eq!(return_website(&actor, account, None, "No", &owners, START, rng).err(), denied, "{role}");
        assert_eq!(activate(&actor, account, None, &owners, START, rng).err(), denied, "{role}");
        assert_eq!(
            return_activation(&actor, account, None, "No", &owners, START, rng).err(),
            denied,
            "{role}"
        );
    }
}

#[test]
fn a_member_says_where_the_policies_stand_and_an_app_where_its_store_is() {
    let story = Story::begins();
    let field = |actor: &Actor, new: &NewWebsite| match submit_website(actor, &story.account, new, START) {
        Err(Refusal::Invalid { field, .. }) => field,
        Ok(_) => "",
        other => panic!("{other:?}"),
    };
    let store = "https://play.google.com/store/apps/details?id=example.shop";
    let shop = || site("https://shop.example");
    let app = || NewWebsite { kind: Some(WebsiteKind::App), ..site(store) };
    for (new, wrong) in [
        (shop(), ""),
        (NewWebsite::at("https://shop.example"), "terms"),
        (NewWebsite { refunds: Some(" ".to_owned()), ..shop() }, "refunds"),
        (NewWebsite { contact: Some("javascript:alert(1)".to_owned()), ..shop() }, "contact"),
        (NewWebsite { note: Some("x".repeat(501)), ..shop() }, "note"),
        (NewWebsite { note: Some("\u{7}".to_owned()), ..shop() }, "note"),
        (app(), ""),
        (NewWebsite { terms: None, refunds: None, contact: None, ..app() }, ""),
        (NewWebsite { privacy: None, ..app() }, "privacy"),
        (NewWebsite { url: "https://shop.example".to_owned(), ..app() }, "url"),
        (NewWebsite { kind: Some(WebsiteKind::Website), ..app() }, "kind"),
    ] {
        assert_eq!(field(&story.member, &new), wrong, "{new:?}");
    }
    assert_eq!(field(&operator(), &NewWebsite::at("https://shop.example")), "", "the operator has looked");

    for (business, wrong) in [
        (business(), ""),
        (Business { legal_name: "A".to_owned(), ..business() }, "legal_name"),
        (Business { registration: String::new(), ..business() }, "registration"),
        (Business { registration: String::new(), business_type: BusinessType::Individual, ..business() }, ""),
        (Business { sells: " ".to_owned(), ..business() }, "sells"),
        (Business { sells: "x".repeat(201), ..business() }, "sells"),
    ] {
        let field = match submit_business(&story.member, &story.account, &business, START) {
            Err(Refusal::Invalid { field, .. }) => field,
            Ok(_) => "",
            other => panic!("{other:?}"),
        };
        assert_eq!(field, wrong, "{business:?}");
    }
}

#[test]
fn a_reason_is_one_readable_line() {
    let mut story = Story::begins();
    story.tells(&site("https://shop.example"), START).expect("told");
    for reason in ["", " \n ", "\u{7}", &"x".repeat(501)] {
        assert!(matches!(story.returns(None, reason, START), Err(Refusal::Invalid { field: "reason", .. })));
    }
}
