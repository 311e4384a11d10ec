//! The database: a primary and a standby that follows it, on a host each. Who is promoted, and what is done to the old primary first,
//! is what Patroni would do: it is stopped for good, then the standby takes over.

use std::fs;
use std::io;

use rustix::process::{Pid, Signal, kill_process};
use test_postgres::{Cluster, Host as Place};

use crate::fleet::waits;
use crate::network::Host;

/// The name of the database.
const NAME: &str = "fleet";
/// What the primary calls the standby.
const STANDBY: &str = "standby";
/// Whoever stops in the middle of something is noticed soon: schedules are short.
const SETTINGS: &str =
    "wal_sender_timeout = 5s\nwal_receiver_timeout = 5s\nwal_retrieve_retry_interval = 200ms\n";
/// What a commit and its moment need to outlive the machine.
const DURABLE: &str = "fsync = on\nfull_page_writes = on\ntrack_commit_timestamp = on\n";

/// What an acknowledged commit has reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commits {
    /// Primary and standby: a failover loses none.
    Synchronous,
    /// The primary.
    Asynchronous,
}

/// Both servers.
pub struct Database {
    primary: Cluster,
    standby: Cluster,
    /// Which of them is written now.
    has_failed_over: bool,
    /// Whether the primary stands still.
    is_frozen: bool,
}

impl Database {
    /// Makes both, with an empty database. Waits until the standby has all there is.
    pub fn make(commits: Commits, is_durable: bool) -> io::Result<Self> {
        let settings = if is_durable { [SETTINGS, DURABLE].concat() } else { SETTINGS.to_owned() };
        let primary = Cluster::start_on(&place(Host::Primary), &settings);
        primary.sql("postgres", &format!("CREATE DATABASE {NAME}"));
        let standby = primary.standby_on(&place(Host::Standby), Host::Primary.address(), STANDBY);
        if commits == Commits::Synchronous {
            primary.reload(&format!("synchronous_standby_names = '{STANDBY}'"));
        }
        let state = if commits == Commits::Synchronous { "sync" } else { "async" };
        let sql = "SELECT sync_state FROM pg_stat_replication WHERE state = 'streaming'";
        waits("the standby follows", || Ok(primary.sql("postgres", sql) == state))?;
        Ok(Self { primary, standby, has_failed_over: false, is_frozen: false })
    }

    /// Its URL for those who may write, and for those who read.
    pub fn url(user: &str) -> String {
        let (primary, standby) = (Host::Primary.address(), Host::Standby.address());
        format!("postgres://{user}@{primary}:5432,{standby}:5432/{NAME}?sslmode=disable")
    }

    /// Runs statements on the one that is written.
    pub fn sql(&self, sql: &str) -> String {
        self.written().sql(NAME, sql)
    }

    /// Stops the primary for good and promotes the standby.
    pub fn fail_over(&mut self) -> io::Result<()> {
        if self.has_failed_over {
            return Ok(());
        }
        // Nothing that it was about to do may be done after the standby has taken over.
        self.thaw()?;
        self.primary.stop();
        // There is nobody to follow the new primary: it must not wait for that.
        self.standby.reload("synchronous_standby_names = ''");
        self.standby.promote();
        self.has_failed_over = true;
        Ok(())
    }

    /// Stops the one that is written, at once.
    pub fn crash(&mut self) -> io::Result<()> {
        self.thaw()?;
        self.written_mut().stop();
        Ok(())
    }

    /// Starts it again.
    pub fn restart(&mut self) {
        self.written_mut().restart();
    }

    /// Stops both at once.
    pub fn stop_all(&mut self) {
        self.primary.stop();
        self.standby.stop();
    }

    /// Starts both again.
    pub fn start_all(&mut self) {
        self.primary.restart();
        self.standby.restart();
    }

    /// Lets the one that is written do nothing: connections stay open.
    pub fn freeze(&mut self) -> io::Result<()> {
        self.is_frozen = true;
        signal_all(self.written(), Signal::STOP)
    }

    /// Lets it go on.
    pub fn thaw(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.is_frozen) { signal_all(self.written(), Signal::CONT) } else { Ok(()) }
    }

    fn written(&self) -> &Cluster {
        if self.has_failed_over { &self.standby } else { &self.primary }
    }

    fn written_mut(&mut self) -> &mut Cluster {
        if self.has_failed_over { &mut self.standby } else { &mut self.primary }
    }
}

fn place(host: Host) -> Place {
    Place { namespace: host.namespace(), address: host.address() }
}

/// The server and everything it has started. The server is first: one that stands still starts nothing more.
fn signal_all(cluster: &Cluster, signal: Signal) -> io::Result<()> {
    let Some(server) = cluster.process_id() else { return Ok(()) };
    let server = i32::try_from(server).map_err(io::Error::other)?;
    let send = |process| match Pid::from_raw(process).map(|process| kill_process(process, signal)) {
        None | Some(Ok(()) | Err(rustix::io::Errno::SRCH)) => Ok(()),
        Some(Err(error)) => Err(io::Error::from(error)),
    };
    send(server)?;
    let all = fs::read_dir("/proc")?.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    all.filter(|process| parent(*process) == Some(server)).try_for_each(send)
}

fn parent(process: i32) -> Option<i32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_ascii_whitespace().nth(1)?.parse().ok()
}
