//! Every row of the route table, asked as everybody: deny is the default, and it is the table that says who may.

use super::page::Page;
use super::person::Person;
use super::{HOST, Story, other_than, seconds};
use crate::routes::{Who, pages};

const DENIED: &str = "Permission Denied. Please contact the owner.";
const ROLES: [&str; 8] =
    ["owner", "admin", "manager", "operations", "finance", "support", "epos", "view-only"];

/// Things of the account that the parameters of addresses can name.
struct Things {
    key: String,
    retiring: String,
    user: String,
    session: String,
}

async fn things(story: &Story) -> Things {
    let mut owner = story.member("owner").await;
    let retiring = owner.generates("test").await;
    owner.opens("/test/keys").await;
    let address = owner.page().form("Regenerate Key").action;
    owner.presses("Regenerate Key").await;
    owner.fills("Regenerate Key", &[("deactivate_old", "in_24_hours")]).await;
    let account = story.demo.brands[0].accounts[0].id.parse().expect("an account id");
    let team = story.app.engine.team(&account).await.expect("a team");
    Things {
        key: address.split('/').nth(3).expect("an address of a key").to_owned(),
        retiring,
        user: team.last().expect("members").user.id.to_string(),
        session: "ses_00000000000000".to_owned(),
    }
}

fn address(path: &str, things: &Things) -> String {
    path.replace("{mode}", "test")
        .replace("{key}", &things.key)
        .replace("{key_id}", &things.retiring)
        .replace("{user}", &things.user)
        .replace("{session}", &things.session)
        .replace("{way}", "on")
        .replace("{token}", &"0".repeat(43))
}

fn is_denied(page: &Page) -> bool {
    page.status == 403 && page.says(DENIED)
}

fn leads_to_login(page: &Page) -> bool {
    page.status == 303 && page.header("location").starts_with("/login")
}

#[tokio::test]
async fn every_row_answers_exactly_those_it_names() {
    let story = Story::begins().await;
    let things = things(&story).await;
    // Those who may do most come last: what they do may take away what the others are asked about.
    for role in ROLES.into_iter().rev() {
        story.passes(seconds(31));
        let mut person = story.member(role).await;
        for row in pages() {
            let page = person.window().asks(row.method, &address(row.path, &things), "").await;
            let may = match row.who {
                Who::Anybody | Who::Members | Who::Demo => true,
                Who::KeyHolders => ["owner", "admin"].contains(&role),
                Who::Owner => role == "owner",
            };
            assert_eq!(is_denied(&page), !may, "{role}: {} {}\n{}", row.method, row.path, page.shown());
            assert_ne!(page.status, 405, "{} {}", row.method, row.path);
            assert_ne!(page.status, 500, "{} {}", row.method, row.path);
            if row.path == "/logout" {
                story.passes(seconds(31));
                person = story.member(role).await;
            }
        }
    }
}

#[tokio::test]
async fn without_a_login_every_row_for_members_leads_to_it() {
    let story = Story::begins().await;
    let things = things(&story).await;
    let mut half_way = story.somebody();
    story.passes(seconds(31));
    half_way.sends_password(story.login_of("owner")).await;
    let before = story.changes().await;
    for row in pages() {
        let owed = match row.who {
            Who::Members | Who::KeyHolders | Who::Owner => true,
            Who::Anybody | Who::Demo => false,
        };
        let address = address(row.path, &things);
        for mut person in [story.somebody(), half_way.window()] {
            let page = person.asks(row.method, &address, "").await;
            if owed {
                assert!(leads_to_login(&page), "{} {}\n{}", row.method, row.path, page.shown());
                assert_eq!(page.html, "", "{} {}", row.method, row.path);
            }
        }
    }
    // The rows that log in and out are for anybody: one login was answered wrongly, sent again, and ended.
    assert!(story.changes().await - before <= 3);
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
        let address = address(row.path, &things);
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
