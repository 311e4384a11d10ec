//! Regenerating a key, told by everything the people involved see.

use base64::Engine as _;
use domain::{DAY, Duration};
use insta::assert_snapshot;

use super::person::Person;
use super::{Story, minutes, other_than, seconds};

/// What the bearer of a pair is told: 200 or 401.
async fn asked_with(story: &Story, key_id: &str, secret: &str) -> u16 {
    story.app.engine.catch_up(story.app.clock.uptime()).await.expect("the store answers");
    let mut bearer = story.somebody();
    let basic = base64::prelude::BASE64_STANDARD.encode(format!("{key_id}:{secret}"));
    bearer.adds = vec![("authorization", format!("Basic {basic}"))];
    bearer.asks("GET", "/v1/whoami", "").await.status.as_u16()
}

#[tokio::test]
async fn after_an_otp_at_login_an_owner_needs_no_other() {
    let story = Story::begins().await;
    let mut owner = story.member("owner").await;
    owner.generates("live").await;
    owner.opens("/live/keys").await;
    assert_snapshot!("owner_chooses", owner.presses("Regenerate Key").await.shown());
    assert_snapshot!(
        "owner_sees_the_new_pair",
        owner.fills("Regenerate Key", &[("deactivate_old", "now")]).await.shown()
    );
    assert_snapshot!("owner_sees_both_pairs", owner.opens("/live/keys").await.shown());
    assert_eq!(story.sent_sms().len(), 1, "only the login sent a code");
}

#[tokio::test]
async fn somebody_without_a_number_verifies_one_and_goes_on() {
    let story = Story::begins().await;
    let mut admin = story.member("admin").await;
    admin.generates("test").await;
    admin.opens("/test/keys").await;
    assert_snapshot!("admin_is_asked_for_a_number", admin.presses("Regenerate Key").await.shown());

    let password = story.login_of("admin").password.clone();
    let wrong = admin.fills("Send OTP", &[("mobile", "+91 98123 45670"), ("password", "no")]).await;
    assert!(wrong.says("That password is not right."), "{}", wrong.shown());
    let wrong = admin.fills("Send OTP", &[("mobile", "12345"), ("password", &password)]).await;
    assert!(wrong.says("Enter a mobile number with its country code"), "{}", wrong.shown());
    assert_eq!(story.sent_sms().len(), 0);

    let asked = admin.fills("Send OTP", &[("mobile", "+91 98123 45670"), ("password", &password)]).await;
    assert_snapshot!("admin_is_asked_for_the_code", asked.shown());
    assert_snapshot!("admin_reads_the_sms", story.sms().await);
    let code = story.code().await;
    let wrong = admin.fills("Verify", &[("otp", other_than(&code))]).await;
    assert!(wrong.says("That code is not right. 4 attempts left."), "{}", wrong.shown());
    let choice = admin.fills("Verify", &[("otp", &code)]).await;
    assert!(choice.offers("Regenerate Key") && choice.says("in 24 hours"), "{}", choice.shown());
}

#[tokio::test]
async fn looking_at_the_page_sends_no_code_and_its_button_does() {
    let story = Story::begins().await;
    let mut admin = with_number(&story).await;
    let page = admin.opens("/test/keys").await;
    let address = page.form("Regenerate Key").action;
    let before = story.changes().await;
    let shown = admin.opens(&address).await;
    assert_snapshot!("a_code_is_offered", shown.shown());
    assert_eq!(story.changes().await, before);

    admin.presses("Send OTP").await;
    let sms = story.sms().await;
    assert!(sms.contains("regenerate") && sms.contains("Test"), "{sms}");
    assert!(admin.page().offers("Verify"));
}

#[tokio::test]
async fn a_second_code_within_half_a_minute_is_refused_with_the_seconds_left() {
    let story = Story::begins().await;
    let mut admin = with_number(&story).await;
    admin.wants_a_new_key("test").await;
    story.passes(seconds(12));
    assert_snapshot!("too_soon", admin.presses("Resend OTP").await.shown());
    let first = story.code().await;
    story.passes(seconds(18));
    admin.presses("Resend OTP").await;
    let second = story.code().await;
    assert_ne!(first, second, "the seed draws two codes");
    let refused = admin.fills("Verify", &[("otp", &first)]).await;
    assert!(refused.says("That code is not right."), "only the newest works: {}", refused.shown());
    assert!(admin.fills("Verify", &[("otp", &second)]).await.offers("Regenerate Key"));
}

#[tokio::test]
async fn five_wrong_codes_end_a_challenge_and_a_new_one_goes_on() {
    let story = Story::begins().await;
    let mut admin = with_number(&story).await;
    admin.wants_a_new_key("test").await;
    let code = story.code().await;
    for _ in 0..4 {
        admin.fills("Verify", &[("otp", other_than(&code))]).await;
    }
    let form = admin.page().form("Verify");
    assert_snapshot!("no_tries_left", admin.fills("Verify", &[("otp", other_than(&code))]).await.shown());
    let mut late = form;
    late.fill("otp", &code);
    assert!(admin.submits(&late).await.says("no attempts left"), "the right code comes too late");

    story.passes(seconds(31));
    admin.presses("Resend OTP").await;
    let code = story.code().await;
    assert!(admin.fills("Verify", &[("otp", &code)]).await.offers("Regenerate Key"));
}

#[tokio::test]
async fn a_grant_that_was_not_used_in_five_minutes_is_gone() {
    let story = Story::begins().await;
    let mut admin = with_number(&story).await;
    admin.wants_a_new_key("test").await;
    let code = story.code().await;
    admin.fills("Verify", &[("otp", &code)]).await;
    story.passes(minutes(5));
    let asked = admin.fills("Regenerate Key", &[("deactivate_old", "now")]).await;
    assert!(asked.offers("Verify"), "{}", asked.shown());
    assert!(admin.opens("/test/keys").await.says("Current"), "nothing was regenerated");
}

#[tokio::test]
async fn the_deadline_before_the_button_is_the_one_that_is_kept() {
    let story = Story::begins().await;
    let mut owner = story.member("owner").await;
    owner.opens("/test/keys").await;
    let shown = owner.presses("Generate Key").await;
    let (old, secret) = (shown.test_id("key-id"), shown.test_id("key-secret"));
    owner.opens("/test/keys").await;
    let promised = owner.presses("Regenerate Key").await.moments()[0].to_owned();
    assert_eq!(promised, "2026-11-24T06:00:00.000Z");
    let after = owner.fills("Regenerate Key", &[("deactivate_old", "in_24_hours")]).await;
    assert_eq!(after.moments()[0], promised);
    let table = owner.opens("/test/keys").await;
    assert!(table.moments().contains(&promised.as_str()), "{}", table.shown());

    story.passes(Duration::from_millis(DAY.as_millis() - 1));
    assert_eq!(asked_with(&story, &old, &secret).await, 200);
    story.passes(Duration::from_millis(1));
    assert_eq!(asked_with(&story, &old, &secret).await, 401);
    let mut owner = story.member("owner").await;
    assert_snapshot!("after_the_deadline", owner.opens("/test/keys").await.shown());
}

#[tokio::test]
async fn while_a_pair_retires_a_second_grace_is_refused_and_it_can_be_ended_too() {
    let story = Story::begins().await;
    let mut owner = story.member("owner").await;
    owner.generates("test").await;
    owner.wants_a_new_key("test").await;
    owner.fills("Regenerate Key", &[("deactivate_old", "in_24_hours")]).await;
    owner.opens("/test/keys").await;
    assert_snapshot!("one_retires", owner.presses("Regenerate Key").await.shown());
    assert_snapshot!(
        "no_second_grace",
        owner.fills("Regenerate Key", &[("deactivate_old", "in_24_hours")]).await.shown()
    );
    let ended = owner.fills("Regenerate Key", &[("deactivate_old", "now"), ("end_retiring", "yes")]).await;
    assert_snapshot!("both_ended", ended.shown());
}

#[tokio::test]
async fn a_choice_has_to_be_made() {
    let story = Story::begins().await;
    let mut owner = story.member("owner").await;
    owner.generates("test").await;
    owner.wants_a_new_key("test").await;
    let page = owner.presses("Regenerate Key").await;
    assert_eq!(page.status, 422);
    assert!(page.says("Choose when the old key stops working."), "{}", page.shown());
}

#[tokio::test]
async fn of_two_windows_the_second_is_told_who_won() {
    let story = Story::begins().await;
    let mut owner = story.member("owner").await;
    owner.generates("test").await;
    owner.wants_a_new_key("test").await;
    let mut second = owner.window();
    second.opens(&owner.page().path.clone()).await;
    let winner = owner.fills("Regenerate Key", &[("deactivate_old", "now")]).await.test_id("key-id");
    let told = second.fills("Regenerate Key", &[("deactivate_old", "now")]).await;
    assert!(told.says(&winner), "{}", told.shown());
    assert_snapshot!("lost_race", told.shown());
}

#[tokio::test]
async fn a_form_that_is_sent_twice_does_it_once_and_shows_the_pair_again() {
    let story = Story::begins().await;
    let mut owner = story.member("owner").await;
    owner.opens("/test/keys").await;
    let form = owner.page().form("Generate Key");
    let first = owner.submits(&form).await;
    assert_snapshot!("generated_twice", owner.submits(&form).await.shown());
    let again = owner.presses("Show the new key").await;
    assert_eq!(again.test_id("key-secret"), first.test_id("key-secret"));

    owner.opens("/test/keys").await;
    let mut form = { owner.presses("Regenerate Key").await.form("Regenerate Key") };
    form.fill("deactivate_old", "in_24_hours");
    let first = owner.submits(&form).await;
    let twice = owner.submits(&form).await;
    assert_eq!(twice.status, 409);
    assert!(twice.says(&first.test_id("key-id")), "{}", twice.shown());
    let again = owner.presses("Show the new key").await;
    assert_eq!(again.test_id("key-secret"), first.test_id("key-secret"));
    assert_eq!(again.moments()[0], first.moments()[0], "the old key's deadline is named again");

    let thief = owner.page().path.clone();
    let attempt = form.fields.iter().find(|(name, _)| name == "attempt").expect("an attempt").1.clone();
    let mut other = story.member("admin").await;
    let refused = other.sends("POST", &thief, format!("attempt={attempt}&verb=regenerate")).await;
    assert!(
        refused.says("can no longer be shown"),
        "another session's answer is nobody else's: {}",
        refused.shown()
    );
    assert!(!refused.html.contains(&first.test_id("key-secret")));
    owner.opens("/test/keys").await;
    story.passes(minutes(11));
    let late = owner.sends("POST", &thief, format!("attempt={attempt}&verb=regenerate")).await;
    assert_snapshot!("too_late_to_show", late.shown());
}

/// An admin with a verified number and a Test key, half a minute after the last code.
async fn with_number(story: &Story) -> Person<'_> {
    let mut admin = story.member("admin").await;
    admin.generates("test").await;
    admin.opens("/test/profile").await;
    let password = story.login_of("admin").password.clone();
    admin.fills("Send OTP", &[("mobile", "+91 98123 45670"), ("password", &password)]).await;
    let code = story.code().await;
    admin.fills("Verify", &[("otp", &code)]).await;
    story.passes(seconds(31));
    admin
}
