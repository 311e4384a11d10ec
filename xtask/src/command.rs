//! Running other programs: each is shown before it starts, and a failure says which one it was.

use std::ffi::OsStr;
use std::fmt;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Why a chore stopped, as a sentence for the person at the terminal.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) String);

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Shows the command, runs it with our own input and output, and fails unless it exits with 0.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    if succeeds(command)? { Ok(()) } else { Err(Failure(format!("`{}` failed", shown(command)))) }
}

/// As [`run`], for callers to whom a failing command is one of the possible answers.
pub(crate) fn succeeds(command: &mut Command) -> Result<bool, Failure> {
    eprintln!("\n$ {}", shown(command));
    let status = command.status().map_err(|error| could_not_start(command, &error))?;
    Ok(status.success())
}

/// As [`succeeds`], and also returns what the command printed to standard output while we showed it.
pub(crate) fn followed(command: &mut Command) -> Result<(String, bool), Failure> {
    eprintln!("\n$ {}", shown(command));
    let running = command.stdout(Stdio::piped()).spawn();
    let mut running = running.map_err(|error| could_not_start(command, &error))?;
    let lost = |error: std::io::Error| Failure(format!("`{}` was lost: {error}", shown(command)));

    let mut printed = String::new();
    let stdout = running.stdout.take().expect("the standard output was asked to be a pipe");
    for line in BufReader::new(stdout).lines() {
        let line = line.map_err(lost)?;
        print(&line)?;
        printed.push_str(&line);
        printed.push('\n');
    }
    let status = running.wait().map_err(lost)?;
    Ok((printed, status.success()))
}

/// One line to standard output: results go there, talk goes to standard error.
pub(crate) fn print(line: &str) -> Result<(), Failure> {
    writeln!(std::io::stdout(), "{line}").map_err(|error| Failure(format!("cannot print: {error}")))
}

/// Whether the command runs at all and exits with 0; nothing of it is shown.
pub(crate) fn works(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// What the command printed to standard output; fails unless it exits with 0.
pub(crate) fn output(command: &mut Command) -> Result<String, Failure> {
    command.stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = command.output().map_err(|error| could_not_start(command, &error))?;
    if !output.status.success() {
        return Err(Failure(format!("`{}` failed", shown(command))));
    }
    String::from_utf8(output.stdout)
        .map_err(|_| Failure(format!("`{}` printed something that is not text", shown(command))))
}

/// The same cargo that started this chore.
pub(crate) fn cargo() -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(repository());
    command
}

/// The root of the repository.
pub(crate) fn repository() -> PathBuf {
    // Asked when running, not when building: two clones may share one target folder and so this program.
    let running = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let crate_folder = running.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).to_owned());
    crate_folder.parent().expect("the xtask crate lies in a folder of the repository").to_owned()
}

/// The first program with one of these names on the PATH or where Debian keeps programs for administrators, which
/// is not on everybody's PATH.
pub(crate) fn find_program(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.extend(["/usr/sbin", "/sbin"].map(PathBuf::from));
    names
        .iter()
        .find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|candidate| candidate.is_file()))
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

fn could_not_start(command: &Command, error: &std::io::Error) -> Failure {
    Failure(format!("`{}` could not be started: {error}", shown(command)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_command_is_named_in_the_failure() {
        let failure = run(Command::new("sh").args(["-c", "exit 3"])).unwrap_err();
        assert_eq!(failure.to_string(), "`sh -c exit 3` failed");
    }

    #[test]
    fn a_command_that_does_not_exist_is_a_failure_and_not_a_panic() {
        let failure = run(&mut Command::new("no-such-program-anywhere")).unwrap_err();
        assert!(failure.to_string().starts_with("`no-such-program-anywhere` could not be started"));
        assert!(!works(&mut Command::new("no-such-program-anywhere")));
    }

    #[test]
    fn a_followed_command_is_shown_and_kept() {
        let (printed, succeeded) =
            followed(Command::new("sh").args(["-c", "echo one; echo two; exit 1"])).unwrap();
        assert_eq!((printed.as_str(), succeeded), ("one\ntwo\n", false));
    }

    #[test]
    fn programs_are_found_by_the_first_name_that_exists() {
        let shell = find_program(&["no-such-program-anywhere", "sh"]).unwrap();
        assert!(shell.ends_with("sh"));
        assert_eq!(find_program(&["no-such-program-anywhere"]), None);
    }
}
