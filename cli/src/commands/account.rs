//! `keystead account`: opening accounts, and what live mode asks of them.

use clap::Subcommand;
use wire::accounts::{
    Account, NewOwner, OpenAccount, ReturnActivation, ReturnWebsite, SubmitWebsite, VerifyWebsite,
};

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
        /// The address you looked at; if the account has told another one meanwhile, nothing is done
        #[arg(long, value_name = "ADDRESS")]
        address: Option<String>,
    },
    /// Return the website or app that an account told, with what has to be mended
    ReturnWebsite {
        /// The account's id
        account: String,
        /// What has to be mended; the owner reads it
        #[arg(long)]
        reason: String,
        /// The address you looked at; if the account has told another one meanwhile, nothing is done
        #[arg(long, value_name = "ADDRESS")]
        address: Option<String>,
    },
    /// Return the business details that an account told, with what has to be mended
    ReturnActivation {
        /// The account's id
        account: String,
        /// What has to be mended; the owner reads it
        #[arg(long)]
        reason: String,
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
                let told = SubmitWebsite { url: address, ..SubmitWebsite::default() };
                one(remote.post(&format!("/accounts/{account}/website"), &told)?)
            }
            Command::VerifyWebsite { account, address } => {
                let account = id("an account", &account)?;
                let seen = VerifyWebsite { url: address };
                one(remote.post(&format!("/accounts/{account}/website/verify"), &seen)?)
            }
            Command::ReturnWebsite { account, reason, address } => {
                let account = id("an account", &account)?;
                let returned = ReturnWebsite { reason, url: address };
                one(remote.post(&format!("/accounts/{account}/website/return"), &returned)?)
            }
            Command::ReturnActivation { account, reason } => {
                let account = id("an account", &account)?;
                let returned = ReturnActivation { reason };
                one(remote.post(&format!("/accounts/{account}/activation/return"), &returned)?)
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
            let website = account.website.map_or_else(
                || "none".to_owned(),
                |website| format!("{} ({})", website.url, website.state.replace('_', " ")),
            );
            let activated = match (account.activated_at, account.activation) {
                (Some(at), _) => at,
                (None, Some(told)) => format!("no ({})", told.state.replace('_', " ")),
                (None, None) => "no".to_owned(),
            };
            let live = if account.live_ready {
                "possible".to_owned()
            } else {
                format!("need {}", account.missing.join(", "))
            };
            let brand = format!("{}/{}", account.org, account.country);
            [account.id, brand, account.name, activated, website, live]
        }),
    )
}
