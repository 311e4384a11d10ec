//! Repeats with an idempotency key: done once, answered as often as asked.

use super::Story;

const KEY: (&str, &str) = ("idempotency-key", "5f1d7c1e-8a0b-4f7e-9d53");

#[tokio::test]
async fn a_repeated_generate_gets_the_same_secret_for_ten_minutes() {
    let mut story = Story::begins().await;
    let account = story.account("Repeat").await;
    let line = format!("POST /accounts/{account}/keys");
    let body = r#"{"mode":"test"}"#;
    story.says_with(&line, body, &[KEY]).await;
    story.says_with(&line, body, &[KEY]).await;
    story.says_with(&line, r#"{"mode":"test","name":"Other"}"#, &[KEY]).await;
    story.says_with(&line, body, &[("idempotency-key", "1")]).await;
    story.says_with(&line, body, &[KEY, ("idempotency-key", "5f1d7c1e-8a0b-4f7e-9d54")]).await;
    story.remarks("Ten minutes later the secret is gone.");
    story.clock.advance(domain::MINUTE.times(10));
    story.says_with(&line, body, &[KEY]).await;
    insta::assert_snapshot!(story.told);
}

#[tokio::test]
async fn a_repeated_regenerate_replaces_only_once() {
    let mut story = Story::begins().await;
    let account = story.account("Repeat").await;
    let (key, _) = story.test_key(&account).await;
    let line = format!("POST /accounts/{account}/keys/{key}/regenerate");
    let body = r#"{"deactivate_old":"in_24_hours"}"#;
    let first = story.says_with(&line, body, &[KEY]).await;
    let again = story.says_with(&line, body, &[KEY]).await;
    assert_eq!((first.status, first.json), (again.status, again.json));
    let keys = story.quietly(&format!("GET /accounts/{account}/keys"), "").await;
    assert_eq!(keys.json["items"][0]["pairs"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_repeated_opening_opens_one_account() {
    let mut story = Story::begins().await;
    let body = r#"{"org":"razorpay","country":"MY","name":"Once","owner":{"name":"Mei","email":"mei@once.example"}}"#;
    story.says_with("POST /accounts", body, &[KEY]).await;
    story.says_with("POST /accounts", body, &[KEY]).await;
    story.remarks("Without the key it is somebody else with the same address.");
    story.says("POST /accounts", body).await;
    insta::assert_snapshot!(story.told);
}
