//! `/v1/verify`

use keystead_server::config::Errors;
use keystead_server::gateway::GatewaySettings;
use serde_json::{Value, json};

use crate::http::{Answer, ask, post};
use crate::site::{ENDED, EXPIRING, LIVE, OTHER_SECRET, SECRET, Site, TEST, UNKNOWN};

fn verify(site: &Site, question: &Value) -> Answer {
    post(site.address, "/v1/verify", &question.to_string())
}

#[test]
fn a_trusted_caller_learns_the_reason() {
    let site = Site::open();
    let one = |key_id: &str, secret: &str, mode: Value| {
        let mut question = json!({"key_id": key_id, "key_secret": secret});
        if !mode.is_null() {
            question["mode"] = mode;
        }
        verify(&site, &question).body
    };
    insta::assert_snapshot!(one(LIVE, SECRET, Value::Null), @r#"{"granted":true,"key_id":"rzp_live_00000000000002","mode":"live","account_id":"acc_00000000000001","brand":"razorpay/IN","state":"current","created_at":"2027-01-15T07:59:55.000Z","expires_at":null}"#);
    for (key_id, secret, mode, code) in [
        (UNKNOWN, SECRET, Value::Null, "unknown_key"),
        (LIVE, OTHER_SECRET, Value::Null, "wrong_secret"),
        (ENDED, SECRET, Value::Null, "ended"),
        (TEST, SECRET, json!("live"), "wrong_mode"),
        (TEST, "has a blank", Value::Null, "malformed"),
        ("nobody", SECRET, Value::Null, "malformed"),
    ] {
        assert_eq!(one(key_id, secret, mode), format!(r#"{{"granted":false,"code":"{code}"}}"#));
    }
    site.index.lease().renew(verify::Uptime::default(), i64::MAX);
    site.clock.advance(domain::DAY);
    assert_eq!(one(EXPIRING, SECRET, Value::Null), r#"{"granted":false,"code":"expired"}"#);
}

#[test]
fn an_array_is_answered_in_order() {
    let site = Site::open();
    let question = json!([
        {"key_id": UNKNOWN, "key_secret": SECRET},
        {"key_id": LIVE, "key_secret": SECRET, "mode": "live"},
        {"key_id": LIVE, "key_secret": OTHER_SECRET},
    ]);
    let told = verify(&site, &question).json();
    let codes: Vec<_> = told.as_array().expect("an array").iter().map(|one| &one["code"]).collect();
    assert_eq!(codes, [&json!("unknown_key"), &Value::Null, &json!("wrong_secret")]);
    assert_eq!(told[1]["granted"], true);
    assert_eq!(verify(&site, &json!([])).body, "[]");
    assert_eq!(
        verify(&site, &json!([question[1]])).json()[0]["granted"],
        true,
        "one in an array is an array"
    );
}

#[test]
fn a_hundred_are_answered_and_one_more_is_not() {
    let site = Site::open();
    let many = |count: usize| {
        verify(&site, &Value::Array(vec![json!({"key_id": LIVE, "key_secret": SECRET}); count]))
    };
    let answer = many(100);
    assert_eq!((answer.status, answer.json().as_array().map(Vec::len)), (200, Some(100)));
    let answer = many(101);
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("101 elements; ask about at most 100"), "{}", answer.body);
}

#[test]
fn a_wrong_question_is_told_what_is_wrong_and_never_repeated() {
    let site = Site::open();
    for (question, says) in [
        (r#"{"key_id":"a","key_secret":"TopSecret","modus":"live"}"#, "unknown field `modus`"),
        (r#"{"key_id":"a"}"#, "missing field `key_secret`"),
        (r#"{"key_id":"a","key_secret":"TopSecret","key_secret":"b"}"#, "duplicate field"),
        (r#"{"key_id":"a","key_secret":"b","mode":"TopSecret"}"#, "line 1 column"),
        (r#"{"key_id":["TopSecret"],"key_secret":"b"}"#, "wrong type"),
        (r#"{"key_id":"a","key_secret":"TopSecret"#, "not valid JSON"),
        ("", "not valid JSON"),
        ("TopSecret", "not valid JSON"),
        (r#"[{"key_id":"a","key_secret":"b"},7]"#, "wrong type"),
    ] {
        let answer = post(site.address, "/v1/verify", question);
        assert_eq!(answer.status, 400, "{question}");
        let body = &answer.body;
        assert!(body.contains("BAD_REQUEST_ERROR") && body.contains(says), "{question}: {body}");
        assert!(!body.contains("TopSecret"), "{question}: {body}");
    }
}

#[test]
fn what_cannot_be_known_is_503_for_the_whole_question() {
    let site = Site::not_ready(Errors::Plain, GatewaySettings { threads: 1, ..GatewaySettings::default() });
    let one = json!({"key_id": LIVE, "key_secret": SECRET});
    for question in [one.clone(), json!([one, one])] {
        let answer = verify(&site, &question);
        assert_eq!((answer.status, answer.header("Retry-After")), (503, "2"));
    }
}

#[test]
fn only_post_asks() {
    let site = Site::open();
    let answer = ask(site.address, &["GET /v1/verify HTTP/1.1"]);
    assert_eq!((answer.status, answer.header("Allow")), (405, "POST"));
}
