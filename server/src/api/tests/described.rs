//! The document and the handbook: every route is in both, and every route is closed without a token.

use std::collections::BTreeSet;

use super::Story;

/// What people rely on, whatever else is there.
const PROMISED: [&str; 14] = [
    "POST /api/v1/accounts",
    "GET /api/v1/accounts",
    "GET /api/v1/accounts/{account}",
    "POST /api/v1/accounts/{account}/activate",
    "POST /api/v1/accounts/{account}/website",
    "POST /api/v1/accounts/{account}/website/verify",
    "GET /api/v1/accounts/{account}/keys",
    "POST /api/v1/accounts/{account}/keys",
    "POST /api/v1/accounts/{account}/keys/{key}/regenerate",
    "POST /api/v1/accounts/{account}/pairs/{key_id}/deactivate",
    "GET /api/v1/accounts/{account}/keys/{key}/usage",
    "GET /api/v1/accounts/{account}/refusals",
    "GET /api/v1/audit",
    "GET /api/v1/nodes",
];

async fn described(story: &mut Story) -> (serde_json::Value, BTreeSet<String>) {
    let document = story.sends("GET /openapi.json", "", &[], "").await.json;
    let paths = document["paths"].as_object().expect("paths");
    let calls = paths.iter().flat_map(|(path, calls)| {
        let methods = calls.as_object().expect("calls").keys().map(|method| method.to_uppercase());
        methods.map(move |method| format!("{method} {path}"))
    });
    let calls = calls.collect();
    (document, calls)
}

#[tokio::test]
async fn the_document_holds_every_promised_call_and_the_handbook_every_described_one() {
    let mut story = Story::begins().await;
    let (document, calls) = described(&mut story).await;
    assert_eq!(document["openapi"], "3.1.0");
    for promised in PROMISED {
        assert!(calls.contains(promised), "{promised}");
    }
    let handbook = include_str!("../../../../docs/api.md");
    for call in &calls {
        assert!(handbook.contains(&format!("`{call}`")), "docs/api.md lacks `{call}`");
    }
    for code in wire::codes::Code::ALL {
        let row = code.row();
        assert!(
            handbook.contains(&format!("| `{}` | {} |", row.code, row.status)),
            "docs/api.md lacks {}",
            row.code
        );
    }
}

#[tokio::test]
async fn every_described_call_is_routed_and_closed_without_a_token() {
    let mut story = Story::begins().await;
    let (_, calls) = described(&mut story).await;
    for call in calls.iter().filter(|call| !call.ends_with("/openapi.json")) {
        let line = call.replace("/api/v1", "").replace(['{', '}'], "");
        let answer = story.sends(&line, "", &[], "").await;
        let needed = match () {
            () if line.contains("/feed") => "follower_token_needed",
            () if line.ends_with("/report") || line.starts_with("POST /nodes/node/usage") => {
                "node_credential_needed"
            }
            () => "token_needed",
        };
        assert_eq!((answer.status, answer.text("code").as_str()), (401, needed), "{call}");
    }
}

#[tokio::test]
async fn every_reference_in_the_document_leads_somewhere() {
    let mut story = Story::begins().await;
    let (document, _) = described(&mut story).await;
    let text = document.to_string();
    for reference in text.split("\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap_or_default();
        assert!(document["components"]["schemas"].get(name).is_some(), "{name} is described nowhere");
    }
    for (path, calls) in document["paths"].as_object().expect("paths") {
        for (method, call) in calls.as_object().expect("calls") {
            assert!(call["summary"].is_string() && call["operationId"].is_string(), "{method} {path}");
        }
    }
}
