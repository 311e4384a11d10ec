//! `keystead migrate`: the schema of this version; and the way of a whole installation from the embedded database to PostgreSQL.

use std::path::{Path, PathBuf};

use server::installation::Installation;
use server::random::SystemRandom;
use server::start::read_pepper;
use store::{Postgres, Relocated};

use crate::commands::block_on;
use crate::failure::Failure;
use crate::output::Output;
use crate::report::Report;

/// Which database, and whether it takes another one over.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Data folder whose embedded database is to be migrated; its server must be stopped
    #[arg(
        long,
        value_name = "DIR",
        conflicts_with = "from_data_dir",
        required_unless_present = "database_url"
    )]
    data_dir: Option<PathBuf>,
    /// Database on PostgreSQL to be migrated; servers may go on
    #[arg(long, value_name = "URL", env = "KEYSTEAD__DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// Copy the embedded database of this folder into the one on PostgreSQL, which has to be empty; its server must be stopped
    #[arg(long, value_name = "DIR", requires = "database_url")]
    from_data_dir: Option<PathBuf>,
    /// How to print what was copied
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

/// Brings a database to this version's schema, or copies one. A server does the first by itself, for the embedded database only.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let folder = arguments.data_dir.as_deref().or(arguments.from_data_dir.as_deref());
    let url = arguments.database_url.clone().map(Into::into);
    let installation = Installation::new(folder.unwrap_or(Path::new("")), url);
    block_on(async {
        match (installation.postgres(&SystemRandom)?, &arguments.from_data_dir) {
            (Some(postgres), Some(from)) => take_over(&postgres, from, arguments.output).await,
            (Some(postgres), None) => {
                let steps = postgres.migrate().await?;
                eprintln!(
                    "The database {} has this version's schema ({steps} steps were taken).",
                    postgres.shown()
                );
                Ok(())
            }
            (None, _) => {
                let peppers = read_pepper(installation.folder())?;
                installation.open_store(&peppers, &SystemRandom).await?;
                eprintln!("The database in {} has this version's schema.", installation.folder().display());
                Ok(())
            }
        }
    })
}

async fn take_over(postgres: &Postgres, from: &Path, output: Output) -> Result<(), Failure> {
    let peppers = read_pepper(from)?;
    let moved = postgres.take_over(from, &peppers).await?;
    let shown = from.display();
    eprintln!(
        "The installation of {shown} is on {} now; every table was counted and the audit chain holds.",
        postgres.shown()
    );
    eprintln!(
        "Start it with that database URL. Put {shown}/keystead.db away: started without the URL, a server would serve it as"
    );
    eprintln!("it was, with every pair that is ended from now on.");
    report(&moved).print(output)
}

fn report(moved: &Relocated) -> Report {
    let tables: Vec<_> = moved
        .tables
        .iter()
        .map(|(table, rows)| serde_json::json!({ "table": table, "rows": rows }))
        .collect();
    let told = serde_json::json!({ "tables": tables, "audit_entries": moved.chain.entries });
    let rows = moved.tables.iter().map(|(table, rows)| [table.clone(), rows.to_string()]);
    Report::of(told.to_string()).table(["TABLE", "ROWS"], rows)
}
