//! A whole installation to measure pages on: the sample with many more accounts, and a member who is logged in, in process.
//!
//! Requests go through the router as they come from the public listener, without a socket: what is measured is the server's
//! own time.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, Response, header};
use domain::{AccountId, GenerateRequest, KeyId, KeyRef, Mode, UserId};
use serde::Serialize;
use tower::ServiceExt as _;

use crate::app::App;
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, Listen};
use crate::demo::{self, DemoMember};
use crate::random::{RandomSource, SystemRandom};
use crate::start::{Options, Running, make_folder, open_engine, start};

/// Keys of an account that was added for measuring.
const KEYS_AN_ACCOUNT: usize = 10;
/// The largest page.
const PAGE_BYTES_MAX: usize = 16 << 20;

/// An installation with somebody who looks at its pages.
pub(super) struct Stage {
    running: Running,
    router: Router,
    host: String,
    cookie: String,
    pub(super) account: AccountId,
    pub(super) user: UserId,
    pub(super) key: KeyRef,
    pub(super) key_id: KeyId,
    /// `key_id:key_secret`.
    pub(super) credentials: String,
}

/// How long a page takes.
#[derive(Clone, Debug, Serialize)]
pub struct PageTime {
    /// Its address.
    pub path: String,
    /// The status of the answer.
    pub status: u16,
    /// How large it is.
    pub bytes: usize,
    /// The server's time, in microseconds: the median.
    pub median_us: f64,
    /// That of the slowest in a hundred.
    pub p99_us: f64,
}

impl Stage {
    /// Sets up the sample in an empty folder, with `accounts` accounts beside it.
    pub(super) async fn open(
        mut config: Config,
        accounts: usize,
        talk: &mut (dyn FnMut(&str) + Send),
    ) -> io::Result<Self> {
        let folder = config.data_dir.clone();
        // Nobody asks over a socket; any free ports will do.
        let free = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        config.listen = Listen { public: free, gateway: free, envoy: free, ops: free };
        let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom));
        make_folder(&folder, &*random).map_err(io::Error::other)?;
        let engine = open_engine(&config, &*random).await.map_err(io::Error::other)?;
        talk("Setting up the sample");
        let demo = demo::prepare(&engine, &config, &*clock, &*random).await.map_err(io::Error::other)?;
        let (Some(brand), Some(sample)) = (config.brands.first(), demo.brands.first()) else {
            return Err(io::Error::other("measuring needs a brand"));
        };
        if 0 < accounts {
            talk(&format!("Adding {accounts} accounts with {KEYS_AN_ACCOUNT} keys each"));
            let pairs = accounts * KEYS_AN_ACCOUNT;
            let adding = demo::add_pairs(&engine, brand, pairs, &folder, &*clock, &*random, |_| ());
            adding.await.map_err(io::Error::other)?;
        }
        // The owner of the account that is not activated logs in without a code.
        let account = sample.accounts.last().ok_or_else(|| io::Error::other("the sample has no account"))?;
        let owner = account.members.first().ok_or_else(|| io::Error::other("the account has no owner"))?;
        let id: AccountId = account.id.parse().map_err(io::Error::other)?;
        let operator = engine.operator(&demo.operator_token, "").await.map_err(io::Error::other)?;
        let request = GenerateRequest { mode: Mode::Test, name: None, expires_at: None };
        let (now, rng) = (clock.now(), &mut *random.source());
        let issued = engine.generate_by_operator(&operator, &id, &request, None, now, rng).await;
        let issued = issued.map_err(io::Error::other)?;
        let team = engine.team(&id).await.map_err(io::Error::other)?;
        let user = team.first().ok_or_else(|| io::Error::other("the account has no member"))?.user.id;

        talk("Loading");
        let host = sample.dashboard_url.trim_start_matches("http://").to_owned();
        let options = Options { config, clock, random, demo: Some(demo.clone()) };
        let running = start(engine, options, |_, _| ()).await.map_err(io::Error::other)?;
        let mut stage = Self {
            router: crate::routes::router(running.app()),
            running,
            host,
            cookie: String::new(),
            account: id,
            user,
            key: issued.key.id,
            key_id: issued.key_id,
            credentials: format!("{}:{}", issued.key_id, issued.secret.reveal()),
        };
        stage.log_in(owner).await?;
        Ok(stage)
    }

    pub(super) fn app(&self) -> &App {
        self.running.app()
    }

    /// Ends the installation.
    pub(super) async fn close(self) {
        self.running.stop().await;
    }

    /// Asks for a page many times.
    pub(super) async fn time(&self, path: &str, times: usize) -> io::Result<PageTime> {
        let mut spans = Vec::with_capacity(times);
        // The first ones fill caches that later ones find.
        for _ in 0..3 {
            self.asks("GET", path, String::new()).await?;
        }
        let (mut status, mut bytes) = (0, 0);
        for _ in 0..times.max(1) {
            let before = SystemClock.nanoseconds();
            let answer = self.asks("GET", path, String::new()).await?;
            status = answer.status().as_u16();
            bytes = to_bytes(answer.into_body(), PAGE_BYTES_MAX).await.map_err(io::Error::other)?.len();
            spans.push((SystemClock.nanoseconds() - before) as f64 / 1_000.0);
        }
        spans.sort_by(f64::total_cmp);
        let slow = (spans.len() * 99 / 100).min(spans.len() - 1);
        let (median_us, p99_us) = (super::median(&spans), spans[slow]);
        Ok(PageTime { path: path.to_owned(), status, bytes, median_us, p99_us })
    }

    async fn log_in(&mut self, owner: &DemoMember) -> io::Result<()> {
        let encoded = owner.email.replace('@', "%40");
        let body = format!("email={encoded}&password={}", owner.password);
        let answer = self.asks("POST", "/login", body).await?;
        let cookie = answer.headers().get(header::SET_COOKIE).and_then(|cookie| cookie.to_str().ok());
        let cookie = cookie.and_then(|cookie| cookie.split(';').next()).unwrap_or_default();
        self.cookie = cookie.to_owned();
        let page = self.asks("GET", "/test/keys", String::new()).await?;
        match page.status().as_u16() {
            200 => Ok(()),
            status => {
                Err(io::Error::other(format!("the sample's owner could not log in: API Keys is {status}")))
            }
        }
    }

    async fn asks(&self, method: &str, path: &str, body: String) -> io::Result<Response<Body>> {
        let from = SocketAddr::from((Ipv4Addr::LOCALHOST, 40_000));
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, &self.host)
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .extension(ConnectInfo(from))
            .body(Body::from(body))
            .map_err(io::Error::other)?;
        self.router.clone().oneshot(request).await.map_err(io::Error::other)
    }
}

/// What a file takes on disk; nothing if it is not there.
pub(super) fn size(file: &Path) -> u64 {
    std::fs::metadata(file).map_or(0, |file| file.len())
}
