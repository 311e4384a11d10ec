//! Lists, a page at a time, and what stands in them.

use super::Story;

#[tokio::test]
async fn every_entry_of_a_list_comes_exactly_once_whatever_the_page() {
    let mut story = Story::begins().await;
    for name in ["One", "Two", "Three", "Four", "Five"] {
        story.account(name).await;
    }
    let account = story.account("Six").await;
    for name in ["a", "b", "c"] {
        let body = format!(r#"{{"mode":"test","name":"{name}"}}"#);
        story.quietly(&format!("POST /accounts/{account}/keys"), &body).await;
    }
    for (list, name, count) in [
        ("/accounts".to_owned(), "id", 6),
        (format!("/accounts/{account}/keys"), "key", 3),
        (format!("/accounts/{account}/members"), "user", 1),
        ("/audit".to_owned(), "sequence", 10),
        (format!("/audit?account={account}"), "sequence", 4),
    ] {
        let joint = if list.contains('?') { '&' } else { '?' };
        let whole = story.quietly(&format!("GET {list}{joint}limit=200"), "").await.json;
        let whole: Vec<String> = names(&whole, name);
        assert_eq!(whole.len(), count, "{list}");
        for limit in 1..=count + 1 {
            let (mut seen, mut after) = (Vec::new(), String::new());
            loop {
                let page = story.quietly(&format!("GET {list}{joint}limit={limit}{after}"), "").await.json;
                seen.extend(names(&page, name));
                let Some(next) = page["next"].as_str() else { break };
                after = format!("&after={next}");
            }
            assert_eq!(seen, whole, "{list} in pages of {limit}");
        }
    }
}

fn names(page: &serde_json::Value, name: &str) -> Vec<String> {
    let items = page["items"].as_array().expect("a page has items");
    items.iter().map(|item| item[name].to_string()).collect()
}

#[tokio::test]
async fn lists_say_what_an_operator_needs() {
    let mut story = Story::begins().await;
    let account = story.account("Lists").await;
    story.test_key(&account).await;
    story.says("GET /brands", "").await;
    story.says("GET /accounts", "").await;
    story.says(&format!("GET /accounts/{account}/members"), "").await;
    story.says(&format!("GET /audit?account={account}"), "").await;
    story.says("GET /nodes", "").await;
    insta::assert_snapshot!(story.told);
}

#[tokio::test]
async fn a_secret_is_in_its_own_answer_and_in_no_other() {
    let mut story = Story::begins().await;
    let account = story.account("Secret").await;
    let issued = story.quietly(&format!("POST /accounts/{account}/keys"), r#"{"mode":"test"}"#).await;
    let secret = issued.text("key_secret");
    for line in [
        format!("GET /accounts/{account}/keys"),
        format!("GET /pairs/{}", issued.text("key_id")),
        format!("GET /accounts/{account}"),
        format!("GET /accounts/{account}/refusals"),
        "GET /audit".to_owned(),
        format!("POST /accounts/{account}/pairs/{}/deactivate", issued.text("key_id")),
    ] {
        let answer = story.quietly(&line, "").await;
        assert!(!answer.json.to_string().contains(&secret), "{line}");
    }
}

#[tokio::test]
async fn a_locked_owner_is_unlocked_by_the_operator_and_asking_twice_is_no_error() {
    let mut story = Story::begins().await;
    let account = story.account("Locked").await;
    let id = account.parse().expect("an account id");
    let team = story.app.engine.team(&id).await.expect("a team");
    let owner = team[0].user.clone();
    let locked = domain::User { locked_at: Some(story.app.now()), wrong_codes: 9, ..owner.clone() };
    let actor = domain::Actor::Operator { name: "test".to_owned(), origin: String::new() };
    let audit = domain::AuditEntry::by(&actor, "member.locked", Some(id), owner.id, story.app.now());
    let mut decision = domain::Decision::new(audit);
    decision.update(domain::Row::User(locked));
    story.app.engine.store().commit(decision, &story.app.engine.peppers()).await.expect("locking");

    story.says(&format!("GET /accounts/{account}/members"), "").await;
    for _ in 0..2 {
        story.says(&format!("POST /accounts/{account}/members/{}/unlock", owner.id), "").await;
    }
    insta::assert_snapshot!(story.told);
}
