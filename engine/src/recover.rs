//! Recover: ends the quarantine of a database. What journals say to have ended is written again, in one commit, above every position that
//! anybody has seen.

use std::collections::BTreeMap;

use domain::{
    EndedAgain, Incarnation, KeyId, Pair, PairState, Peppers, Random, Timestamp, recover as decide_recovery,
};
use store::{Driver, PairRow, Store};

use crate::EngineError;
use crate::journal::Line;

/// How many changes a database may have lost, at most. Whoever tells of a later one could use all numbers up.
pub(crate) const AHEAD_MAX: i64 = 1 << 32;

/// A database whose quarantine has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovered {
    /// The position from which it goes on.
    pub position: i64,
    /// Pairs that were ended again, or are retiring again.
    pub ended_again: Vec<KeyId>,
    /// Pairs that were issued in the lost window, with when: the database does not know them, and they work nowhere.
    pub unknown: Vec<(KeyId, Timestamp)>,
}

/// What all journals together know of a pair.
struct Known {
    state: PairState,
    position: i64,
    created_at: Option<Timestamp>,
}

/// Ends a quarantine with the lines of all journals there are. `seen` is the highest position that anybody has seen; `accepted` says that
/// whoever decides knows that endings may be missing in them.
pub async fn recover<D: Driver>(
    store: &Store<D>,
    peppers: &Peppers,
    lines: impl IntoIterator<Item = &Line>,
    seen: i64,
    accepted: bool,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<Recovered, EngineError> {
    let incarnation = Incarnation::draw(rng);
    let head = store.head_as("", 0).await?;
    let (mut endings, mut unknown) = (Vec::new(), Vec::new());
    for (key_id, known) in known(lines) {
        match store.pair(&key_id).await? {
            None if matches!(known.state, PairState::Ended { .. }) => {}
            None => unknown.extend(known.created_at.map(|at| (key_id, at))),
            Some(row) if known.state.or_less_alive(row.state) == row.state => {}
            Some(row) => {
                let again = EndedAgain { key: row.key, pair: pair(&row), state: known.state };
                endings.push((known.position, again));
            }
        }
    }
    // A key has one retiring pair at most: those that have ended make room first.
    endings.sort_by_key(|(position, again)| (matches!(again.state, PairState::Retiring { .. }), *position));
    let endings: Vec<EndedAgain> = endings.into_iter().map(|(_, again)| again).collect();
    let ended_again = endings.iter().map(|again| again.pair.key_id).collect();
    let marked = head.quarantine.map_or(0, |quarantine| quarantine.seen);
    let above = seen.max(marked).max(head.head).max(store.highest_reported().await?);
    let above = above.min(head.head.saturating_add(AHEAD_MAX));
    let lost: Vec<KeyId> = unknown.iter().map(|(key_id, _)| *key_id).collect();
    let decision = decide_recovery(incarnation, above, endings, &lost, accepted, now);
    let committed = store.commit(decision, peppers).await?;
    Ok(Recovered { position: committed.position.unwrap_or(above), ended_again, unknown })
}

/// Every pair that a journal tells of: as little alive as any says.
fn known<'a>(lines: impl IntoIterator<Item = &'a Line>) -> BTreeMap<KeyId, Known> {
    let mut pairs: BTreeMap<KeyId, Known> = BTreeMap::new();
    for line in lines {
        let new = || Known { state: line.state, position: line.position, created_at: None };
        let known = pairs.entry(line.key_id).or_insert_with(new);
        known.state = known.state.or_less_alive(line.state);
        known.position = known.position.max(line.position);
        if line.state == PairState::Current {
            known.created_at = Some(line.created_at);
        }
    }
    pairs
}

fn pair(row: &PairRow) -> Pair {
    Pair {
        key_id: row.key_id,
        mode: row.mode,
        digest: row.digest,
        layers: row.layers,
        state: row.state,
        created_at: row.created_at,
        expires_at: row.expires_at,
        last_used_at: row.last_used_at,
        last_used_from: row.last_used_from,
    }
}
