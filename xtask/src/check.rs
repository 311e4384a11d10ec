//! `cargo xtask check`: everything that can be said about the repository without running the product.
//!
//! All steps run, whatever fails, so that one run tells everything there is to mend.

use std::process::ExitCode;

use crate::command::{self, Failure};
use crate::{instructions, machine, tidy};

type Step = (&'static str, fn() -> Result<(), Failure>);

const STEPS: &[Step] = &[
    ("house rules", tidy::run),
    ("format", format),
    ("lints", lints),
    ("the feature that is off by default", spans),
    ("what is built by itself", alone),
    ("documentation", documentation),
    ("licences, bans and sources", dependencies),
    ("instructions of a verdict", instructions::check),
];

/// What other people's services depend on, and what the documentation starts with `cargo run -p`.
const BUILT_ALONE: [&str; 4] = ["keystead-verify", "keystead-sim", "keystead-field", "keystead-example-shop"];

/// Runs all steps and names those that failed.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    let mut failed = Vec::new();
    for (name, step) in STEPS {
        if let Err(failure) = step() {
            eprintln!("{failure}");
            failed.push(*name);
        }
    }
    if !failed.is_empty() {
        return Err(Failure(format!("failed: {}", failed.join("; "))));
    }
    command::print("all checks passed")?;
    Ok(ExitCode::SUCCESS)
}

fn format() -> Result<(), Failure> {
    command::run(command::cargo().args(["fmt", "--all", "--check"]))
}

fn lints() -> Result<(), Failure> {
    let words = ["clippy", "--locked", "--workspace", "--all-targets", "--", "--deny", "warnings"];
    command::run(command::cargo().args(words))
}

fn spans() -> Result<(), Failure> {
    let words =
        ["clippy", "--locked", "--package", "keystead", "--features", "otel", "--", "--deny", "warnings"];
    command::run(command::cargo().args(words))
}

/// In the workspace each package has the features of its dependencies that any other one asks for.
fn alone() -> Result<(), Failure> {
    BUILT_ALONE.iter().try_for_each(|package| {
        command::run(command::cargo().args(["check", "--locked", "--package", package]))
    })
}

fn documentation() -> Result<(), Failure> {
    let words = ["doc", "--locked", "--workspace", "--no-deps", "--document-private-items"];
    command::run(command::cargo().env("RUSTDOCFLAGS", "--deny warnings").args(words))
}

fn dependencies() -> Result<(), Failure> {
    machine::cargo_deny()?;
    // The advisory database is not on a package registry; where it can be reached, `cargo deny check advisories` asks it.
    command::run(command::cargo().args(["deny", "--locked", "check", "licenses", "bans", "sources"]))
}
