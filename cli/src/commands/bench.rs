//! `keystead bench`: what an answer costs on this machine, beside something run in the same minute.

mod child;

use std::path::PathBuf;
use std::process::Command as Process;

use clap::Subcommand;
use server::bench::{
    AbuseBench, ChangesBench, EnvoyBench, GatewayBench, PagesBench, Program, ReadyBench, RegenerationsBench,
    TimingBench, Turns, UsageBench, abuse, auth_request, changes, cores_apart, ext_authz, gateway, pages,
    ready, refusals, regenerations, timing, usage, verdict,
};
use server::config::Config;

use crate::commands::block_on;
use crate::failure::Failure;
use crate::output::{Output, line, print_json};

/// The brands of the sample that installations are measured with.
const BRANDS: &str = include_str!("../../../brands.toml");
/// The port its addresses name; nothing listens there.
const PORT: u16 = 8080;

/// What to measure.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// `/v1/authenticate` beside nginx `return 204`, on the same core, with the same requests
    Gateway(Race),
    /// Two threads on two cores beside one on one
    Cores(Race),
    /// nginx that asks with `auth_request` beside nginx that asks an empty server
    AuthRequest(Race),
    /// Envoy that asks with ext_authz beside Envoy that asks an empty tonic server
    ExtAuthz {
        #[command(flatten)]
        race: Race,
        /// The Envoy that asks
        #[arg(long)]
        envoy: PathBuf,
        /// The empty server: `cargo build --release -p keystead-envoy --example empty_tonic`
        #[arg(long)]
        empty: PathBuf,
    },
    /// A whole verdict in process, beside one HMAC-SHA-256 and one memory access
    Verdict {
        /// Pairs in the index
        #[arg(long, default_value_t = 1_000_000)]
        pairs: usize,
        /// Turns of each kind
        #[arg(long, default_value_t = 9)]
        rounds: usize,
        /// How to print the result
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Waits of callers while pairs are generated and ended through the database
    Changes {
        /// Pairs in the database
        #[arg(long, default_value_t = 100_000)]
        pairs: usize,
        /// Pairs to replace each second
        #[arg(long, default_value_t = 1_000)]
        changes: u64,
        /// Seconds of each turn
        #[arg(long, default_value_t = 5)]
        seconds: u64,
        /// Turns with and without
        #[arg(long, default_value_t = 5)]
        rounds: usize,
        /// How to print the result
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Memory, database and good callers' waits under abuse: unknown ids, one hot key, idle connections, slow senders
    Abuse {
        /// Pairs in the database
        #[arg(long, default_value_t = 100_000)]
        pairs: usize,
        /// Seconds of each kind; 600 is what is promised
        #[arg(long, default_value_t = 10)]
        seconds: u64,
        /// Connections to hold open
        #[arg(long, default_value_t = 20_000)]
        idle: usize,
        /// How to print the result
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Whether time tells an unknown id, a wrong secret and an ended pair apart
    Timing {
        /// Pairs in the index
        #[arg(long, default_value_t = 10_000)]
        pairs: usize,
        /// Samples of each class in process; 10,000,000 is what is promised
        #[arg(long, default_value_t = 1_000_000)]
        samples: usize,
        /// Samples of each class over loopback; 1,000,000 is what is promised
        #[arg(long, default_value_t = 100_000)]
        loopback: usize,
        /// How to print the result
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// How long a process takes until it is ready, and its memory then
    Ready {
        /// Pairs in the database
        #[arg(long, default_value_t = 1_000_000)]
        pairs: usize,
        /// Starts
        #[arg(long, default_value_t = 3)]
        rounds: usize,
        /// How to print the result
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// The server's time for every page, with many accounts in the embedded database
    Pages {
        /// Accounts, each with ten keys
        #[arg(long, default_value_t = 100_000)]
        accounts: usize,
        /// Requests for each page
        #[arg(long, default_value_t = 200)]
        requests: usize,
        /// How to print the result
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// What a flood of refusals against one key takes: memory, disk, and the time of its owner's pages
    Refusals {
        /// Refused requests
        #[arg(long, default_value_t = 1_000_000)]
        refusals: usize,
        /// How to print the result
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// Keys regenerated durably each second, beside one-row durable commits on the same disk or server
    Regenerations {
        /// An empty database on PostgreSQL; without it the embedded one
        #[arg(long, value_name = "URL", env = "KEYSTEAD__DATABASE_URL", hide_env_values = true)]
        database_url: Option<String>,
        /// Regenerations under way at once
        #[arg(long, default_value_t = 32)]
        at_once: usize,
        /// Seconds of each turn
        #[arg(long, default_value_t = 5)]
        seconds: u64,
        /// Turns of each kind
        #[arg(long, default_value_t = 5)]
        rounds: usize,
        /// How to print the result
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// What writing down uses takes when very many pairs are used at once, and how long changes of keys wait beside it
    Usage {
        /// Pairs, all of them used before every flush
        #[arg(long, default_value_t = 100_000)]
        pairs: usize,
        /// Flushes, five seconds of usage each
        #[arg(long, default_value_t = 24)]
        flushes: usize,
        /// How to print the result
        #[arg(long, value_enum, default_value_t)]
        output: Output,
    },
    /// A measured process
    #[command(hide = true)]
    Child(child::Arguments),
}

/// Servers asked in turns.
#[derive(Debug, clap::Args)]
pub struct Race {
    /// Pairs in the index
    #[arg(long, default_value_t = 1_000_000)]
    pairs: usize,
    /// Seconds of each turn
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// Turns of each server
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// The nginx to compare with
    #[arg(long, default_value = "nginx")]
    nginx: PathBuf,
    /// How to print the result
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

/// Measures.
pub fn run(command: &Command) -> Result<(), Failure> {
    let talk = &mut |what: &str| eprintln!("{what}");
    match command {
        Command::Child(arguments) => child::run(arguments),
        Command::Gateway(race) => print(race.output, &gateway(&race.bench()?, talk).map_err(nginx_missing)?),
        Command::Cores(race) => print(race.output, &cores_apart(&race.bench()?, talk)?),
        Command::AuthRequest(race) => {
            print(race.output, &auth_request(&race.bench()?, talk).map_err(nginx_missing)?)
        }
        Command::ExtAuthz { race, envoy, empty } => {
            let bench = EnvoyBench {
                pairs: race.pairs,
                turns: race.turns(),
                envoy: envoy.clone(),
                program: myself(&[])?,
                empty: empty.clone(),
            };
            print(race.output, &ext_authz(&bench, talk)?)
        }
        Command::Verdict { pairs, rounds, output } => print(*output, &verdict(*pairs, *rounds, talk)?),
        Command::Changes { pairs, changes: number, seconds, rounds, output } => {
            let (_kept, folder, program) = installation()?;
            let (pairs, seconds, rounds) = (*pairs, *seconds, *rounds);
            let bench = ChangesBench { pairs, changes: *number, seconds, rounds, folder, program };
            print(*output, &changes(&bench, talk)?)
        }
        Command::Abuse { pairs, seconds, idle, output } => {
            let (_kept, folder, program) = installation()?;
            let bench = AbuseBench { pairs: *pairs, seconds: *seconds, idle: *idle, folder, program };
            print(*output, &abuse(&bench, talk)?)
        }
        Command::Timing { pairs, samples, loopback, output } => {
            let program = myself(&[])?;
            let bench = TimingBench { pairs: *pairs, samples: *samples, over_loopback: *loopback, program };
            print(*output, &timing(&bench, talk)?)
        }
        Command::Ready { pairs, rounds, output } => {
            let (_kept, folder, program) = installation()?;
            let config = Config::demo(&folder, PORT, BRANDS)?;
            let child = || {
                let mut child = Process::new(&program.path);
                child.args(&program.words).args(["--kind", "ready"]);
                child
            };
            let bench = ReadyBench { pairs: *pairs, rounds: *rounds };
            let talk = &mut |what: &str| eprintln!("{what}");
            let report = block_on(async { Ok(ready(&bench, &config, child, talk).await?) })?;
            print(*output, &report)
        }
        Command::Pages { accounts, requests, output } => {
            let (_kept, folder, _) = installation()?;
            let config = Config::demo(&folder, PORT, BRANDS)?;
            let bench = PagesBench { accounts: *accounts, requests: *requests };
            let report =
                block_on(async { Ok(pages(bench, config, &mut |what| eprintln!("{what}")).await?) })?;
            print(*output, &report)
        }
        Command::Refusals { refusals: count, output } => {
            let (_kept, folder, _) = installation()?;
            let config = Config::demo(&folder, PORT, BRANDS)?;
            let report =
                block_on(async { Ok(refusals(*count, config, &mut |what| eprintln!("{what}")).await?) })?;
            print(*output, &report)
        }
        Command::Regenerations { database_url, at_once, seconds, rounds, output } => {
            let (_kept, folder, _) = installation()?;
            let mut config = Config::demo(&folder, PORT, BRANDS)?;
            config.database_url = database_url.clone().map(Into::into);
            let bench = RegenerationsBench { at_once: *at_once, seconds: *seconds, rounds: *rounds };
            let talk = &mut |what: &str| eprintln!("{what}");
            let report = block_on(async { Ok(regenerations(bench, config, talk).await?) })?;
            print(*output, &report)
        }
        Command::Usage { pairs, flushes, output } => {
            let folder = tempfile::Builder::new().prefix("keystead-bench-").tempdir()?;
            let config = Config::demo(&folder.path().join("data"), PORT, BRANDS)?;
            let bench = UsageBench { pairs: *pairs, flushes: *flushes };
            let report =
                block_on(async { Ok(usage(bench, config, &mut |what| eprintln!("{what}")).await?) })?;
            print(*output, &report)
        }
    }
}

impl Race {
    fn turns(&self) -> Turns {
        Turns { seconds: self.seconds, rounds: self.rounds }
    }

    fn bench(&self) -> Result<GatewayBench, Failure> {
        let (turns, nginx) = (self.turns(), self.nginx.clone());
        Ok(GatewayBench { pairs: self.pairs, turns, nginx, program: myself(&[])? })
    }
}

/// This program as a measured process, with more words for it.
fn myself(words: &[&str]) -> Result<Program, Failure> {
    let words = ["bench", "child"].iter().chain(words).map(|word| (*word).to_owned()).collect();
    Ok(Program { path: std::env::current_exe()?, words })
}

/// A folder for an installation, kept as long as the first value, and the program that is measured in it.
fn installation() -> Result<(tempfile::TempDir, PathBuf, Program), Failure> {
    let kept = tempfile::Builder::new().prefix("keystead-bench-").tempdir()?;
    let folder = kept.path().join("data");
    let program = myself(&["--folder", &folder.to_string_lossy()])?;
    Ok((kept, folder, program))
}

fn nginx_missing(error: std::io::Error) -> Failure {
    Failure::from(error).hint("nginx is needed beside this binary: apt-get install nginx-light")
}

fn print(output: Output, report: &(impl serde::Serialize + std::fmt::Display)) -> Result<(), Failure> {
    match output {
        Output::Json => print_json(&serde_json::to_value(report)?),
        Output::Table => line(report.to_string().trim_end()),
    }
}
