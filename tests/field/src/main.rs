//! `keystead-field`: a real fleet with things going wrong. It starts the built program on hosts of their own (network namespaces) with
//! a PostgreSQL primary and its standby, plays schedules of troubles under load, and judges every answer against what people were
//! told. `docs/field.md` tells more.

mod api;
mod away;
mod confined;
mod database;
mod deactivations;
mod dice;
mod fleet;
mod history;
mod judge;
mod line;
mod load;
mod moments;
mod network;
mod operators;
mod play;
mod process;
mod schedule;

use std::io::{self, Write};
use std::ops::Range;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};

use crate::away::Absence;
use crate::database::Commits;
use crate::judge::Violation;
use crate::load::Wrong;
use crate::moments::{Moment, SECOND};
use crate::network::Network;
use crate::play::{Manner, play};
use crate::schedule::Schedule;

/// How often somebody looks whether something has happened.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// Violations of one promise that are told.
const TOLD: usize = 5;

/// A real fleet with things going wrong.
#[derive(Debug, Parser)]
#[command(name = "keystead-field")]
struct Arguments {
    /// The program under test; else `KEYSTEAD_BIN`, else the one beside this.
    #[arg(long, global = true)]
    keystead: Option<PathBuf>,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Plays schedules of troubles, each from a seed, and judges every answer.
    Schedules(Schedules),
    /// Measures how long a deactivation takes to be refused everywhere, and counts what is accepted later than promised.
    Deactivations {
        /// How many.
        #[arg(long, default_value_t = 1_000)]
        count: usize,
        /// Verifications a second, in all.
        #[arg(long, default_value_t = 2_000)]
        rate: u64,
        /// 3, on PostgreSQL; or 1, on the embedded database.
        #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=3))]
        nodes: u8,
    },
    /// Stops the database for a while.
    Away {
        /// How long, as a configuration writes it.
        #[arg(long = "for", default_value = "20min")]
        lasts: String,
        /// For how long nodes go on after their lease.
        #[arg(long, default_value = "15min")]
        serve_stale: String,
        /// How long their lease is.
        #[arg(long, default_value = "10s")]
        lease: String,
        /// Verifications a second, in all.
        #[arg(long, default_value_t = 200)]
        rate: u64,
    },
}

#[derive(Debug, clap::Args)]
struct Schedules {
    /// How many.
    #[arg(long, default_value_t = 10)]
    count: u64,
    /// The first seed.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// One seed alone, with everything that happens.
    #[arg(long, conflicts_with_all = ["count", "from"])]
    seed: Option<u64>,
    /// How long each is, in seconds.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(i64).range(3..=3_600))]
    seconds: i64,
    /// Verifications a second, in all.
    #[arg(long, default_value_t = 2_000)]
    rate: u64,
    /// A failover in each.
    #[arg(long)]
    failover: bool,
    /// The standby confirms nothing: a failover may lose what was acknowledged.
    #[arg(long)]
    asynchronous: bool,
    /// Something is wrong on purpose, to see that it is found.
    #[arg(long)]
    wrong: Option<Wrong>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let told = if confined::is_inside() { inside(&arguments) } else { outside(&arguments) };
    told.unwrap_or_else(|error| {
        let _ = writeln!(io::stderr(), "keystead-field: {error}");
        ExitCode::FAILURE
    })
}

fn outside(arguments: &Arguments) -> io::Result<ExitCode> {
    let named = arguments.keystead.clone().or_else(|| std::env::var_os("KEYSTEAD_BIN").map(PathBuf::from));
    let beside = || std::env::current_exe().map(|own| own.with_file_name("keystead"));
    let program = std::path::absolute(named.map_or_else(beside, Ok)?)?;
    if !program.is_file() {
        let hint = "build it, or name one with --keystead";
        return Err(io::Error::other(format!("{} is not there; {hint}", program.display())));
    }
    confined::enter(&program)
}

fn inside(arguments: &Arguments) -> io::Result<ExitCode> {
    let network = Network::make()?;
    let folder = tempfile::tempdir()?;
    let out = &mut io::stdout();
    let violations = match &arguments.what {
        What::Schedules(asked) => return schedules(out, network, asked),
        What::Deactivations { count, rate, nodes: 1 } => {
            let figures = deactivations::on_one(folder.path(), *count, *rate)?;
            figures.print(out)?;
            figures.violations
        }
        What::Deactivations { count, rate, .. } => {
            let figures = deactivations::on_three(folder.path(), network, *count, *rate)?;
            figures.print(out)?;
            figures.violations
        }
        What::Away { lasts, serve_stale, lease, rate } => {
            let (lease, serve_stale) = (lease.clone(), serve_stale.clone());
            let lasts = moments::span(lasts).map_err(io::Error::other)?;
            let absence = Absence { lasts, lease, serve_stale, rate: *rate };
            let figures = away::measure(folder.path(), network, &absence)?;
            figures.print(out)?;
            figures.violations
        }
    };
    tell(out, &violations)?;
    Ok(if violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn schedules(out: &mut impl Write, mut network: Network, asked: &Schedules) -> io::Result<ExitCode> {
    let seeds: Range<u64> = match asked.seed {
        Some(seed) => seed..seed + 1,
        None => asked.from..asked.from + asked.count,
    };
    let manner = Manner { rate: asked.rate, wrong: asked.wrong, is_told: asked.seed.is_some() };
    let commits = if asked.asynchronous { Commits::Asynchronous } else { Commits::Synchronous };
    let (mut broken, played) = (Vec::new(), seeds.end - seeds.start);
    let mut losses = 0;
    for seed in seeds {
        let mut schedule = Schedule::of(seed, asked.seconds * SECOND as Moment, commits);
        if asked.failover || asked.wrong == Some(Wrong::Loss) {
            schedule = schedule.with_failover();
        }
        if manner.is_told {
            writeln!(out, "{schedule}")?;
        }
        let folder = tempfile::tempdir()?;
        let (outcome, back) = play(folder.path(), network, &schedule, manner)?;
        network = back;
        let held = if outcome.violations.is_empty() { "held" } else { "BROKEN" };
        writeln!(out, "seed {seed}: {held}; {} troubles, {outcome}", schedule.events.len())?;
        losses += outcome.losses.len();
        for loss in &outcome.losses {
            writeln!(out, "  lost by the failover: {loss}")?;
        }
        if !outcome.violations.is_empty() {
            tell(out, &outcome.violations)?;
            writeln!(out, "{schedule}{}again: {}", outcome.logs, again(seed, asked))?;
            broken.push(seed);
        }
    }
    let lost =
        if asked.asynchronous { format!(", {losses} acknowledged changes lost") } else { String::new() };
    writeln!(out, "{played} schedules, {} broken{lost}", broken.len())?;
    Ok(if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The line that plays one seed again.
fn again(seed: u64, asked: &Schedules) -> String {
    let mut line = format!(
        "cargo run -p keystead-field -- schedules --seed {seed} --seconds {} --rate {}",
        asked.seconds, asked.rate
    );
    for (is_set, word) in [(asked.failover, " --failover"), (asked.asynchronous, " --asynchronous")] {
        if is_set {
            line.push_str(word);
        }
    }
    match asked.wrong {
        Some(Wrong::Cache) => line.push_str(" --wrong cache"),
        Some(Wrong::Loss) => line.push_str(" --wrong loss"),
        None => {}
    }
    line
}

/// Of each promise that was broken how often, and the first few times.
fn tell(out: &mut impl Write, violations: &[Violation]) -> io::Result<()> {
    let mut promises: Vec<&str> = violations.iter().map(|violation| violation.promise).collect();
    promises.sort_unstable();
    promises.dedup();
    for promise in promises {
        let all: Vec<&Violation> = violations.iter().filter(|one| one.promise == promise).collect();
        writeln!(out, "BROKEN {promise}, {} times:", all.len())?;
        for one in all.iter().take(TOLD) {
            writeln!(out, "  {}", one.what)?;
        }
    }
    Ok(())
}
