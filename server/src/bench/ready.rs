//! `keystead bench ready`: how long a process takes from its start until it may vouch, and what it then holds in memory.

use std::fmt;
use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::Command;

use serde::Serialize;

use super::child::Measured;
use super::watch::resident;
use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::demo;
use crate::random::SystemRandom;
use crate::snapshot::SnapshotFile;
use crate::start::{make_folder, open_engine, read_pepper};

/// What to measure.
#[derive(Clone, Debug)]
pub struct ReadyBench {
    /// Pairs in the database.
    pub pairs: usize,
    /// Starts from the database, and as many from a snapshot.
    pub rounds: usize,
}

/// What was measured.
#[derive(Clone, Debug, Serialize)]
pub struct ReadyReport {
    /// Pairs in the database.
    pub pairs: usize,
    /// Each start.
    pub starts: Vec<Start>,
}

/// One start.
#[derive(Clone, Debug, Serialize)]
pub struct Start {
    /// What it read.
    pub from: String,
    /// Seconds until it was ready.
    pub seconds: f64,
    /// Resident memory then, in bytes.
    pub memory_bytes: u64,
}

/// Fills a database and starts processes on it. `child` makes the command that runs [`ready_child`].
pub async fn ready(
    bench: &ReadyBench,
    config: &Config,
    child: impl Fn() -> Command,
    talk: &mut (dyn FnMut(&str) + Send),
) -> io::Result<ReadyReport> {
    let (clock, random) = (SystemClock, SystemRandom);
    make_folder(&config.data_dir, &random).map_err(io::Error::other)?;
    {
        let engine = open_engine(config, &random).await.map_err(io::Error::other)?;
        let brand = config.brands.first().ok_or_else(|| io::Error::other("measuring needs a brand"))?;
        talk(&format!("Filling a database with {} pairs", bench.pairs));
        let folder: PathBuf = config.data_dir.clone();
        let adding = demo::add_pairs(&engine, brand, bench.pairs, &folder, &clock, &random, |_| ());
        adding.await.map_err(io::Error::other)?;
    }
    let rounds = bench.rounds.max(1);
    let mut starts = Vec::with_capacity(2 * rounds);
    for number in 1..=2 * rounds {
        let mut process = Measured::start(child())?;
        let start = Start::said(&process.said)
            .ok_or_else(|| io::Error::other("the measured process did not say how long it took"))?;
        talk(&format!("Start {number}: {:.2} s from the {}", start.seconds, start.from));
        starts.push(start);
        if number == rounds {
            process.ask(WRITE)?;
        }
    }
    Ok(ReadyReport { pairs: bench.pairs, starts })
}

/// What a measured process is told when the starts after it shall find a snapshot.
const WRITE: &str = "write the snapshot";

/// The measured side: becomes ready, says how long that took, writes the snapshot when told, and ends when its input does.
pub async fn ready_child(
    config: &Config,
    out: &mut (dyn Write + Send),
    input: &mut (dyn Read + Send),
) -> io::Result<()> {
    let began = SystemClock.nanoseconds();
    let engine = open_engine(config, &SystemRandom).await.map_err(io::Error::other)?;
    let from = if engine.index().position() == 0 { "database" } else { "snapshot" };
    engine.load(SystemClock.uptime(), |_, _| ()).await.map_err(io::Error::other)?;
    let seconds = (SystemClock.nanoseconds() - began) as f64 / 1e9;
    // The address is what every child says first; this one listens nowhere.
    writeln!(out, "127.0.0.1:0 {seconds} {} {from}", resident()?)?;
    out.flush()?;
    let mut told = BufReader::new(input).lines();
    while told.next().transpose()?.is_some() {
        let peppers = read_pepper(&config.data_dir).map_err(io::Error::other)?;
        let file = SnapshotFile::in_folder(&config.data_dir, &peppers);
        file.write_once(engine.place(), engine.index()).await?;
        writeln!(out, "written")?;
        out.flush()?;
    }
    Ok(())
}

impl Start {
    /// What a measured process said of itself.
    fn said(words: &[String]) -> Option<Self> {
        let [seconds, memory, from] = words else { return None };
        let (seconds, memory_bytes) = (seconds.parse().ok()?, memory.parse().ok()?);
        Some(Self { from: from.clone(), seconds, memory_bytes })
    }
}

impl fmt::Display for ReadyReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} pairs", self.pairs)?;
        for Start { from, seconds, memory_bytes } in &self.starts {
            let megabytes = memory_bytes / 1_000_000;
            writeln!(f, "ready after {seconds:.2} s from the {from}, {megabytes} MB resident")?;
        }
        Ok(())
    }
}
