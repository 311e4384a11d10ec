//! PostgreSQL's own programs, run as somebody whom it accepts: it refuses to serve as root.

use std::ffi::OsString;
use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Users that a server may run as when the tests run as root.
const USERS: [&str; 2] = ["postgres", "nobody"];

/// Where the programs are, where they run and as whom.
pub(crate) struct Programs {
    folder: PathBuf,
    /// The network namespace they run in; `None`: that of the tests.
    namespace: Option<PathBuf>,
    user: User,
}

/// Who runs the programs.
enum User {
    /// Whoever runs the tests.
    Same,
    /// Somebody else, because that is root.
    Other(u32, u32),
    /// Whoever runs the tests, under another number: in a user namespace of their own they look like root.
    Renamed,
}

impl User {
    fn find() -> Self {
        if !fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0) {
            return User::Same;
        }
        // Where one number stands for one user alone, there is nobody to change to.
        let map = fs::read_to_string("/proc/self/uid_map").unwrap_or_default();
        if map.split_ascii_whitespace().nth(2) == Some("1") {
            return User::Renamed;
        }
        let other = USERS.iter().find_map(|name| user(name));
        let (user, group) = other.expect("there is a user whom PostgreSQL may run as");
        User::Other(user, group)
    }
}

impl Programs {
    pub(crate) fn find() -> Self {
        Self { folder: folder(), namespace: None, user: User::find() }
    }

    /// The same in a network namespace.
    pub(crate) fn find_in(namespace: &Path) -> Self {
        Self { namespace: Some(namespace.to_owned()), ..Self::find() }
    }

    /// Gives a file or folder to whoever runs the programs.
    pub(crate) fn own(&self, path: &Path) {
        if let User::Other(user, group) = self.user {
            chown(path, Some(user), Some(group)).expect("root may give files away");
        }
    }

    /// A program; it ends when the thread that starts it does, however the test ends.
    fn program(&self, name: &str) -> Command {
        self.outside(&self.folder.join(name))
    }

    /// The same for a program that is none of PostgreSQL's own.
    pub(crate) fn outside(&self, program: &Path) -> Command {
        let mut words: Vec<OsString> = Vec::new();
        if let Some(namespace) = &self.namespace {
            let mut net = OsString::from("--net=");
            net.push(namespace);
            words.extend(["nsenter".into(), net, "--".into()]);
        }
        if let User::Renamed = self.user {
            words.extend(
                ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--"].map(OsString::from),
            );
        }
        words.extend(["setpriv", "--pdeathsig", "QUIT"].map(OsString::from));
        if let User::Other(user, group) = self.user {
            let other = [format!("--reuid={user}"), format!("--regid={group}"), "--clear-groups".to_owned()];
            words.extend(other.map(OsString::from));
        }
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).arg(program).current_dir("/").stdin(Stdio::null());
        command
    }

    /// Runs a program to its end.
    pub(crate) fn run(&self, name: &str, arguments: &[&str], paths: &[&Path]) {
        let output = self.program(name).args(arguments).args(paths).output().expect("setpriv is there");
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Starts a server on a folder of data.
    pub(crate) fn server(&self, data: &Path, socket: &Path, port: u16) -> Child {
        let log = File::create(socket.join("log")).expect("the log can be written");
        let mut server = self.program("postgres");
        server.arg("-D").arg(data).arg("-k").arg(socket).args(["-p", &port.to_string()]);
        server.stdout(Stdio::null()).stderr(log).spawn().expect("setpriv is there")
    }

    /// Whether a server answers.
    pub(crate) fn is_ready(&self, socket: &Path, port: u16) -> bool {
        let mut asked = self.program("pg_isready");
        asked.args(["--quiet", "-d", "postgres", "-p", &port.to_string(), "-h"]).arg(socket);
        asked.status().expect("setpriv is there").success()
    }

    /// Runs statements; what they print, and whether they succeeded.
    pub(crate) fn sql(&self, socket: &Path, port: u16, database: &str, sql: &str) -> (String, bool) {
        let mut psql = self.program("psql");
        psql.args(["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-U", super::USER, "-d", database]);
        psql.args(["-p", &port.to_string()]);
        let output = psql.arg("-h").arg(socket).args(["-c", sql]).output().expect("setpriv is there");
        let printed = if output.status.success() { &output.stdout } else { &output.stderr };
        (String::from_utf8_lossy(printed).trim().to_owned(), output.status.success())
    }
}

/// Sends a signal to a process that was started here.
pub(crate) fn signal(process: u32, name: &str) {
    let sent = Command::new("kill").args(["-s", name, &process.to_string()]).status();
    assert!(sent.is_ok_and(|status| status.success()), "process {process} is there");
}

/// The folder of the newest version.
fn folder() -> PathBuf {
    if let Some(named) = std::env::var_os("KEYSTEAD_TEST_POSTGRES").filter(|value| !value.is_empty()) {
        return named.into();
    }
    let versions = fs::read_dir("/usr/lib/postgresql").ok().into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = versions
        .filter_map(|version| {
            let number = version.file_name().to_str()?.parse().ok()?;
            Some((number, version.path().join("bin")))
        })
        .filter(|(_, folder)| folder.join("initdb").is_file())
        .collect();
    versions.sort();
    let newest = versions.pop();
    newest
        .expect("PostgreSQL is not installed, and half of the promises need it: apt-get install postgresql")
        .1
}

fn user(name: &str) -> Option<(u32, u32)> {
    let users = fs::read_to_string("/etc/passwd").ok()?;
    let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
    let mut numbers = line.split(':').skip(2).map(|field| field.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}
