//! What is measured, read at each scrape from where it is counted. `docs/operating/metrics.md` lists the same, and a
//! test sees that it does.
//!
//! Labels are words of this program. No key, account, brand or address is ever one. TM-78

use std::fmt;
use std::sync::atomic::Ordering;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{
    DescriptorEncoder, EncodeCounterValue, EncodeGaugeValue, EncodeMetric, NoLabelSet,
};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

use domain::Mode;

use super::Ops;
use crate::meters::Reading;
use crate::process;

pub(super) struct Measured(Ops);

impl Measured {
    pub(super) const fn new(ops: Ops) -> Self {
        Self(ops)
    }
}

impl fmt::Debug for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Measured")
    }
}

impl Collector for Measured {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let mut sheet = Sheet(encoder);
        self.verdicts(&mut sheet)?;
        self.knowledge(&mut sheet)?;
        self.fleet(&mut sheet)?;
        self.listeners(&mut sheet)?;
        self.database(&mut sheet)?;
        self.letters(&mut sheet)?;
        self.process(&mut sheet)
    }
}

impl Measured {
    fn verdicts(&self, sheet: &mut Sheet<'_>) -> fmt::Result {
        let Ops { desk, refusals, .. } = &self.0;
        sheet.counters("verdicts", "Verdicts on presented keys", "verdict", desk.tallies().sums())?;
        sheet.counter("unknown_key_ids", "Requests naming a key id nobody has", refusals.unknown_count())
    }

    /// What this process knows of the pairs, and until when it may say so.
    fn knowledge(&self, sheet: &mut Sheet<'_>) -> fmt::Result {
        let index = self.0.desk.index();
        let (lease, now) = (index.lease(), self.0.clock.uptime());
        sheet.gauge("index_pairs", "Pairs in the index, ended ones included", index.len() as i64)?;
        sheet.gauge("index_position", "Position of the last change in the index", index.position())?;
        sheet.gauge("ready", "1 when this process may vouch", i64::from(index.is_ready(now)))?;
        // Before the first renewal there is no age; leaving the sample out says so.
        let age = lease.age_ms(now).map(seconds);
        sheet.maybe("lease_age_seconds", "Time since knowledge was last complete", age)?;
        let left = seconds(lease.remaining_ms(now));
        sheet.gauge("lease_remaining_seconds", "Time for which this process may still vouch", left)
    }

    /// What this process does as a node.
    fn fleet(&self, sheet: &mut Sheet<'_>) -> fmt::Result {
        let (lease, now) = (self.0.desk.index().lease(), self.0.clock.uptime());
        let fleet = &self.0.meters.fleet;
        let seated = i64::from(fleet.is_seated.load(Ordering::Relaxed));
        sheet.gauge("node_seated", "1 when the fleet lists this process as what runs as its node", seated)?;
        let lost = i64::from(fleet.has_lost_history.load(Ordering::Relaxed));
        let help = "1 when the database lacks changes that were seen of it, or was restored and not finished";
        sheet.gauge("history_lost", help, lost)?;
        let failing = i64::from(fleet.is_journal_failing.load(Ordering::Relaxed));
        sheet.gauge("journal_failing", "1 when the journal cannot be written", failing)?;
        let left = [("test", Mode::Test), ("live", Mode::Live)]
            .map(|(word, mode)| (word, lease.remaining_of_ms(mode, now) / 1_000));
        let help = "Whole seconds for which this process may still vouch for keys of a mode";
        sheet.gauges("vouches_seconds", help, "mode", left)?;
        let lease_ms = fleet.lease_ms.load(Ordering::Relaxed);
        let is_stale = lease.check(now).is_ok() && lease.age_ms(now).is_some_and(|age| lease_ms <= age);
        let help = "1 when the lease is over and this process goes on for serve_stale";
        sheet.gauge("serving_stale", help, i64::from(is_stale))?;
        let offset = fleet.is_clock_known.load(Ordering::Relaxed);
        let offset = offset.then(|| seconds(fleet.clock_offset_ms.load(Ordering::Relaxed)));
        let help = "How far this machine's wall clock is ahead of the database's time";
        sheet.maybe("clock_offset_seconds", help, offset)?;
        let reports = ["taken", "lost"].into_iter().zip(&fleet.reports);
        let reports = reports.map(|(word, count)| (word, count.load(Ordering::Relaxed)));
        sheet.counters("node_reports", "Reports of how far this process is", "outcome", reports)?;
        let failed = fleet.failed_reads.load(Ordering::Relaxed);
        sheet.counter("feed_reads_failed", "Reads of the feed that failed", failed)
    }

    fn listeners(&self, sheet: &mut Sheet<'_>) -> fmt::Result {
        let Ops { meters, desk, .. } = &self.0;
        let ours = ["gateway", "envoy"].map(|name| (name, desk.tallies().open(name) as i64));
        let open = [("public", meters.visitors.size() as i64)].into_iter().chain(ours);
        sheet.gauges("connections", "Open connections", "listener", open)?;
        let help =
            "From waking up until everybody who had asked was answered, gateway listener; one turn in 64";
        sheet.histogram("gateway_turn_duration_seconds", help, &desk.tallies().turns())?;
        sheet.counters("public_answers", "Answers of the public listener", "status", meters.classes())?;
        let help = "From a request's head to its answer's head, public listener";
        sheet.histogram("public_answer_duration_seconds", help, &meters.pages.reading())
    }

    fn database(&self, sheet: &mut Sheet<'_>) -> fmt::Result {
        let meters = &self.0.meters;
        let reads = meters.reads.load(Ordering::Relaxed);
        sheet.counter("database_reads", "Reads that the database was asked for", reads)?;
        let help = "Changes that the database was asked to write";
        sheet.counters("database_commits", help, "outcome", meters.outcomes())?;
        let help = "From asking for a change to having it on disk";
        sheet.histogram("database_commit_duration_seconds", help, &meters.commits.reading())
    }

    fn letters(&self, sheet: &mut Sheet<'_>) -> fmt::Result {
        let Ops { meters, sends, .. } = &self.0;
        let help = "E-mails and text messages that were taken up";
        sheet.counters("letters", help, "fate", meters.fates())?;
        let kept = meters.letters_kept();
        sheet.maybe("letters_owed", "Letters that wait to be sent", kept.map(|(owed, _)| owed))?;
        sheet.maybe("letters_given_up", "Letters that were given up", kept.map(|(_, given_up)| given_up))?;
        let help = "One-time passwords not sent because an allowance was used up; user, account and new_ are of codes to new numbers";
        sheet.counters("codes_not_sent", help, "limit", sends.sums())
    }

    /// What `/proc` does not tell is left out.
    fn process(&self, sheet: &mut Sheet<'_>) -> fmt::Result {
        let memory = process::resident().ok().map(|bytes| bytes as i64);
        sheet.maybe("process_resident_memory_bytes", "Resident memory", memory)?;
        let spent = process::processor_seconds("self").unwrap_or_default();
        sheet.counter(
            "process_cpu_seconds",
            "Processor time, the kernel's for this process included",
            spent,
        )?;
        let files = process::open_files().ok().map(|files| files as i64);
        sheet.maybe("process_open_fds", "Open files and sockets", files)?;
        let most = process::open_files_max().map(|files| i64::try_from(files).unwrap_or(i64::MAX));
        sheet.maybe("process_max_fds", "How many may be open", most)?;
        let age = process::age_seconds(self.0.clock.uptime()).ok();
        sheet.maybe("process_uptime_seconds", "Time since this process was started", age)?;
        let built = [(env!("CARGO_PKG_VERSION"), 1)];
        sheet.gauges("build_info", "1, labelled with what was built", "version", built)
    }
}

fn seconds(millis: i64) -> f64 {
    millis as f64 / 1e3
}

/// Where a scrape is written, family by family. A family without a value is there all the same, so that its
/// description is.
struct Sheet<'a>(DescriptorEncoder<'a>);

impl Sheet<'_> {
    fn counter<N>(&mut self, name: &str, help: &str, value: N) -> fmt::Result
    where
        N: EncodeCounterValue + fmt::Debug,
        ConstCounter<N>: EncodeMetric,
    {
        ConstCounter::new(value).encode(self.0.encode_descriptor(name, help, None, MetricType::Counter)?)
    }

    fn counters(
        &mut self,
        name: &str,
        help: &str,
        label: &str,
        values: impl IntoIterator<Item = (&'static str, u64)>,
    ) -> fmt::Result {
        let mut family = self.0.encode_descriptor(name, help, None, MetricType::Counter)?;
        for (word, value) in values {
            ConstCounter::new(value).encode(family.encode_family(&[(label, word)])?)?;
        }
        Ok(())
    }

    fn gauge<N>(&mut self, name: &str, help: &str, value: N) -> fmt::Result
    where
        N: EncodeGaugeValue,
        ConstGauge<N>: EncodeMetric,
    {
        self.maybe(name, help, Some(value))
    }

    fn maybe<N>(&mut self, name: &str, help: &str, value: Option<N>) -> fmt::Result
    where
        N: EncodeGaugeValue,
        ConstGauge<N>: EncodeMetric,
    {
        let family = self.0.encode_descriptor(name, help, None, MetricType::Gauge)?;
        value.map_or(Ok(()), |value| ConstGauge::new(value).encode(family))
    }

    fn gauges(
        &mut self,
        name: &str,
        help: &str,
        label: &str,
        values: impl IntoIterator<Item = (&'static str, i64)>,
    ) -> fmt::Result {
        let mut family = self.0.encode_descriptor(name, help, None, MetricType::Gauge)?;
        for (word, value) in values {
            ConstGauge::new(value).encode(family.encode_family(&[(label, word)])?)?;
        }
        Ok(())
    }

    fn histogram(&mut self, name: &str, help: &str, reading: &Reading) -> fmt::Result {
        let mut family = self.0.encode_descriptor(name, help, None, MetricType::Histogram)?;
        family.encode_histogram::<NoLabelSet>(reading.sum, reading.count, &reading.steps, None)
    }
}
