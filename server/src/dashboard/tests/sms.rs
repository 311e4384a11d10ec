//! A provider that does not take messages delays codes and says so; it holds up no page.

use insta::assert_snapshot;

use super::{Story, seconds};
use crate::config::Sms;

#[tokio::test]
async fn a_code_that_cannot_leave_is_said_to_be_late_and_leaves_when_it_can() {
    let story = Story::configured(|config| {
        config.brands.truncate(1);
        // A folder that is a file: nothing can be written below it.
        let blocked = config.data_dir.join("pepper/sms.jsonl");
        config.sms = Sms::File { path: blocked };
    })
    .await;
    let mut owner = story.somebody();
    let asked = owner.sends_password(story.login_of("owner")).await;
    assert!(asked.offers("Verify") && asked.offers("Resend OTP"), "{}", asked.shown());
    story.letters_leave().await;
    assert_snapshot!("code_is_late", owner.opens("/login/otp").await.shown());

    story.passes(seconds(31));
    let again = owner.presses("Resend OTP").await;
    assert!(again.offers("Verify"), "{}", again.shown());
    assert!(!again.says("could not be sent"), "the new code has not failed yet: {}", again.shown());
}
