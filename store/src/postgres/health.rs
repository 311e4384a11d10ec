//! How a server is set up, as far as it matters here: for whoever runs it, not for any decision.

use std::time::Duration;

use domain::Timestamp;
use tokio::time::timeout;

use super::failure::told;
use super::{Postgres, PostgresError};
use crate::driver::Driver;
use crate::value::params;

const ASKED: &str = "
    SELECT current_setting('server_version'),
           current_setting('transaction_read_only'),
           current_setting('synchronous_commit'),
           current_setting('fsync'),
           current_setting('full_page_writes'),
           current_setting('synchronous_standby_names'),
           CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS BIGINT),
           CAST(has_table_privilege(current_user, 'feed', 'UPDATE') AS INTEGER),
           CAST(COALESCE((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS INTEGER)
";

/// Notified to whoever listens: a position that everybody has.
const NOTHING_NEW: i64 = 0;
const HEARD_WITHIN: Duration = Duration::from_millis(200);
const TOLD: u32 = 15;

/// The server's clock, not the beginning of a transaction.
pub(super) const TIME: &str = "
    SELECT CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS bigint)
";

/// How a server is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Its version.
    pub version: String,
    /// Whether it takes writes.
    pub is_writable: bool,
    /// Whether this user may write.
    pub may_write: bool,
    /// Whether this connection is encrypted; behind a pooler, the pooler's.
    pub is_encrypted: bool,
    /// What it waits for before it acknowledges a commit. Where this is `off`, Keystead asks for `on`.
    pub synchronous_commit: String,
    /// The standbys it waits for; empty for none.
    pub synchronous_standbys: String,
    /// Whether what it wrote is on its disk.
    pub fsync: bool,
    /// Whether its pages survive being torn.
    pub full_page_writes: bool,
    /// Its clock.
    pub clock: Timestamp,
}

impl Postgres {
    /// Asks the server how it is set up.
    pub async fn health(&self) -> Result<Health, PostgresError> {
        let connection = self.dedicated().await?;
        let rows = connection.query_typed(ASKED, &[]).await;
        let rows = rows.map_err(|error| PostgresError::Unreachable(told(&error)))?;
        let row = rows.first().ok_or_else(|| PostgresError::Unreachable("it answered nothing".to_owned()))?;
        let is_on = |column: usize| row.get::<_, &str>(column) == "on";
        Ok(Health {
            version: row.get(0),
            is_writable: !is_on(1),
            synchronous_commit: row.get(2),
            fsync: is_on(3),
            full_page_writes: is_on(4),
            synchronous_standbys: row.get(5),
            clock: Timestamp::from_millis(row.get(6)),
            may_write: row.get::<_, i32>(7) == 1,
            is_encrypted: row.get::<_, i32>(8) == 1,
        })
    }

    /// Whether a hint comes back. Behind a pooler that shares out connections by transaction it does not.
    pub async fn hints_arrive(&self) -> bool {
        let Some(mut heard) = self.hints() else { return false };
        for _ in 0..TOLD {
            // Whether it could be told shows in whether it is heard.
            let _ = self.rows(super::hints::TELL, params![NOTHING_NEW.to_string()]).await;
            if matches!(timeout(HEARD_WITHIN, heard.changed()).await, Ok(Ok(()))) {
                return true;
            }
        }
        false
    }
}
