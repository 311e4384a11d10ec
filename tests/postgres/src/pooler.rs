//! PgBouncer before a server: each transaction may get another of a few connections.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use crate::programs::{Programs, signal};
use crate::{Cluster, PORT, USER};

/// The port that names its socket; nothing listens there either.
const POOLED_PORT: u16 = 6432;
/// In its folder.
const SETTINGS: &str = "pgbouncer.ini";
const STARTS_WITHIN: Duration = Duration::from_secs(30);
const ASKED_EVERY: Duration = Duration::from_millis(20);

/// A pooler in transaction mode.
pub struct Pooler {
    folder: TempDir,
    process: Child,
    connections: usize,
}

impl Pooler {
    /// Shares out `connections` to a server.
    pub fn to(cluster: &Cluster, connections: usize) -> Self {
        let (programs, folder) = (Programs::find(), super::place());
        programs.own(folder.path());
        let settings = folder.path().join(SETTINGS);
        fs::write(&settings, settings_for(cluster, folder.path(), connections))
            .expect("the settings can be written");
        programs.own(&settings);
        let process = programs.outside(&program()).arg(&settings).spawn().expect("setpriv is there");
        let pooler = Self { folder, process, connections };
        let socket = pooler.folder.path().join(format!(".s.PGSQL.{POOLED_PORT}"));
        let mut waited = Duration::ZERO;
        while !socket.exists() {
            let log = fs::read_to_string(pooler.folder.path().join("log")).unwrap_or_default();
            assert!(waited < STARTS_WITHIN, "the pooler does not start: {log}");
            thread::sleep(ASKED_EVERY);
            waited += ASKED_EVERY;
        }
        pooler
    }

    /// From now on another server gets the transactions, on connections that go on.
    pub fn turn_to(&self, cluster: &Cluster) {
        let folder = self.folder.path();
        fs::write(folder.join(SETTINGS), settings_for(cluster, folder, self.connections))
            .expect("the settings can be written");
        signal(self.process.id(), "HUP");
    }

    /// The URL of a database through it.
    pub fn url(&self, database: &str) -> String {
        let folder = self.folder.path().to_str().expect("a temporary folder's name").replace('/', "%2F");
        format!("postgres://{USER}@{folder}:{POOLED_PORT}/{database}")
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        signal(self.process.id(), "INT");
        let _ = self.process.wait();
    }
}

fn settings_for(cluster: &Cluster, folder: &Path, connections: usize) -> String {
    let (server, own) = (cluster.socket().display().to_string(), folder.display());
    format!(
        "[databases]\n* = host={server} port={PORT} user={USER}\n[pgbouncer]\nlisten_port = {POOLED_PORT}\n\
         unix_socket_dir = {own}\nauth_type = any\npool_mode = transaction\ndefault_pool_size = {connections}\n\
         logfile = {own}/log\nmax_client_conn = 200\n"
    )
}

fn program() -> PathBuf {
    let named = std::env::var_os("KEYSTEAD_TEST_PGBOUNCER").filter(|value| !value.is_empty());
    let program = named.map_or_else(|| Path::new("/usr/sbin/pgbouncer").to_owned(), PathBuf::from);
    assert!(program.is_file(), "PgBouncer is not installed: apt-get install pgbouncer");
    program
}
