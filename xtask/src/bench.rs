//! `cargo xtask bench`: builds what ships and measures it beside what is installed here, row by row.
//!
//! A row that cannot be measured here is named with its reason and the others go on; every row is a command of
//! `keystead bench` that can be run by itself.

use std::path::Path;
use std::process::Command;

use crate::command::{self, Failure, print};
use crate::machine;
use crate::test::{cargo, target_folder};

/// How much.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// Some minutes.
    Short,
    /// What is promised: ten million pairs, ten minutes of each abuse, ten million samples.
    Full,
}

/// Each row, short and full.
const ROWS: &[(&str, &str)] = &[
    ("gateway --pairs 1000000", "gateway --pairs 1000000 --rounds 9"),
    ("", "gateway --pairs 10000000 --rounds 9"),
    ("cores --pairs 1000000", "cores --pairs 1000000 --rounds 9"),
    ("auth-request --pairs 1000000", "auth-request --pairs 1000000 --rounds 9"),
    ("verdict --pairs 10000000", "verdict --pairs 10000000 --rounds 15"),
    ("changes", "changes --pairs 1000000 --rounds 9"),
    ("timing", "timing --pairs 1000000 --samples 10000000 --loopback 1000000"),
    ("abuse", "abuse --pairs 1000000 --seconds 600"),
    ("ready --pairs 1000000", "ready --pairs 10000000"),
];

/// Measures everything.
pub(crate) fn run(size: Size) -> Result<(), Failure> {
    let nginx = machine::nginx()?;
    let target = target_folder()?;
    command::run(cargo(&target).args(["build", "--locked", "--release", "--package", "keystead"]))?;
    let keystead = target.join("release/keystead");
    let mut missed = Vec::new();
    for (short, full) in ROWS {
        let row = if size == Size::Full { full } else { short };
        if !row.is_empty() && !measured(&keystead, row, &nginx)? {
            missed.push(*row);
        }
    }
    match missed.is_empty() {
        true => Ok(()),
        false => Err(Failure(format!("not measured: {}", missed.join("; ")))),
    }
}

fn measured(keystead: &Path, row: &str, nginx: &Path) -> Result<bool, Failure> {
    print("")?;
    let mut bench = Command::new(keystead);
    bench.arg("bench").args(row.split(' '));
    if row.starts_with("gateway") || row.starts_with("auth-request") {
        bench.arg("--nginx").arg(nginx);
    }
    command::succeeds(&mut bench)
}
