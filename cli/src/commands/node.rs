//! `keystead node`: the processes that verify keys.

use clap::Subcommand;
use wire::nodes::{EnrolNode, EnrolledNode, Node};

use crate::commands::follower::name_in_address;
use crate::failure::Failure;
use crate::remote::{self, Remote, nothing};
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
    /// Enrol a process that only reads from the database, and print its credential, once
    Enrol {
        /// What to call it: one word, such as eu-1
        name: String,
    },
    /// List the nodes, and how far each has come
    List,
    /// Remove a node; what runs as it stops when it reads that
    Remove {
        /// What it is called
        name: String,
    },
}

/// Does it.
pub fn run(arguments: Arguments) -> Result<(), Failure> {
    arguments.remote.run(|remote| arguments.command.report(remote))
}

impl Command {
    pub(crate) fn report(self, remote: &Remote) -> Result<Report, Failure> {
        match self {
            Command::Enrol { name } => {
                let enrolled = remote.post::<EnrolledNode>("/nodes", &EnrolNode { name })?;
                let EnrolledNode { node, credential } = enrolled.read;
                Ok(Report::of(enrolled.body).table(["NODE", "CREDENTIAL"], [[node, credential]]).talk(
                    "Put the credential into a file of the node, name the file in [node] credential_file, and nobody can \
                     show it again.",
                ))
            }
            Command::List => {
                let nodes = remote.list::<Node>("/nodes")?;
                Ok(table(Report::of(nodes.body), nodes.read))
            }
            Command::Remove { name } => {
                let path = format!("/nodes/{}/remove", name_in_address("a node's", &name)?);
                let removed = remote.post::<Node>(&path, &nothing())?;
                let node = removed.read;
                let report =
                    Report::of(removed.body).sentence(format!("{} is not on the list any more.", node.node));
                Ok(match node.vouches_test_ms.max(node.vouches_live_ms) {
                    None => report,
                    Some(span) => report.talk(format!(
                        "A process that ran as it stops when it reads that. Receipts count it for up to {} s more.",
                        span / 1_000 + 1
                    )),
                })
            }
        }
    }
}

/// Further than this a node's clock shall not be from the database's.
const CLOCK_OFFSET_MS_MAX: u64 = 2_000;

fn table(report: Report, nodes: Vec<Node>) -> Report {
    let off = |node: &Node| node.clock_offset_ms.is_some_and(|ms| CLOCK_OFFSET_MS_MAX < ms.unsigned_abs());
    let lost: Vec<String> =
        nodes.iter().filter(|node| node.history_lost).map(|node| node.node.clone()).collect();
    let wrong: Vec<String> = nodes.iter().filter(|node| off(node)).map(|node| node.node.clone()).collect();
    let report = report.table(
        ["NODE", "ROLE", "VERSION", "READY", "POSITION", "PAIRS", "HEARD", "LEASE", "VOUCHES", "CLOCK"],
        nodes.into_iter().map(|node| {
            let seconds = |ms: Option<i64>| ms.map_or(String::new(), |ms| format!("{} s", ms / 1_000));
            let vouches = match (node.vouches_test_ms, node.vouches_live_ms) {
                (test, live) if test == live => seconds(test),
                (test, live) => format!("test {}, live {}", seconds(test), seconds(live)),
            };
            [
                node.node,
                node.role.unwrap_or_else(|| "nothing runs".to_owned()),
                node.version,
                if node.ready { "yes" } else { "no" }.to_owned(),
                node.position.to_string(),
                node.pairs.to_string(),
                node.lease_age_ms.map_or("never".to_owned(), |age| format!("{age} ms ago")),
                seconds(node.lease_ms),
                vouches,
                node.clock_offset_ms.map_or(String::new(), |ms| format!("{ms:+} ms")),
            ]
        }),
    );
    let report = match lost.is_empty() {
        true => report,
        false => report.talk(format!(
            "{} had seen changes that the database does not have. No key is changed until somebody decides: docs/operating/backup.md.",
            lost.join(", ")
        )),
    };
    match wrong.is_empty() {
        true => report,
        false => report.talk(format!(
            "The clock of {} is more than 2 s away from the database's time: set it (chrony, systemd-timesyncd).",
            wrong.join(", ")
        )),
    }
}
