//! What protects people from other sites, other hosts and broken requests; and that every refusal can be read.

use super::{HOST, Story};
use crate::pages::CONTENT_SECURITY_POLICY;
use crate::routes::pages;

#[tokio::test]
async fn every_answer_carries_the_headers_that_protect_it() {
    let story = Story::begins().await;
    let mut admin = story.member("admin").await;
    let mut asked =
        vec![("GET", "/test/nothing".to_owned()), ("PUT", "/login".to_owned()), ("POST", "/test".to_owned())];
    for row in pages() {
        asked.push((row.method, row.path.replace("{mode}", "live").replace(['{', '}'], "")));
    }
    for (method, path) in asked {
        let page = admin.window().asks(method, &path, "").await;
        // An address that holds a link is told to nobody.
        let holds_link = path.starts_with("/reset/") || path.starts_with("/invitation/");
        let referrer = if holds_link { "strict-origin" } else { "same-origin" };
        for (name, value) in [
            ("content-security-policy", CONTENT_SECURITY_POLICY),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", referrer),
            ("cache-control", "no-store"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()"),
        ] {
            assert_eq!(page.header(name), value, "{method} {path}");
        }
        assert!(page.status.is_redirection() || page.html.contains("<h1"), "{method} {path}: {}", page.html);
    }
    assert!(
        admin.opens("/test").await.header("strict-transport-security").is_empty(),
        "the sample speaks plain http"
    );
}

#[tokio::test]
async fn a_request_that_another_site_caused_does_nothing() {
    let story = Story::begins().await;
    let mut admin = story.member("admin").await;
    let own = format!("http://{HOST}");
    let form = admin.opens("/test/keys").await.form("Generate Key");
    for (site, origin, is_ours) in [
        (Some("same-origin"), Some(own.as_str()), true),
        (Some("same-origin"), None, true),
        (Some("none"), None, true),
        (Some("same-site"), Some("http://curlec.localhost:8080"), false),
        (Some("cross-site"), Some("http://elsewhere.example"), false),
        (Some("cross-site"), Some(own.as_str()), false),
        (Some("cross-site"), None, false),
        (Some("unheard-of"), None, false),
        (None, Some(own.as_str()), true),
        (None, Some("http://razorpay.localhost:8081"), false),
        (None, Some("http://razorpay.localhost"), false),
        (None, Some("http://elsewhere.example"), false),
        (None, Some("http://razorpay.localhost:8080.elsewhere.example"), false),
        (None, Some("null"), false),
        (None, None, true),
    ] {
        let mut other = admin.window();
        other.adds.extend(site.map(|site| ("sec-fetch-site", site.to_owned())));
        other.adds.extend(origin.map(|origin| ("origin", origin.to_owned())));
        // A page with an attempt that is done already changes nothing, which keeps the cases apart.
        let before = story.changes().await;
        let page =
            other.asks("POST", "/test/keys/generate", "attempt=00000000000000000000000000000000").await;
        assert_eq!(page.status == 403, !is_ours, "{site:?} {origin:?}: {}", page.shown());
        if !is_ours {
            assert_eq!(story.changes().await, before, "{site:?} {origin:?}");
            assert!(
                page.says("Your browser says that another site caused this request, so nothing was done.")
            );
        }
    }
    assert!(admin.submits(&form).await.says("There is a key already"));
}

/// TM-64
#[tokio::test]
async fn a_host_is_one_of_the_list_or_shown_nothing() {
    let story = Story::configured(|_| ()).await;
    for (host, is_known) in [
        ("razorpay.localhost:8080", true),
        ("razorpay.localhost", true),
        ("RazorPay.LocalHost:8080", true),
        ("razorpay.localhost:1", true),
        ("curlec.localhost:8080", true),
        ("axis.localhost:8080", true),
        ("", false),
        (":8080", false),
        ("localhost", false),
        ("localhost:8080", false),
        ("127.0.0.1", false),
        ("127.0.0.1:8080", false),
        ("[::1]:8080", false),
        ("0.0.0.0", false),
        ("razorpay", false),
        ("razorpay.localhost.", false),
        (".razorpay.localhost", false),
        ("www.razorpay.localhost", false),
        ("razorpay.localhost.elsewhere.example", false),
        ("elsewhere.example", false),
        ("elsewhere.example:8080", false),
        ("razorpay.localhost:", false),
        ("razorpay.localhost:x", false),
        ("razorpay.localhost:80:80", false),
        ("razorpay.localhost:8080@elsewhere.example", false),
        ("elsewhere.example@razorpay.localhost", false),
        ("razorpay.localhost/", false),
        ("razorpay.localhost/login", false),
        ("razorpay.localhost?x", false),
        ("razorpay.localhost#x", false),
        ("razorpay.localhost,elsewhere.example", false),
        ("razorpay.localhost elsewhere.example", false),
        ("razorpay.localhost;elsewhere.example", false),
        ("razorpay.localhost\\elsewhere.example", false),
        ("razorpay.localhost%00", false),
        ("razorpay.localhost%2eexample", false),
        ("razorpay..localhost", false),
        ("razorpay_localhost", false),
        ("http://razorpay.localhost:8080", false),
        ("xn--razorpay.localhost", false),
        ("razorpаy.localhost", false),
    ] {
        let mut somebody = story.somebody().at(host);
        // Who says who they really are in other headers is not believed either.
        somebody.adds = vec![
            ("x-forwarded-host", HOST.to_owned()),
            ("forwarded", format!("host={HOST}")),
            ("x-host", HOST.to_owned()),
        ];
        let login = somebody.asks("GET", "/login", "").await;
        assert_eq!(login.status.as_u16(), if is_known { 200 } else { 421 }, "{host:?}");
        if !is_known {
            assert!(login.says("No dashboard answers under this address."), "{host:?}: {}", login.shown());
            assert!(!login.html.contains("Razorpay"), "{host:?}");
            let posted = somebody.asks("POST", "/login", "email=a&password=b").await;
            assert_eq!(posted.status, 421, "{host:?}");
        }
    }
    let mut two = story.somebody();
    two.adds = vec![("host", HOST.to_owned()), ("host", "elsewhere.example".to_owned())];
    assert_eq!(two.asks("GET", "/login", "").await.status, 421, "two names");
    let mut none = story.somebody();
    none.adds = vec![("host", HOST.to_owned())];
    assert_eq!(
        none.asks("GET", "http://elsewhere.example/login", "").await.status,
        421,
        "the target names another"
    );
    assert_eq!(none.asks("GET", &format!("http://{HOST}/login"), "").await.status, 200);
}

#[tokio::test]
async fn broken_requests_get_pages_that_can_be_read() {
    let story = Story::begins().await;
    let mut admin = story.member("admin").await;
    let big = format!("email={}&password=x", "x".repeat(20_000));
    let page = admin.asks("POST", "/login", &big).await;
    assert_eq!(page.status, 413);
    assert!(page.says("larger than any form of this dashboard"), "{}", page.shown());

    let page = admin.asks("POST", "/test/keys/generate", "attempt=%ZZ%FF").await;
    assert!(page.html.contains("<h1"), "{}", page.html);

    let mut json = admin.window();
    json.adds = vec![("content-type", "application/json".to_owned())];
    let page = json.asks("POST", "/login", "{}").await;
    assert_eq!(page.status, 415);
    assert!(page.says("That form cannot be read"), "{}", page.shown());

    let page = admin.asks("POST", "/login", "email=a&email=b&password=c").await;
    assert_eq!(page.status, 422);
    assert!(page.says("That form cannot be read"), "{}", page.shown());

    for (method, path, allowed) in [
        ("DELETE", "/login", "GET,HEAD,POST"),
        ("GET", "/test/keys/generate", "POST"),
        ("POST", "/test/settings", "GET,HEAD"),
        ("TRACE", "/test", "GET,HEAD"),
    ] {
        let page = admin.asks(method, path, "").await;
        assert_eq!(page.status, 405, "{method} {path}");
        assert_eq!(page.header("allow"), allowed, "{method} {path}");
        assert!(page.says("Nothing was done"), "{}", page.shown());
    }

    let lost = admin.asks("GET", "/test/no-such-page", "").await;
    assert_eq!(lost.status, 404);
    assert!(lost.html.contains("Log out"), "somebody who is logged in keeps their way back");
    let stranger = story.somebody().asks("GET", "/test/no-such-page", "").await;
    assert_eq!(stranger.status, 404);
    assert!(!stranger.html.contains("Log out"));
    assert_eq!(story.somebody().asks("GET", "/nowhere", "").await.status, 404);
}

#[tokio::test]
async fn an_account_that_is_not_activated_is_told_what_is_missing_and_gets_no_live_key() {
    let story = Story::begins().await;
    let mut owner = story.somebody();
    owner.logs_in(story.newcomer()).await;
    insta::assert_snapshot!("live_not_ready", owner.opens("/live/keys").await.shown());
    insta::assert_snapshot!("website_missing", owner.opens("/live/website").await.shown());
    let forced = owner
        .sends("POST", "/live/keys/generate", "attempt=00000000000000000000000000000000".to_owned())
        .await;
    assert_eq!(forced.status, 403);
    insta::assert_snapshot!("live_refused", forced.shown());
    assert!(owner.generates("test").await.starts_with("rzp_test_"));
}

#[tokio::test]
async fn whoever_holds_the_end_of_a_form_back_is_judged_by_what_is_true_when_it_comes() {
    let story = Story::begins().await;
    let mut admin = story.member("admin").await;
    let account = story.demo.brands[0].accounts[0].id.parse().expect("an account id");
    let team = story.app.engine.team(&account).await.expect("a team");
    let user = team.iter().find(|one| one.member.role == domain::Role::Admin).expect("an admin").user.id;
    let operator = story.the_operator();
    let removed = async {
        let (now, rng) = (story.app.now(), &mut *story.app.rng());
        story.app.engine.remove_member(&operator, &account, &user, now, rng).await.expect("removed");
    };
    let page = admin.hesitates("/test/keys/generate", "a=b", removed).await;
    assert_ne!(page.status, 200, "{}", page.shown());
    let keys = story.app.engine.store().keys(&account, domain::Mode::Test).await.expect("readable");
    assert!(keys.is_empty(), "no key came of it");
}
