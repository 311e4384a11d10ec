//! The primary: what is newest is read where it was written.

use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Row};

use super::failure::Trouble;

/// Whether a server repeats what another one wrote.
const IS_STANDBY: &str = "
    SELECT pg_is_in_recovery()
";

/// The installation of PostgreSQL, and its timeline, which is another one from the moment of each promotion and each recovery to
/// a point in time.
pub(super) const SERVER: &str = "
    SELECT CAST(system.system_identifier AS TEXT) || '/' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8),
           feed.server
      FROM pg_control_system() AS system
      JOIN feed ON feed.id = 1
";

/// Reads from a server that is no standby at that moment: behind a pooler each transaction may be another server's.
pub(super) async fn from_primary(
    client: &Client,
    sql: &str,
    params: &[(&(dyn ToSql + Sync), Type)],
) -> Result<Vec<Row>, Trouble> {
    // Sent together, answered in turn.
    let (begun, standby, rows, ended) = tokio::join!(
        client.batch_execute("BEGIN READ ONLY"),
        client.query_typed(IS_STANDBY, &[]),
        client.query_typed(sql, params),
        client.batch_execute("COMMIT"),
    );
    let of = |error| Trouble::of(&error);
    begun.map_err(of)?;
    if standby.map_err(of)?.first().is_none_or(|row| row.get(0)) {
        return Err(Trouble::Lost("it is a standby".to_owned()));
    }
    let rows = rows.map_err(of)?;
    ended.map_err(of)?;
    Ok(rows)
}
