//! Usage: writing when pairs were last used, out of the way of verification.

use store::{Driver, UsageRow};

use crate::{Engine, EngineError};

impl<D: Driver> Engine<D> {
    /// Writes what verification counted since the last time. Returns how many pairs were used.
    pub async fn flush_usage_once(&self) -> Result<usize, EngineError> {
        let usage = self.index.drain_usage();
        if usage.is_empty() {
            return Ok(0);
        }
        let rows = usage.iter().map(|used| UsageRow { key_id: used.key_id, last_used_at: used.last_used_at });
        if let Err(error) = self.store.used(rows.collect()).await {
            self.index.give_back(&usage);
            return Err(error.into());
        }
        Ok(usage.len())
    }
}
