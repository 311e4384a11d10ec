//! What no GET does, what a refused role is told, and whose pages the demo's are. Who may ask for what is walked in `walk`.

use domain::Mode;

use super::person::Person;
use super::walk::{Things, is_denied};
use super::{HOST, Story, other_than, seconds};
use crate::routes::pages;

const ROLES: [&str; 8] =
    ["owner", "admin", "manager", "operations", "finance", "support", "epos", "view-only"];

async fn things(story: &Story) -> Things {
    story.things_of(story.demo.brands[0].accounts[0].id.parse().expect("an account id")).await
}

#[tokio::test]
async fn no_get_changes_anything() {
    let story = Story::begins().await;
    let things = things(&story).await;
    let mut nobody = story.somebody();
    let mut half_way = story.somebody();
    story.passes(seconds(31));
    half_way.sends_password(story.login_of("owner")).await;
    let code = story.code().await;
    half_way.fills("Verify", &[("otp", other_than(&code))]).await;
    let mut people = vec![("half-way", half_way)];
    for role in ROLES.into_iter().filter(|role| *role != "owner") {
        people.push((role, story.member(role).await));
    }
    let before = story.changes().await;
    for row in pages().iter().filter(|row| row.method == "GET") {
        let address = things.address(row.path, Mode::Test);
        for method in ["GET", "HEAD"] {
            for (role, person) in &mut people {
                person.asks(method, &address, "").await;
                person.asks(method, &address.replace("/test", "/live"), "").await;
                assert_eq!(story.changes().await, before, "{role}: {method} {}", row.path);
            }
            nobody.asks(method, &address, "").await;
        }
    }
    assert_eq!(story.changes().await, before);
}

#[tokio::test]
async fn the_keys_page_tells_a_refused_role_nothing() {
    let story = Story::begins().await;
    let things = things(&story).await;
    let mut viewer: Person<'_> = story.member("view-only").await;
    for path in ["/test/keys", &format!("/test/keys/{}/regenerate", things.key)] {
        let page = viewer.opens(path).await;
        assert!(is_denied(&page));
        assert!(!page.html.contains("rzp_test_"), "{path}");
    }
    let confirm = format!("/test/keys/{}/regenerate/confirm", things.key);
    let page = viewer.sends("POST", &confirm, String::new()).await;
    assert!(is_denied(&page) && !page.html.contains("rzp_test_"), "{}", page.shown());
}

#[tokio::test]
async fn the_demo_s_pages_are_not_for_names_that_others_lead_here() {
    let story = Story::begins().await;
    for path in ["/demo", "/demo/messages"] {
        for own in ["127.0.0.1:8080", "localhost:8080", HOST] {
            assert_eq!(story.somebody().at(own).asks("GET", path, "").await.status, 200, "{own}{path}");
        }
        let foreign = story.somebody().at("elsewhere.example:8080").asks("GET", path, "").await;
        assert_eq!(foreign.status, 421, "{path}");
    }
}
