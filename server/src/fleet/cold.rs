//! Starting without the database: this process goes on as the one before it on the same folder, with what that one knew, for what is
//! left of its span. Until the database answers it is that process and no other; then the database has to be the same one, or this
//! process stops.

use domain::{Peppers, VerificationKeys};
use engine::EngineError;
use store::{PepperCheck, StoreError};
use verify::{Index, SnapshotHead};

use super::known::Known;
use super::{Fleet, KnownFile};
use crate::app::{App, Engine};
use crate::clock::{Clock, DatabaseClock};
use crate::snapshot::{SnapshotFile, belongs};

/// The index of the process before this one, and as whom to go on; if it left anything that somebody may vouch for.
pub(crate) async fn revived(
    known: &KnownFile,
    snapshot: &SnapshotFile,
    keys: VerificationKeys,
    seed: [u64; 2],
) -> Option<(Index, Known)> {
    let known = known.last()?;
    let (index, head) = snapshot.index_alone(keys, seed).await?;
    (head.position == known.position).then_some((index, known))
}

/// Goes on as the process before, on a folder that is this process's alone. `false`: it may not vouch any more.
pub(crate) fn go_on(engine: &Engine, known: &KnownFile, clock: &DatabaseClock) -> bool {
    let (Some(last), Some(seat)) = (known.last(), engine.seat()) else { return false };
    let (index, lease) = (engine.index(), engine.index().lease());
    if last.seat != *seat || last.position != index.position() {
        return false;
    }
    if let Some(time) = last.time {
        clock.recall(time);
    }
    lease.renew_each(last.complete_at, last.spans.min(engine.rules().vouch_for));
    lease.ready();
    known.go_on(last);
    lease.check(clock.uptime()).is_ok()
}

/// Asks a database that answers again whether it is the one this process went on for. `false`: it is not, and this process vouches
/// for nothing any more.
pub(crate) async fn confirm(app: &App) -> Result<bool, EngineError> {
    let Some(head) = *app.fleet.unconfirmed.lock() else { return Ok(true) };
    if let Some(why) = differs(&app.engine, &app.engine.peppers(), &head).await? {
        app.engine.index().lease().doubt();
        app.fleet.failed.send_replace(Some(why.to_owned()));
        return Ok(false);
    }
    // What a start with the database would have read.
    app.engine.recall_limits(app.now()).await?;
    app.engine.recall_refusals(&app.refusals, app.now()).await?;
    *app.fleet.unconfirmed.lock() = None;
    tracing::info!("The database answers again, and is the one that this process went on for");
    Ok(true)
}

async fn differs(
    engine: &Engine,
    peppers: &Peppers,
    head: &SnapshotHead,
) -> Result<Option<&'static str>, StoreError> {
    let store = engine.store();
    if store.check_pepper(peppers).await? != PepperCheck::Right {
        return Ok(Some("the database that answers was made with another pepper"));
    }
    if !belongs(store, head).await? {
        return Ok(Some(
            "the database that answers is not the one this process started for, or was restored from a copy",
        ));
    }
    Ok(None)
}

impl Fleet {
    /// This process went on with a snapshot, of which the database has to say that it is its own.
    pub(crate) fn unconfirmed(self, head: Option<SnapshotHead>) -> Self {
        *self.unconfirmed.lock() = head;
        self
    }
}
