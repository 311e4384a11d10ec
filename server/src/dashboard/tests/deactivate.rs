//! Ending a retiring pair early, and the addresses that lead to nothing of one's own.

use domain::{MINUTE, NodeRole, ProcessId, SECOND, Spans};
use insta::assert_snapshot;
use store::{NodeReport, Registration};

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
    assert_eq!(table.path, format!("/test/keys?receipt={old}"));
    assert!(table.says("Known by 1 of 1 nodes, 0 ms.") && table.says(&old), "{}", table.shown());
    assert_eq!(table.header("refresh"), "", "nobody is waited for");
    assert!(!table.offers("Deactivate now"), "{}", table.shown());

    let again = owner.submits(&confirmed).await;
    assert_eq!(again.status, 409);
    assert!(again.says(&format!("{old} ended on")), "{}", again.shown());
}

/// A node that has registered and says nothing more.
async fn registered(story: &Story, process: ProcessId) {
    let registration = Registration {
        node: "eu-1".to_owned(),
        process,
        former: None,
        role: NodeRole::Verify,
        version: "0.1.0".to_owned(),
        lease: SECOND.times(10),
        spans: Spans::even(MINUTE.times(5)),
        at: story.app.now(),
        admit: true,
    };
    assert!(story.app.engine.register(registration).await.expect("the database answers"));
}

#[tokio::test]
async fn whoever_ends_a_pair_sees_which_node_is_silent_and_when_all_have_heard() {
    let story = Story::begins().await;
    let (mut owner, old) = with_retiring_pair(&story).await;
    let process = ProcessId::draw(&mut domain::seeded(100));
    registered(&story, process).await;
    owner.opens("/test/keys").await;
    owner.presses("Deactivate now").await;
    let waiting = owner.presses("Deactivate now").await;
    assert!(waiting.says("Known by 1 of 2 nodes."), "{}", waiting.shown());
    assert!(waiting.says("eu-1 is silent") && waiting.says(&old), "{}", waiting.shown());
    assert_eq!(waiting.header("refresh"), "3", "it looks again, without a script");

    let position = story.app.engine.index().position();
    let (at, node) = (story.app.now(), "eu-1".to_owned());
    let report = NodeReport {
        node,
        process,
        position,
        mark: None,
        at,
        clock_offset_ms: None,
        pairs: 1,
        peppers: vec![1],
    };
    assert!(story.app.engine.report(report).await.expect("the database answers"));
    let heard = owner.opens(&format!("/test/keys?receipt={old}")).await;
    assert!(heard.says("Known by 2 of 2 nodes, 0 ms."), "{}", heard.shown());
    assert_eq!(heard.header("refresh"), "");

    // Of a pair that works, and of somebody else's, there is nothing to be told.
    let works = owner.opens("/test/keys?receipt=rzp_test_00000000000000").await;
    assert!(works.status == 200 && !works.says("Known by"), "{}", works.shown());
    let mut stranger = story.somebody();
    stranger.logs_in(story.newcomer()).await;
    let strange = stranger.opens(&format!("/test/keys?receipt={old}")).await;
    assert!(!strange.says("Known by"), "{}", strange.shown());
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
