//! The feed as a follower reads it, and who may.

use axum::body::{Body, to_bytes};
use axum::http::Request;
use domain::{DAY, MINUTE, SECOND, VerificationKeys};
use tower::ServiceExt;
use wire::feed::{self, MEDIA_TYPE, Mark, NoPage, Page, State};

use super::Story;

/// An answer with its body as it came.
struct Raw {
    status: u16,
    media_type: String,
    body: Vec<u8>,
}

impl Raw {
    fn page(&self) -> Page<'_> {
        assert_eq!((self.status, self.media_type.as_str()), (200, MEDIA_TYPE), "{:?}", self.code());
        feed::decode(&self.body).expect("a page")
    }

    fn code(&self) -> String {
        let problem: Option<serde_json::Value> = serde_json::from_slice(&self.body).ok();
        problem.map(|problem| problem["code"].as_str().unwrap_or_default().to_owned()).unwrap_or_default()
    }
}

impl Story {
    /// Asks for a path with a bearer token.
    async fn gets(&self, path: &str, token: &str) -> Raw {
        let request = Request::builder().uri(format!("/api/v1{path}")).header("host", "any.example");
        let request = request.header("authorization", format!("Bearer {token}")).body(Body::empty());
        let answer = self.router.clone().oneshot(request.expect("a request")).await.expect("an answer");
        let (parts, body) = answer.into_parts();
        assert_eq!(parts.headers["cache-control"], "no-store", "{path}");
        Raw {
            status: parts.status.as_u16(),
            media_type: parts.headers["content-type"].to_str().expect("text").to_owned(),
            body: to_bytes(body, usize::MAX).await.expect("a body").to_vec(),
        }
    }

    async fn asks(&self, token: &str, ask: &feed::Ask) -> Raw {
        self.gets(&format!("/feed?{}", ask.query()), token).await
    }

    async fn follower(&mut self, name: &str) -> String {
        self.quietly("POST /followers", &format!(r#"{{"name":"{name}"}}"#)).await.text("token")
    }
}

/// What a follower asks that knows everything a page told.
fn next(page: &Page<'_>, wait: u64) -> feed::Ask {
    feed::Ask { after: page.head, key_id: None, known: Some((page.head, page.mark)), wait, nonce: 8 }
}

#[tokio::test]
async fn a_follower_is_admitted_told_its_token_once_more_on_a_repeat_listed_and_revoked() {
    let mut story = Story::begins().await;
    let key = [("idempotency-key", "5f0d4a52-77b1-4b6e")];
    let first = story.says_with("POST /followers", r#"{"name":"payments-eu"}"#, &key).await;
    let again = story.says_with("POST /followers", r#"{"name":"payments-eu"}"#, &key).await;
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(first.text("token"), again.text("token"));
    assert!(story.told.contains("[idempotent-replayed: true]"));
    let taken = story.says("POST /followers", r#"{"name":"payments-eu"}"#).await;
    assert_eq!((taken.status, taken.text("code").as_str()), (409, "taken"));
    let wrong = story.says("POST /followers", r#"{"name":"payments eu"}"#).await;
    assert_eq!((wrong.status, wrong.text("code").as_str()), (422, "invalid"));
    story.clock.advance(MINUTE.times(10));
    let late = story.says_with("POST /followers", r#"{"name":"payments-eu"}"#, &key).await;
    assert_eq!((late.status, late.text("code").as_str()), (409, "taken"), "it is told for ten minutes only");

    let token = first.text("token");
    story.app.engine.catch_up(story.app.clock.uptime()).await.expect("readable");
    assert_eq!(story.asks(&token, &feed::Ask::default()).await.status, 200);
    let list = story.says("GET /followers", "").await;
    let one = &list.json["items"][0];
    assert_eq!((one["name"].as_str(), one["position"].as_i64()), (Some("payments-eu"), Some(0)));
    assert!(one["asked_at"].is_string() && one["revoked_at"].is_null());
    assert!(one.get("token").is_none(), "it was told once");

    for _ in 0..2 {
        let revoked = story.says("POST /followers/payments-eu/revoke", "").await;
        assert!(revoked.status == 200 && revoked.json["revoked_at"].is_string());
    }
    assert_eq!(story.says("POST /followers/nobody/revoke", "").await.status, 404);
    for path in ["/feed?after=0", "/feed/keys"] {
        let refused = story.gets(path, &token).await;
        assert_eq!((refused.status, refused.code().as_str()), (401, "follower_token_unknown"), "{path}");
    }
    let audit = story.says("GET /audit", "").await;
    let actions = audit.json["items"].as_array().expect("entries").iter();
    let actions: Vec<_> = actions.filter_map(|entry| entry["action"].as_str()).collect();
    let of_followers: Vec<_> = actions.into_iter().filter(|action| action.starts_with("follower.")).collect();
    assert_eq!(of_followers, ["follower.admitted", "follower.revoked"], "one entry for each change");
}

#[tokio::test]
async fn a_follower_s_token_opens_the_feed_and_nothing_else_and_no_other_token_opens_it() {
    let mut story = Story::begins().await;
    let token = story.follower("payments-eu").await;
    for path in ["/accounts", "/followers", "/audit", "/nodes"] {
        assert_eq!(story.gets(path, &token).await.code(), "token_unknown", "{path}");
    }
    for path in ["/feed?after=0", "/feed/keys"] {
        assert_eq!(story.gets(path, &story.token).await.code(), "follower_token_unknown", "{path}");
        assert_eq!(story.gets(path, "x").await.code(), "follower_token_unknown", "{path}");
    }
    let keys = story.gets("/feed/keys", &token).await;
    assert_eq!((keys.status, keys.media_type.as_str()), (200, feed::KEYS_MEDIA_TYPE));
    let keys = VerificationKeys::from_bytes(&keys.body).expect("keys");
    assert_eq!(keys.newest().version(), 1);
}

#[tokio::test]
async fn a_page_tells_every_pair_and_what_changed_after_it() {
    let mut story = Story::begins().await;
    let token = story.follower("payments-eu").await;
    let account = story.account("Shop").await;
    let (_, first) = story.test_key(&account).await;
    let generate = format!("POST /accounts/{account}/keys");
    let second = story.quietly(&generate, r#"{"mode":"test","name":"Two"}"#).await.text("key_id");

    let ask = feed::Ask { nonce: 7, ..feed::Ask::default() };
    let answer = story.asks(&token, &ask).await;
    let page = answer.page();
    assert_eq!((page.nonce, page.complete, page.head, page.newest_key), (7, true, 2, 1));
    assert_eq!((page.age_ms, page.vouch_ms), (0, 310_000));
    let told: Vec<_> = page.pairs.iter().map(|pair| (pair.position, pair.key_id, pair.state)).collect();
    assert_eq!(told, [(1, first.as_str(), State::Current), (2, second.as_str(), State::Current)]);
    let brands: Vec<_> = page.pairs.iter().map(|pair| page.brands[usize::from(pair.brand)]).collect();
    assert_eq!(brands, ["razorpay/IN"; 2]);
    assert_eq!(page.pairs[0].account, account.as_bytes()[4..]);

    let half = feed::Ask {
        after: 1,
        key_id: Some(first.clone()),
        known: Some((page.head, page.mark)),
        ..feed::Ask::default()
    };
    let rest = story.asks(&token, &half).await;
    assert_eq!(rest.page().pairs.iter().map(|pair| pair.key_id).collect::<Vec<_>>(), [second.as_str()]);

    let nothing = story.asks(&token, &next(&page, 0)).await;
    assert_eq!((nothing.page().pairs.len(), nothing.page().head), (0, 2));
    story.quietly(&format!("POST /accounts/{account}/pairs/{first}/deactivate"), "").await;
    let changed = story.asks(&token, &next(&page, 0)).await;
    let told: Vec<_> = changed.page().pairs.iter().map(|pair| (pair.position, pair.key_id)).collect();
    assert_eq!(told, [(3, first.as_str())]);
    assert!(matches!(changed.page().pairs[0].state, State::Deactivated(_)));
}

#[tokio::test]
async fn whoever_waits_is_told_of_a_change_and_of_nothing_else_until_this_process_stops() {
    let mut story = Story::begins().await;
    let token = story.follower("payments-eu").await;
    let account = story.account("Shop").await;
    let (_, key_id) = story.test_key(&account).await;
    let answer = story.asks(&token, &feed::Ask::default()).await;
    let wait = next(&answer.page(), 25);

    let app = story.app.clone();
    let end = async {
        let (actor, now) =
            (domain::Actor::Operator { name: "ops".to_owned(), origin: String::new() }, app.now());
        let key_id = key_id.parse().expect("an id");
        app.engine.deactivate_by_operator(&actor, &key_id, now, &mut *app.rng()).await.expect("it works");
    };
    // In this order: the follower waits already when the pair ends.
    let (told, ()) = tokio::join!(story.asks(&token, &wait), end);
    let told = told.page();
    assert_eq!(told.pairs.iter().map(|pair| pair.key_id).collect::<Vec<_>>(), [key_id.as_str()]);

    let close = async { story.app.feed.close() };
    let wait = next(&told, 25);
    let (stopped, ()) = tokio::join!(story.asks(&token, &wait), close);
    assert_eq!((stopped.page().pairs.len(), stopped.page().head), (0, 2));
}

#[tokio::test]
async fn whoever_knows_another_history_is_told_to_begin_anew() {
    let mut story = Story::begins().await;
    let token = story.follower("payments-eu").await;
    let account = story.account("Shop").await;
    let (_, key_id) = story.test_key(&account).await;
    let answer = story.asks(&token, &feed::Ask::default()).await;
    let page = answer.page();
    let other: Mark = [1; 16];
    for (what, ask) in [
        (
            "another change at this position",
            feed::Ask { known: Some((1, other)), after: 1, ..feed::Ask::default() },
        ),
        (
            "a position that never was",
            feed::Ask { known: Some((2, page.mark)), after: 2, ..feed::Ask::default() },
        ),
        ("no history at all", feed::Ask { after: 1, ..feed::Ask::default() }),
        (
            "another one in the middle of loading",
            feed::Ask {
                known: Some((1, other)),
                after: 1,
                key_id: Some(key_id.clone()),
                ..feed::Ask::default()
            },
        ),
    ] {
        let refused = story.asks(&token, &ask).await;
        assert_eq!((refused.status, refused.code().as_str()), (409, "other_history"), "{what}");
    }
    assert_eq!(story.asks(&token, &next(&page, 0)).await.status, 200);
    for bad in
        ["after=-1", "after=x", "after=0&wait=26", "after=0&known=7", "after=0&nonce=-1", "after=0&key_id=x"]
    {
        let refused = story.gets(&format!("/feed?{bad}"), &token).await;
        assert_eq!((refused.status, refused.code().as_str()), (400, "invalid_parameter"), "{bad}");
    }
    assert_eq!(story.gets("/feed", &token).await.status, 400);
}

#[tokio::test]
async fn a_process_says_how_old_its_knowledge_is_and_nothing_when_it_is_too_old() {
    let mut story = Story::begins().await;
    let token = story.follower("payments-eu").await;
    story.clock.advance(SECOND.times(5));
    let answer = story.asks(&token, &feed::Ask::default()).await;
    assert_eq!(answer.page().age_ms, 5_000);
    story.clock.advance(DAY);
    let silent = story.asks(&token, &feed::Ask::default()).await;
    assert_eq!((silent.status, silent.code().as_str()), (503, "not_ready"));
    story.app.engine.catch_up(story.app.clock.uptime()).await.expect("readable");
    assert_eq!(story.asks(&token, &feed::Ask::default()).await.page().age_ms, 0);
}

#[tokio::test]
async fn a_feed_longer_than_a_page_is_read_in_parts_each_pair_once() {
    let mut story = Story::begins().await;
    let token = story.follower("payments-eu").await;
    let (app, folder) = (&story.app, tempfile::tempdir().expect("a folder"));
    let (engine, brand) = (&app.engine, &app.config.brands[0]);
    crate::demo::add_pairs(engine, brand, 7_001, folder.path(), &*app.clock, &*app.random, |_| ())
        .await
        .expect("a sample");
    story.app.engine.catch_up(story.app.clock.uptime()).await.expect("readable");
    let mut seen = std::collections::BTreeSet::new();
    let (mut ask, mut pages) = (feed::Ask::default(), 0);
    loop {
        let answer = story.asks(&token, &ask).await;
        let page = answer.page();
        pages += 1;
        for pair in &page.pairs {
            assert!(seen.insert(pair.key_id.to_owned()), "{} came twice", pair.key_id);
        }
        if page.complete {
            break;
        }
        let last = page.pairs.last().expect("a full page");
        ask = feed::Ask {
            after: last.position,
            key_id: Some(last.key_id.to_owned()),
            known: Some((page.head, page.mark)),
            ..feed::Ask::default()
        };
        for cut in [0, 1, answer.body.len() / 2, answer.body.len() - 1] {
            assert!(matches!(feed::decode(&answer.body[..cut]), Err(NoPage::Damaged | NoPage::OtherForm)));
        }
    }
    assert_eq!((seen.len(), pages), (7_001, 2));
}

// A restored database says that it works; this process knows better, and so does whoever follows it.
#[tokio::test]
async fn a_follower_is_told_no_pair_to_be_more_alive_than_it_is_known_to_be() {
    let mut story = Story::begins().await;
    let token = story.follower("payments-eu").await;
    let account = story.account("Shop").await;
    let (_, key_id) = story.test_key(&account).await;
    let told = async |story: &Story| {
        let answer = story.asks(&token, &feed::Ask::default()).await;
        answer.page().pairs[0].state
    };
    assert_eq!(told(&story).await, State::Current);
    let ended = domain::PairState::Ended { at: story.app.now(), why: domain::EndReason::Deactivated };
    assert!(story.app.engine.index().end(&key_id.parse().expect("a key id"), ended));
    assert_eq!(told(&story).await, State::Deactivated(story.app.now().as_millis()));
}
