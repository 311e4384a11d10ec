//! Your Profile: number, two-factor and sessions change with password and code, never with less.

use insta::assert_snapshot;

use super::{Story, seconds};

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
    for way in ["mobile/otp", "two-factor/off/otp", "two-factor/on/otp"] {
        let page = owner.sends("POST", &format!("/test/profile/{way}/resend"), String::new()).await;
        assert_eq!(page.path, "/test/profile", "{way}");
        let page = owner.sends("POST", &format!("/test/profile/{way}"), "otp=123456".to_owned()).await;
        assert_eq!(page.path, "/test/profile", "{way}");
    }
    assert_eq!(story.changes().await, before, "nothing was sent");
    assert_eq!(owner.opens("/test/profile/two-factor/sideways/otp").await.status, 404);
}

#[tokio::test]
async fn a_changed_number_counts_once_its_code_is_entered() {
    let story = Story::begins().await;
    let login = story.login_of("owner");
    let mut owner = story.member("owner").await;
    story.passes(seconds(31));
    assert_snapshot!("change_number", owner.opens("/test/profile/mobile").await.shown());
    owner.fills("Send OTP", &[("mobile", "+91 98123 45670"), ("password", &login.password)]).await;
    assert!(
        owner.opens("/test/profile").await.says("•• ••210"),
        "the old number stays: {}",
        owner.page().shown()
    );
    owner.opens("/test/profile/mobile/otp").await;
    let code = story.code().await;
    assert!(owner.fills("Verify", &[("otp", &code)]).await.says("••670"), "{}", owner.page().shown());
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
