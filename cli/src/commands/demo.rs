//! `keystead demo`: a complete sample, from nothing to a printed login.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use server::clock::SystemClock;
use server::config::Config;
use server::demo::{self, Demo};
use server::random::SystemRandom;
use server::start::{Options, StartError, make_folder, open_engine, start};

use crate::commands::block_on;
use crate::commands::serve::until_stopped;
use crate::failure::Failure;
use crate::listening::Listening;
use crate::log::{self, Lines};
use crate::progress;
use crate::service_manager::ServiceManager;

/// The sample's brands: data beside the program, not knowledge in it.
pub(crate) const BRANDS: &str = include_str!("../../../brands.toml");

/// What to run.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Folder to keep the sample in; without it a fresh temporary one
    #[arg(long, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// First of four ports in a row: dashboard, gateways, Envoy, health
    #[arg(long, value_name = "N", default_value_t = 8080)]
    pub(crate) port: u16,
    /// Add this many test pairs, for measuring; credentials of 1,000 of them go to DIR/pairs.csv
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) pairs: usize,
}

/// Runs the sample until told to stop.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let told = log::start(Lines::Plain, "warn");
    let temporary = match arguments.data_dir {
        Some(_) => None,
        None => Some(tempfile::Builder::new().prefix("keystead-demo-").tempdir()?),
    };
    let folder = match (&arguments.data_dir, &temporary) {
        (Some(folder), _) => std::path::absolute(folder)?,
        (None, Some(temporary)) => temporary.path().to_owned(),
        (None, None) => return Err(Failure::new("there is no folder for the sample")),
    };
    let config = Config::demo(&folder, arguments.port, BRANDS)?;
    make_room(&folder)?;
    let outcome = block_on(async {
        let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom));
        let engine = open_engine(&config, &*random).await?;
        let demo = demo::prepare(&engine, &config, &*clock, &*random).await?;
        if let (Some(brand), 1..) = (config.brands.first(), arguments.pairs) {
            let adding = progress::bar("Adding pairs", arguments.pairs);
            let told = |made| adding.set_position(made as u64);
            demo::add_pairs(&engine, brand, arguments.pairs, &folder, &*clock, &*random, told).await?;
            adding.finish_and_clear();
        }
        let options = Options { config, clock, random, demo: Some(demo.clone()) };
        let loading = progress::bar("Loading keys", 0);
        let running = start(engine, options, |loaded, total| {
            loading.set_length(total as u64);
            loading.set_position(loaded as u64);
        })
        .await?;
        loading.finish_and_clear();
        let listening = Listening::to_envoy_too(running).await?;
        demo.announce(&folder)?;
        let envoy = listening.envoy().expect("the sample has all listeners");
        print(&demo, envoy, &folder, temporary.is_some());
        until_stopped(listening, &ServiceManager::of_environment()).await
    });
    told.end();
    outcome
}

/// Makes the folder, or finds the sample in it.
fn make_room(folder: &Path) -> Result<(), Failure> {
    if demo::is_barred_from(folder) {
        let refused = format!("{} holds an installation that is not the sample", folder.display());
        return Err(Failure::new(refused).hint(
            "name a new folder with --data-dir, or leave it out; `keystead serve` runs an installation",
        ));
    }
    match make_folder(folder, &SystemRandom) {
        Ok(()) | Err(StartError::AlreadyInitialised(_)) => Ok(()),
        Err(other) => Err(other.into()),
    }
}

fn print(demo: &Demo, envoy: SocketAddr, folder: &std::path::Path, temporary: bool) {
    eprintln!("Keystead's sample is ready. Open a dashboard and log in:\n");
    for brand in &demo.brands {
        eprintln!("  {}", brand.dashboard_url);
        for account in &brand.accounts {
            for member in account.members.iter().take(2) {
                let code = if member.two_factor { "  (asks for a code)" } else { "" };
                eprintln!("    {:<6} {:<34} {}{code}", member.role, member.email, member.password);
            }
        }
        eprintln!();
    }
    if let Some(operator) = &demo.operator {
        eprintln!("  {}", operator.console_url);
        eprintln!(
            "    {:<6} {:<34} {}  (authenticator secret {})\n",
            "operator", operator.name, operator.password, operator.totp_secret
        );
    }
    eprintln!("  Codes and e-mails: {}/demo/messages", demo.public_url);
    eprintln!("  All logins:        {}/demo   (and {})", demo.public_url, folder.join("demo.json").display());
    eprintln!("  Gateways ask:      curl -i -u KEY_ID:KEY_SECRET {}/v1/authenticate", demo.gateway_url);
    eprintln!("  Envoy asks:        {envoy} (ext_authz over gRPC)");
    eprintln!("  Health, metrics:   {}/readyz, /metrics", demo.ops_url);
    if temporary {
        eprintln!(
            "\nThe sample lives in {} and is gone when this stops; --data-dir keeps it.",
            folder.display()
        );
    }
    eprintln!("\nCtrl-C stops it.");
}
