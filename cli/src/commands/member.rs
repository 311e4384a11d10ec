//! `keystead member`: who is in an account as what, who is asked to join, and unlocking them.

use clap::Subcommand;
use wire::members::{GiveRole, Invitation, Invite, Member};

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
    /// Invite somebody; they get a letter with a link
    Add {
        /// The account's id
        account: String,
        /// Where the letter goes
        #[arg(long)]
        email: String,
        /// What they would be, such as admin or finance
        #[arg(long)]
        role: String,
    },
    /// List an account's pending invitations
    Invitations {
        /// The account's id
        account: String,
    },
    /// Send a pending invitation again, with a new link
    Resend {
        /// The account's id
        account: String,
        /// The invitation's id
        invitation: String,
    },
    /// Take a pending invitation back
    Cancel {
        /// The account's id
        account: String,
        /// The invitation's id
        invitation: String,
    },
    /// Give a member another role
    Role {
        /// The account's id
        account: String,
        /// The member's user id
        user: String,
        /// The role, such as admin or finance
        role: String,
    },
    /// Make another member the owner; the owner becomes an admin
    MakeOwner {
        /// The account's id
        account: String,
        /// The member's user id
        user: String,
    },
    /// Remove a member
    Remove {
        /// The account's id
        account: String,
        /// The member's user id
        user: String,
    },
    /// Reset the two-factor of a member who lost their phone; owners too
    #[command(name = "reset-2fa")]
    ResetTwoFactor {
        /// The account's id
        account: String,
        /// The member's user id
        user: String,
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
            Command::Add { account, email, role } => {
                let path = format!("/accounts/{}/invitations", id("an account", &account)?);
                let sent = remote.post::<Invitation>(&path, &Invite { email, role })?;
                Ok(invited(Report::of(sent.body), [sent.read]))
            }
            Command::Invitations { account } => {
                let path = format!("/accounts/{}/invitations", id("an account", &account)?);
                let pending = remote.list::<Invitation>(&path)?;
                Ok(invited(Report::of(pending.body), pending.read))
            }
            Command::Resend { account, invitation } => settle(remote, &account, &invitation, "resend"),
            Command::Cancel { account, invitation } => settle(remote, &account, &invitation, "cancel"),
            Command::Role { account, user, role } => {
                let path = of(&account, &user, "role")?;
                let member = remote.post::<Member>(&path, &GiveRole { role })?;
                Ok(table(Report::of(member.body), [member.read]))
            }
            Command::MakeOwner { account, user } => change(remote, &account, &user, "make-owner"),
            Command::Remove { account, user } => change(remote, &account, &user, "remove"),
            Command::ResetTwoFactor { account, user } => change(remote, &account, &user, "reset-two-factor"),
            Command::Unlock { account, user } => change(remote, &account, &user, "unlock"),
        }
    }
}

/// The address of something that is done about a member.
fn of(account: &str, user: &str, what: &str) -> Result<String, Failure> {
    let (account, user) = (id("an account", account)?, id("a user", user)?);
    Ok(format!("/accounts/{account}/members/{user}/{what}"))
}

fn change(remote: &Remote, account: &str, user: &str, what: &str) -> Result<Report, Failure> {
    let member = remote.post::<Member>(&of(account, user, what)?, &nothing())?;
    Ok(table(Report::of(member.body), [member.read]))
}

fn settle(remote: &Remote, account: &str, invitation: &str, what: &str) -> Result<Report, Failure> {
    let (account, invitation) = (id("an account", account)?, id("an invitation", invitation)?);
    let path = format!("/accounts/{account}/invitations/{invitation}/{what}");
    let settled = remote.post::<Invitation>(&path, &nothing())?;
    Ok(invited(Report::of(settled.body), [settled.read]))
}

fn invited(report: Report, invitations: impl IntoIterator<Item = Invitation>) -> Report {
    report.table(
        ["INVITATION", "EMAIL", "ROLE", "STATE", "SENT", "WORKS UNTIL"],
        invitations.into_iter().map(|one| {
            let sent = one.sent_at.unwrap_or_else(|| "not yet".to_owned());
            [one.id, one.email, one.role, one.state, sent, one.expires_at]
        }),
    )
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
