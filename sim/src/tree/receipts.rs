//! Receipts: from when on nobody accepts a pair that was ended, as the rows of the heads say it; and the judge, who sees what
//! everybody really does.

use std::collections::BTreeMap;

use super::node::{Report, with_margin};
use super::shape::Shape;
use super::world::{Event, Moment, SECOND};
use super::{Rule, Tree};

/// Violations that are told.
const TOLD_MAX: usize = 5;

/// A head's row in the database.
struct Row {
    life: u32,
    known: u32,
    /// Until when somebody below it may vouch for less, in true time.
    silent_until: Moment,
    number: u32,
}

/// A change, and the moment from which nobody acts on what was before it, once that is certain.
struct Change {
    at: Moment,
    guaranteed_by: Option<Moment>,
}

/// What the control plane knows.
pub(super) struct Receipts {
    rows: BTreeMap<usize, Row>,
    heads: usize,
    /// Until when somebody may vouch for what a head that is gone had told them.
    shadows: Vec<Moment>,
    changes: Vec<Change>,
    /// The first change that somebody has not confirmed, how many have not, and how many changes nothing is told of.
    next: usize,
    behind: usize,
    untold: usize,
}

impl Receipts {
    pub(super) fn new(shape: &Shape) -> Self {
        let heads = shape.heads();
        Self {
            rows: BTreeMap::new(),
            heads,
            shadows: Vec::new(),
            changes: Vec::new(),
            next: 0,
            behind: heads,
            untold: 0,
        }
    }

    pub(super) fn changes(&self) -> usize {
        self.changes.len()
    }

    pub(super) fn all_told(&self) -> bool {
        self.untold == 0
    }

    /// A head's process puts itself into its row, before it vouches.
    pub(super) fn registers(&mut self, node: usize, now: Moment, span: Moment, off: Option<Rule>) {
        let life = self.rows.get(&node).map_or(0, |row| row.life + 1);
        if 0 < life && off != Some(Rule::RestartLeavesShadow) {
            self.shadows.push(now + with_margin(span));
        }
        self.rows.insert(node, Row { life, known: 0, silent_until: now, number: 0 });
        self.count_behind();
    }

    /// A head that has never registered has told nobody anything yet, but is waited for.
    fn count_behind(&mut self) {
        let there = self.rows.values().filter(|row| self.next < row.known as usize).count();
        self.behind = self.heads - there;
    }

    /// Takes a head's word into its row.
    fn hears(&mut self, node: usize, report: Report, now: Moment) {
        let Some(row) = self.rows.get_mut(&node).filter(|row| row.number < report.number) else { return };
        let was_behind = row.known as usize <= self.next;
        row.number = report.number;
        row.known = row.known.max(report.known);
        row.silent_until = now + report.silent_for;
        if was_behind && self.next < row.known as usize {
            self.behind -= 1;
        }
    }

    /// The next change that everybody has confirmed who is heard, and until when those may vouch who are not.
    fn confirmed(&mut self, now: Moment) -> Option<(usize, Moment)> {
        if 0 < self.behind {
            return None;
        }
        let change = self.next;
        self.next += 1;
        self.count_behind();
        self.shadows.retain(|until| now < *until);
        let silent = self.rows.values().map(|row| row.silent_until).max().unwrap_or(now);
        let shadows = self.shadows.iter().copied().max().unwrap_or(now);
        Some((change, now.max(silent).max(shadows)))
    }
}

impl Tree {
    /// Somebody ends a pair; whoever may hear of it at once does.
    pub(super) fn change(&mut self) {
        self.database.position += 1;
        let change = self.database.position;
        self.receipts.changes.push(Change { at: self.now, guaranteed_by: None });
        self.receipts.untold += 1;
        self.after(with_margin(self.settings.span), Event::Bound { change });
        for node in 0..self.nodes.len() {
            if self.nodes[node].is_head && self.nodes[node].is_alive {
                let (life, region) = (self.nodes[node].life, self.nodes[node].region);
                let is_cut = self.now < self.cut[region].max(self.cut[0]) && region != 0;
                if !is_cut && self.away <= self.now && self.nodes[node].cut_down <= self.now {
                    let median = self.shape.way(0, region);
                    let way = self.dice.way(median);
                    self.after(way, Event::Hinted { node, life });
                }
            }
        }
        let next = self.now + self.dice.until_next(60 * SECOND / self.settings.changes_per_minute.max(1));
        if next < self.last_change() {
            self.at(next, Event::Change);
        }
    }

    /// A head's report is in its row.
    pub(super) fn written(&mut self, node: usize, life: u32, report: Report) {
        let now = self.now;
        if self.nodes[node].life != life {
            // Another process runs as this head: what the one before says does not count.
            return;
        }
        self.receipts.hears(node, report, now);
        while let Some((change, guaranteed_by)) = self.receipts.confirmed(now) {
            let bound = self.receipts.changes[change].at + with_margin(self.settings.span);
            self.tell(change, guaranteed_by.min(bound), now < guaranteed_by);
        }
    }

    /// Whoever has not heard of a change cannot vouch any more.
    pub(super) fn bound(&mut self, change: u32) {
        let change = change as usize - 1;
        self.tell(change, self.now, true);
    }

    fn tell(&mut self, change: usize, guaranteed_by: Moment, waited_for_silent: bool) {
        let told = &mut self.receipts.changes[change];
        if told.guaranteed_by.is_some() {
            return;
        }
        told.guaranteed_by = Some(guaranteed_by);
        self.receipts.untold -= 1;
        self.figures.receipts.add(guaranteed_by - told.at);
        self.figures.receipts_of_silent += u64::from(waited_for_silent);
        for node in 0..self.nodes.len() {
            if self.nodes[node].known <= change as u32 {
                self.judge(node, change, guaranteed_by);
            }
        }
    }

    /// Looks at what a node may do now that it has learned something.
    pub(super) fn judge_node(&mut self, node: usize) {
        for change in self.nodes[node].known as usize..self.receipts.changes.len() {
            if let Some(guaranteed_by) = self.receipts.changes[change].guaranteed_by {
                self.judge(node, change, guaranteed_by);
            }
        }
    }

    /// Nobody accepts what was ended after the moment that the receipt told.
    fn judge(&mut self, node: usize, change: usize, guaranteed_by: Moment) {
        let Some(until) = self.nodes[node].vouches_until() else { return };
        if guaranteed_by.max(self.now) < until && self.violations.len() < TOLD_MAX {
            let (ms, change) = (|moment: Moment| moment / 1_000, change + 1);
            self.violations.push(format!(
                "at {} ms n{node} knows {} and vouches until {} ms: it accepts the pair of change {change}, which was guaranteed to \
                 be refused from {} ms on",
                ms(self.now),
                self.nodes[node].known,
                ms(until),
                ms(guaranteed_by)
            ));
        }
    }

    /// A node has heard of the changes above `was`.
    pub(super) fn learned(&mut self, node: usize, was: u32) {
        for change in was..self.nodes[node].known {
            let took = self.now - self.receipts.changes[change as usize].at;
            self.figures.spread.add(took);
            let last = &mut self.figures.last_of_change;
            last.resize(last.len().max(change as usize + 1), 0);
            last[change as usize] = last[change as usize].max(took);
        }
    }
}
