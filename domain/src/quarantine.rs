//! Quarantine: a database that lacks what somebody has seen, or that was restored and not finished, changes no keys until a person has
//! decided.
//!
//! Every database has an *incarnation*, drawn when it is made and anew whenever somebody says that it goes on from an older state. Another
//! history under the same incarnation was declared by nobody: acknowledged changes are lost.

use crate::audit::AuditEntry;
use crate::decision::{Decision, Row};
use crate::ids::{KeyId, KeyRef};
use crate::pair::{Pair, PairState};
use crate::random::Random;
use crate::time::Timestamp;

/// Which life of a database this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Incarnation([u8; 16]);

impl Incarnation {
    /// A new one.
    pub fn draw(rng: Random<'_>) -> Self {
        let mut bytes = [0; 16];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// As it is kept.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// As it is kept.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl std::fmt::Display for Incarnation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Why keys are not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuarantineReason {
    /// A process had seen changes that the database does not have.
    HistoryLost,
    /// It was restored, and the endings after the backup have not been written again.
    Unfinished,
}

impl QuarantineReason {
    /// The word kept in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            QuarantineReason::HistoryLost => "history_lost",
            QuarantineReason::Unfinished => "unfinished",
        }
    }

    /// Reads the word kept in the store.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::HistoryLost, Self::Unfinished].into_iter().find(|why| why.as_str() == text)
    }
}

/// The mark of a quarantined database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantine {
    /// Why.
    pub why: QuarantineReason,
    /// The node that saw it, or what restored it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The position that whoever marked it had seen; of a restored one at least the position of the backup.
    pub seen: i64,
}

/// What a decision does to the history of the database itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HistoryChange {
    /// It is quarantined in this life, unless it is already.
    Quarantined(Incarnation, Quarantine),
    /// It was restored from a backup: quarantined as unfinished, and nobody is logged in any more.
    Restored(Quarantine),
    /// Somebody has decided: a new incarnation, whole again, and its next position is above all that anybody has seen.
    Recovered {
        /// The new incarnation.
        incarnation: Incarnation,
        /// The highest position that anybody has seen.
        above: i64,
    },
}

/// Marks a database that, in this life, lacks what a node has seen.
pub fn quarantine(node: &str, incarnation: Incarnation, seen: i64, head: i64, now: Timestamp) -> Decision {
    let audit =
        AuditEntry::by_system("database.quarantined", node, now).fact("seen", seen).fact("head", head);
    let quarantine = Quarantine { why: QuarantineReason::HistoryLost, by: node.to_owned(), at: now, seen };
    Decision { history: Some(HistoryChange::Quarantined(incarnation, quarantine)), ..Decision::new(audit) }
}

/// Begins the new life of a database that was restored from a backup of a position, of whose history somebody has seen more. It has its own
/// incarnation when it is finished.
pub fn restored(position: i64, seen: i64, taken_at: Option<Timestamp>, now: Timestamp) -> Decision {
    let mut audit = AuditEntry::by_system("database.restored", "backup", now).fact("position", position);
    if let Some(taken_at) = taken_at {
        audit = audit.fact("taken_at", taken_at.as_millis());
    }
    let quarantine =
        Quarantine { why: QuarantineReason::Unfinished, by: "restore".to_owned(), at: now, seen };
    Decision { history: Some(HistoryChange::Restored(quarantine)), ..Decision::new(audit) }
}

/// A pair whose ending is to be written again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedAgain {
    /// Its key.
    pub key: KeyRef,
    /// The pair as the database has it.
    pub pair: Pair,
    /// What it is known to be.
    pub state: PairState,
}

/// Ends a quarantine: endings that the database lacks are written again, in the order given. `accepted` says that whoever decides knows
/// that endings may be lost for good.
pub fn recover(
    incarnation: Incarnation,
    above: i64,
    endings: Vec<EndedAgain>,
    lost: &[KeyId],
    accepted: bool,
    now: Timestamp,
) -> Decision {
    let mut audit = AuditEntry::by_system("database.recovered", incarnation, now)
        .fact("above", above)
        .fact("ended_again", endings.len())
        .fact("unknown_pairs", lost.len());
    if accepted {
        audit = audit.fact("endings_may_be_lost", "accepted");
    }
    let mut decision = Decision::new(audit);
    decision.history = Some(HistoryChange::Recovered { incarnation, above });
    for EndedAgain { key, pair, state } in endings {
        decision.update(Row::Pair { key, pair: Pair { state, ..pair } });
    }
    decision
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_incarnation_is_like_no_other_and_a_reason_is_a_word() {
        let draw = |seed| Incarnation::draw(&mut crate::random::seeded(seed));
        assert_ne!(draw(1), draw(2));
        assert_eq!(Incarnation::from_bytes(*draw(1).as_bytes()), draw(1));
        assert_eq!(draw(1).to_string().len(), 32);
        for why in [QuarantineReason::HistoryLost, QuarantineReason::Unfinished] {
            assert_eq!(QuarantineReason::parse(why.as_str()), Some(why));
        }
        assert_eq!(QuarantineReason::parse("fine"), None);
    }

    #[test]
    fn only_a_recovery_changes_keys() {
        let now = Timestamp::from_millis(7);
        let incarnation = Incarnation::from_bytes([1; 16]);
        assert!(!quarantine("eu-1", incarnation, 9, 7, now).changes_keys());
        assert!(!restored(9, 9, None, now).changes_keys());
        assert!(recover(incarnation, 9, Vec::new(), &[], false, now).changes_keys());
        let said = |accepted| recover(incarnation, 9, Vec::new(), &[], accepted, now).audit.facts;
        assert!(!said(false).contains("accepted") && said(true).contains("endings_may_be_lost=accepted"));
    }
}
