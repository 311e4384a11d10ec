//! `cargo xtask bench`: builds what ships and measures it beside what is installed here, row by row.
//!
//! A row that cannot be measured here is named with its reason and the others go on; every row is a command of
//! `keystead bench` that can be run by itself.

use std::path::{Path, PathBuf};
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
    ("ext-authz --pairs 1000000", "ext-authz --pairs 1000000 --rounds 9"),
    ("verdict --pairs 10000000", "verdict --pairs 10000000 --rounds 15"),
    ("changes", "changes --pairs 1000000 --rounds 9"),
    ("timing", "timing --pairs 1000000 --samples 10000000 --loopback 1000000"),
    ("abuse", "abuse --pairs 1000000 --seconds 600"),
    ("ready --pairs 1000000", "ready --pairs 10000000"),
];

/// Measures everything.
pub(crate) fn run(size: Size) -> Result<(), Failure> {
    let beside = Beside::found(&target_folder()?)?;
    let keystead = beside.target.join("release/keystead");
    let mut missed = Vec::new();
    for (short, full) in ROWS {
        let row = if size == Size::Full { full } else { short };
        if !row.is_empty() && !measured(&keystead, row, &beside)? {
            missed.push(*row);
        }
    }
    match missed.is_empty() {
        true => Ok(()),
        false => Err(Failure(format!("not measured: {}", missed.join("; ")))),
    }
}

/// What is measured beside the product.
struct Beside {
    target: PathBuf,
    nginx: PathBuf,
    envoy: PathBuf,
    /// A gRPC server that looks at nothing.
    empty: PathBuf,
}

impl Beside {
    fn found(target: &Path) -> Result<Self, Failure> {
        let gateways = machine::gateways()?;
        let gateway = |variable: &str| {
            let found = gateways.iter().find(|(name, _)| *name == variable);
            found
                .map(|(_, program)| program.clone())
                .ok_or_else(|| Failure(format!("{variable} has no program")))
        };
        let build = ["build", "--locked", "--release"];
        command::run(cargo(target).args(build).args(["--package", "keystead"]))?;
        command::run(cargo(target).args(build).args([
            "--package",
            "keystead-envoy",
            "--example",
            "empty_tonic",
        ]))?;
        Ok(Self {
            target: target.to_owned(),
            nginx: gateway("KEYSTEAD_TEST_NGINX")?,
            envoy: gateway("KEYSTEAD_TEST_ENVOY")?,
            empty: target.join("release/examples/empty_tonic"),
        })
    }
}

fn measured(keystead: &Path, row: &str, beside: &Beside) -> Result<bool, Failure> {
    print("")?;
    let mut bench = Command::new(keystead);
    bench.arg("bench").args(row.split(' '));
    if row.starts_with("gateway") || row.starts_with("auth-request") {
        bench.arg("--nginx").arg(&beside.nginx);
    }
    if row.starts_with("ext-authz") {
        bench.arg("--envoy").arg(&beside.envoy).arg("--empty").arg(&beside.empty);
    }
    command::succeeds(&mut bench)
}
