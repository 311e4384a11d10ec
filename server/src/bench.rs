//! `keystead bench gateway`: what an answer costs, beside nginx's empty reply, on this machine and in one run.
//!
//! Only ratios travel between machines, so both servers are pinned to the same core, asked in turns by one generator on another
//! core, with the same bytes; and the server's own CPU time stands beside the rate, because a generator can be the slower
//! side. The gateway runs in a child process of its own, so that its memory and time are its own.

mod child;
mod load;
mod nginx;
mod sample;
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
use self::watch::{cores, pin, spent};
use crate::clock::{Clock, SystemClock};

/// The core of the servers.
const SERVER_CORE: usize = 0;
/// The core of the generator.
const LOAD_CORE: usize = 1;
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

/// Measures. `child` is the command that runs [`gateway_child`] with as many pairs; `talk` hears what is going on.
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
    let ratios = sorted(rounds.iter().map(Round::ratio));
    let (Some(first), Some(last)) = (ratios.first(), ratios.last()) else {
        return Err(io::Error::other("measuring needs at least one round"));
    };
    Ok(GatewayReport {
        pairs: bench.pairs,
        memory_bytes: keystead.memory_bytes,
        ratio: median(&ratios),
        ratio_spread: (*first, *last),
        rounds,
    })
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

fn median(sorted: &[f64]) -> f64 {
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
        write!(f, "ratio {:.2} (from {low:.2} to {high:.2})", self.ratio)
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

    #[test]
    fn a_report_reads_as_a_table() {
        let turn = |rate, cpu_us| Turn { rate, cpu_us };
        let report = GatewayReport {
            pairs: 1_000,
            memory_bytes: 160_000_000,
            rounds: vec![Round { nginx: turn(100_000.0, 4.2), keystead: turn(75_000.0, 5.6) }],
            ratio: 0.75,
            ratio_spread: (0.75, 0.75),
        };
        insta::assert_snapshot!(report, @r"
        one core, 1000 pairs (160 MB), 1 rounds
        server                     answers/s   CPU µs/answer
        nginx return 204              100000            4.20
        keystead /v1/authenticate      75000            5.60
        ratio 0.75 (from 0.75 to 0.75)
        ");
    }
}
