//! The built program on a folder of its own: set up, served, killed, and asked about afterwards.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use server::clock::SystemClock;
use server::config::Config;
use server::demo::{self, Demo};
use server::random::SystemRandom;
use server::start::{make_folder, open_engine};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::caller::agent;
use crate::gateway::replaced;
use crate::story::BRANDS;

/// Longest time from the start of the program to its first words; a slow machine included.
const READY_WITHIN: Duration = Duration::from_secs(120);

/// Says where an installation's database is, if it is not in the folder.
const DATABASE_URL: &str = "KEYSTEAD__DATABASE_URL";

/// `keystead` with these arguments, not started yet.
pub fn keystead<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    keystead_at(&program(), arguments)
}

/// The same with another program than the one that was built.
fn keystead_at<S: AsRef<OsStr>>(program: &Path, arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).env_remove("KEYSTEAD_CONFIG").env_remove("RUST_LOG");
    command.env_remove(DATABASE_URL);
    command
}

/// Runs a command to its end.
pub fn done(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}"))
}

/// What a command said to people.
pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The program that was built.
pub fn program() -> PathBuf {
    let found = std::env::var_os("KEYSTEAD_BIN").map(PathBuf::from).unwrap_or_else(|| {
        let test = std::env::current_exe().expect("a test knows its own file");
        // Tests are built into `deps`, programs into the folder above.
        let folder = test.parent().and_then(Path::parent).expect("a test is in a build folder");
        folder.join("keystead")
    });
    assert!(found.is_file(), "{} is not there; `cargo xtask test` builds it first", found.display());
    found
}

/// A data folder with its configuration and the first operator's token.
pub struct Installation {
    place: Arc<TempDir>,
    /// The program whose commands work on it.
    program: PathBuf,
    database_url: Option<String>,
    /// The first operator's token.
    pub token: String,
}

impl Installation {
    /// Sets up a fresh folder with the shipped brands and listeners on free ports.
    pub fn fresh() -> Installation {
        Self::made(None, program())
    }

    /// The same with its database at a URL.
    pub fn fresh_at(database_url: &str) -> Installation {
        Self::made(Some(database_url.to_owned()), program())
    }

    /// The same set up by another program than the one that was built.
    pub fn fresh_by(program: &Path, database_url: &str) -> Installation {
        Self::made(Some(database_url.to_owned()), program.to_owned())
    }

    fn made(database_url: Option<String>, program: PathBuf) -> Installation {
        let place = Arc::new(tempfile::tempdir().expect("room for a folder"));
        let mut new = Installation { place, program, database_url, token: String::new() };
        new.configure("");
        let made = done(&mut new.command(&["init", "--output", "json"]));
        assert!(made.status.success(), "{}", said(&made));
        let told: serde_json::Value = serde_json::from_slice(&made.stdout).expect("one JSON line");
        told["operator_token"].as_str().expect("a token").clone_into(&mut new.token);
        new
    }

    /// A folder with the sample's accounts and members, and where each brand's dashboard is found.
    pub fn sample() -> (Installation, Demo) {
        let place = Arc::new(tempfile::tempdir().expect("room for a folder"));
        let mut new = Installation { place, program: program(), database_url: None, token: String::new() };
        let config = Config::demo(&new.folder(), 1, BRANDS).expect("the shipped brands can be used");
        make_folder(&new.folder(), &SystemRandom).expect("a fresh folder can be set up");
        let runtime = Runtime::new().expect("threads for the engine");
        let demo = runtime.block_on(async {
            let engine = open_engine(&config, &SystemRandom).await.expect("the folder can be opened");
            demo::prepare(&engine, &config, &SystemClock, &SystemRandom)
                .await
                .expect("the sample can be made")
        });
        // The sample writes down its logins for everybody; an installation does not.
        std::fs::remove_file(new.folder().join("demo-state.json")).expect("the sample wrote its logins");
        demo.operator_token.clone_into(&mut new.token);
        new.configure("");
        let mut text = std::fs::read_to_string(new.config()).expect("it was just written");
        for brand in &config.brands {
            let shipped = match (brand.rules.id.org(), brand.rules.id.country()) {
                ("razorpay", "IN") => "dashboard.razorpay.com",
                ("razorpay", _) => "dashboard.curlec.com",
                _ => "axis.razorpay.com",
            };
            text = replaced(&text, shipped, &brand.hosts[0]);
        }
        std::fs::write(new.config(), text).expect("room for a file");
        (new, demo)
    }

    /// The built program's from now on.
    pub fn upgraded(self) -> Installation {
        Installation { program: program(), ..self }
    }

    /// Another program's from now on.
    pub fn by(self, program: &Path) -> Installation {
        Installation { program: program.to_owned(), ..self }
    }

    /// A folder of another process that may write, with the same pepper and database.
    pub fn neighbour(&self, name: &str) -> Installation {
        let neighbour = self.beside();
        neighbour.configure(&format!("[node]\nname = \"{name}\"\n"));
        neighbour
    }

    fn beside(&self) -> Installation {
        let place = Arc::new(tempfile::tempdir().expect("room for a folder"));
        let (program, database_url) = (self.program.clone(), self.database_url.clone());
        let beside = Installation { place, program, database_url, token: self.token.clone() };
        std::fs::create_dir(beside.folder()).expect("room for a folder");
        // Copied with its mode: others may not read it.
        std::fs::copy(self.folder().join("pepper"), beside.folder().join("pepper")).expect("the same pepper");
        beside
    }

    /// Finds its database at another URL from now on.
    pub fn at(self, database_url: &str) -> Installation {
        Installation { database_url: Some(database_url.to_owned()), ..self }
    }

    /// Writes the configuration anew, with `more` in front of the brands.
    pub fn configure(&self, more: &str) {
        let text = format!(
            "[listen]\npublic = \"127.0.0.1:0\"\ngateway = \"127.0.0.1:0\"\nenvoy = \"127.0.0.1:0\"\n\
             ops = \"127.0.0.1:0\"\n[public]\nhttps = false\n[sms]\nprovider = \"file\"\n[email]\n\
             provider = \"file\"\n{more}\n{BRANDS}"
        );
        std::fs::write(self.config(), text).expect("room for a file");
    }

    /// The configuration file.
    pub fn config(&self) -> PathBuf {
        self.place.path().join("keystead.toml")
    }

    /// The data folder.
    pub fn folder(&self) -> PathBuf {
        self.place.path().join("data")
    }

    /// A command on this folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = keystead_at(&self.program, arguments);
        command.arg("--data-dir").arg(self.folder());
        if let Some(url) = &self.database_url {
            command.env(DATABASE_URL, url);
        }
        command
    }

    /// `keystead serve` on this folder, not started yet.
    pub fn serving(&self) -> Command {
        let mut command = self.command(&["serve"]);
        command.arg("--config").arg(self.config());
        command
    }

    /// Serves until the answer is dropped.
    pub fn serve(&self) -> Served {
        let mut served = Served::by(self.serving());
        served.place = Some(self.place.clone());
        served
    }

    /// A node that only reads, enrolled at a server of this installation: a folder of its own with the same pepper, and the
    /// database at `database_url`.
    pub fn node(&self, served: &Served, name: &str, database_url: &str, more: &str) -> Installation {
        let control = format!("http://{}", served.public);
        let mut command = keystead(["node", "enrol", name, "--output", "json"]);
        let told = done(command.env("KEYSTEAD_URL", &control).env("KEYSTEAD_TOKEN", &self.token));
        assert!(told.status.success(), "{}", said(&told));
        let told: serde_json::Value = serde_json::from_slice(&told.stdout).expect("one JSON line");
        let credential = told["credential"].as_str().expect("a credential").to_owned();
        let node = self.beside().at(database_url);
        let text = format!(
            "role = \"verify\"\n[listen]\ngateway = \"127.0.0.1:0\"\nenvoy = \"127.0.0.1:0\"\nops = \"127.0.0.1:0\"\n\
             [node]\nname = \"{name}\"\ncontrol_url = \"{control}\"\ncredential = \"{credential}\"\n{more}\n"
        );
        std::fs::write(node.config(), text).expect("room for a file");
        node
    }

    /// Waits until the running server owes nobody a letter: it writes nothing by itself then.
    pub fn settled(&self) {
        let quiet = (0..1_000).any(|_| {
            let told = done(&mut self.command(&["doctor"]));
            String::from_utf8_lossy(&told.stdout).contains(" 0 letters waiting")
        });
        assert!(quiet, "letters never leave");
    }

    /// What `keystead audit verify` says; panics unless the chain is whole.
    pub fn whole_audit(&self) -> serde_json::Value {
        let told = done(&mut self.command(&["audit", "verify", "--output", "json"]));
        assert!(told.status.success(), "{}", said(&told));
        serde_json::from_slice(&told.stdout).expect("one JSON line")
    }

    /// Every audit entry.
    pub fn audit(&self) -> Vec<serde_json::Value> {
        let told = done(&mut self.command(&["audit", "export"]));
        assert!(told.status.success(), "{}", said(&told));
        let lines = told.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines.map(|line| serde_json::from_slice(line).expect("one JSON object a line")).collect()
    }
}

/// A server that runs.
pub struct Served {
    process: Child,
    log: Arc<Mutex<String>>,
    reading: Option<JoinHandle<()>>,
    /// Where its data folder is, which stays as long as the server runs.
    place: Option<Arc<TempDir>>,
    /// Dashboard and management API.
    pub public: SocketAddr,
    /// Where gateways ask.
    pub gateway: SocketAddr,
    /// Health and metrics.
    pub ops: SocketAddr,
    /// Where Envoy asks.
    pub envoy: SocketAddr,
}

impl Served {
    /// What it says of being ready: the status, and why not.
    pub fn readiness(&self) -> (u16, String) {
        let mut answer = agent().get(format!("http://{}/readyz", self.ops)).call().expect("it answers");
        (answer.status().as_u16(), answer.body_mut().read_to_string().expect("text"))
    }

    /// Whether it says to be ready.
    pub fn is_ready(&self) -> bool {
        self.readiness().0 == 200
    }

    /// Starts a command that serves and waits until it says where.
    pub fn by(mut command: Command) -> Served {
        let mut process = command
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}"));
        let stderr = process.stderr.take().expect("it was piped");
        let log = Arc::new(Mutex::new(String::new()));
        let (tell, told) = channel();
        let kept = log.clone();
        let reading = std::thread::spawn(move || read(stderr, &kept, &tell));
        let Ok(line) = told.recv_timeout(READY_WITHIN) else {
            let _ = process.kill();
            let _ = process.wait();
            panic!("{command:?} did not serve: {}", log.lock().unwrap_or_else(PoisonError::into_inner));
        };
        // A listener that a role does not have is nowhere.
        let named = |name: &str| {
            let Some((_, rest)) = line.split_once(&format!("{name} on http://")) else {
                return SocketAddr::from(([0, 0, 0, 0], 0));
            };
            let end = rest.find([',', ' ']).unwrap_or(rest.len());
            rest[..end].parse::<SocketAddr>().expect("an address and a port")
        };
        let (public, gateway) = (named("dashboard and API"), named("gateways"));
        let (ops, envoy) = (named("health and metrics"), named("Envoy"));
        Served { process, log, reading: Some(reading), place: None, public, gateway, ops, envoy }
    }

    /// Its process, for those who look at it from outside.
    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// Ends it without a warning, as a power cut would.
    pub fn kill(mut self) {
        self.process.kill().expect("a running process of ours can be killed");
        self.process.wait().expect("a killed process ends");
    }

    /// Asks it to stop, as a service manager would, and returns how it ended and all it has logged.
    pub fn stop(mut self) -> (ExitStatus, String) {
        let asked = Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status();
        assert!(asked.is_ok_and(|status| status.success()), "a running process of ours can be asked to stop");
        self.ends()
    }

    /// Waits until it ends by itself and returns how, and all it has logged.
    pub fn ended(mut self) -> (ExitStatus, String) {
        self.ends()
    }

    fn ends(&mut self) -> (ExitStatus, String) {
        let status = self.process.wait().expect("a process of ours can be waited for");
        if let Some(reading) = self.reading.take() {
            let _ = reading.join();
        }
        (status, self.log.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Keeps every line; tells the one with the addresses.
fn read(stderr: ChildStderr, log: &Mutex<String>, tell: &Sender<String>) {
    for line in BufReader::new(stderr).lines().map_while(Result::ok) {
        if line.starts_with("Serving: ") {
            // Nobody waits for it any more if the test has given up.
            let _ = tell.send(line.clone());
        }
        let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
        log.push_str(&line);
        log.push('\n');
    }
}
