//! A process of the product on its host: started, killed, frozen, its wall clock moved, and started again when it ends by itself,
//! as a service manager would.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::moments::{MILLISECOND, Moment};
use crate::network::Host;

/// How long after it ended by itself a process is started again.
const AGAIN_AFTER: Moment = 300 * MILLISECOND;

/// Moves the wall clock of the processes that load it (libfaketime).
#[derive(Clone, Debug)]
pub struct MovableClock(PathBuf);

impl MovableClock {
    /// `KEYSTEAD_TEST_CLOCK` names it; else it is where Debian puts it.
    pub fn find() -> io::Result<Self> {
        if let Some(named) = std::env::var_os("KEYSTEAD_TEST_CLOCK").filter(|value| !value.is_empty()) {
            return Ok(Self(named.into()));
        }
        let folders = fs::read_dir("/usr/lib")?.flatten();
        let mut found = folders.map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"));
        let found = found.find(|library| library.is_file());
        let missing = "libfaketime is not installed, and clocks have to jump: apt-get install libfaketime";
        found.map(Self).ok_or_else(|| io::Error::other(missing))
    }
}

/// A process of the product.
#[derive(Debug)]
pub struct Process {
    /// Where it runs.
    pub host: Host,
    folder: PathBuf,
    clock: MovableClock,
    environment: Vec<(&'static str, OsString)>,
    child: Option<Child>,
    /// Whether somebody wants it to run.
    is_wanted: bool,
    /// How many want it frozen.
    freezes: u32,
    ended: Option<Moment>,
    /// How often it was started.
    pub starts: u32,
}

impl Process {
    /// A process with its folder, which holds `keystead.toml` and `data`. It is not started yet.
    pub fn new(host: Host, folder: &Path, clock: &MovableClock) -> io::Result<Self> {
        let new = Self {
            host,
            folder: folder.to_owned(),
            clock: clock.clone(),
            environment: Vec::new(),
            child: None,
            is_wanted: false,
            freezes: 0,
            ended: None,
            starts: 0,
        };
        new.set_clock(0)?;
        Ok(new)
    }

    /// Says where its database is.
    pub fn with_database(mut self, url: &str) -> Self {
        self.environment.push(("KEYSTEAD__DATABASE_URL", url.into()));
        self
    }

    /// Its log, of all its starts.
    pub fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// Starts it, and sees from now on that it runs.
    pub fn start(&mut self) -> io::Result<()> {
        self.is_wanted = true;
        if self.child.is_some() {
            return Ok(());
        }
        let log = File::options().create(true).append(true).open(self.log())?;
        let program = std::env::var("KEYSTEAD_BIN").map_err(io::Error::other)?;
        let mut command: Command = self.host.runs(&program);
        command.arg("serve").arg("--config").arg(self.folder.join("keystead.toml"));
        command.arg("--data-dir").arg(self.folder.join("data"));
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.env("LD_PRELOAD", &self.clock.0).env("FAKETIME_TIMESTAMP_FILE", self.clock_file());
        // Wall time moves; timeouts and leases go on counting real seconds.
        command.env("FAKETIME_NO_CACHE", "1").env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        self.child = Some(command.spawn()?);
        self.starts += 1;
        Ok(())
    }

    /// Ends it without a warning; it stays away until it is started.
    pub fn kill(&mut self) -> io::Result<()> {
        self.is_wanted = false;
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// Asks it to stop. When it has, it is started again.
    pub fn ask_to_restart(&mut self) -> io::Result<()> {
        self.signal(Signal::TERM)
    }

    /// Lets it do nothing, until it is thawed as often as it was frozen.
    pub fn freeze(&mut self) -> io::Result<()> {
        self.freezes += 1;
        self.signal(Signal::STOP)
    }

    /// Lets it go on.
    pub fn thaw(&mut self) -> io::Result<()> {
        self.freezes = self.freezes.saturating_sub(1);
        if self.freezes == 0 { self.signal(Signal::CONT) } else { Ok(()) }
    }

    /// Sets its wall clock off by so many seconds.
    pub fn set_clock(&self, seconds: i64) -> io::Result<()> {
        let new = self.folder.join("clock.new");
        fs::write(&new, format!("{seconds:+}"))?;
        fs::rename(new, self.clock_file())
    }

    /// Starts it again if it has ended by itself.
    pub fn tend(&mut self, now: Moment) -> io::Result<()> {
        if let Some(child) = &mut self.child
            && child.try_wait()?.is_some()
        {
            self.child = None;
            self.ended = Some(now);
        }
        if self.is_wanted && self.child.is_none() && self.ended.is_none_or(|ended| ended + AGAIN_AFTER <= now)
        {
            self.start()?;
        }
        Ok(())
    }

    fn clock_file(&self) -> PathBuf {
        self.folder.join("clock")
    }

    fn signal(&self, signal: Signal) -> io::Result<()> {
        match &self.child {
            // It may have ended a moment ago.
            Some(child) => kill_process(Pid::from_child(child), signal).or_else(gone),
            None => Ok(()),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

fn gone(error: rustix::io::Errno) -> io::Result<()> {
    if error == rustix::io::Errno::SRCH { Ok(()) } else { Err(error.into()) }
}
