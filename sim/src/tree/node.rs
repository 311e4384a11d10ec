//! A node: what it knows and until when that counts, whom it asks, who asks it, and what it has said of those below it.
//!
//! All of its moments are of its own clock, which goes a little faster or slower than true time and began somewhere else.

use super::Rule;
use super::shape::Shape;
use super::world::{Dice, MILLI, Moment};

/// Clocks differ in rate from true time by at most this many parts in a million.
const RATE_PPM_MAX: i64 = 200;
/// What a receipt allows for clocks of two machines, as the product does: one part in this many …
const DRIFT: i64 = 500;
/// … and this much.
const SLACK: Moment = 250 * MILLI;
/// Nothing was ever known.
const NEVER: Moment = Moment::MIN / 4;

/// A span with what clocks of two machines may differ by.
pub(super) const fn with_margin(span: Moment) -> Moment {
    span + span / DRIFT + SLACK
}

/// What a child asks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question {
    pub(super) number: u32,
    pub(super) known: u32,
    /// It says what there is to say at once.
    pub(super) report: Report,
}

/// What a parent answers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page {
    pub(super) head: u32,
    /// How much later than the arrival of the question it was that all of this was true; below nought: how much earlier.
    pub(super) lead: Moment,
    /// For how long it may be vouched for, from when it was true.
    pub(super) vouch: Moment,
}

/// What a node says of itself and of everybody below it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Report {
    pub(super) number: u32,
    /// What all of those who are heard know.
    pub(super) known: u32,
    /// For how much longer somebody who is not heard may vouch for less.
    pub(super) silent_for: Moment,
}

/// A process that asks this one, or did.
#[derive(Clone, Copy, Debug)]
pub(super) struct Child {
    pub(super) node: usize,
    pub(super) life: u32,
    /// The question that waits, when it came, and what its asker knows.
    pub(super) asks: Option<(u32, Moment, u32)>,
    /// The question that was answered last.
    pub(super) answered: u32,
    /// What it said of itself and of those below it, and until when somebody there may vouch for less.
    pub(super) report: Report,
    pub(super) below_until: Moment,
    /// Everything it was ever told here was true by then.
    pub(super) told: Moment,
    /// It does not ask any more: until when it may vouch for what it was told.
    pub(super) silent_until: Option<Moment>,
}

/// A node.
pub(super) struct Node {
    pub(super) region: usize,
    pub(super) is_head: bool,
    pub(super) hands_on: bool,
    rate_ppm: i64,
    began: Moment,
    /// For how long it would vouch by itself.
    span: Moment,
    pub(super) life: u32,
    pub(super) is_alive: bool,
    pub(super) is_loaded: bool,
    /// Until when no message passes to its parent, and none from there.
    pub(super) cut_up: Moment,
    pub(super) cut_down: Moment,
    pub(super) known: u32,
    /// When everything that it knows was true, and for how long it may vouch from then.
    pub(super) true_at: Moment,
    pub(super) vouch: Moment,
    pub(super) parent_tried: usize,
    pub(super) number: u32,
    pub(super) outstanding: Option<u32>,
    pub(super) asked_at: Moment,
    pub(super) failures: u32,
    pub(super) was_hinted: bool,
    pub(super) children: Vec<Child>,
    /// Until when it is busy with answers, in true time.
    pub(super) busy_until: Moment,
    pub(super) said: Report,
    pub(super) said_at: Moment,
    pub(super) is_about_to_say: bool,
    pub(super) answers: u64,
}

impl Node {
    pub(super) fn new(shape: &Shape, node: usize, span: Moment, dice: &mut Dice) -> Self {
        Self {
            region: shape.region_of(node),
            is_head: shape.is_head(node),
            hands_on: shape.hands_on(node),
            rate_ppm: dice.between(-RATE_PPM_MAX, RATE_PPM_MAX),
            began: dice.below(1_000_000_000_000),
            span,
            life: 0,
            is_alive: false,
            is_loaded: false,
            cut_up: 0,
            cut_down: 0,
            known: 0,
            true_at: NEVER,
            vouch: 0,
            parent_tried: 0,
            number: 0,
            outstanding: None,
            asked_at: 0,
            failures: 0,
            was_hinted: false,
            children: Vec::new(),
            busy_until: 0,
            said: Report::default(),
            said_at: NEVER,
            is_about_to_say: false,
            answers: 0,
        }
    }

    /// What its clock says.
    pub(super) const fn clock(&self, now: Moment) -> Moment {
        self.began + now + now * self.rate_ppm / 1_000_000
    }

    /// When its clock will say so, in true time; a little later rather than earlier.
    const fn true_moment(&self, clock: Moment) -> Moment {
        (clock - self.began) * 1_000_000 / (1_000_000 + self.rate_ppm) + 2
    }

    /// Its process is gone, with everything it knew.
    pub(super) fn dies(&mut self) {
        self.is_alive = false;
        self.is_loaded = false;
        self.life += 1;
        self.known = 0;
        self.true_at = NEVER;
        self.outstanding = None;
        self.children.clear();
        self.said = Report { number: self.said.number, ..Report::default() };
        self.is_about_to_say = false;
        self.was_hinted = false;
        self.failures = 0;
        self.parent_tried = 0;
    }

    /// Learns a page that was true at a moment of this clock.
    pub(super) fn learns(&mut self, head: u32, true_at: Moment, vouch: Moment, off: Option<Rule>) {
        self.known = self.known.max(head);
        self.true_at = self.true_at.max(true_at);
        // Without the rule a node that hands nothing on goes by its own settings alone, and those of some are long.
        let goes_by_itself = off == Some(Rule::SpanIsHandedOn) && !self.hands_on && !self.is_head;
        self.vouch = if goes_by_itself { self.span * 3 } else { vouch.min(self.span) };
    }

    /// Until when it vouches if nothing more arrives, in true time. `None`: it has nothing to vouch for.
    pub(super) const fn vouches_until(&self) -> Option<Moment> {
        if !self.is_alive || !self.is_loaded || self.true_at == NEVER {
            return None;
        }
        Some(self.true_moment(self.true_at + self.vouch))
    }

    pub(super) fn vouches(&self, now: Moment) -> bool {
        self.vouches_until().is_some_and(|until| now < until)
    }

    pub(super) fn child(&mut self, node: usize, life: u32) -> Option<&mut Child> {
        self.children.iter_mut().find(|child| (child.node, child.life) == (node, life))
    }

    /// What there is to say at a moment of true time: what everybody here and below knows, and for how much longer somebody
    /// may vouch for less. Whoever cannot any more is forgotten.
    pub(super) fn knows_below(&mut self, now: Moment, off: Option<Rule>) -> (u32, Moment) {
        let clock = self.clock(now);
        if off == Some(Rule::SubtreeIsAsked) {
            return (self.known, 0);
        }
        self.children.retain(|child| child.silent_until.is_none_or(|until| clock < until));
        let (mut known, mut silent_for) = (self.known, 0);
        for child in &self.children {
            let until = match child.silent_until {
                Some(until) => until.max(child.below_until),
                None => {
                    known = known.min(child.report.known);
                    child.below_until
                }
            };
            silent_for = silent_for.max(until - clock);
        }
        (known, silent_for)
    }
}
