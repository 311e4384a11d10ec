//! The schema: the same steps as the embedded database's, under the same numbers and names, in PostgreSQL's words.
//!
//! `keystead migrate` takes the steps; a server takes none. It starts on its own schema and on a later one that says it may, so
//! that the old and the new version serve side by side while a fleet is brought up to date.

use tokio_postgres::error::SqlState;

use super::connect::Connection;
use super::failure::told;
use super::{Postgres, PostgresError};

mod embedded {
    refinery::embed_migrations!("migrations/postgres");
}

/// All migrations of one database, whoever takes them, take this lock first.
const ALONE: &str = "
    BEGIN;
    SELECT pg_advisory_xact_lock(8104212590211)
";

/// What this version finds is what later ones are compared with. See `server.rs`.
const BEGIN_WITH_SERVER: &str = "
    UPDATE feed
       SET server = (SELECT CAST(system_identifier AS TEXT) || '/' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)
                       FROM pg_control_system())
     WHERE id = 1
       AND server IS NULL
";

const APPLIED: &str = "
    SELECT CAST(max(version) AS BIGINT)
      FROM refinery_schema_history
";

/// The oldest schema that a program must know to work on this database: written by a step that takes something away.
const NEEDED: &str = "
    SELECT value
      FROM meta
     WHERE name = 'oldest_schema_served'
";

/// What has become of a database's schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// There is none.
    Missing,
    /// It is an older one.
    Older(i64),
    /// It is this program's.
    Right,
    /// It is a later one that this program can work on.
    Later(i64),
    /// It is a later one that this program must not touch.
    TooNew(i64),
}

/// The number of this program's newest step.
pub fn newest() -> i64 {
    let steps = embedded::migrations::runner();
    steps.get_migrations().iter().map(|step| i64::from(step.version())).max().unwrap_or_default()
}

impl Postgres {
    /// Takes whatever steps are missing. Returns how many there were.
    pub async fn migrate(&self) -> Result<usize, PostgresError> {
        let failed = |error: tokio_postgres::Error| PostgresError::Unreachable(told(&error));
        let alone = self.dedicated().await?;
        self.is_unicode(&alone).await?;
        // The lock and the steps have a connection each: a pooler may share out connections by transaction.
        alone.batch_execute(ALONE).await.map_err(failed)?;
        let mut steps = self.dedicated().await?;
        let report = embedded::migrations::runner().run_async(&mut *steps).await;
        let report = report.map_err(|error| PostgresError::Migration(chain(&error)))?;
        // Where the server does not say which it is, it never does: `keystead doctor` tells.
        let _ = steps.batch_execute(BEGIN_WITH_SERVER).await;
        alone.batch_execute("COMMIT").await.map_err(failed)?;
        Ok(report.applied_migrations().len())
    }

    /// What has become of the schema.
    pub async fn schema(&self) -> Result<Schema, PostgresError> {
        let connection = self.dedicated().await?;
        self.is_unicode(&connection).await?;
        let applied = match connection.query_typed(APPLIED, &[]).await {
            Ok(rows) => rows.first().and_then(|row| row.get::<_, Option<i64>>(0)),
            Err(error) if error.code() == Some(&SqlState::UNDEFINED_TABLE) => None,
            Err(error) => return Err(PostgresError::Unreachable(told(&error))),
        };
        let Some(applied) = applied else { return Ok(Schema::Missing) };
        Ok(match applied.cmp(&newest()) {
            std::cmp::Ordering::Less => Schema::Older(applied),
            std::cmp::Ordering::Equal => Schema::Right,
            std::cmp::Ordering::Greater => {
                let rows = connection.query_typed(NEEDED, &[]).await;
                let rows = rows.map_err(|error| PostgresError::Unreachable(told(&error)))?;
                let needed = rows.first().map(|row| row.get::<_, &[u8]>(0));
                let needed = needed.map(|bytes| bytes.try_into().map(i64::from_be_bytes).unwrap_or(i64::MAX));
                if needed.is_none_or(|needed| needed <= newest()) {
                    Schema::Later(applied)
                } else {
                    Schema::TooNew(applied)
                }
            }
        })
    }

    /// Refuses a schema that this program cannot serve, with what to do.
    pub async fn check_schema(&self) -> Result<(), PostgresError> {
        match self.schema().await? {
            Schema::Right | Schema::Later(_) => Ok(()),
            Schema::Missing => Err(PostgresError::NoSchema),
            Schema::Older(found) => Err(PostgresError::OldSchema { found, newest: newest() }),
            Schema::TooNew(found) => Err(PostgresError::NewSchema { found, newest: newest() }),
        }
    }

    /// Text is compared byte by byte and may be in any language.
    async fn is_unicode(&self, connection: &Connection) -> Result<(), PostgresError> {
        let shown = connection.simple_query("SHOW server_encoding").await;
        let shown = shown.map_err(|error| PostgresError::Unreachable(told(&error)))?;
        let encoding = shown.iter().find_map(|message| match message {
            tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0),
            _ => None,
        });
        match encoding {
            Some("UTF8") => Ok(()),
            other => Err(PostgresError::Encoding(other.unwrap_or_default().to_owned())),
        }
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        line = format!("{line}: {inner}");
        cause = inner.source();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_databases_take_the_same_steps_under_the_same_numbers_and_names() {
        let mut steps: Vec<(i32, String)> = Vec::new();
        for step in embedded::migrations::runner().get_migrations() {
            steps.push((step.version(), step.name().to_owned()));
        }
        assert_eq!(steps, crate::sqlite::steps());
        assert_eq!(
            newest(),
            i64::from(steps.iter().map(|(number, _)| *number).max().expect("there are some"))
        );
    }
}
