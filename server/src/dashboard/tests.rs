//! The dashboard as people use it, in process: stories of whole pages, on a clock that tests move and with randomness from a seed.
//!
//! A [`Person`] sees pages and presses the buttons on them, so a form that misses a field or leads nowhere fails a story.

mod console;
mod deactivate;
mod help;
mod language;
mod limits;
mod live_gate;
mod lock;
mod log_in;
mod page;
mod password;
mod person;
mod post;
mod profile;
mod refusals;
mod regenerate;
mod roles;
mod safety;
mod sms;
mod team;
mod two_factor;
mod usage;
mod walk;

use std::sync::Arc;

use axum::Router;
use domain::{Duration, Timestamp};
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::Notify;
use verify::Refusals;

use crate::app::{App, Parts};
use crate::clock::{Clock, ManualClock};
use crate::config::{Config, Errors};
use crate::dashboard::Sites;
use crate::demo::{self, Demo, DemoMember};
use crate::gateway::Desk;
use crate::heavy::on_blocking_threads;
use crate::help::Help;
use crate::post::{Senders, send_letters_once};
use crate::random::{RandomSource, SeededRandom};
use crate::start::{make_folder, open_engine_hashing};
use crate::words::Catalogue;

use self::person::Person;

/// 2026-11-23T06:00:00Z, half past eleven in India.
const BEGIN: i64 = 1_795_413_600_000;
const PORT: u16 = 8080;
const HOST: &str = "razorpay.localhost:8080";
const BRANDS: &str = include_str!("../../../brands.toml");

/// An installation with the sample's accounts, on a clock that stands still.
struct Story {
    app: App,
    clock: Arc<ManualClock>,
    router: Router,
    demo: Demo,
    folder: TempDir,
}

impl Story {
    /// One brand, as the sample configures it.
    async fn begins() -> Self {
        Self::configured(|config| config.brands.truncate(1)).await
    }

    /// With a configuration changed before anything starts.
    async fn configured(change: impl FnOnce(&mut Config)) -> Self {
        Self::told(change, on_blocking_threads()).await
    }

    /// With another way to compare and hash passwords.
    async fn hashing(heavy: engine::Heavy) -> Self {
        Self::told(|config| config.brands.truncate(1), heavy).await
    }

    async fn told(change: impl FnOnce(&mut Config), heavy: engine::Heavy) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the story");
        let data = folder.path().join("data");
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(BEGIN)));
        let random: Arc<dyn RandomSource> = Arc::new(SeededRandom::new(7));
        let mut config = Config::demo(&data, PORT, BRANDS).expect("the sample configuration");
        // Most stories are told without an operator; those of the console put it back.
        config.console = None;
        change(&mut config);
        make_folder(&data, &*random).expect("a fresh folder");
        let engine = open_engine_hashing(&config, &*random, heavy).await.expect("a fresh database");
        engine.load(clock.uptime(), |_, _| ()).await.expect("nothing to load");
        let demo = demo::prepare(&engine, &config, &*clock, &*random).await.expect("the sample's accounts");

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
            demo: Some(demo.clone()),
            engine,
            config,
            random,
            refusals,
            desk,
        });
        let router = crate::routes::router(&app);
        Story { app, clock, router, demo, folder }
    }

    fn passes(&self, span: Duration) {
        self.clock.advance(span);
    }

    /// Somebody with a browser, who has not opened anything yet.
    fn somebody(&self) -> Person<'_> {
        Person::new(self, HOST)
    }

    /// The member with a role in the account that is ready for live mode.
    fn login_of(&self, role: &str) -> &DemoMember {
        let members = &self.demo.brands[0].accounts[0].members;
        members.iter().find(|member| member.role == role).expect("the sample has every role")
    }

    /// The owner of the account that is not activated.
    fn newcomer(&self) -> &DemoMember {
        &self.demo.brands[0].accounts[1].members[0]
    }

    /// That member, logged in.
    async fn member(&self, role: &str) -> Person<'_> {
        let mut person = self.somebody();
        person.logs_in(self.login_of(role)).await;
        person
    }

    /// Sends what is owed and returns the last SMS.
    async fn sms(&self) -> String {
        self.letters_leave().await;
        self.sent_sms().pop().expect("an SMS was sent")
    }

    /// The six digits of the last SMS.
    async fn code(&self) -> String {
        let sms = self.sms().await;
        let mut words = sms.split(|c: char| !c.is_ascii_digit());
        words.find(|word| word.len() == 6).expect("an SMS with a code").to_owned()
    }

    /// The texts of all SMS to a number so far.
    fn sms_to(&self, number: &str) -> Vec<String> {
        let outbox = self.folder.path().join("data/outbox/sms.jsonl");
        let lines = std::fs::read_to_string(outbox).unwrap_or_default();
        let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line of JSON"));
        lines.filter(|line| line["to"] == number).map(|line| line["text"].to_string()).collect()
    }

    /// The e-mails to an address that have left so far, as lines of JSON.
    fn emails_to(&self, address: &str) -> Vec<Value> {
        let outbox = self.folder.path().join("data/outbox/email.jsonl");
        let lines = std::fs::read_to_string(outbox).unwrap_or_default();
        let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line of JSON"));
        lines.filter(|line| line["to"] == address).collect()
    }

    /// The six digits of the last e-mail that has any.
    async fn emailed_code(&self) -> String {
        self.letters_leave().await;
        let outbox = self.folder.path().join("data/outbox/email.jsonl");
        let lines = std::fs::read_to_string(outbox).expect("e-mails were sent");
        let texts = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line of JSON"));
        let mut codes = texts.filter_map(|line| {
            let text = line["subject"].to_string() + &line["text"].to_string();
            let mut words = text.split(|c: char| !c.is_ascii_digit());
            words.find(|word| word.len() == 6).map(str::to_owned)
        });
        codes.next_back().expect("an e-mail with a code")
    }

    async fn letters_leave(&self) {
        let senders = Senders::new(&self.app.config).expect("letters go to files");
        send_letters_once(&self.app, &senders).await.expect("letters leave");
    }

    /// The texts of all SMS so far.
    fn sent_sms(&self) -> Vec<String> {
        let outbox = self.folder.path().join("data/outbox/sms.jsonl");
        let lines = std::fs::read_to_string(outbox).unwrap_or_default();
        let text = |line: &str| {
            let line: Value = serde_json::from_str(line).expect("a line of JSON");
            line["text"].as_str().expect("a text").to_owned()
        };
        lines.lines().map(text).collect()
    }

    /// How many changes the audit has.
    async fn changes(&self) -> usize {
        self.app.engine.store().audit(0, i64::MAX).await.expect("the audit").len()
    }
}

fn minutes(count: i64) -> Duration {
    domain::MINUTE.times(count)
}

fn seconds(count: i64) -> Duration {
    domain::SECOND.times(count)
}

/// A code that is well formed and not this one.
fn other_than(code: &str) -> &'static str {
    if code == "000000" { "111111" } else { "000000" }
}
