//! Waiting until everybody has heard of a change. However many wait, the database is asked by one of them at a time, and what it
//! says is good for all who had begun to wait before it was asked.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::{CERTAIN_FOR, Heard, Mode, Node, Shadow, Timestamp, hear};
use engine::EngineError;
use tokio::sync::{Mutex, Notify};
use tokio::time::timeout;
use verify::Uptime;

use crate::app::App;

/// Between two looks at the fleet, at first; then twice as long each time.
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// And at most this.
const LOOK_EVERY_MAX: Duration = Duration::from_millis(100);

/// After a commit nobody who has not heard of it calls a key id unknown any more; with a margin for clocks.
const CERTAIN_EVERYWHERE: Duration = Duration::from_millis(CERTAIN_FOR.as_millis() as u64 + 50);

/// Changes that are remembered, at most.
const NOTED_MAX: usize = 1_000;

/// A change that somebody wants a receipt for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its place in the feed.
    pub position: i64,
    /// Of keys of which mode.
    pub mode: Mode,
    /// A moment by which its commit had returned.
    pub known_by: Timestamp,
}

/// Everybody who may vouch.
type Everybody = Arc<(Vec<Node>, Vec<Shadow>)>;

/// What those who wait share.
#[derive(Default)]
pub struct WaitingRoom {
    /// How often somebody began to wait for a look.
    begun: AtomicU64,
    /// The last look, and how many had begun before it.
    look: Mutex<Option<(u64, Everybody)>>,
    /// Rung when a report came in at this process.
    reported: Notify,
    /// Changes that were made here lately, by position.
    noted: parking_lot::Mutex<BTreeMap<i64, Noted>>,
}

/// What this process remembers of a change that it made.
#[derive(Clone, Copy, Debug)]
struct Noted {
    known_by: Timestamp,
    began: Uptime,
    /// How long it took until everybody had heard, if that was seen.
    elapsed_ms: Option<i64>,
}

impl WaitingRoom {
    /// A node has said how far it is: whoever waits looks again.
    pub fn ring(&self) {
        self.reported.notify_waiters();
    }

    /// Remembers a change that was made here, and when that began.
    pub fn note(&self, change: Change, began: Uptime) {
        let mut noted = self.noted.lock();
        noted.insert(change.position, Noted { known_by: change.known_by, began, elapsed_ms: None });
        while NOTED_MAX < noted.len() {
            noted.pop_first();
        }
    }

    /// A moment by which the commit of a change had returned, if it was made here lately.
    pub fn known_by(&self, position: i64) -> Option<Timestamp> {
        self.noted.lock().get(&position).map(|noted| noted.known_by)
    }

    /// Everybody had heard of a change at a moment. The first time counts.
    pub fn all_heard(&self, position: i64, at: Uptime) {
        if let Some(noted) = self.noted.lock().get_mut(&position) {
            let took = (at.as_millis() - noted.began.as_millis()).max(0);
            noted.elapsed_ms.get_or_insert(took);
        }
    }

    /// How long it took until everybody had heard.
    pub fn elapsed_ms(&self, position: i64) -> Option<i64> {
        self.noted.lock().get(&position)?.elapsed_ms
    }

    /// Who has heard of a change by now.
    pub async fn look(&self, app: &App, change: Change) -> Result<Heard, EngineError> {
        let everybody = self.everybody(app).await?;
        let (nodes, shadows) = &*everybody;
        let mut heard = hear(change.position, change.mode, change.known_by, nodes, shadows, app.now());
        if heard.pending.is_empty() {
            // By the database's own clock it may be later than it is here.
            heard.guaranteed_by =
                heard.guaranteed_by + domain::Duration::from_millis(app.fleet.clock.apart_ms());
        }
        Ok(heard)
    }

    /// Who has heard of a change when all have, or when `within` is over.
    pub async fn wait(&self, app: &App, change: Change, within: Duration) -> Result<Heard, EngineError> {
        match timeout(within, self.all_have(app, change)).await {
            Ok(outcome) => outcome,
            Err(_) => self.look(app, change).await,
        }
    }

    /// Before the secret of a new pair is shown: waits until every node has heard of the pair, or until none that has not calls
    /// its key id unknown. Called after the commit has returned and this process knows of it.
    pub async fn before_showing(&self, app: &App, mode: Mode) {
        if app.config.database_url.is_none() {
            // Alone with its database.
            return;
        }
        let change = Change { position: app.engine.index().position(), mode, known_by: app.now() };
        let heard = async {
            if let Err(error) = self.all_have(app, change).await {
                tracing::debug!(%error, "Who has heard of a new pair could not be read; waiting until it does not matter");
                std::future::pending::<()>().await;
            }
        };
        let _ = timeout(CERTAIN_EVERYWHERE, heard).await;
    }

    async fn all_have(&self, app: &App, change: Change) -> Result<Heard, EngineError> {
        let mut pause = LOOK_EVERY;
        loop {
            let reported = self.reported.notified();
            let heard = self.look(app, change).await?;
            if heard.pending.is_empty() {
                return Ok(heard);
            }
            let _ = timeout(pause, reported).await;
            pause = LOOK_EVERY_MAX.min(pause * 2);
        }
    }

    async fn everybody(&self, app: &App) -> Result<Everybody, EngineError> {
        let mine = self.begun.fetch_add(1, Ordering::SeqCst);
        let mut look = self.look.lock().await;
        if let Some((begun, everybody)) = &*look
            && mine < *begun
        {
            return Ok(everybody.clone());
        }
        let begun = self.begun.load(Ordering::SeqCst);
        let everybody = Arc::new(app.fleet.everybody(app).await?);
        *look = Some((begun, everybody.clone()));
        Ok(everybody)
    }
}
