//! A Check, as a full client with Envoy's own messages sees it.

use envoy_types::pb::envoy::config::core::v3::HeaderValueOption;
use envoy_types::pb::envoy::config::core::v3::header_value_option::HeaderAppendAction;
use envoy_types::pb::envoy::service::auth::v3::check_response::HttpResponse;
use envoy_types::pb::envoy::service::auth::v3::{CheckResponse, DeniedHttpResponse};
use keystead_envoy::Settings;
use tonic::Code;

use crate::site::{ACCOUNT, ENDED, LIVE, OTHER_SECRET, SECRET, Site, TEST, UNKNOWN, basic};

/// Names and values; fails unless each replaces whatever a client sent under its name.
fn overwriting(headers: Vec<HeaderValueOption>) -> Vec<(String, String)> {
    let one = |option: HeaderValueOption| {
        assert_eq!(option.append_action(), HeaderAppendAction::OverwriteIfExistsOrAdd);
        let header = option.header.expect("an option has a header");
        (header.key, header.value)
    };
    headers.into_iter().map(one).collect()
}

fn denied(answer: CheckResponse) -> (i32, i32, Vec<(String, String)>, String) {
    let Some(HttpResponse::DeniedResponse(DeniedHttpResponse { status, headers, body })) =
        answer.http_response
    else {
        panic!("not denied: {answer:?}")
    };
    let code = answer.status.expect("a status").code;
    (code, status.expect("an HTTP status").code, overwriting(headers), body)
}

fn value<'a>(headers: &'a [(String, String)], name: &str) -> &'a str {
    headers.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_good_key_is_passed_on_as_its_identity_and_loses_its_secret() {
    let site = Site::open();
    for (key_id, mode) in [(LIVE, "live"), (TEST, "test")] {
        let answer = site.asks(&[("authorization", &basic(key_id, SECRET))]).await.expect("an answer");
        assert_eq!(answer.status.as_ref().map(|status| status.code), Some(0));
        let Some(HttpResponse::OkResponse(ok)) = answer.http_response else { panic!("not granted") };
        let expected = [("x-key-id", key_id), ("x-key-mode", mode), ("x-account-id", ACCOUNT)];
        let headers = overwriting(ok.headers);
        for (name, text) in expected {
            assert_eq!(value(&headers, name), text);
        }
        assert_eq!(value(&headers, "x-brand"), "razorpay/IN");
        assert_eq!(headers.len(), 4);
        assert_eq!(ok.headers_to_remove, ["authorization"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn all_refusals_look_the_same_and_carry_the_listeners_words() {
    let site = Site::open();
    let mut seen = Vec::new();
    for authorization in [
        basic(LIVE, OTHER_SECRET),
        basic(UNKNOWN, SECRET),
        basic(ENDED, SECRET),
        basic(LIVE, ""),
        format!("{},{}", basic(LIVE, SECRET), basic(LIVE, SECRET)),
        format!("Bearer {SECRET}"),
    ] {
        let answer = site.asks(&[("authorization", &authorization)]).await.expect("an answer");
        seen.push(denied(answer));
    }
    seen.dedup();
    let [(code, status, headers, body)] = &seen[..] else { panic!("they differ: {seen:#?}") };
    assert_eq!((*code, *status), (16, 401));
    assert_eq!(value(headers, "www-authenticate"), r#"Basic realm="Razorpay API", charset="UTF-8""#);
    assert_eq!(value(headers, "content-type"), "application/json");
    assert_eq!(value(headers, "cache-control"), "no-store");
    assert_eq!(value(headers, "x-keystead-error"), "", "Envoy passes on the body itself");
    assert_eq!(body, r#"{"error":{"code":"BAD_REQUEST_ERROR","description":"Authentication failed"}}"#);

    let (_, status, headers, body) = denied(site.asks(&[("accept", "*/*")]).await.expect("an answer"));
    assert_eq!(status, 401);
    assert!(value(&headers, "www-authenticate").starts_with("Basic "));
    assert!(body.contains("Please provide your api key for authentication purposes"), "{body}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_process_that_cannot_say_answers_503_and_never_401() {
    let site = Site::not_ready(Settings { threads: 1, ..Settings::default() });
    for key_id in [LIVE, UNKNOWN] {
        let answer = site.asks(&[("authorization", &basic(key_id, SECRET))]).await.expect("an answer");
        let (code, status, headers, body) = denied(answer);
        assert_eq!((code, status), (14, 503));
        assert_eq!(value(&headers, "retry-after"), "2");
        assert_eq!(value(&headers, "www-authenticate"), "");
        assert!(body.contains("SERVER_ERROR"), "{body}");
    }
    site.becomes_ready();
    let answer = site.asks(&[("authorization", &basic(LIVE, SECRET))]).await.expect("an answer");
    assert!(matches!(answer.http_response, Some(HttpResponse::OkResponse(_))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_route_demands_a_mode_and_a_client_has_no_say_in_it() {
    let site = Site::open();
    let authorization = basic(TEST, SECRET);
    let headers = [("authorization", authorization.as_str()), ("x-require-mode", "test")];
    let answer = site.asks_on_route(&headers, &[("require_mode", "live")]).await.expect("an answer");
    assert_eq!(denied(answer).1, 401);
    let headers = [("authorization", authorization.as_str()), ("x-require-mode", "live")];
    let answer = site.asks_on_route(&headers, &[("require_mode", "test")]).await.expect("an answer");
    assert!(matches!(answer.http_response, Some(HttpResponse::OkResponse(_))));

    let wrong = site.asks_on_route(&headers, &[("require_mode", "production")]).await;
    let wrong = wrong.expect_err("a demand that does not exist is no demand that is met");
    assert_eq!(wrong.code(), Code::InvalidArgument);
    assert!(wrong.message().contains("require_mode"), "{wrong}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn verdicts_are_counted_and_refusals_remembered_as_on_the_gateway_listener() {
    let site = Site::open();
    let sum = |name: &str| {
        let sums = site.desk.tallies().sums();
        sums.iter().find(|(known, _)| *known == name).map(|(_, count)| *count)
    };
    let wrong = basic(LIVE, OTHER_SECRET);
    for authorization in [&wrong, &wrong, &basic(LIVE, SECRET)] {
        let headers = [("authorization", authorization.as_str()), ("user-agent", "shop/2")];
        site.asks(&headers).await.expect("an answer");
    }
    site.asks(&[]).await.expect("an answer");
    assert_eq!(
        (sum("wrong_secret"), sum("granted"), sum("missing")),
        (Some(2), Some(1), Some(1)),
        "{:?}",
        site.desk.tallies().sums()
    );

    let told = site.refusals.recent_of(&LIVE.parse().expect("a key id"));
    let [only] = &told[..] else { panic!("one pair, one reason: {told:?}") };
    let from = only.sources.latest().expect("a source");
    assert_eq!((only.count, from.agent.as_str()), (2, "shop/2"));
    assert_eq!(from.address, Some([192, 0, 2, 7].into()), "the client's address, not Envoy's");
}
