//! Receipts: who has heard of a change, and from when on nobody acts on what was true before it.
//!
//! One fact carries all of it: a read of the feed that starts after a commit sees it. So a process whose last good read
//! began before the commit vouches until its span has passed since the commit, at the latest; whatever it says about itself can
//! only make that earlier. Moments are in database time.

use crate::ids::Mode;
use crate::node::{Node, Shadow};
use crate::time::{Duration, Timestamp};

/// Two clocks that are kept in step by their machines differ in rate by less than one part in this many.
const DRIFT: i64 = 500;
/// What reading a moment of another machine may be wrong by, and a decision that was under way.
const SLACK: Duration = Duration::from_millis(250);

/// How old what a process knows may be for it to call a key id unknown, where others make pairs too. A new pair is shown when
/// everybody has heard of it, or this long after its commit: nobody who has not heard of it calls it unknown by then.
pub const CERTAIN_FOR: Duration = Duration::from_millis(2_000);

/// A moment is told in whole milliseconds and lies up to one before the true one. Whoever is told from when on nobody acts must not be
/// told too early.
const TICK: Duration = Duration::from_millis(1);

/// Until when somebody may vouch for what they knew at a commit, if that had returned by `known_by`.
pub const fn vouched_until(known_by: Timestamp, span: Duration) -> Timestamp {
    let span = span.as_millis();
    let margin = span / DRIFT + SLACK.as_millis();
    Timestamp::from_millis(known_by.as_millis().saturating_add(span).saturating_add(margin))
}

/// Somebody who has not confirmed a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silent {
    /// Which node.
    pub node: String,
    /// Until when it may act on what was true before.
    pub until: Timestamp,
}

/// What is known of a change's way through the fleet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// How many there are who may vouch.
    pub nodes: usize,
    /// How many of them have confirmed.
    pub acknowledged: usize,
    /// Those who have not and may still vouch, the longest first.
    pub pending: Vec<Silent>,
    /// The moment from which nobody acts on what was true before.
    pub guaranteed_by: Timestamp,
}

/// What is known at `now` of the change at `position`, whose commit had returned by `known_by`. `nodes` and `shadows` were
/// read after that, the nodes first.
pub fn hear(
    position: i64,
    mode: Mode,
    known_by: Timestamp,
    nodes: &[Node],
    shadows: &[Shadow],
    now: Timestamp,
) -> Heard {
    let mut heard = Heard { nodes: 0, acknowledged: 0, pending: Vec::new(), guaranteed_by: now + TICK };
    let mut silent = |node: &str, until: Timestamp| {
        if until.reached(now) {
            return;
        }
        heard.guaranteed_by = heard.guaranteed_by.max(until);
        heard.pending.push(Silent { node: node.to_owned(), until });
    };
    let running = || nodes.iter().filter_map(|node| node.run.as_ref().map(|run| (node, run)));
    for (node, run) in running() {
        heard.nodes += 1;
        if position <= run.position {
            heard.acknowledged += 1;
        } else {
            silent(&node.name, vouched_until(known_by, run.spans.of(mode)));
        }
    }
    for shadow in shadows {
        // It read nothing that counts after it was seen to be no node; before that, nothing after the commit.
        let since = shadow.seen_at.map_or(known_by, |seen_at| seen_at.min(known_by));
        let until = vouched_until(since, shadow.spans.of(mode));
        if !until.reached(now) && running().all(|(_, run)| run.process != shadow.process) {
            heard.nodes += 1;
            silent(&shadow.node, until);
        }
    }
    heard.pending.sort_by(|one, other| other.until.cmp(&one.until).then_with(|| one.node.cmp(&other.node)));
    heard
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ProcessId;
    use crate::node::{NodeRole, NodeRun, Spans};
    use crate::{MINUTE, SECOND, seeded};

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn process(n: u64) -> ProcessId {
        ProcessId::draw(&mut seeded(n))
    }

    fn node(n: u64, position: i64) -> Node {
        let run = NodeRun {
            process: process(n),
            role: NodeRole::Verify,
            version: "1".to_owned(),
            lease: SECOND.times(10),
            spans: Spans { test: MINUTE.times(5), live: SECOND.times(10) },
            registered_at: at(0),
            position,
            reported_at: at(0),
            clock_offset_ms: None,
            pairs: 1,
            peppers: vec![1],
        };
        Node { name: format!("n{n}"), digest: None, enrolled_at: at(0), run: Some(run) }
    }

    fn shadow(n: u64, seen_at: Option<i64>) -> Shadow {
        let spans = Spans { test: MINUTE.times(5), live: SECOND.times(10) };
        Shadow { process: process(n), node: format!("n{n}"), spans, seen_at: seen_at.map(at) }
    }

    #[test]
    fn when_everybody_has_confirmed_it_is_guaranteed_from_that_moment_told_not_too_early() {
        let heard = hear(7, Mode::Live, at(1_000), &[node(1, 7), node(2, 9)], &[], at(1_040));
        assert_eq!((heard.nodes, heard.acknowledged), (2, 2));
        assert_eq!((heard.pending, heard.guaranteed_by), (vec![], at(1_041)));
    }

    #[test]
    fn who_is_silent_counts_from_the_commit_with_the_span_of_the_mode_and_a_margin() {
        let nodes = [node(1, 7), node(2, 6)];
        let until = |mode| hear(7, mode, at(1_000), &nodes, &[], at(1_040)).guaranteed_by;
        assert_eq!(until(Mode::Live), at(1_000 + 10_000 + 20 + 250));
        assert_eq!(until(Mode::Test), at(1_000 + 300_000 + 600 + 250));
        let heard = hear(7, Mode::Live, at(1_000), &nodes, &[], at(11_270));
        assert_eq!((heard.nodes, heard.acknowledged, heard.pending.len()), (2, 1, 0), "its time is over");
        assert_eq!(heard.guaranteed_by, at(11_271));
    }

    #[test]
    fn a_node_that_nothing_runs_as_vouches_for_nothing() {
        let idle = Node { run: None, ..node(3, 0) };
        assert_eq!(hear(7, Mode::Live, at(0), &[idle], &[], at(0)).nodes, 0);
    }

    #[test]
    fn a_shadow_counts_until_its_span_has_passed_since_somebody_saw_it() {
        let heard = |shadow: Shadow, now| hear(7, Mode::Live, at(60_000), &[], &[shadow], at(now));
        // Nobody has seen it: it may have read just before the commit.
        assert_eq!(heard(shadow(1, None), 60_010).guaranteed_by, at(60_000 + 10_270));
        // Seen before the commit: what it reads has not counted since then.
        assert_eq!(heard(shadow(1, Some(55_000)), 60_010).guaranteed_by, at(55_000 + 10_270));
        assert_eq!(heard(shadow(1, Some(40_000)), 60_010).nodes, 0, "over");
        // Seen after it: the commit is what counts.
        assert_eq!(heard(shadow(1, Some(62_000)), 62_010).guaranteed_by, at(60_000 + 10_270));
    }

    #[test]
    fn a_node_that_became_a_shadow_between_the_two_reads_counts_once() {
        let heard = hear(7, Mode::Live, at(1_000), &[node(1, 6)], &[shadow(1, None)], at(1_040));
        assert_eq!((heard.nodes, heard.pending.len()), (1, 1));
    }

    #[test]
    fn no_span_is_too_long_to_be_added() {
        assert_eq!(vouched_until(at(i64::MAX - 5), DAYS), at(i64::MAX));
    }

    const DAYS: Duration = Duration::from_millis(86_400_000);
}
