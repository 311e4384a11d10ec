//! `keystead doctor`: looks at an installation and says, point by point, what is right, what is wrong and how to mend it.

mod postgres;
#[cfg(test)]
mod tests;

use domain::{Peppers, Quarantine, QuarantineReason};
use server::clock::{Clock, SystemClock};
use server::config::{Config, Standby};
use server::installation::Installation;
use server::journal;
use server::random::SystemRandom;
use server::start::read_pepper;
use store::{Driver, PepperCheck, Sqlite, Store};

use crate::commands::{Source, block_on};
use crate::failure::Failure;
use crate::output::{Output, line, print_json, print_table};

/// Which installation.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    source: Source,
    /// How to print the verdict
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

/// What is thought of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Right,
    /// It works so; whether it is meant so only the operator knows.
    Warning,
    Wrong,
}

impl Verdict {
    const fn as_str(self) -> &'static str {
        match self {
            Verdict::Right => "right",
            Verdict::Warning => "warning",
            Verdict::Wrong => "WRONG",
        }
    }
}

/// One thing that was looked at.
struct Finding {
    what: &'static str,
    verdict: Verdict,
    found: String,
    /// How to mend it; empty unless it is wrong.
    hint: String,
}

impl Finding {
    /// Whether nothing has to be mended.
    fn is_well(&self) -> bool {
        self.verdict != Verdict::Wrong
    }
}

/// Looks at everything it can; later points need the earlier ones.
pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { source, output } = arguments;
    let (file_given, folder) = (source.config.is_some(), source.data_dir.clone());
    let url = source.database_url.clone().or_else(|| std::env::var("KEYSTEAD__DATABASE_URL").ok());
    let mut findings = Vec::new();
    match (source.load(), folder) {
        (Ok(config), _) => {
            findings.push(right("configuration", counted(config.brands.len(), "brand", "brands")));
            examine(&config, &mut findings)?;
        }
        // Without a configuration file the data folder can still be looked at.
        (Err(_), Some(folder)) if !file_given => {
            findings.push(right("configuration", "none given; looking at the data folder alone".to_owned()));
            let installation = Installation::new(&folder, url.map(Into::into));
            examine_installation(&installation, Standby::default(), &mut findings)?;
        }
        (Err(failure), _) => return Err(failure),
    }
    report(&findings, output)
}

fn examine(config: &Config, findings: &mut Vec<Finding>) -> Result<(), Failure> {
    for warning in config.warnings() {
        findings.push(Finding { verdict: Verdict::Warning, ..right("configuration", warning.to_string()) });
    }
    examine_installation(&Installation::of(config), config.standby, findings)?;
    for (what, address) in [
        ("dashboard port", config.listen.public),
        ("gateway port", config.listen.gateway),
        ("ops port", config.listen.ops),
    ] {
        let found = match std::net::TcpListener::bind(address) {
            Ok(_) => format!("{address} is free"),
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
                format!("{address} is in use (by a running server?)")
            }
            Err(error) => {
                let hint = "choose an address of this machine and a port above 1024 under [listen]";
                findings.push(wrong(what, format!("{address}: {error}"), hint));
                continue;
            }
        };
        findings.push(right(what, found));
    }
    Ok(())
}

fn examine_installation(
    installation: &Installation,
    standby: Standby,
    findings: &mut Vec<Finding>,
) -> Result<(), Failure> {
    let folder = installation.folder();
    let peppers = match read_pepper(folder) {
        Ok(peppers) => peppers,
        Err(error) => {
            findings.push(wrong("pepper", error.to_string(), "the message says what to do"));
            return Ok(());
        }
    };
    let versions: Vec<String> = peppers.versions().rev().map(|pepper| pepper.version().to_string()).collect();
    let versions = match versions.as_slice() {
        [version] => format!("version {version}"),
        several => format!("versions {}", several.join(", ")),
    };
    findings.push(right("pepper", format!("{versions}, readable by its owner only")));
    block_on(async {
        match installation.postgres(&SystemRandom) {
            Ok(None) => examine_embedded(installation, &peppers, findings).await,
            Ok(Some(postgres)) => {
                if postgres::examine(&postgres, standby, findings).await {
                    examine_content(&Store::new(postgres), installation, &peppers, findings).await;
                }
            }
            Err(error) => {
                findings.push(wrong("database", error.to_string(), "correct the database URL"));
            }
        }
        Ok(())
    })
}

async fn examine_embedded(installation: &Installation, peppers: &Peppers, findings: &mut Vec<Finding>) {
    let store = match Sqlite::open_read_only(installation.folder()) {
        Ok(sqlite) => Store::new(sqlite),
        Err(error) => {
            findings.push(wrong(
                "database",
                error.to_string(),
                "restore a backup; or name the database with --database-url URL, if it is on PostgreSQL",
            ));
            return;
        }
    };
    findings.push(match store.driver().integrity() {
        Ok(None) => right("database", "the file is whole".to_owned()),
        Ok(Some(damage)) => wrong("database", damage, "stop the server, keep the file, and restore a backup"),
        Err(error) => {
            wrong("database", error.to_string(), "stop the server, keep the file, and restore a backup")
        }
    });
    examine_content(&store, installation, peppers, findings).await;
}

async fn examine_content<D: Driver>(
    store: &Store<D>,
    installation: &Installation,
    peppers: &Peppers,
    findings: &mut Vec<Finding>,
) {
    findings.push(match store.check_pepper(peppers).await {
        Ok(PepperCheck::Right) => right("pepper fits database", "yes".to_owned()),
        Ok(PepperCheck::New) => right("pepper fits database", "the database has not met one yet".to_owned()),
        Ok(PepperCheck::Wrong) => wrong(
            "pepper fits database",
            "no".to_owned(),
            "put back the pepper file that belongs to this database",
        ),
        Err(error) => wrong("pepper fits database", error.to_string(), "see the point above"),
    });
    if let Ok(in_use) = store.pepper_in_use().await {
        findings.push(match peppers.version(in_use) {
            Some(_) => right("pepper in use", format!("version {in_use}")),
            None => wrong(
                "pepper in use",
                format!("version {in_use}, which is not in the pepper file"),
                "copy the pepper file of a node that has it into this folder (0600)",
            ),
        });
    }
    findings.push(match store.audit_verdict(peppers).await {
        Ok(Ok(report)) => match report.broken {
            None => right("audit chain", format!("{}, whole", counted(report.entries, "entry", "entries"))),
            Some(what) => {
                wrong("audit chain", what, "keep a copy as evidence; compare with your last export")
            }
        },
        Ok(Err(misfit)) => wrong("audit chain", misfit.to_string(), "see the points above"),
        Err(error) => wrong("audit chain", error.to_string(), "see the points above"),
    });
    findings.push(match store.head_as("", 0).await {
        Ok(head) => history(installation, head.quarantine.as_ref()),
        Err(error) => wrong("history", error.to_string(), "see the points above"),
    });
    let pairs = store.pair_count().await.unwrap_or_default();
    let owed = store.letters_due(SystemClock.now(), 1_000).await.map_or(0, |letters| letters.len());
    let (pairs, owed) = (counted(pairs, "pair", "pairs"), counted(owed, "letter", "letters"));
    findings.push(right("content", format!("{pairs}, {owed} waiting to be sent")));
}

/// Whether somebody has to decide about the database before keys are changed again.
fn history(installation: &Installation, quarantine: Option<&Quarantine>) -> Finding {
    let Some(Quarantine { why, by, seen, .. }) = quarantine else {
        return right("history", "nothing is known to be missing".to_owned());
    };
    let journals = format!("with the journals ({}) of the data folders", journal::FILE);
    match why {
        QuarantineReason::HistoryLost => wrong(
            "history",
            format!(
                "quarantined: node {by} had seen change {seen}, which the database does not have; no key is changed"
            ),
            format!("to decide, {}, {journals}", installation.how_to_end_quarantine("FILE")),
        ),
        QuarantineReason::Unfinished => wrong(
            "history",
            "unfinished: restored from a backup, and what ended after it works again in here; nothing starts on it"
                .to_owned(),
            format!("run: {}, {journals} that ran until the end", installation.ending_quarantine("FILE")),
        ),
    }
}

/// A number of things.
fn counted(count: impl std::fmt::Display, one: &str, several: &str) -> String {
    let count = count.to_string();
    let noun = if count == "1" { one } else { several };
    format!("{count} {noun}")
}

fn report(findings: &[Finding], output: Output) -> Result<(), Failure> {
    let healthy = findings.iter().all(Finding::is_well);
    match output {
        Output::Json => {
            let points: Vec<_> = findings
                .iter()
                .map(|one| {
                    let hint = (!one.is_well()).then_some(&one.hint);
                    let warns = one.verdict == Verdict::Warning;
                    serde_json::json!({
                        "what": one.what, "right": one.is_well(), "warning": warns, "found": one.found, "hint": hint,
                    })
                })
                .collect();
            print_json(&serde_json::json!({ "healthy": healthy, "points": points }))?;
        }
        Output::Table => {
            let rows: Vec<Vec<String>> = findings
                .iter()
                .map(|one| {
                    let hint = if one.is_well() { String::new() } else { format!(" -> {}", one.hint) };
                    vec![one.what.to_owned(), one.verdict.as_str().to_owned(), format!("{}{hint}", one.found)]
                })
                .collect();
            print_table(&["POINT", "VERDICT", "FOUND"], &rows)?;
            line(if healthy { "Healthy." } else { "Not healthy: see the points marked WRONG." })?;
        }
    }
    if healthy { Ok(()) } else { Err(Failure::new("not everything is right")) }
}

fn right(what: &'static str, found: String) -> Finding {
    Finding { what, verdict: Verdict::Right, found, hint: String::new() }
}

fn wrong(what: &'static str, found: String, hint: impl Into<String>) -> Finding {
    Finding { what, verdict: Verdict::Wrong, found, hint: hint.into() }
}
