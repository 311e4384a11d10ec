//! Ending a retiring pair early, and the addresses that lead to nothing of one's own.

use insta::assert_snapshot;

use super::Story;
use super::person::Person;

/// An owner whose Test key has a retiring pair; its address and Key Id.
async fn with_retiring_pair(story: &Story) -> (Person<'_>, String) {
    let mut owner = story.member("owner").await;
    let old = owner.generates("test").await;
    owner.wants_a_new_key("test").await;
    owner.fills("Regenerate Key", &[("deactivate_old", "in_24_hours")]).await;
    (owner, old)
}

#[tokio::test]
async fn a_retiring_pair_is_ended_after_a_last_look() {
    let story = Story::begins().await;
    let (mut owner, old) = with_retiring_pair(&story).await;
    assert_snapshot!("a_retiring_pair", owner.opens("/test/keys").await.shown());
    assert_snapshot!("a_last_look", owner.presses("Deactivate now").await.shown());
    let confirmed = owner.page().form("Deactivate now");
    let table = owner.submits(&confirmed).await;
    assert_eq!(table.path, "/test/keys");
    assert!(!table.offers("Deactivate now"), "{}", table.shown());

    let again = owner.submits(&confirmed).await;
    assert_eq!(again.status, 409);
    assert!(again.says(&format!("{old} ended on")), "{}", again.shown());
}

#[tokio::test]
async fn a_member_without_an_otp_at_login_is_asked_for_one() {
    let story = Story::begins().await;
    let (_, old) = with_retiring_pair(&story).await;
    let mut admin = story.member("admin").await;
    admin.opens("/test/keys").await;
    let asked = admin.presses("Deactivate now").await;
    assert!(asked.offers("Send OTP") && asked.says("to deactivate your Test key"), "{}", asked.shown());
    let unproved = admin.sends("POST", &format!("/test/pairs/{old}/deactivate/confirm"), String::new()).await;
    assert!(unproved.offers("Send OTP"), "{}", unproved.shown());
    assert!(admin.opens("/test/keys").await.says("Works until"));
}

#[tokio::test]
async fn the_other_mode_and_other_accounts_find_nothing() {
    let story = Story::begins().await;
    let (mut owner, old) = with_retiring_pair(&story).await;
    let key = owner.opens("/test/keys").await.form("Regenerate Key").action;
    let mut stranger = story.somebody();
    stranger.logs_in(story.newcomer()).await;
    for path in [
        key.clone(),
        format!("/test/pairs/{old}/deactivate"),
        "/test/pairs/rzp_test_00000000000000/deactivate".to_owned(),
        "/test/keys/key_00000000000000/regenerate".to_owned(),
        "/test/keys/nonsense/regenerate".to_owned(),
    ] {
        let nothing = stranger.opens(&path).await;
        assert_eq!(nothing.status, 404, "{path}");
        let posted = stranger.sends("POST", &path, String::new()).await;
        assert_eq!(posted.status, 404, "{path}");
        assert_eq!(words_without_path(&nothing.shown()), words_without_path(&posted.shown()), "{path}");

        let other_mode = path.replacen("/test/", "/live/", 1);
        assert_eq!(owner.opens(&other_mode).await.status, 404, "{other_mode}");
        assert_eq!(
            owner
                .sends("POST", &format!("{other_mode}/confirm"), "deactivate_old=now".to_owned())
                .await
                .status,
            404
        );
    }
}

/// Every address that is nothing's looks the same.
fn words_without_path(shown: &str) -> String {
    shown.split_once('\n').map_or(String::new(), |(_, words)| words.to_owned())
}
