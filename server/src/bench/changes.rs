//! `keystead bench changes`: how long answers take under half of what one core can bear, while pairs are generated and
//! ended in the same process, through its database, and while they are not.

use std::fmt;
use std::io;
use std::path::PathBuf;

use serde::Serialize;

use super::child::{ChildArguments, Program};
use super::installed::credentials;
use super::load::Load;
use super::paced::{Stream, Waits, paced};
use super::sample::{header, request};
use super::watch::{cores, pin};
use super::{CONNECTIONS, median, sorted};
use crate::clock::SystemClock;

/// What to measure.
#[derive(Clone, Debug)]
pub struct ChangesBench {
    /// Pairs in the database and the index.
    pub pairs: usize,
    /// Pairs that are replaced each second.
    pub changes: u64,
    /// Seconds of each turn.
    pub seconds: u64,
    /// Turns of each kind.
    pub rounds: usize,
    /// A folder for the installation; made by the measured process.
    pub folder: PathBuf,
    /// This program, with the words that name the folder.
    pub program: Program,
}

/// What was measured.
#[derive(Clone, Debug, Serialize)]
pub struct ChangesReport {
    /// Pairs in the database and the index.
    pub pairs: usize,
    /// Requests a second: half of what the listener bore.
    pub rate: f64,
    /// Pairs replaced a second, as wanted and as done.
    pub changes: (u64, f64),
    /// Turns without changes.
    pub calm: Vec<Waits>,
    /// Turns with changes, each right after the calm one of the same round.
    pub changing: Vec<Waits>,
    /// The p99 with changes divided by the p99 without, in the same round: median, smallest, largest.
    pub ratio: (f64, f64, f64),
}

/// Measures.
pub fn changes(bench: &ChangesBench, talk: &mut dyn FnMut(&str)) -> io::Result<ChangesReport> {
    talk(&format!("Setting up an installation with {} pairs", bench.pairs));
    // Commits have the other core, as they have on a machine with more than one; the generator shares it.
    let on = ChildArguments { pairs: bench.pairs, threads: 1, cores: (0..cores()).collect() };
    let mut server = bench.program.child("installed", &on)?;
    let known = credentials(&bench.folder)?;
    let requests: Vec<Vec<u8>> = known
        .iter()
        .map(|(key_id, secret)| Ok(request(&header(&key_id.parse().map_err(io::Error::other)?, secret))))
        .collect::<io::Result<_>>()?;
    pin(cores() - 1)?;
    let address = server.address;
    let rate = most(address, &requests)? / 2.0;
    let stream = Stream { requests: &requests, status: b"200", connections: CONNECTIONS, rate };
    let ask = |milliseconds| {
        let waits = paced(address, &[stream], milliseconds, &mut || Ok(()))?;
        waits.first().copied().ok_or_else(|| io::Error::other("one stream has one outcome"))
    };
    let milliseconds = i64::try_from(bench.seconds.max(1) * 1_000).unwrap_or(i64::MAX);
    ask(500)?;
    let (mut calm, mut changing, mut done) = (Vec::new(), Vec::new(), 0);
    for number in 1..=bench.rounds.max(1) {
        calm.push(ask(milliseconds)?);
        let before: u64 = count(&server.ask(&format!("changes {}", bench.changes))?)?;
        changing.push(ask(milliseconds)?);
        done += count(&server.ask("changes 0")?)? - before;
        let p99 = (calm[number - 1].p99_us, changing[number - 1].p99_us);
        talk(&format!("Round {number}: p99 {:.0} µs, with changes {:.0} µs", p99.0, p99.1));
    }
    let seconds = (bench.seconds.max(1) * bench.rounds.max(1) as u64) as f64;
    let ratios = sorted(changing.iter().zip(&calm).map(|(changing, calm)| changing.p99_us / calm.p99_us));
    let ends = (ratios.first().copied(), ratios.last().copied());
    Ok(ChangesReport {
        pairs: bench.pairs,
        rate,
        changes: (bench.changes, done as f64 / seconds),
        ratio: (median(&ratios), ends.0.unwrap_or(f64::NAN), ends.1.unwrap_or(f64::NAN)),
        calm,
        changing,
    })
}

/// What the listener answers a second when it is never left waiting.
pub(super) fn most(address: std::net::SocketAddr, requests: &[Vec<u8>]) -> io::Result<f64> {
    let mut load = Load::new(address, CONNECTIONS, requests, b"200")?;
    load.go(10_000)?;
    let (start, mut answers) = (SystemClock.nanoseconds(), 0);
    while SystemClock.nanoseconds() < start + 1_000_000_000 {
        answers += load.go(500)?;
    }
    Ok(answers as f64 * 1e9 / (SystemClock.nanoseconds() - start) as f64)
}

fn count(line: &str) -> io::Result<u64> {
    line.parse().map_err(|_| io::Error::other(format!("not a count: {line:?}")))
}

impl fmt::Display for ChangesReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (wanted, done) = self.changes;
        writeln!(f, "{} pairs, {:.0} requests/s, {} rounds", self.pairs, self.rate, self.calm.len())?;
        writeln!(f, "                     median µs    p99 µs   p99.9 µs")?;
        for (name, turns) in [("without changes", &self.calm), ("with changes", &self.changing)] {
            let middle = |of: fn(&Waits) -> f64| median(&sorted(turns.iter().map(of)));
            let (half, p99, p999) = (middle(|w| w.median_us), middle(|w| w.p99_us), middle(|w| w.p999_us));
            writeln!(f, "{name:<20} {half:>9.0} {p99:>9.0} {p999:>10.0}")?;
        }
        let (middle, low, high) = self.ratio;
        writeln!(f, "{done:.0} of {wanted} pairs a second were replaced")?;
        write!(f, "p99 with changes ÷ without {middle:.2} (from {low:.2} to {high:.2})")
    }
}
