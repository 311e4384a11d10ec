//! `keystead node`: the processes that verify keys.

use clap::Subcommand;
use wire::nodes::Node;

use crate::failure::Failure;
use crate::remote::{self, Remote};
use crate::report::Report;

/// Nodes of a running installation.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    remote: remote::Arguments,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the nodes
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
                let nodes = remote.list::<Node>("/nodes")?;
                Ok(Report::of(nodes.body).table(
                    ["NODE", "VERSION", "READY", "POSITION", "PAIRS", "HEARD FROM THE DATABASE"],
                    nodes.read.into_iter().map(|node| {
                        let ready = if node.ready { "yes" } else { "no" };
                        let heard =
                            node.lease_age_ms.map_or("never".to_owned(), |age| format!("{age} ms ago"));
                        let (position, pairs) = (node.position.to_string(), node.pairs.to_string());
                        [node.node, node.version, ready.to_owned(), position, pairs, heard]
                    }),
                ))
            }
        }
    }
}
