//! What must hold, and the rules that it rests on.

use stateright::{Model, Property};

use super::Bounds;
use super::state::{PAIRS, Pair, Receipt, State};
use super::steps::Step;

/// A rule of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// A node answers only while its lease lasts.
    LeaseIsAsked,
    /// A lease counts from the start of the question.
    LeaseCountsFromTheQuestion,
    /// A node that starts reads everything before it answers.
    LoadedBeforeAnswering,
    /// A change holds its position until it is committed.
    PositionIsLocked,
    /// An answer counts for the question that it was given to.
    AnswersKnowTheirQuestion,
    /// A node reports a position when it has applied it, not when it has heard of it.
    ReportedWhenApplied,
    /// A start without the database takes no snapshot that is older than what the node has come to.
    ColdStartForgetsNothing,
    /// A database that lacks what a node has seen is not trusted.
    OlderIsQuarantined,
    /// What a node has seen is found again by its link, not by its number alone.
    LinksAreCompared,
    /// What a node once knew to have ended stays ended there, whatever a database says.
    EndingsStay,
    /// A restored database says so until the endings of the journal were re-applied.
    RestoredIsMarked,
    /// Re-applying means all endings of the journal.
    JournalIsReapplied,
    /// An ending is in the journal before anybody is told of it.
    JournalBeforeTelling,
    /// The audit entry is in the same transaction.
    AuditedTogether,
}

impl Rule {
    /// Each rule with the property that fails without it, and room enough to see it.
    pub const ALL: [(Rule, &'static str, Bounds); 14] = [
        (Rule::LeaseIsAsked, NO_LATE_ACCEPT, Bounds::CRASHES),
        (Rule::LeaseCountsFromTheQuestion, NO_LATE_ACCEPT, Bounds::CRASHES),
        (Rule::LoadedBeforeAnswering, NO_FALSE_REFUSAL, Bounds::CRASHES),
        (Rule::PositionIsLocked, NO_LATE_ACCEPT, Bounds::CHANGES),
        (Rule::AnswersKnowTheirQuestion, NO_LATE_ACCEPT, Bounds::CRASHES),
        (Rule::ReportedWhenApplied, NO_LATE_ACCEPT, Bounds::CRASHES),
        (Rule::ColdStartForgetsNothing, NO_LATE_ACCEPT, Bounds::CRASHES),
        (Rule::OlderIsQuarantined, NO_LATE_ACCEPT, Bounds::ALONE),
        (Rule::LinksAreCompared, NO_LATE_ACCEPT, Bounds::ALONE),
        (Rule::EndingsStay, NO_RESURRECTION, Bounds::LOSSES),
        (Rule::RestoredIsMarked, NO_LATE_ACCEPT, Bounds::LOSSES),
        (Rule::JournalIsReapplied, NO_LATE_ACCEPT, Bounds::LOSSES),
        (Rule::JournalBeforeTelling, NO_LATE_ACCEPT, Bounds::LOSSES),
        (Rule::AuditedTogether, AUDITED, Bounds::CRASHES),
    ];
}

/// G3.
pub const NO_LATE_ACCEPT: &str = "nobody accepts a pair after the receipt of its ending says so";
/// G4.
pub const NO_FALSE_REFUSAL: &str = "nobody refuses a pair that works and that everybody must know";
/// What a restore must never do.
pub const NO_RESURRECTION: &str = "what a node once knew to have ended it never accepts again";
/// G9.
pub const AUDITED: &str = "every change has one audit entry";
/// Each of these is reached.
pub const SOMETIMES: [&str; 5] = [
    "a regeneration is known to every node",
    "a node verifies while the database is away",
    "a node finds that the database is older",
    "endings were re-applied and every node answers",
    "a node starts from its snapshot while the database is away",
];

/// The model: what there is room for, and the rule that is off.
#[derive(Clone, Copy, Debug)]
pub struct Fleet {
    /// What there is room for.
    pub bounds: Bounds,
    /// The rule that is off.
    pub off: Option<Rule>,
}

impl Fleet {
    /// Whether a rule holds.
    pub fn has(&self, rule: Rule) -> bool {
        self.off != Some(rule)
    }

    fn says(&self, state: &State, node: usize, pair: usize) -> Option<Pair> {
        state.says(node, pair, self.has(Rule::LeaseIsAsked))
    }

    /// Whether whoever was told may rely on it: every node has reported it, or those that did not may no longer vouch.
    fn guaranteed(&self, receipt: &Receipt) -> bool {
        receipt.told && !receipt.lost && receipt.wait == 0
    }

    fn no_late_accept(&self, state: &State) -> bool {
        self.every(|node, pair| {
            !(self.guaranteed(&state.ended[pair]) && self.says(state, node, pair) == Some(Pair::Live))
        })
    }

    fn no_false_refusal(&self, state: &State) -> bool {
        self.every(|node, pair| {
            let good = self.guaranteed(&state.made[pair]) && !state.doomed[pair];
            !(good && matches!(self.says(state, node, pair), Some(Pair::Absent | Pair::Ended)))
        })
    }

    fn no_resurrection(&self, state: &State) -> bool {
        self.every(|node, pair| {
            !(state.nodes[node].saw_ended[pair] && self.says(state, node, pair) == Some(Pair::Live))
        })
    }

    fn every(&self, holds: impl Fn(usize, usize) -> bool) -> bool {
        (0..self.bounds.nodes).all(|node| (0..PAIRS).all(|pair| holds(node, pair)))
    }

    fn all_say(&self, state: &State, pair: usize, what: Pair) -> bool {
        (0..self.bounds.nodes).all(|node| self.says(state, node, pair) == Some(what))
    }
}

impl Model for Fleet {
    type State = State;
    type Action = Step;

    fn init_states(&self) -> Vec<State> {
        vec![State::first(&self.bounds)]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Step>) {
        self.possible(state, actions);
    }

    fn next_state(&self, last: &State, step: Step) -> Option<State> {
        let mut state = last.clone();
        self.take(&mut state, step);
        state.settle(&self.bounds);
        (state != *last).then_some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut properties = vec![
            Property::always(NO_LATE_ACCEPT, |fleet: &Fleet, state: &State| fleet.no_late_accept(state)),
            Property::always(NO_FALSE_REFUSAL, |fleet: &Fleet, state: &State| fleet.no_false_refusal(state)),
            Property::always(NO_RESURRECTION, |fleet: &Fleet, state: &State| fleet.no_resurrection(state)),
            Property::always(AUDITED, |_: &Fleet, state: &State| {
                state.database.audit == state.database.changes
            }),
            Property::sometimes(SOMETIMES[0], |fleet: &Fleet, state: &State| {
                fleet.all_say(state, 0, Pair::Ended) && fleet.all_say(state, 1, Pair::Live)
            }),
            Property::sometimes(SOMETIMES[1], |fleet: &Fleet, state: &State| {
                state.away && fleet.says(state, 0, 0) == Some(Pair::Live)
            }),
        ];
        if 0 < self.bounds.losses {
            properties.push(Property::sometimes(SOMETIMES[2], |_: &Fleet, state: &State| {
                state.nodes.iter().any(|node| node.quarantined)
            }));
            properties.push(Property::sometimes(SOMETIMES[3], |fleet: &Fleet, state: &State| {
                1 < state.database.incarnation && fleet.all_say(state, 0, Pair::Ended)
            }));
        }
        if 0 < self.bounds.crashes {
            properties.push(Property::sometimes(SOMETIMES[4], |fleet: &Fleet, state: &State| {
                state.away && state.left.0 == 0 && fleet.all_say(state, 0, Pair::Live)
            }));
        }
        properties
    }
}
