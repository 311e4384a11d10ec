//! `keystead init`: a data folder that a server can start on.

use std::path::PathBuf;

use server::clock::{Clock, SystemClock};
use server::random::{RandomSource, SystemRandom};
use server::start::{make_folder, open_store, read_pepper};

use crate::commands::block_on;
use crate::failure::Failure;
use crate::output::{Output, line, print_json};

/// What to make.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Data folder to make
    #[arg(long, value_name = "DIR")]
    data_dir: PathBuf,
    /// How to print the token
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

/// Makes the folder, the pepper and the first operator token, which is printed once.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let folder = &arguments.data_dir;
    make_folder(folder, &SystemRandom)?;
    let peppers = read_pepper(folder)?;
    let token = block_on(async {
        let store = open_store(folder, &peppers).await?;
        let (decision, token) =
            domain::appoint("first", peppers.newest(), SystemClock.now(), &mut *SystemRandom.source())
                .map_err(|refusal| Failure::new(format!("{refusal:?}")))?;
        store.commit(decision, &peppers).await?;
        Ok(token)
    })?;
    let shown = folder.display();
    eprintln!(
        "Made {shown}. Its pepper is {shown}/pepper: copy that file to a safe place that is not where you keep"
    );
    eprintln!("database backups. Without it no key of this installation can ever be verified again.");
    eprintln!();
    eprintln!("The first operator token, shown this once (KEYSTEAD_TOKEN):");
    match arguments.output {
        Output::Table => line(token.reveal())?,
        Output::Json => print_json(&serde_json::json!({ "operator_token": token.reveal() }))?,
    }
    eprintln!();
    eprintln!("Next: keystead serve --config keystead.toml --data-dir {shown}");
    Ok(())
}
