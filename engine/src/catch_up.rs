//! Catch up: read what changed after our position and put it into the index.
//!
//! All knowledge of writes, this node's own included, comes through here. There is no cache and no invalidation.

use domain::{QuarantineReason, Spans};
use store::{Driver, FeedPlace, HeadAs, PairRow, StoreError};
use verify::{PairRecord, Roll, Uptime};

use crate::history::Course;
use crate::journal::{Line, Place};
use crate::{Engine, EngineError};

/// Rows read at a time: enough to be quick, few enough to stay small.
const ROWS_AT_A_TIME: i64 = 5_000;

/// What catching up did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaughtUp {
    /// The position this node now knows.
    pub position: i64,
    /// Pairs that changed.
    pub pairs: usize,
    /// How long this process may vouch for what it read; `None`: it is not what runs as its node.
    pub allowed: Option<Spans>,
    /// Why what was read could not be written down first, in words: it counts for verification, and nobody is told that it is known.
    pub unwritten: Option<String>,
}

/// What came of reading pairs.
#[derive(Default)]
struct Reading {
    pairs: usize,
    /// How many of them are known to be less alive than the database says.
    contradicted: usize,
    /// Which, if all were read.
    roll: Roll,
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
        self.written_down(self.follow_with(None, None, |_| ()).await?)
    }

    /// The same up to a position, which somebody else's turn may have read meanwhile: of many that were committed together, one
    /// reads for all.
    pub(crate) async fn follow_to(&self, position: i64) -> Result<CaughtUp, EngineError> {
        self.written_down(self.follow_with(None, Some(position), |_| ()).await?)
    }

    /// Of what is not written down, or stands in another history than this process belongs to, nobody is told that it was done.
    fn written_down(&self, caught_up: CaughtUp) -> Result<CaughtUp, EngineError> {
        match &caught_up.unwritten {
            Some(why) => Err(EngineError::Unwritten(why.clone())),
            None if self.lost().is_some() => Err(StoreError::Quarantined.into()),
            None => Ok(caught_up),
        }
    }

    async fn follow_with(
        &self,
        renew_from: Option<Uptime>,
        enough: Option<i64>,
        progress: impl Fn(usize),
    ) -> Result<CaughtUp, EngineError> {
        let _turn = self.catching_up.lock().await;
        if enough.is_some_and(|enough| enough <= self.index.position()) {
            let allowed = Some(self.rules.vouch_for);
            return Ok(CaughtUp { position: self.index.position(), pairs: 0, allowed, unwritten: None });
        }
        // What cannot be read changes nothing: the lease runs out by itself.
        let caught_up = self.read_feed(&progress).await?;
        // Still in our turn, or a renewal could come after somebody else's doubt and take it back.
        match (caught_up.allowed, renew_from) {
            (Some(spans), Some(asked_at)) => self.index.lease().renew_each(asked_at, spans),
            (Some(_), None) => {}
            // This process was removed or replaced. Whoever removed it counts on its stopping when it reads that.
            (None, _) => self.index.lease().doubt(),
        }
        Ok(caught_up)
    }

    /// Reads everything after our position.
    async fn read_feed(&self, progress: &impl Fn(usize)) -> Result<CaughtUp, EngineError> {
        // What runs as our node, which history this is and which pepper is in use are read in the same moment as the head, before any pair: a
        // registration that is gone by now does not vouch for what is read after it.
        let before = self.memory.lock().clone();
        let found = self.head_from(before.seen.map_or(0, |seen| seen.position)).await?;
        self.follows_pepper(found.pepper);
        let allowed = match self.seat.get() {
            None => Some(self.rules.vouch_for),
            Some(seat) => seat.allowed(&found, self.rules.vouch_for),
        };
        self.memory.lock().quarantine = found.quarantine.clone();
        if found.quarantine.as_ref().is_some_and(|quarantine| quarantine.why == QuarantineReason::Unfinished)
        {
            // Endings are missing in it. What is known already counts for as long as it does.
            return Err(StoreError::Quarantined.into());
        }
        let course = before.course(&found);
        let anew = before.reads_anew(course, &found);
        let journal = self.journal.get().filter(|_| before.writes_down(course));
        let kept = journal.and_then(|journal| journal.place());
        let from = match before.read_to {
            _ if anew => 0,
            Some((position, _)) => position,
            // A snapshot may be ahead of the journal: what came between belongs into it.
            None => kept.map_or(i64::MAX, |kept| kept.position).min(self.index.position()),
        };
        let mut read =
            self.read_pairs(from, kept.is_some(), kept.map_or(0, |kept| kept.position), progress).await?;
        // What a process before this one knew to have ended; one that runs on knows it itself.
        if anew || (before.read_to.is_none() && found.quarantine.is_some()) {
            read.contradicted += self.end_as_journalled()?;
        }
        let lost = before.lost_now(course, &found, read.contradicted);
        if course == Course::BeginsAnew && lost.is_none() {
            // Nobody could end them any more. Asked again: rows of another server must not be what is missing.
            let again = self.head_from(found.head).await?;
            if (again.incarnation, again.remembered) != (found.incarnation, found.mark) {
                return Err(StoreError::Unreachable("another server answers".to_owned()).into());
            }
            self.index.end_all_but(&read.roll);
        }
        let place = Place { position: found.head, mark: found.mark, incarnation: found.incarnation };
        {
            let mut memory = self.memory.lock();
            memory.lost = lost;
            memory.read_to = Some((found.head, found.mark));
            if course != Course::Another {
                memory.seen = Some(place);
            }
        }
        // Before anybody is told. Of a history that lacks what this process knows nothing is written down.
        let unwritten = match self.journal.get().filter(|_| lost.is_none()) {
            Some(journal) if journal.place() != Some(place) => {
                journal.keep(place, kept.is_none()).await.err()
            }
            Some(_) | None => None,
        };
        if unwritten.is_none() {
            // Read before the pairs: what came in meanwhile is read again next time, and nothing is skipped.
            self.memory.lock().told = found.mark.map(|mark| (found.head, mark));
            self.index.set_position(found.head);
            self.positions.send_if_modified(|told| std::mem::replace(told, found.head) != found.head);
        }
        Ok(CaughtUp { position: self.index.position(), pairs: read.pairs, allowed, unwritten })
    }

    async fn head_from(&self, remembered: i64) -> Result<HeadAs, EngineError> {
        let node = self.seat.get().map_or("", |seat| seat.node.as_str());
        Ok(self.store.head_as(node, remembered).await?)
    }

    /// Reads the pairs that changed after a position into the index, and gives those that changed after `noted` to the journal, if they
    /// are to be `written` there.
    async fn read_pairs(
        &self,
        from: i64,
        written: bool,
        noted: i64,
        progress: &impl Fn(usize),
    ) -> Result<Reading, EngineError> {
        let (mut place, mut read) = (FeedPlace::after(from), Reading::default());
        loop {
            let rows = self.store.newest_pairs_changed(&place, ROWS_AT_A_TIME).await?;
            let Some(last) = rows.last() else { break };
            place = FeedPlace { position: last.position, key_id: Some(last.key_id) };
            for row in &rows {
                // Limits first: a pair whose record says that it is limited finds them.
                self.index.limiters().set(&row.key, &row.limits);
                let applied = self.index.apply(&record(row));
                read.contradicted += usize::from(applied.contradicts);
                if from == 0 {
                    read.roll.call(applied.slot);
                }
            }
            if let Some(journal) = self.journal.get().filter(|_| written) {
                let lines = rows.iter().filter(|row| noted < row.position).map(Line::of);
                journal.take(&lines.collect::<Vec<_>>());
            }
            read.pairs += rows.len();
            progress(read.pairs);
            if (rows.len() as i64) < ROWS_AT_A_TIME {
                break;
            }
        }
        Ok(read)
    }

    /// Ends in the index what the journal says to have ended. Returns how many pairs were thought to be more alive.
    pub fn end_as_journalled(&self) -> Result<usize, EngineError> {
        let Some(journal) = self.journal.get() else { return Ok(0) };
        let endings = journal.endings().map_err(EngineError::Unwritten)?;
        Ok(endings.iter().filter(|(key_id, state)| self.index.end(key_id, *state)).count())
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
