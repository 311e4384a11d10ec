//! `keystead doctor`: looks at an installation and says, point by point, what is right, what is wrong and how to mend it.

mod postgres;

use domain::Peppers;
use server::clock::{Clock, SystemClock};
use server::config::Config;
use server::installation::Installation;
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

/// One thing that was looked at.
struct Finding {
    what: &'static str,
    right: bool,
    found: String,
    hint: &'static str,
}

/// Looks at everything it can; later points need the earlier ones.
pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { source, output } = arguments;
    let (file_given, folder) = (source.config.is_some(), source.data_dir.clone());
    let url = source.database_url.clone().or_else(|| std::env::var("KEYSTEAD__DATABASE_URL").ok());
    let mut findings = Vec::new();
    match (source.load(), folder) {
        (Ok(config), _) => {
            findings.push(right("configuration", format!("{} brands", config.brands.len())));
            examine(&config, &mut findings)?;
        }
        // Without a configuration file the data folder can still be looked at.
        (Err(_), Some(folder)) if !file_given => {
            findings.push(right("configuration", "none given; looking at the data folder alone".to_owned()));
            examine_installation(&Installation::new(&folder, url.map(Into::into)), &mut findings)?;
        }
        (Err(failure), _) => return Err(failure),
    }
    report(&findings, output)
}

fn examine(config: &Config, findings: &mut Vec<Finding>) -> Result<(), Failure> {
    for warning in config.warnings() {
        findings.push(right("configuration", warning.to_string()));
    }
    examine_installation(&Installation::of(config), findings)?;
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

fn examine_installation(installation: &Installation, findings: &mut Vec<Finding>) -> Result<(), Failure> {
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
            Ok(None) => examine_embedded(folder, &peppers, findings).await,
            Ok(Some(postgres)) => {
                if postgres::examine(&postgres, findings).await {
                    examine_content(&Store::new(postgres), &peppers, findings).await;
                }
            }
            Err(error) => {
                findings.push(wrong("database", error.to_string(), "correct the database URL"));
            }
        }
        Ok(())
    })
}

async fn examine_embedded(folder: &std::path::Path, peppers: &Peppers, findings: &mut Vec<Finding>) {
    let store = match Sqlite::open_read_only(folder) {
        Ok(sqlite) => Store::new(sqlite),
        Err(error) => {
            findings.push(wrong(
                "database",
                error.to_string(),
                "restore a backup, or run `keystead init` for a new folder",
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
    examine_content(&store, peppers, findings).await;
}

async fn examine_content<D: Driver>(store: &Store<D>, peppers: &Peppers, findings: &mut Vec<Finding>) {
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
    match store.check_audit(peppers).await {
        Ok(report) => findings.push(match report.broken {
            None => right("audit chain", format!("{} entries, whole", report.entries)),
            Some(what) => {
                wrong("audit chain", what, "keep a copy as evidence; compare with your last export")
            }
        }),
        Err(error) => findings.push(wrong("audit chain", error.to_string(), "see the points above")),
    }
    let pairs = store.pair_count().await.unwrap_or_default();
    let owed = store.letters_due(SystemClock.now(), 1_000).await.map_or(0, |letters| letters.len());
    findings.push(right("content", format!("{pairs} pairs, {owed} letters waiting to be sent")));
}

fn report(findings: &[Finding], output: Output) -> Result<(), Failure> {
    let healthy = findings.iter().all(|finding| finding.right);
    match output {
        Output::Json => {
            let points: Vec<_> = findings
                .iter()
                .map(|one| {
                    let hint = (!one.right).then_some(one.hint);
                    serde_json::json!({ "what": one.what, "right": one.right, "found": one.found, "hint": hint })
                })
                .collect();
            print_json(&serde_json::json!({ "healthy": healthy, "points": points }))?;
        }
        Output::Table => {
            let rows: Vec<Vec<String>> = findings
                .iter()
                .map(|one| {
                    let verdict = if one.right { "right" } else { "WRONG" };
                    let hint = if one.right { String::new() } else { format!(" -> {}", one.hint) };
                    vec![one.what.to_owned(), verdict.to_owned(), format!("{}{hint}", one.found)]
                })
                .collect();
            print_table(&["POINT", "VERDICT", "FOUND"], &rows)?;
            line(if healthy { "Healthy." } else { "Not healthy: see the points marked WRONG." })?;
        }
    }
    if healthy { Ok(()) } else { Err(Failure::new("not everything is right")) }
}

fn right(what: &'static str, found: String) -> Finding {
    Finding { what, right: true, found, hint: "" }
}

fn wrong(what: &'static str, found: String, hint: &'static str) -> Finding {
    Finding { what, right: false, found, hint }
}
