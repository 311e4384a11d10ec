//! A whole installation to measure pages on: the sample with many more accounts, and a member and an operator who are
//! logged in, in process.
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
use domain::{AccountId, GenerateRequest, KeyId, KeyRef, Mode, Role, UserId};
use engine::NewMember;
use serde::Serialize;
use tower::ServiceExt as _;

use crate::app::App;
use crate::clock::{Clock, SystemClock};
use crate::config::{Config, Listen};
use crate::demo::{self, DemoOperator};
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
    /// The owner of `account`, at the first brand's dashboard.
    pub(super) owner: Visitor,
    /// At the console.
    pub(super) operator: Visitor,
    pub(super) account: AccountId,
    /// A member of the account who is not its owner.
    pub(super) user: UserId,
    pub(super) key: KeyRef,
    pub(super) key_id: KeyId,
    /// `key_id:key_secret`.
    pub(super) credentials: String,
}

/// Somebody who looks at pages.
pub(super) struct Visitor {
    pub(super) host: String,
    cookie: String,
}

/// How long a page takes.
#[derive(Clone, Debug, Serialize)]
pub struct PageTime {
    /// Its address; with the host where that is not the dashboard.
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
        let opened = engine.account(&id).await.map_err(io::Error::other)?;
        let member = NewMember {
            name: "Member".to_owned(),
            email: "member@sample.example".to_owned(),
            password: None,
            mobile: None,
            two_factor: false,
            role: Role::Finance,
        };
        let member = engine.add_member(&operator, &opened, member, now, rng).await;
        let user = member.map_err(io::Error::other)?.id;

        talk("Loading");
        let options = Options { config, clock, random, demo: Some(demo.clone()) };
        let running = start(engine, options, |_, _| ()).await.map_err(io::Error::other)?;
        let mut stage = Self {
            router: crate::routes::router(running.app()),
            running,
            owner: Visitor::at(&sample.dashboard_url),
            operator: Visitor::at(""),
            account: id,
            user,
            key: issued.key.id,
            key_id: issued.key_id,
            credentials: format!("{}:{}", issued.key_id, issued.secret.reveal()),
        };
        let fields = [("email", owner.email.as_str()), ("password", &owner.password)];
        stage.owner = stage.log_in(&sample.dashboard_url, &fields, "/test/keys").await?;
        let console = demo.operator.as_ref().ok_or_else(|| io::Error::other("the sample has no console"))?;
        let code = stage.app_code(console).await?;
        let fields = [("name", console.name.as_str()), ("password", &console.password), ("otp", &code)];
        stage.operator = stage.log_in(&console.console_url, &fields, "/accounts").await?;
        Ok(stage)
    }

    pub(super) fn app(&self) -> &App {
        self.running.app()
    }

    /// The first brand, as addresses of the console name it.
    pub(super) fn brand(&self) -> String {
        self.app().config.brands.first().map(|brand| brand.rules.id.to_string()).unwrap_or_default()
    }

    /// Ends the installation.
    pub(super) async fn close(self) {
        self.running.stop().await;
    }

    /// Asks for a page many times.
    pub(super) async fn time(&self, who: &Visitor, path: &str, times: usize) -> io::Result<PageTime> {
        let mut spans = Vec::with_capacity(times);
        // The first ones fill caches that later ones find.
        for _ in 0..3 {
            self.asks(who, "GET", path, String::new()).await?;
        }
        let (mut status, mut bytes) = (0, 0);
        for _ in 0..times.max(1) {
            let before = SystemClock.nanoseconds();
            let answer = self.asks(who, "GET", path, String::new()).await?;
            status = answer.status().as_u16();
            bytes = to_bytes(answer.into_body(), PAGE_BYTES_MAX).await.map_err(io::Error::other)?.len();
            spans.push((SystemClock.nanoseconds() - before) as f64 / 1_000.0);
        }
        spans.sort_by(f64::total_cmp);
        let slow = (spans.len() * 99 / 100).min(spans.len() - 1);
        let (median_us, p99_us) = (super::median(&spans), spans[slow]);
        Ok(PageTime { path: path.to_owned(), status, bytes, median_us, p99_us })
    }

    /// Somebody who has sent the login form, and is let in: `page` is there for them.
    async fn log_in(&self, url: &str, fields: &[(&str, &str)], page: &str) -> io::Result<Visitor> {
        let mut visitor = Visitor::at(url);
        // Of all that the sample's logins are made of, only this has a meaning in forms.
        let field = |(name, value): &(&str, &str)| format!("{name}={}", value.replace('@', "%40"));
        let body = fields.iter().map(field).collect::<Vec<_>>().join("&");
        let answer = self.asks(&visitor, "POST", "/login", body).await?;
        let cookies = answer.headers().get_all(header::SET_COOKIE).iter();
        let pairs = cookies.filter_map(|cookie| cookie.to_str().ok()?.split(';').next());
        visitor.cookie = pairs.collect::<Vec<_>>().join("; ");
        let status = self.asks(&visitor, "GET", page, String::new()).await?.status().as_u16();
        match status {
            200 => Ok(visitor),
            _ => Err(io::Error::other(format!("nobody could log in at {url}: {page} is {status}"))),
        }
    }

    /// The code that the operator's app shows now.
    async fn app_code(&self, operator: &DemoOperator) -> io::Result<String> {
        let engine = &self.app().engine;
        let found = engine.store().operator_by_name(&operator.name).await.map_err(io::Error::other)?;
        let secret = found.as_ref().and_then(|found| {
            let sealed = &found.login.as_ref()?.totp.sealed;
            engine.peppers().newest().unseal_totp(&found.owner(), sealed)
        });
        let secret = secret.ok_or_else(|| io::Error::other("the sample's operator is not enrolled"))?;
        Ok(secret.code(self.app().now()).reveal().to_owned())
    }

    async fn asks(
        &self,
        who: &Visitor,
        method: &str,
        path: &str,
        body: String,
    ) -> io::Result<Response<Body>> {
        let from = SocketAddr::from((Ipv4Addr::LOCALHOST, 40_000));
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, &who.host)
            .header(header::COOKIE, &who.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .extension(ConnectInfo(from))
            .body(Body::from(body))
            .map_err(io::Error::other)?;
        self.router.clone().oneshot(request).await.map_err(io::Error::other)
    }
}

impl Visitor {
    /// Not logged in yet.
    fn at(url: &str) -> Self {
        Self { host: url.trim_start_matches("http://").to_owned(), cookie: String::new() }
    }
}

/// What a file takes on disk; nothing if it is not there.
pub(super) fn size(file: &Path) -> u64 {
    std::fs::metadata(file).map_or(0, |file| file.len())
}
