//! The operator console beside the dashboards: who gets in, what operators decide, what merchants then see.

use domain::Token;

use super::live_gate::{BUSINESS, SHOP};
use super::page::Page;
use super::person::Person;
use super::{PORT, Story, minutes, seconds};
use crate::config::Console;
use crate::pages::gallery;
use crate::routes::{Who, console_pages, pages};

const CONSOLE: &str = "operator.localhost:8080";

impl Story {
    /// One brand, and an operator who is enrolled.
    async fn with_a_console() -> Self {
        Self::configured(|config| {
            config.brands.truncate(1);
            config.console = Some(Console {
                hosts: vec!["operator.localhost".to_owned()],
                url: format!("http://operator.localhost:{PORT}"),
            });
        })
        .await
    }

    /// The code that the operator's app shows now.
    async fn app_code(&self, name: &str) -> String {
        let engine = &self.app.engine;
        let operator = engine.store().operator_by_name(name).await.expect("readable").expect("appointed");
        let sealed = operator.login.as_ref().map(|login| login.totp.sealed.clone()).expect("enrolled");
        let secret =
            engine.peppers().newest().unseal_totp(&operator.owner(), &sealed).expect("its own pepper");
        secret.code(self.app.now()).reveal().to_owned()
    }

    /// Somebody with a browser at the console.
    fn at_the_console(&self) -> Person<'_> {
        Person::new(self, CONSOLE)
    }

    /// The operator, logged in.
    async fn logged_in_operator(&self) -> Person<'_> {
        let mut operator = self.at_the_console();
        let login = self.demo.operator.clone().expect("the sample has a console");
        operator.opens("/login").await;
        let code = self.app_code(&login.name).await;
        let fields = [("name", login.name.as_str()), ("password", &login.password), ("otp", &code)];
        let page = operator.fills("Log in", &fields).await;
        assert!(page.says("Overview"), "{}", page.shown());
        operator
    }
}

/// The same browser with somebody's cookie in it.
fn carrying<'a>(mut person: Person<'a>, cookie: Option<String>) -> Person<'a> {
    person.cookie = cookie;
    person
}

/// Addresses of the console with things that exist.
fn address(path: &str, story: &Story) -> String {
    path.replace("{account}", &story.demo.brands[0].accounts[1].id)
        .replace("{user}", "usr_00000000000000")
        .replace("{org}", "razorpay")
        .replace("{country}", "IN")
        .replace("{page}", "keys")
        .replace("{letter}", "let_00000000000000")
        .replace("{operator}", "demo")
        .replace("{session}", "ses_00000000000000")
}

fn leads_to_login(page: &Page) -> bool {
    page.status == 303 && page.header("location").starts_with("/login")
}

#[tokio::test]
async fn every_row_of_the_console_answers_operators_alone_and_under_its_own_host_alone() {
    let story = Story::with_a_console().await;
    let operator = story.logged_in_operator().await;
    let mut owner = story.member("owner").await;
    let before = story.changes().await;
    // Logging out leads to the login page, whoever does it.
    for row in console_pages().into_iter().filter(|row| row.path != "/logout") {
        let at = address(row.path, &story);
        // A member's cookie, no cookie, a made-up one: to the console they are all nobody.
        let mut member = carrying(story.at_the_console(), owner.cookie.clone());
        let made_up = format!("keystead-console={}", Token::draw(&mut domain::seeded(1)).reveal());
        let mut stranger = carrying(story.at_the_console(), Some(made_up));
        for nobody in [&mut story.at_the_console(), &mut member, &mut stranger] {
            let page = nobody.asks(row.method, &at, "").await;
            assert_eq!(
                leads_to_login(&page),
                row.who == Who::Operator,
                "{} {}\n{}",
                row.method,
                row.path,
                page.shown()
            );
        }
        if row.path != "/" && !pages().iter().any(|page| page.path == row.path) {
            let page = owner.window().asks(row.method, &at, "").await;
            assert!(
                page.status == 404 || page.status == 405,
                "{} {} under a brand: {}",
                row.method,
                row.path,
                page.status
            );
        }
    }
    assert_eq!(story.changes().await, before, "nobody changed anything");
    for row in pages().iter().filter(|row| row.method == "GET" && row.path.starts_with("/{mode}")) {
        let page = operator.window().asks("GET", &row.path.replace("{mode}", "test"), "").await;
        assert_eq!(page.status, 404, "{} under the console's host", row.path);
    }
    let mut elsewhere = carrying(story.somebody(), operator.cookie.clone());
    assert!(leads_to_login(&elsewhere.asks("GET", "/test/keys", "").await), "an operator is no member");
    let page = owner.opens("/test").await;
    assert_eq!(page.status, 200, "and the dashboards go on");
}

#[tokio::test]
async fn without_a_configured_host_there_is_no_console() {
    let story = Story::begins().await;
    for path in ["/", "/login", "/accounts"] {
        assert_eq!(story.at_the_console().asks("GET", path, "").await.status, 421, "{path}");
    }
}

#[tokio::test]
async fn no_get_of_the_console_changes_anything_and_no_other_site_causes_a_post() {
    let story = Story::with_a_console().await;
    let mut operator = story.logged_in_operator().await;
    let before = story.changes().await;
    for row in console_pages() {
        let at = address(row.path, &story);
        if row.method == "GET" {
            for method in ["GET", "HEAD"] {
                let page = operator.window().asks(method, &at, "").await;
                assert!(
                    page.status == 200 || page.status == 303 || page.status == 404,
                    "{}: {}",
                    row.path,
                    page.status
                );
            }
        } else {
            operator.adds = vec![
                ("sec-fetch-site", "cross-site".to_owned()),
                ("origin", "https://evil.example".to_owned()),
            ];
            let page = operator.asks(row.method, &at, "").await;
            assert_eq!(page.status, 403, "{}", row.path);
        }
    }
    assert_eq!(story.changes().await, before);
}

#[tokio::test]
async fn an_operator_enrols_with_a_token_once_and_from_then_on_takes_password_and_code() {
    let story = Story::with_a_console().await;
    let token =
        story.app.engine.appoint("asha", story.app.now(), &mut *story.app.rng()).await.expect("appointed");
    let mut asha = story.at_the_console();
    asha.opens("/enrol").await;
    let page = asha.fills("Go on", &[("token", "nonsense"), ("password", "correct horse battery")]).await;
    assert!(page.status == 422 && page.says("No operator has this token"), "{}", page.shown());
    let page = asha.fills("Go on", &[("token", token.reveal()), ("password", "asha")]).await;
    assert!(page.status == 422 && page.says("8 to 256"), "{}", page.shown());
    let page = asha.fills("Go on", &[("token", token.reveal()), ("password", "correct horse battery")]).await;
    assert!(page.html.contains("<svg class=\"qr\""), "a picture for the app");
    let secret = page.test_id("totp-secret");
    assert_eq!(secret.replace(' ', "").len(), 32);
    assert!(leads_to_login(&asha.window().asks("GET", "/accounts", "").await), "half-way is nowhere");

    let page = asha.fills("Verify", &[("otp", "000000")]).await;
    assert!(page.status == 422 && page.says("That code is not right"), "{}", page.shown());
    assert_eq!(page.test_id("totp-secret"), secret, "the app is still the same");
    let view = story.app.engine.enrolling(&cookie_of(&asha), story.app.now()).await.expect("enrolling");
    let code = view.1.code(story.app.now()).reveal().to_owned();
    let page = asha.fills("Verify", &[("otp", &code)]).await;
    let codes: Vec<_> = page.html.matches("data-testid=\"backup-code\"").collect();
    assert_eq!(codes.len(), 10);
    let written_down = page.test_id("backup-code");
    assert!(asha.opens("/").await.says("Overview"));

    asha.presses("Log out").await;
    assert!(leads_to_login(&asha.window().asks("GET", "/", "").await));
    let mut again = story.at_the_console();
    again.opens("/enrol").await;
    let page =
        again.fills("Go on", &[("token", token.reveal()), ("password", "another long password")]).await;
    assert!(page.says("has a login already"), "{}", page.shown());
    again.opens("/login?next=/audit").await;
    let fields = |otp| [("name", "asha"), ("password", "correct horse battery"), ("otp", otp)];
    let page = again.fills("Log in", &fields(&code)).await;
    assert!(
        page.status == 401 && page.says("Name, password or code is not right."),
        "used: {}",
        page.shown()
    );
    let page = again.fills("Log in", &fields(&written_down)).await;
    assert!(page.says("Audit"), "{}", page.shown());
    assert!(again.set_cookie.contains("HttpOnly") && again.set_cookie.contains("SameSite=Strict"));
    let page = again.opens("/operators").await;
    assert!(page.says("You have 9 unused backup codes"), "{}", page.shown());
}

fn cookie_of(person: &Person<'_>) -> Token {
    let cookie = person.cookie.as_deref().expect("a cookie").split_once('=').expect("a name and a value").1;
    Token::parse(cookie).expect("a token")
}

#[tokio::test]
async fn a_website_goes_round_between_owner_and_operator_until_live_keys_can_be_generated() {
    let story = Story::with_a_console().await;
    let mut owner = story.somebody();
    owner.logs_in(story.newcomer()).await;
    owner.opens("/live/website").await;
    owner.fills("Submit for review", &SHOP).await;
    owner.opens("/live/activation").await;
    owner.fills("Submit for review", &BUSINESS).await;

    let mut operator = story.logged_in_operator().await;
    insta::assert_snapshot!("overview", operator.page().shown());
    insta::assert_snapshot!("reviews", operator.opens("/reviews").await.shown());
    let at = format!("/accounts/{}", story.demo.brands[0].accounts[1].id);
    let page = operator.opens(&at).await;
    assert!(
        page.html.contains("rel=\"noopener noreferrer nofollow\""),
        "what is looked at learns nothing of us"
    );
    insta::assert_snapshot!("account", page.shown());

    let mut stale = operator.window();
    stale.page = operator.page.clone();
    let page = operator.fills("Return website", &[("reason", "The refund policy cannot be opened.")]).await;
    assert!(page.says("The website is returned."), "{}", page.shown());
    story.letters_leave().await;
    let letters =
        std::fs::read_to_string(story.folder.path().join("data/outbox/email.jsonl")).expect("an outbox");
    assert!(letters.contains("The refund policy cannot be opened."), "the owner has a letter");
    assert!(owner.opens("/live/website").await.says("The refund policy cannot be opened."));
    let moved =
        SHOP.map(|(name, value)| if name == "url" { (name, "https://other.example") } else { (name, value) });
    owner.fills("Submit for review", &moved).await;
    let page = stale.presses("Verify website").await;
    assert!(page.status == 409 && page.says("told something else since you looked"), "{}", page.shown());

    operator.opens(&at).await;
    assert!(operator.presses("Verify website").await.says("The website is verified."));
    assert!(operator.presses("Activate account").await.says("The account is activated."));
    assert!(operator.opens("/reviews").await.says("Nothing waits."));
    assert!(owner.opens("/live/keys").await.offers("Generate Key"));
    let page = operator.opens("/audit?actor=operator:demo").await;
    for action in ["website.returned", "website.verified", "account.activated", "operator.logged_in"] {
        assert!(page.says(action), "{action} in\n{}", page.shown());
    }
    let empty = operator
        .asks("POST", &format!("{at}/website/return"), "seen=https%3A%2F%2Fother.example&reason=")
        .await;
    assert!(empty.status == 422 && empty.says("what has to be mended"), "{}", empty.shown());
}

#[tokio::test]
async fn accounts_are_found_by_whatever_somebody_has_at_hand() {
    let story = Story::with_a_console().await;
    let key_id = story.member("owner").await.generates("test").await;
    let [ready, new] = [0, 1].map(|nth| &story.demo.brands[0].accounts[nth]);
    let mut operator = story.logged_in_operator().await;
    let owner =
        story.app.engine.team(&ready.id.parse().expect("an id")).await.expect("a team")[0].user.clone();
    for (looked, finds_ready, finds_new) in [
        ("q=".to_owned(), true, true),
        (format!("q={}", ready.id), true, false),
        (format!("q={key_id}"), true, false),
        (format!("q={}", owner.id), true, false),
        (format!("q={}", owner.email.replace('@', "%40")), true, false),
        ("q=razorpay+READY".to_owned(), true, false),
        ("q=razorpay".to_owned(), true, true),
        ("q=nothing".to_owned(), false, false),
        ("q=%25".to_owned(), false, false),
        ("state=not-activated".to_owned(), false, true),
        ("state=ready".to_owned(), true, false),
        ("state=returned".to_owned(), false, false),
        ("brand=razorpay%2FIN".to_owned(), true, true),
    ] {
        let page = operator.opens(&format!("/accounts?{looked}")).await;
        assert_eq!(
            (page.says(&ready.id), page.says(&new.id)),
            (finds_ready, finds_new),
            "{looked}\n{}",
            page.shown()
        );
    }
    let page = operator.opens(&format!("/accounts/{}", ready.id)).await;
    assert!(page.says(&key_id) && page.says("Current"), "{}", page.shown());
    for nowhere in ["/accounts/acc_00000000000000", "/accounts/nonsense", "/nowhere"] {
        assert_eq!(operator.opens(nowhere).await.status, 404, "{nowhere}");
    }
}

#[tokio::test]
async fn the_audit_is_filtered_and_taken_away_whole() {
    let story = Story::with_a_console().await;
    let key_id = story.member("owner").await.generates("test").await;
    let mut operator = story.logged_in_operator().await;
    let account = &story.demo.brands[0].accounts[0].id;
    let page = operator.opens(&format!("/audit?account={account}&action=key.generated")).await;
    assert!(page.says(&key_id) && !page.says("session.opened"), "{}", page.shown());
    let page = operator.opens("/audit?from=2026-11-24").await;
    assert!(page.says("None."), "{}", page.shown());
    let page = operator.opens("/audit?from=yesterday").await;
    assert!(page.says("Write a moment as"), "{}", page.shown());

    let before = story.changes().await;
    let csv = operator.asks("POST", "/audit/export", &format!("account={account}&format=csv")).await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert!(csv.header("content-disposition").contains("audit.csv"));
    assert!(csv.html.starts_with("sequence,at,actor,") && csv.html.contains("key.generated"));
    assert!(csv.html.lines().skip(1).all(|line| line.contains(account.as_str())), "{}", csv.html);
    let json = operator.asks("POST", "/audit/export", "format=jsonl").await;
    let lines: Vec<serde_json::Value> =
        json.html.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    assert_eq!(lines.len(), before + 1, "everything up to the moment, the first export included");
    assert_eq!(lines[before]["action"], "audit.exported");
    assert_eq!(lines[before]["target"], "all");
    assert_eq!(story.changes().await, before + 2, "each export is an entry itself");
}

#[tokio::test]
async fn a_locked_owner_is_found_and_unlocked() {
    let story = Story::with_a_console().await;
    let login = story.login_of("owner");
    let mut owner = story.somebody();
    owner.sends_password(login).await;
    let code = story.code().await;
    for nth in 0..9 {
        if nth % 5 == 0 && nth > 0 {
            story.passes(minutes(6));
            owner.sends_password(login).await;
        }
        owner.fills("Verify", &[("otp", super::other_than(&code))]).await;
    }
    let mut operator = story.logged_in_operator().await;
    let page = operator.opens("/limits").await;
    assert!(page.says(&login.email), "{}", page.shown());
    operator.opens(&format!("/accounts/{}", story.demo.brands[0].accounts[0].id)).await;
    let page = operator.presses("Unlock").await;
    assert!(page.says("The login is unlocked."), "{}", page.shown());
    assert!(operator.opens("/limits").await.says("Nobody is locked out."));

    operator.opens(&format!("/accounts/{}", story.demo.brands[0].accounts[0].id)).await;
    let page = operator.presses("Reset two-factor").await;
    assert!(page.says("The second factor is gone."), "{}", page.shown());
    let page = owner.sends_password(login).await;
    assert!(!page.offers("Verify"), "no code is asked for any more: {}", page.shown());
}

#[tokio::test]
async fn a_brand_is_previewed_in_its_own_looks_with_nobodys_data_and_nothing_to_press() {
    let story = Story::with_a_console().await;
    story.member("owner").await.generates("live").await;
    let mut operator = story.logged_in_operator().await;
    let page = operator.opens("/brands/razorpay/IN").await;
    assert!(page.header("content-security-policy").contains("frame-src 'self'"));
    assert_eq!(page.html.matches("<iframe").count(), 2, "light and dark");
    for (what, says) in [("keys", "API Keys"), ("login", "Log in"), ("letter", "Razorpay")] {
        let page = operator.asks("GET", &format!("/brands/razorpay/IN/preview/{what}?theme=dark"), "").await;
        assert!(page.html.contains(says), "{what}: {}", page.html);
        let policy = page.header("content-security-policy");
        assert!(
            policy.contains("form-action 'none'") && policy.contains("frame-ancestors 'self'"),
            "{policy}"
        );
        for account in &story.demo.brands[0].accounts {
            assert!(!page.html.contains(&account.id) && !page.html.contains(&account.name), "{what}");
        }
    }
    let light = operator.asks("GET", "/brands/razorpay/IN/preview.css?theme=light", "").await;
    let dark = operator.asks("GET", "/brands/razorpay/IN/preview.css?theme=dark", "").await;
    assert_eq!(light.header("content-type"), "text/css; charset=utf-8");
    assert_ne!(light.html, dark.html);
    assert_eq!(operator.opens("/brands/axis/IN").await.status, 404, "not configured here");
}

#[tokio::test]
async fn the_circle_of_operators_changes_for_a_fresh_code() {
    let story = Story::with_a_console().await;
    let mut operator = story.logged_in_operator().await;
    operator.opens("/operators").await;
    let used = story.app_code("demo").await;
    let page = operator.fills("Appoint", &[("name", "bina"), ("otp", &used)]).await;
    assert!(page.status == 422 && page.says("not right, or was used already"), "{}", page.shown());
    assert!(page.html.contains("value=\"bina\""), "what was typed stays");
    story.passes(seconds(30));
    let fresh = story.app_code("demo").await;
    let page = operator.fills("Appoint", &[("name", "bina"), ("otp", &fresh)]).await;
    let token = page.test_id("operator-token");
    assert!(Token::parse(&token).is_some());
    let page = operator.opens("/operators").await;
    assert!(page.says("Not enrolled yet") && !page.html.contains(&token), "{}", page.shown());
    story.passes(seconds(30));
    let fresh = story.app_code("demo").await;
    let page = operator.fills("Remove bina", &[("otp", &fresh)]).await;
    assert!(page.says("The operator is removed"), "{}", page.shown());
    let mut bina = story.at_the_console();
    bina.opens("/enrol").await;
    let page = bina.fills("Go on", &[("token", &token), ("password", "correct horse battery")]).await;
    assert!(page.says("No operator has this token"), "{}", page.shown());
    assert!(operator.opens("/audit?action=operator.appointed").await.says("bina"));
}

#[tokio::test]
async fn every_page_of_the_console_can_be_used_by_everybody() {
    let story = Story::with_a_console().await;
    story.member("owner").await.generates("test").await;
    let mut operator = story.logged_in_operator().await;
    for row in console_pages().iter().filter(|row| row.method == "GET") {
        let page = operator.asks("GET", &address(row.path, &story), "").await;
        let is_page = page.header("content-type").starts_with("text/html") && page.status != 303;
        if is_page && !row.path.contains("preview") {
            gallery::needs_no_inline(row.path, &page.html);
            gallery::is_labelled(row.path, &page.html);
            gallery::refers_to_itself(row.path, &page.html);
            gallery::has_its_landmarks(row.path, &page.html);
        }
    }
}

#[tokio::test]
async fn operators_see_who_verifies_how_far_each_has_come_and_whose_clock_is_wrong() {
    let story = Story::with_a_console().await;
    let node = |name: &str, n: u64| store::Registration {
        node: name.to_owned(),
        process: domain::ProcessId::draw(&mut domain::seeded(100 + n)),
        former: None,
        role: domain::NodeRole::Verify,
        version: "0.1.0".to_owned(),
        lease: domain::SECOND.times(10),
        spans: domain::Spans::even(domain::MINUTE.times(5)),
        at: story.app.now(),
        admit: true,
    };
    let engine = &story.app.engine;
    for n in [1, 2] {
        // The second process takes the first one's place: that one may still run.
        assert!(engine.register(node("eu-1", n)).await.expect("the database answers"));
    }
    let late = store::NodeReport {
        node: "eu-1".to_owned(),
        process: node("eu-1", 2).process,
        position: 0,
        mark: None,
        at: story.app.now(),
        clock_offset_ms: Some(-2_500),
        pairs: 0,
        peppers: vec![1],
    };
    assert!(engine.report(late).await.expect("the database answers"));
    let mut operator = story.logged_in_operator().await;
    let page = operator.opens("/fleet").await;
    for words in ["local", "Answers", "eu-1", "verify", "vouches 300 s", "The clock of eu-1 is -2500 ms away"]
    {
        assert!(page.says(words), "{words}: {}", page.shown());
    }
    assert!(page.says("No nodes any more"), "{}", page.shown());
    story.passes(domain::MINUTE.times(6));
    let page = operator.opens("/fleet").await;
    assert!(page.says("Silent"), "{}", page.shown());
}
