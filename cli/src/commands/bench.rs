//! `keystead bench`: what an answer costs on this machine, beside something run in the same minute.

use std::path::PathBuf;

use clap::Subcommand;
use server::bench::{GatewayBench, PagesBench, UsageBench, gateway, gateway_child, pages, refusals, usage};
use server::config::Config;

use crate::commands::block_on;
use crate::failure::Failure;
use crate::output::{Output, line, print_json};

/// The brands of the sample that pages are measured on.
const BRANDS: &str = include_str!("../../../brands.toml");
/// The port its addresses name; nothing listens there.
const PORT: u16 = 8080;

/// What to measure.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// `/v1/authenticate` beside nginx `return 204`, on the same core, with the same requests
    Gateway {
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
    /// The server side of `gateway`
    #[command(hide = true)]
    GatewayChild {
        /// Pairs in the index
        #[arg(long)]
        pairs: usize,
    },
}

/// Measures.
pub fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::GatewayChild { pairs } => {
            Ok(gateway_child(*pairs, &mut std::io::stdout().lock(), &mut std::io::stdin().lock())?)
        }
        Command::Pages { accounts, requests, output } => {
            let folder = tempfile::Builder::new().prefix("keystead-bench-").tempdir()?;
            let config = Config::demo(&folder.path().join("data"), PORT, BRANDS)?;
            let bench = PagesBench { accounts: *accounts, requests: *requests };
            let report =
                block_on(async { Ok(pages(bench, config, &mut |what| eprintln!("{what}")).await?) })?;
            print(*output, &report)
        }
        Command::Refusals { refusals: count, output } => {
            let folder = tempfile::Builder::new().prefix("keystead-bench-").tempdir()?;
            let config = Config::demo(&folder.path().join("data"), PORT, BRANDS)?;
            let report =
                block_on(async { Ok(refusals(*count, config, &mut |what| eprintln!("{what}")).await?) })?;
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
        Command::Gateway { pairs, seconds, rounds, nginx, output } => {
            let bench =
                GatewayBench { pairs: *pairs, seconds: *seconds, rounds: *rounds, nginx: nginx.clone() };
            let mut child = std::process::Command::new(std::env::current_exe()?);
            child.args(["bench", "gateway-child", "--pairs"]).arg(pairs.to_string());
            let report = gateway(&bench, child, &mut |what| eprintln!("{what}")).map_err(|error| {
                Failure::from(error).hint("nginx is needed beside this binary: apt-get install nginx-light")
            })?;
            print(*output, &report)
        }
    }
}

fn print(output: Output, report: &(impl serde::Serialize + std::fmt::Display)) -> Result<(), Failure> {
    match output {
        Output::Json => print_json(&serde_json::to_value(report)?),
        Output::Table => line(report.to_string().trim_end()),
    }
}
