//! `keystead bench cores`: what two cores answer beside what one does.
//!
//! A generator needs as much of a core as the server it asks, so each core has both: one thread of the server and one of the
//! generator. Twice the cores are then twice the generators too, and nobody is in anybody's way but threads in each
//! other's.

use std::fmt;
use std::io;
use std::net::SocketAddr;

use serde::Serialize;

use super::child::{ChildArguments, Measured};
use super::gateway::GatewayBench;
use super::load::Load;
use super::watch::{cores, pin, spent};
use super::{CONNECTIONS, CREDENTIALS, median, sample, sorted};
use crate::clock::{Clock as _, SystemClock};

/// What was measured.
#[derive(Clone, Debug, Serialize)]
pub struct CoresReport {
    /// Pairs in each index.
    pub pairs: usize,
    /// Answers a second and CPU time of each, in microseconds, of one core in each round.
    pub one: Vec<(f64, f64)>,
    /// The same of two.
    pub two: Vec<(f64, f64)>,
    /// Answers of two divided by those of one in the same round: median, smallest, largest.
    pub ratio: (f64, f64, f64),
    /// Twice the CPU time for an answer of one divided by that of two.
    pub by_cpu: f64,
}

/// Measures.
pub fn cores_apart(bench: &GatewayBench, talk: &mut dyn FnMut(&str)) -> io::Result<CoresReport> {
    if cores() < 2 {
        return Err(io::Error::other("measuring needs two cores"));
    }
    talk(&format!("Filling two indexes with {} pairs each", bench.pairs));
    let start = |cores: &[usize]| {
        let arguments = ChildArguments { pairs: bench.pairs, threads: cores.len(), cores: cores.to_vec() };
        bench.program.child("gateway", &arguments)
    };
    let (alone, both): (&[usize], &[usize]) = (&[0], &[0, 1]);
    let (server_of_one, server_of_two) = (start(alone)?, start(both)?);
    let requests = sample::requests(bench.pairs, CREDENTIALS);
    let ask = |server: &Measured, cores: &[usize], milliseconds| {
        asked(server.address, server.id(), cores, &requests, milliseconds)
    };
    talk("Warming up");
    ask(&server_of_one, alone, 500)?;
    ask(&server_of_two, both, 500)?;
    let milliseconds = i64::try_from(bench.turns.seconds.max(1) * 1_000).unwrap_or(i64::MAX);
    let (mut one, mut two) = (Vec::new(), Vec::new());
    for number in 1..=bench.turns.rounds.max(1) {
        one.push(ask(&server_of_one, alone, milliseconds)?);
        two.push(ask(&server_of_two, both, milliseconds)?);
        let of = |turns: &[(f64, f64)]| turns.last().map_or(0.0, |turn| turn.0);
        talk(&format!("Round {number}: {:.0}, {:.0}", of(&one), of(&two)));
    }
    let ratios = sorted(two.iter().zip(&one).map(|(two, one)| two.0 / one.0));
    let by_cpu = median(&sorted(two.iter().zip(&one).map(|(two, one)| 2.0 * one.1 / two.1)));
    let ends = (ratios.first().copied(), ratios.last().copied());
    let ratio = (median(&ratios), ends.0.unwrap_or(f64::NAN), ends.1.unwrap_or(f64::NAN));
    Ok(CoresReport { pairs: bench.pairs, one, two, ratio, by_cpu })
}

/// Answers a second, and the server's CPU time for each, when every one of these cores has a generator.
fn asked(
    address: SocketAddr,
    server: u32,
    cores: &[usize],
    requests: &[Vec<u8>],
    milliseconds: i64,
) -> io::Result<(f64, f64)> {
    let (before, start) = (spent(server)?, SystemClock.nanoseconds());
    let end = SystemClock.uptime().as_millis() + milliseconds;
    let generate = |core| -> io::Result<u64> {
        pin(core)?;
        let mut load = Load::new(address, CONNECTIONS, requests, b"200")?;
        let mut answers = 0;
        while SystemClock.uptime().as_millis() < end {
            answers += load.go(500)?;
        }
        Ok(answers)
    };
    let answers = std::thread::scope(|threads| {
        let generators: Vec<_> = cores.iter().map(|core| threads.spawn(move || generate(*core))).collect();
        let ended = generators.into_iter().map(|generator| {
            generator.join().unwrap_or_else(|_| Err(io::Error::other("a generator has failed")))
        });
        ended.sum::<io::Result<u64>>()
    })?;
    let seconds = (SystemClock.nanoseconds() - start) as f64 / 1e9;
    let spent = spent(server)?.saturating_sub(before).as_secs_f64();
    Ok((answers as f64 / seconds, spent * 1e6 / answers as f64))
}

impl fmt::Display for CoresReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} pairs, each core with a thread that answers and one that asks", self.pairs)?;
        for (name, turns) in [("one core", &self.one), ("two cores", &self.two)] {
            let middle = |of: fn(&(f64, f64)) -> f64| median(&sorted(turns.iter().map(of)));
            writeln!(
                f,
                "{name:<10} {:>9.0} answers/s  {:>5.2} CPU µs",
                middle(|turn| turn.0),
                middle(|turn| turn.1)
            )?;
        }
        let (middle, low, high) = self.ratio;
        write!(f, "two cores ÷ one {middle:.2} (from {low:.2} to {high:.2}), by CPU time {:.2}", self.by_cpu)
    }
}
