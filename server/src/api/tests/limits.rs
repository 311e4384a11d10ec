//! Limits of a key over the API.

use super::Story;

#[tokio::test]
async fn limits_are_read_changed_all_at_once_and_guarded_against_a_race() {
    let mut story = Story::begins().await;
    let account = story.account("Limits").await;
    let (key, _) = story.test_key(&account).await;
    let at = format!("/accounts/{account}/keys/{key}/limits");
    story.says(&format!("GET {at}"), "").await;
    let change = format!("POST {at}");
    let wanted = r#"{"requests_per_second":10,"requests_per_day":100000,"allowed_addresses":["192.0.2.0/24","2001:DB8::1"],"expected_version":0}"#;
    story.says(&change, wanted).await;

    story.remarks("The same again is no change; another based on what is past is refused.");
    story.clock.advance(domain::MINUTE);
    story.says(&change, wanted).await;
    let other =
        r#"{"requests_per_second":null,"requests_per_day":null,"allowed_addresses":[],"expected_version":0}"#;
    story.says(&change, other).await;

    story.remarks("Regenerating keeps them.");
    story
        .says(&format!("POST /accounts/{account}/keys/{key}/regenerate"), r#"{"deactivate_old":"now"}"#)
        .await;
    story.says(&format!("GET {at}"), "").await;
    story.says(&change, &other.replace('0', "1")).await;

    story.remarks("What cannot be is told with the field and what to give instead, and nothing is lost by leaving it out.");
    for body in [
        r#"{"requests_per_second":0,"requests_per_day":null,"allowed_addresses":[]}"#,
        r#"{"requests_per_second":null,"requests_per_day":86400000001,"allowed_addresses":[]}"#,
        r#"{"requests_per_second":null,"requests_per_day":-1,"allowed_addresses":[]}"#,
        r#"{"requests_per_second":null,"requests_per_day":null,"allowed_addresses":["192.0.2.1","192.0.2.7/24"]}"#,
        r#"{"requests_per_second":null,"requests_per_day":null,"allowed_addresses":["everywhere"]}"#,
        r#"{"requests_per_second":null,"allowed_addresses":[]}"#,
        r#"{"requests_per_second":null,"requests_per_day":null}"#,
    ] {
        story.says(&change, body).await;
    }
    story.says(&format!("GET /accounts/acc_00000000000000/keys/{key}/limits"), "").await;
    insta::assert_snapshot!(story.told);
}
