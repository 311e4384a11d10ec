//! Refusals: writing down what the process remembers of them, and remembering it again after a restart.

use domain::{DAY, Duration, Timestamp};
use store::{Driver, RefusalChanges, RefusalRow};
use verify::{Gone, Hours, Minutes, Reason, RecentRefusal, Refusals, Sources, Unsaved};

use crate::{Engine, EngineError};

/// How long a refusal is kept after the last of its kind.
const KEPT_FOR: Duration = DAY.times(30);
/// Entries behind one commit: few enough that no change of a key waits for them.
const WRITTEN_AT_ONCE: usize = 250;

impl<D: Driver> Engine<D> {
    /// Remembers what was written down before this process started. Returns how many entries there are.
    pub async fn recall_refusals(&self, refusals: &Refusals, now: Timestamp) -> Result<usize, EngineError> {
        for row in self.store.refusals(now - KEPT_FOR).await? {
            // A word of a later version says nothing to this one.
            if let Some(refusal) = remembered(row) {
                refusals.restore(refusal);
            }
        }
        Ok(refusals.len())
    }

    /// Forgets what is old and writes down what has changed since the last time. Returns how many entries that were.
    pub async fn flush_refusals_once(
        &self,
        refusals: &Refusals,
        now: Timestamp,
    ) -> Result<usize, EngineError> {
        let before = now - KEPT_FOR;
        refusals.forget_before(before);
        let mut written = 0;
        // What changes while this writes is left for the next turn: a flood must not keep it here.
        for _ in 0..=refusals.len() / WRITTEN_AT_ONCE {
            let unsaved = refusals.unsaved(WRITTEN_AT_ONCE);
            if unsaved.changed.is_empty() && unsaved.gone.is_empty() {
                break;
            }
            if let Err(error) = self.store.write_refusals(changes(&unsaved, before)).await {
                refusals.give_back(&unsaved);
                return Err(error.into());
            }
            refusals.saved(&unsaved);
            written += unsaved.changed.len() + unsaved.gone.len();
        }
        Ok(written)
    }
}

fn changes(unsaved: &Unsaved, before: Timestamp) -> RefusalChanges {
    let gone = |gone: &Gone| (gone.key_id, gone.reason.word());
    RefusalChanges {
        changed: unsaved.changed.iter().map(row).collect(),
        gone: unsaved.gone.iter().map(gone).collect(),
        before,
    }
}

fn row(refusal: &RecentRefusal) -> RefusalRow {
    RefusalRow {
        key_id: refusal.key_id,
        key: refusal.key,
        account: refusal.account,
        reason: refusal.reason.word(),
        first_at: refusal.first_at,
        last_at: refusal.last_at,
        count: i64::try_from(refusal.count).unwrap_or(i64::MAX),
        minutes: refusal.minutes.to_bytes(),
        hours: refusal.hours.to_bytes(),
        sources: refusal.sources.to_text(),
    }
}

fn remembered(row: RefusalRow) -> Option<RecentRefusal> {
    Some(RecentRefusal {
        key_id: row.key_id,
        key: row.key,
        account: row.account,
        reason: Reason::of_word(&row.reason)?,
        first_at: row.first_at,
        last_at: row.last_at,
        count: u64::try_from(row.count).ok()?,
        sources: Sources::from_text(&row.sources),
        minutes: Minutes::from_bytes(&row.minutes)?,
        hours: Hours::from_bytes(&row.hours)?,
    })
}
