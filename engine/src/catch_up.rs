//! Catch up: read what changed after our position and put it into the index.
//!
//! All knowledge of writes, this node's own included, comes through here. There is no cache and no invalidation.

use domain::Spans;
use store::{Driver, FeedPlace, PairRow};
use verify::{PairRecord, Uptime};

use crate::{Engine, EngineError};

/// Rows read at a time: enough to be quick, few enough to stay small.
const ROWS_AT_A_TIME: i64 = 5_000;

/// What catching up did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaughtUp {
    /// The position this node now knows.
    pub position: i64,
    /// Pairs that changed.
    pub pairs: usize,
    /// Whether this process is what runs as its node, and so may vouch for what it read.
    pub seated: bool,
}

impl<D: Driver> Engine<D> {
    /// Catches up and renews the lease from `asked_at`, the moment before the store was asked.
    pub async fn catch_up(&self, asked_at: Uptime) -> Result<CaughtUp, EngineError> {
        self.follow_with(Some(asked_at), None, |_| ()).await
    }

    /// Fills the index at start-up, from wherever it stands; `progress` is told after each part how many pairs are loaded and how many there are.
    pub async fn load(
        &self,
        asked_at: Uptime,
        progress: impl Fn(usize, usize),
    ) -> Result<CaughtUp, EngineError> {
        let total = usize::try_from(self.store.pair_count().await?).unwrap_or_default();
        // Some may be known already, from a snapshot.
        self.index.reserve(total.saturating_sub(self.index.len()));
        let caught_up = self.follow_with(Some(asked_at), None, |loaded| progress(loaded, total)).await?;
        self.index.lease().ready();
        Ok(caught_up)
    }

    /// Catches up without renewing the lease. If the store does not answer, whoever asked for a change is not told that it was
    /// done; others are vouched for as before, until the lease is over.
    pub(crate) async fn follow(&self) -> Result<CaughtUp, EngineError> {
        self.follow_with(None, None, |_| ()).await
    }

    /// The same up to a position, which somebody else's turn may have read meanwhile: of many that were committed together, one
    /// reads for all.
    pub(crate) async fn follow_to(&self, position: i64) -> Result<CaughtUp, EngineError> {
        self.follow_with(None, Some(position), |_| ()).await
    }

    async fn follow_with(
        &self,
        renew_from: Option<Uptime>,
        enough: Option<i64>,
        progress: impl Fn(usize),
    ) -> Result<CaughtUp, EngineError> {
        let _turn = self.catching_up.lock().await;
        if enough.is_some_and(|enough| enough <= self.index.position()) {
            return Ok(CaughtUp { position: self.index.position(), pairs: 0, seated: true });
        }
        // What cannot be read changes nothing: the lease runs out by itself.
        let (caught_up, allowed) = self.read_feed(&progress).await?;
        // Still in our turn, or a renewal could come after somebody else's doubt and take it back.
        match (allowed, renew_from) {
            (Some(spans), Some(asked_at)) => self.index.lease().renew_each(asked_at, spans),
            (Some(_), None) => {}
            // This process was removed or replaced. Whoever removed it counts on its stopping when it reads that.
            (None, _) => self.index.lease().doubt(),
        }
        Ok(caught_up)
    }

    /// Reads everything after our position. Says, beside it, how long this process may vouch for it, if at all.
    async fn read_feed(&self, progress: &impl Fn(usize)) -> Result<(CaughtUp, Option<Spans>), EngineError> {
        // What runs as our node is read in the same moment as the head, before any pair: a registration that is gone by now
        // does not vouch for what is read after it.
        let (head, allowed) = match self.seat.get() {
            None => {
                let (head, in_use) = self.store.head_and_pepper().await?;
                self.follows_pepper(in_use);
                (head, Some(self.rules.vouch_for))
            }
            Some(seat) => {
                let found = self.store.head_as(&seat.node).await?;
                self.follows_pepper(found.pepper);
                (found.head, seat.allowed(&found, self.rules.vouch_for))
            }
        };
        let mut place = FeedPlace::after(self.index.position());
        let mut pairs = 0;
        loop {
            let rows = self.store.newest_pairs_changed(&place, ROWS_AT_A_TIME).await?;
            let Some(last) = rows.last() else { break };
            place = FeedPlace { position: last.position, key_id: Some(last.key_id) };
            for row in &rows {
                // Limits first: a pair whose record says that it is limited finds them.
                self.index.limiters().set(&row.key, &row.limits);
                self.index.apply(&record(row));
            }
            pairs += rows.len();
            progress(pairs);
            if (rows.len() as i64) < ROWS_AT_A_TIME {
                break;
            }
        }
        // Read before the pairs: what came in meanwhile is read again next time, and nothing is skipped.
        self.index.set_position(head);
        self.positions.send_if_modified(|told| std::mem::replace(told, head) != head);
        Ok((CaughtUp { position: head, pairs, seated: allowed.is_some() }, allowed))
    }
}

fn record(row: &PairRow) -> PairRecord<'_> {
    PairRecord {
        key_id: row.key_id,
        key: row.key,
        account: row.account,
        brand: &row.brand,
        mode: row.mode,
        digest: row.digest,
        layers: row.layers,
        state: row.state,
        created_at: row.created_at,
        expires_at: row.expires_at,
        limited: !row.limits.is_none(),
    }
}
