//! `cargo xtask upgrade --from REVISION`: the program of a revision and the one of this tree, side by side on one PostgreSQL.
//!
//! `cargo xtask test` does the same with the version before the newest step of the schema: the last commit that did not have it.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use crate::command::{self, Failure, print};
use crate::machine;
use crate::test::{self, cargo, target_folder};

/// Names the older program to the tests.
pub(crate) const VARIABLE: &str = "KEYSTEAD_TEST_BEFORE";
/// Where each step of the schema is a file.
const STEPS: &str = "store/migrations/postgres";
/// The step that brought nodes: nothing from before it serves beside anything.
const FLEET: u32 = 12;

/// Builds both and plays them against each other.
pub(crate) fn run(revision: &str) -> Result<ExitCode, Failure> {
    let target = target_folder()?;
    let postgres = machine::postgres()?;
    let before = built(revision)?;
    test::build(&target)?;
    command::run(
        cargo(&target)
            .args(["test", "--locked", "--workspace", "--test", "upgrade", "--", "--nocapture"])
            .env(VARIABLE, before)
            .env("KEYSTEAD_BIN", target.join("debug/keystead"))
            .env("KEYSTEAD_TEST_POSTGRES", postgres),
    )?;
    print(&format!("{revision} and this tree serve side by side"))?;
    Ok(ExitCode::SUCCESS)
}

/// The program of the last commit before the newest step of the schema, or the first that had a fleet. `None`: this clone does not
/// hold that commit.
pub(crate) fn before_the_newest_step() -> Result<Option<PathBuf>, Failure> {
    let root = command::repository();
    let newest = fs::read_dir(root.join(STEPS)).ok().into_iter().flatten().flatten().filter_map(|file| {
        let name = file.file_name().into_string().ok()?;
        let number: u32 = name.strip_prefix('V')?.split_once("__")?.0.parse().ok()?;
        Some((number, name))
    });
    let (number, newest) = newest.max().ok_or_else(|| Failure(format!("{STEPS} holds no step")))?;
    let words = ["log", "--diff-filter=A", "--format=%H", "-1", "--"];
    let added = git(&words, Some(&format!("{STEPS}/{newest}")))?;
    let added = added.trim();
    let wanted = if number == FLEET { added.to_owned() } else { format!("{added}^") };
    let found = match added {
        "" => String::new(),
        _ => git(&["rev-parse", "--verify", &wanted], None)?,
    };
    if found.trim().is_empty() {
        eprintln!(
            "This clone does not hold the commit before {newest}; the version before is played by this one. For the real one get \
             all of the history: git fetch --unshallow"
        );
        return Ok(None);
    }
    built(found.trim()).map(Some)
}

/// The program of a revision, built from its files in a folder of their own, once.
fn built(revision: &str) -> Result<PathBuf, Failure> {
    let commit = git(&["rev-parse", "--verify", &format!("{revision}^{{commit}}")], None)?;
    let commit = commit.trim();
    let folder = machine::cache()?.join("before").join(commit);
    let program = folder.join("keystead");
    if program.is_file() {
        return Ok(program);
    }
    let source = folder.join("source");
    fs::create_dir_all(&source).map_err(|error| Failure(format!("{}: {error}", source.display())))?;
    let archive = folder.join("source.tar");
    command::run(
        Command::new("git")
            .current_dir(command::repository())
            .args(["archive", "--format=tar", "--output"])
            .arg(&archive)
            .arg(commit),
    )?;
    command::run(Command::new("tar").arg("-xf").arg(&archive).arg("-C").arg(&source))?;
    // The whole workspace decides on features, so that what others wrote is what this tree was built with.
    let words = ["build", "--locked", "--workspace", "--bin", "keystead"];
    // In a folder of its own: cargo names what it makes by the place in the workspace, and would take one tree's for the other's.
    let target = folder.join("target");
    let mut build = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command::run(build.current_dir(&source).env("CARGO_TARGET_DIR", &target).args(words))?;
    let kept = fs::copy(target.join("debug/keystead"), &program);
    kept.map_err(|error| Failure(format!("{} could not be kept: {error}", program.display())))?;
    for spent in [&archive, &source, &target] {
        let _ = if spent.is_dir() { fs::remove_dir_all(spent) } else { fs::remove_file(spent) };
    }
    Ok(program)
}

fn git(words: &[&str], path: Option<&str>) -> Result<String, Failure> {
    command::output(Command::new("git").current_dir(command::repository()).args(words).args(path))
}
