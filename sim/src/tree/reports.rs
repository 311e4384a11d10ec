//! The way up: what everybody at and below a node knows, and for how much longer somebody who is silent may vouch for less.
//!
//! Each node tells its parent, when that changes, and not more often than it may. A head tells the control plane, which writes
//! it down.

use super::Tree;
use super::node::{Child, Report};
use super::world::{Event, MILLI, Moment, SECOND};

/// The shortest time between two reports of one node.
const AT_MOST_EVERY: Moment = 50 * MILLI;
/// The longest time between two of a head.
const AT_LEAST_EVERY: Moment = 3 * SECOND;

impl Child {
    /// Takes a report, unless a later one came before it.
    pub(super) fn hears(&mut self, report: Report, clock: Moment) {
        if self.report.number < report.number {
            self.report = Report { known: self.report.known.max(report.known), ..report };
            self.below_until = clock + report.silent_for;
        }
    }
}

impl Tree {
    /// What a node has to say now.
    pub(super) fn what_to_say(&mut self, node: usize) -> Report {
        let (known, silent_for) = self.nodes[node].knows_below(self.now, self.settings.off);
        let teller = &mut self.nodes[node];
        teller.said = Report { number: teller.said.number + 1, known, silent_for };
        teller.said_at = self.now;
        teller.said
    }

    /// Has a node say what changed, if anything did.
    pub(super) fn speaks_up(&mut self, node: usize) {
        let (known, silent_for) = self.nodes[node].knows_below(self.now, self.settings.off);
        let teller = &mut self.nodes[node];
        // Somebody who was silent before only has less time left.
        let is_news = teller.said.known != known || (0 < silent_for) != (0 < teller.said.silent_for);
        if !is_news || teller.is_about_to_say {
            return;
        }
        teller.is_about_to_say = true;
        let (life, at) = (teller.life, teller.said_at + AT_MOST_EVERY);
        self.at(at, Event::Report { node, life });
    }

    pub(super) fn report(&mut self, node: usize, life: u32) {
        if !self.is_there(node, life) {
            return;
        }
        self.nodes[node].is_about_to_say = false;
        let report = self.what_to_say(node);
        self.figures.reports += 1;
        let parent = self.parent(node);
        let way = self.up(node, parent, self.settings.costs.page_bytes);
        match (parent, way) {
            (_, None) => {}
            (None, Some(way)) => {
                let arrives = self.now + way;
                self.figures.writes += 1;
                let written = self.database.does(arrives, self.settings.costs.write_us);
                self.at(written, Event::Written { node, life, report });
            }
            (Some(parent), Some(way)) => {
                self.after(way, Event::Reported { parent, child: node, life, report })
            }
        }
        if parent.is_none() {
            let number = report.number;
            self.after(AT_LEAST_EVERY, Event::SaidNothing { node, life, number });
        }
    }

    /// A head that has said nothing for a while says it again: what got lost is heard.
    pub(super) fn said_nothing(&mut self, node: usize, life: u32, number: u32) {
        if self.is_there(node, life) && self.nodes[node].said.number == number {
            self.report(node, life);
        }
    }

    pub(super) fn reported(&mut self, parent: usize, child: usize, life: u32, report: Report) {
        if !self.nodes[parent].is_alive {
            return;
        }
        let clock = self.nodes[parent].clock(self.now);
        if let Some(one) = self.nodes[parent].child(child, life) {
            one.hears(report, clock);
            self.speaks_up(parent);
        }
    }
}
