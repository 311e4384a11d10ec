//! Usage: writing when pairs were last used, out of the way of verification.

use store::{Driver, UsageRow};

use crate::{Engine, EngineError};

impl<D: Driver> Engine<D> {
    /// Writes what verification counted since the last time. Returns how many pairs were used.
    pub async fn flush_usage_once(&self) -> Result<usize, EngineError> {
        let rows: Vec<UsageRow> = self
            .index
            .drain_usage()
            .into_iter()
            .map(|usage| UsageRow { key_id: usage.key_id, last_used_at: usage.last_used_at })
            .collect();
        let used = rows.len();
        if used > 0 {
            self.store.used(rows).await?;
        }
        Ok(used)
    }
}
