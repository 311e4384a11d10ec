//! `keystead member`: who is in an account, and unlocking them.

use clap::Subcommand;
use wire::members::Member;

use crate::failure::Failure;
use crate::remote::{self, Remote, id, nothing};
use crate::report::Report;

/// Members of a running server's accounts.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    remote: remote::Arguments,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List an account's members
    List {
        /// The account's id
        account: String,
    },
    /// Unlock a member who typed too many wrong codes; owners too
    Unlock {
        /// The account's id
        account: String,
        /// The member's user id
        user: String,
    },
}

/// Does it.
pub fn run(arguments: Arguments) -> Result<(), Failure> {
    arguments.remote.run(|remote| arguments.command.report(remote))
}

impl Command {
    pub(crate) fn report(self, remote: &Remote) -> Result<Report, Failure> {
        match self {
            Command::List { account } => {
                let path = format!("/accounts/{}/members", id("an account", &account)?);
                let members = remote.list::<Member>(&path)?;
                Ok(table(Report::of(members.body), members.read))
            }
            Command::Unlock { account, user } => {
                let (account, user) = (id("an account", &account)?, id("a user", &user)?);
                let path = format!("/accounts/{account}/members/{user}/unlock");
                let member = remote.post::<Member>(&path, &nothing())?;
                Ok(table(Report::of(member.body), [member.read]))
            }
        }
    }
}

fn table(report: Report, members: impl IntoIterator<Item = Member>) -> Report {
    report.table(
        ["USER", "NAME", "EMAIL", "ROLE", "MOBILE", "TWO-FACTOR", "LOCKED"],
        members.into_iter().map(|member| {
            let mobile = if member.mobile_verified { "verified" } else { "none" };
            let two_factor = if member.two_factor { "on" } else { "off" };
            let locked = member.locked_at.unwrap_or_else(|| "no".to_owned());
            [
                member.user,
                member.name,
                member.email,
                member.role,
                mobile.to_owned(),
                two_factor.to_owned(),
                locked,
            ]
        }),
    )
}
