//! `keystead bench gateway`: what an answer costs, beside nginx's empty reply, on this machine and in one
//! run.
//!
//! Only ratios travel between machines, so both servers are pinned to the same core, asked in turns by one
//! generator on another core, with the same bytes; and the server's own CPU time stands beside the rate,
//! because a generator can be the slower side. The gateway runs in a child process of its own, so that its
//! memory and time are its own.

mod child;
mod load;
mod nginx;
mod pages;
mod refusals;
mod sample;
mod stage;
mod usage;
mod watch;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;

use serde::Serialize;

use self::child::GatewayChild;
pub use self::child::gateway_child;
use self::load::Load;
use self::nginx::Nginx;
pub use self::pages::{PagesBench, PagesReport, pages};
pub use self::refusals::{RefusalsReport, refusals};
pub use self::stage::PageTime;
pub use self::usage::{UsageBench, UsageReport, usage};
use self::watch::{cores, pin, spent};
use crate::clock::{Clock, SystemClock};

/// The core of the servers.
const SERVER_CORE: usize = 0;
/// The core of the generator.
const LOAD_CORE: usize = 1;
/// Below this part of its core, a server was not what limited the rate.
const CORE_SHARE_MIN: f64 = 0.8;
/// Connections of the generator.
const CONNECTIONS: usize = 32;
/// Different credentials it asks with: enough that their records are not all in the processor's cache.
const CREDENTIALS: usize = 100_000;

/// What to measure.
#[derive(Clone, Debug)]
pub struct GatewayBench {
    /// Pairs in the index.
    pub pairs: usize,
    /// Seconds of each turn.
    pub seconds: u64,
    /// Turns of each server.
    pub rounds: usize,
    /// The nginx to compare with.
    pub nginx: PathBuf,
}

impl Default for GatewayBench {
    fn default() -> Self {
        Self { pairs: 1_000_000, seconds: 3, rounds: 5, nginx: "nginx".into() }
    }
}

/// What was measured.
#[derive(Clone, Debug, Serialize)]
pub struct GatewayReport {
    /// Pairs in the index.
    pub pairs: usize,
    /// Resident memory that the pairs added, in bytes.
    pub memory_bytes: u64,
    /// Turns, in the order in which they were measured.
    pub rounds: Vec<Round>,
    /// Keystead's rate divided by nginx's: the median of all rounds.
    pub ratio: f64,
    /// The smallest and the largest ratio of a round.
    pub ratio_spread: (f64, f64),
    /// nginx's CPU time for an answer divided by Keystead's: what the ratio would be if nothing but the
    /// servers were slow.
    pub cpu_ratio: f64,
    /// The smallest part of its core that a server had in a round. Well below 1, the rates say what else was
    /// running.
    pub core_share: f64,
}

/// One turn of each server.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Round {
    /// nginx `return 204`.
    pub nginx: Turn,
    /// Keystead `/v1/authenticate`.
    pub keystead: Turn,
}

/// One turn of one server.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Turn {
    /// Answers a second.
    pub rate: f64,
    /// CPU time of the server for each answer, in microseconds.
    pub cpu_us: f64,
}

/// Measures. `child` is the command that runs [`gateway_child`] with as many pairs; `talk` hears what is
/// going on.
pub fn gateway(
    bench: &GatewayBench,
    child: Command,
    talk: &mut dyn FnMut(&str),
) -> io::Result<GatewayReport> {
    if cores() <= LOAD_CORE {
        return Err(io::Error::other(
            "measuring needs two cores: one for the servers, one for the generator",
        ));
    }
    talk(&format!("Filling an index with {} pairs", bench.pairs));
    let keystead = GatewayChild::start(child)?;
    let nginx = Nginx::start(&bench.nginx)?;
    pin(LOAD_CORE)?;
    let requests = sample::requests(bench.pairs, CREDENTIALS);

    let turn = |address: SocketAddr, process: u32, status: &[u8], seconds: u64| -> io::Result<Turn> {
        let mut load = Load::new(address, CONNECTIONS, &requests, status)?;
        let clock = SystemClock;
        let (cpu, start) = (spent(process)?, clock.uptime().as_millis());
        let end = start + i64::try_from(seconds * 1_000).unwrap_or(i64::MAX);
        let mut answers = 0u64;
        while clock.uptime().as_millis() < end {
            answers += load.go(1_000)?;
        }
        let took = (clock.uptime().as_millis() - start) as f64 / 1_000.0;
        let cpu = spent(process)?.saturating_sub(cpu);
        Ok(Turn { rate: answers as f64 / took, cpu_us: cpu.as_secs_f64() * 1e6 / answers as f64 })
    };

    talk("Warming up");
    turn(nginx.address, nginx.id(), b"204", 1)?;
    turn(keystead.address, keystead.id(), b"200", 1)?;
    let mut rounds = Vec::with_capacity(bench.rounds);
    for number in 1..=bench.rounds {
        let round = Round {
            nginx: turn(nginx.address, nginx.id(), b"204", bench.seconds)?,
            keystead: turn(keystead.address, keystead.id(), b"200", bench.seconds)?,
        };
        talk(&format!("Round {number} of {}: {:.2} of nginx", bench.rounds, round.ratio()));
        rounds.push(round);
    }
    GatewayReport::of(bench.pairs, keystead.memory_bytes, rounds)
        .ok_or_else(|| io::Error::other("measuring needs at least one round"))
}

impl GatewayReport {
    /// `None` without a round.
    fn of(pairs: usize, memory_bytes: u64, rounds: Vec<Round>) -> Option<Self> {
        let ratios = sorted(rounds.iter().map(Round::ratio));
        let cpu = sorted(rounds.iter().map(|round| round.nginx.cpu_us / round.keystead.cpu_us));
        let shares = sorted(rounds.iter().flat_map(|round| [round.nginx.share(), round.keystead.share()]));
        Some(Self {
            pairs,
            memory_bytes,
            ratio: median(&ratios),
            ratio_spread: (*ratios.first()?, *ratios.last()?),
            cpu_ratio: median(&cpu),
            core_share: *shares.first()?,
            rounds,
        })
    }
}

impl Turn {
    /// The part of its core that the server had.
    fn share(&self) -> f64 {
        self.rate * self.cpu_us / 1e6
    }
}

impl Round {
    fn ratio(&self) -> f64 {
        self.keystead.rate / self.nginx.rate
    }
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

/// The middle of sorted values; there must be at least one.
fn median(sorted: &[f64]) -> f64 {
    if sorted.is_empty() {
        return f64::NAN;
    }
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { (sorted[middle - 1] + sorted[middle]) / 2.0 }
}

impl fmt::Display for GatewayReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let median_of = |pick: &dyn Fn(&Round) -> f64| median(&sorted(self.rounds.iter().map(pick)));
        let megabytes = self.memory_bytes / 1_000_000;
        writeln!(f, "one core, {} pairs ({megabytes} MB), {} rounds", self.pairs, self.rounds.len())?;
        writeln!(f, "server                     answers/s   CPU µs/answer")?;
        for (name, rate, cpu) in [
            (
                "nginx return 204",
                median_of(&|round| round.nginx.rate),
                median_of(&|round| round.nginx.cpu_us),
            ),
            (
                "keystead /v1/authenticate",
                median_of(&|round| round.keystead.rate),
                median_of(&|round| round.keystead.cpu_us),
            ),
        ] {
            writeln!(f, "{name:<26} {rate:>9.0}   {cpu:>13.2}")?;
        }
        let (low, high) = self.ratio_spread;
        write!(f, "ratio {:.2} (from {low:.2} to {high:.2}), by CPU time {:.2}", self.ratio, self.cpu_ratio)?;
        if self.core_share < CORE_SHARE_MIN {
            let percent = self.core_share * 100.0;
            write!(
                f,
                "\nA server had only {percent:.0} % of its core: something else was running. Stop it and measure again; \
                 until then only the CPU time counts."
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_is_between_the_middle_two() {
        assert_eq!(median(&[1.0, 2.0, 9.0]), 2.0);
        assert_eq!(median(&[1.0, 2.0, 4.0, 9.0]), 3.0);
    }

    fn report(share: f64) -> GatewayReport {
        let turn = |rate, cpu_us| Turn { rate: rate * share, cpu_us };
        let round = Round { nginx: turn(240_000.0, 4.0), keystead: turn(180_000.0, 5.0) };
        GatewayReport::of(1_000, 160_000_000, vec![round]).expect("one round is enough")
    }

    #[test]
    fn a_report_reads_as_a_table() {
        insta::assert_snapshot!(report(1.0), @r"
        one core, 1000 pairs (160 MB), 1 rounds
        server                     answers/s   CPU µs/answer
        nginx return 204              240000            4.00
        keystead /v1/authenticate     180000            5.00
        ratio 0.75 (from 0.75 to 0.75), by CPU time 0.80
        ");
    }

    #[test]
    fn a_report_says_when_something_else_was_running() {
        assert!(report(0.5).to_string().ends_with(
            "A server had only 45 % of its core: something else was running. Stop it and measure again; \
             until then only the CPU time counts."
        ));
    }
}
