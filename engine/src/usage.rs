//! Usage: writing when and from where pairs were last used, out of the way of verification.

use domain::{Network, Pair, Timestamp};
use store::{Driver, UsageRow};

use crate::{Engine, EngineError};

impl<D: Driver> Engine<D> {
    /// When a pair was last used, and from where as far as anybody told. Verification knows of uses that are not written yet.
    pub fn last_use(&self, pair: &Pair) -> Option<(Timestamp, Option<Network>)> {
        let written = pair.last_used_at.map(|at| (at, pair.last_used_from));
        let known = self.index.last_use(&pair.key_id);
        [written, known].into_iter().flatten().max_by_key(|(at, _)| *at)
    }

    /// Writes what verification counted since the last time. Returns how many pairs were used.
    pub async fn flush_usage_once(&self) -> Result<usize, EngineError> {
        let usage = self.index.drain_usage();
        if usage.is_empty() {
            return Ok(0);
        }
        let rows = usage.iter().map(|used| UsageRow {
            key_id: used.key_id,
            last_used_at: used.last_used_at,
            last_used_from: used.last_used_from,
        });
        if let Err(error) = self.store.used(rows.collect()).await {
            self.index.give_back(&usage);
            return Err(error.into());
        }
        Ok(usage.len())
    }
}
