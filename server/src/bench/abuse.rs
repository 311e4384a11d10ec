//! `keystead bench abuse`: what strangers can do to a whole installation by asking: memory it takes, reads and writes of
//! the database it causes, and how long good callers wait meanwhile, beside the same good callers left alone.

use std::fmt;
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::PathBuf;

use serde::Serialize;
use socket2::{Domain, Socket, Type};

use super::SERVER_CORE;
use super::changes::most;
use super::child::{ChildArguments, Program};
use super::installed::credentials;
use super::paced::{Stream, TIMES_A_SECOND, Waits, paced};
use super::sample::{header, request, unknown_requests};
use super::watch::{cores, pin};
use crate::process::{allow_open_files, resident_of};

/// Requests of good callers a second, and their connections.
const GOOD: (f64, usize) = (2_000.0, 8);
/// Connections of those who send requests without pause.
const LOUD_CONNECTIONS: usize = 64;
/// Callers who send a byte of a head a second.
const SLOW: usize = 1_000;
/// How long the listener is asked before anything is measured, at most.
const WARM_UP_MS: i64 = 10_000;
/// How long good callers are left alone, at most.
const ALONE_MS: i64 = 120_000;
/// Addresses that a crowd comes from.
const SOURCES: usize = 100;
/// Places of what the others are compared with.
const ALONE: usize = 0;
const ORDINARY: usize = 1;
/// Different unknown ids.
const UNKNOWN: usize = 200_000;
/// A request head that is never finished in time.
const ENDLESS: &[u8] =
    b"GET /v1/authenticate HTTP/1.1\r\nHost: keystead\r\nX-Slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// What to measure.
#[derive(Clone, Debug)]
pub struct AbuseBench {
    /// Pairs in the database and the index.
    pub pairs: usize,
    /// Seconds of each kind of abuse.
    pub seconds: u64,
    /// Connections to hold open.
    pub idle: usize,
    /// A folder for the installation; made by the measured process.
    pub folder: PathBuf,
    /// This program, with the words that name the folder.
    pub program: Program,
}

/// What was measured.
#[derive(Clone, Debug, Serialize)]
pub struct AbuseReport {
    /// Seconds of each.
    pub seconds: u64,
    /// The good callers left alone, and then with each kind of abuse.
    pub phases: Vec<Phase>,
}

/// One kind of abuse.
#[derive(Clone, Debug, Serialize)]
pub struct Phase {
    /// What was done.
    pub name: String,
    /// What good callers waited.
    pub good: Waits,
    /// How many times as long as left alone, and as beside as many ordinary requests, for kinds that send as many: 99 of a
    /// hundred.
    pub ratios: (f64, Option<f64>),
    /// Resident memory of the process before and after, in bytes.
    pub memory_bytes: (u64, u64),
    /// Reads and writes of the database a second: the loops' own, and whatever the abuse causes.
    pub database: (f64, f64),
}

/// Measures.
pub fn abuse(bench: &AbuseBench, talk: &mut dyn FnMut(&str)) -> io::Result<AbuseReport> {
    let most_files = allow_open_files().and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
    talk(&format!("Setting up an installation with {} pairs", bench.pairs));
    let on = ChildArguments { pairs: bench.pairs, threads: 1, cores: vec![SERVER_CORE] };
    let server = bench.program.child("installed", &on)?;
    let ops: SocketAddr = server
        .said
        .first()
        .and_then(|address| address.parse().ok())
        .ok_or_else(|| io::Error::other("the measured process did not say where its ops listener is"))?;
    let known: Vec<Vec<u8>> = credentials(&bench.folder)?
        .iter()
        .map(|(key_id, secret)| Ok(request(&header(&key_id.parse().map_err(io::Error::other)?, secret))))
        .collect::<io::Result<_>>()?;
    let unknown = unknown_requests(0, UNKNOWN);
    pin(cores() - 1)?;
    // Louder than half of what the listener bears nobody can stay in the line of good callers' patience: above all of it,
    // everybody waits, whatever is asked.
    let loud = most(server.address, &known)? / 2.0;
    let good = Stream { requests: &known, status: b"200", connections: GOOD.1, rate: GOOD.0 };
    let ms = i64::try_from(bench.seconds.max(1) * 1_000).unwrap_or(i64::MAX);
    let alone = ms.min(ALONE_MS);
    let mut phases: Vec<Phase> = Vec::new();
    // The first seconds fill caches; nobody looks at them.
    paced(server.address, &[good], ms.min(WARM_UP_MS), &mut || Ok(()))?;
    let mut phase = |name: String,
                     ms: i64,
                     others: &[Stream<'_>],
                     meanwhile: &mut dyn FnMut() -> io::Result<()>| {
        talk(&name);
        let (memory, before) = (resident_of(server.id())?, Scrape::of(ops)?);
        let streams: Vec<Stream<'_>> = [good].into_iter().chain(others.iter().copied()).collect();
        let waits = paced(server.address, &streams, ms, meanwhile)?;
        let (after, seconds) = (Scrape::of(ops)?, ms as f64 / 1e3);
        let database = ((after.reads - before.reads) / seconds, (after.commits - before.commits) / seconds);
        let waited = waits.first().copied().ok_or_else(|| io::Error::other("good callers are a stream"))?;
        let memory_bytes = (memory, resident_of(server.id())?);
        let beside = |place: usize| phases.get(place).map(|phase| waited.p99_us / phase.good.p99_us);
        let ordinary = if others.is_empty() { None } else { beside(ORDINARY) };
        let ratios = (beside(ALONE).unwrap_or(1.0), ordinary);
        phases.push(Phase { name, good: waited, ratios, memory_bytes, database });
        io::Result::Ok(())
    };
    let nothing: &mut dyn FnMut() -> io::Result<()> = &mut || Ok(());
    phase("good callers alone".to_owned(), alone, &[], nothing)?;
    // Whoever shares a listener with as many requests waits longer, whatever they ask.
    let ordinary = Stream { connections: LOUD_CONNECTIONS, rate: loud, ..good };
    phase(format!("{loud:.0} ordinary requests a second"), alone, &[ordinary], nothing)?;
    let all_unknown = Stream { requests: &unknown, status: b"401", ..ordinary };
    phase(format!("{loud:.0} unknown ids a second"), ms, &[all_unknown], nothing)?;
    let one_key = Stream { requests: &known[..1], ..ordinary };
    phase(format!("{loud:.0} requests a second with one key"), ms, &[one_key], nothing)?;
    let room = most_files.saturating_sub(200).min(bench.idle);
    let mut idle = Crowd::new(server.address, room, b"");
    phase(format!("{room} idle connections"), ms, &[], &mut || idle.go_on())?;
    drop(idle);
    let mut slow = Crowd::new(server.address, SLOW.min(room), ENDLESS);
    phase(format!("{} slow senders", SLOW.min(room)), ms, &[], &mut || slow.go_on())?;
    drop(slow);
    phase("good callers alone again".to_owned(), alone, &[], nothing)?;
    Ok(AbuseReport { seconds: bench.seconds, phases })
}

/// Connections that say nothing, or something very slowly, and come back when they are closed on.
struct Crowd {
    address: SocketAddr,
    wanted: usize,
    says: &'static [u8],
    lines: Vec<(TcpStream, usize)>,
    next: usize,
    /// Visits that are due, in parts of one.
    due: usize,
    opened: usize,
}

impl Crowd {
    fn new(address: SocketAddr, wanted: usize, says: &'static [u8]) -> Self {
        Self { address, wanted, says, lines: Vec::with_capacity(wanted), next: 0, due: 0, opened: 0 }
    }

    /// A small part of a second's work: opens one that is missing, and each of the others is visited once a second.
    fn go_on(&mut self) -> io::Result<()> {
        if self.lines.len() < self.wanted {
            let line = Socket::new(Domain::for_address(self.address), Type::STREAM, None)?;
            line.set_nonblocking(true)?;
            if self.address.is_ipv4() && self.address.ip().is_loopback() {
                // Each address has ports of its own: looking for a free one among few left would take this side's time.
                let from = Ipv4Addr::new(127, 0, 1, 1 + (self.opened % SOURCES) as u8);
                line.bind(&SocketAddr::from((from, 0)).into())?;
            }
            self.opened += 1;
            // Under way, or refused: the first visit will tell.
            let _ = line.connect(&self.address.into());
            self.lines.push((line.into(), 0));
        }
        self.due += self.lines.len();
        while TIMES_A_SECOND <= self.due {
            self.due -= TIMES_A_SECOND;
            let place = self.next % self.lines.len().max(1);
            self.next += 1;
            if let Some((line, said)) = self.lines.get_mut(place)
                && !goes_on(line, said, self.says)
            {
                self.lines.swap_remove(place);
            }
        }
        Ok(())
    }
}

/// Says the next byte, if there is one. `false` when the other side has hung up.
fn goes_on(line: &mut TcpStream, said: &mut usize, says: &[u8]) -> bool {
    // Full, or not open yet: who asked for more than the other side takes waits in its queue.
    let waits =
        |error: io::Error| matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::NotConnected);
    if let Some(byte) = says.get(*said) {
        *said += 1;
        if line.write_all(&[*byte]).is_err_and(|error| !waits(error)) {
            return false;
        }
    }
    line.read(&mut [0u8; 256]).map_or_else(waits, |length| length != 0)
}

/// What the ops listener says about the database.
struct Scrape {
    reads: f64,
    commits: f64,
}

impl Scrape {
    fn of(ops: SocketAddr) -> io::Result<Self> {
        let mut line = TcpStream::connect(ops)?;
        line.write_all(b"GET /metrics HTTP/1.1\r\nHost: keystead\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        line.read_to_string(&mut answer)?;
        let sum = |name: &str| {
            let samples = answer.lines().filter(|line| line.starts_with(name));
            samples.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
        };
        Ok(Self {
            reads: sum("keystead_database_reads_total"),
            commits: sum("keystead_database_commits_total"),
        })
    }
}

impl fmt::Display for AbuseReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} s of each", self.seconds)?;
        let width = self.phases.iter().map(|phase| phase.name.len()).max().unwrap_or(0);
        writeln!(f, "{:<width$}   good p99   ÷ alone   ÷ ordinary   memory, MB      reads/s   writes/s", "")?;
        for Phase { name, good, ratios: (alone, ordinary), memory_bytes, database: (reads, writes) } in
            &self.phases
        {
            let (before, after) = (memory_bytes.0 / 1_000_000, memory_bytes.1 / 1_000_000);
            let ordinary = ordinary.map(|ratio| format!("{ratio:.2}")).unwrap_or_default();
            writeln!(
                f,
                "{name:<width$}   {p99:>5.0} µs   {alone:>7.2}   {ordinary:>10}   {before:>4} to {after:>4}   {reads:>8.1}   {writes:>8.1}",
                p99 = good.p99_us
            )?;
        }
        Ok(())
    }
}
