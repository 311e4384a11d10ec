//! `keystead migrate`: the schema of this version, on a server that is stopped.

use server::start::{open_store, read_pepper};

use crate::commands::block_on;
use crate::failure::Failure;

/// Which installation.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Data folder
    #[arg(long, value_name = "DIR")]
    data_dir: std::path::PathBuf,
}

/// Brings the database to this version's schema. `serve` does the same when it starts.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let peppers = read_pepper(&arguments.data_dir)?;
    block_on(async { Ok(open_store(&arguments.data_dir, &peppers).await.map(|_| ())?) })?;
    eprintln!("The database in {} has this version's schema.", arguments.data_dir.display());
    Ok(())
}
