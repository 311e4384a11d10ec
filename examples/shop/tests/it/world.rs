//! A shop and the server it follows, with one clock for both.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use keystead_verify as verify;

use domain::{Actor, GenerateRequest, Mode, NewOwner, Timestamp};
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
pub(crate) struct Held {
    pub(crate) key_id: domain::KeyId,
    pub(crate) secret: String,
}

pub(crate) struct Story {
    pub(crate) server: Option<Running>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) follower: Follower,
    pub(crate) shop: SocketAddr,
    pub(crate) account: domain::AccountId,
    pub(crate) operator: Actor,
    pub(crate) folder: tempfile::TempDir,
}

impl Story {
    pub(crate) async fn begins() -> Self {
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

        let url = format!("http://{}", running.public().expect("it has a dashboard"));
        let builder = Follower::builder(&url, admitted.token.reveal());
        let follower = builder.clock(Arc::new(SameClock(clock.clone()))).start().expect("a follower");
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let shop = listener.local_addr().expect("its address");
        let router = keystead_example_shop::router(follower.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { server: Some(running), clock, follower, shop, account: account.id, operator, folder }
    }

    pub(crate) fn server(&self) -> &Running {
        self.server.as_ref().expect("it runs")
    }

    pub(crate) async fn generates(&self, name: &str) -> Held {
        let request = GenerateRequest { mode: Mode::Test, name: Some(name.to_owned()), expires_at: None };
        let app = self.server().app();
        let rng = &mut *app.rng();
        let issued =
            app.engine.generate_by_operator(&self.operator, &self.account, &request, None, app.now(), rng);
        let issued = issued.await.expect("a key");
        Held { key_id: issued.key_id, secret: issued.secret.reveal().to_owned() }
    }

    pub(crate) async fn deactivates(&self, held: &Held) {
        let app = self.server().app();
        let rng = &mut *app.rng();
        let ended = app.engine.deactivate_by_operator(&self.operator, &held.key_id, app.now(), rng);
        ended.await.expect("it works");
    }

    /// Until the shop knows what the server knows.
    pub(crate) async fn catches_up(&self) {
        let position = self.server().app().engine.index().position();
        within(self.follower.reached(position)).await;
    }

    /// Until the shop has noticed that something is wrong.
    pub(crate) async fn hears_of(&self, is_it: impl Fn(&Trouble) -> bool) {
        within(async {
            while !self.follower.status().trouble.as_ref().is_some_and(&is_it) {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    pub(crate) async fn asks(
        &self,
        method: &'static str,
        path: &str,
        held: Option<(&str, &str)>,
    ) -> (u16, String) {
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

    pub(crate) async fn orders_with(&self, held: &Held) -> u16 {
        self.asks("POST", "/orders", Some((held.key_id.as_str(), &held.secret))).await.0
    }
}

/// A server of a folder that has not started yet, with randomness of its own.
pub(crate) async fn opened(data: &Path, clock: Arc<ManualClock>, port: u16, seed: u64) -> (Engine, Options) {
    let random: Arc<dyn RandomSource> = Arc::new(SeededRandom::new(seed));
    let mut config = Config::demo(data, 8080, include_str!("../../../../brands.toml")).expect("brands");
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    (config.listen.gateway, config.listen.ops) = (any_port, any_port);
    config.listen.public = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let engine = open_engine(&config, &*random).await.expect("a whole database");
    (engine, Options { config, clock, random, demo: None })
}

/// What a backup that copies files does, with the server stopped.
pub(crate) fn copied(from: &Path, to: &Path) {
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
pub(crate) async fn within<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), work).await.expect("it takes milliseconds when all is well")
}
