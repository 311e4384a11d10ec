//! `cargo xtask test`: from a fresh clone to the totals of every test, in one command.
//!
//! Everything is built once, in the dev profile; the runners after that find it built. The last line is
//! `N passed, N failed`, summed over all suites, and it never looks better than the runners' exit codes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::command::{self, Failure, print};
use crate::instructions;
use crate::machine;
use crate::tally::Tally;
use crate::upgrade;

/// Which suites a run is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Suites {
    rust: Option<Rust>,
    browser: bool,
    /// How many instructions a verdict takes.
    instructions: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rust {
    All,
    /// Only what goes through a real gateway with a real client library.
    Clients,
}

/// The test binaries of `tests/tests/` that need gateways and Python: `clients*.rs` and `gateway*.rs`.
const CLIENT_TESTS: &str = "package(keystead-tests) & binary(/^(clients|gateway)/)";

impl Suites {
    /// Everything there is.
    pub(crate) const ALL: Suites = Suites { rust: Some(Rust::All), browser: true, instructions: true };

    /// The suites behind `--only NAME`.
    pub(crate) fn only(name: &str) -> Option<Self> {
        match name {
            "rust" => Some(Suites { rust: Some(Rust::All), browser: false, instructions: false }),
            "clients" => Some(Suites { rust: Some(Rust::Clients), browser: false, instructions: false }),
            "browser" => Some(Suites { rust: None, browser: true, instructions: false }),
            _ => None,
        }
    }
}

/// Runs the suites and prints the totals; nothing is said after them.
pub(crate) fn run(suites: &Suites) -> Result<ExitCode, Failure> {
    let target = target_folder()?;
    // What is missing is got before the long build, so that a person hears at once of what cannot be had.
    let rust = suites.rust.map(RustTests::prepare).transpose()?;
    let browser = suites.browser.then(BrowserTests::prepare).transpose()?;
    let before = match suites.rust {
        Some(Rust::All) => {
            let before = upgrade::before_the_newest_step()?;
            Some(before.unwrap_or_else(|| target.join("debug/keystead")))
        }
        _ => None,
    };
    build(&target)?;

    let mut total = Tally::default();
    if let Some(rust) = rust {
        total += rust.run(&target, before.as_deref())?;
    }
    if let Some(browser) = browser {
        total += browser.run(&target)?;
    }
    if suites.instructions {
        total += counted();
    }
    print(&format!("\n{total}"))?;
    Ok(verdict(total))
}

/// One test: a verdict takes no more instructions than the file says.
fn counted() -> Tally {
    match instructions::check() {
        Ok(()) => Tally { passed: 1, ..Tally::default() },
        Err(failure) => {
            eprintln!("{failure}");
            Tally { failed: 1, ..Tally::default() }
        }
    }
}

fn verdict(total: Tally) -> ExitCode {
    let kept = total.failed == 0 && total.passed > 0;
    if kept { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Where builds are kept.
pub(crate) fn target_folder() -> Result<PathBuf, Failure> {
    match std::env::var_os("CARGO_TARGET_DIR").filter(|value| !value.is_empty()) {
        // Relative to where the chore was started, as cargo has it; the runners start elsewhere.
        Some(folder) => std::path::absolute(folder)
            .map_err(|error| Failure(format!("CARGO_TARGET_DIR cannot be made absolute: {error}"))),
        None => Ok(machine::cache()?.join("target")),
    }
}

/// Cargo with its builds there.
pub(crate) fn cargo(target: &Path) -> Command {
    let mut cargo = command::cargo();
    cargo.env("CARGO_TARGET_DIR", target);
    cargo
}

/// All libraries, programs and tests in one go: asking for the program alone would select other features of shared
/// dependencies and build those twice.
pub(crate) fn build(target: &Path) -> Result<(), Failure> {
    command::run(cargo(target).args(["build", "--locked", "--workspace", "--lib", "--bins", "--tests"]))
}

/// The tests that cargo runs, with the tools some of them start.
struct RustTests {
    which: Rust,
    gateways: Vec<(&'static str, PathBuf)>,
    linters: Vec<(&'static str, PathBuf)>,
    strace: PathBuf,
    postgres: PathBuf,
    pgbouncer: PathBuf,
    clock: PathBuf,
    python: PathBuf,
    has_nextest: bool,
}

impl RustTests {
    fn prepare(which: Rust) -> Result<Self, Failure> {
        machine::hosts()?;
        Ok(RustTests {
            which,
            gateways: machine::gateways()?,
            linters: machine::linters()?,
            strace: machine::strace()?,
            postgres: machine::postgres()?,
            pgbouncer: machine::pgbouncer()?,
            clock: machine::movable_clock()?,
            python: machine::python()?,
            has_nextest: machine::has_nextest()?,
        })
    }

    fn run(&self, target: &Path, before: Option<&Path>) -> Result<Tally, Failure> {
        let mut cargo = cargo(target);
        cargo
            .env("KEYSTEAD_BIN", target.join("debug/keystead"))
            .envs(self.gateways.iter().map(|(variable, program)| (variable, program)))
            .envs(self.linters.iter().map(|(variable, program)| (variable, program)))
            .env("KEYSTEAD_TEST_STRACE", &self.strace)
            .env("KEYSTEAD_TEST_POSTGRES", &self.postgres)
            .env("KEYSTEAD_TEST_PGBOUNCER", &self.pgbouncer)
            .env("KEYSTEAD_TEST_CLOCK", &self.clock)
            .env("KEYSTEAD_TEST_PYTHON", &self.python)
            .envs(before.map(|program| (upgrade::VARIABLE, program)));
        if self.has_nextest { self.nextest(cargo) } else { self.cargo_test(cargo) }
    }

    fn nextest(&self, mut cargo: Command) -> Result<Tally, Failure> {
        // Nextest keeps its reports here whatever CARGO_TARGET_DIR says; .config/nextest.toml names the file.
        let report = command::repository().join("target/nextest/default/junit.xml");
        forget(&report)?;
        cargo.args(["nextest", "run", "--locked", "--workspace", "--lib", "--bins", "--tests"]);
        if self.which == Rust::Clients {
            cargo.args(["--filterset", CLIENT_TESTS]);
        }
        let succeeded = command::succeeds(&mut cargo)?;
        Ok(Tally::of_report(fs::read_to_string(&report).ok().as_deref(), succeeded))
    }

    fn cargo_test(&self, mut cargo: Command) -> Result<Tally, Failure> {
        cargo.args(["test", "--locked", "--workspace", "--no-fail-fast"]);
        match self.which {
            Rust::All => cargo.args(["--lib", "--bins", "--tests"]),
            Rust::Clients => cargo.args(["--test", "clients*", "--test", "gateway*"]),
        };
        let (printed, succeeded) = command::followed(&mut cargo)?;
        Ok(Tally::from_cargo_test(&printed, succeeded))
    }
}

/// The tests that a browser runs against the built program.
pub(crate) struct BrowserTests {
    folder: PathBuf,
    chromium: PathBuf,
    clock: PathBuf,
}

impl BrowserTests {
    /// Gets what is missing.
    pub(crate) fn prepare() -> Result<Self, Failure> {
        Ok(BrowserTests {
            folder: machine::browser_tests()?,
            chromium: machine::chromium()?,
            clock: machine::movable_clock()?,
        })
    }

    fn run(&self, target: &Path) -> Result<Tally, Failure> {
        let report = target.join("browser-tests.xml");
        forget(&report)?;
        if !command::succeeds(self.npx().arg("tsc"))? {
            return Ok(Tally::BROKEN);
        }
        let succeeded = command::succeeds(self.playwright(target).env("KEYSTEAD_TEST_REPORT", &report))?;
        Ok(Tally::of_report(fs::read_to_string(&report).ok().as_deref(), succeeded))
    }

    /// Runs the one test that takes pictures, with a folder to put them into.
    pub(crate) fn take_pictures(&self, target: &Path, folder: &Path) -> Result<(), Failure> {
        let report = target.join("pictures.xml");
        let mut playwright = self.playwright(target);
        playwright.arg("pictures.spec.ts").env("KEYSTEAD_TEST_PICTURES", folder);
        command::run(playwright.env("KEYSTEAD_TEST_REPORT", report))
    }

    fn playwright(&self, target: &Path) -> Command {
        let mut playwright = self.npx();
        playwright
            .args(["playwright", "test"])
            .env("KEYSTEAD_BIN", target.join("debug/keystead"))
            .env("KEYSTEAD_TEST_CHROMIUM", &self.chromium)
            .env("KEYSTEAD_TEST_CLOCK", &self.clock);
        playwright
    }

    fn npx(&self) -> Command {
        let mut npx = Command::new("npx");
        npx.current_dir(&self.folder).arg("--no-install");
        npx
    }
}

/// A report of an earlier run must not speak for this one.
fn forget(report: &Path) -> Result<(), Failure> {
    match fs::remove_file(report) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure(format!("the old report {} cannot be removed: {error}", report.display())))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_takes_the_three_names_of_the_usage() {
        for name in ["rust", "browser", "clients"] {
            assert!(Suites::only(name).is_some(), "{name}");
        }
        assert_eq!(Suites::only("Rust"), None);
        assert_eq!(Suites::only(""), None);
    }

    #[test]
    fn a_run_without_any_test_is_not_green() {
        assert_eq!(verdict(Tally::default()), ExitCode::FAILURE);
        assert_eq!(verdict(Tally { passed: 2, failed: 1, skipped: 0 }), ExitCode::FAILURE);
        assert_eq!(verdict(Tally { passed: 2, failed: 0, skipped: 0 }), ExitCode::SUCCESS);
    }

    #[test]
    fn an_old_report_is_forgotten_and_a_missing_one_is_fine() {
        let report = std::env::temp_dir().join(format!("xtask-report-{}.xml", std::process::id()));
        fs::write(&report, "old").unwrap();
        forget(&report).unwrap();
        assert!(!report.exists());
        forget(&report).unwrap();
    }
}
