//! Repeats with an idempotency key: done once, answered as often as asked.

use std::collections::BTreeSet;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use tower::ServiceExt;

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
    story.remarks("Without the key it is another account of the same person.");
    story.says("POST /accounts", body).await;
    insta::assert_snapshot!(story.told);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_identical_requests_at_once_one_is_done_and_all_get_its_answer() {
    let mut story = Story::begins().await;
    let account = story.account("Burst").await;
    let generate = (format!("/accounts/{account}/keys"), r#"{"mode":"test"}"#.to_owned());
    let first = at_once(&story, &generate, "aaaaaaaaaaaaaaaaaaaa").await;
    let first: serde_json::Value = serde_json::from_str(&first).expect("JSON");
    let (key, key_id) = (first["key"].as_str().expect("a key"), first["key_id"].as_str().expect("a key id"));
    let regenerate = format!("/accounts/{account}/keys/{key}/regenerate");
    for (n, old) in ["in_24_hours", "now"].into_iter().enumerate() {
        let body = match old {
            "now" => r#"{"deactivate_old":"now"}"#.to_owned(),
            old => format!(r#"{{"deactivate_old":"{old}","expected_current":"{key_id}"}}"#),
        };
        at_once(&story, &(regenerate.clone(), body), &format!("bbbbbbbbbbbbbbbbbbb{n}")).await;
    }
    let keys = story.quietly(&format!("GET /accounts/{account}/keys"), "").await;
    assert_eq!(keys.json["items"][0]["pairs"].as_array().map(Vec::len), Some(3));
}

/// Sends one request thirty times at once and returns the one answer that all of them got.
async fn at_once(story: &Story, (path, body): &(String, String), key: &str) -> String {
    let sent: Vec<_> = (0..30)
        .map(|_| {
            let request = Request::post(format!("/api/v1{path}"))
                .header("host", "any.example")
                .header("authorization", format!("Bearer {}", story.token))
                .header("content-type", "application/json")
                .header("idempotency-key", key)
                .body(Body::from(body.clone()))
                .expect("a request");
            tokio::spawn(story.router.clone().oneshot(request))
        })
        .collect();
    let (mut answers, mut done) = (BTreeSet::new(), 0);
    for answer in sent {
        let answer = answer.await.expect("no panic").expect("a router answers");
        assert_eq!(answer.status(), 201);
        done += u32::from(!answer.headers().contains_key("idempotent-replayed"));
        let bytes = to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
        answers.insert(String::from_utf8(bytes.to_vec()).expect("JSON is UTF-8"));
    }
    assert_eq!((done, answers.len()), (1, 1), "{answers:?}");
    answers.pop_first().expect("one was counted")
}
