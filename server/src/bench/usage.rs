//! `keystead bench usage`: what writing down uses takes when very many pairs are used at once, and how long changes of keys
//! wait beside it.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::{Actor, Duration, KeyId, KeyRef, OldPair, RegenerateRequest, Timestamp};
use serde::Serialize;
use store::FeedPlace;
use verify::Usage;

use super::stage::size;
use crate::app::Engine;
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::demo;
use crate::random::{RandomSource, SystemRandom};
use crate::start::{make_folder, open_engine};

/// What lies between two flushes of a server.
const FLUSHED_EVERY: Duration = Duration::from_millis(5_000);
/// Changes that are measured while nothing else is written.
const CALM_CHANGES: usize = 200;
/// Pairs read at once.
const READ_AT_ONCE: i64 = 10_000;

/// What to measure.
#[derive(Clone, Copy, Debug)]
pub struct UsageBench {
    /// Pairs, each used before every flush.
    pub pairs: usize,
    /// Flushes, five seconds of usage each.
    pub flushes: usize,
}

/// What was measured.
#[derive(Clone, Debug, Serialize)]
pub struct UsageReport {
    /// Pairs that were used before every flush.
    pub pairs: usize,
    /// How long each flush took, in milliseconds.
    pub flush_ms: Vec<f64>,
    /// How long a regeneration took while nothing else was written: median, and slowest in a hundred, in milliseconds.
    pub calm_ms: (f64, f64),
    /// The same beside the flushes.
    pub beside_ms: (f64, f64),
    /// How many regenerations there were beside them.
    pub changes: usize,
    /// What counting has added to the database for each pair, in bytes.
    pub bytes_a_pair: u64,
}

/// Measures in an empty folder.
pub async fn usage(
    bench: UsageBench,
    config: Config,
    talk: &mut (dyn FnMut(&str) + Send),
) -> io::Result<UsageReport> {
    let folder = config.data_dir.clone();
    let (clock, random) = (SystemClock, SystemRandom);
    make_folder(&folder, &random).map_err(io::Error::other)?;
    let engine = Arc::new(open_engine(&config, &random).await.map_err(io::Error::other)?);
    let brand = config.brands.first().ok_or_else(|| io::Error::other("measuring needs a brand"))?;
    talk(&format!("Adding {} pairs", bench.pairs));
    let adding = demo::add_pairs(&engine, brand, bench.pairs, &folder, &clock, &random, |_| ());
    adding.await.map_err(io::Error::other)?;
    engine.load(clock.uptime(), |_, _| ()).await.map_err(io::Error::other)?;
    let (ids, key) = pairs(&engine).await?;
    let disk = || size(&folder.join("keystead.db"));
    let before = disk();

    talk("Regenerating a key while nothing else is written");
    let mut calm = Vec::with_capacity(CALM_CHANGES);
    for _ in 0..CALM_CHANGES {
        calm.push(regenerate(&engine, &key).await?);
    }
    talk(&format!("Flushing {} times, and regenerating beside it", bench.flushes));
    let flushing = Arc::new(AtomicBool::new(true));
    let beside = tokio::spawn(changes(engine.clone(), key, flushing.clone()));
    let begin = clock.now();
    let mut flush_ms = Vec::with_capacity(bench.flushes);
    for number in 0..bench.flushes {
        let at = begin + FLUSHED_EVERY.times(number as i64);
        engine.index().give_back(&ids.iter().map(|id| used(*id, at)).collect::<Vec<_>>());
        let start = SystemClock.nanoseconds();
        engine.flush_usage_once().await.map_err(io::Error::other)?;
        flush_ms.push(milliseconds(start));
    }
    flushing.store(false, Ordering::Relaxed);
    let beside = beside.await.map_err(io::Error::other)??;
    let grown = disk().saturating_sub(before);
    Ok(UsageReport {
        pairs: ids.len(),
        flush_ms,
        calm_ms: middle_and_slowest(calm),
        changes: beside.len(),
        beside_ms: middle_and_slowest(beside),
        bytes_a_pair: grown / ids.len().max(1) as u64,
    })
}

/// The ids of all pairs, and the key of one of them.
async fn pairs(engine: &Engine) -> io::Result<(Vec<KeyId>, KeyRef)> {
    let (mut place, mut ids, mut key) = (FeedPlace::after(0), Vec::new(), None);
    loop {
        let rows = engine.store().pairs_changed(&place, READ_AT_ONCE).await.map_err(io::Error::other)?;
        let Some(last) = rows.last() else { break };
        place = FeedPlace { position: last.position, key_id: Some(last.key_id) };
        key = Some(last.key);
        ids.extend(rows.iter().map(|row| row.key_id));
    }
    key.map(|key| (ids, key)).ok_or_else(|| io::Error::other("measuring needs at least one pair"))
}

/// Regenerates one key again and again while flushes go on; tells how long each took.
async fn changes(engine: Arc<Engine>, key: KeyRef, flushing: Arc<AtomicBool>) -> io::Result<Vec<f64>> {
    let mut spans = Vec::new();
    while flushing.load(Ordering::Relaxed) {
        spans.push(regenerate(&engine, &key).await?);
    }
    Ok(spans)
}

fn used(key_id: KeyId, at: Timestamp) -> Usage {
    let from = domain::Network::of([192, 0, 2, 1].into());
    Usage { key_id, count: 100, last_used_at: at, last_used_from: from }
}

/// Replaces a key's pair at once; tells how long that took.
async fn regenerate(engine: &Engine, key: &KeyRef) -> io::Result<f64> {
    let actor = Actor::Operator { name: "bench".to_owned(), origin: String::new() };
    let request = RegenerateRequest { old: OldPair::Now, expected_current: None, end_retiring: true };
    let (now, start, rng) = (SystemClock.now(), SystemClock.nanoseconds(), &mut *SystemRandom.source());
    let done = engine.regenerate_by_operator(&actor, key, &request, None, now, rng).await;
    done.map_err(io::Error::other)?;
    Ok(milliseconds(start))
}

fn milliseconds(start: i64) -> f64 {
    (SystemClock.nanoseconds() - start) as f64 / 1e6
}

fn middle_and_slowest(mut spans: Vec<f64>) -> (f64, f64) {
    spans.sort_by(f64::total_cmp);
    let slow = (spans.len() * 99 / 100).min(spans.len().saturating_sub(1));
    (super::median(&spans), spans.get(slow).copied().unwrap_or(f64::NAN))
}

impl fmt::Display for UsageReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, later) = self.flush_ms.split_first().unwrap_or((&f64::NAN, &[]));
        let later = super::median(&super::sorted(later.iter().copied()));
        let seconds = FLUSHED_EVERY.times(self.flush_ms.len() as i64).as_millis() / 1_000;
        writeln!(f, "{} pairs, {} flushes ({seconds} s of usage)", self.pairs, self.flush_ms.len())?;
        writeln!(f, "first flush      {first:>10.0} ms")?;
        writeln!(f, "later ones       {later:>10.0} ms")?;
        writeln!(f, "database, a pair {:>10} bytes", self.bytes_a_pair)?;
        writeln!(f, "regenerating         median   slowest in 100")?;
        writeln!(f, "  calm           {:>10.1} {:>10.1} ms", self.calm_ms.0, self.calm_ms.1)?;
        let (median, slowest) = self.beside_ms;
        write!(f, "  beside flushes {median:>10.1} {slowest:>10.1} ms ({} of them)", self.changes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_reads_as_a_table() {
        let report = UsageReport {
            pairs: 100_000,
            flush_ms: vec![3_000.0, 2_000.0, 2_500.0, 2_100.0],
            calm_ms: middle_and_slowest(vec![3.0, 1.0, 2.0]),
            beside_ms: middle_and_slowest(vec![20.0, 4.0]),
            changes: 2,
            bytes_a_pair: 180,
        };
        insta::assert_snapshot!(report, @r"
        100000 pairs, 4 flushes (20 s of usage)
        first flush            3000 ms
        later ones             2100 ms
        database, a pair        180 bytes
        regenerating         median   slowest in 100
          calm                  2.0        3.0 ms
          beside flushes       12.0       20.0 ms (2 of them)
        ");
    }
}
