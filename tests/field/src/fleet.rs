//! A fleet of the built program: one process that does everything, two that only verify, one that is asked for changes alone, and
//! their database, each on its host.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use keystead_tests::installation::{done, keystead, said};
use keystead_tests::story::BRANDS;
use serde_json::{Value, json};

use crate::api::{Api, OPS, PUBLIC, text};
use crate::database::{Commits, Database};
use crate::line::Line;
use crate::load::GATEWAY;
use crate::moments::{self, Moment, SECOND};
use crate::network::{Host, Network};
use crate::process::{MovableClock, Process};

/// The longest anybody waits for the fleet to be as it should be.
pub const WAITS: Moment = 90 * SECOND;

/// What a fleet is like.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `lease`, as the configuration has it.
    pub lease: String,
    /// `serve_stale`, likewise.
    pub serve_stale: String,
    /// What an acknowledged commit has reached.
    pub commits: Commits,
    /// Whether commits are written to the disk.
    pub is_durable: bool,
}

/// A fleet that runs.
pub struct Fleet {
    /// Its network.
    pub network: Network,
    /// Its database.
    pub database: Database,
    /// Its processes, by host.
    pub nodes: Vec<Process>,
    /// An operator's program.
    pub api: Api,
    /// An account.
    pub account: String,
}

/// What makes a fleet, before its nodes run.
struct Making<'a> {
    folder: &'a Path,
    clock: MovableClock,
    settings: &'a Settings,
}

impl Fleet {
    /// Makes a fleet in a folder, on a network, and waits until all of it is ready.
    pub fn make(folder: &Path, network: Network, settings: &Settings) -> io::Result<Self> {
        let clock = MovableClock::find()?;
        let making = Making { folder, clock, settings };
        let database = Database::make(settings.commits, settings.is_durable)?;
        let writer = Database::url("postgres");
        let token = making.sets_up(Host::One, Some(&writer))?;
        let api = Api::new(&token);
        making.shares_pepper(Host::Four)?;
        database.sql("CREATE ROLE reader LOGIN");
        database.sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader");
        making.configures(Host::One, "all", "")?;
        making.configures(Host::Four, "control", "")?;
        let one = making.process(Host::One, &writer)?;
        let four = making.process(Host::Four, &writer)?;
        let mut fleet = Self { network, database, nodes: vec![one, four], api, account: String::new() };
        fleet.starts_all()?;
        fleet.sees("the control plane answers", |fleet| fleet.api.ops(Host::One, "/readyz").is_some())?;
        let reader = Database::url("reader");
        for host in [Host::Two, Host::Three] {
            let credential = fleet.enrols(host)?;
            let control = format!("http://{}:{PUBLIC}", Host::One.address());
            let node = format!("control_url = \"{control}\"\ncredential = \"{credential}\"\n");
            making.shares_pepper(host)?;
            making.configures(host, "verify", &node)?;
            fleet.nodes.push(making.process(host, &reader)?);
        }
        fleet.nodes.sort_by_key(|node| node.host);
        fleet.starts_all()?;
        fleet.sees("every node is ready", Fleet::is_ready)?;
        fleet.account = fleet.opens_account()?;
        Ok(fleet)
    }

    /// One process on the embedded database.
    pub fn single(folder: &Path, settings: &Settings) -> io::Result<(Process, Api, String)> {
        let making = Making { folder, clock: MovableClock::find()?, settings };
        let token = making.sets_up(Host::One, None)?;
        making.configures(Host::One, "all", "")?;
        let mut process = Process::new(Host::One, &making.place(Host::One), &making.clock)?;
        process.start()?;
        let api = Api::new(&token);
        waits("the server is ready", || {
            process.tend(moments::now())?;
            Ok(api.ops(Host::One, "/readyz").is_some())
        })?;
        let account = opens_account(&api)?;
        Ok((process, api, account))
    }

    /// The process of a host.
    pub fn node(&mut self, host: Host) -> &mut Process {
        self.nodes.iter_mut().find(|node| node.host == host).expect("every node's host has a process")
    }

    /// Starts what is not running.
    pub fn starts_all(&mut self) -> io::Result<()> {
        self.nodes.iter_mut().try_for_each(Process::start)
    }

    /// Starts again what has ended by itself.
    pub fn tend(&mut self) -> io::Result<()> {
        let now = moments::now();
        self.nodes.iter_mut().try_for_each(|node| node.tend(now))
    }

    /// Waits until something is so.
    pub fn sees(&mut self, what: &str, mut so: impl FnMut(&mut Fleet) -> bool) -> io::Result<()> {
        waits(what, || {
            self.tend()?;
            Ok(so(self))
        })
        .map_err(|error| io::Error::other(format!("{error}\n{}", self.logs())))
    }

    /// Whether every node says that it is ready.
    pub fn is_ready(&mut self) -> bool {
        Host::NODES.into_iter().all(|host| self.api.ops(host, "/readyz").is_some())
    }

    /// The last lines of every node's log.
    pub fn logs(&self) -> String {
        let last = |node: &Process| {
            let text = fs::read_to_string(node.log()).unwrap_or_default();
            let lines: Vec<&str> = text.lines().collect();
            let last = lines[lines.len().saturating_sub(12)..].join("\n");
            format!("-- {} (started {} times)\n{last}\n", node.host.name(), node.starts)
        };
        self.nodes.iter().map(last).collect()
    }

    fn enrols(&self, host: Host) -> io::Result<String> {
        let asked = json!({ "name": host.name() });
        let told = self.api.posts(Host::One, "/nodes", &asked, &format!("enrol-the-node-{}", host.name()));
        let told = told.filter(|told| told.status == 201).map(|told| text(&told.body, "credential"));
        told.ok_or_else(|| io::Error::other(format!("{} cannot be enrolled", host.name())))
    }

    fn opens_account(&self) -> io::Result<String> {
        opens_account(&self.api)
    }
}

impl Making<'_> {
    fn place(&self, host: Host) -> PathBuf {
        self.folder.join(host.name())
    }

    /// Sets up the installation; the first operator's token.
    fn sets_up(&self, host: Host, database_url: Option<&str>) -> io::Result<String> {
        fs::create_dir_all(self.place(host))?;
        let mut init = keystead(["init", "--output", "json", "--data-dir"]);
        init.arg(self.place(host).join("data"));
        if let Some(url) = database_url {
            init.env("KEYSTEAD__DATABASE_URL", url);
        }
        let made = done(&mut init);
        if !made.status.success() {
            return Err(io::Error::other(said(&made)));
        }
        let told: Value = serde_json::from_slice(&made.stdout)?;
        Ok(text(&told, "operator_token"))
    }

    fn shares_pepper(&self, host: Host) -> io::Result<()> {
        let data = self.place(host).join("data");
        fs::create_dir_all(&data)?;
        // Copied with its mode: others may not read it.
        fs::copy(self.place(Host::One).join("data/pepper"), data.join("pepper")).map(drop)
    }

    fn configures(&self, host: Host, role: &str, node: &str) -> io::Result<()> {
        let (at, name) = (host.address(), host.name());
        let Settings { lease, serve_stale, .. } = self.settings;
        let control = format!(
            "[public]\nhttps = false\n[sms]\nprovider = \"file\"\n[email]\nprovider = \"file\"\n{BRANDS}"
        );
        let (public, control) = match role {
            "verify" => (String::new(), String::new()),
            _ => (format!("public = \"{at}:{PUBLIC}\"\n"), control),
        };
        let text = format!(
            "role = \"{role}\"\n[listen]\n{public}gateway = \"{at}:{GATEWAY}\"\nenvoy = \"{at}:8082\"\nops = \"{at}:{OPS}\"\n\
             [gateway]\nlease = \"{lease}\"\nserve_stale = \"{serve_stale}\"\n[node]\nname = \"{name}\"\n{node}\n{control}"
        );
        fs::write(self.place(host).join("keystead.toml"), text)
    }

    fn process(&self, host: Host, database_url: &str) -> io::Result<Process> {
        Ok(Process::new(host, &self.place(host), &self.clock)?.with_database(database_url))
    }
}

fn opens_account(api: &Api) -> io::Result<String> {
    let asked = json!({
        "org": "razorpay", "country": "IN", "name": "field",
        "owner": { "name": "Owner", "email": "owner@field.example" },
    });
    let told = api.posts(Host::One, "/accounts", &asked, "open-the-account-of-all");
    let told = told.filter(|told| told.status == 201).map(|told| text(&told.body, "id"));
    told.ok_or_else(|| io::Error::other("no account can be opened"))
}

/// Looks until something is so, or for too long.
pub fn waits(what: &str, mut so: impl FnMut() -> io::Result<bool>) -> io::Result<()> {
    let begun = moments::now();
    while !so()? {
        if begun + WAITS < moments::now() {
            return Err(io::Error::other(format!("never: {what}")));
        }
        std::thread::sleep(super::LOOK_EVERY);
    }
    Ok(())
}

/// A gateway's connection to a node.
pub fn line(host: Host) -> Line {
    Line::to(SocketAddr::from((host.address(), GATEWAY)))
}
