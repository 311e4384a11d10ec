//! The life of a key, from nothing to its end.

use domain::DAY;
use verify::{About, Reason, Shape, Source};

use super::Story;

#[tokio::test]
async fn from_nothing_to_a_live_key_and_a_safe_way_to_replace_it() {
    let mut story = Story::begins().await;
    let opened = story
        .says(
            "POST /accounts",
            r#"{"org":"razorpay","country":"IN","name":"Asha Books","owner":{"name":"Asha Rao","email":"asha@books.example","mobile":"+91 98765 43210"}}"#,
        )
        .await;
    let at = format!("/accounts/{}", opened.text("id"));
    story.says(&format!("POST {at}/keys"), r#"{"mode":"live"}"#).await;
    story.says(&format!("POST {at}/activate"), "").await;
    story.says(&format!("POST {at}/website"), r#"{"url":"https://books.example"}"#).await;
    story.says(&format!("POST {at}/website/verify"), "").await;
    let live = story.says(&format!("POST {at}/keys"), r#"{"mode":"live"}"#).await;
    story.says(&format!("GET {at}/keys?mode=live"), "").await;

    story.remarks("An hour later the key is regenerated, and the old pair keeps working for a day.");
    story.clock.advance(domain::HOUR);
    let regenerate = format!("POST {at}/keys/{}/regenerate", live.text("key"));
    let second = story.says(&regenerate, r#"{"deactivate_old":"in_24_hours"}"#).await;
    story.says(&regenerate, r#"{"deactivate_old":"in_24_hours"}"#).await;
    story.says(&format!("GET {at}/keys"), "").await;

    story.remarks("The first pair is deactivated early, twice.");
    let deactivate = format!("POST {at}/pairs/{}/deactivate?wait=fleet", live.text("key_id"));
    story.says(&deactivate, "").await;
    story.clock.advance(domain::MINUTE);
    story.says(&deactivate, "{}").await;

    story.remarks("Somebody who still believes in the first pair loses the race.");
    let stale = format!(r#"{{"deactivate_old":"now","expected_current":"{}"}}"#, live.text("key_id"));
    story.says(&regenerate, &stale).await;
    let fresh = format!(r#"{{"deactivate_old":"now","expected_current":"{}"}}"#, second.text("key_id"));
    let third = story.says(&format!("{regenerate}?wait=fleet"), &fresh).await;
    story.says(&format!("GET /pairs/{}", second.text("key_id")), "").await;

    story.remarks(
        "With the last pair ended there is nothing to regenerate, but the key can be generated anew.",
    );
    story.says(&format!("POST {at}/pairs/{}/deactivate", third.text("key_id")), "").await;
    story.says(&regenerate, r#"{"deactivate_old":"now"}"#).await;
    story
        .says(&format!("POST {at}/keys"), r#"{"mode":"live","expires_at":"2027-01-01T00:00:00+05:30"}"#)
        .await;
    insta::assert_snapshot!(story.told);
}

#[tokio::test]
async fn a_retiring_pair_ends_by_the_clock_alone() {
    let mut story = Story::begins().await;
    let account = story.account("Clock").await;
    let (key, old) = story.test_key(&account).await;
    let regenerate = format!("POST /accounts/{account}/keys/{key}/regenerate");
    story.quietly(&regenerate, r#"{"deactivate_old":"in_24_hours"}"#).await;

    let mut states = Vec::new();
    story.clock.advance(domain::Duration::from_millis(DAY.as_millis() - 1));
    for _ in 0..2 {
        let found = story.quietly(&format!("GET /pairs/{old}"), "").await;
        states.push((
            found.text("state"),
            found.json["ended_because"].clone(),
            found.json["ended_at"].clone(),
        ));
        story.clock.advance(domain::Duration::from_millis(1));
    }
    insta::assert_snapshot!(format!("{states:?}"));
}

#[tokio::test]
async fn ending_a_retiring_pair_too_makes_room_for_another_day_of_grace() {
    let mut story = Story::begins().await;
    let account = story.account("Leak").await;
    let (key, first) = story.test_key(&account).await;
    let regenerate = format!("POST /accounts/{account}/keys/{key}/regenerate");
    story.quietly(&regenerate, r#"{"deactivate_old":"in_24_hours"}"#).await;
    story.says(&regenerate, r#"{"deactivate_old":"now","end_retiring":true}"#).await;
    story.says(&format!("GET /pairs/{first}"), "").await;
    insta::assert_snapshot!(story.told);
}

#[tokio::test]
async fn the_operator_learns_why_requests_were_refused() {
    let mut story = Story::begins().await;
    let account = story.account("Why").await;
    let (_, key_id) = story.test_key(&account).await;
    let index = story.app.engine.index();
    let about: About = index.about(index.slot(&key_id.parse().expect("a key id")).expect("a known pair"));
    let from = Source { address: Some([192, 0, 2, 1].into()), agent: Some(b"curl/8.5") };
    let now = story.app.now();
    story.app.refusals.note(&about, Reason::WrongSecret, now, from);
    story.app.refusals.note(&about, Reason::WrongSecret, now + domain::MINUTE, from);
    story.app.refusals.note(&about, Reason::Malformed(Shape::WhiteSpace), now, Source::default());

    let at = format!("/accounts/{account}/refusals");
    let first = story.says(&format!("GET {at}?limit=1"), "").await;
    story.says(&format!("GET {at}?limit=1&after={}", first.text("next")), "").await;
    story.says(&format!("GET {at}?key_id=rzp_test_00000000000000"), "").await;
    story.says(&format!("GET {at}?key_id=rzp"), "").await;
    insta::assert_snapshot!(story.told);
}

#[tokio::test]
async fn the_operator_sees_how_often_each_pair_of_a_key_is_used() {
    let mut story = Story::begins().await;
    let account = story.account("Usage").await;
    let body = r#"{"mode":"test"}"#;
    let old = story.quietly(&format!("POST /accounts/{account}/keys"), body).await;
    let regenerate = format!("POST /accounts/{account}/keys/{}/regenerate", old.text("key"));
    let new = story.quietly(&regenerate, r#"{"deactivate_old":"in_24_hours"}"#).await;
    let now = story.app.now();
    for (issued, times) in [(&old, 2), (&new, 1)] {
        let (key_id, secret) = (issued.text("key_id"), issued.text("key_secret"));
        let credentials = verify::Credentials::new(&key_id, &secret).expect("well formed");
        let ask = verify::Ask { mode: None, from: domain::Network::of([192, 0, 2, 1].into()), address: None };
        let index = story.app.engine.index();
        let verdict = index.verify(&credentials, &ask, now, story.app.clock.uptime());
        let verify::Verdict::Granted(identity) = verdict else { panic!("a good key was not granted") };
        let ledger = index.ledger();
        (0..times).for_each(|_| ledger.granted(identity.slot, now, ask.from));
    }
    story.app.engine.flush_usage_once().await.expect("written");

    let at = format!("/accounts/{account}/keys/{}/usage", old.text("key"));
    story.says(&format!("GET {at}?span=hour"), "").await;
    for span in ["day", "month"] {
        let told = story.quietly(&format!("GET {at}?span={span}"), "").await.json;
        let totals = [&told["pairs"][0]["total"], &told["pairs"][1]["total"]];
        assert_eq!(totals, [1, 2], "{span}: {told}");
    }
    assert_eq!(story.quietly(&format!("GET {at}"), "").await.text("span"), "day");
    story.says(&format!("GET {at}?span=week"), "").await;
    let other = story.account("Other").await;
    story.says(&format!("GET /accounts/{other}/keys/{}/usage", old.text("key")), "").await;
    insta::assert_snapshot!(story.told);
}
