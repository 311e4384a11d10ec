//! The shop and a server, told as one story: a key works, ends, and the server goes away.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use keystead_verify as verify;

use domain::{Actor, GenerateRequest, Mode, NewOwner, SECOND, Timestamp};
use server::app::Engine;
use server::clock::{Clock, ManualClock};
use server::config::Config;
use server::random::{RandomSource, SeededRandom};
use server::start::{Options, Running, make_folder, open_engine, start};
use verify::Uptime;
use verify::follow::{Follower, Trouble};

/// The server's clock, for the shop too: an allowance of five minutes is over without anybody waiting.
struct SameClock(Arc<ManualClock>);

impl verify::follow::Clock for SameClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
    fn uptime(&self) -> Uptime {
        self.0.uptime()
    }
}

/// A key id and its secret.
struct Held {
    key_id: domain::KeyId,
    secret: String,
}

struct Story {
    server: Option<Running>,
    clock: Arc<ManualClock>,
    follower: Follower,
    shop: SocketAddr,
    account: domain::AccountId,
    operator: Actor,
    folder: tempfile::TempDir,
}

impl Story {
    async fn begins() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the story");
        let data = folder.path().join("data");
        let random = SeededRandom::new(6);
        make_folder(&data, &random).expect("a fresh folder");
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_795_413_600_000)));
        let (engine, options) = opened(&data, clock.clone(), 0, 7).await;
        let running = start(engine, options, |_, _| ()).await.expect("a server");
        let operator = Actor::Operator { name: "ops".to_owned(), origin: String::new() };
        let (engine, now) = (&running.app().engine, clock.now());
        let brand = "razorpay/IN".parse().expect("a sample brand");
        let owner =
            NewOwner { name: "Asha".to_owned(), email: "asha@books.example".to_owned(), mobile: None };
        let rng = &mut *random.source();
        let account =
            engine.open_account(&operator, &brand, "Books", &owner, now, rng).await.expect("opened");
        let admitted = engine.admit_follower(&operator, "shop", None, now, rng).await.expect("admitted");

        let url = format!("http://{}", running.public());
        let builder = Follower::builder(&url, admitted.token.reveal());
        let follower = builder.clock(Arc::new(SameClock(clock.clone()))).start().expect("a follower");
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let shop = listener.local_addr().expect("its address");
        let router = keystead_example_shop::router(follower.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { server: Some(running), clock, follower, shop, account: account.id, operator, folder }
    }

    fn server(&self) -> &Running {
        self.server.as_ref().expect("it runs")
    }

    async fn generates(&self, name: &str) -> Held {
        let request = GenerateRequest { mode: Mode::Test, name: Some(name.to_owned()), expires_at: None };
        let app = self.server().app();
        let rng = &mut *app.rng();
        let issued =
            app.engine.generate_by_operator(&self.operator, &self.account, &request, None, app.now(), rng);
        let issued = issued.await.expect("a key");
        Held { key_id: issued.key_id, secret: issued.secret.reveal().to_owned() }
    }

    async fn deactivates(&self, held: &Held) {
        let app = self.server().app();
        let rng = &mut *app.rng();
        let ended = app.engine.deactivate_by_operator(&self.operator, &held.key_id, app.now(), rng);
        ended.await.expect("it works");
    }

    /// Until the shop knows what the server knows.
    async fn catches_up(&self) {
        let position = self.server().app().engine.index().position();
        within(self.follower.reached(position)).await;
    }

    /// Until the shop has noticed that something is wrong.
    async fn hears_of(&self, is_it: impl Fn(&Trouble) -> bool) {
        within(async {
            while !self.follower.status().trouble.as_ref().is_some_and(&is_it) {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    async fn asks(&self, method: &'static str, path: &str, held: Option<(&str, &str)>) -> (u16, String) {
        let url = format!("http://{}{path}", self.shop);
        let authorization =
            held.map(|(id, secret)| format!("Basic {}", BASE64_STANDARD.encode(format!("{id}:{secret}"))));
        let asked = move || {
            let agent = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build();
            let mut request = ureq::http::Request::builder().method(method).uri(url);
            if let Some(authorization) = authorization {
                request = request.header("Authorization", authorization);
            }
            let request = request.body("two books").expect("a request");
            let mut answer = ureq::Agent::from(agent).run(request).expect("an answer");
            (answer.status().as_u16(), answer.body_mut().read_to_string().expect("text"))
        };
        tokio::task::spawn_blocking(asked).await.expect("an answer")
    }

    async fn orders_with(&self, held: &Held) -> u16 {
        self.asks("POST", "/orders", Some((held.key_id.as_str(), &held.secret))).await.0
    }
}

/// A server of a folder that has not started yet, with randomness of its own.
async fn opened(data: &Path, clock: Arc<ManualClock>, port: u16, seed: u64) -> (Engine, Options) {
    let random: Arc<dyn RandomSource> = Arc::new(SeededRandom::new(seed));
    let mut config = Config::demo(data, 8080, include_str!("../../../brands.toml")).expect("brands");
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    (config.listen.gateway, config.listen.ops) = (any_port, any_port);
    config.listen.public = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let engine = open_engine(&config, &*random).await.expect("a whole database");
    (engine, Options { config, clock, random, demo: None })
}

/// What a backup that copies files does, with the server stopped.
fn copied(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_file() {
            let name = path.file_name().expect("files have names");
            std::fs::copy(&path, to.join(name)).expect("a copy");
        }
    }
}

/// Bounded, so that a story that goes wrong ends.
async fn within<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), work).await.expect("it takes milliseconds when all is well")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_verifies_by_itself_from_the_first_key_to_the_last_second_of_its_allowance() {
    let mut story = Story::begins().await;
    within(story.follower.loaded()).await;
    let (first, second) = (story.generates("First").await, story.generates("Second").await);
    story.catches_up().await;

    let (status, body) = story.asks("POST", "/orders", Some((first.key_id.as_str(), &first.secret))).await;
    assert_eq!((status, body.contains(story.account.as_str())), (201, true), "{body}");
    assert_eq!(story.orders_with(&second).await, 201);
    let (status, body) = story.asks("POST", "/orders", Some((first.key_id.as_str(), &second.secret))).await;
    assert_eq!(status, 401);
    assert_eq!(body, r#"{"error":{"code":"BAD_REQUEST_ERROR","description":"Authentication failed"}}"#);
    let (status, body) = story.asks("POST", "/orders", None).await;
    assert!(status == 401 && body.contains("Please provide your api key"), "{body}");
    assert_eq!(story.asks("GET", "/healthz", None).await.0, 200, "health asks for no key");

    story.deactivates(&first).await;
    story.catches_up().await;
    assert_eq!((story.orders_with(&first).await, story.orders_with(&second).await), (401, 201));

    // The server goes away: nothing new is heard, what is known counts for the allowance.
    let server = story.server.take().expect("it runs");
    server.stop().await;
    story.hears_of(|trouble| matches!(trouble, Trouble::Unreachable(_))).await;
    story.clock.advance(SECOND.times(309));
    assert_eq!((story.orders_with(&first).await, story.orders_with(&second).await), (401, 201));
    story.clock.advance(SECOND);
    assert_eq!(
        (story.orders_with(&first).await, story.orders_with(&second).await),
        (503, 503),
        "never a 401"
    );
    let (status, health) = story.asks("GET", "/healthz", None).await;
    assert!(status == 503 && health.contains("cannot be reached"), "{health}");
    let (_, metrics) = story.asks("GET", "/metrics", None).await;
    assert!(metrics.contains("keystead_follower_ready 0\n") && !metrics.contains("rzp_"), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_whose_token_was_revoked_goes_on_for_its_allowance_and_then_cannot_say() {
    let story = Story::begins().await;
    let held = story.generates("First").await;
    within(story.follower.loaded()).await;
    story.catches_up().await;
    let app = story.server().app();
    app.engine.revoke_follower(&story.operator, "shop", app.now()).await.expect("revoked");
    // The question that waits already is answered once more when something happens; the next one is refused.
    story.generates("Second").await;
    story.hears_of(|trouble| *trouble == Trouble::TokenRefused).await;
    story.clock.advance(SECOND.times(309));
    assert_eq!(story.orders_with(&held).await, 201);
    story.clock.advance(SECOND);
    assert_eq!(story.orders_with(&held).await, 503);
    story.server.expect("it runs").stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_notices_that_the_database_was_restored_and_went_another_way_to_the_same_position() {
    let mut story = Story::begins().await;
    let (data, backup) = (story.folder.path().join("data"), story.folder.path().join("backup"));
    let kept = story.generates("Kept").await;
    story.catches_up().await;
    let port = story.server().public().port();
    story.server.take().expect("it runs").stop().await;
    copied(&data, &backup);

    let (engine, options) = opened(&data, story.clock.clone(), port, 8).await;
    story.server = Some(start(engine, options, |_, _| ()).await.expect("a server"));
    let lost = story.generates("Lost").await;
    story.catches_up().await;
    assert_eq!((story.orders_with(&kept).await, story.orders_with(&lost).await), (201, 201));
    let position = story.follower.status().position;
    story.server.take().expect("it runs").stop().await;

    // Restored, and changed again before anybody follows it: as many changes, but other ones.
    std::fs::remove_dir_all(&data).expect("it is there");
    copied(&backup, &data);
    let (engine, options) = opened(&data, story.clock.clone(), port, 9).await;
    engine.load(story.clock.uptime(), |_, _| ()).await.expect("a whole database");
    let request = GenerateRequest { mode: Mode::Test, name: Some("Other".to_owned()), expires_at: None };
    let (operator, account, now) = (&story.operator, &story.account, story.clock.now());
    let rng = &mut *SeededRandom::new(10).source();
    let other =
        engine.generate_by_operator(operator, account, &request, None, now, rng).await.expect("a key");
    assert_eq!(Some(engine.index().position()), position, "the same position");
    let other = Held { key_id: other.key_id, secret: other.secret.reveal().to_owned() };
    story.server = Some(start(engine, options, |_, _| ()).await.expect("a server"));
    within(async { while story.orders_with(&lost).await == 201 || story.orders_with(&kept).await == 503 {} })
        .await;
    let said =
        (story.orders_with(&kept).await, story.orders_with(&lost).await, story.orders_with(&other).await);
    assert_eq!(said, (201, 401, 201), "what this database says");
    story.server.take().expect("it runs").stop().await;
}
