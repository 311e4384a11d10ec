//! `cargo xtask instructions`: how many instructions a verdict takes, compared with the numbers in
//! `tests/instructions.toml`. A regression of 5 % fails, on any machine, without timing anything.
//!
//! Callgrind runs `keystead-counted` twice with different numbers of verdicts, so that what they differ by is the verdicts
//! alone. Only functions of the program itself are counted, because the system's library chooses others on other
//! processors; and hashing apart from the rest, because it would drown it. Callgrind offers a processor without SHA
//! instructions: the hash's own count is that of its portable code.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::{self, Failure};
use crate::machine;
use crate::test::{cargo, target_folder};

/// What is counted.
const CLASSES: [&str; 4] = ["granted", "wrong_secret", "unknown_key", "ended"];
/// Verdicts of the two runs: multiples of the number of headers that the program goes through.
const RUNS: [u64; 2] = [1_000, 3_000];
/// Of a hundred; more than this above the number in the file is a failure.
const MORE_PERCENT: u64 = 5;
/// Where the numbers are.
const FILE: &str = "tests/instructions.toml";

/// Instructions of one verdict, by name: `granted.sha256`, `granted.rest` and so on.
type Counts = BTreeMap<String, u64>;

/// Counts, and compares or, when told to, writes down.
pub(crate) fn run(update: bool) -> Result<(), Failure> {
    let counted = count()?;
    let path = command::repository().join(FILE);
    if update {
        fs::write(&path, written(&counted))
            .map_err(|error| Failure(format!("{FILE} could not be written: {error}")))?;
        return command::print(&format!("{FILE} holds what was counted; look at the difference"));
    }
    let text = fs::read_to_string(&path).map_err(|error| Failure(format!("{FILE}: {error}")))?;
    let expected = read(&text);
    for (name, count) in &counted {
        let before = expected.get(name).map_or("none".to_owned(), u64::to_string);
        command::print(&format!("{name:<22} {count:>7} instructions, {before} in {FILE}"))?;
    }
    let findings = findings(&expected, &counted);
    if findings.is_empty() { Ok(()) } else { Err(Failure(findings.join("\n"))) }
}

/// Also run by `cargo xtask check`.
pub(crate) fn check() -> Result<(), Failure> {
    run(false)
}

fn count() -> Result<Counts, Failure> {
    let valgrind = machine::valgrind()?;
    let target = target_folder()?;
    let words = ["build", "--locked", "--package", "keystead-counted", "--profile", "counted"];
    command::run(cargo(&target).args(words))?;
    let program = target.join("counted/keystead-counted");
    let mut counts = Counts::new();
    for class in CLASSES {
        let few = profile(&valgrind, &program, class, RUNS[0])?;
        let many = profile(&valgrind, &program, class, RUNS[1])?;
        let each = |name: &str| {
            let of = |profile: &Counts| profile.get(name).copied().unwrap_or_default();
            of(&many).saturating_sub(of(&few)) / (RUNS[1] - RUNS[0])
        };
        counts.insert(format!("{class}.sha256"), each("sha256"));
        counts.insert(format!("{class}.rest"), each("rest"));
    }
    Ok(counts)
}

fn profile(valgrind: &Path, program: &Path, class: &str, verdicts: u64) -> Result<Counts, Failure> {
    let file: PathBuf = std::env::temp_dir().join(format!("keystead-instructions-{}", std::process::id()));
    let mut out = std::ffi::OsString::from("--callgrind-out-file=");
    out.push(&file);
    let mut valgrind = Command::new(valgrind);
    valgrind.args(["--quiet", "--tool=callgrind"]).arg(out).arg(program);
    let outcome = command::run(valgrind.args([class, &verdicts.to_string()]));
    let text = fs::read_to_string(&file);
    // In the temporary directory; what cannot be removed there harms nobody.
    let _ = fs::remove_file(&file);
    outcome?;
    let text = text.map_err(|error| Failure(format!("callgrind left no counts: {error}")))?;
    Ok(summed(&text, &program.to_string_lossy()))
}

/// Sums the instructions of a program's own functions from callgrind's file: those of SHA-256, and all others.
fn summed(text: &str, program: &str) -> Counts {
    // Names are written once, with a number, and by their number from then on.
    let mut names: BTreeMap<(bool, String), String> = BTreeMap::new();
    let mut full = |is_object: bool, written: &str| -> String {
        let Some((number, name)) = written.split_once(')') else { return written.to_owned() };
        let key = (is_object, number.to_owned());
        if !name.trim().is_empty() {
            names.insert(key.clone(), name.trim().to_owned());
        }
        names.get(&key).cloned().unwrap_or_default()
    };
    let (mut object, mut function, mut of_callee) = (String::new(), String::new(), false);
    let mut counts = Counts::new();
    for line in text.lines() {
        if let Some((word, written)) = line.split_once('=') {
            match word {
                "ob" => object = full(true, written),
                "cob" => drop(full(true, written)),
                "fn" => function = full(false, written),
                "cfn" => drop(full(false, written)),
                "calls" => of_callee = true,
                _ => {}
            }
            continue;
        }
        let is_cost = line.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '*'));
        let Some(cost) = line.split(' ').nth(1).and_then(|cost| cost.parse::<u64>().ok()).filter(|_| is_cost)
        else {
            continue;
        };
        if !std::mem::take(&mut of_callee) && object == program {
            let name = if function.contains("sha2::") { "sha256" } else { "rest" };
            *counts.entry(name.to_owned()).or_default() += cost;
        }
    }
    counts
}

fn written(counts: &Counts) -> String {
    let mut text = "# Instructions of one verdict, from the text of a header, as `cargo xtask instructions` counts them: SHA-256's
# portable code, and everything else. More than 5 % above these numbers is a failure. After a change that is worth
# it: `cargo xtask instructions --update`.
"
    .to_owned();
    for class in CLASSES {
        let of = |part: &str| counts.get(&format!("{class}.{part}")).copied().unwrap_or_default();
        text.push_str(&format!("\n[{class}]\nsha256 = {}\nrest = {}\n", of("sha256"), of("rest")));
    }
    text
}

fn read(text: &str) -> Counts {
    let (mut class, mut counts) = (String::new(), Counts::new());
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            class = name.to_owned();
        } else if let Some((part, Ok(count))) =
            line.split_once('=').map(|(part, count)| (part.trim(), count.trim().parse()))
        {
            counts.insert(format!("{class}.{part}"), count);
        }
    }
    counts
}

fn findings(expected: &Counts, counted: &Counts) -> Vec<String> {
    let finding = |(name, count): (&String, &u64)| {
        let Some(before) = expected.get(name) else {
            return Some(format!("{name} is not in {FILE}: cargo xtask instructions --update"));
        };
        (before * (100 + MORE_PERCENT) < count * 100).then(|| {
            format!(
                "{name} takes {count} instructions instead of {before}: more than {MORE_PERCENT} % above {FILE}. If it is \
                 worth it: cargo xtask instructions --update"
            )
        })
    };
    counted.iter().filter_map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(pairs: &[(&str, u64)]) -> Counts {
        pairs.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
    }

    #[test]
    fn five_percent_more_is_a_failure_and_less_is_not() {
        let expected = counts(&[("granted.rest", 1_000)]);
        let found = |count| findings(&expected, &counts(&[("granted.rest", count)])).len();
        assert_eq!([found(1), found(1_000), found(1_050), found(1_051)], [0, 0, 0, 1]);
        assert_eq!(
            findings(&expected, &counts(&[("ended.rest", 1)])).len(),
            1,
            "a new class has no number yet"
        );
    }

    #[test]
    fn what_is_written_is_read() {
        let all: Counts = CLASSES
            .iter()
            .zip(1..)
            .flat_map(|(class, n)| [(format!("{class}.sha256"), n), (format!("{class}.rest"), 10 * n)])
            .collect();
        assert_eq!(read(&written(&all)), all);
    }

    #[test]
    fn only_own_instructions_of_the_program_are_summed() {
        let text = "\
            events: Ir\n\
            ob=(1) /lib/libc.so.6\nfl=(1) ???\nfn=(1) memcpy\n0 900\n\
            ob=(2) /bin/counted\nfn=(2) main\n10 5\n+2 7\n\
            cob=(1)\ncfn=(1)\ncalls=3 0\n12 900\n* 4\n\
            fn=(3) sha2::sha256::compress256\n1 50\n-1 60\n\
            fn=(2)\n3 1\n\
            totals: 1927\n";
        assert_eq!(summed(text, "/bin/counted"), counts(&[("rest", 17), ("sha256", 110)]));
    }
}
