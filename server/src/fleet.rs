//! The fleet, as this process sees it: as which node it vouches, what it says about itself, and who has heard of a change.
//!
//! A process registers before it vouches: one that may write keeps its own row, one that only reads sends the same to the control
//! plane. What it says afterwards makes receipts early; what it does not say makes none wrong.

mod cold;
mod control;
mod folder;
mod history;
mod known;
mod pace;
mod report;
mod sign;
#[cfg(test)]
mod tests;
mod wait;

use std::sync::Arc;

use domain::{
    Duration, Heard, Key, KeyId, Node, NodeRole, PairState, Peppers, ProcessId, Shadow, Spans, Timestamp,
};
use engine::{EngineError, Seat};
use store::Registration;
use tokio::sync::{Notify, watch};
use verify::SnapshotHead;

pub(crate) use self::cold::{confirm, go_on, revived};
pub(crate) use self::control::Told;
pub(crate) use self::folder::ProcessFile;
pub(crate) use self::history::{Told as ToldOfHistory, said as said_of_quarantine};
pub(crate) use self::known::KnownFile;
pub(crate) use self::pace::Pace;
pub(crate) use self::report::{Reporter, Reports};
pub use self::sign::Seal;
pub use self::wait::{Change, WaitingRoom};
use crate::api::moment;
use crate::app::{App, Engine};
use crate::clock::{Clock, DatabaseClock, Heeded};
use crate::config::{Config, Standby};

/// Further than this a node's wall clock shall not be from the database's time, in milliseconds.
pub const CLOCK_OFFSET_MS_MAX: u64 = 2_000;

/// What a process on the embedded database is called, where nobody says otherwise.
pub const LOCAL: &str = "local";

/// What handlers and loops need of the fleet.
pub struct Fleet {
    /// The database's time.
    pub clock: Arc<DatabaseClock>,
    /// What receipts are signed with.
    seal: parking_lot::RwLock<Arc<Seal>>,
    /// Where requests wait for everybody to have heard.
    pub room: WaitingRoom,
    /// Rung when the feed may have moved: the next read need not be waited for.
    pub hint: Notify,
    /// What a process that started without its database went on with, until the database has confirmed it.
    pub(crate) unconfirmed: parking_lot::Mutex<Option<SnapshotHead>>,
    /// Where it stands what this process has said to know; none where nobody could go on from there.
    known: Option<Arc<KnownFile>>,
    /// Why this process must stop: the database turned out to be another than the one it went on for.
    pub(crate) failed: watch::Sender<Option<String>>,
}

impl Fleet {
    /// The fleet as a process of an installation sees it.
    pub fn new(clock: Arc<DatabaseClock>, peppers: &Peppers) -> Self {
        Self {
            clock,
            seal: parking_lot::RwLock::new(Arc::new(Seal::of(peppers))),
            room: WaitingRoom::default(),
            hint: Notify::new(),
            unconfirmed: parking_lot::Mutex::default(),
            known: None,
            failed: watch::Sender::new(None),
        }
    }

    /// From now on receipts are signed under another version of the pepper, or others are held.
    pub(crate) fn seals_with(&self, peppers: &Peppers) {
        *self.seal.write() = Arc::new(Seal::of(peppers));
    }

    /// What receipts are signed with.
    pub fn seal(&self) -> Arc<Seal> {
        self.seal.read().clone()
    }

    /// Writes down here what this process says to know.
    pub(crate) fn writing_down(self, known: Arc<KnownFile>) -> Self {
        Self { known: Some(known), ..self }
    }

    /// Everybody who may vouch, also those whom another server had on its list that took the writes before this one.
    async fn everybody(&self, app: &App) -> Result<(Vec<Node>, Vec<Shadow>), EngineError> {
        loop {
            let everybody = self.listed(&app.engine).await?;
            // After the list was read: it is this server's, or the one's before and read again.
            if knows_server(app).await? {
                return Ok(everybody);
            }
        }
    }

    /// Everybody on the list. This process is among those who have heard only once that is written down: the one after it must
    /// not go on with a snapshot that lacks what was said to be known.
    async fn listed(&self, engine: &Engine) -> Result<(Vec<Node>, Vec<Shadow>), EngineError> {
        let position = engine.index().position();
        match self.known.as_ref().map_or(Ok(()), |known| known.says(position)) {
            Ok(()) => engine.fleet(position).await,
            Err(failure) => {
                tracing::warn!(%failure, "What this process knows could not be written down; it counts as not heard");
                Ok(engine.store().fleet().await?)
            }
        }
    }

    /// A receipt, signed.
    pub fn receipt(
        &self,
        change: Change,
        heard: &Heard,
        pairs: Stopped,
        elapsed_ms: i64,
    ) -> wire::keys::Receipt {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        // Whoever has heard of it still accepts a pair that has a while left.
        let guaranteed_by = pairs.0.iter().map(|(_, from)| *from).fold(heard.guaranteed_by, Timestamp::max);
        self.seal().signed(wire::keys::Receipt {
            position: change.position,
            nodes: number(heard.nodes),
            acknowledged: number(heard.acknowledged),
            pending: heard
                .pending
                .iter()
                .map(|silent| wire::keys::PendingNode {
                    node: silent.node.clone(),
                    until: moment(silent.until),
                })
                .collect(),
            guaranteed_by: moment(guaranteed_by),
            elapsed_ms,
            pairs: pairs
                .0
                .into_iter()
                .map(|(key_id, from)| wire::keys::ReceiptPair {
                    key_id: key_id.to_string(),
                    refused_from: moment(from),
                })
                .collect(),
            issued_at: moment(self.clock.now()),
            public_key: String::new(),
            signature: String::new(),
        })
    }
}

/// Pairs that stop with a change, and from when on each is refused by whoever knows.
#[derive(Clone, Debug, Default)]
pub struct Stopped(Vec<(KeyId, Timestamp)>);

impl Stopped {
    /// One pair.
    pub fn one(key_id: KeyId, from: Timestamp) -> Self {
        Self(vec![(key_id, from)])
    }

    /// A pair of a key, if it does not work for ever.
    pub fn of(key: &Key, key_id: &KeyId) -> Self {
        let state = key.pair(key_id).map(|pair| pair.state);
        match state {
            Some(PairState::Ended { at, .. }) => Self::one(*key_id, at),
            Some(PairState::Retiring { until }) => Self::one(*key_id, until),
            Some(PairState::Current) | None => Self::default(),
        }
    }
}

/// What a process says before it vouches.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// As which node.
    pub node: String,
    /// Which process.
    pub process: ProcessId,
    /// The process before it in the same folder, which is gone.
    pub former: Option<ProcessId>,
    /// What it does.
    pub role: NodeRole,
    /// How long it vouches as if the database had just answered.
    pub lease: Duration,
    /// How long it vouches in all.
    pub spans: Spans,
}

impl Candidate {
    /// A process that begins now, on a folder whose lock it holds.
    pub fn of(config: &Config, process: ProcessId, former: Option<ProcessId>) -> Self {
        let lease = i64::try_from(config.gateway.lease.as_millis()).unwrap_or(i64::MAX);
        Self {
            node: name(config),
            process,
            former,
            role: config.role,
            lease: Duration::from_millis(lease),
            spans: config.gateway.spans(),
        }
    }

    /// Its place in the fleet.
    pub fn seat(&self) -> Seat {
        Seat { node: self.node.clone(), process: self.process }
    }

    /// Registers in the database, for who may write there.
    pub async fn register(&self, engine: &Engine, now: Timestamp) -> Result<bool, EngineError> {
        engine
            .register(Registration {
                node: self.node.clone(),
                process: self.process,
                former: self.former,
                role: self.role,
                version: env!("CARGO_PKG_VERSION").to_owned(),
                lease: self.lease,
                spans: self.spans,
                at: now,
                admit: true,
            })
            .await
    }
}

/// What this process is called as a node.
fn name(config: &Config) -> String {
    if let Some(name) = &config.node.name {
        return name.clone();
    }
    let machine = || {
        let text = std::fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
        domain::checked_node(text.trim()).ok()
    };
    match config.database_url {
        None => LOCAL.to_owned(),
        Some(_) => machine().unwrap_or_else(|| LOCAL.to_owned()),
    }
}

/// Looks again whether the database's server is the one that is counted with: see [`counts_with_server`].
pub(crate) async fn knows_server(app: &App) -> Result<bool, EngineError> {
    counts_with_server(&app.engine, app.config.standby, || ProcessId::draw(&mut *app.rng())).await
}

/// Whether the database's server is the one that is counted with. If it is not, whoever may have registered with another one is on
/// the list as `unlisted` from now on.
pub(crate) async fn counts_with_server(
    engine: &Engine,
    standby: Standby,
    unlisted: impl FnOnce() -> ProcessId,
) -> Result<bool, EngineError> {
    let Some(server) = engine.new_server().await? else { return Ok(true) };
    let (nodes, shadows) = engine.store().fleet().await?;
    let listed = nodes.iter().filter_map(|node| node.run.as_ref().map(|run| run.spans));
    let listed = listed.chain(shadows.iter().map(|shadow| shadow.spans));
    let longest = listed.fold(engine.rules().vouch_for, Spans::max);
    tracing::info!(
        server,
        "The database is on a server that was not counted with: receipts count with nodes that it may not have heard of, unless it \
         is the first or had everything"
    );
    let lossless = standby == Standby::Synchronous;
    engine.taken_over(server, lossless, Shadow::unlisted(unlisted(), longest)).await?;
    Ok(false)
}

/// Asks the database for its time, which is the time from then on.
pub(crate) async fn learn_time(engine: &Engine, clock: &DatabaseClock) -> Result<(), store::StoreError> {
    use store::Driver as _;
    let asked = clock.uptime();
    if let Some(told) = engine.store().driver().database_time().await?
        && let Heeded::No { leap_ms } = clock.learn(asked, told, clock.uptime())
    {
        tracing::error!(
            leap_ms,
            "The database's time leaped by {leap_ms} ms, and this machine's clock does not agree; going on with the time as it \
             was. Set the clocks of the database's machines"
        );
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;
    use crate::clock::ManualClock;

    /// The fleet of one process that has registered and read.
    pub(crate) async fn alone(engine: &Engine, clock: Arc<ManualClock>) -> Fleet {
        let candidate = Candidate {
            node: LOCAL.to_owned(),
            process: ProcessId::draw(&mut domain::seeded(1)),
            former: None,
            role: NodeRole::All,
            lease: Duration::from_millis(10_000),
            spans: engine.rules().vouch_for,
        };
        engine.sit(candidate.seat());
        assert!(candidate.register(engine, clock.now()).await.expect("the database answers"));
        engine.catch_up(clock.uptime()).await.expect("the database answers");
        Fleet::new(Arc::new(DatabaseClock::over(clock)), &engine.peppers())
    }
}
