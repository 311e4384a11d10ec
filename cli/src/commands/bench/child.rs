//! A measured process: what `keystead bench` starts beside itself. It says where it listens and ends when its input does.

use std::io::{self, stdin, stdout};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::ValueEnum;
use envoy::{Listener, Settings};
use server::bench::{
    ChildArguments, Held, Opened, child, empty_child, installed_child, open_gateway, ready_child,
};
use server::config::Config;
use server::gateway::Desk;

use super::{BRANDS, PORT};
use crate::commands::block_on;
use crate::failure::Failure;

/// What it is.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Which one
    #[arg(long, value_enum)]
    kind: Kind,
    /// Pairs that it holds
    #[arg(long, default_value_t = 0)]
    pairs: usize,
    /// Threads of its listener
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Cores that it may use
    #[arg(long, value_delimiter = ',')]
    cores: Vec<usize>,
    /// The folder of its installation
    #[arg(long)]
    folder: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// The gateway listener over an index
    Gateway,
    /// The same with ended pairs too
    Refusing,
    /// The Envoy listener over an index
    Envoy,
    /// A server that answers 204 without looking
    Empty,
    /// A whole installation
    Installed,
    /// A process that becomes ready
    Ready,
}

/// Runs until the input ends.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let Arguments { kind, pairs, threads, cores, folder } = arguments;
    let on = ChildArguments { pairs: *pairs, threads: *threads, cores: cores.clone() };
    let (out, input) = (&mut stdout(), &mut std::io::BufReader::new(stdin()));
    let config = || {
        let folder = folder.clone().unwrap_or_else(|| PathBuf::from("."));
        Config::demo(&folder, PORT, BRANDS).map_err(Failure::from)
    };
    match kind {
        Kind::Gateway => child(&on, Held::Good, out, input, open_gateway)?,
        Kind::Refusing => child(&on, Held::GoodAndEnded, out, input, open_gateway)?,
        Kind::Envoy => child(&on, Held::Good, out, input, open_envoy)?,
        Kind::Empty => empty_child(cores, out, input)?,
        Kind::Installed => {
            let config = config()?;
            block_on(async { Ok(installed_child(config, *pairs, cores, out, input).await?) })?;
        }
        Kind::Ready => {
            let config = config()?;
            block_on(async { Ok(ready_child(&config, out, input).await?) })?;
        }
    }
    Ok(())
}

/// Opens the Envoy listener.
fn open_envoy(desk: Arc<Desk>, threads: usize) -> io::Result<Opened> {
    let settings = Settings { threads, ..Settings::default() };
    let listener = Listener { desk, settings }.listen(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    Ok((listener.local_addr(), Box::new(|| listener.stop())))
}
