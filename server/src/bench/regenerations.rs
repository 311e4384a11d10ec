//! `keystead bench regenerations`: how many keys a second are regenerated durably, beside one-row durable commits on the same
//! server or disk.
//!
//! A regeneration goes all the way: the key is read, the domain decides, and one commit writes the ended pair, the new one, the
//! letter and the audit entry; the index of this process knows of it before it counts. Each is of another key, so that nothing but
//! the order of commits holds them up. A bare commit changes one number in one row, prepared, on one connection and on several.

mod bare;

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use domain::{Actor, KeyRef, OldPair, RegenerateRequest};
use serde::Serialize;
use store::FeedPlace;

use self::bare::Bare;
use crate::app::Engine;
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::demo;
use crate::installation::Installation;
use crate::random::{RandomSource, SystemRandom};
use crate::start::{make_folder, open_engine};

/// Keys that each task regenerates in turns: a key that was regenerated very often has a long history to read.
const KEYS_EACH: usize = 50;
/// Connections that commit bare rows together.
const BARE_AT_ONCE: usize = 8;

/// What to measure.
#[derive(Clone, Copy, Debug)]
pub struct RegenerationsBench {
    /// Regenerations that are under way at once.
    pub at_once: usize,
    /// Seconds of each turn.
    pub seconds: u64,
    /// Turns of each kind, one after the other.
    pub rounds: usize,
}

/// What was measured.
#[derive(Clone, Debug, Serialize)]
pub struct RegenerationsReport {
    /// Where the database is, without its password.
    pub database: String,
    /// Regenerations that were under way at once.
    pub at_once: usize,
    /// Regenerations a second, each turn.
    pub regenerations: Vec<f64>,
    /// One-row commits a second on one connection, each turn.
    pub bare: Vec<f64>,
    /// The same on several connections at once.
    pub bare_at_once: Vec<f64>,
    /// Regenerations ÷ one-row commits on one connection, median of the rounds.
    pub ratio: f64,
    /// Regenerations ÷ one-row commits on several connections, likewise.
    pub ratio_at_once: f64,
}

/// Measures in an empty folder, and in an empty database if the configuration names one.
pub async fn regenerations(
    bench: RegenerationsBench,
    config: Config,
    talk: &mut (dyn FnMut(&str) + Send),
) -> io::Result<RegenerationsReport> {
    let (folder, installation) = (config.data_dir.clone(), Installation::of(&config));
    let (clock, random) = (SystemClock, SystemRandom);
    make_folder(&folder, &random).map_err(io::Error::other)?;
    let mut database = "the embedded database".to_owned();
    if let Some(postgres) = installation.postgres(&random).map_err(io::Error::other)? {
        if postgres.migrate().await.map_err(io::Error::other)? == 0 {
            return Err(io::Error::other(
                "the database is in use; give the measurement an empty one of its own",
            ));
        }
        postgres.shown().clone_into(&mut database);
    }
    let engine = Arc::new(open_engine(&config, &random).await.map_err(io::Error::other)?);
    let brand = config.brands.first().ok_or_else(|| io::Error::other("measuring needs a brand"))?;
    let at_once = bench.at_once.max(1);
    let count = at_once * KEYS_EACH;
    let adding = demo::add_pairs(&engine, brand, count, &folder, &clock, &random, |_| ());
    adding.await.map_err(io::Error::other)?;
    engine.load(clock.uptime(), |_, _| ()).await.map_err(io::Error::other)?;
    let keys = keys(&engine, count).await?;
    let span = Duration::from_secs(bench.seconds.max(1));
    let (mut regenerated, mut bare, mut bare_at_once) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=bench.rounds.max(1) {
        bare.push(Bare::open(&config, 1).await?.rate(span).await?);
        bare_at_once.push(Bare::open(&config, BARE_AT_ONCE).await?.rate(span).await?);
        regenerated.push(rate(&engine, &keys, span).await?);
        let last = (regenerated.last(), bare.last(), bare_at_once.last());
        if let (Some(done), Some(one), Some(several)) = last {
            talk(&format!(
                "Round {round}: {done:.0} regenerations/s; one-row commits {one:.0}/s, {BARE_AT_ONCE} at once {several:.0}/s"
            ));
        }
    }
    let middle_ratio = |others: &[f64]| {
        super::median(&super::sorted(regenerated.iter().zip(others).map(|(done, bare)| done / bare)))
    };
    Ok(RegenerationsReport {
        database,
        at_once,
        ratio: middle_ratio(&bare),
        ratio_at_once: middle_ratio(&bare_at_once),
        regenerations: regenerated,
        bare,
        bare_at_once,
    })
}

async fn keys(engine: &Engine, count: usize) -> io::Result<Vec<KeyRef>> {
    let many = i64::try_from(count).unwrap_or(i64::MAX);
    let rows = engine.store().pairs_changed(&FeedPlace::after(0), many).await.map_err(io::Error::other)?;
    Ok(rows.iter().map(|row| row.key).collect())
}

/// Regenerates all keys again and again for a span, one task for some of them; how many were done a second.
async fn rate(engine: &Arc<Engine>, keys: &[KeyRef], span: Duration) -> io::Result<f64> {
    let (over, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let start = SystemClock.nanoseconds();
    let tasks: Vec<_> = keys
        .chunks(KEYS_EACH)
        .map(|keys| tokio::spawn(again_and_again(engine.clone(), keys.to_vec(), over.clone(), done.clone())))
        .collect();
    tokio::time::sleep(span).await;
    let counted = done.load(Ordering::Relaxed);
    let seconds = (SystemClock.nanoseconds() - start) as f64 / 1e9;
    over.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await.map_err(io::Error::other)??;
    }
    Ok(counted as f64 / seconds)
}

async fn again_and_again(
    engine: Arc<Engine>,
    keys: Vec<KeyRef>,
    over: Arc<AtomicBool>,
    done: Arc<AtomicU64>,
) -> io::Result<()> {
    let actor = Actor::Operator { name: "bench".to_owned(), origin: String::new() };
    let request = RegenerateRequest { old: OldPair::Now, expected_current: None, end_retiring: true };
    for key in keys.iter().cycle() {
        if over.load(Ordering::Relaxed) {
            break;
        }
        let (now, rng) = (SystemClock.now(), &mut *SystemRandom.source());
        let regenerated = engine.regenerate_by_operator(&actor, key, &request, None, now, rng).await;
        regenerated.map_err(io::Error::other)?;
        done.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

impl fmt::Display for RegenerationsReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let middle = |rates: &[f64]| super::median(&super::sorted(rates.iter().copied()));
        writeln!(f, "{}, {} rounds", self.database, self.regenerations.len())?;
        writeln!(f, "regenerations, {:>3} at once {:>8.0}/s", self.at_once, middle(&self.regenerations))?;
        writeln!(f, "one-row commits, alone      {:>7.0}/s   ratio {:.2}", middle(&self.bare), self.ratio)?;
        let (rate, ratio) = (middle(&self.bare_at_once), self.ratio_at_once);
        write!(f, "one-row commits, {BARE_AT_ONCE} at once  {rate:>7.0}/s   ratio {ratio:.2}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_reads_as_a_table() {
        let report = RegenerationsReport {
            database: "postgres://keystead@db1:5432/bench".to_owned(),
            at_once: 32,
            regenerations: vec![1_000.0, 1_200.0, 900.0],
            bare: vec![4_000.0, 4_000.0, 4_000.0],
            bare_at_once: vec![10_000.0, 10_000.0, 10_000.0],
            ratio: 0.25,
            ratio_at_once: 0.1,
        };
        insta::assert_snapshot!(report, @r"
        postgres://keystead@db1:5432/bench, 3 rounds
        regenerations,  32 at once     1000/s
        one-row commits, alone         4000/s   ratio 0.25
        one-row commits, 8 at once    10000/s   ratio 0.10
        ");
    }
}
