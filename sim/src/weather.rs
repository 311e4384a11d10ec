//! The weather: what goes wrong. Cables are cut, both ways or one way, or get slow or lossy; nodes are paused, killed and
//! started again; clocks are set.

use std::sync::Arc;

use crate::cable::Link;
use crate::fleet::{AHEAD_MAX, Fleet};
use crate::guards::Guard;
use crate::turns::Moment;

/// Makes trouble until a moment; by a little later all of it is over.
pub async fn weather(fleet: Arc<Fleet>, end: Moment) {
    let turns = fleet.turns.clone();
    loop {
        turns.after(turns.between(300, 4_000)).await;
        if end <= turns.now() {
            break;
        }
        let node = turns.below(fleet.len() as u64) as usize;
        // Longer than a node may vouch, now and then.
        let span = turns.between(300, 9_000);
        trouble(&fleet, node, span, end);
    }
}

fn trouble(fleet: &Arc<Fleet>, node: usize, span: i64, end: Moment) {
    let turns = &fleet.turns;
    let until = (turns.now() + span).min(end);
    let good = Link::GOOD;
    match turns.below(10) {
        0 => cable(fleet, node, until, "is cut off", Link { asks: false, answers: false, ..good }),
        1 => cable(fleet, node, until, "gets no answers", Link { answers: false, ..good }),
        2 => cable(fleet, node, until, "cannot ask", Link { asks: false, ..good }),
        3 => cable(fleet, node, until, "has a slow cable", Link { slow: 1_800, ..good }),
        4 => cable(fleet, node, until, "loses answers to commits", Link { loses_commits: 500, ..good }),
        5 => {
            let link = Link { fails_before: 120, fails_after: 120, slow: 40, ..good };
            cable(fleet, node, until, "has a bad cable", link);
        }
        6 => pause(fleet, node, until),
        7 => set_clock(fleet, node),
        8 => fleet.keep(node),
        _ => restart(fleet, node, until),
    }
}

fn cable(fleet: &Arc<Fleet>, node: usize, until: Moment, what: &'static str, link: Link) {
    fleet.sea.tell(format_args!("n{node} {what} until {until}"));
    fleet.sea.set_link(node, link);
    let fleet = fleet.clone();
    fleet.turns.clone().spawn(None, async move {
        fleet.turns.until(until).await;
        if fleet.sea.link(node) == link {
            fleet.sea.set_link(node, Link::GOOD);
            fleet.sea.tell(format_args!("n{node} has a good cable again"));
        }
    });
}

fn pause(fleet: &Arc<Fleet>, node: usize, until: Moment) {
    let (turns, now) = (&fleet.turns, fleet.turns.now());
    if turns.is_paused(node) {
        return;
    }
    fleet.sea.tell(format_args!("n{node} sleeps until {until}"));
    turns.pause(node, until);
    fleet.set_clocks(node, |clocks| clocks.slept += (until - now).max(0));
}

fn set_clock(fleet: &Arc<Fleet>, node: usize) {
    let most = if fleet.sea.off == Some(Guard::LeaseIgnoresWallTime) { 20_000 } else { AHEAD_MAX };
    let ahead = fleet.turns.between(-most, most);
    fleet.set_clocks(node, |clocks| clocks.ahead = ahead);
    fleet.sea.tell(format_args!("n{node}'s wall clock is set {ahead} ms ahead"));
}

fn restart(fleet: &Arc<Fleet>, node: usize, until: Moment) {
    if fleet.node(node).is_none() {
        return;
    }
    fleet.crash(node);
    let from_snapshot = fleet.turns.per_mille(600);
    let fleet = fleet.clone();
    fleet.turns.clone().spawn(None, async move {
        fleet.turns.until(until).await;
        fleet.start(node, from_snapshot);
    });
}
