//! The invariants: one function for each guarantee that can be seen in a run, named after it.
//!
//! Those of an answer look at one verification and at what people had been told by then. Those of a whole run look at the
//! database when everything is over.

use std::collections::BTreeMap;

use domain::{Standing, Timestamp};
use engine::Engine;
use store::StoreError;
use verify::Reason;

use crate::cable::Direct;
use crate::clocks::{START, at_most};
use crate::commands::in_truth;
use crate::finish;
use crate::node::Said;
use crate::population::{Shop, VOUCH_MS};
use crate::recorder::{Asked, Command, Pair, Recorder, Told, Violation};

/// How far the end of 24 hours may be off, in milliseconds.
const EXACT: i64 = 2_000;

/// A sentence about what happened, if it must not.
type Found = Option<String>;

/// Everything that is wrong with one answer.
pub fn of_an_answer(recorder: &Recorder, asked: &Asked, shops: &[Shop]) -> Vec<Violation> {
    let pair = asked.pair.map(|pair| &recorder.pairs[pair]);
    let mut found = vec![("g10_only_a_right_pair_gets_in", g10_only_a_right_pair_gets_in(asked, pair))];
    if let Some(pair) = pair.filter(|_| asked.right) {
        found.extend([
            ("g1_ended_where_it_returned", g1_ended_where_it_returned(asked, pair)),
            ("g3_nobody_accepts_after_the_receipt", g3_nobody_accepts_after_the_receipt(asked, pair)),
            ("g4_a_good_pair_is_never_refused", g4_a_good_pair_is_never_refused(asked, pair)),
            ("g4_silent_only_when_it_must_be", g4_silent_only_when_it_must_be(asked)),
            ("g6_works_where_it_was_shown", g6_works_where_it_was_shown(asked, pair)),
            ("g7_24_hours_are_exact_to_2_seconds", g7_24_hours_are_exact_to_2_seconds(asked, pair)),
            ("g11_nothing_crosses", g11_nothing_crosses(asked, pair, &shops[pair.shop])),
        ]);
    }
    let number = asked.pair.map_or(String::new(), |pair| format!("pair {pair}, "));
    let sentence = |what| format!("{number}node {}, {}: {what}, said {:?}", asked.node, asked.at, asked.said);
    let broken = |(invariant, what): (_, Found)| Some(Violation { invariant, what: sentence(what?) });
    found.into_iter().filter_map(broken).collect()
}

fn granted(asked: &Asked) -> bool {
    matches!(asked.said, Said::Granted(..))
}

fn refused_as_dead(asked: &Asked) -> bool {
    let Said::Refused(reason) = asked.said else { return false };
    !(reason == Reason::WrongMode && asked.mode.is_some())
}

/// Whether the question was for the pair's own mode.
fn own_mode(asked: &Asked, pair: &Pair) -> bool {
    asked.mode.is_none_or(|mode| mode == pair.mode)
}

/// Whether a node that answers has heard of the pair: it showed it, it has come to its position, or it was shown so long ago
/// that whoever has not read of it may not answer at all.
fn must_know(asked: &Asked, pair: &Pair) -> bool {
    pair.by == asked.node || pair.position <= asked.position || pair.shown + at_most(VOUCH_MS) <= asked.at
}

/// Whether nobody can have ended the pair before its deadline, or before the verification.
fn nobody_ended(asked: &Asked, pair: &Pair) -> bool {
    pair.ended.is_none() && pair.doubts.iter().all(|(_, from)| asked.at < *from)
}

/// G1: once a deactivation has returned, the node that answered it refuses every verification that starts later.
fn g1_ended_where_it_returned(asked: &Asked, pair: &Pair) -> Found {
    let ended = pair.ended.as_ref()?;
    (granted(asked) && ended.by == asked.node && ended.told <= asked.at)
        .then(|| format!("accepted after its ending returned here at {}", ended.told))
}

/// G3: no node accepts an ended pair after its receipt's `guaranteed_by`, whatever fails.
fn g3_nobody_accepts_after_the_receipt(asked: &Asked, pair: &Pair) -> Found {
    let guaranteed = *pair.ended.as_ref()?.guaranteed.get(asked.node)?;
    (granted(asked) && guaranteed <= asked.at)
        .then(|| format!("accepted although no node accepts it from {guaranteed}"))
}

/// G4: a node that cannot know says so; it never refuses a pair that works and that it has heard of.
fn g4_a_good_pair_is_never_refused(asked: &Asked, pair: &Pair) -> Found {
    let over = pair.until.is_some_and(|until| in_truth(until) - EXACT <= asked.at);
    (refused_as_dead(asked)
        && own_mode(asked, pair)
        && must_know(asked, pair)
        && nobody_ended(asked, pair)
        && !over)
        .then(|| "refused although it works".to_owned())
}

/// G4: a node that read the feed lately answers.
fn g4_silent_only_when_it_must_be(asked: &Asked) -> Found {
    (asked.able && matches!(asked.said, Said::Silent(_))).then(|| "silent although it may vouch".to_owned())
}

/// G6: a new pair works from the moment it is shown, on the node that showed it; on others from when they have heard of it,
/// which [`g4_a_good_pair_is_never_refused`] sees to.
fn g6_works_where_it_was_shown(asked: &Asked, pair: &Pair) -> Found {
    (asked.said == Said::Refused(Reason::UnknownKey) && pair.by == asked.node && pair.shown <= asked.at)
        .then(|| format!("unknown although it was shown here at {}", pair.shown))
}

/// G7: the 24 hours are exact to two seconds on every node that answers.
fn g7_24_hours_are_exact_to_2_seconds(asked: &Asked, pair: &Pair) -> Found {
    let until = in_truth(pair.until?);
    if granted(asked) && until + EXACT < asked.at {
        return Some(format!("accepted {} ms after its deadline", asked.at - until));
    }
    let early = refused_as_dead(asked)
        && own_mode(asked, pair)
        && nobody_ended(asked, pair)
        && must_know(asked, pair)
        && asked.at < until - EXACT;
    early.then(|| format!("refused {} ms before its deadline", until - asked.at))
}

/// G10: nobody gets in without the secret of the pair they name.
fn g10_only_a_right_pair_gets_in(asked: &Asked, pair: Option<&Pair>) -> Found {
    (granted(asked) && !(asked.right && pair.is_some())).then(|| "let in without a right pair".to_owned())
}

/// G11: a granted pair speaks for its own account, brand and mode, and for no other mode that is demanded.
fn g11_nothing_crosses(asked: &Asked, pair: &Pair, shop: &Shop) -> Found {
    let Said::Granted(key_id, account, brand, mode) = &asked.said else { return None };
    let right = *key_id == pair.key_id
        && *account == shop.id.to_string()
        && *brand == shop.brand.to_string()
        && *mode == pair.mode
        && own_mode(asked, pair);
    (!right).then(|| format!("speaks for {account} of {brand} in {mode} when {:?} was demanded", asked.mode))
}

/// Everything that is wrong when a run is over.
pub fn of_a_run(recorder: &Recorder, engine: &Engine<Direct>) -> Vec<Violation> {
    let found = [
        ("g5_an_acknowledged_change_is_there", g5_an_acknowledged_change_is_there(recorder, engine)),
        ("g8_one_current_one_retiring", g8_one_current_one_retiring(recorder, engine)),
        ("g9_one_entry_for_each_change", g9_one_entry_for_each_change(recorder, engine)),
        ("g12_a_code_is_tried_five_times", g12_a_code_is_tried_five_times(recorder)),
    ];
    let told = |(invariant, what): (_, Result<Found, StoreError>)| {
        let what = what.unwrap_or_else(|error| Some(format!("the database cannot be read: {error}")))?;
        Some(Violation { invariant, what })
    };
    found.into_iter().filter_map(told).collect()
}

/// G5: what somebody was told is done is in the database, as they were told.
fn g5_an_acknowledged_change_is_there(
    recorder: &Recorder,
    engine: &Engine<Direct>,
) -> Result<Found, StoreError> {
    for (number, pair) in recorder.pairs.iter().enumerate() {
        let Some(key) = finish(engine.store().key_of_pair(&pair.key_id))? else {
            return Ok(Some(format!("pair {number} was shown and is not there")));
        };
        let state = key.pair(&pair.key_id).map(|row| row.standing(Timestamp::from_millis(START)));
        if pair.ended.is_some() && !matches!(state, Some(Standing::Ended { .. })) {
            return Ok(Some(format!("pair {number} was said to have ended and is {state:?}")));
        }
        let retires = match (pair.until, state) {
            (Some(told), Some(Standing::Retiring { until })) => told == until,
            (Some(_), state) => matches!(state, Some(Standing::Ended { .. })),
            (None, _) => true,
        };
        if !retires {
            return Ok(Some(format!("pair {number} was to stop at {:?} and is {state:?}", pair.until)));
        }
    }
    Ok(None)
}

/// G8: at most one current and one retiring pair to a key, and a pair is replaced by one regeneration alone.
fn g8_one_current_one_retiring(recorder: &Recorder, engine: &Engine<Direct>) -> Result<Found, StoreError> {
    if let Some(twice) = recorder.replaced_twice {
        return Ok(Some(format!("{twice:?} was replaced by two regenerations")));
    }
    for key in recorder.keys(|_| true) {
        let Some(key) = finish(engine.store().key(&key))? else { continue };
        let count = |wanted: fn(Standing) -> bool| {
            key.pairs.iter().filter(|pair| wanted(pair.standing(Timestamp::from_millis(START)))).count()
        };
        let current = count(|standing| standing == Standing::Current);
        let retiring = count(|standing| matches!(standing, Standing::Retiring { .. }));
        if 1 < current || 1 < retiring {
            return Ok(Some(format!("a key has {current} current and {retiring} retiring pairs")));
        }
    }
    Ok(None)
}

/// G9: each change has exactly one audit entry, nothing else has any, and the chain holds.
fn g9_one_entry_for_each_change(recorder: &Recorder, engine: &Engine<Direct>) -> Result<Found, StoreError> {
    let chain = finish(engine.store().check_audit(&engine.peppers()))?;
    if let Some(broken) = chain.broken {
        return Ok(Some(format!("the chain is broken: {broken}")));
    }
    let mut entries: BTreeMap<String, usize> = BTreeMap::new();
    for row in finish(engine.store().audit(0, i64::MAX))? {
        if row.action.starts_with("key.") || row.action.starts_with("pair.") {
            *entries.entry(row.actor).or_default() += 1;
        }
    }
    let mut expected: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for Command { by, told, writes, .. } in &recorder.commands {
        let (least, most) = expected.entry(by).or_default();
        *least += usize::from(*told == Told::Done && *writes);
        *most += usize::from(*told != Told::NotDone);
    }
    let wrong = expected.iter().find_map(|(by, (least, most))| {
        let found = entries.get(*by).copied().unwrap_or_default();
        let what = || recorder.commands.iter().find(|command| command.by == **by).map(|one| one.what.clone());
        (found < *least || *most < found)
            .then(|| format!("{by} ({:?}) has {found} entries, not {least} to {most}", what()))
    });
    Ok(wrong)
}

/// G12: a code is tried five times at most however many try at once, and is right once.
fn g12_a_code_is_tried_five_times(recorder: &Recorder) -> Result<Found, StoreError> {
    let wrong = recorder.quizzes.values().find_map(|quiz| {
        let mut left = quiz.left.clone();
        left.sort_unstable();
        let told = left.len();
        left.dedup();
        if left.len() < told {
            return Some(format!("two tries were told the same number left: {:?}", quiz.left));
        }
        if 1 < quiz.right {
            return Some(format!("one code was right {} times", quiz.right));
        }
        (1 < quiz.granted).then(|| format!("one code granted {} changes", quiz.granted))
    });
    Ok(wrong)
}
