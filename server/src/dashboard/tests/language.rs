//! A member reads in the language they chose, a newcomer in the one their browser asks for, and nobody in one the brand lacks.

use domain::Language;

use super::Story;
use super::person::Person;

/// The language that the open page says it is in.
fn language(html: &str) -> &str {
    html.split_once("<html lang=\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .expect("a page has a language")
        .0
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

/// What may read the same in every language: names of products and things, as the platform writes them.
const NAMES: [&str; 10] = [
    "API Keys",
    "Bahasa Melayu",
    "Key Id",
    "Key Secret",
    "Live Mode",
    "Live keys",
    "Razorpay Dashboard",
    "Test Mode",
    "Test keys",
    "Authentication failed",
];

/// Everything a page says, piece by piece, as it stands between tags or in a label that is read out.
fn said(html: &str) -> Vec<String> {
    let body = html.split_once("<body").map_or(html, |(_, body)| body);
    let mut said = Vec::new();
    for piece in body.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        let labels = tag.split("aria-label=\"").skip(1).filter_map(|rest| rest.split('"').next());
        said.extend(labels.chain([text]).map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")));
    }
    said.retain(|text| !text.is_empty());
    said
}

/// Whether a text has words: two in a row that are not numbers, ids or addresses.
fn is_a_phrase(text: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphabetic() || ".,:;!?’'\"()".contains(c);
    let is_word = |word: &&str| word.len() > 1 && word.chars().all(is_letter);
    text.split(' ').collect::<Vec<_>>().windows(2).any(|pair| pair.iter().all(is_word))
}

/// The addresses of all pages that need nothing but a login, or not even that, in both modes.
fn addresses() -> Vec<String> {
    let rows = crate::routes::pages();
    let plain = rows.iter().filter(|row| row.method == "GET" && row.who != crate::routes::Who::Demo);
    let plain = plain.filter(|row| row.path != "/" && !row.path.replace("{mode}", "").contains('{'));
    plain.flat_map(|row| ["test", "live"].map(|mode| row.path.replace("{mode}", mode))).collect()
}

/// Where else the pages at these addresses lead.
async fn led_to(person: &Person<'_>, paths: &[String]) -> Vec<String> {
    let mut found = std::collections::BTreeSet::new();
    for path in paths {
        let html = person.window().opens(path).await.html;
        let links = html.split("href=\"").skip(1).filter_map(|rest| rest.split(['"', '#', '?']).next());
        found.extend(
            links.filter(|link| link.starts_with("/test/") && !link.contains("/help")).map(str::to_owned),
        );
    }
    found.into_iter().filter(|link| !paths.contains(link)).collect()
}

/// Help is written in English; what surrounds it is not.
fn without_help(path: &str, html: &str) -> String {
    match (path.contains("/help"), html.split_once("<main"), html.split_once("</main>")) {
        (true, Some((before, _)), Some((_, after))) => format!("{before}{after}"),
        _ => html.to_owned(),
    }
}

/// What somebody reads at these addresses.
async fn reads(person: &Person<'_>, wants: &str, paths: &[String]) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    for path in paths {
        let mut reader = person.window();
        reader.adds.push(("accept-language", wants.to_owned()));
        let html = reader.opens(path).await.html;
        assert_eq!(language(&html).split('-').next(), Some(wants), "{path}");
        pages.push(said(&without_help(path, &html)));
    }
    pages
}

#[tokio::test]
async fn nothing_that_a_member_reads_is_left_in_english() {
    let story = Story::configured(|config| {
        config.brands.truncate(1);
        config.brands[0].languages = Language::ALL.to_vec();
    })
    .await;
    let mut owner = story.member("owner").await;
    let account = &story.demo.brands[0].accounts[0];
    let team = story.app.engine.team(&account.id.parse().expect("an account's id")).await.expect("a team");
    let names = story.demo.brands[0].accounts.iter().map(|account| account.name.clone());
    let names: Vec<String> = names.chain(team.into_iter().map(|one| one.user.name)).collect();

    owner.generates("test").await;
    let mut paths = addresses();
    paths.push(owner.opens("/test/keys").await.form("Regenerate Key").action);
    paths.push("/test/nothing/here".to_owned());
    let further = led_to(&owner, &paths).await;
    assert!(further.iter().any(|path| path.starts_with("/test/team/")), "the pages lead on: {further:?}");
    paths.extend(further);
    let nobody = story.somebody();
    let english = [reads(&owner, "en", &paths).await, reads(&nobody, "en", &paths).await];
    for language in [Language::Hindi, Language::Malay] {
        owner.sends("POST", "/test/profile/language", format!("language={language}")).await;
        let tag = language.as_str();
        let translated = [reads(&owner, tag, &paths).await, reads(&nobody, tag, &paths).await];
        for (english, translated) in english.iter().zip(translated) {
            for ((path, english), translated) in paths.iter().zip(english).zip(translated) {
                let is_name = |text: &String| NAMES.contains(&text.as_str()) || names.contains(text);
                let left: Vec<String> = translated
                    .into_iter()
                    .filter(|text| english.contains(text) && is_a_phrase(text) && !is_name(text))
                    .collect();
                assert!(left.is_empty(), "{language} {path} is left in English: {left:#?}");
            }
        }
    }
}
