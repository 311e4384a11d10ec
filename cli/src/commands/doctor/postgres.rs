//! What `keystead doctor` says of a database on PostgreSQL.

use domain::{Duration, Timestamp};
use server::clock::{Clock, SystemClock};
use server::config::Standby;
use store::{Driver as _, Health, Postgres, PostgresError, Schema, newest_schema};

use super::{Finding, right, wrong};

/// Clocks that are further apart would make deadlines differ between processes.
const CLOCKS_APART_MAX: Duration = Duration::from_millis(2_000);

/// Looks at a server. Returns whether it can be used.
pub async fn examine(postgres: &Postgres, standby: Standby, findings: &mut Vec<Finding>) -> bool {
    let schema = postgres.schema().await;
    let usable = match schema {
        Ok(Schema::Right) => right("schema", format!("number {}, this version's", newest_schema())),
        Ok(Schema::Later(found)) => right(
            "schema",
            format!(
                "number {found}, of a later version that this one (number {}) may serve beside",
                newest_schema()
            ),
        ),
        Ok(Schema::Missing | Schema::Older(_)) => {
            let found = "there is none, or an older version's".to_owned();
            wrong("schema", found, "run `keystead migrate --database-url URL`; servers may go on meanwhile")
        }
        Ok(Schema::TooNew(found)) => wrong(
            "schema",
            format!("number {found}, which this version (number {}) must not touch", newest_schema()),
            "start the later version",
        ),
        Err(error) => {
            findings.push(unreachable(postgres, &error));
            return false;
        }
    };
    let is_usable = usable.is_well();
    findings.push(usable);
    if !is_usable {
        return false;
    }
    let before = SystemClock.now();
    match postgres.health().await {
        Ok(health) => {
            let now = middle(before, SystemClock.now());
            findings.extend(healthy(postgres.shown(), &health, standby, now));
            if health.may_write && postgres.server().await.is_ok_and(|server| server.is_none()) {
                let found = "this user may not ask which server it is talking to, so receipts after a failover do not count with nodes \
                             that the new primary never heard of";
                let hint = "GRANT EXECUTE ON FUNCTION pg_control_system(), pg_current_wal_insert_lsn(), pg_walfile_name(pg_lsn) TO this user";
                findings.push(wrong("failover", found.to_owned(), hint));
            }
        }
        Err(error) => {
            findings.push(unreachable(postgres, &error));
            return false;
        }
    }
    findings.push(if postgres.hints_arrive().await {
        right("database hints", "a change is told to every process at once".to_owned())
    } else {
        let found =
            "none arrive, as behind PgBouncer in transaction mode; every process asks regularly instead";
        right("database hints", found.to_owned())
    });
    true
}

fn unreachable(postgres: &Postgres, error: &PostgresError) -> Finding {
    let hint = "see that a primary runs at one of the hosts, that its pg_hba.conf lets this user in, and that sslmode fits";
    wrong("database", format!("{}: {error}", postgres.shown()), hint)
}

fn middle(before: Timestamp, after: Timestamp) -> Timestamp {
    Timestamp::from_millis(before.as_millis().midpoint(after.as_millis()))
}

fn healthy(shown: &str, health: &Health, standby: Standby, now: Timestamp) -> Vec<Finding> {
    let said = format!("{shown}, PostgreSQL {}", health.version);
    let rights =
        if health.may_write { "this user may write" } else { "this user may only read: verify keys here" };
    let way = if health.is_encrypted { "encrypted" } else { "not encrypted" };
    let apart = health.clock.as_millis().saturating_sub(now.as_millis());
    vec![
        if health.is_writable {
            right("database", format!("{said}, {way}; {rights}"))
        } else {
            let hint = "name the primary's host in the URL too; target_session_attrs is always read-write";
            wrong("database", format!("{said}: it takes no writes"), hint)
        },
        if !health.fsync || !health.full_page_writes {
            let found = "fsync or full_page_writes is off".to_owned();
            wrong(
                "durability",
                found,
                "turn both on in postgresql.conf: a power loss can destroy the database",
            )
        } else if standby == Standby::Synchronous && !waits_for_standby(health) {
            let hint = "set synchronous_standby_names (with Patroni: synchronous_mode) and synchronous_commit = on, or write database_standby = \"asynchronous\"";
            wrong(
                "durability",
                "database_standby is \"synchronous\", and this server waits for no standby".to_owned(),
                hint,
            )
        } else {
            right("durability", durable(health))
        },
        if apart.unsigned_abs() <= CLOCKS_APART_MAX.as_millis().unsigned_abs() {
            right("database clock", format!("{apart} ms from this machine's"))
        } else {
            let hint = "let both machines follow a time server: deadlines are told by the database's clock";
            wrong("database clock", format!("{apart} ms from this machine's"), hint)
        },
    ]
}

/// Whether a commit is on a standby before it is acknowledged. Where it is `off`, Keystead asks for `on`.
fn waits_for_standby(health: &Health) -> bool {
    health.synchronous_commit != "local" && !health.synchronous_standbys.is_empty()
}

fn durable(health: &Health) -> String {
    let commit = match health.synchronous_commit.as_str() {
        "off" => "synchronous_commit is off, so Keystead asks for on".to_owned(),
        setting => format!("synchronous_commit is {setting}"),
    };
    if health.synchronous_standbys.is_empty() {
        format!("{commit}; no synchronous standby, so a failover may lose the last changes")
    } else {
        format!("{commit}; synchronous standbys: {}", health.synchronous_standbys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn health() -> Health {
        Health {
            version: "15.18".to_owned(),
            is_writable: true,
            may_write: true,
            is_encrypted: true,
            synchronous_commit: "on".to_owned(),
            synchronous_standbys: "ANY 1 (*)".to_owned(),
            fsync: true,
            full_page_writes: true,
            clock: Timestamp::from_millis(10_000),
        }
    }

    fn wrong_points(health: &Health, now: i64) -> Vec<&'static str> {
        wrong_points_with(health, Standby::Asynchronous, now)
    }

    fn wrong_points_with(health: &Health, standby: Standby, now: i64) -> Vec<&'static str> {
        let findings = healthy("postgres://db1:5432/keystead", health, standby, Timestamp::from_millis(now));
        findings.iter().filter(|one| !one.is_well()).map(|one| one.what).collect()
    }

    #[test]
    fn what_endangers_data_or_deadlines_is_wrong_and_nothing_else() {
        assert!(wrong_points(&health(), 10_000).is_empty());
        assert!(wrong_points(&health(), 12_000).is_empty());
        assert_eq!(wrong_points(&health(), 12_001), ["database clock"]);
        assert_eq!(wrong_points(&health(), 7_999), ["database clock"]);
        assert_eq!(wrong_points(&Health { fsync: false, ..health() }, 10_000), ["durability"]);
        assert_eq!(wrong_points(&Health { full_page_writes: false, ..health() }, 10_000), ["durability"]);
        assert_eq!(wrong_points(&Health { is_writable: false, ..health() }, 10_000), ["database"]);
        let verifies = Health { may_write: false, is_encrypted: false, ..health() };
        assert!(wrong_points(&verifies, 10_000).is_empty(), "a node that only verifies needs no more");
        let lax =
            Health { synchronous_commit: "off".to_owned(), synchronous_standbys: String::new(), ..health() };
        assert!(wrong_points(&lax, 10_000).is_empty());
        assert_eq!(wrong_points_with(&lax, Standby::Synchronous, 10_000), ["durability"]);
        assert!(wrong_points_with(&health(), Standby::Synchronous, 10_000).is_empty());
        let local = Health { synchronous_commit: "local".to_owned(), ..health() };
        assert_eq!(wrong_points_with(&local, Standby::Synchronous, 10_000), ["durability"]);
        assert!(durable(&lax).contains("asks for on") && durable(&lax).contains("may lose the last changes"));
    }
}
