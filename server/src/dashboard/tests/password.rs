//! The password on its pages: changed by somebody who knows it, reset by somebody who does not.

use insta::assert_snapshot;

use super::{Story, minutes, other_than, seconds};

const NEW: &str = "a lantern in the tall grass";

impl Story {
    /// The link in the last e-mail to an address, once it has left.
    async fn link_to(&self, address: &str) -> String {
        // The answer went out before the letter was written.
        while self.app.engine.store().next_letter_due().await.expect("readable").is_none() {
            tokio::task::yield_now().await;
        }
        self.letters_leave().await;
        let letter = self.emails_to(address).pop().expect("an e-mail");
        let text = letter["text"].as_str().expect("a text").to_owned();
        let (_, link) = text.split_once("/reset/").expect("a link");
        let token: String = link.chars().take_while(char::is_ascii_alphanumeric).collect();
        format!("/reset/{token}")
    }
}

#[tokio::test]
async fn everybody_is_told_the_same_about_a_forgotten_password() {
    let story = Story::begins().await;
    let login = story.login_of("admin");
    let mut told = Vec::new();
    for email in [login.email.as_str(), "nobody@ready.razorpay.example"] {
        let mut somebody = story.somebody();
        somebody.opens("/login/forgot").await;
        let page = somebody.fills("Send the link", &[("email", email)]).await;
        told.push(page.shown().replace(email, "…"));
    }
    assert_eq!(told[0], told[1]);
    assert_snapshot!("forgot_sent", told[0]);
    let mut somebody = story.somebody();
    somebody.opens("/login/forgot").await;
    let mut last = None;
    for _ in 0..6 {
        last = Some(somebody.fills("Send the link", &[("email", "nobody@a.example")]).await);
        somebody.opens("/login/forgot").await;
    }
    let last = last.expect("asked");
    assert_eq!(last.status, 429, "{}", last.shown());
}

#[tokio::test]
async fn a_link_sets_a_password_once_ends_every_session_and_spares_no_code() {
    let story = Story::begins().await;
    let login = story.login_of("owner");
    let mut owner = story.member("owner").await;
    story.letters_leave().await;
    let mut lost = story.somebody();
    lost.opens("/login/forgot").await;
    lost.fills("Send the link", &[("email", &login.email)]).await;
    let link = story.link_to(&login.email).await;

    let before = story.changes().await;
    assert_snapshot!("reset", lost.opens(&link).await.shown().replace(&link, "/reset/…"));
    lost.opens(&link).await;
    assert_eq!(story.changes().await, before, "looking at it uses nothing up");
    let weak = lost.fills("Set password", &[("password", "Password123!")]).await;
    assert!(weak.says("one of the first that somebody would try"), "{}", weak.shown());
    let page = lost.fills("Set password", &[("password", NEW)]).await;
    assert!(page.says("Your new password is set."), "{}", page.shown());
    assert_eq!(lost.cookie, None, "nobody is logged in by a link");
    assert!(owner.opens("/test").await.offers("Log in"), "every session ended");
    let over = lost.opens(&link).await;
    assert_eq!(over.status, 410);
    assert_snapshot!("reset_over", over.shown().replace(&link, "/reset/…"));

    story.passes(seconds(31));
    let old = lost.sends_password(login).await;
    assert!(old.says("E-mail or password is not right."), "{}", old.shown());
    lost.opens("/login").await;
    let page = lost.fills("Log in", &[("email", &login.email), ("password", NEW)]).await;
    assert!(page.offers("Verify"), "the second factor is asked for as always: {}", page.shown());
    let code = story.code().await;
    assert!(lost.fills("Verify", &[("otp", other_than(&code))]).await.says("not right"));
}

#[tokio::test]
async fn a_link_is_worth_nothing_late_elsewhere_or_made_up() {
    let story = Story::configured(|_| ()).await;
    let login = story.login_of("admin");
    story.letters_leave().await;
    let mut lost = story.somebody();
    lost.opens("/login/forgot").await;
    lost.fills("Send the link", &[("email", &login.email)]).await;
    let link = story.link_to(&login.email).await;
    let body = "password=a+lantern+in+the+tall+grass".to_owned();
    let stray = story.somebody().at("curlec.localhost:8080").sends("POST", &link, body.clone()).await;
    assert_eq!(stray.status, 410, "another brand's host");
    for made_up in ["/reset/0000", &format!("/reset/{}", "0".repeat(43))] {
        assert_eq!(lost.sends("POST", made_up, body.clone()).await.status, 410, "{made_up}");
        assert_eq!(lost.opens(made_up).await.status, 410, "{made_up}");
    }
    story.passes(minutes(30));
    assert_eq!(lost.sends("POST", &link, body).await.status, 410, "too late");
    assert_eq!(story.somebody().sends_password(login).await.path, "/test", "the old password still works");
}

#[tokio::test]
async fn a_password_is_changed_by_who_knows_it_and_with_two_factor_shows_a_code() {
    let story = Story::begins().await;
    let login = story.login_of("admin");
    let mut admin = story.member("admin").await;
    let mut elsewhere = story.member("admin").await;
    assert_snapshot!("password", admin.opens("/test/profile/password").await.shown());
    for (current, new, told) in [
        ("a guess", NEW, "That password is not right."),
        (login.password.as_str(), "short", "8 to 256 characters"),
        (login.password.as_str(), "Razorpay1!", "one of the first"),
    ] {
        let page = admin.fills("Change password", &[("current", current), ("password", new)]).await;
        assert!(page.says(told), "{told}: {}", page.shown());
    }
    let page = admin.fills("Change password", &[("current", &login.password), ("password", NEW)]).await;
    assert!(page.says("Your password was changed."), "{}", page.shown());
    assert!(elsewhere.opens("/test").await.offers("Log in"), "other devices are logged out");
    assert!(story.somebody().sends_password(login).await.says("E-mail or password is not right."));

    let login = story.login_of("owner");
    let mut owner = story.member("owner").await;
    story.passes(seconds(31));
    let page = owner.opens("/test/profile/password").await;
    assert!(page.offers("Send OTP") && !page.offers("Change password"), "{}", page.shown());
    let body = format!("current={}&password=a+lantern+in+the+tall+grass", login.password);
    let left_out = owner.window().sends("POST", "/test/profile/password", body).await;
    assert!(left_out.offers("Send OTP"), "{}", left_out.shown());
    owner.presses("Send OTP").await;
    let code = story.code().await;
    owner.fills("Verify", &[("otp", &code)]).await;
    let page = owner.fills("Change password", &[("current", &login.password), ("password", NEW)]).await;
    assert!(page.says("Your password was changed."), "{}", page.shown());
}
