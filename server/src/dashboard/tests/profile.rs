//! Your Profile: number, two-factor and sessions change with password and code, never with less.

use insta::assert_snapshot;

use super::{Story, minutes, seconds};

#[tokio::test]
async fn a_number_and_two_factor_take_password_and_code() {
    let story = Story::begins().await;
    let login = story.login_of("admin");
    let mut admin = story.member("admin").await;
    assert_snapshot!("profile_new", admin.opens("/test/profile").await.shown());
    assert_snapshot!(
        "profile_code",
        admin.fills("Send OTP", &[("mobile", "98123 45670"), ("password", &login.password)]).await.shown()
    );
    let code = story.code().await;
    assert_snapshot!("profile_verified", admin.fills("Verify", &[("otp", &code)]).await.shown());

    let refused = admin.fills("Turn on two-factor", &[("password", "wrong")]).await;
    assert!(refused.says("That password is not right."), "{}", refused.shown());
    // The code that tried the number was counted apart; the next one is the first to the admin's own.
    admin.fills("Turn on two-factor", &[("password", &login.password)]).await;
    admin.opens("/test/profile").await;
    let refused = admin.fills("Turn on two-factor", &[("password", &login.password)]).await;
    assert!(refused.says("A code was sent to this number a moment ago."), "{}", refused.shown());
    story.passes(seconds(31));
    admin.fills("Turn on two-factor", &[("password", &login.password)]).await;
    let sms = story.sms().await;
    assert!(sms.contains("two-factor"), "{sms}");
    let code = story.code().await;
    assert!(admin.fills("Verify", &[("otp", &code)]).await.offers("Turn off two-factor"));
}

#[tokio::test]
async fn a_code_alone_cannot_be_asked_for_where_a_password_comes_first() {
    let story = Story::begins().await;
    let mut owner = story.member("owner").await;
    story.passes(seconds(31));
    let before = story.changes().await;
    for way in ["profile/mobile/otp", "two-factor/off/otp", "two-factor/on/otp"] {
        let page = owner.sends("POST", &format!("/test/{way}/resend"), String::new()).await;
        assert_eq!(page.path, "/test/profile", "{way}");
        let page = owner.sends("POST", &format!("/test/{way}"), "otp=123456".to_owned()).await;
        assert_eq!(page.path, "/test/profile", "{way}");
    }
    assert_eq!(story.changes().await, before, "nothing was sent");
    assert_eq!(owner.opens("/test/two-factor/sideways/otp").await.status, 404);
}

#[tokio::test]
async fn a_number_changes_with_a_code_to_the_old_one_the_password_and_a_code_to_the_new_one() {
    let story = Story::begins().await;
    let login = story.login_of("owner");
    let mut owner = story.member("owner").await;
    let mut elsewhere = owner.window();
    story.passes(seconds(31));
    assert_snapshot!("change_number_first", owner.opens("/test/profile/mobile").await.shown());
    let body = format!("mobile=%2B919812345670&password={}", login.password);
    let left_out = owner.window().sends("POST", "/test/profile/mobile", body).await;
    assert_eq!(left_out.path, "/test/profile/mobile", "the old number comes first: {}", left_out.shown());
    assert!(!left_out.offers("Verify"), "{}", left_out.shown());

    owner.presses("Send OTP").await;
    let sms = story.sms().await;
    assert!(sms.contains("change your mobile number"), "{sms}");
    let code = story.code().await;
    assert_snapshot!("change_number", owner.fills("Verify", &[("otp", &code)]).await.shown());
    owner.fills("Send OTP", &[("mobile", "+91 98123 45670"), ("password", &login.password)]).await;
    assert!(
        owner.opens("/test/profile").await.says("•• ••210"),
        "the old number stays: {}",
        owner.page().shown()
    );
    owner.opens("/test/profile/mobile/otp").await;
    let code = story.code().await;
    assert!(owner.fills("Verify", &[("otp", &code)]).await.says("••670"), "{}", owner.page().shown());
    story.letters_leave().await;
    let told: Vec<_> =
        story.sms_to("+919876543210").into_iter().filter(|text| text.contains("another mobile")).collect();
    assert_eq!(told.len(), 1, "the number that is left behind is told: {told:?}");
    assert!(elsewhere.opens("/test").await.offers("Log in"), "its cookie is an old one");
}

#[tokio::test]
async fn an_e_mail_stands_in_for_a_phone_that_went_missing_after_a_login_with_two_factors() {
    let story = Story::begins().await;
    let mut owner = story.member("owner").await;
    story.passes(seconds(31));
    owner.opens("/test/profile/mobile").await;
    let page = owner.presses("Send the code by e-mail").await;
    assert!(page.says("by e-mail to owner@ready.razorpay.example"), "{}", page.shown());
    let code = story.emailed_code().await;
    assert!(owner.fills("Verify", &[("otp", &code)]).await.says("Change your mobile number"));

    let mut admin = story.member("admin").await;
    admin.opens("/test/profile").await;
    let login = story.login_of("admin");
    admin.fills("Send OTP", &[("mobile", "98123 45671"), ("password", &login.password)]).await;
    let code = story.code().await;
    admin.fills("Verify", &[("otp", &code)]).await;
    let page = admin.opens("/test/profile/mobile").await;
    assert!(!page.offers("Send the code by e-mail"), "with a password alone an inbox is not enough");
    let forced = admin.sends("POST", "/test/profile/mobile/change/email", String::new()).await;
    assert!(forced.says("Enter an OTP first"), "{}", forced.shown());
}

#[tokio::test]
async fn a_member_ends_another_session_and_nobody_elses() {
    let story = Story::begins().await;
    let mut admin = story.member("admin").await;
    let mut elsewhere = story.member("admin").await;
    let mut owner = story.member("owner").await;
    admin.opens("/test/profile").await;
    let form = admin.page().form("Log out this device");
    let before = story.changes().await;
    assert_eq!(owner.submits(&form).await.status, 404);
    assert_eq!(story.changes().await, before);
    assert!(!admin.submits(&form).await.offers("Log out this device"));
    assert!(elsewhere.opens("/test").await.offers("Log in"));
    assert_eq!(owner.opens("/test").await.status, 200);
}

#[tokio::test]
async fn a_member_ends_all_their_other_sessions_at_once() {
    let story = Story::begins().await;
    let mut admin = story.member("admin").await;
    let (mut second, mut third) = (story.member("admin").await, story.member("admin").await);
    let mut owner = story.member("owner").await;
    admin.opens("/test/profile").await;
    let page = admin.presses("Log out all other devices").await;
    assert!(page.says("All your other devices were logged out."), "{}", page.shown());
    assert!(!page.offers("Log out this device") && !page.offers("Log out all other devices"));
    for other in [&mut second, &mut third] {
        assert!(other.opens("/test").await.offers("Log in"));
    }
    assert_eq!(owner.opens("/test").await.status, 200);
}

#[tokio::test]
async fn live_keys_wait_a_day_after_a_change_of_number_and_ending_one_does_not() {
    let story = Story::begins().await;
    let login = story.login_of("owner");
    let mut owner = story.member("owner").await;
    let live = owner.generates("live").await;
    owner.generates("test").await;
    // Ready to press the button while the number was still another.
    owner.wants_a_new_key("live").await;
    let mut form = owner.page().form("Regenerate Key");
    form.fill("deactivate_old", "in_24_hours");

    story.passes(seconds(31));
    owner.opens("/test/profile/mobile").await;
    owner.presses("Send OTP").await;
    let code = story.code().await;
    owner.fills("Verify", &[("otp", &code)]).await;
    owner.fills("Send OTP", &[("mobile", "+91 98123 45670"), ("password", &login.password)]).await;
    let code = story.code().await;
    owner.fills("Verify", &[("otp", &code)]).await;

    let before = story.changes().await;
    assert_snapshot!("live_keys_wait", owner.wants_a_new_key("live").await.shown());
    let pressed = owner.submits(&form).await;
    assert!(pressed.status == 403 && pressed.says("Live keys wait"), "{}", pressed.shown());
    assert_eq!(story.changes().await, before);
    assert!(owner.wants_a_new_key("test").await.offers("Regenerate Key"), "{}", owner.page().shown());
    assert!(owner.opens(&format!("/live/pairs/{live}/deactivate")).await.offers("Deactivate now"));

    story.passes(minutes(24 * 60));
    let mut owner = story.somebody();
    owner.sends_password(login).await;
    let code = story.code().await;
    owner.fills("Verify", &[("otp", &code)]).await;
    assert!(owner.wants_a_new_key("live").await.offers("Regenerate Key"), "{}", owner.page().shown());
}

// TM-56
#[tokio::test]
async fn whoever_tries_too_many_numbers_reads_until_when_they_wait() {
    let story = Story::begins().await;
    let login = story.login_of("admin");
    let mut admin = story.member("admin").await;
    for n in 0..6 {
        admin.opens("/test/profile").await;
        let typed = format!("+91 98{n}23 45670");
        let page = admin.fills("Send OTP", &[("mobile", &typed), ("password", &login.password)]).await;
        let refused = page.says("You have had as many codes sent to new numbers today as you may.");
        assert_eq!(refused, n == 5, "{n}: {}", page.shown());
    }
}
