//! What must hold: one function for each promise, over what was recorded. The promises are those of the simulation
//! (`sim/src/invariants.rs`); here they are asked of real processes, so a moment is an interval: a question counts as late only if
//! it was *sent* after the moment, a refusal as false only if no ending had been asked for when the answer was *there*.

use std::collections::BTreeSet;

use crate::history::{Asked, Ended, Ending, History, Pair, Presented, Said};
use crate::moments::Moment;

/// By how much whoever writes receipts may be wrong about the database's time, which it reads over the network.
pub const READING: Moment = 250_000;

/// A promise that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The promise.
    pub promise: &'static str,
    /// What happened.
    pub what: String,
}

/// Everything that is wrong with answers. `reading` is by how much whoever writes receipts may be wrong about the database's time. Pairs in `lost` are those of changes that were acknowledged and that the database has lost,
/// which [`an_acknowledged_change_is_there`] tells: a pair that is not there any more cannot be known everywhere, and of an ending
/// that is not there any more only those know who had confirmed it. They must not forget it.
pub fn of_answers(
    history: &History,
    asked: &[Asked],
    reading: Moment,
    lost: &BTreeSet<usize>,
) -> Vec<Violation> {
    let judged = asked.iter().flat_map(|one| {
        let pair = &history.pairs[one.pair];
        let is_there = !lost.contains(&one.pair);
        let known = is_there || confirmed(one, pair);
        let found = [
            ("only_a_right_pair_gets_in", only_a_right_pair_gets_in(one)),
            ("ended_where_it_was_answered", ended_where_it_was_answered(one, pair)),
            (
                "nobody_accepts_after_the_receipt",
                nobody_accepts_after_the_receipt(one, pair, reading).filter(|_| known),
            ),
            ("a_good_pair_is_never_refused", a_good_pair_is_never_refused(one, pair).filter(|_| is_there)),
            ("every_answer_is_one_of_three", every_answer_is_one_of_three(one)),
        ];
        let told = |what| format!("{} at node {}, asked at {}: {what}", pair.key_id, one.node, one.at);
        found.into_iter().filter_map(move |(promise, what)| Some(Violation { promise, what: told(what?) }))
    });
    let odd = history.odd_answers.iter().cloned();
    let odd = odd.map(|what| Violation { promise: "every_change_is_answered", what });
    judged.chain(odd).collect()
}

/// A sentence about what happened, if it must not.
type Found = Option<String>;

/// G10: nobody gets in without the secret of the pair they name.
fn only_a_right_pair_gets_in(asked: &Asked) -> Found {
    (asked.said == Said::Granted && asked.presented != Presented::Right)
        .then(|| format!("let in with {:?}", asked.presented))
}

/// The acceptance of a pair whose ending somebody had been told of.
fn accepted<'a>(asked: &Asked, pair: &'a Pair) -> Option<&'a Ended> {
    let Ending::Told(ended) = &pair.ending else { return None };
    (asked.said == Said::Granted && asked.presented == Presented::Right).then_some(ended)
}

/// Whether the node that was asked had confirmed the pair's ending.
fn confirmed(asked: &Asked, pair: &Pair) -> bool {
    let Ending::Told(Ended { receipt: Some(receipt), .. }) = &pair.ending else { return false };
    receipt.pending.iter().all(|(silent, _)| *silent != asked.node)
}

/// G1: once an ending has been answered, the node that answered refuses every verification that starts later.
fn ended_where_it_was_answered(asked: &Asked, pair: &Pair) -> Found {
    let ended = accepted(asked, pair)?;
    (ended.by == asked.node && ended.told < asked.at)
        .then(|| format!("accepted {} µs after its ending was answered here", asked.at - ended.told))
}

/// G3: a node that has heard accepts nothing that starts after the receipt; one that has not, nothing after its own moment; and nobody
/// after `guaranteed_by`.
fn nobody_accepts_after_the_receipt(asked: &Asked, pair: &Pair, reading: Moment) -> Found {
    let ended = accepted(asked, pair)?;
    let receipt = ended.receipt.as_ref()?;
    // A process and the one before it may both be silent under one name.
    let silent = receipt.pending.iter().filter(|(node, _)| *node == asked.node);
    let until = silent.map(|(_, until)| *until).max();
    let promised = until.unwrap_or(ended.told).min(receipt.guaranteed_by + reading);
    (promised < asked.at).then(|| {
        let silent = if until.is_some() { "silent" } else { "acknowledged" };
        let before = ended.told - receipt.guaranteed_by;
        format!(
            "accepted {} µs after the receipt allows ({silent}; guaranteed {before} µs before the answer)",
            asked.at - promised
        )
    })
}

/// G4, G6: a pair that works is never refused, by any node, from the moment it was shown.
fn a_good_pair_is_never_refused(asked: &Asked, pair: &Pair) -> Found {
    let is_good = match &pair.ending {
        Ending::None => true,
        Ending::Doubtful(sent) => asked.answered < *sent,
        Ending::Told(ended) => asked.answered < ended.sent,
    };
    let refused = asked.said == Said::Refused && asked.presented == Presented::Right;
    (refused && is_good && pair.shown < asked.at).then(|| {
        format!("refused although it works, {} µs after host {} showed it", asked.at - pair.shown, pair.by)
    })
}

/// Gateways hear 200, 401 or 503.
fn every_answer_is_one_of_three(asked: &Asked) -> Found {
    let Said::Other(status) = asked.said else { return None };
    Some(format!("answered {status}"))
}

/// What a pair is in the database, when everything is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InDatabase {
    /// It is not there.
    Missing,
    /// It works.
    Works {
        /// Until when.
        until: Option<String>,
    },
    /// It has ended.
    Ended,
}

/// G5: what somebody was told is done is in the database, as they were told. The sentence, if it is not.
pub fn an_acknowledged_change_is_there(pair: &Pair, state: &InDatabase) -> Found {
    match (state, &pair.ending, &pair.until) {
        (InDatabase::Missing, _, _) => Some("was shown and is not there".to_owned()),
        (InDatabase::Works { .. }, Ending::Told(_), _) => Some("was said to have ended and works".to_owned()),
        (InDatabase::Ended, Ending::None, _) => Some("has ended though nobody asked for it".to_owned()),
        (InDatabase::Works { until }, _, Some(told)) if until.as_ref() != Some(told) => {
            Some(format!("was to stop at {told} and stops at {until:?}"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Receipt;
    use crate::moments::SECOND;

    const GOOD: Asked = Asked {
        at: 20 * SECOND,
        answered: 20 * SECOND + 500,
        node: 1,
        pair: 0,
        presented: Presented::Right,
        said: Said::Granted,
    };

    /// A pair that node 0 showed after a second.
    fn shown() -> History {
        let mut history = History::default();
        history.shows("rzp_test_1".to_owned(), SECOND, 0);
        history
    }

    /// Its ending was asked for after 10 seconds, and answered by node 0 two seconds later. Node 2 is silent until 16.
    fn ended() -> History {
        let mut history = shown();
        history.asks_to_end(0, 10 * SECOND);
        let receipt = Receipt { guaranteed_by: 16 * SECOND, pending: vec![(2, 16 * SECOND)] };
        let (sent, told) = (10 * SECOND, 12 * SECOND);
        history.ends(0, Ended { sent, told, by: 0, receipt: Some(receipt) });
        history
    }

    fn broken(history: &History, asked: Asked) -> Vec<&'static str> {
        let found = of_answers(history, &[asked], 0, &BTreeSet::new());
        found.into_iter().map(|violation| violation.promise).collect()
    }

    /// A grant by a node, asked for at a moment and answered half a millisecond later.
    fn granted(node: usize, at: Moment) -> Asked {
        Asked { node, at, answered: at + 500, ..GOOD }
    }

    fn refused(node: usize, at: Moment) -> Asked {
        Asked { said: Said::Refused, ..granted(node, at) }
    }

    #[test]
    fn what_is_right_breaks_nothing() {
        assert_eq!(broken(&shown(), GOOD), [""; 0]);
        for said in [Said::Silent, Said::Nothing] {
            assert_eq!(
                broken(&shown(), Asked { said, ..GOOD }),
                [""; 0],
                "a node may say that it does not know"
            );
        }
        assert_eq!(broken(&ended(), refused(1, 13 * SECOND)), [""; 0]);
    }

    #[test]
    fn an_accept_after_the_answer_on_the_node_that_answered_is_found() {
        assert_eq!(broken(&ended(), granted(0, 12 * SECOND)), [""; 0], "asked before the answer was there");
        let late = broken(&ended(), granted(0, 12 * SECOND + 1));
        assert_eq!(late, ["ended_where_it_was_answered", "nobody_accepts_after_the_receipt"]);
    }

    #[test]
    fn an_accept_on_a_node_that_has_confirmed_is_late_from_the_receipt_on() {
        assert_eq!(broken(&ended(), granted(1, 12 * SECOND)), [""; 0]);
        assert_eq!(broken(&ended(), granted(1, 12 * SECOND + 1)), ["nobody_accepts_after_the_receipt"]);
    }

    #[test]
    fn an_accept_on_a_silent_node_is_late_from_its_own_moment_on() {
        assert_eq!(broken(&ended(), granted(2, 16 * SECOND)), [""; 0], "the receipt says so");
        assert_eq!(broken(&ended(), granted(2, 16 * SECOND + 1)), ["nobody_accepts_after_the_receipt"]);
    }

    #[test]
    fn a_moment_that_was_guaranteed_counts_before_the_answer_is_there_too() {
        let mut history = shown();
        history.asks_to_end(0, 10 * SECOND);
        let receipt = Receipt { guaranteed_by: 11 * SECOND, pending: Vec::new() };
        let (sent, told) = (10 * SECOND, 12 * SECOND);
        history.ends(0, Ended { sent, told, by: 0, receipt: Some(receipt) });
        assert_eq!(broken(&history, granted(1, 11 * SECOND)), [""; 0]);
        assert_eq!(broken(&history, granted(1, 11 * SECOND + 1)), ["nobody_accepts_after_the_receipt"]);
        let found = of_answers(&history, &[granted(1, 11 * SECOND + 1)], READING, &BTreeSet::new());
        assert_eq!(found, [], "as far as the database's time is not known any better");
    }

    #[test]
    fn an_answer_that_took_long_is_judged_by_when_it_was_asked_for() {
        let slow = Asked { answered: 30 * SECOND, ..granted(2, 15 * SECOND) };
        assert_eq!(broken(&ended(), slow), [""; 0], "it may have been decided at once");
        let slow = Asked { answered: 10 * SECOND, ..refused(0, 8 * SECOND) };
        assert_eq!(broken(&ended(), slow), [""; 0], "it may have been decided in the end");
    }

    #[test]
    fn a_false_no_is_found_on_every_node_from_the_moment_the_pair_was_shown() {
        for node in 0..3 {
            assert_eq!(broken(&shown(), refused(node, SECOND)), [""; 0], "asked before it was shown");
            assert_eq!(broken(&shown(), refused(node, SECOND + 1)), ["a_good_pair_is_never_refused"]);
        }
    }

    #[test]
    fn a_pair_whose_ending_is_in_doubt_may_be_accepted_and_refused() {
        let mut history = shown();
        history.asks_to_end(0, 10 * SECOND);
        for asked in [granted(0, 11 * SECOND), refused(0, 11 * SECOND)] {
            assert_eq!(broken(&history, asked), [""; 0]);
        }
        let before = broken(&history, refused(0, 9 * SECOND));
        assert_eq!(before, ["a_good_pair_is_never_refused"], "not before anybody asked for it");
    }

    #[test]
    fn whoever_gets_in_without_the_right_pair_and_odd_answers_are_found() {
        for presented in [Presented::WrongSecret, Presented::UnknownId] {
            let asked = Asked { presented, ..GOOD };
            assert_eq!(broken(&shown(), asked), ["only_a_right_pair_gets_in"]);
            assert_eq!(broken(&shown(), Asked { said: Said::Refused, ..asked }), [""; 0]);
        }
        let asked = Asked { said: Said::Other(500), ..GOOD };
        assert_eq!(broken(&shown(), asked), ["every_answer_is_one_of_three"]);
        let mut history = shown();
        history.odd_answers.push("409".to_owned());
        assert_eq!(broken(&history, GOOD), ["every_change_is_answered"]);
    }

    #[test]
    fn who_confirmed_an_ending_must_not_forget_it_when_the_database_does() {
        let lost = BTreeSet::from([0]);
        let broken = |asked| of_answers(&ended(), &[asked], 0, &lost).len();
        assert_eq!(broken(granted(1, 17 * SECOND)), 1);
        assert_eq!(broken(granted(2, 17 * SECOND)), 0, "it never knew");
        assert_eq!(broken(refused(2, 9 * SECOND)), 0, "a pair that was lost is unknown");
    }

    #[test]
    fn a_change_that_was_acknowledged_and_is_gone_is_found() {
        let (works, until) = (shown().pairs.remove(0), |text: &str| Some(text.to_owned()));
        let gone = ended().pairs.remove(0);
        let retires = Pair { until: until("tomorrow"), ..works.clone() };
        let state = |until| InDatabase::Works { until };
        let is_there =
            |pair: &Pair, state: InDatabase| an_acknowledged_change_is_there(pair, &state).is_none();
        assert!(is_there(&works, state(None)) && is_there(&gone, InDatabase::Ended));
        assert!(is_there(&retires, state(until("tomorrow"))));
        assert!(!is_there(&works, InDatabase::Missing) && !is_there(&gone, InDatabase::Missing));
        assert!(!is_there(&gone, state(None)), "an ending that was lost");
        assert!(!is_there(&works, InDatabase::Ended), "an ending that nobody asked for");
        assert!(!is_there(&retires, state(None)) && !is_there(&retires, state(until("later"))));
    }
}
