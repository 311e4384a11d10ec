//! Nine wrong codes in a row lock a member; the owner opens the door again.

use insta::assert_snapshot;

use super::person::Person;
use super::{Story, other_than, seconds};

/// Types as many wrong codes, asking for new ones when a challenge has no tries left.
async fn guesses(story: &Story, person: &mut Person<'_>, times: usize) {
    for _ in 0..times {
        if !person.page().offers("Verify") {
            story.passes(seconds(31));
            person.presses("Resend OTP").await;
        }
        let code = story.code().await;
        person.fills("Verify", &[("otp", other_than(&code))]).await;
    }
}

#[tokio::test]
async fn nine_wrong_codes_lock_a_member_and_the_owner_unlocks_them() {
    let story = Story::begins().await;
    let (login, mut admin) = (story.login_of("admin"), story.member("admin").await);
    admin.generates("test").await;
    admin.opens("/test/profile").await;
    admin.fills("Send OTP", &[("mobile", "+91 98123 45670"), ("password", &login.password)]).await;
    let code = story.code().await;
    admin.fills("Verify", &[("otp", &code)]).await;
    story.passes(seconds(31));
    admin.wants_a_new_key("test").await;
    guesses(&story, &mut admin, 8).await;
    assert!(admin.page().says("That code is not right"), "{}", admin.page().shown());
    guesses(&story, &mut admin, 1).await;
    assert_snapshot!("locked", admin.page().shown());
    assert_eq!(admin.opens("/test/keys").await.status, 403, "every page of every session is closed");
    let mut elsewhere = story.somebody();
    let told = elsewhere.sends_password(login).await;
    assert_eq!(told.status, 403);
    assert!(told.says("Your login is locked"), "{}", told.shown());

    let mut owner = story.member("owner").await;
    let team = owner.opens("/test/team").await;
    assert!(team.says("Locked"), "{}", team.shown());
    assert!(!owner.presses("Unlock").await.offers("Unlock"));
    assert_eq!(elsewhere.sends_password(login).await.path, "/test");
}

#[tokio::test]
async fn a_locked_owner_is_sent_to_support_and_no_page_offers_to_unlock_them() {
    let story = Story::begins().await;
    let mut owner = story.somebody();
    owner.sends_password(story.login_of("owner")).await;
    guesses(&story, &mut owner, 9).await;
    let locked = owner.page().clone();
    assert!(locked.says("if you are the owner, contact support"), "{}", locked.shown());
    assert!(locked.html.contains("https://razorpay.com/support/"), "{}", locked.html);
}
