//! "Why was I refused?": the true reason for those who may see keys, nothing for anybody else, and a flood that changes
//! neither.

use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;

use super::person::Person;
use super::{Story, minutes, seconds};
use crate::gateway::{Caller, whoami};

/// A program with a pair, somewhere on the network.
fn program<'a>(story: &'a Story, agent: &str) -> Person<'a> {
    let mut program = story.somebody();
    program.adds.push(("user-agent", agent.to_owned()));
    program
}

fn basic(text: &str) -> String {
    format!("Basic {}", base64::prelude::BASE64_STANDARD.encode(text))
}

/// Sends a request with these credentials and sees that it is told nothing.
async fn is_refused(story: &Story, program: &Person<'_>, credentials: &str) {
    // As the loop does: a process that has not heard from the store for long may not vouch for anything.
    story.app.engine.catch_up(story.app.clock.uptime()).await.expect("the feed is readable");
    let mut caller = program.window();
    caller.adds = program.adds.clone();
    caller.adds.push(("authorization", credentials.to_owned()));
    let answer = caller.asks("GET", "/v1/whoami", "").await;
    let told = r#"{"error":{"code":"BAD_REQUEST_ERROR","description":"Authentication failed"}}"#;
    assert_eq!((answer.status.as_u16(), answer.html.as_str()), (401, told));
}

/// From anywhere to a test key that was regenerated a while ago: the old and the new pair, with their secrets.
async fn replaced(owner: &mut Person<'_>) -> [(String, String); 2] {
    let pair = |page: &super::page::Page| (page.test_id("key-id"), page.test_id("key-secret"));
    owner.opens("/test/keys").await;
    let old = pair(&owner.presses("Generate Key").await);
    owner.wants_a_new_key("test").await;
    let new = pair(&owner.fills("Regenerate Key", &[("deactivate_old", "now")]).await);
    [old, new]
}

#[tokio::test]
async fn the_owner_learns_why_how_often_and_from_where() {
    let story = Story::begins().await;
    let mut owner = story.member("owner").await;
    let [(old, old_secret), (new, new_secret)] = replaced(&mut owner).await;
    story.passes(minutes(25));
    owner.opens("/test/refusals").await;
    insta::assert_snapshot!("refusals_none", owner.page().shown());

    let shop = program(&story, "shop/1.0");
    for _ in 0..3 {
        is_refused(&story, &shop, &basic(&format!("{old}:{old_secret}"))).await;
        story.passes(seconds(61));
    }
    let curl = program(&story, "curl/8.5 <b>");
    is_refused(&story, &curl, &basic(&format!("{new}:{new_secret}\n"))).await;
    is_refused(&story, &curl, &basic(&format!("{new} :{new_secret}"))).await;
    is_refused(&story, &curl, &basic(&format!("{new}:{old_secret}"))).await;
    is_refused(&story, &curl, &format!("Bearer {new}:{new_secret}")).await;
    is_refused(&story, &curl, &basic(&format!("{new_secret}:{new}"))).await;

    owner.opens("/test/keys").await;
    insta::assert_snapshot!("refusals_on_api_keys", owner.page().shown());
    owner.opens("/test/refusals").await;
    insta::assert_snapshot!("refusals_all", owner.page().shown());
    assert!(!owner.page().html.contains("<b>"), "what a stranger calls itself is no markup");

    owner.opens("/live/refusals").await;
    assert!(!owner.page().says(&old) && !owner.page().says(&new), "nothing crosses modes");
}

#[tokio::test]
async fn a_pair_that_ended_is_warned_of_as_long_as_somebody_uses_it() {
    let story = Story::begins().await;
    let mut owner = story.member("owner").await;
    let [(old, old_secret), (_, new_secret)] = replaced(&mut owner).await;
    let warns = |page: &super::page::Page| page.says("An ended pair is still being used");
    assert!(!warns(&owner.opens("/test/keys").await));
    is_refused(&story, &program(&story, "shop/1.0"), &basic(&format!("{old}:{new_secret}"))).await;
    assert!(!warns(&owner.opens("/test/keys").await), "a guess is no use");
    is_refused(&story, &program(&story, "shop/1.0"), &basic(&format!("{old}:{old_secret}"))).await;
    let page = owner.opens("/test/keys").await;
    let told = format!(
        "{old} ended less than a minute ago and is still used: 1 request in the last hour, the last less than a minute ago from 203.0.113.9, \
         calling itself shop/1.0."
    );
    assert!(page.says(&told), "{}", page.shown());
    for (hours, told) in [(2, "1 request in the last 24 hours"), (25, "")] {
        story.passes(minutes(60 * hours));
        story.passes(seconds(31));
        let page = {
            owner = story.member("owner").await;
            owner.opens("/test/keys").await
        };
        assert_eq!(warns(&page), !told.is_empty(), "{hours} hours later");
        assert!(page.says(told), "{}", page.shown());
    }
}

#[tokio::test]
async fn one_keys_refusals_are_shown_alone_and_only_to_its_own_account() {
    let story = Story::begins().await;
    let mut owner = story.member("owner").await;
    let [(old, old_secret), _] = replaced(&mut owner).await;
    is_refused(&story, &program(&story, "shop/1.0"), &basic(&format!("{old}:{old_secret}"))).await;
    owner.opens("/test/keys").await;
    let key = owner.page().form("Regenerate Key").action;
    let path = key.replace("/regenerate", "/refusals");
    assert!(owner.opens(&path).await.says(&old));
    let elsewhere = owner.asks("GET", &path.replace("/test/", "/live/"), "").await;
    assert_eq!(elsewhere.status, 404, "a test key is not in live mode");

    let mut stranger = story.somebody();
    stranger.logs_in(story.newcomer()).await;
    assert!(!stranger.opens("/test/refusals").await.says(&old));
    let foreign = stranger.asks("GET", &path, "").await;
    let unknown = stranger.asks("GET", "/test/keys/key_00000000000000/refusals", "").await;
    assert_eq!((foreign.status.as_u16(), foreign.shown().replace(&path, "")), {
        let shown = unknown.shown().replace("/test/keys/key_00000000000000/refusals", "");
        (404, shown)
    });
}

// TM-24
#[tokio::test]
async fn a_stranger_cannot_say_that_it_is_somebody_else() {
    let story = Story::begins().await;
    let mut owner = story.member("owner").await;
    let [(old, old_secret), _] = replaced(&mut owner).await;
    let mut liar = program(&story, "shop/1.0");
    liar.adds.push(("x-real-ip", "198.51.100.1".to_owned()));
    liar.adds.push(("x-forwarded-for", "198.51.100.2".to_owned()));
    is_refused(&story, &liar, &basic(&format!("{old}:{old_secret}"))).await;
    let page = owner.opens("/test/refusals").await;
    assert!(page.says("203.0.113.9") && !page.says("198.51.100"), "{}", page.shown());
}

#[tokio::test]
async fn a_hundred_thousand_refusals_against_one_key_change_nothing_for_its_owner() {
    let story = Story::begins().await;
    let mut owner = story.member("owner").await;
    let [(old, old_secret), (new, new_secret)] = replaced(&mut owner).await;
    let app = &story.app;
    let asks = |credentials: &str, agent: &str| {
        let mut headers = HeaderMap::new();
        let header = |text: &str| HeaderValue::from_str(text).expect("a header");
        headers.insert("authorization", header(&basic(credentials)));
        headers.insert("user-agent", header(agent));
        whoami(&app.desk, &headers, Caller::at([192, 0, 2, 7].into()), &app.tally).status().as_u16()
    };
    is_refused(&story, &program(&story, "shop/1.0"), &basic(&format!("{old}:{old_secret}"))).await;
    let calm = owner.opens("/test/refusals").await.html.len();
    for n in 0..100_000 {
        // Without a digest each, so that this takes seconds: what is measured is what remembering takes.
        assert_eq!(asks(&format!("{new}:{new_secret} "), &format!("bot/{n}")), 401);
        if n % 10_000 == 0 {
            assert_eq!(asks(&format!("{new}:{new_secret}"), "shop/1.0"), 200, "the key itself works");
            app.engine.flush_refusals_once(&app.refusals, app.now()).await.expect("written");
        }
    }
    let page = owner.opens("/test/refusals").await;
    assert!(page.says("100000 times; 100000 in the last hour"), "{}", page.shown());
    assert!(page.says(&old), "what else was refused is still there");
    assert!(page.html.len() < calm + 8_000, "{} after {calm}", page.html.len());
    assert_eq!(app.refusals.len(), 2);
    app.engine.flush_refusals_once(&app.refusals, app.now()).await.expect("written");
    let rows = app.engine.store().refusals(domain::Timestamp::from_millis(0)).await.expect("readable");
    assert_eq!(rows.len(), 2);
}
