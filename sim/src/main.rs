//! `keystead-sim`: runs many seeds, or one of them with all that happened.

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use clap::Parser;
use keystead_sim::guards::Guard;
use keystead_sim::model::{Bounds, Fleet};
use keystead_sim::population::Population;
use keystead_sim::run::{Outcome, Settings, caught, run};
use keystead_sim::tree;
use parking_lot::Mutex;
use stateright::{Checker, Expectation, Model};

/// Runs simulated fleets and judges what people were told.
#[derive(Debug, Parser)]
#[command(name = "keystead-sim")]
struct Arguments {
    /// How many seeds to run.
    #[arg(long, default_value_t = 200)]
    seeds: u64,
    /// The first of them.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// One seed alone, with all that happened.
    #[arg(long, conflicts_with_all = ["seeds", "from"])]
    seed: Option<u64>,
    /// Without a guard: one of those that `--guards` lists.
    #[arg(long)]
    without: Option<String>,
    /// Walks through every state of the model instead: the small ones, or the long ones.
    #[arg(long, value_parser = ["quick", "long"])]
    model: Option<String>,
    /// Takes one guard away after the other, and says which seed catches it and by which invariant.
    #[arg(long)]
    guards: bool,
    #[command(flatten)]
    grown: tree::Arguments,
}

fn main() -> io::Result<ExitCode> {
    let arguments = Arguments::parse();
    let out = &mut io::stdout().lock();
    if let Some(which) = &arguments.model {
        return model(out, if which == "long" { Bounds::LONG } else { Bounds::QUICK });
    }
    if arguments.grown.is_asked() {
        return grown(out, &arguments);
    }
    if arguments.guards {
        return guards(out, arguments.seeds);
    }
    let off = match arguments.without.as_deref().map(|word| (word, Guard::of_word(word))) {
        None => None,
        Some((_, Some(guard))) => Some(guard),
        Some((word, None)) => {
            writeln!(io::stderr(), "there is no guard {word:?}; --guards lists them")?;
            return Ok(ExitCode::from(2));
        }
    };
    let population = Arc::new(Population::new());
    let held = match arguments.seed {
        Some(seed) => one(out, seed, off, &population)?,
        None => many(out, arguments.from..arguments.from + arguments.seeds, off, &population)?,
    };
    Ok(if held { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Grows a tree in each of the ways there are; or says which seed misses each of its rules.
fn grown(out: &mut impl Write, arguments: &Arguments) -> io::Result<ExitCode> {
    if arguments.guards {
        let mut all = true;
        for rule in tree::Rule::ALL {
            let seed = tree::caught(rule, arguments.seeds);
            all &= seed.is_some();
            let seed = seed.map_or("none".to_owned(), |seed| seed.to_string());
            writeln!(out, "{:<24} seed {seed}", rule.word())?;
        }
        return Ok(if all { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    let off = match arguments.without.as_deref().map(|word| (word, tree::Rule::of_word(word))) {
        None => None,
        Some((_, Some(rule))) => Some(rule),
        Some((word, None)) => {
            writeln!(io::stderr(), "there is no rule {word:?}; --tree 40 --guards lists them")?;
            return Ok(ExitCode::from(2));
        }
    };
    let holds = tree::print(out, &arguments.grown, arguments.seed.unwrap_or_default(), off)?;
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Walks through the model, for each of some bounds.
fn model(out: &mut impl Write, all: [(&str, Bounds); 2]) -> io::Result<ExitCode> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut holds = true;
    for (name, bounds) in all {
        let checker = Fleet { bounds, off: None }.checker().threads(cores).spawn_bfs().join();
        writeln!(
            out,
            "{name}: {bounds:?}: {} states, {} deep",
            checker.unique_state_count(),
            checker.max_depth()
        )?;
        for property in checker.model().properties() {
            let found = checker.discovery(property.name);
            let as_it_must = found.is_some() == matches!(property.expectation, Expectation::Sometimes);
            holds &= as_it_must;
            let word = if as_it_must { "holds" } else { "FAILS" };
            writeln!(out, "  {word}: {:?}: {}", property.expectation, property.name)?;
            if let Some(path) = found.filter(|_| !as_it_must) {
                writeln!(out, "  {:?}", path.into_actions())?;
            }
        }
    }
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Says for each guard which seed misses it.
fn guards(out: &mut impl Write, below: u64) -> io::Result<ExitCode> {
    let population = Arc::new(Population::new());
    let mut all = true;
    for guard in Guard::ALL {
        let seed = caught(guard, below, &population);
        all &= seed.is_some();
        let seed = seed.map_or("none".to_owned(), |seed| seed.to_string());
        writeln!(out, "{:<32} seed {seed:<5} {}", guard.word(), guard.upholds())?;
    }
    Ok(if all { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs a seed and writes down all that happened.
fn one(
    out: &mut impl Write,
    seed: u64,
    off: Option<Guard>,
    population: &Arc<Population>,
) -> io::Result<bool> {
    let outcome = run(seed, Settings { off, trace: true }, population);
    for line in &outcome.trace {
        writeln!(out, "{line}")?;
    }
    report(out, &outcome, off)?;
    Ok(outcome.violations.is_empty())
}

/// Runs seeds on all cores and writes down those in which something went wrong.
fn many(
    out: &mut impl Write,
    seeds: std::ops::Range<u64>,
    off: Option<Guard>,
    population: &Arc<Population>,
) -> io::Result<bool> {
    let next = AtomicU64::new(seeds.start);
    let outcomes = Mutex::new(Vec::new());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seeds.end <= seed {
                        return;
                    }
                    let outcome = run(seed, Settings { off, trace: false }, population);
                    outcomes.lock().push(outcome);
                }
            });
        }
    });
    let mut outcomes = outcomes.into_inner();
    outcomes.sort_by_key(|outcome| outcome.seed);
    let broken: Vec<&Outcome> = outcomes.iter().filter(|outcome| !outcome.violations.is_empty()).collect();
    for outcome in broken.iter().take(20) {
        report(out, outcome, off)?;
    }
    let sum = |figure: fn(&Outcome) -> u64| outcomes.iter().map(figure).sum::<u64>();
    writeln!(
        out,
        "{} seeds, {} commands of which {} in doubt, {} verifications of which {} granted; {} seeds broke an invariant",
        outcomes.len(),
        sum(|one| one.commands as u64),
        sum(|one| one.in_doubt as u64),
        sum(|one| one.asked),
        sum(|one| one.granted),
        broken.len()
    )?;
    Ok(broken.is_empty())
}

fn report(out: &mut impl Write, outcome: &Outcome, off: Option<Guard>) -> io::Result<()> {
    for violation in outcome.violations.iter().take(3) {
        writeln!(out, "seed {} breaks {}: {}", outcome.seed, violation.invariant, violation.what)?;
    }
    let without = off.map_or(String::new(), |guard| format!(" --without {}", guard.word()));
    writeln!(
        out,
        "seed {}: {} lines, trace {:016x}, {} commands, {} in doubt, {} verifications; again with: \
         cargo run -p keystead-sim -- --seed {}{without}",
        outcome.seed,
        outcome.lines,
        outcome.sum,
        outcome.commands,
        outcome.in_doubt,
        outcome.asked,
        outcome.seed
    )
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn what_can_be_typed_fits_together() {
        Arguments::command().debug_assert();
        assert!(Arguments::try_parse_from(["keystead-sim", "--tree", "40", "--seed", "3"]).is_ok());
    }
}
