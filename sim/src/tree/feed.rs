//! The way down: heads read the database, everybody else asks a parent and is answered when there is something new, or when the
//! wait is over.

use super::node::{Child, Page, Question, Report, with_margin};
use super::world::{Event, MILLI, Moment, SECOND};
use super::{Rule, Tree};

/// How often a head reads the database when nobody tells it to.
const POLL: Moment = 200 * MILLI;
/// How long after the wait a question is given up.
const GIVEN_UP: Moment = 2 * SECOND;
/// How long a head waits for the database.
const READ_WITHIN: Moment = 4 * SECOND;
/// How soon after an answer the next question should have come.
const ASKS_AGAIN: Moment = 2 * SECOND;
/// Failures in a row after which a node turns to another parent.
const TURNS_AWAY: u32 = 3;

/// Where a message begins or ends.
#[derive(Clone, Copy)]
enum Place {
    Database,
    Node(usize),
}

impl Tree {
    fn region(&self, place: Place) -> usize {
        match place {
            Place::Database => 0,
            Place::Node(node) => self.nodes[node].region,
        }
    }

    /// How long a message takes; `None`: it gets lost.
    fn way(&mut self, from: Place, to: Place, bytes: u64) -> Option<Moment> {
        let (here, there) = (self.region(from), self.region(to));
        let is_cut = |region: usize| self.now < self.cut[region];
        if here != there {
            self.figures.between_regions += bytes;
            if is_cut(here) || is_cut(there) {
                return None;
            }
        }
        if matches!((from, to), (Place::Database, _) | (_, Place::Database)) && self.now < self.away {
            return None;
        }
        let median = self.shape.way(here, there);
        Some(self.dice.way(median))
    }

    /// A message upwards, over the node's own cable.
    pub(super) fn up(&mut self, node: usize, parent: Option<usize>, bytes: u64) -> Option<Moment> {
        if self.now < self.nodes[node].cut_up {
            return None;
        }
        self.way(Place::Node(node), parent.map_or(Place::Database, Place::Node), bytes)
    }

    /// A message downwards.
    fn down(&mut self, parent: Option<usize>, node: usize, bytes: u64) -> Option<Moment> {
        if self.now < self.nodes[node].cut_down {
            return None;
        }
        self.way(parent.map_or(Place::Database, Place::Node), Place::Node(node), bytes)
    }

    pub(super) fn is_there(&self, node: usize, life: u32) -> bool {
        self.nodes[node].is_alive && self.nodes[node].life == life
    }

    /// The parent that a node asks now; `None`: the database.
    pub(super) fn parent(&self, node: usize) -> Option<usize> {
        self.shape.parent_of(node, self.nodes[node].parent_tried)
    }

    /// A process starts, and has to read everything.
    pub(super) fn start(&mut self, node: usize, life: u32) {
        if self.nodes[node].life != life {
            return;
        }
        self.nodes[node].is_alive = true;
        self.after(self.settings.load, Event::Loaded { node, life });
    }

    pub(super) fn loaded(&mut self, node: usize, life: u32) {
        if self.is_there(node, life) {
            self.nodes[node].is_loaded = true;
            if self.nodes[node].is_head {
                // It registers before it vouches.
                self.receipts.registers(node, self.now, self.settings.span, self.settings.off);
            }
            self.ask(node);
        }
    }

    pub(super) fn hinted(&mut self, node: usize, life: u32) {
        if !self.is_there(node, life) || !self.nodes[node].is_loaded || 0 < self.nodes[node].failures {
            return;
        }
        self.nodes[node].was_hinted = true;
        if self.nodes[node].outstanding.is_none() {
            self.ask(node);
        }
    }

    pub(super) fn ask_again(&mut self, node: usize, life: u32) {
        if self.is_there(node, life) && self.nodes[node].outstanding.is_none() {
            self.ask(node);
        }
    }

    fn ask(&mut self, node: usize) {
        let parent = self.parent(node);
        // A read of the database says nothing; a head's reports go their own way.
        let report = if parent.is_some() { self.what_to_say(node) } else { Report::default() };
        let asker = &mut self.nodes[node];
        asker.number += 1;
        asker.outstanding = Some(asker.number);
        asker.asked_at = asker.clock(self.now);
        asker.was_hinted = false;
        let (life, number, began, known) = (asker.life, asker.number, asker.asked_at, asker.known);
        let within = if parent.is_none() { READ_WITHIN } else { self.settings.wait + GIVEN_UP };
        self.after(within, Event::Lost { node, life, number });
        let Some(way) = self.up(node, parent, self.settings.costs.page_bytes) else { return };
        let arrives = match parent {
            None => Event::ReadArrives { node, life, number, began },
            Some(parent) => {
                Event::Asked { parent, child: node, life, question: Question { number, known, report } }
            }
        };
        self.after(way, arrives);
    }

    /// What was committed by now is in the answer.
    pub(super) fn read_arrives(&mut self, node: usize, life: u32, number: u32, began: Moment) {
        self.figures.reads += 1;
        let head = self.database.position;
        let done = self.database.does(self.now, self.settings.costs.read_us);
        if let Some(way) = self.down(None, node, self.settings.costs.page_bytes) {
            self.at(done + way, Event::ReadEnds { node, life, number, began, head });
        }
    }

    pub(super) fn read_ends(&mut self, node: usize, life: u32, number: u32, began: Moment, head: u32) {
        if !self.is_there(node, life) || self.nodes[node].outstanding != Some(number) {
            return;
        }
        let span = self.settings.span;
        self.takes(node, head, began, span);
        if self.nodes[node].was_hinted {
            self.ask(node);
        } else {
            let pause = self.dice.between(POLL * 4 / 5, POLL * 6 / 5);
            self.after(pause, Event::Ask { node, life });
        }
    }

    pub(super) fn asked(&mut self, parent: usize, child: usize, life: u32, question: Question) {
        let clock = self.nodes[parent].clock(self.now);
        let answers = self.nodes[parent].vouches(self.now) && question.known <= self.nodes[parent].known;
        if !answers {
            // Gone, or it may not vouch itself, or it knows less than the one who asks.
            if let Some(way) = self.down(Some(parent), child, self.settings.costs.page_bytes) {
                self.after(way, Event::Lost { node: child, life, number: question.number });
            }
            return;
        }
        self.hears(parent, child, life, question, clock);
        if question.known < self.nodes[parent].known {
            self.answer(parent, child, life);
        } else {
            let (number, parent_life) = (question.number, self.nodes[parent].life);
            self.after(self.settings.wait, Event::WaitOver { parent, parent_life, child, life, number });
        }
        self.speaks_up(parent);
    }

    /// Puts whoever asks on the list of children; a process that ran as it before is counted until it cannot vouch any more.
    fn hears(&mut self, parent: usize, child: usize, life: u32, question: Question, clock: Moment) {
        let (off, span) = (self.settings.off, self.settings.span);
        let leaves_shadow = off != Some(Rule::RestartLeavesShadow) && self.nodes[child].hands_on;
        let parent = &mut self.nodes[parent];
        if leaves_shadow {
            for former in parent.children.iter_mut().filter(|one| one.node == child && one.life != life) {
                former.silent_until.get_or_insert(former.told + with_margin(span));
            }
        } else {
            // Its folder says that the one before is gone.
            parent.children.retain(|one| one.node != child || one.life == life);
        }
        let asks = Some((question.number, clock, question.known));
        match parent.child(child, life) {
            Some(known) => {
                known.asks = asks;
                known.silent_until = None;
                known.hears(question.report, clock);
            }
            None => {
                let mut new = Child {
                    node: child,
                    life,
                    asks,
                    answered: 0,
                    report: Report { known: question.report.known, ..Report::default() },
                    below_until: clock,
                    told: clock - with_margin(span),
                    silent_until: None,
                };
                new.hears(question.report, clock);
                parent.children.push(new);
                self.figures.children_max = self.figures.children_max.max(parent.children.len());
            }
        }
    }

    pub(super) fn wait_over(
        &mut self,
        parent: usize,
        parent_life: u32,
        child: usize,
        life: u32,
        number: u32,
    ) {
        if !self.is_there(parent, parent_life) {
            return;
        }
        let waits = self.nodes[parent].child(child, life).and_then(|child| child.asks);
        if waits.is_some_and(|(asked, ..)| asked == number) {
            self.answer(parent, child, life);
        }
    }

    fn answer(&mut self, parent: usize, child: usize, life: u32) {
        let costs = self.settings.costs;
        let vouches = self.nodes[parent].vouches(self.now);
        let now = self.now;
        let here = &mut self.nodes[parent];
        let (parent_life, head, true_at, vouch) = (here.life, here.known, here.true_at, here.vouch);
        let (clock, sent) = (here.clock(now), here.busy_until.max(now) + costs.answer_us);
        let Some(asker) = here.child(child, life) else { return };
        let Some((number, arrived, known)) = asker.asks.take() else { return };
        asker.answered = number;
        if vouches {
            asker.told = asker.told.max(true_at);
        }
        here.busy_until = sent;
        here.answers += 1;
        if !vouches {
            if let Some(way) = self.down(Some(parent), child, costs.page_bytes) {
                self.at(sent + way, Event::Lost { node: child, life, number });
            }
            return;
        }
        // Without the rule what is answered now counts from now.
        let told_at = if self.settings.off == Some(Rule::AgeIsHandedOn) { clock } else { true_at };
        let page = Page { head, lead: told_at - arrived, vouch };
        let bytes = costs.page_bytes + u64::from(head.saturating_sub(known)) * costs.pair_bytes;
        self.at(sent + ASKS_AGAIN, Event::Quiet { parent, parent_life, child, life, number });
        if let Some(way) = self.down(Some(parent), child, bytes) {
            self.at(sent + way, Event::Page { child, life, number, page });
        }
    }

    /// A child that was answered and does not ask again is not waited for; what it was told is.
    pub(super) fn quiet(&mut self, parent: usize, parent_life: u32, child: usize, life: u32, number: u32) {
        let (off, span) = (self.settings.off, self.settings.span);
        if !self.is_there(parent, parent_life) {
            return;
        }
        if let Some(one) = self.nodes[parent].child(child, life)
            && one.answered == number
            && one.asks.is_none()
        {
            let until =
                if off == Some(Rule::SilentIsCounted) { Moment::MIN } else { one.told + with_margin(span) };
            one.silent_until.get_or_insert(until);
            self.speaks_up(parent);
        }
    }

    pub(super) fn page(&mut self, child: usize, life: u32, number: u32, page: Page) {
        if !self.is_there(child, life) || self.nodes[child].outstanding != Some(number) {
            return;
        }
        let node = &self.nodes[child];
        // A parent whose clock runs wild must not make this younger than its arrival.
        let true_at = (node.asked_at + page.lead).min(node.clock(self.now));
        self.takes(child, page.head, true_at, page.vouch);
        self.ask(child);
    }

    /// An answer that is believed.
    fn takes(&mut self, node: usize, head: u32, true_at: Moment, vouch: Moment) {
        let (was, until) = (self.nodes[node].known, self.nodes[node].vouches_until());
        let taker = &mut self.nodes[node];
        taker.outstanding = None;
        taker.failures = 0;
        taker.learns(head, true_at, vouch, self.settings.off);
        let age = taker.clock(self.now) - taker.true_at;
        if let Some(until) = until {
            // Who has just been started has not been silent.
            self.figures.silent += (self.now - until).max(0);
            self.figures.ages.add(age);
            self.learned(node, was);
        }
        self.judge_node(node);
        if was < head {
            let waiting: Vec<(usize, u32)> = self.nodes[node]
                .children
                .iter()
                .filter(|child| child.asks.is_some_and(|(.., known)| known < head))
                .map(|child| (child.node, child.life))
                .collect();
            for (child, life) in waiting {
                self.answer(node, child, life);
            }
            self.speaks_up(node);
        }
    }

    /// Refused, or given up.
    pub(super) fn lost(&mut self, node: usize, life: u32, number: u32) {
        if !self.is_there(node, life) || self.nodes[node].outstanding != Some(number) {
            return;
        }
        let asker = &mut self.nodes[node];
        asker.outstanding = None;
        asker.failures += 1;
        if asker.failures.is_multiple_of(TURNS_AWAY) {
            asker.parent_tried += 1;
        }
        // Twice as long each time, between half of it and all of it.
        let whole = ((100 * MILLI) << asker.failures.min(10)).min(5 * SECOND);
        let pause = self.dice.between(whole / 2, whole);
        self.after(pause, Event::Ask { node, life });
    }
}
