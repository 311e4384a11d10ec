//! Chores of this repository: `cargo xtask test`, `check`, `instructions`, `upgrade`, `bench` and `pictures`.
//!
//! Each chore is one file that reads as the list of its steps. Standard library only, so that the first thing a fresh
//! clone builds is built in a moment.

mod bench;
mod check;
mod command;
mod instructions;
mod machine;
mod pictures;
mod tally;
mod test;
mod tidy;
mod upgrade;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <chore>

  test [--only rust|browser|clients]   install what is missing, build once, run every test, print the totals
  pictures                             take the pictures of the help pages anew
  check                                format, lints, licences, documentation, the house rules, instructions of a verdict
  instructions [--update]              count the instructions of a verdict; compare with tests/instructions.toml, or write it
  upgrade --from REVISION              play the program of a revision and this tree's against each other on one PostgreSQL
  bench [--full]                       build what ships and measure it beside nginx and Envoy; what is promised with --full
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["test"] => test::run(&test::Suites::ALL),
        ["test", "--only", name] => match test::Suites::only(name) {
            Some(suites) => test::run(&suites),
            None => return usage(),
        },
        ["pictures"] => pictures::run(),
        ["check"] => check::run(),
        ["instructions"] => instructions::run(false).map(|()| ExitCode::SUCCESS),
        ["instructions", "--update"] => instructions::run(true).map(|()| ExitCode::SUCCESS),
        ["upgrade", "--from", revision] => upgrade::run(revision),
        ["bench"] => bench::run(bench::Size::Short).map(|()| ExitCode::SUCCESS),
        ["bench", "--full"] => bench::run(bench::Size::Full).map(|()| ExitCode::SUCCESS),
        _ => return usage(),
    };
    match outcome {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprint!("{USAGE}");
    ExitCode::from(2)
}
