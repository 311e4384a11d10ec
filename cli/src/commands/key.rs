//! `keystead key`: an account's keys, how often they are used, and why requests with one were refused.
//!
//! Regenerate and deactivate take a key id, the thing people have at hand; the account and key it belongs to are looked up,
//! and the regeneration holds only if that pair is still the current one.

mod usage;

use clap::{Subcommand, ValueEnum};
use wire::gateway::Mode;
use wire::keys::{
    DeactivateOld, GenerateKey, IssuedKey, Key, Pair, PairOfKey, PairState, Receipt, RegenerateKey,
    RegeneratedKey,
};
use wire::limits::{ChangeLimits, KeyLimits};
use wire::refusals::{Refusal, RefusalSource, UnknownIds};

use crate::failure::Failure;
use crate::remote::{self, Remote, id, nothing};
use crate::report::Report;

/// Keys of a running server.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    remote: remote::Arguments,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List an account's keys with their pairs
    List {
        /// The account's id
        account: String,
        /// Only this mode
        #[arg(long, value_enum)]
        mode: Option<ModeWord>,
    },
    /// Generate a key; its secret is printed this once
    Generate {
        /// The account's id
        account: String,
        /// In which mode
        #[arg(long, value_enum)]
        mode: ModeWord,
        /// The key's name, if the account shall have several
        #[arg(long)]
        name: Option<String>,
        /// When it shall stop by itself, such as 2030-01-31T00:00:00Z
        #[arg(long, value_name = "MOMENT")]
        expires_at: Option<String>,
    },
    /// Replace a key's current pair by a new one; its secret is printed this once
    Regenerate {
        /// The key id of the current pair
        key_id: String,
        /// When the old pair stops working
        #[arg(long, value_enum)]
        deactivate_old: OldPair,
        /// With `now`: end a pair that still retires from an earlier regeneration too
        #[arg(long)]
        end_retiring: bool,
        /// Wait until every node has heard of it, and print the signed receipt
        #[arg(long, value_name = "fleet", num_args = 0..=1, default_missing_value = "fleet", value_enum)]
        wait: Option<WaitFor>,
    },
    /// End a pair now, for ever
    Deactivate {
        /// The pair's key id
        key_id: String,
        /// Wait until every node has heard of it, and print the signed receipt
        #[arg(long, value_name = "fleet", num_args = 0..=1, default_missing_value = "fleet", value_enum)]
        wait: Option<WaitFor>,
    },
    /// Show how often a key is used, pair by pair, and from where
    Usage {
        /// The key id of any of its pairs
        key_id: String,
        /// How far back
        #[arg(long, value_enum, default_value_t)]
        span: usage::SpanWord,
    },
    /// Show how often, and from where, a key may be used, or change it
    Limits {
        /// A key id of the key
        key_id: String,
        /// Requests per second, or `any`
        #[arg(long, value_name = "N|any", value_parser = count)]
        per_second: Option<Count>,
        /// Requests per day of UTC, or `any`
        #[arg(long, value_name = "N|any", value_parser = count)]
        per_day: Option<Count>,
        /// An allowed address or network; all of them have to be named
        #[arg(long, value_name = "ADDRESS", conflicts_with = "allow_any")]
        allow: Vec<String>,
        /// Allow every address
        #[arg(long)]
        allow_any: bool,
    },
    /// Explain why requests with a key id were refused lately
    Why {
        /// The key id
        key_id: String,
    },
    /// List the last requests with key ids that nobody has
    Unknown,
}

/// A mode on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ModeWord {
    Test,
    Live,
}

/// For whom a command waits.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum WaitFor {
    /// Every node that verifies
    Fleet,
}

/// When the old pair stops, on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum OldPair {
    /// With this command
    Now,
    /// Exactly 24 hours later
    #[value(name = "in-24-hours")]
    In24Hours,
}

/// Does it.
pub fn run(arguments: Arguments) -> Result<(), Failure> {
    arguments.remote.run(|remote| arguments.command.report(remote))
}

impl Command {
    pub(crate) fn report(self, remote: &Remote) -> Result<Report, Failure> {
        match self {
            Command::List { account, mode } => list(remote, &account, mode),
            Command::Generate { account, mode, name, expires_at } => {
                let path = format!("/accounts/{}/keys", id("an account", &account)?);
                let issued =
                    remote.post::<IssuedKey>(&path, &GenerateKey { mode: mode.into(), name, expires_at })?;
                Ok(shown_once(Report::of(issued.body), issued.read))
            }
            Command::Regenerate { key_id, deactivate_old, end_retiring, wait } => {
                let found = find(remote, &key_id)?;
                let request = RegenerateKey {
                    deactivate_old: deactivate_old.into(),
                    expected_current: Some(key_id),
                    end_retiring: end_retiring.then_some(true),
                };
                let path =
                    format!("/accounts/{}/keys/{}/regenerate{}", found.account, found.key, fleet(wait));
                let answer = remote.post::<RegeneratedKey>(&path, &request)?;
                let RegeneratedKey { issued, old, receipt } = answer.read;
                let report = shown_once(Report::of(answer.body), issued);
                let report =
                    report.talk(format!("{} is refused from {} on.", old.key_id, old.deactivates_at));
                Ok(with_receipt(report, receipt))
            }
            Command::Deactivate { key_id, wait } => {
                let found = find(remote, &key_id)?;
                let path = format!("/accounts/{}/pairs/{key_id}/deactivate{}", found.account, fleet(wait));
                let ended = remote.post::<PairOfKey>(&path, &nothing())?;
                let sentence = format!("{key_id} {}.", life(&ended.read.pair));
                Ok(with_receipt(Report::of(ended.body).sentence(sentence), ended.read.receipt))
            }
            Command::Usage { key_id, span } => usage::report(remote, &find(remote, &key_id)?, span),
            Command::Limits { key_id, per_second, per_day, allow, allow_any } => {
                let allowed = (allow_any || !allow.is_empty()).then_some(allow);
                limits(remote, &key_id, per_second, per_day, allowed)
            }
            Command::Why { key_id } => why(remote, &key_id),
            Command::Unknown => unknown(remote),
        }
    }
}

fn list(remote: &Remote, account: &str, mode: Option<ModeWord>) -> Result<Report, Failure> {
    let only = mode.map_or(String::new(), |mode| format!("?mode={}", word(mode.into())));
    let keys = remote.list::<Key>(&format!("/accounts/{}/keys{only}", id("an account", account)?))?;
    let rows = keys.read.into_iter().flat_map(|key| {
        let (name, mode) = (key.name, word(key.mode).to_owned());
        key.pairs.into_iter().map(move |pair| {
            let life = status(&pair);
            let (expires, used) = (never(pair.expires_at), never(pair.last_used_at));
            let from = pair.last_used_from.unwrap_or_default();
            [name.clone(), mode.clone(), pair.key_id, life, pair.created_at, expires, used, from]
        })
    });
    let headings = ["NAME", "MODE", "KEY ID", "STATUS", "CREATED", "EXPIRES", "LAST USED", "FROM"];
    Ok(Report::of(keys.body).table(headings, rows))
}

/// Changes the limits that are named and shows all of them.
fn limits(
    remote: &Remote,
    key_id: &str,
    per_second: Option<Count>,
    per_day: Option<Count>,
    allowed: Option<Vec<String>>,
) -> Result<Report, Failure> {
    let found = find(remote, key_id)?;
    let path = format!("/accounts/{}/keys/{}/limits", found.account, found.key);
    let mut answer = remote.get::<KeyLimits>(&path)?;
    if per_second.is_some() || per_day.is_some() || allowed.is_some() {
        let old = answer.read;
        let request = ChangeLimits {
            requests_per_second: per_second
                .map_or(old.requests_per_second.map(u64::from), |Count(count)| count),
            requests_per_day: per_day.map_or(old.requests_per_day, |Count(count)| count),
            allowed_addresses: allowed.unwrap_or(old.allowed_addresses),
            // What was not named stays as it was read, and not as somebody else made it meanwhile.
            expected_version: Some(old.version),
        };
        answer = remote.post::<KeyLimits>(&path, &request)?;
    }
    let limits = answer.read;
    let any = |count: Option<u64>| count.map_or_else(|| "any".to_owned(), |count| count.to_string());
    let addresses = match limits.allowed_addresses.is_empty() {
        true => "any".to_owned(),
        false => limits.allowed_addresses.join(" "),
    };
    let row = [
        any(limits.requests_per_second.map(u64::from)),
        any(limits.requests_per_day),
        addresses,
        limits.used_today.map_or_else(|| "not counted".to_owned(), |count| count.to_string()),
    ];
    Ok(Report::of(answer.body).table(["PER SECOND", "PER DAY", "ADDRESSES", "USED TODAY"], [row]))
}

/// A number of requests, or none for any.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Count(Option<u64>);

fn count(text: &str) -> Result<Count, String> {
    match text {
        "any" => Ok(Count(None)),
        digits => digits
            .parse()
            .map(|count| Count(Some(count)))
            .map_err(|_| "give a whole number, or `any`".to_owned()),
    }
}

fn why(remote: &Remote, key_id: &str) -> Result<Report, Failure> {
    let found = find(remote, key_id)?;
    let path = format!("/accounts/{}/refusals?key_id={key_id}", found.account);
    let refusals = remote.list::<Refusal>(&path)?;
    let mut report = Report::of(refusals.body).sentence(format!(
        "{key_id} is a {} key of {} ({}) and {}.",
        word(found.mode),
        found.account,
        found.name,
        life(&found.pair)
    ));
    match found.pair.state {
        PairState::Current => {}
        PairState::Retiring | PairState::Ended => {
            let list = format!("keystead key list {} --mode {}", found.account, word(found.mode));
            report = report.sentence(format!("Use the key's current pair: {list}"));
        }
    }
    if refusals.read.is_empty() {
        return Ok(report.sentence("No request with it was refused in the last thirty days."));
    }
    for refusal in refusals.read {
        report = report.sentence(told(&refusal));
        for source in &refusal.sources {
            report = report.sentence(format!("  {}", told_source(source)));
        }
    }
    Ok(report)
}

fn unknown(remote: &Remote) -> Result<Report, Failure> {
    let told = remote.get::<UnknownIds>("/unknown-ids")?;
    let sentence =
        format!("{} requests named a key id that nobody has, since the server started.", told.read.count);
    let rows = told.read.recent.into_iter().map(|one| [one.key_id, one.at, one.address.unwrap_or_default()]);
    Ok(Report::of(told.body).talk(sentence).table(["KEY ID", "AT", "FROM"], rows))
}

/// One reason: how often, when, and what to do.
fn told(refusal: &Refusal) -> String {
    let times = match refusal.count {
        1 => format!("Once, at {}", refusal.last_at),
        count => format!("{count} times, first at {}, last at {}", refusal.first_at, refusal.last_at),
    };
    let lately = match (refusal.last_hour, refusal.last_24_hours) {
        (0, 0) => String::new(),
        (hour, day) => format!(" ({hour} in the last hour, {day} in the last 24 hours)"),
    };
    format!("{times}{lately}: {}", refusal.explanation)
}

/// One place that refused requests came from.
fn told_source(source: &RefusalSource) -> String {
    let from = source.address.as_deref().unwrap_or("an unknown address");
    let agent = source.agent.as_ref().map(|agent| format!(" ({agent})")).unwrap_or_default();
    let times = if source.count == 1 { "once".to_owned() } else { format!("{} times", source.count) };
    format!("from {from}{agent}: {times}, last at {}", source.last_at)
}

fn find(remote: &Remote, key_id: &str) -> Result<PairOfKey, Failure> {
    let found = remote.find::<PairOfKey>(&format!("/pairs/{}", id("a key id", key_id)?))?;
    found.map(|found| found.read).ok_or_else(|| {
        Failure::new(format!("no key here has ever had the id {key_id}")).hint(
            "compare every character: ids are case-sensitive. `keystead key list ACCOUNT` shows the ids of an account",
        )
    })
}

fn fleet(wait: Option<WaitFor>) -> &'static str {
    match wait {
        Some(WaitFor::Fleet) => "?wait=fleet",
        None => "",
    }
}

fn shown_once(report: Report, issued: IssuedKey) -> Report {
    report
        .table(["KEY ID", "KEY SECRET"], [[issued.key_id, issued.key_secret.into_inner()]])
        .talk("Keep the key secret now: nobody can show it again.")
}

fn with_receipt(report: Report, receipt: Option<Receipt>) -> Report {
    let Some(receipt) = receipt else { return report };
    super::receipt::told(report, &receipt)
}

/// What is true of a pair, to follow its id.
fn life(pair: &Pair) -> String {
    let moment = |moment: &Option<String>| moment.clone().unwrap_or_default();
    match pair.state {
        PairState::Current => "is current".to_owned(),
        PairState::Retiring => format!("works until {}", moment(&pair.deactivates_at)),
        PairState::Ended => {
            let because = match pair.ended_because.as_deref() {
                Some("replaced") => "it was replaced",
                Some("grace_over") => "its 24 hours were over",
                Some("expired") => "it reached its expiry date",
                _ => "it was deactivated",
            };
            format!("ended at {}: {because}", moment(&pair.ended_at))
        }
    }
}

/// What is true of a pair, in a column.
fn status(pair: &Pair) -> String {
    let because = pair.ended_because.as_deref().unwrap_or_default().replace('_', " ");
    match (pair.state, &pair.deactivates_at, &pair.ended_at) {
        (PairState::Retiring, Some(until), _) => format!("retiring until {until}"),
        (PairState::Ended, _, Some(at)) => format!("ended {at} ({because})"),
        (state, _, _) => state.as_str().to_owned(),
    }
}

fn never(moment: Option<String>) -> String {
    moment.unwrap_or_else(|| "never".to_owned())
}

fn word(mode: Mode) -> &'static str {
    match mode {
        Mode::Test => "test",
        Mode::Live => "live",
    }
}

impl From<ModeWord> for Mode {
    fn from(word: ModeWord) -> Self {
        match word {
            ModeWord::Test => Mode::Test,
            ModeWord::Live => Mode::Live,
        }
    }
}

impl From<OldPair> for DeactivateOld {
    fn from(old: OldPair) -> Self {
        match old {
            OldPair::Now => DeactivateOld::Now,
            OldPair::In24Hours => DeactivateOld::In24Hours,
        }
    }
}
