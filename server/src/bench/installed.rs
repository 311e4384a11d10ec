//! A whole installation in a process of its own: the sample with many pairs in an embedded database, all listeners, all
//! loops; and, when told, pairs that are generated and ended all the time, through the engine and its commits.

use std::collections::HashSet;
use std::io::{self, BufRead, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::{Actor, KeyRef, OldPair, RegenerateRequest};
use store::FeedPlace;
use tokio::time::{MissedTickBehavior, interval};

use super::watch::pin_to;
use crate::app::App;
use crate::clock::SystemClock;
use crate::config::{Config, Listen};
use crate::demo;
use crate::random::SystemRandom;
use crate::start::{Options, make_folder, open_engine, start};

/// Callers that replace pairs when changes are asked for.
const CALLERS: usize = 64;
/// Keys of each of them. Many: a key whose pairs are replaced every few milliseconds has a history like no other.
const KEYS_EACH: usize = 256;

/// Sets everything up in the folder that the configuration names, says where the gateway and the ops listener are, and
/// then does as it is told: `changes N` replaces N pairs a second from then on, `changed` says how many were. Ends when
/// `input` does.
pub async fn installed_child(
    mut config: Config,
    pairs: usize,
    cores: &[usize],
    out: &mut (dyn Write + Send),
    input: &mut (dyn BufRead + Send),
) -> io::Result<()> {
    pin_to(cores)?;
    let folder = config.data_dir.clone();
    let free = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    config.listen = Listen { public: free, gateway: free, envoy: free, ops: free };
    config.gateway.threads = std::num::NonZeroUsize::new(1);
    let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom));
    make_folder(&folder, &*random).map_err(io::Error::other)?;
    let engine = open_engine(&config, &*random).await.map_err(io::Error::other)?;
    let sample = demo::prepare(&engine, &config, &*clock, &*random).await.map_err(io::Error::other)?;
    let brand = config.brands.first().ok_or_else(|| io::Error::other("measuring needs a brand"))?;
    let adding = demo::add_pairs(&engine, brand, pairs, &folder, &*clock, &*random, |_| ());
    adding.await.map_err(io::Error::other)?;
    let options = Options { config, clock, random, demo: Some(sample) };
    let running = start(engine, options, |_, _| ()).await.map_err(io::Error::other)?;

    let (pace, done) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let app = running.app();
    let changing = changing(app, &credentials(&folder)?).await?;
    let tasks: Vec<_> = changing
        .chunks(KEYS_EACH)
        .map(|keys| {
            tokio::spawn(replace_again_and_again(app.clone(), keys.to_vec(), pace.clone(), done.clone()))
        })
        .collect();
    let gateway = running.gateway().expect("an installation with all of its listeners");
    writeln!(out, "{gateway} {}", running.ops())?;
    out.flush()?;
    let mut line = String::new();
    while {
        line.clear();
        input.read_line(&mut line)? != 0
    } {
        let mut words = line.split_ascii_whitespace();
        if let (Some("changes"), Some(Ok(number))) = (words.next(), words.next().map(str::parse)) {
            pace.store(number, Ordering::Relaxed);
        }
        writeln!(out, "{}", done.load(Ordering::Relaxed))?;
        out.flush()?;
    }
    tasks.iter().for_each(tokio::task::JoinHandle::abort);
    running.stop().await;
    Ok(())
}

/// Key ids and secrets that the sample wrote down.
pub(super) fn credentials(folder: &Path) -> io::Result<Vec<(String, String)>> {
    let written = std::fs::read_to_string(folder.join("pairs.csv"))?;
    let lines = written.lines().skip(1).filter_map(|line| line.split_once(','));
    Ok(lines.map(|(key_id, secret)| (key_id.to_owned(), secret.to_owned())).collect())
}

/// Keys that nobody else here asks for.
async fn changing(app: &App, asked_for: &[(String, String)]) -> io::Result<Vec<KeyRef>> {
    let asked_for: HashSet<&str> = asked_for.iter().map(|(key_id, _)| key_id.as_str()).collect();
    let (first, most) = (FeedPlace::after(0), CALLERS * KEYS_EACH);
    let wanted = (most + asked_for.len()) as i64;
    let rows = app.engine.store().pairs_changed(&first, wanted).await.map_err(io::Error::other)?;
    let free = rows.iter().filter(|row| !asked_for.contains(row.key_id.as_str()));
    Ok(free.map(|row| row.key).take(most).collect())
}

/// Each turn generates a pair and ends the one before it, in one commit with its audit entry.
async fn replace_again_and_again(app: App, keys: Vec<KeyRef>, pace: Arc<AtomicU64>, done: Arc<AtomicU64>) {
    const TURN: Duration = Duration::from_millis(10);
    let actor = Actor::Operator { name: "bench".to_owned(), origin: String::new() };
    let request = RegenerateRequest { old: OldPair::Now, expected_current: None, end_retiring: true };
    let mut turns = interval(TURN);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut owed, mut keys) = (0.0, keys.iter().cycle());
    loop {
        turns.tick().await;
        owed += pace.load(Ordering::Relaxed) as f64 * TURN.as_secs_f64() / CALLERS as f64;
        while 1.0 <= owed {
            owed -= 1.0;
            let (now, rng) = (app.now(), &mut *app.rng());
            let Some(key) = keys.next() else { return };
            if app.engine.regenerate_by_operator(&actor, key, &request, None, now, rng).await.is_ok() {
                done.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}
