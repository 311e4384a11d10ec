//! What is measured, read at each scrape from where it is counted.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

use super::Ops;

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
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let Ops { desk, refusals, sends, clock } = &self.0;
        let index = desk.index();
        let now = clock.uptime();

        let mut verdicts =
            encoder.encode_descriptor("verdicts", "Verdicts on presented keys", None, MetricType::Counter)?;
        for (verdict, count) in desk.tallies().sums() {
            let labels = [("verdict", verdict)];
            ConstCounter::new(count).encode(verdicts.encode_family(&labels)?)?;
        }
        let unknown = ConstCounter::new(refusals.unknown_count());
        unknown.encode(encoder.encode_descriptor(
            "unknown_key_ids",
            "Requests naming a key id nobody has",
            None,
            MetricType::Counter,
        )?)?;

        let help = "One-time passwords not sent because an allowance was used up; user, account and new_ are of codes to new numbers";
        let mut not_sent = encoder.encode_descriptor("codes_not_sent", help, None, MetricType::Counter)?;
        for (limit, count) in sends.sums() {
            let labels = [("limit", limit)];
            ConstCounter::new(count).encode(not_sent.encode_family(&labels)?)?;
        }

        let mut gauge = |name: &str, help: &str, value: i64| {
            let metric = ConstGauge::new(value);
            metric.encode(encoder.encode_descriptor(name, help, None, MetricType::Gauge)?)
        };
        gauge("index_pairs", "Pairs in the index, ended ones included", index.len() as i64)?;
        gauge("index_position", "Position of the last change in the index", index.position())?;
        gauge("ready", "1 when this process may vouch", i64::from(index.lease().check(now).is_ok()))?;
        // Before the first renewal there is no age; leaving the metric out says so.
        if let Some(age) = index.lease().age_ms(now) {
            gauge("lease_age_milliseconds", "Time since knowledge was last complete", age)?;
        }
        Ok(())
    }
}
