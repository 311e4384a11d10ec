//! `keystead audit`: check the chain, or export it. The database is read whether or not a server is using it; an export can
//! come from a running server as well, and looks the same.

use std::path::PathBuf;

use clap::Subcommand;
use server::installation::Installation;
use server::random::SystemRandom;
use server::start::read_pepper;
use store::{Database, Store};
use wire::audit::AuditEntry;
use wire::hex::hex;
use wire::page::Page;

use crate::commands::{Place, block_on};
use crate::failure::Failure;
use crate::output::{Output, line, print_json};
use crate::remote::{self, Remote, id};
use crate::report::Report;

/// Entries read at a time.
const AT_A_TIME: i64 = 1_000;

/// What to do with the audit.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Walk the whole chain and say whether anything was changed or is missing
    Verify {
        #[command(flatten)]
        place: Place,
        /// The head that an earlier check printed; also says whether the chain still contains it
        #[arg(long, value_name = "NUMBER:LINK")]
        contains: Option<String>,
        /// How to print the verdict
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Print every entry, one JSON object a line
    Export {
        /// Data folder; without it a running server is asked
        #[arg(long, value_name = "DIR")]
        data_dir: Option<PathBuf>,
        /// Its database, if that is on PostgreSQL and not in the folder
        #[arg(long, value_name = "URL", env = "KEYSTEAD__DATABASE_URL", hide_env_values = true)]
        database_url: Option<String>,
        /// Only entries of this account
        #[arg(long)]
        account: Option<String>,
        #[command(flatten)]
        remote: remote::Arguments,
    },
}

/// Does it.
pub fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Verify { place, contains, output } => {
            verify(&place.installation(), contains.as_deref(), output)
        }
        Command::Export { data_dir: Some(folder), database_url, account, .. } => {
            let installation = Installation::new(&folder, database_url.map(Into::into));
            export(&installation, account.as_deref())
        }
        Command::Export { data_dir: None, account, remote, .. } => {
            remote.run(|remote| export_from(remote, account.as_deref()))
        }
    }
}

fn verify(installation: &Installation, contains: Option<&str>, output: Output) -> Result<(), Failure> {
    let peppers = read_pepper(installation.folder())?;
    let (report, broken) = block_on(async {
        let store = installation.open_to_read(&SystemRandom).await?;
        let fits = store.audit_verdict(&peppers).await?;
        let report = fits.map_err(|misfit| {
            Failure::new(misfit.to_string()).hint("put back the pepper file that belongs to this database")
        })?;
        let broken = match (&report.broken, contains) {
            (None, Some(known)) => missing_head(&store, known).await?,
            (broken, _) => broken.clone(),
        };
        Ok((report, broken))
    })?;
    let head = format!("{}:{}", report.entries, hex(&report.head));
    match output {
        Output::Json => print_json(&serde_json::json!({
            "whole": broken.is_none(), "entries": report.entries, "head": head, "broken": broken,
        }))?,
        Output::Table => line(&format!("{} entries, head {head}", report.entries))?,
    }
    match broken {
        None => Ok(()),
        Some(what) => Err(Failure::new(format!("the audit chain is broken: {what}"))
            .hint("keep a copy of the database as evidence, and compare it with your last backup or export")),
    }
}

/// What is wrong if the chain does not contain a head that was printed earlier.
async fn missing_head(store: &Store<Database>, known: &str) -> Result<Option<String>, Failure> {
    let wrong = || Failure::usage("--contains takes a head as an earlier check printed it: NUMBER:LINK");
    let (number, link) = known.split_once(':').ok_or_else(wrong)?;
    let number: i64 = number.parse().map_err(|_| wrong())?;
    if number == 0 {
        return Ok(None);
    }
    let found = store.audit(number - 1, 1).await?;
    Ok(match found.first() {
        Some(entry) if entry.sequence == number && hex(&entry.link) == link => None,
        _ => Some(format!("it no longer contains entry {number} as it was when that head was printed")),
    })
}

fn export(installation: &Installation, account: Option<&str>) -> Result<(), Failure> {
    block_on(async {
        let store = installation.open_to_read(&SystemRandom).await?;
        let mut after = 0;
        loop {
            let entries = store.audit(after, AT_A_TIME).await?;
            let Some(last) = entries.last() else { return Ok(()) };
            after = last.sequence;
            for entry in entries.into_iter().filter(|entry| account.is_none_or(|only| entry.account == only))
            {
                line(&serde_json::to_string(&server::api::audit::entry(entry))?)?;
            }
        }
    })
}

/// Page by page, so that a long audit is neither held in memory nor late.
fn export_from(remote: &Remote, account: Option<&str>) -> Result<Report, Failure> {
    let only = account.map(|account| id("an account", account)).transpose()?;
    let only = only.map_or(String::new(), |account| format!("&account={account}"));
    let mut after = "0".to_owned();
    loop {
        let page = remote.get::<Page<AuditEntry>>(&format!("/audit?limit=200&after={after}{only}"))?.read;
        for entry in page.items {
            line(&serde_json::to_string(&entry)?)?;
        }
        match page.next {
            Some(next) => after = next,
            None => return Ok(Report::default()),
        }
    }
}
