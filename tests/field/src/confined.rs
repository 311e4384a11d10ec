//! The harness in namespaces of its own: network, mounts, processes. Nothing it does touches the network of the machine, and
//! nothing it starts outlives it, however it ends: when its first process is gone, the kernel ends all others.
//!
//! Outside stays a parent that waits, listens for signals and takes the folder away in the end.

use std::ffi::OsString;
use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, ExitCode, ExitStatus};
use std::time::Duration;

use tempfile::TempDir;
use tokio::signal::unix::{SignalKind, signal};

/// Says that we are inside.
const INSIDE: &str = "KEYSTEAD_FIELD_INSIDE";
/// What is asked of the kernel.
const OWN: [&str; 5] = ["--net", "--mount", "--pid", "--fork", "--mount-proc"];
/// What a user who is not root needs besides.
const AS_ROOT: [&str; 2] = ["--user", "--map-root-user"];
/// How often we look whether a folder can be taken away, and how many times.
const LOOK_EVERY: Duration = Duration::from_millis(50);
const LOOKS: u32 = 200;

/// Whether this process has the namespaces already.
pub fn is_inside() -> bool {
    std::env::var_os(INSIDE).is_some()
}

/// Starts this program again with the same arguments in namespaces of its own, waits for it and cleans up.
pub fn enter(program: &Path) -> io::Result<ExitCode> {
    let words = namespaces()?;
    let place = tempfile::Builder::new().prefix("ks-field-").tempdir()?;
    // PostgreSQL runs as somebody else and has to get to its own folder in here.
    std::fs::set_permissions(place.path(), Permissions::from_mode(0o711))?;
    let mut command = tokio::process::Command::new("setpriv");
    // Should we be killed, the one who waits inside of `unshare` dies, and with it everybody else.
    command.args(["--pdeathsig", "KILL", "unshare"]).args(&words).arg("--kill-child");
    command.arg(std::env::current_exe()?).args(std::env::args_os().skip(1));
    command.env(INSIDE, "1").env("TMPDIR", place.path()).env("KEYSTEAD_BIN", program);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let ended = runtime.block_on(waits(command));
    take_away(place)?;
    let code = ended?.and_then(|status| status.code()).and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// Waits for the end; `None`: somebody wanted us to stop.
async fn waits(mut command: tokio::process::Command) -> io::Result<Option<ExitStatus>> {
    let mut stops = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()].map(signal);
    let [interrupt, terminate, hangup] = &mut stops;
    let (interrupt, terminate, hangup) = (heard(interrupt), heard(terminate), heard(hangup));
    let mut child = command.spawn()?;
    tokio::select! {
        status = child.wait() => return status.map(Some),
        () = interrupt => {}
        () = terminate => {}
        () = hangup => {}
    }
    child.kill().await?;
    Ok(None)
}

async fn heard(signal: &mut io::Result<tokio::signal::unix::Signal>) {
    match signal {
        Ok(signal) => _ = signal.recv().await,
        Err(_) => std::future::pending().await,
    }
}

/// The words that give us namespaces here: as root, or as a user who looks like root in a namespace of their own.
fn namespaces() -> io::Result<Vec<OsString>> {
    let words = |more: &[&str]| -> Vec<OsString> { more.iter().chain(&OWN).map(OsString::from).collect() };
    let mut said = Vec::new();
    for more in [&[][..], &AS_ROOT] {
        let words = words(more);
        // As far as the first cable: a kernel may give namespaces and nothing to put into them.
        let script = "mount -t tmpfs none /run && ip netns add try && ip link add try type veth peer name eth0 netns try";
        match Command::new("unshare").args(&words).args(["--kill-child", "sh", "-c", script]).output() {
            Ok(output) if output.status.success() => return Ok(words),
            Ok(output) => said.push(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
            Err(error) => said.push(format!("unshare cannot be started: {error}")),
        }
    }
    Err(io::Error::other(format!(
        "a fleet needs network namespaces, and there are none here.\n  as root: {}\n  as a user: {}\nRun it as root, or where \
         users may make namespaces (kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns, a container's \
         seccomp profile), with iproute2 and util-linux installed: apt-get install iproute2 util-linux",
        said[0], said[1]
    )))
}

/// Processes inside are ended by the kernel in its own time, and may write until then.
fn take_away(place: TempDir) -> io::Result<()> {
    let path = place.keep();
    for _ in 0..LOOKS {
        match std::fs::remove_dir_all(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => std::thread::sleep(LOOK_EVERY),
            _ => return Ok(()),
        }
    }
    std::fs::remove_dir_all(&path)
}
