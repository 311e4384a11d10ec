//! A member reads in the language they chose, a newcomer in the one their browser asks for, and nobody in one the brand lacks.

use super::Story;

/// The language that the open page says it is in.
fn language(html: &str) -> &str {
    html.split_once("<html lang=\"").and_then(|(_, rest)| rest.split_once('"')).expect("a page has a language").0
}

#[tokio::test]
async fn before_the_login_the_browser_decides_until_somebody_chooses() {
    let story = Story::begins().await;
    let mut reader = story.somebody();
    assert_eq!(language(&reader.opens("/login").await.html), "en-IN");
    reader.adds.push(("accept-language", "hi-IN,hi;q=0.9,en;q=0.5".to_owned()));
    let page = reader.opens("/login").await;
    assert_eq!(language(&page.html), "hi-IN");
    let form = page.html.split("action=\"/language\"").nth(1).expect("the login page offers the languages");
    assert!(form.contains("<option value=\"en\" lang=\"en\">English</option>"), "{form}");
    let page = reader.sends("POST", "/language", "language=en".to_owned()).await;
    assert_eq!((page.path.as_str(), language(&page.html)), ("/login", "en-IN"));
    assert_eq!(language(&reader.opens("/help").await.html), "en-IN", "the choice outlives the page");
}

#[tokio::test]
async fn a_members_choice_counts_in_every_browser_and_is_in_the_audit_once() {
    let story = Story::begins().await;
    let mut owner = story.member("owner").await;
    owner.opens("/test/profile").await;
    let before = story.changes().await;
    let page = owner.fills("Change language", &[("language", "hi")]).await;
    assert_eq!((page.path.as_str(), language(&page.html)), ("/test/profile", "hi-IN"));
    owner.sends("POST", "/test/profile/language", "language=hi".to_owned()).await;
    assert_eq!(story.changes().await, before + 1, "the same choice again changes nothing");
    let audit = story.app.engine.store().audit(0, i64::MAX).await.expect("the audit");
    let entry = audit.last().expect("an entry");
    assert_eq!((entry.action.as_str(), entry.facts.as_str()), ("user.language_changed", "language=hi"));

    story.passes(super::seconds(31));
    let elsewhere = story.member("owner").await;
    assert_eq!(language(&elsewhere.page().html), "hi-IN", "another browser, the same member");
    assert_eq!(language(&story.member("admin").await.page().html), "en-IN", "another member");
}

#[tokio::test]
async fn a_language_that_the_brand_does_not_offer_is_refused() {
    let story = Story::begins().await;
    let mut owner = story.member("owner").await;
    let before = story.changes().await;
    for language in ["ms", "fr", "", "<script>"] {
        let page = owner.sends("POST", "/test/profile/language", format!("language={language}")).await;
        assert!(page.says("Choose one of the languages on the page."), "{language}: {}", page.shown());
        let page = story.somebody().sends("POST", "/language", format!("language={language}")).await;
        assert_eq!(page.status, 422, "{language}");
    }
    assert_eq!(story.changes().await, before);
}
