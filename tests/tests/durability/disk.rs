//! A disk that fails and a disk that is full, played to the built program by `strace`: it acknowledges nothing that it
//! cannot keep.

use std::process::{Child, Command};

use keystead_tests::caller::{Asking, Pair};
use keystead_tests::installation::{Installation, Served};
use keystead_tests::operator::{Operator, text};
use serde_json::{Value, json};

/// Looks before giving up; each takes longer than a millionth of a second.
const LOOKS_MAX: u32 = 2_000_000;
const ATTEMPT: &str = "the-attempt-that-met-the-fault";

/// A folder with a key, made while the disk was well.
struct Shop {
    installation: Installation,
    account: String,
    key: String,
    pair: Pair,
}

impl Shop {
    fn opens() -> Shop {
        let installation = Installation::fresh();
        let served = installation.serve();
        let operator = Operator::of(&installation, &served);
        let account = operator.opens_account("shop");
        let generate = format!("/accounts/{account}/keys");
        let told = operator.asks(&generate, &json!({ "mode": "live" }), "too-early-for-live-keys");
        assert_eq!(told.expect("an answer").body["code"], "live_not_ready");
        let told = operator.asks(&generate, &json!({ "mode": "test" }), "the-very-first-attempt");
        let told = told.expect("an answer");
        let (key, pair) = (text(&told.body, "key"), told.pair());
        installation.settled();
        let (status, log) = served.stop();
        assert!(status.success(), "{log}");
        Shop { installation, account, key, pair }
    }

    /// Serves with a fault in every such call on the database's log, where each change is written first.
    fn serve_with(&self, fault: &str) -> Served {
        let serving = self.installation.serving();
        let mut command = Command::new(strace());
        // As the program's grandchild, so that the process we know is the program itself.
        command.args([
            "--daemonize",
            "--interruptible=waiting",
            "--follow-forks",
            "--quiet=all",
            "--output=/dev/null",
        ]);
        let log = self.installation.folder().join("keystead.db-wal");
        command.arg(format!("--inject={fault}")).arg("--trace-path").arg(log);
        command.arg(serving.get_program()).args(serving.get_args());
        Served::by(command)
    }

    /// Serves, and from then on every such call on the database's log has a fault.
    fn serve_until(&self, fault: &str) -> (Served, Child) {
        let served = self.installation.serve();
        let process = served.process_id();
        let log = self.installation.folder().join("keystead.db-wal");
        let mut command = Command::new(strace());
        command.args([
            "--follow-forks",
            "--quiet=all",
            "--output=/dev/null",
            "--attach",
            &process.to_string(),
        ]);
        command.arg(format!("--inject={fault}")).arg("--trace-path").arg(log);
        let player = command.spawn().expect("strace runs");
        let has_all = || {
            let threads = std::fs::read_dir(format!("/proc/{process}/task")).expect("the program runs");
            threads.flatten().all(|thread| {
                let status = std::fs::read_to_string(thread.path().join("status")).unwrap_or_default();
                !status.contains("TracerPid:\t0\n")
            })
        };
        let taken = (0..LOOKS_MAX).any(|_| {
            std::thread::yield_now();
            has_all()
        });
        assert!(taken, "strace does not attach");
        (served, player)
    }

    /// Asks to replace the key's pair, always as the same attempt.
    fn replaces(&self, served: &Served) -> Option<keystead_tests::operator::Told> {
        let operator = Operator::of(&self.installation, served);
        let path = format!("/accounts/{}/keys/{}/regenerate", self.account, self.key);
        let body = json!({ "deactivate_old": "now", "expected_current": self.pair.key_id });
        operator.asks(&path, &body, ATTEMPT)
    }

    fn pairs(&self, served: &Served) -> Vec<Value> {
        let operator = Operator::of(&self.installation, served);
        let told = operator.reads(&format!("/accounts/{}/keys", self.account));
        told["items"][0]["pairs"].as_array().expect("a list of pairs").clone()
    }
}

/// The program that plays faults.
fn strace() -> std::ffi::OsString {
    let strace = std::env::var_os("KEYSTEAD_TEST_STRACE").unwrap_or_else(|| "strace".into());
    let found = Command::new(&strace).arg("--version").output().is_ok_and(|told| told.status.success());
    assert!(found, "{} is missing; `cargo xtask test` installs it", strace.display());
    strace
}

#[test]
fn when_the_disk_fails_nothing_is_acknowledged_and_the_process_ends_and_says_why() {
    let shop = Shop::opens();
    let (served, mut player) = shop.serve_until("fsync,fdatasync:error=EIO");
    if let Some(told) = shop.replaces(&served) {
        assert!(told.status >= 500, "not acknowledged: {told:?}");
        assert!(told.body.get("key_secret").is_none());
    }
    let (status, log) = served.ended();
    assert_eq!(status.code(), Some(1), "{log}");
    player.wait().expect("strace ends with the program it looks at");
    assert!(log.contains("stopped, because the database failed"), "{log}");
    assert!(log.contains("hint: check the disk"), "{log}");

    // Whether the change reached the disk cannot be known; asking again as the same attempt makes it happen once.
    let served = shop.installation.serve();
    let found = shop.pairs(&served).len();
    assert!([1, 2].contains(&found), "the change happened as a whole or not at all");
    let new = shop.replaces(&served).expect("an answer").pair();
    assert_eq!(shop.pairs(&served).len(), 2);
    let gateway = Asking::at(served.gateway);
    assert_eq!(gateway.verify(&shop.pair), "ended");
    assert_eq!(gateway.verify(&new), "current");
    assert_eq!(shop.installation.whole_audit()["whole"], true);
}

#[test]
fn when_the_disk_is_full_nothing_changes_and_keys_go_on_working_until_there_is_room() {
    let shop = Shop::opens();
    let served = shop.serve_with("pwrite64:error=ENOSPC");
    let told = shop.replaces(&served).expect("an answer");
    assert_eq!((told.status, text(&told.body, "code").as_str()), (507, "database_full"), "{told:?}");
    let gateway = Asking::at(served.gateway);
    assert_eq!(gateway.verify(&shop.pair), "current", "keys that work go on working");
    assert_eq!(shop.pairs(&served).len(), 1, "nothing was written");

    leave_alone(&served);
    let new = shop.replaces(&served).expect("an answer").pair();
    assert_eq!(gateway.verify(&new), "current", "the same attempt succeeds once there is room");
    assert_eq!(gateway.verify(&shop.pair), "ended");
    assert_eq!(shop.installation.whole_audit()["whole"], true);
    let (status, log) = served.stop();
    assert!(status.success(), "{log}");
}

/// Ends the fault: whoever plays it lets go of the program.
fn leave_alone(served: &Served) {
    let tracer = || {
        let status = std::fs::read_to_string(format!("/proc/{}/status", served.process_id()));
        let status = status.expect("the program runs");
        let line = status.lines().find_map(|line| line.strip_prefix("TracerPid:"));
        line.expect("the system tells who traces a process").trim().to_owned()
    };
    let asked = Command::new("kill").args(["-TERM", &tracer()]).status();
    assert!(asked.is_ok_and(|status| status.success()), "strace can be asked to stop");
    let gone = (0..LOOKS_MAX).any(|_| {
        std::thread::yield_now();
        tracer() == "0"
    });
    assert!(gone, "strace does not let go");
}
