//! `keystead backup`: the database of an installation as one file, beside a running server. Never the pepper.

use std::path::{Path, PathBuf};

use server::backup::back_up;
use server::clock::{Clock, SystemClock};
use server::installation::Installation;
use server::random::SystemRandom;
use store::Backup;

use crate::commands::block_on;
use crate::failure::Failure;
use crate::output::Output;
use crate::report::Report;

/// What is backed up, and where to.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Data folder; its pepper checks the audit, and its database is taken if there is no other
    #[arg(long, value_name = "DIR", required_unless_present = "database_url")]
    data_dir: Option<PathBuf>,
    /// The database, if that is on PostgreSQL and not in the folder
    #[arg(long, value_name = "URL", env = "KEYSTEAD__DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// The file to write: not there yet, and not in a folder that holds the pepper
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// How to print what is in it
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

/// Does it.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let folder = arguments.data_dir.as_deref().unwrap_or(Path::new(""));
    let installation = Installation::new(folder, arguments.database_url.clone().map(Into::into));
    let began = SystemClock.nanoseconds();
    let backup = block_on(async {
        Ok(back_up(&installation, &arguments.to, SystemClock.now(), &SystemRandom).await?)
    })?;
    let seconds = (SystemClock.nanoseconds() - began) as f64 / 1e9;
    let checked = match backup.chain {
        Some(_) => "every table was counted and the audit chain holds",
        None => {
            "every table was counted; the audit chain was not checked, because there is no pepper in the data folder"
        }
    };
    eprintln!("Backed up to {} in {seconds:.1} s; {checked}.", arguments.to.display());
    eprintln!("It holds no pepper and is of no use without it: keep both, in different places.");
    report(&backup).print(arguments.output)
}

/// What a backup says of itself.
pub fn report(backup: &Backup) -> Report {
    let tables: Vec<_> = backup
        .tables
        .iter()
        .map(|(table, rows)| serde_json::json!({ "table": table, "rows": rows }))
        .collect();
    let told = serde_json::json!({
        "incarnation": backup.incarnation.to_string(),
        "position": backup.position,
        "taken_at_ms": backup.taken_at.map(|at| at.as_millis()),
        "schema": backup.schema,
        "tables": tables,
        "audit_entries": backup.chain.as_ref().map(|chain| chain.entries),
    });
    let rows = backup.tables.iter().map(|(table, rows)| [table.clone(), rows.to_string()]);
    Report::of(told.to_string()).table(["TABLE", "ROWS"], rows)
}
