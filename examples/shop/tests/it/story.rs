//! A key works, ends, and the server goes away.

use domain::{GenerateRequest, Mode, SECOND};
use keystead_verify::follow::Trouble;
use server::clock::Clock as _;
use server::random::{RandomSource, SeededRandom};
use server::start::start;

use crate::world::{Held, Story, copied, opened, within};

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_verifies_by_itself_from_the_first_key_to_the_last_second_of_its_allowance() {
    let mut story = Story::begins().await;
    within(story.follower.loaded()).await;
    let (first, second) = (story.generates("First").await, story.generates("Second").await);
    story.catches_up().await;

    let (status, body) = story.asks("POST", "/orders", Some((first.key_id.as_str(), &first.secret))).await;
    assert_eq!((status, body.contains(story.account.as_str())), (201, true), "{body}");
    assert_eq!(story.orders_with(&second).await, 201);
    let (status, body) = story.asks("POST", "/orders", Some((first.key_id.as_str(), &second.secret))).await;
    assert_eq!(status, 401);
    assert_eq!(body, r#"{"error":{"code":"BAD_REQUEST_ERROR","description":"Authentication failed"}}"#);
    let (status, body) = story.asks("POST", "/orders", None).await;
    assert!(status == 401 && body.contains("Please provide your api key"), "{body}");
    assert_eq!(story.asks("GET", "/healthz", None).await.0, 200, "health asks for no key");

    story.deactivates(&first).await;
    story.catches_up().await;
    assert_eq!((story.orders_with(&first).await, story.orders_with(&second).await), (401, 201));

    // The server goes away: nothing new is heard, what is known counts for the allowance.
    let server = story.server.take().expect("it runs");
    server.stop().await;
    story.hears_of(|trouble| matches!(trouble, Trouble::Unreachable(_))).await;
    story.clock.advance(SECOND.times(309));
    assert_eq!((story.orders_with(&first).await, story.orders_with(&second).await), (401, 201));
    story.clock.advance(SECOND);
    assert_eq!(
        (story.orders_with(&first).await, story.orders_with(&second).await),
        (503, 503),
        "never a 401"
    );
    let (status, health) = story.asks("GET", "/healthz", None).await;
    assert!(status == 503 && health.contains("cannot be reached"), "{health}");
    let (_, metrics) = story.asks("GET", "/metrics", None).await;
    assert!(metrics.contains("keystead_follower_ready 0\n") && !metrics.contains("rzp_"), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_whose_token_was_revoked_goes_on_for_its_allowance_and_then_cannot_say() {
    let story = Story::begins().await;
    let held = story.generates("First").await;
    within(story.follower.loaded()).await;
    story.catches_up().await;
    let app = story.server().app();
    app.engine.revoke_follower(&story.operator, "shop", app.now()).await.expect("revoked");
    // The question that waits already is answered once more when something happens; the next one is refused.
    story.generates("Second").await;
    story.hears_of(|trouble| *trouble == Trouble::TokenRefused).await;
    story.clock.advance(SECOND.times(309));
    assert_eq!(story.orders_with(&held).await, 201);
    story.clock.advance(SECOND);
    assert_eq!(story.orders_with(&held).await, 503);
    story.server.expect("it runs").stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_notices_that_the_database_was_restored_and_went_another_way_to_the_same_position() {
    let mut story = Story::begins().await;
    let (data, backup) = (story.folder.path().join("data"), story.folder.path().join("backup"));
    let kept = story.generates("Kept").await;
    story.catches_up().await;
    let port = story.server().public().expect("it has a dashboard").port();
    story.server.take().expect("it runs").stop().await;
    copied(&data, &backup);

    let (engine, options) = opened(&data, story.clock.clone(), port, 8).await;
    story.server = Some(start(engine, options, |_, _| ()).await.expect("a server"));
    let lost = story.generates("Lost").await;
    story.catches_up().await;
    assert_eq!((story.orders_with(&kept).await, story.orders_with(&lost).await), (201, 201));
    let position = story.follower.status().position;
    story.server.take().expect("it runs").stop().await;

    // Restored, and changed again before anybody follows it: as many changes, but other ones.
    std::fs::remove_dir_all(&data).expect("it is there");
    copied(&backup, &data);
    let (engine, options) = opened(&data, story.clock.clone(), port, 9).await;
    engine.load(story.clock.uptime(), |_, _| ()).await.expect("a whole database");
    let request = GenerateRequest { mode: Mode::Test, name: Some("Other".to_owned()), expires_at: None };
    let (operator, account, now) = (&story.operator, &story.account, story.clock.now());
    let rng = &mut *SeededRandom::new(10).source();
    let other =
        engine.generate_by_operator(operator, account, &request, None, now, rng).await.expect("a key");
    assert_eq!(Some(engine.index().position()), position, "the same position");
    let other = Held { key_id: other.key_id, secret: other.secret.reveal().to_owned() };
    story.server = Some(start(engine, options, |_, _| ()).await.expect("a server"));
    within(async { while story.orders_with(&lost).await == 201 || story.orders_with(&kept).await == 503 {} })
        .await;
    let said =
        (story.orders_with(&kept).await, story.orders_with(&lost).await, story.orders_with(&other).await);
    assert_eq!(said, (201, 401, 201), "what this database says");
    story.server.take().expect("it runs").stop().await;
}
