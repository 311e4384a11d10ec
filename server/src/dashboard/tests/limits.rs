//! Limits in the dashboard: seen, changed behind a code, kept through errors, and felt at once.

use axum::http::{HeaderMap, HeaderValue};

use super::Story;
use super::page::Page;
use super::person::Person;
use crate::gateway::{Caller, whoami};

/// A person with a Test key: its limits' page, Key Id and Key Secret.
async fn with_key(person: &mut Person<'_>) -> (String, String, String) {
    person.opens("/test/keys").await;
    let page = person.presses("Generate Key").await;
    let (key_id, secret) = (page.test_id("key-id"), page.test_id("key-secret"));
    let keys = person.opens("/test/keys").await;
    let regenerate = keys.form("Regenerate Key").action;
    (regenerate.replace("/regenerate", "/limits"), key_id, secret)
}

async fn saves(person: &mut Person<'_>, per_second: &str, per_day: &str, addresses: &str) -> Page {
    let fields = [
        ("requests_per_second", per_second),
        ("requests_per_day", per_day),
        ("allowed_addresses", addresses),
    ];
    person.fills("Save", &fields).await
}

/// What a gateway would be told now.
fn status(story: &Story, key_id: &str, secret: &str, from: [u8; 4]) -> u16 {
    use base64::Engine as _;
    let basic = base64::prelude::BASE64_STANDARD.encode(format!("{key_id}:{secret}"));
    let mut headers = HeaderMap::new();
    headers.insert("authorization", HeaderValue::from_str(&format!("Basic {basic}")).expect("a header"));
    whoami(&story.app.desk, &headers, Caller::at(from.into()), &story.app.tally).status().as_u16()
}

#[tokio::test]
async fn an_owner_limits_a_key_and_the_next_request_meets_the_limit() {
    let story = Story::begins().await;
    let mut owner = story.member("owner").await;
    let (path, key_id, secret) = with_key(&mut owner).await;
    assert_eq!(status(&story, &key_id, &secret, [203, 0, 113, 7]), 200);
    insta::assert_snapshot!("limits_none", owner.opens(&path).await.shown());

    let saved = saves(&mut owner, "2", " 3 ", "203.0.113.0/24\r\n\r\n2001:DB8::/32\r\n").await;
    insta::assert_snapshot!("limits_saved", saved.shown());
    assert_eq!(status(&story, &key_id, &secret, [198, 51, 100, 1]), 403);
    let asked: Vec<u16> = (0..3).map(|_| status(&story, &key_id, &secret, [203, 0, 113, 7])).collect();
    assert_eq!(asked, [200, 200, 429]);
    story.passes(super::seconds(2));
    story.app.engine.catch_up(story.app.clock.uptime()).await.expect("readable");
    let asked: Vec<u16> = (0..2).map(|_| status(&story, &key_id, &secret, [203, 0, 113, 7])).collect();
    assert_eq!(asked, [200, 429], "the day's three are used up");
    let page = owner.opens(&path).await;
    assert!(page.says("3 requests since midnight UTC") && page.says("203.0.113.7"), "{}", page.shown());

    let refused = owner.opens("/test/refusals").await;
    for words in [
        "An address that is not allowed",
        "The day’s requests were used up",
        "Too many requests in one second",
    ] {
        assert!(refused.says(words), "{words}: {}", refused.shown());
    }
}

#[tokio::test]
async fn what_is_wrong_is_named_and_nothing_that_was_typed_is_lost() {
    let story = Story::begins().await;
    let mut owner = story.member("owner").await;
    let (path, ..) = with_key(&mut owner).await;
    let before = story.changes().await;
    for (per_second, per_day, addresses, said) in [
        ("0", "5", "192.0.2.1", "Enter a whole number from 1 to 1000000"),
        ("ten", "5", "192.0.2.1", "Enter a whole number from 1 to 1000000"),
        ("-1", "5", "192.0.2.1", "Enter a whole number from 1 to 1000000"),
        ("1", "99999999999999999999999", "192.0.2.1", "Enter a whole number from 1 to 86400000000"),
        ("1", "5", "192.0.2.1\r\nmy office", "Line 2 is no address and no network."),
        ("1", "5", "192.0.2.7/24", "Write 192.0.2.0/24 for the whole network"),
    ] {
        owner.opens(&path).await;
        let page = saves(&mut owner, per_second, per_day, addresses).await;
        assert_eq!(page.status, 422);
        assert!(page.says(said) && page.says("Nothing was saved."), "{said}: {}", page.shown());
        for typed in [per_second, per_day] {
            assert!(page.html.contains(&format!("value=\"{typed}\"")), "{typed}");
        }
        let lines = addresses.replace("\r\n", "\n");
        assert!(page.html.replace("\r\n", "\n").contains(&format!(">{lines}</textarea>")), "{addresses}");
    }
    let many: String = (0..65).map(|n| format!("10.0.{n}.0/24\r\n")).collect();
    owner.opens(&path).await;
    assert!(saves(&mut owner, "", "", &many).await.says("Enter at most 64 addresses"));
    assert_eq!(story.changes().await, before);
}

#[tokio::test]
async fn a_member_without_a_code_at_login_is_asked_for_one_and_loses_nothing_when_it_is_over() {
    let story = Story::begins().await;
    let (path, ..) = with_key(&mut story.member("owner").await).await;
    let mut admin = story.member("admin").await;
    let shown = admin.opens(&path).await;
    assert!(shown.offers("Change limits") && !shown.offers("Save"), "{}", shown.shown());
    let unproved = admin.sends("POST", &path, "requests_per_second=5&requests_per_day=7".to_owned()).await;
    assert_eq!(unproved.status, 403);
    assert!(unproved.says("Get a one-time password in a new tab"), "{}", unproved.shown());
    assert!(unproved.html.contains("value=\"7\""), "what was typed is still there");

    let number = unproved.html.split(&format!("{path}/change")).count();
    assert_eq!(number, 2, "one way to the code");
    admin.opens(&path).await;
    let asked = admin.presses("Change limits").await;
    assert!(asked.says("to change the limits of your Test key Default"), "{}", asked.shown());
    let password = story.login_of("admin").password.clone();
    let mobile = [("mobile", "+91 98765 00011"), ("password", password.as_str())];
    admin.fills("Send OTP", &mobile).await;
    let code = story.code().await;
    let form = admin.fills("Verify", &[("otp", &code)]).await;
    assert!(form.path == path && form.offers("Save"), "{}", form.shown());
    let saved = saves(&mut admin, "5", "", "").await;
    assert!(saved.status == 200 && saved.says("The limits were saved."), "{}", saved.shown());
    assert!(!saved.offers("Save"), "a code is for one change");
}

#[tokio::test]
async fn of_two_who_change_limits_the_second_sees_who_was_first_and_both_values() {
    let story = Story::begins().await;
    let mut owner = story.member("owner").await;
    let (path, ..) = with_key(&mut owner).await;
    owner.opens(&path).await;
    let mut window = owner.window();
    saves(&mut owner, "5", "", "").await;
    let raced = saves(&mut window, "8", "", "").await;
    assert_eq!(raced.status, 409);
    assert!(raced.says("changed the limits on") && raced.html.contains("value=\"8\""), "{}", raced.shown());
    assert!(raced.says("Requests per second\n5"), "what holds now stands above: {}", raced.shown());
    let saved = saves(&mut window, "8", "", "").await;
    assert!(saved.status == 200 && saved.says("Requests per second\n8"), "{}", saved.shown());
}

#[tokio::test]
async fn a_role_that_sees_no_keys_sees_no_limits() {
    let story = Story::begins().await;
    let (path, ..) = with_key(&mut story.member("owner").await).await;
    let before = story.changes().await;
    for role in ["manager", "view-only"] {
        let mut person = story.member(role).await;
        assert!(super::walk::is_denied(&person.opens(&path).await));
        let sent = person.sends("POST", &path, "requests_per_day=7".to_owned()).await;
        assert!(super::walk::is_denied(&sent), "{}", sent.shown());
    }
    assert!(story.changes().await <= before + 4, "logins alone");
}
