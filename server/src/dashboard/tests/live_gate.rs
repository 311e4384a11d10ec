//! From nothing to a Live key: what is missing is said where it is missed, and with where to see to it.

use domain::{AccountId, Actor, Timestamp};

use super::person::Person;
use super::{BEGIN, Story, minutes};

pub(super) const SHOP: [(&str, &str); 7] = [
    ("kind", "website"),
    ("url", "https://books.example"),
    ("terms", "https://books.example/terms"),
    ("privacy", "https://books.example/privacy"),
    ("refunds", "https://books.example/refunds"),
    ("contact", "https://books.example/contact"),
    ("note", "Guest & guest"),
];
pub(super) const BUSINESS: [(&str, &str); 4] = [
    ("legal_name", "Asha Books Private Limited"),
    ("business_type", "private-company"),
    ("registration", "U1"),
    ("sells", "Books"),
];

impl Story {
    fn operator(&self) -> Actor {
        Actor::Operator { name: "ops".to_owned(), origin: "192.0.2.9".to_owned() }
    }

    fn new_account(&self) -> AccountId {
        self.demo.brands[0].accounts[1].id.parse().expect("an account id")
    }

    async fn returns_website(&self, reason: &str) {
        let (app, id, rng) = (&self.app, self.new_account(), &mut *self.app.rng());
        app.engine
            .return_website(&self.operator(), &id, None, reason, app.now(), rng)
            .await
            .expect("returned");
    }

    async fn verifies_website(&self) {
        let (app, id, rng) = (&self.app, self.new_account(), &mut *self.app.rng());
        app.engine.verify_website(&self.operator(), &id, None, app.now(), rng).await.expect("verified");
    }

    async fn returns_activation(&self, reason: &str) {
        let (app, id, rng) = (&self.app, self.new_account(), &mut *self.app.rng());
        app.engine
            .return_activation(&self.operator(), &id, None, reason, app.now(), rng)
            .await
            .expect("returned");
    }

    async fn activates(&self) {
        let (app, id, rng) = (&self.app, self.new_account(), &mut *self.app.rng());
        app.engine.activate(&self.operator(), &id, None, app.now(), rng).await.expect("activated");
    }

    async fn owner_of_the_new_account(&self) -> Person<'_> {
        let mut owner = self.somebody();
        owner.logs_in(self.newcomer()).await;
        owner
    }
}

#[tokio::test]
async fn live_mode_says_what_is_missing_until_nothing_is() {
    let story = Story::begins().await;
    let mut owner = story.owner_of_the_new_account().await;

    let page = owner.opens("/live/keys").await;
    assert!(!page.offers("Generate Key"));
    insta::assert_snapshot!("nothing_told", page.shown());
    assert!(owner.opens("/test/keys").await.offers("Generate Key"), "Test always works");

    owner.opens("/live/website").await;
    let page = owner.fills("Submit for review", &SHOP).await;
    assert!(page.says("Being checked") && page.says("https://books.example/refunds"), "{}", page.shown());
    owner.opens("/live/activation").await;
    let page = owner.fills("Submit for review", &BUSINESS).await;
    assert!(page.says("Being checked") && page.says("Private company"), "{}", page.shown());
    let page = owner.opens("/live/keys").await;
    assert!(!page.offers("Generate Key"));
    insta::assert_snapshot!("both_told", page.shown());

    story.passes(minutes(1));
    story.returns_website("The refund policy cannot be opened.").await;
    story.returns_activation("The name is not the one in the register.").await;
    insta::assert_snapshot!("both_returned", owner.opens("/live/keys").await.shown());
    let page = owner.opens("/live/website").await;
    assert!(page.says("The refund policy cannot be opened."), "{}", page.shown());
    owner.fills("Submit for review", &SHOP).await;
    owner.opens("/live/activation").await;
    owner.fills("Submit for review", &BUSINESS).await;

    story.verifies_website().await;
    let page = owner.opens("/live/keys").await;
    assert!(!page.offers("Generate Key") && page.says("Account activation"), "{}", page.shown());
    story.activates().await;
    assert!(owner.opens("/live/keys").await.offers("Generate Key"));
}

#[tokio::test]
async fn what_is_wrong_in_a_form_is_said_and_nothing_typed_is_lost() {
    let story = Story::begins().await;
    let mut owner = story.owner_of_the_new_account().await;
    let before = story.changes().await;
    owner.opens("/live/website").await;
    for (field, value, words) in [
        ("url", "https://books.example@evil.example", "Give the full public address"),
        ("url", "http://127.0.0.1/", "Give the full public address"),
        ("url", "https://play.google.com/store/apps/details?id=x", "choose App"),
        ("refunds", "", "full address"),
        ("contact", "javascript:alert(1)", "full address"),
    ] {
        let typed = SHOP.map(|(name, old)| if name == field { (name, value) } else { (name, old) });
        let page = owner.fills("Submit for review", &typed).await;
        assert_eq!(page.status, 422, "{field} {value}");
        assert!(page.says(words), "{field} {value}\n{}", page.shown());
        assert!(page.html.contains("value=\"https://books.example/terms\""), "{field} {value}");
        assert!(
            page.html.contains("Guest &#38; guest") || page.html.contains("Guest &amp; guest"),
            "{field}"
        );
    }
    owner.opens("/live/activation").await;
    for (field, value, words) in [
        ("legal_name", "A", "2 to 200 characters"),
        ("business_type", "", "Choose what your business is."),
        ("registration", "", "only individuals may leave it out"),
        ("sells", "", "what you sell"),
    ] {
        let typed = BUSINESS.map(|(name, old)| if name == field { (name, value) } else { (name, old) });
        let page = owner.fills("Submit for review", &typed).await;
        assert_eq!(page.status, 422, "{field} {value}");
        assert!(page.says(words), "{field} {value}\n{}", page.shown());
    }
    assert_eq!(story.changes().await, before, "nothing was saved");
}

#[tokio::test]
async fn another_address_is_looked_at_anew_and_keys_go_on_working() {
    let story = Story::begins().await;
    let mut admin = story.member("admin").await;
    let page = admin.opens("/live/website").await;
    assert!(page.says("Verified") && page.says("no new Live key can be generated"), "{}", page.shown());
    let page = admin.fills("Submit for review", &SHOP).await;
    assert!(page.says("Being checked"), "{}", page.shown());
    let page = admin.opens("/live/keys").await;
    assert!(!page.offers("Generate Key") && page.says("Submitted"), "{}", page.shown());

    // Telling the same again is no change; a page opened before the verification does not undo it.
    let account: AccountId = story.demo.brands[0].accounts[0].id.parse().expect("an account id");
    let (app, operator, rng) = (&story.app, story.operator(), &mut *story.app.rng());
    let (old, new) = (Some("https://shop.razorpay.example"), Some("https://books.example"));
    let stale = app.engine.verify_website(&operator, &account, old, app.now(), rng).await;
    assert!(stale.is_err(), "nobody has looked at the new address");
    app.engine.verify_website(&operator, &account, new, app.now(), rng).await.expect("verified");
    let before = story.changes().await;
    admin.opens("/live/website").await;
    admin.fills("Submit for review", &SHOP).await;
    assert_eq!(story.changes().await, before);
    assert_eq!(app.now(), Timestamp::from_millis(BEGIN));
}

#[tokio::test]
async fn those_who_may_not_tell_see_where_it_stands_and_whom_to_ask() {
    let story = Story::begins().await;
    let mut viewer = story.member("view-only").await;
    for path in ["/live/website", "/live/activation"] {
        let page = viewer.opens(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.offers("Submit for review"), "{path}\n{}", page.shown());
    }
    assert!(
        !viewer.opens("/live/website").await.says("Test login"),
        "how reviewers log in is nobody else's business"
    );
}
