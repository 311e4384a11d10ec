//! Nodes that report over HTTP, and receipts that say who has heard.

use domain::ProcessId;
use ring::signature::{ED25519, UnparsedPublicKey};
use wire::hex::bytes;
use wire::receipts::Receipt;

use super::{Answer, Story};

const JSON: (&str, &str) = ("content-type", "application/json");

impl Story {
    /// A node that was enrolled, with its credential.
    async fn enrolled(&mut self, name: &str) -> String {
        self.quietly("POST /nodes", &format!(r#"{{"name":"{name}"}}"#)).await.text("credential")
    }

    /// What a node says with a credential.
    async fn node_says(&mut self, node: &str, credential: &str, body: &str) -> Answer {
        let token = format!("Bearer {credential}");
        let headers = [("authorization", token.as_str()), JSON];
        self.sends(&format!("POST /nodes/{node}/report"), body, &headers, "").await
    }

    async fn deactivates(&mut self, account: &str, key_id: &str) -> Answer {
        let path = format!("POST /accounts/{account}/pairs/{key_id}/deactivate?wait=fleet&within_ms=0");
        self.quietly(&path, "").await
    }
}

/// A process that is none of the story's own.
fn process(n: u64) -> ProcessId {
    ProcessId::draw(&mut domain::seeded(100 + n))
}

/// A report, at the start with what a process registers with.
fn report(n: u64, position: i64, starts: bool) -> String {
    let register = if starts {
        r#""register":{"role":"verify","version":"0.1.0","lease_ms":10000,"vouches_test_ms":310000,"vouches_live_ms":10000},"#
    } else {
        ""
    };
    format!(
        r#"{{"process":"{}",{register}"position":{position},"pairs":1,"clock_offset_ms":-3}}"#,
        process(n)
    )
}

fn receipt(answer: &Answer) -> Receipt {
    serde_json::from_value(answer.json["receipt"].clone()).expect("a receipt")
}

fn is_signed(receipt: &Receipt) -> bool {
    let key = UnparsedPublicKey::new(&ED25519, bytes(&receipt.public_key).expect("hex"));
    key.verify(receipt.signed_text().as_bytes(), &bytes(&receipt.signature).expect("hex")).is_ok()
}

#[tokio::test]
async fn a_receipt_names_who_is_silent_and_until_when_and_then_that_all_have_heard() {
    let mut story = Story::begins().await;
    let credential = story.enrolled("eu-1").await;
    let account = story.account("Fleet").await;
    let (_, key_id) = story.test_key(&account).await;
    assert_eq!(story.node_says("eu-1", &credential, &report(1, 0, true)).await.status, 200);
    let silent = receipt(&story.deactivates(&account, &key_id).await);
    assert_eq!((silent.nodes, silent.acknowledged), (2, 1));
    assert_eq!(silent.pending[0].node, "eu-1");
    // A test key: five minutes and ten seconds, two in a thousand, a quarter of a second.
    assert_eq!(silent.pending[0].until, "2026-11-23T06:05:10.870Z");
    assert_eq!(silent.guaranteed_by, silent.pending[0].until);
    assert!(is_signed(&silent));

    let said = story.node_says("eu-1", &credential, &report(1, silent.position, false)).await;
    assert_eq!((said.status, &said.json["position"]), (200, &silent.position.into()));
    let heard = receipt(&story.deactivates(&account, &key_id).await);
    assert_eq!((heard.nodes, heard.acknowledged, heard.pending.len()), (2, 2, 0));
    assert_eq!(heard.guaranteed_by, "2026-11-23T06:00:00.001Z");
    assert!(is_signed(&heard));
}

#[tokio::test]
async fn a_receipt_for_a_pair_with_a_day_left_guarantees_nothing_before_that_day_is_over() {
    let mut story = Story::begins().await;
    let credential = story.enrolled("eu-1").await;
    let account = story.account("Fleet").await;
    let (key, _) = story.test_key(&account).await;
    story.node_says("eu-1", &credential, &report(1, 0, true)).await;
    let path = format!("POST /accounts/{account}/keys/{key}/regenerate?wait=fleet&within_ms=0");
    let answer = story.quietly(&path, r#"{"deactivate_old":"in_24_hours"}"#).await;
    let waiting = receipt(&answer);
    assert_eq!(waiting.pending[0].until, "2026-11-23T06:05:10.870Z", "it has heard by then");
    assert_eq!(waiting.pairs[0].refused_from, "2026-11-24T06:00:00.000Z");
    assert_eq!(waiting.guaranteed_by, waiting.pairs[0].refused_from);
    assert_eq!(answer.json["old"]["deactivates_at"], waiting.guaranteed_by);
    assert!(is_signed(&waiting));
}

#[tokio::test]
async fn a_receipt_in_which_anything_was_changed_is_not_signed_any_more() {
    let mut story = Story::begins().await;
    let credential = story.enrolled("eu-1").await;
    let account = story.account("Fleet").await;
    let (_, key_id) = story.test_key(&account).await;
    story.node_says("eu-1", &credential, &report(1, 0, true)).await;
    let receipt = receipt(&story.deactivates(&account, &key_id).await);
    type Edit = fn(&mut Receipt);
    let edits: [(&str, Edit); 9] = [
        ("position", |receipt| receipt.position += 1),
        ("nodes", |receipt| receipt.nodes -= 1),
        ("acknowledged", |receipt| receipt.acknowledged += 1),
        ("pending", |receipt| receipt.pending.clear()),
        ("until", |receipt| receipt.pending[0].until = "2026-11-23T06:00:00.000Z".to_owned()),
        ("guaranteed_by", |receipt| receipt.guaranteed_by = "2026-11-23T06:00:00.000Z".to_owned()),
        ("elapsed_ms", |receipt| receipt.elapsed_ms += 1),
        ("pairs", |receipt| receipt.pairs[0].key_id = "rzp_test_00000000000000".to_owned()),
        ("issued_at", |receipt| receipt.issued_at = "2026-11-22T06:00:00.000Z".to_owned()),
    ];
    for (what, edit) in edits {
        let mut edited = receipt.clone();
        edit(&mut edited);
        assert!(!is_signed(&edited), "{what}");
    }
    let keys = story.quietly("GET /receipts/keys", "").await;
    assert_eq!(keys.json["public_keys"][0], receipt.public_key);
}

#[tokio::test]
async fn a_node_reports_as_itself_alone_with_its_own_credential() {
    let mut story = Story::begins().await;
    let (one, other) = (story.enrolled("eu-1").await, story.enrolled("eu-2").await);
    let strange = "A".repeat(43);
    let operator = story.token.clone();
    for (node, credential, status, code) in [
        ("eu-1", "", 401, "node_credential_needed"),
        ("eu-1", strange.as_str(), 401, "node_credential_unknown"),
        // An operator is no node, and a node is no operator.
        ("eu-1", operator.as_str(), 401, "node_credential_unknown"),
        ("eu-1", other.as_str(), 404, "not_found"),
        ("eu-9", one.as_str(), 404, "not_found"),
    ] {
        let answer = match credential {
            "" => story.sends(&format!("POST /nodes/{node}/report"), &report(1, 0, true), &[JSON], "").await,
            credential => story.node_says(node, credential, &report(1, 0, true)).await,
        };
        assert_eq!((answer.status, answer.text("code").as_str()), (status, code), "{node}");
    }
    let bearer = format!("Bearer {one}");
    let answer = story.sends("GET /nodes", "", &[("authorization", &bearer)], "").await;
    assert_eq!((answer.status, answer.text("code").as_str()), (401, "token_unknown"));

    let early = story.node_says("eu-1", &one, &report(1, 0, false)).await;
    assert_eq!((early.status, early.text("code").as_str()), (409, "node_replaced"), "it has not registered");
    assert_eq!(story.node_says("eu-1", &one, &report(1, 0, true)).await.status, 200);
    assert_eq!(story.node_says("eu-1", &one, &report(2, 0, true)).await.status, 200, "another process");
    let replaced = story.node_says("eu-1", &one, &report(1, 0, false)).await;
    assert_eq!((replaced.status, replaced.text("code").as_str()), (409, "node_replaced"));
    for secret in [&one, &other, &operator] {
        assert!(!story.told.contains(secret.as_str()), "no credential is ever told");
    }
}

#[tokio::test]
async fn nodes_are_enrolled_listed_and_removed() {
    let mut story = Story::begins().await;
    let once = [("idempotency-key", "0d9c2f0e-5a57-4a39-8d9f")];
    let first = story.says_with("POST /nodes", r#"{"name":"eu-1"}"#, &once).await;
    let again = story.says_with("POST /nodes", r#"{"name":"eu-1"}"#, &once).await;
    assert_eq!(first.text("credential"), again.text("credential"), "a lost answer is told again");
    assert_eq!(story.says("POST /nodes", r#"{"name":"eu-1"}"#).await.status, 409);
    assert_eq!(story.says("POST /nodes", r#"{"name":"a b"}"#).await.status, 422);
    let credential = first.text("credential");
    story.node_says("eu-1", &credential, &report(1, 0, true)).await;

    let list = story.quietly("GET /nodes", "").await;
    let told: Vec<_> = list.json["items"].as_array().expect("items").iter().collect();
    assert_eq!(
        (&told[0]["node"], &told[0]["ready"], &told[0]["role"]),
        (&"eu-1".into(), &true.into(), &"verify".into())
    );
    assert_eq!((&told[0]["clock_offset_ms"], &told[0]["vouches_live_ms"]), (&(-3).into(), &10_000.into()));
    assert_eq!(told[1]["node"], "local");
    story.clock.advance(domain::SECOND.times(10));
    let list = story.quietly("GET /nodes", "").await;
    assert_eq!(
        (&list.json["items"][0]["ready"], &list.json["items"][0]["lease_age_ms"]),
        (&false.into(), &10_000.into())
    );

    assert_eq!(story.says("POST /nodes/eu-1/remove", "").await.status, 200);
    assert_eq!(story.says("POST /nodes/eu-1/remove", "").await.status, 404);
    let answer = story.node_says("eu-1", &credential, &report(1, 0, false)).await;
    assert_eq!((answer.status, answer.text("code").as_str()), (401, "node_credential_unknown"));
    let audit = story.quietly("GET /audit?limit=200", "").await;
    let entries = audit.json["items"].as_array().expect("entries");
    for action in ["node.enrolled", "node.removed"] {
        assert_eq!(entries.iter().filter(|entry| entry["action"] == action).count(), 1, "{action}");
    }
}

#[tokio::test]
async fn a_wait_that_cannot_be_meant_changes_nothing() {
    let mut story = Story::begins().await;
    let account = story.account("Fleet").await;
    let (_, key_id) = story.test_key(&account).await;
    let path = format!("/accounts/{account}/pairs/{key_id}");
    for query in ["within_ms=soon", "within_ms=30001", "within_ms=-1", "wait=all", "waits=fleet"] {
        let answer = story.says(&format!("POST {path}/deactivate?wait=fleet&{query}"), "").await;
        assert_eq!(answer.status, 400, "{query}");
    }
    let found = story.quietly(&format!("GET /pairs/{key_id}"), "").await;
    assert_eq!(found.json["state"], "current");
}

#[tokio::test]
async fn a_node_that_only_reads_tells_what_was_used_there() {
    let mut story = Story::begins().await;
    let credential = story.enrolled("eu-1").await;
    let account = story.account("Fleet").await;
    let (_, key_id) = story.test_key(&account).await;
    let token = format!("Bearer {credential}");
    let headers = [("authorization", token.as_str()), JSON];
    let used_at = |key_id: &str, count: u32, at: &str| {
        format!(
            r#"{{"uses":[{{"key_id":"{key_id}","count":{count},"last_used_at":"{at}","last_used_from":"192.0.2.1"}}]}}"#
        )
    };
    let used = |key_id: &str, count: u32| used_at(key_id, count, "2026-11-23T05:59:00.000Z");
    let nobody = story.sends("POST /nodes/eu-1/usage", &used(&key_id, 3), &headers, "").await;
    assert_eq!((nobody.status, nobody.text("code").as_str()), (409, "node_replaced"), "nothing runs as it");
    assert_eq!(story.node_says("eu-1", &credential, &report(1, 0, true)).await.status, 200);
    let many =
        format!(r#"{{"uses":[{}]}}"#, vec![r#"{"key_id":"x","count":1,"last_used_at":""}"#; 101].join(","));
    for (body, status) in [
        (used(&key_id, 3), 200),
        (used("rzp_test_00000000000000", 1), 200),
        (used(&key_id, 0), 422),
        (used("nonsense", 1), 422),
        (many, 422),
    ] {
        let answer = story.sends("POST /nodes/eu-1/usage", &body, &headers, "").await;
        assert_eq!(answer.status, status, "{body}");
    }
    let other = story.sends("POST /nodes/eu-2/usage", &used(&key_id, 1), &headers, "").await;
    assert_eq!(other.status, 404);
    let found = story.quietly(&format!("GET /pairs/{key_id}"), "").await;
    assert_eq!(
        (found.text("last_used_at"), found.text("last_used_from")),
        ("2026-11-23T05:59:00.000Z".to_owned(), "192.0.2.1".to_owned())
    );

    let phantom = used("rzp_test_00000000000000", 1).replace("]}", ",")
        + &used_at(&key_id, 1, "2099-01-01T00:00:00.000Z")[9..];
    let told = story.sends("POST /nodes/eu-1/usage", &phantom, &headers, "").await;
    assert_eq!((told.status, told.json["uses"].as_array().map(Vec::len)), (200, Some(1)), "{phantom}");
    let found = story.quietly(&format!("GET /pairs/{key_id}"), "").await;
    assert_eq!(found.text("last_used_at"), "2026-11-23T06:00:00.000Z", "no use is in times to come");
}

#[tokio::test]
async fn a_node_s_credential_makes_neither_many_processes_nor_one_that_may_write() {
    let mut story = Story::begins().await;
    let credential = story.enrolled("eu-1").await;
    for n in 1..=5 {
        let taken = story.node_says("eu-1", &credential, &report(n, 0, true)).await;
        assert_eq!(taken.status, 200, "{n}");
    }
    let again = story.node_says("eu-1", &credential, &report(5, 0, true)).await;
    assert_eq!(again.status, 200, "it takes the node from nobody");
    let refused = story.node_says("eu-1", &credential, &report(6, 0, true)).await;
    assert_eq!((refused.status, refused.text("code").as_str()), (429, "too_many_processes"));
    assert!(!refused.text("again_at").is_empty());
    story.clock.advance(domain::MINUTE.times(6));
    let account = story.account("Fleet").await;
    let (_, key_id) = story.test_key(&account).await;
    let receipt = receipt(&story.deactivates(&account, &key_id).await);
    assert_eq!(receipt.nodes, 6, "all of them and this one");

    let writing = report(7, 0, true).replace(r#""role":"verify""#, r#""role":"control""#);
    assert_ne!(writing, report(7, 0, true));
    let refused = story.node_says("eu-1", &credential, &writing).await;
    assert_eq!((refused.status, refused.text("field").as_str()), (422, "register.role"));
}

// Receipts after a failover count with nodes they do not know of, for as long as this process itself would vouch.
#[tokio::test]
async fn no_node_vouches_longer_than_the_control_plane() {
    let mut story = Story::begins().await;
    let credential = story.enrolled("eu-1").await;
    let own = story.app.engine.rules().vouch_for;
    let longer =
        report(1, 0, true).replace("310000", "999999999").replace(":10000,\"vouches", ":999999,\"vouches");
    assert_eq!(longer.matches("999999").count(), 2, "{longer}");
    let taken = story.node_says("eu-1", &credential, &longer).await;
    assert_eq!(taken.status, 200);
    let told = ["vouches_test_ms", "vouches_live_ms", "lease_ms"].map(|field| taken.json[field].as_i64());
    let longest = own.test.max(own.live).as_millis();
    assert_eq!(told, [Some(own.test.as_millis()), Some(10_000), Some(longest)]);
}

#[tokio::test]
async fn a_node_that_only_reads_says_what_the_database_has_lost_and_no_key_is_changed_any_more() {
    let mut story = Story::begins().await;
    let credential = story.enrolled("eu-1").await;
    let account = story.account("Fleet").await;
    let (_, key_id) = story.test_key(&account).await;
    story.node_says("eu-1", &credential, &report(1, 0, true)).await;
    let life = story.app.engine.store().head_as("", 0).await.expect("readable").incarnation;
    let lost = |incarnation: &str| {
        let more = format!(
            r#","mark":"{}","history_lost":{{"seen":9,"incarnation":"{incarnation}"}}}}"#,
            "07".repeat(16)
        );
        report(1, 1, false).strip_suffix('}').expect("an object").to_owned() + &more
    };
    let wrong = story.node_says("eu-1", &credential, &lost("another")).await;
    assert_eq!((wrong.status, wrong.text("code").as_str()), (422, "invalid"));
    let earlier = story.node_says("eu-1", &credential, &lost(&"ab".repeat(16))).await;
    assert_eq!((earlier.status, &earlier.json["position"]), (200, &0.into()), "a mark of another history");
    story.app.engine.catch_up(story.app.clock.uptime()).await.expect("readable");
    assert_eq!(story.app.engine.quarantined(), None, "of a life that is over");

    story.node_says("eu-1", &credential, &lost(&life.to_string())).await;
    story.app.engine.catch_up(story.app.clock.uptime()).await.expect("readable");
    let marked = story.app.engine.quarantined().expect("it is marked");
    assert_eq!((marked.by.as_str(), marked.seen), ("eu-1", 9));
    let path = format!("POST /accounts/{account}/pairs/{key_id}/deactivate");
    let refused = story.says(&path, "").await;
    assert_eq!((refused.status, refused.text("code").as_str()), (503, "quarantined"));
    let nodes = story.says("GET /nodes", "").await;
    let told = nodes.json["items"].as_array().expect("nodes").iter();
    let told: Vec<_> = told.map(|node| (node["node"].as_str(), node["history_lost"].as_bool())).collect();
    assert!(told.contains(&(Some("eu-1"), Some(true))), "{told:?}");
}
