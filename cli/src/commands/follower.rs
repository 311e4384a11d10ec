//! `keystead follower`: services that verify in their own process, and may follow the feed for that.

use clap::Subcommand;
use wire::followers::{AdmitFollower, AdmittedFollower, Follower};

use crate::failure::Failure;
use crate::remote::{self, Remote, nothing};
use crate::report::Report;

/// Followers of a running server.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    remote: remote::Arguments,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Admit a service and print its token, once
    Add {
        /// What to call it: one word, such as payments-eu; a name is never given twice
        name: String,
    },
    /// List all followers, and how far each has come
    List,
    /// Revoke a follower's token
    Revoke {
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
            Command::Add { name } => {
                let admitted = remote.post::<AdmittedFollower>("/followers", &AdmitFollower { name })?;
                let AdmittedFollower { follower, token } = admitted.read;
                Ok(Report::of(admitted.body).table(["FOLLOWER", "TOKEN"], [[follower.name, token]]))
            }
            Command::List => {
                let followers = remote.list::<Follower>("/followers")?;
                Ok(table(Report::of(followers.body), followers.read))
            }
            Command::Revoke { name } => {
                let path = format!("/followers/{}/revoke", name_in_address("a follower's", &name)?);
                let revoked = remote.post::<Follower>(&path, &nothing())?;
                Ok(table(Report::of(revoked.body), [revoked.read]))
            }
        }
    }
}

/// A name as it may stand in an address. Anything else would name something else there.
pub(crate) fn name_in_address<'a>(whose: &str, name: &'a str) -> Result<&'a str, Failure> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    if name.bytes().all(plain) && name.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
        Ok(name)
    } else {
        Err(Failure::usage(format!("`{name}` is not {whose} name"))
            .hint("it is one word of letters, digits, dots and dashes; `list` names all of them"))
    }
}

fn table(report: Report, followers: impl IntoIterator<Item = Follower>) -> Report {
    report.table(
        ["FOLLOWER", "SINCE", "STATE", "LAST ASKED", "KNOWS UP TO"],
        followers.into_iter().map(|follower| {
            let state = follower.revoked_at.map_or("follows".to_owned(), |at| format!("revoked {at}"));
            let asked = follower.asked_at.unwrap_or_else(|| "not since the server started".to_owned());
            let position = follower.position.map_or(String::new(), |position| position.to_string());
            [follower.name, follower.created_at, state, asked, position]
        }),
    )
}
