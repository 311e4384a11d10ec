//! Throw-away PostgreSQL servers for tests: made in a temporary folder, reached by a Unix socket, gone with the test.
//!
//! A test that needs PostgreSQL and does not find it fails and says what to install: a half that silently did not run would be
//! a promise that nobody keeps. `KEYSTEAD_TEST_POSTGRES` names the folder of its programs; else the newest one is taken.

mod pooler;
mod programs;
mod proxy;

use std::fmt::Write as _;
use std::fs::{self, Permissions};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

pub use crate::pooler::Pooler;
use crate::programs::{Programs, signal};
pub use crate::proxy::{Proxy, Traffic};

/// The port that names the socket; nothing listens on it.
const PORT: u16 = 5432;
/// A certificate for tests alone; everybody has its key.
const CERTIFICATES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/certificates");
/// The only user.
const USER: &str = "postgres";
/// Nobody waits longer than this for a server.
const STARTS_WITHIN: Duration = Duration::from_secs(60);
const ASKED_EVERY: Duration = Duration::from_millis(20);

/// Enough for tests, and quick: a test's data needs to survive the server, not the machine.
const SETTINGS: &str = "
listen_addresses = ''
fsync = off
full_page_writes = off
max_connections = 100
shared_buffers = 32MB
max_wal_size = 256MB
wal_level = replica
max_wal_senders = 4
wal_keep_size = 64MB
hot_standby = on
log_min_messages = fatal
autovacuum = off
deadlock_timeout = 200ms
";

/// The file of the authority that vouches for encrypted servers.
pub fn authority() -> PathBuf {
    Path::new(CERTIFICATES).join("authority.pem")
}

/// What lets others in who come over a network of tests.
const ADMITS: &str = "host all all 10.0.0.0/8 trust\nhost replication all 10.0.0.0/8 trust\n";

/// Where a server runs that others reach over a network: a network namespace, and its address there.
#[derive(Clone, Debug)]
pub struct Host {
    /// The file that stands for the namespace.
    pub namespace: PathBuf,
    /// Where it listens.
    pub address: Ipv4Addr,
}

/// A server with its files.
pub struct Cluster {
    programs: Programs,
    folder: TempDir,
    port: u16,
    process: Option<Child>,
    databases: AtomicUsize,
}

impl Cluster {
    /// Makes a server and waits until it answers.
    pub fn start() -> Self {
        Self::start_with("")
    }

    /// The same with further lines of `postgresql.conf`.
    pub fn start_with(settings: &str) -> Self {
        let (programs, folder) = (Programs::find(), place());
        Self::made(programs, folder, PORT, settings)
    }

    /// The same on a host of its own, over TCP on port 5432; it lets everybody in who is on that network.
    pub fn start_on(host: &Host, settings: &str) -> Self {
        let (programs, folder) = (Programs::find_in(&host.namespace), place());
        let hba = folder.path().join("hba.conf");
        fs::write(&hba, format!("local all all trust\n{ADMITS}")).expect("a new file");
        programs.own(&hba);
        let listens = format!("listen_addresses = '{}'\nhba_file = '{}'", host.address, hba.display());
        Self::made(programs, folder, PORT, &format!("{listens}\n{settings}"))
    }

    /// A standby on a host of its own, which follows this server, which is on another host, over the network.
    pub fn standby_on(&self, host: &Host, primary: Ipv4Addr, name: &str) -> Self {
        let (programs, folder) = (Programs::find_in(&host.namespace), place());
        programs.own(folder.path());
        let data = folder.path().join("data");
        let source = format!("host={primary} port={PORT} user={USER} application_name={name}");
        programs.run(
            "pg_basebackup",
            &["--no-sync", "--checkpoint=fast", "--write-recovery-conf", "-d", &source, "-D"],
            &[&data],
        );
        let mut cluster =
            Self { programs, folder, port: PORT, process: None, databases: AtomicUsize::new(0) };
        cluster.set(&format!("listen_addresses = '{}'\n", host.address));
        cluster.restart();
        cluster
    }

    /// A server that listens on a port of this machine and lets nobody in who does not encrypt. Its certificate is `localhost`'s,
    /// by the authority of [`authority`].
    pub fn start_encrypted() -> Self {
        let (programs, folder) = (Programs::find(), place());
        let certificates = Path::new(CERTIFICATES);
        for name in ["server.pem", "server.key"] {
            let path = folder.path().join(name);
            fs::copy(certificates.join(name), &path).expect("it is in the repository");
            fs::set_permissions(&path, Permissions::from_mode(0o600)).expect("it was just written");
            programs.own(&path);
        }
        let at = folder.path().display();
        let settings = format!(
            "listen_addresses = '127.0.0.1'\nssl = on\nssl_cert_file = '{at}/server.pem'\n\
             ssl_key_file = '{at}/server.key'\nhba_file = '{at}/hba.conf'"
        );
        let hba = folder.path().join("hba.conf");
        fs::write(&hba, "local all all trust\nhostssl all all 127.0.0.1/32 trust\n").expect("a new file");
        programs.own(&hba);
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr());
        Self::made(programs, folder, port.expect("a free port").port(), &settings)
    }

    fn made(programs: Programs, folder: TempDir, port: u16, settings: &str) -> Self {
        programs.own(folder.path());
        let data = folder.path().join("data");
        programs.run(
            "initdb",
            &[
                "--no-sync",
                "--no-instructions",
                "--encoding=UTF8",
                "--no-locale",
                "--auth=trust",
                "-U",
                USER,
                "-D",
            ],
            &[&data],
        );
        let mut cluster = Self { programs, folder, port, process: None, databases: AtomicUsize::new(0) };
        cluster.set(&format!("{SETTINGS}{settings}\n"));
        cluster.restart();
        cluster
    }

    /// A standby that follows this server.
    pub fn standby(&self) -> Self {
        let (programs, folder) = (Programs::find(), place());
        programs.own(folder.path());
        let data = folder.path().join("data");
        let source = format!("host={} port={PORT} user={USER}", self.socket().display());
        programs.run(
            "pg_basebackup",
            &["--no-sync", "--checkpoint=fast", "--write-recovery-conf", "-d", &source, "-D"],
            &[&data],
        );
        let mut cluster =
            Self { programs, folder, port: PORT, process: None, databases: AtomicUsize::new(0) };
        cluster.restart();
        cluster
    }

    /// The process that all others of the server come from; `None`: it is stopped.
    pub fn process_id(&self) -> Option<u32> {
        self.process.as_ref().map(Child::id)
    }

    /// Makes a standby the primary.
    pub fn promote(&self) {
        self.programs.run("pg_ctl", &["promote", "--wait", "-D"], &[&self.data()]);
    }

    /// Starts the server, if it was stopped, and waits until it answers.
    pub fn restart(&mut self) {
        if self.process.is_none() {
            self.process = Some(self.programs.server(&self.data(), &self.socket(), self.port));
        }
        let mut waited = Duration::ZERO;
        while !self.programs.is_ready(&self.socket(), self.port) {
            assert!(waited < STARTS_WITHIN, "the server does not start: {}", self.log());
            thread::sleep(ASKED_EVERY);
            waited += ASKED_EVERY;
        }
    }

    /// Stops the server at once, as a machine that loses its power would.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            signal(process.id(), "QUIT");
            process.wait().expect("it was started here");
        }
    }

    /// Changes settings of a running server, and returns when they hold.
    ///
    /// Whether a commit waits for a standby is said by the process that writes checkpoints: it takes settings up
    /// between two of them, so that two that were asked for come after. A new session has those of the server.
    pub fn reload(&self, settings: &str) {
        const LOOKS: u32 = 2_000;
        let loaded = || self.sql("postgres", "SELECT pg_conf_load_time()");
        let before = loaded();
        self.set(&format!("{settings}\n"));
        self.programs.run("pg_ctl", &["reload", "-D"], &[&self.data()]);
        assert!((0..LOOKS).any(|_| loaded() != before), "the server takes up its settings");
        for _ in 0..2 {
            self.sql("postgres", "CHECKPOINT");
        }
    }

    /// An empty database, and its URL.
    pub fn database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.sql("postgres", &format!("CREATE DATABASE {name}"));
        self.url(&name)
    }

    /// A database like another one, to which nobody may be connected.
    pub fn database_like(&self, template: &str) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.sql("postgres", &format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"));
        self.url(&name)
    }

    /// The URL of a database of this server.
    pub fn url(&self, database: &str) -> String {
        url(&[&self.socket()], database)
    }

    /// The URL of a database that is on this server and on others.
    pub fn url_with(&self, others: &[&Cluster], database: &str) -> String {
        let sockets: Vec<PathBuf> = [self].iter().chain(others).map(|cluster| cluster.socket()).collect();
        url(&sockets.iter().map(PathBuf::as_path).collect::<Vec<_>>(), database)
    }

    /// The URL of a database over TCP, by the name that its certificate has.
    pub fn url_over_tcp(&self, host: &str, database: &str) -> String {
        format!("postgres://{USER}@{host}:{}/{database}", self.port)
    }

    /// Runs statements and returns what they print, a row a line.
    pub fn sql(&self, database: &str, sql: &str) -> String {
        let (printed, succeeded) = self.programs.sql(&self.socket(), self.port, database, sql);
        assert!(succeeded, "{sql}: {printed}");
        printed
    }

    /// The folder of the socket.
    pub fn socket(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn set(&self, settings: &str) {
        let path = self.data().join("postgresql.auto.conf");
        let mut text = fs::read_to_string(&path).unwrap_or_default();
        writeln!(text, "{settings}").expect("text takes text");
        fs::write(&path, text).expect("the settings can be written");
        self.programs.own(&path);
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A folder whose name is short enough for a socket.
fn place() -> TempDir {
    tempfile::Builder::new().prefix("ks-pg-").tempdir().expect("a temporary folder")
}

fn url(sockets: &[&Path], database: &str) -> String {
    let hosts: Vec<String> = sockets
        .iter()
        .map(|socket| socket.to_str().expect("a temporary folder's name").replace('/', "%2F"))
        .collect();
    format!("postgres://{USER}@{}/{database}", hosts.join(","))
}
