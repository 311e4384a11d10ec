//! The API as an operator's script sees it: literal requests and answers, told as stories.

mod bad_input;
mod described;
mod feed;
mod fleet;
mod keys;
mod limits;
mod lists;
mod once;
mod snapshot;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response};
use domain::Timestamp;
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::Notify;
use tower::ServiceExt;
use verify::Refusals;

use crate::app::{App, Parts};
use crate::clock::{Clock, ManualClock};
use crate::config::{Config, Errors};
use crate::dashboard::Sites;
use crate::gateway::Desk;
use crate::help::Help;
use crate::random::{RandomSource, SeededRandom};
use crate::start::{make_folder, open_engine};
use crate::words::Catalogue;

/// 2026-11-23T06:00:00Z.
const BEGIN: i64 = 1_795_413_600_000;

/// Headers that a story shows when an answer has them.
const SHOWN: [&str; 5] = ["www-authenticate", "allow", "retry-after", "location", "idempotent-replayed"];

/// An installation with an operator, and what was said so far.
struct Story {
    app: App,
    clock: Arc<ManualClock>,
    router: Router,
    token: String,
    told: String,
    _folder: TempDir,
}

/// An answer, taken apart.
struct Answer {
    status: u16,
    json: Value,
}

impl Story {
    async fn begins() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the story");
        let data = folder.path().join("data");
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(BEGIN)));
        let random: Arc<dyn RandomSource> = Arc::new(SeededRandom::new(7));
        let config = config(&data);
        make_folder(&data, &*random).expect("a fresh folder");
        let engine = open_engine(&config, &*random).await.expect("a fresh database");
        let token =
            engine.appoint("first", clock.now(), &mut *random.source()).await.expect("the first operator");
        engine.load(clock.uptime(), |_, _| ()).await.expect("nothing to load");

        let refusals = Arc::new(Refusals::over(engine.index().clone()));
        let desk = Desk::new(engine.index().clone(), clock.clone(), "API keys", Errors::Plain);
        let desk = Arc::new(desk);
        let words = Catalogue::new(&config.brands);
        let app = App::new(Parts {
            sites: Sites::new(&config, &words),
            help: Help::of(&config.brands, &words, config.help_dir.as_deref()),
            words,
            tally: desk.tally(),
            fleet: crate::fleet::samples::alone(&engine, clock.clone()).await,
            feed: crate::feed::FeedDesk::new(),
            letters: Notify::new(),
            clock: clock.clone(),
            demo: None,
            engine,
            config,
            random,
            refusals,
            desk,
        });
        let router = crate::routes::router(&app);
        Self { app, clock, router, token: token.reveal().to_owned(), told: String::new(), _folder: folder }
    }

    /// An account of the first sample brand, opened without being told.
    async fn account(&mut self, name: &str) -> String {
        let email = format!("{}@shop.example", name.to_lowercase());
        let body = format!(
            r#"{{"org":"razorpay","country":"IN","name":"{name}","owner":{{"name":"Asha","email":"{email}"}}}}"#
        );
        let opened = self.quietly("POST /accounts", &body).await;
        opened.text("id")
    }

    /// A test key of an account, generated without being told: its key and key id.
    async fn test_key(&mut self, account: &str) -> (String, String) {
        let issued = self.quietly(&format!("POST /accounts/{account}/keys"), r#"{"mode":"test"}"#).await;
        (issued.text("key"), issued.text("key_id"))
    }

    /// Sends a JSON request as the operator and writes both sides down.
    async fn says(&mut self, line: &str, body: &str) -> Answer {
        self.says_with(line, body, &[]).await
    }

    async fn says_with(&mut self, line: &str, body: &str, headers: &[(&str, &str)]) -> Answer {
        let token = format!("Bearer {}", self.token);
        let mut all = vec![("authorization", token.as_str())];
        if !body.is_empty() {
            all.push(("content-type", "application/json"));
        }
        all.extend_from_slice(headers);
        let shown: String = headers.iter().map(|(name, value)| format!(" [{name}: {value}]")).collect();
        self.sends(line, body, &all, &shown).await
    }

    async fn sends(&mut self, line: &str, body: &str, headers: &[(&str, &str)], shown: &str) -> Answer {
        let (method, path) = line.split_once(' ').expect("a method and a path");
        let mut request =
            Request::builder().method(method).uri(format!("/api/v1{path}")).header("host", "any.example");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("a router answers");
        let shown_body: String = body.chars().take(200).collect();
        writeln!(self.told, "> {line}{shown} {shown_body}").expect("a string takes all");
        self.hears(response).await
    }

    async fn hears(&mut self, response: Response<Body>) -> Answer {
        let (parts, body) = response.into_parts();
        let status = parts.status.as_u16();
        write!(self.told, "{status}").expect("a string takes all");
        for name in SHOWN {
            if let Some(value) = parts.headers.get(name) {
                write!(self.told, " [{name}: {}]", value.to_str().expect("text"))
                    .expect("a string takes all");
            }
        }
        let kept = parts.headers.get("cache-control").map(|value| value.to_str().expect("text"));
        assert_eq!(kept, Some("no-store"), "an answer may hold a secret");
        let media_type = parts.headers.get("content-type").map(|value| value.to_str().expect("text"));
        let expected = if status < 400 { "application/json" } else { "application/problem+json" };
        assert_eq!(media_type, Some(expected));
        let bytes = to_bytes(body, usize::MAX).await.expect("a body");
        let text = String::from_utf8(bytes.to_vec()).expect("JSON is UTF-8");
        writeln!(self.told, "\n{text}\n").expect("a string takes all");
        Answer { status, json: serde_json::from_str(&text).expect("JSON") }
    }

    async fn quietly(&mut self, line: &str, body: &str) -> Answer {
        let before = self.told.len();
        let answer = self.says(line, body).await;
        assert!(answer.status < 300, "{}", &self.told[before..]);
        self.told.truncate(before);
        answer
    }

    fn remarks(&mut self, what: &str) {
        writeln!(self.told, "-- {what}\n").expect("a string takes all");
    }
}

impl Answer {
    fn text(&self, name: &str) -> String {
        self.json[name].as_str().unwrap_or_else(|| panic!("{name} in {}", self.json)).to_owned()
    }
}

fn config(folder: &Path) -> Config {
    Config::demo(folder, 8080, include_str!("../../../brands.toml")).expect("the sample brands")
}
