//! How often keys are used: what an owner sees of each pair, and the warning while a retiring one is still used.

use base64::Engine as _;

use super::page::Page;
use super::person::Person;
use super::{Story, minutes, seconds};

/// Uses a pair from somewhere, and writes the use down as the loop does.
async fn uses(story: &Story, (key_id, secret): &(String, String), times: usize) {
    let app = &story.app;
    app.engine.catch_up(app.clock.uptime()).await.expect("the feed is readable");
    let mut program = story.somebody();
    let basic = base64::prelude::BASE64_STANDARD.encode(format!("{key_id}:{secret}"));
    program.adds.push(("authorization", format!("Basic {basic}")));
    for _ in 0..times {
        let answer = program.asks("GET", "/v1/whoami", "").await;
        assert_eq!(answer.status, 200, "{}", answer.html);
    }
    app.engine.flush_usage_once().await.expect("written");
}

fn shown_once(page: &Page) -> (String, String) {
    (page.test_id("key-id"), page.test_id("key-secret"))
}

/// A first test key.
async fn generated(owner: &mut Person<'_>) -> (String, String) {
    owner.opens("/test/keys").await;
    shown_once(&owner.presses("Generate Key").await)
}

#[tokio::test]
async fn an_owner_sees_each_pair_in_a_chart_and_the_same_numbers_in_a_table() {
    let story = Story::begins().await;
    let mut owner = story.member("owner").await;
    let old = generated(&mut owner).await;
    owner.opens("/test/keys").await;
    insta::assert_snapshot!("usage_none", owner.page().shown());
    uses(&story, &old, 3).await;
    story.passes(minutes(2));
    owner.wants_a_new_key("test").await;
    let new = shown_once(&owner.fills("Regenerate Key", &[("deactivate_old", "in_24_hours")]).await);
    story.passes(seconds(61));
    uses(&story, &new, 2).await;
    uses(&story, &old, 1).await;
    story.passes(minutes(7));

    owner.opens("/test/keys?usage=hour").await;
    insta::assert_snapshot!("usage_hour", owner.page().shown());
    assert_eq!(owner.page().html.matches("<rect ").count(), 3, "a bar for each minute that had any");
    for (span, told) in [("day", "in half an hour"), ("month", "in 24 hours"), ("week", "in half an hour")] {
        let page = owner.opens(&format!("/test/keys?usage={span}")).await;
        let (both, one) = (format!("4 requests, at most 4 {told}"), format!("2 requests, at most 2 {told}"));
        assert!(page.says(&both) && page.says(&one), "{span}: {}", page.shown());
    }
    let page = owner.opens("/live/keys?usage=hour").await;
    assert!(!page.says(&old.0) && !page.says(&new.0), "nothing crosses modes");
    let mut stranger = story.somebody();
    stranger.logs_in(story.newcomer()).await;
    assert!(!stranger.opens("/test/keys?usage=hour").await.says(&old.0), "nor accounts");
}

#[tokio::test]
async fn a_retiring_pair_is_warned_of_only_when_it_was_used_after_it_was_replaced() {
    let story = Story::begins().await;
    let mut owner = story.member("owner").await;
    let old = generated(&mut owner).await;
    uses(&story, &old, 1).await;
    story.passes(minutes(2));
    owner.wants_a_new_key("test").await;
    let new = shown_once(&owner.fills("Regenerate Key", &[("deactivate_old", "in_24_hours")]).await);
    let warns = |page: &Page| page.says("A retiring pair is still being used");
    story.passes(minutes(1));
    uses(&story, &new, 5).await;
    assert!(!warns(&owner.opens("/test/keys").await), "it was used before, and only the new one since");
    uses(&story, &old, 1).await;
    story.passes(minutes(3));
    let page = owner.opens("/test/keys").await;
    let told = format!(
        "{} works until 24 Nov 2026, 11:32 am IST (in 23 h 56 min). The last request with it came 3 min ago from \
         203.0.113.9.",
        old.0
    );
    assert!(warns(&page) && page.says(&told), "{}", page.shown());
    story.passes(minutes(24 * 60));
    let mut owner = story.member("owner").await;
    assert!(!warns(&owner.opens("/test/keys").await), "it has ended");
}
