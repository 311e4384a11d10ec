//! What bad input gets: a status, a stable code, and a sentence that says what to do.

use axum::response::IntoResponse;
use engine::EngineError;
use store::StoreError;

use super::{SHOWN, Story};
use crate::api::problem::Problem;

#[tokio::test]
async fn every_mistake_in_a_request_gets_its_own_answer() {
    let mut story = Story::begins().await;
    let account = story.account("Mistakes").await;
    let (key, key_id) = story.test_key(&account).await;
    let keys = format!("POST /accounts/{account}/keys");
    let regenerate = format!("POST /accounts/{account}/keys/{key}/regenerate");

    story.remarks("Names and shapes");
    story.says(&keys, r#"{"mode":"test","nmae":"Billing"}"#).await;
    story.says(&keys, r#"{"mode":"test","zzz":1}"#).await;
    story.says(&format!("POST /accounts/{account}/activate"), r#"{"force":true}"#).await;
    story.says(&keys, r#"{"name":"Billing"}"#).await;
    story.says(&keys, r#"{"mode":"prod"}"#).await;
    story.says(&keys, r#"{"mode":"test","name":7}"#).await;
    story.says(&keys, r#"["test"]"#).await;
    story.says(&keys, "{\"mode\":\"test\",\n  \"name\": Billing}").await;
    story.says(&keys, r#"{"mode":"test""#).await;
    story.says(&keys, r#"{"mode":"test","mode":"live"}"#).await;
    let token = format!("Bearer {}", story.token);
    let form = [("authorization", token.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    story.sends(&keys, "mode=test", &form, " [form]").await;
    story.says(&keys, &format!(r#"{{"mode":"test","name":"{}"}}"#, "x".repeat(16 * 1024))).await;

    story.remarks("Values");
    story.says(&keys, r#"{"mode":"test","name":""}"#).await;
    story.says(&keys, r#"{"mode":"test","name":"New","expires_at":"tomorrow"}"#).await;
    story.says(&keys, r#"{"mode":"test","name":"New","expires_at":"2026-11-23T06:00:00Z"}"#).await;
    story.says(&regenerate, r#"{"deactivate_old":"later"}"#).await;
    story.says(&regenerate, r#"{"deactivate_old":"now","expected_current":"key"}"#).await;
    story.says(&format!("POST /accounts/{account}/website"), r#"{"url":"shop"}"#).await;
    story.says(&format!("POST /accounts/{account}/website/verify"), "").await;
    story
        .says(
            "POST /accounts",
            r#"{"org":"razorpay","country":"SG","name":"A","owner":{"name":"A","email":"a@a.example"}}"#,
        )
        .await;
    story
        .says(
            "POST /accounts",
            r#"{"org":"razorpay","country":"IN","name":"A","owner":{"name":"A","email":"nobody"}}"#,
        )
        .await;
    story
        .says("POST /accounts", r#"{"org":"razorpay","country":"IN","name":"A","owner":{"name":"A","email":"a@a.example","mobile":"12"}}"#)
        .await;

    story.remarks("What is true already");
    story.says(&keys, r#"{"mode":"test"}"#).await;

    story.remarks("Addresses");
    story.says(&format!("GET /accounts/{account}/keys?key={key_id}"), "").await;
    story.says(&format!("GET /accounts/{account}/keys?mod=live"), "").await;
    story.says(&format!("GET /accounts/{account}/keys?mode=prod"), "").await;
    story.says("GET /accounts?limit=0", "").await;
    story.says("GET /accounts?limit=many", "").await;
    story.says("GET /accounts?after=zzz", "").await;
    story.says("GET /audit?after=-1", "").await;
    story.says("GET /nodes?key_secret=abc", "").await;
    story.says(&format!("{regenerate}?wait=all"), r#"{"deactivate_old":"now"}"#).await;
    story.says("GET /acounts", "").await;
    story.says("DELETE /accounts", "").await;
    story.says(&format!("GET /accounts/{account}/keys/{key}/regenerate"), "").await;
    insta::assert_snapshot!(story.told);
}

#[tokio::test]
async fn without_the_operators_token_nothing_is_said() {
    let mut story = Story::begins().await;
    let account = story.account("Closed").await;
    let wrong = "Bearer ".to_owned() + &"A".repeat(43);
    let right = format!("Bearer {}", story.token);
    let basic = "Basic cnpwX3Rlc3Q6YWJj".to_owned();
    for (what, headers) in [
        ("no token", vec![]),
        ("a token nobody has", vec![wrong.as_str()]),
        ("not a token at all", vec!["Bearer x"]),
        ("an API key", vec![basic.as_str()]),
        ("two tokens", vec![right.as_str(), wrong.as_str()]),
    ] {
        let headers: Vec<_> = headers.into_iter().map(|value| ("authorization", value)).collect();
        let shown = format!(" [{what}]");
        story.sends(&format!("GET /accounts/{account}"), "", &headers, &shown).await;
    }
    insta::assert_snapshot!(story.told);
}

#[tokio::test]
async fn somebody_elses_things_look_like_unknown_ones() {
    let mut story = Story::begins().await;
    let (mine, theirs) = (story.account("Mine").await, story.account("Theirs").await);
    let (key, key_id) = story.test_key(&theirs).await;
    let now = r#"{"deactivate_old":"now"}"#;
    for (theirs, unknown, body) in [
        (
            format!("POST /accounts/{mine}/keys/{key}/regenerate"),
            format!("POST /accounts/{mine}/keys/key_00000000000000/regenerate"),
            now,
        ),
        (
            format!("POST /accounts/{mine}/pairs/{key_id}/deactivate"),
            format!("POST /accounts/{mine}/pairs/rzp_test_00000000000000/deactivate"),
            "",
        ),
        (format!("GET /accounts/{mine}x"), "GET /accounts/acc_00000000000000".to_owned(), ""),
        (format!("GET /accounts/{key}/keys"), "GET /accounts/acc_00000000000000/keys".to_owned(), ""),
        (
            format!("POST /accounts/{mine}/members/{mine}/unlock"),
            format!("POST /accounts/{mine}/members/usr_00000000000000/unlock"),
            "",
        ),
    ] {
        let (one, other) = (story.says(&theirs, body).await, story.says(&unknown, body).await);
        assert_eq!((one.status, one.json), (404, other.json), "{theirs}");
    }
    let untouched = story.quietly(&format!("GET /pairs/{key_id}"), "").await;
    assert_eq!(untouched.text("state"), "current");
}

#[test]
fn a_failing_store_is_told_without_its_inside() {
    let mut told = String::new();
    for error in [
        StoreError::Conflict.into(),
        StoreError::Full.into(),
        StoreError::Broken("disk I/O error at page 17".to_owned()).into(),
        StoreError::Unreachable("db1:5432: connection refused".to_owned()).into(),
        StoreError::Quarantined.into(),
        StoreError::Unknown.into(),
        EngineError::Unwritten("/data/revocations.journal: no space".to_owned()),
        StoreError::Damaged("a pair in state \"new\"".to_owned()).into(),
        EngineError::Contended,
        EngineError::Busy,
        EngineError::UnknownBrand(domain::BrandId::new("gone", "IN").expect("a brand")),
    ] {
        let problem = Problem::from(error);
        told += &format!("{} {}\n", problem.code().row().code, problem.sentence());
        let response = problem.into_response();
        told += response.status().as_str();
        for name in SHOWN {
            if let Some(value) = response.headers().get(name) {
                told += &format!(" [{name}: {}]", value.to_str().expect("text"));
            }
        }
        told += "\n";
    }
    assert!(!told.contains("db1"), "{told}");
    assert!(!told.contains("page 17") && !told.contains("\"new\""), "{told}");
    insta::assert_snapshot!(told);
}
