//! `keystead config`: check, print, or write an example.

use clap::Subcommand;
use server::config::Config;

use crate::commands::Source;
use crate::failure::Failure;
use crate::output::line;

/// What to do with the configuration.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say whether the configuration can be used, and what is wrong with it
    Check(Source),
    /// Print the settings in force, without secrets
    Print(Source),
    /// Print a configuration file with every setting explained
    Example,
}

/// Does it.
pub fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Check(source) => {
            let config = source.load()?;
            for warning in config.warnings() {
                eprintln!("warning: {warning}");
            }
            eprintln!("The configuration can be used.");
            Ok(())
        }
        Command::Print(source) => line(source.load()?.redacted().trim_end()),
        Command::Example => line(Config::example().trim_end()),
    }
}
