//! `keystead brand`: what the running server is configured to serve.

use clap::Subcommand;
use wire::brands::Brand;

use crate::failure::Failure;
use crate::remote::{self, Remote};
use crate::report::Report;

/// Brands of a running server.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    remote: remote::Arguments,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the brands
    List,
}

/// Does it.
pub fn run(arguments: Arguments) -> Result<(), Failure> {
    arguments.remote.run(|remote| arguments.command.report(remote))
}

impl Command {
    pub(crate) fn report(self, remote: &Remote) -> Result<Report, Failure> {
        match self {
            Command::List => {
                let brands = remote.list::<Brand>("/brands")?;
                Ok(Report::of(brands.body).table(
                    ["ORG", "COUNTRY", "NAME", "DASHBOARD", "LIVE REQUIRES"],
                    brands.read.into_iter().map(|brand| {
                        let requires = brand.live_requires.join(", ");
                        [brand.org, brand.country, brand.name, brand.dashboard_url, requires]
                    }),
                ))
            }
        }
    }
}
