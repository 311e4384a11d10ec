//! Commands, one file each.

pub mod account;
pub mod audit;
pub mod backup;
pub mod bench;
pub mod brand;
pub mod config;
pub mod demo;
pub mod docs;
pub mod doctor;
pub mod follower;
pub mod health;
pub mod init;
pub mod key;
pub mod member;
pub mod migrate;
pub mod node;
pub mod operator;
pub mod pepper;
pub mod receipt;
pub mod restore;
pub mod serve;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use server::config::{Config, Flags};
use server::installation::Installation;

use crate::failure::Failure;

/// Where the configuration comes from.
#[derive(Debug, Default, clap::Args)]
pub struct Source {
    /// Configuration file
    #[arg(long, value_name = "FILE", env = "KEYSTEAD_CONFIG")]
    pub config: Option<PathBuf>,
    /// Data folder
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Database of a fleet; without it the embedded one in the data folder
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
    /// What this process does: all, control or verify
    #[arg(long, value_name = "ROLE")]
    pub role: Option<String>,
}

impl Source {
    /// Reads file, environment and flags.
    pub fn load(self) -> Result<Config, Failure> {
        let environment: Vec<(String, String)> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let flags = Flags {
            data_dir: self.data_dir,
            database_url: self.database_url.map(Into::into),
            role: self.role,
        };
        Config::load(self.config.as_deref(), &environment, flags).map_err(|error| {
            Failure::new(error.to_string())
                .hint("`keystead config example` prints a file with every setting explained")
        })
    }
}

/// Which installation, for commands that read no configuration.
#[derive(Debug, clap::Args)]
pub struct Place {
    /// Data folder
    #[arg(long, value_name = "DIR")]
    pub data_dir: PathBuf,
    /// Its database, if that is on PostgreSQL and not in the folder
    #[arg(long, value_name = "URL", env = "KEYSTEAD__DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
}

impl Place {
    /// The installation.
    pub fn installation(&self) -> Installation {
        Installation::new(&self.data_dir, self.database_url.clone().map(Into::into))
    }
}

/// Runs what a server or an engine does.
pub fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    server::process::runtime()?.block_on(work)
}
