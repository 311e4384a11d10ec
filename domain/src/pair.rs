//! A pair: a `key_id` with its `key_secret`, and how long it works.
//!
//! A pair is current, then retiring until a moment, then ended; or current and then ended. It never goes back,
//! and a deadline never moves later. Nothing has to happen for a retiring pair to stop: the clock ends it.

use crate::ids::{KeyId, Mode};
use crate::layers::Layers;
use crate::network::Network;
use crate::pepper::Digest;
use crate::time::Timestamp;

/// Why a pair ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// Its key was regenerated with *deactivate immediately*.
    Replaced,
    /// Its 24 hours were over.
    GraceOver,
    /// Somebody deactivated it.
    Deactivated,
    /// It reached its expiry date.
    Expired,
}

impl EndReason {
    /// The word kept in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            EndReason::Replaced => "replaced",
            EndReason::GraceOver => "grace_over",
            EndReason::Deactivated => "deactivated",
            EndReason::Expired => "expired",
        }
    }

    /// Reads the word kept in the store.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Replaced, Self::GraceOver, Self::Deactivated, Self::Expired]
            .into_iter()
            .find(|why| why.as_str() == text)
    }
}

/// What was last written about a pair. What is true at a moment is its [`Standing`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairState {
    /// The pair its key uses now.
    Current,
    /// Replaced, but still accepted strictly before `until`.
    Retiring {
        /// The moment it stops.
        until: Timestamp,
    },
    /// Over, for ever.
    Ended {
        /// When it stopped working.
        at: Timestamp,
        /// What ended it.
        why: EndReason,
    },
}

/// What is true of a pair at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Works; the one its key uses now.
    Current,
    /// Works, strictly before `until`.
    Retiring {
        /// The moment it stops.
        until: Timestamp,
    },
    /// Does not work and never will again.
    Ended {
        /// When it stopped working.
        at: Timestamp,
        /// What ended it.
        why: EndReason,
    },
}

impl PairState {
    /// What is true when one says this and another that: a pair never comes back from its end, and a deadline never moves
    /// later. Of two that say the same, `told`.
    pub fn or_less_alive(self, told: PairState) -> PairState {
        match (self, told) {
            (PairState::Ended { .. }, PairState::Current | PairState::Retiring { .. })
            | (PairState::Retiring { .. }, PairState::Current) => self,
            (PairState::Retiring { until }, PairState::Retiring { until: later }) if until < later => self,
            _ => told,
        }
    }

    /// What is true at `now`, given an expiry date. The one place where a pair's life is compared with the clock.
    pub const fn standing(self, expires_at: Option<Timestamp>, now: Timestamp) -> Standing {
        match (self, expires_at) {
            (PairState::Ended { at, why }, _) => Standing::Ended { at, why },
            (PairState::Retiring { until }, _) if until.reached(now) => {
                Standing::Ended { at: until, why: EndReason::GraceOver }
            }
            (_, Some(expiry)) if expiry.reached(now) => {
                Standing::Ended { at: expiry, why: EndReason::Expired }
            }
            (PairState::Retiring { until }, _) => Standing::Retiring { until },
            (PairState::Current, _) => Standing::Current,
        }
    }
}

/// One generation of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The public half.
    pub key_id: KeyId,
    /// The mode, the same as its key's.
    pub mode: Mode,
    /// What we know of the secret half.
    pub digest: Digest,
    /// The versions of the pepper that the digest stands under.
    pub layers: Layers,
    /// What was last written about it.
    pub state: PairState,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops by itself; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// When it last opened a gateway, as far as the last flush of usage knows; written by the usage loop.
    pub last_used_at: Option<Timestamp>,
    /// Where that was from, written together with it; `None` when nobody told.
    pub last_used_from: Option<Network>,
}

impl Pair {
    /// What is true of this pair at `now`.
    pub const fn standing(&self, now: Timestamp) -> Standing {
        self.state.standing(self.expires_at, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    #[test]
    fn a_retiring_pair_works_until_its_deadline_and_not_at_it() {
        let state = PairState::Retiring { until: at(1_000) };
        assert_eq!(state.standing(None, at(999)), Standing::Retiring { until: at(1_000) });
        assert_eq!(
            state.standing(None, at(1_000)),
            Standing::Ended { at: at(1_000), why: EndReason::GraceOver }
        );
    }

    #[test]
    fn an_expiry_date_ends_a_pair_whatever_its_state_and_the_earlier_deadline_wins() {
        let (early, late) = (Some(at(500)), Some(at(2_000)));
        let retiring = PairState::Retiring { until: at(1_000) };
        assert_eq!(PairState::Current.standing(early, at(499)), Standing::Current);
        assert_eq!(
            PairState::Current.standing(early, at(500)),
            Standing::Ended { at: at(500), why: EndReason::Expired }
        );
        assert_eq!(
            retiring.standing(early, at(700)),
            Standing::Ended { at: at(500), why: EndReason::Expired }
        );
        assert_eq!(
            retiring.standing(late, at(1_500)),
            Standing::Ended { at: at(1_000), why: EndReason::GraceOver }
        );
    }

    #[test]
    fn of_two_states_the_less_alive_one_is_true_in_whichever_order_they_are_told() {
        let ended = PairState::Ended { at: at(10), why: EndReason::Deactivated };
        let (early, late) = (PairState::Retiring { until: at(5) }, PairState::Retiring { until: at(9) });
        let from_dead_to_alive = [ended, early, late, PairState::Current];
        for (n, less) in from_dead_to_alive.into_iter().enumerate() {
            for more in &from_dead_to_alive[n..] {
                assert_eq!(less.or_less_alive(*more), less);
                assert_eq!(more.or_less_alive(less), less);
            }
        }
    }

    #[test]
    fn an_ended_pair_stays_as_it_ended() {
        let ended = PairState::Ended { at: at(10), why: EndReason::Deactivated };
        assert_eq!(
            ended.standing(Some(at(5)), at(99)),
            Standing::Ended { at: at(10), why: EndReason::Deactivated }
        );
    }
}
