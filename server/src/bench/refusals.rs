//! `keystead bench refusals`: what a flood of refusals against one key takes: memory, disk, and its owner's patience.

use std::fmt;
use std::io;

use axum::http::{HeaderMap, HeaderValue, header};
use base64::Engine as _;
use serde::Serialize;

use super::stage::{PageTime, Stage, size};
use super::watch::resident;
use crate::clock::SystemClock;
use crate::config::Config;
use crate::gateway::{Caller, whoami};

/// Refusals between two times of writing them down: what a hundred thousand a minute are in a quarter of one.
const WRITTEN_EVERY: usize = 25_000;
/// Among how many refusals the key itself is used once.
const GOOD_EVERY: usize = 1_000;
/// How often each page is asked for.
const PAGES: usize = 100;

/// What was measured.
#[derive(Clone, Debug, Serialize)]
pub struct RefusalsReport {
    /// How many requests were refused.
    pub refusals: usize,
    /// How many a second, on one thread.
    pub rate: f64,
    /// How many requests with the right secret were sent meanwhile.
    pub good: usize,
    /// How many of them were granted.
    pub granted: usize,
    /// What is remembered.
    pub entries: usize,
    /// Resident memory of the whole process before and after the flood, in bytes.
    pub memory_bytes: (u64, u64),
    /// The database and what is not in it yet, before and after, in bytes.
    pub disk_bytes: (u64, u64),
    /// The owner's pages before the flood.
    pub calm: Vec<PageTime>,
    /// The same pages after it.
    pub after: Vec<PageTime>,
}

/// Refuses `refusals` requests that name one key, in an empty folder.
pub async fn refusals(
    refusals: usize,
    config: Config,
    talk: &mut (dyn FnMut(&str) + Send),
) -> io::Result<RefusalsReport> {
    let folder = config.data_dir.clone();
    let disk = || ["keystead.db", "keystead.db-wal"].map(|file| size(&folder.join(file))).iter().sum();
    let stage = Stage::open(config, 0, talk).await?;
    let app = stage.app();
    let flush = async || {
        let written = app.engine.flush_refusals_once(&app.refusals, app.now()).await;
        written.map(|_| ()).map_err(io::Error::other)
    };
    let asks = |credentials: &str, agent: &str| -> io::Result<u16> {
        let basic = base64::prelude::BASE64_STANDARD.encode(credentials);
        let mut headers = HeaderMap::with_capacity(2);
        let value = |text: String| HeaderValue::try_from(text).map_err(io::Error::other);
        headers.insert(header::AUTHORIZATION, value(format!("Basic {basic}"))?);
        headers.insert(header::USER_AGENT, value(agent.to_owned())?);
        Ok(whoami(&app.desk, &headers, Caller::at([192, 0, 2, 1].into()), &app.tally).status().as_u16())
    };
    let paths = ["/test/refusals", "/test/keys"];
    let (mut calm, mut after) = (Vec::new(), Vec::new());
    asks(&format!("{}:", stage.key_id), "shop/1.0")?;
    flush().await?;
    for path in paths {
        calm.push(stage.time(&stage.owner, path, PAGES).await?);
    }
    let (memory, before) = (resident()?, disk());

    talk(&format!("Refusing {refusals} requests"));
    let wrong = format!("{}:AbCdEfGhIjKlMnOpQrStUvWx", stage.key_id);
    let (mut good, mut granted, start) = (0, 0, SystemClock.nanoseconds());
    for n in 1..=refusals {
        asks(&wrong, &format!("bot/{n}"))?;
        if n % GOOD_EVERY == 0 {
            good += 1;
            granted += usize::from(asks(&stage.credentials, "shop/1.0")? == 200);
        }
        if n % WRITTEN_EVERY == 0 {
            flush().await?;
        }
    }
    let seconds = (SystemClock.nanoseconds() - start) as f64 / 1e9;
    flush().await?;
    for path in paths {
        after.push(stage.time(&stage.owner, path, PAGES).await?);
    }
    let report = RefusalsReport {
        refusals,
        rate: refusals as f64 / seconds,
        good,
        granted,
        entries: app.refusals.len(),
        memory_bytes: (memory, resident()?),
        disk_bytes: (before, disk()),
        calm,
        after,
    };
    stage.close().await;
    Ok(report)
}

impl fmt::Display for RefusalsReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kilobytes = |(before, after): (u64, u64)| (before / 1_000, after / 1_000);
        let (memory, disk) = (kilobytes(self.memory_bytes), kilobytes(self.disk_bytes));
        writeln!(f, "{} refusals against one key, {:.0} a second", self.refusals, self.rate)?;
        writeln!(f, "the key itself: granted {} of {}", self.granted, self.good)?;
        writeln!(f, "remembered as {} entries", self.entries)?;
        writeln!(f, "                     before       after")?;
        writeln!(f, "memory, kB       {:>10}  {:>10}", memory.0, memory.1)?;
        write!(f, "disk, kB         {:>10}  {:>10}", disk.0, disk.1)?;
        for (calm, after) in self.calm.iter().zip(&self.after) {
            write!(f, "\n{:<16} {:>10.0}  {:>10.0}  µs", calm.path, calm.median_us, after.median_us)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_reads_as_a_table() {
        let page = |path: &str, median_us| PageTime {
            path: path.to_owned(),
            status: 200,
            bytes: 1_000,
            median_us,
            p99_us: median_us,
        };
        let report = RefusalsReport {
            refusals: 100_000,
            rate: 123_456.7,
            good: 100,
            granted: 100,
            entries: 2,
            memory_bytes: (40_000_000, 40_100_000),
            disk_bytes: (500_000, 500_000),
            calm: vec![page("/test/refusals", 300.0)],
            after: vec![page("/test/refusals", 310.0)],
        };
        insta::assert_snapshot!(report, @r"
        100000 refusals against one key, 123457 a second
        the key itself: granted 100 of 100
        remembered as 2 entries
                             before       after
        memory, kB            40000       40100
        disk, kB                500         500
        /test/refusals          300         310  µs
        ");
    }
}
