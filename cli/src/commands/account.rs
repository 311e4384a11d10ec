//! `keystead account`: opening accounts, and what live mode asks of them.

use clap::Subcommand;
use wire::accounts::{Account, NewOwner, OpenAccount, SubmitWebsite};

use crate::failure::Failure;
use crate::remote::{self, Answer, Remote, id, nothing};
use crate::report::Report;

/// Accounts of a running server.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    remote: remote::Arguments,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Open an account; its owner gets a letter
    Create {
        /// The brand's org, such as razorpay
        #[arg(long)]
        org: String,
        /// The brand's country, such as IN
        #[arg(long)]
        country: String,
        /// What to call the account
        #[arg(long)]
        name: String,
        /// What to call its owner
        #[arg(long)]
        owner_name: String,
        /// The owner's e-mail address
        #[arg(long)]
        owner_email: String,
        /// A mobile number of the owner that you vouch for
        #[arg(long)]
        owner_mobile: Option<String>,
    },
    /// List all accounts
    List,
    /// Activate an account
    Activate {
        /// The account's id
        account: String,
    },
    /// Tell an account's website or app
    Website {
        /// The account's id
        account: String,
        /// Its full address, with its scheme in front
        address: String,
    },
    /// Verify the website or app that an account told
    VerifyWebsite {
        /// The account's id
        account: String,
    },
}

/// Does it.
pub fn run(arguments: Arguments) -> Result<(), Failure> {
    arguments.remote.run(|remote| arguments.command.report(remote))
}

impl Command {
    pub(crate) fn report(self, remote: &Remote) -> Result<Report, Failure> {
        match self {
            Command::Create { org, country, name, owner_name, owner_email, owner_mobile } => {
                let owner = NewOwner { name: owner_name, email: owner_email, mobile: owner_mobile };
                one(remote.post("/accounts", &OpenAccount { org, country, name, owner })?)
            }
            Command::List => {
                let accounts = remote.list::<Account>("/accounts")?;
                Ok(table(Report::of(accounts.body), accounts.read))
            }
            Command::Activate { account } => {
                let account = id("an account", &account)?;
                one(remote.post(&format!("/accounts/{account}/activate"), &nothing())?)
            }
            Command::Website { account, address } => {
                let account = id("an account", &account)?;
                one(remote.post(&format!("/accounts/{account}/website"), &SubmitWebsite { url: address })?)
            }
            Command::VerifyWebsite { account } => {
                let account = id("an account", &account)?;
                one(remote.post(&format!("/accounts/{account}/website/verify"), &nothing())?)
            }
        }
    }
}

fn one(answer: Answer<Account>) -> Result<Report, Failure> {
    Ok(table(Report::of(answer.body), [answer.read]))
}

fn table(report: Report, accounts: impl IntoIterator<Item = Account>) -> Report {
    report.table(
        ["ACCOUNT", "BRAND", "NAME", "ACTIVATED", "WEBSITE", "LIVE KEYS"],
        accounts.into_iter().map(|account| {
            let website = match account.website {
                None => "none".to_owned(),
                Some(website) if website.verified_at.is_some() => format!("{} (verified)", website.url),
                Some(website) => format!("{} (in review)", website.url),
            };
            let live = if account.live_ready {
                "possible".to_owned()
            } else {
                format!("need {}", account.missing.join(", "))
            };
            let brand = format!("{}/{}", account.org, account.country);
            [
                account.id,
                brand,
                account.name,
                account.activated_at.unwrap_or_else(|| "no".to_owned()),
                website,
                live,
            ]
        }),
    )
}
