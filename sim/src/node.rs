//! A node of the simulated fleet: the product's own engine and index, and around them what the server does with a real
//! one. A loop that follows the feed, a gateway that asks, a snapshot that is written now and then.

use std::sync::Arc;

use domain::{KeyId, Mode, Timestamp};
use engine::{Engine, in_place};
use store::Store;
use verify::{Ask, Credentials, Index, Reason, Silence, Snapshot, Uptime, Verdict};

use crate::cable::{Cable, Sea};
use crate::clocks::Clocks;
use crate::guards::Guard;
use crate::journal::Notebook;
use crate::population::Population;
use crate::turns::{Moment, Process, first};

/// How often the feed is asked without a hint.
const FOLLOW_EVERY: i64 = 500;
/// How long a node waits before it tries to load again.
const LOAD_AGAIN: i64 = 400;

/// What a node said to presented credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// They are good, and this is whom they speak for: key id, account, brand, mode.
    Granted(KeyId, String, String, Mode),
    /// They are not.
    Refused(Reason),
    /// It cannot know.
    Silent(Silence),
}

/// One life of a node.
#[derive(Clone)]
pub struct Node {
    /// Which.
    pub process: Process,
    /// The product.
    pub engine: Arc<Engine<Cable>>,
    sea: Arc<Sea>,
}

/// A snapshot that a node wrote, as it lies in its folder.
#[derive(Clone)]
pub struct Kept {
    bytes: Arc<Vec<u8>>,
    position: i64,
}

impl Node {
    /// A process that has loaded nothing yet.
    pub fn start(sea: &Arc<Sea>, population: &Population, process: Process, journal: &Arc<Notebook>) -> Self {
        let seed = [process.node as u64 * 2 + 3, u64::from(process.life) * 2 + 1];
        let index = Arc::new(Index::new(population.peppers.verification_keys(), seed));
        let store = Store::new(Cable::of(sea, process));
        let (peppers, rules) = (population.peppers.clone(), population.rules.clone());
        let engine = Arc::new(Engine::new(store, peppers, rules, index, in_place()));
        engine.keep_journal(journal.clone());
        Self { process, engine, sea: sea.clone() }
    }

    /// The uptime that leases are counted in.
    fn lease_time(&self, clocks: &Clocks, now: Moment) -> Uptime {
        match self.sea.off {
            Some(Guard::LeaseIgnoresWallTime) => Uptime::from_millis(clocks.wall(now).as_millis()),
            Some(Guard::LeaseCountsSleep) => clocks.uptime_awake(now),
            _ => clocks.uptime(now),
        }
    }

    /// The verdict on credentials, as the gateway listener asks for it.
    pub fn ask(&self, clocks: &Clocks, credentials: &Credentials, mode: Option<Mode>) -> Said {
        let now = self.sea.turns.now();
        let wall = match self.sea.off {
            Some(Guard::TimeOfEachVerification) => {
                Timestamp::from_millis(clocks.wall(now).as_millis() / 30_000 * 30_000)
            }
            _ => clocks.wall(now),
        };
        let uptime = match self.sea.off {
            Some(Guard::LeaseIsAsked) => Uptime::from_millis(0),
            _ => self.lease_time(clocks, now),
        };
        let mode = if self.sea.off == Some(Guard::ModeIsAsked) { None } else { mode };
        let ask = Ask { mode, ..Ask::default() };
        match self.engine.index().verify(credentials, &ask, wall, uptime) {
            Verdict::Granted(identity) => {
                let brand = identity.brand.as_str().to_owned();
                Said::Granted(identity.key_id, identity.account.to_string(), brand, identity.mode)
            }
            Verdict::Refused { reason, .. } => Said::Refused(reason),
            Verdict::Limited { .. } => Said::Refused(Reason::RateLimited),
            Verdict::CannotSay(silence) => Said::Silent(silence),
        }
    }

    /// Loads, then follows the feed for as long as the process lives. `clocks` reads the machine's clocks; `heard` is
    /// told of each reading: when it began, and whether it went well.
    pub async fn follow(
        self,
        kept: Option<Kept>,
        clocks: impl Fn() -> Clocks + Send,
        heard: impl Fn(Moment, bool) + Send,
    ) {
        let turns = self.sea.turns.clone();
        if self.sea.off == Some(Guard::LoadedBeforeAnswering) {
            self.engine.index().lease().ready();
            self.renew(&clocks());
        }
        if let Some(kept) = kept {
            self.fill(&kept).await;
        }
        loop {
            let began = turns.now();
            let asked_at = self.lease_time(&clocks(), began);
            if self.engine.load(asked_at, |_, _| ()).await.is_ok() {
                heard(began, true);
                break;
            }
            turns.after(LOAD_AGAIN).await;
        }
        self.sea.tell(format_args!(
            "n{} loaded, position {}",
            self.process.node,
            self.engine.index().position()
        ));
        let bell = self.sea.bell(self.process.node);
        loop {
            let wait = turns.after(turns.between(FOLLOW_EVERY / 2, FOLLOW_EVERY));
            if first(bell.notified(), wait).await.is_some() && !self.hears_hints() {
                turns.after(FOLLOW_EVERY).await;
            }
            let began = turns.now();
            let good = self.catch_up(&clocks).await;
            heard(began, good);
            if self.engine.lost().is_some() {
                // What cannot be written now is written after the next reading.
                let _ = self.engine.quarantine_once(clocks().wall(turns.now())).await;
            }
        }
    }

    /// Hints are lost for whoever is cut off, and now and then for anybody.
    fn hears_hints(&self) -> bool {
        self.sea.link(self.process.node).answers && !self.sea.turns.per_mille(200)
    }

    async fn catch_up(&self, clocks: &impl Fn() -> Clocks) -> bool {
        let asked_at = self.lease_time(&clocks(), self.sea.turns.now());
        match self.sea.off {
            Some(Guard::LeaseNeedsTheFeed) => {
                self.renew(&clocks());
                // Reads now and then, but vouches always.
                !self.sea.turns.per_mille(100) || self.engine.catch_up(asked_at).await.is_ok()
            }
            Some(Guard::LeaseCountsFromTheQuestion) => {
                let good = self.engine.catch_up(asked_at).await.is_ok();
                if good {
                    self.renew(&clocks());
                }
                good
            }
            _ => self.engine.catch_up(asked_at).await.is_ok(),
        }
    }

    fn renew(&self, clocks: &Clocks) {
        let now = self.lease_time(clocks, self.sea.turns.now());
        self.engine.index().lease().renew_each(now, self.engine.rules().vouch_for);
    }

    fn seal(&self, parts: &[&[u8]]) -> domain::Digest {
        self.engine.peppers().newest().digest_snapshot(parts)
    }

    /// What names the history of the database at a position.
    async fn mark(&self, position: i64) -> Option<[u8; 16]> {
        let link = self.engine.store().link_at(position).await.ok()??;
        link.first_chunk().copied()
    }

    /// Writes a snapshot, as the server does now and then.
    pub async fn keep(&self) -> Option<Kept> {
        let (position, mark) = self.engine.place()?;
        let mut bytes = Vec::new();
        let seal = |parts: &[&[u8]]| self.seal(parts);
        self.engine.index().write_snapshot(mark, position, &seal, &mut bytes).ok()?;
        Some(Kept { bytes: Arc::new(bytes), position })
    }

    /// Begins with a snapshot, if it is of this database's history.
    async fn fill(&self, kept: &Kept) {
        let Some(mark) = self.mark(kept.position).await else { return };
        let seal = |parts: &[&[u8]]| self.seal(parts);
        let mut bytes = kept.bytes.as_slice();
        let snapshot = Snapshot::open(&seal, &mut bytes).expect("nobody edits a snapshot here");
        // Somebody who asked this node for a change meanwhile has had the feed read already.
        if snapshot.head().mark == mark && self.engine.index().is_empty() {
            snapshot.fill(self.engine.index()).expect("nobody edits a snapshot here");
            self.sea.tell(format_args!("n{} begins with a snapshot of {}", self.process.node, kept.position));
        }
    }
}
