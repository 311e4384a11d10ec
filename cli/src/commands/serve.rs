//! `keystead serve`: the server.

use std::sync::Arc;

use server::clock::SystemClock;
use server::random::SystemRandom;
use server::start::{Options, open_engine, start};
use tokio::signal::unix::{SignalKind, signal};

use crate::commands::{Source, block_on};
use crate::failure::Failure;
use crate::listening::Listening;
use crate::log::{self, Lines};
use crate::progress;
use crate::service_manager::ServiceManager;

/// What to serve.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    source: Source,
}

/// Serves until told to stop.
pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let told = log::start(Lines::Json, "info");
    let manager = ServiceManager::of_environment();
    let config = arguments.source.load()?;
    let outcome = block_on(async {
        let random = Arc::new(SystemRandom);
        let engine = open_engine(&config, &*random).await?;
        let options = Options { config, clock: Arc::new(SystemClock), random, demo: None };
        let loading = progress::bar("Loading keys", 0);
        let running = start(engine, options, |loaded, total| {
            loading.set_length(total as u64);
            loading.set_position(loaded as u64);
            manager.loading(loaded, total);
        })
        .await?;
        loading.finish_and_clear();
        let listening = Listening::to_envoy_too(running).await?;
        let serving = serving(&listening);
        eprintln!("{serving}");
        manager.ready(&serving);
        until_stopped(listening, &manager).await
    });
    told.end();
    outcome
}

/// Where everything is.
fn serving(listening: &Listening) -> String {
    let running = listening.running();
    let places = [
        running.public().map(|at| format!("dashboard and API on http://{at}")),
        running.gateway().map(|at| format!("gateways on http://{at}")),
        Some(format!("health and metrics on http://{}", running.ops())),
        listening.envoy().map(|at| format!("Envoy on http://{at}")),
    ];
    format!("Serving: {}", places.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

/// Waits for a signal or for a database that can no longer be trusted.
pub async fn until_stopped(listening: Listening, manager: &ServiceManager) -> Result<(), Failure> {
    let mut terminate = signal(SignalKind::terminate())?;
    let broken = tokio::select! {
        broken = listening.running().until_broken() => Some(broken),
        _ = terminate.recv() => None,
        _ = tokio::signal::ctrl_c() => None,
    };
    manager.stopping();
    match broken {
        Some(broken) => {
            listening.stop().await;
            Err(Failure::from(broken).hint(
                "check the disk, then start again; `keystead doctor` and `keystead audit verify` tell whether all is whole",
            ))
        }
        None => {
            listening.stop().await;
            Ok(())
        }
    }
}
