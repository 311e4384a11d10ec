//! A tree of nodes that hand the feed on: how a change spreads over thousands of them, and what a receipt may say of them.
//!
//! Only the heads of each region read the database. Whoever else verifies asks its parent, which answers from its own index as
//! soon as it knows more, or when the wait is over; and says upwards what everybody below it knows. The shape is what the product's
//! feed for followers and its list of nodes would be with more than one step between them: pages with the age of what they tell,
//! reports of positions, spans that were registered. Messages take time and get lost, processes and machines die, regions are cut
//! off, clocks go at different rates. The engine is not in it: an index is a number here, so that ten thousand fit.
//!
//! One invariant is judged all the time: nobody accepts an ended pair after the moment that the receipt told. Five rules uphold
//! it ([`Rule`]); each can be taken out, and then some seed breaks it.

mod feed;
mod figures;
mod node;
mod receipts;
mod reports;
mod shape;
mod table;
mod weather;
mod world;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

pub use self::figures::{Figures, Spread};
pub use self::table::{Arguments, print};

use self::node::Node;
use self::receipts::Receipts;
use self::shape::Shape;
use self::world::{Database, Dice, Event, Moment, SECOND, Scheduled, Sum};

/// What upholds the invariant in a tree, beside what upholds it in a fleet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// A page tells how old it is, counted from the start of the read at the database: the steps between add up.
    AgeIsHandedOn,
    /// A page tells how long may be vouched for what is in it; nobody below vouches longer than the head registered.
    SpanIsHandedOn,
    /// A node says to know a change when everybody below it does.
    SubtreeIsAsked,
    /// Who falls silent is counted until what it was told last has run out.
    SilentIsCounted,
    /// A process that handed the feed on leaves a shadow even where its folder proves that it is gone: those below it are not.
    RestartLeavesShadow,
}

impl Rule {
    /// All of them.
    pub const ALL: [Rule; 5] = [
        Rule::AgeIsHandedOn,
        Rule::SpanIsHandedOn,
        Rule::SubtreeIsAsked,
        Rule::SilentIsCounted,
        Rule::RestartLeavesShadow,
    ];

    /// A word for the command line and the handbook.
    pub const fn word(self) -> &'static str {
        match self {
            Rule::AgeIsHandedOn => "age-is-handed-on",
            Rule::SpanIsHandedOn => "span-is-handed-on",
            Rule::SubtreeIsAsked => "subtree-is-asked",
            Rule::SilentIsCounted => "silent-is-counted",
            Rule::RestartLeavesShadow => "restart-leaves-shadow",
        }
    }

    /// The rule that a word names.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.word() == word)
    }
}

/// What work costs. Each figure was measured or is an assumption; `docs/operating/scale.md` says which, and by what.
#[derive(Clone, Copy, Debug)]
pub struct Costs {
    /// Processors of the database.
    pub cores: usize,
    /// Of one of them for a read of the feed, in microseconds.
    pub read_us: i64,
    /// Of one of them for a report that is written down.
    pub write_us: i64,
    /// Of a node's processor for one answer to a child.
    pub answer_us: i64,
    /// Bytes of a page without pairs, a question and a report, with their heads.
    pub page_bytes: u64,
    /// Bytes of a pair in a page.
    pub pair_bytes: u64,
}

impl Default for Costs {
    fn default() -> Self {
        Self { cores: 8, read_us: 300, write_us: 150, answer_us: 100, page_bytes: 500, pair_bytes: 98 }
    }
}

/// A run.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Everybody who verifies.
    pub nodes: usize,
    /// Who reads the database, in each region.
    pub heads: usize,
    /// How many ask one parent.
    pub fan_out: usize,
    /// Regions; the database is in the first.
    pub regions: usize,
    /// For how long pairs are ended.
    pub seconds: i64,
    /// How many are ended in a minute.
    pub changes_per_minute: i64,
    /// Lease and allowance together.
    pub span: Moment,
    /// How long a parent may let a question wait.
    pub wait: Moment,
    /// How long loading takes a process that starts.
    pub load: Moment,
    /// Whether everything goes wrong that may.
    pub stormy: bool,
    /// The rule that is left out.
    pub off: Option<Rule>,
    /// What work costs.
    pub costs: Costs,
}

impl Settings {
    /// A tree of so many, with what the product has by default: 10 s and 5 min.
    pub fn of(nodes: usize, regions: usize, fan_out: usize) -> Self {
        let span = 310 * SECOND;
        let mut settings = Self {
            nodes,
            heads: 2,
            fan_out,
            regions,
            seconds: 60,
            changes_per_minute: 120,
            span,
            wait: 0,
            load: 4 * SECOND,
            stormy: false,
            off: None,
            costs: Costs::default(),
        };
        settings.wait = settings.fair_wait();
        settings
    }

    /// A small tree with short spans, in which everything goes wrong.
    pub fn small(off: Option<Rule>) -> Self {
        let settings = Self {
            seconds: 40,
            span: 3 * SECOND,
            load: SECOND / 2,
            stormy: true,
            off,
            heads: 1,
            ..Self::of(40, 2, 3)
        };
        Self { wait: settings.fair_wait(), ..settings }
    }

    /// Nobody hands anything on: everybody reads the database.
    pub fn flat(self) -> Self {
        let heads = self.nodes.div_ceil(self.regions);
        let flat = Self { heads, ..self };
        Self { wait: flat.fair_wait(), ..flat }
    }

    /// How many steps there are between the database and whoever is farthest from it.
    pub fn depth(&self) -> usize {
        Shape::of(self).depth()
    }

    /// A quarter of the span for all steps together, so that what a leaf knows is young enough when nothing happens, and a
    /// question may be lost on each step.
    pub fn fair_wait(&self) -> Moment {
        let steps = i64::try_from(self.depth()).unwrap_or(i64::MAX);
        (self.span / (4 * steps)).clamp(SECOND / 10, 25 * SECOND)
    }
}

/// What came of a run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The seed.
    pub seed: u64,
    /// The first times that the invariant did not hold.
    pub violations: Vec<String>,
    /// Everything that happened, summed up: the same seed has the same sum.
    pub sum: u64,
    /// How many things happened.
    pub events: u64,
    /// What was counted.
    pub figures: Figures,
}

/// A tree while it runs.
struct Tree {
    settings: Settings,
    shape: Shape,
    dice: Dice,
    now: Moment,
    queue: BinaryHeap<Reverse<Scheduled>>,
    scheduled: u64,
    database: Database,
    nodes: Vec<Node>,
    receipts: Receipts,
    /// Until when each region is cut off from the others, and until when the database is away.
    cut: Vec<Moment>,
    away: Moment,
    figures: Figures,
    sum: Sum,
    violations: Vec<String>,
}

/// Runs a tree by a seed.
pub fn run(seed: u64, settings: Settings) -> Outcome {
    let mut tree = Tree::planted(seed, settings);
    tree.begins();
    let mut events = 0;
    while let Some(Reverse(next)) = tree.queue.pop() {
        tree.now = next.at;
        events += 1;
        tree.sum.add(next.at, &next.event);
        tree.happens(next.event);
        if tree.is_over() {
            break;
        }
    }
    tree.ends();
    Outcome { seed, violations: tree.violations, sum: tree.sum.value(), events, figures: tree.figures }
}

/// The first seed below a bound that breaks the invariant without a rule.
pub fn caught(rule: Rule, below: u64) -> Option<u64> {
    (0..below).find(|seed| !run(*seed, Settings::small(Some(rule))).violations.is_empty())
}

impl Tree {
    fn planted(seed: u64, settings: Settings) -> Self {
        let shape = Shape::of(&settings);
        let mut dice = Dice::new(seed);
        let nodes = (0..shape.len()).map(|node| Node::new(&shape, node, settings.span, &mut dice)).collect();
        Self {
            receipts: Receipts::new(&shape),
            cut: vec![0; settings.regions],
            away: 0,
            database: Database::new(settings.costs.cores),
            settings,
            shape,
            dice,
            now: 0,
            queue: BinaryHeap::new(),
            scheduled: 0,
            nodes,
            figures: Figures::default(),
            sum: Sum::default(),
            violations: Vec::new(),
        }
    }

    /// One level starts after the other; people begin to end pairs when everybody has had time to load.
    fn begins(&mut self) {
        for node in 0..self.nodes.len() {
            let level = i64::try_from(self.shape.level_of(node)).unwrap_or(i64::MAX);
            let at = level * (self.settings.load + 2 * SECOND) + self.dice.below(SECOND);
            self.at(at, Event::Start { node, life: 0 });
        }
        self.at(self.first_change(), Event::Change);
        if self.settings.stormy {
            self.at(self.first_change(), Event::Trouble);
        }
    }

    /// When everybody has loaded, level by level, and has heard from its parent.
    fn first_change(&self) -> Moment {
        let levels = i64::try_from(self.shape.depth()).unwrap_or(i64::MAX);
        (self.settings.load + 6 * SECOND) * levels + 2 * SECOND
    }

    fn last_change(&self) -> Moment {
        self.first_change() + self.settings.seconds * SECOND
    }

    /// When every receipt has been told.
    fn is_over(&self) -> bool {
        self.last_change() < self.now && self.receipts.all_told()
    }

    fn ends(&mut self) {
        self.figures.span_seconds = (self.now as f64 / SECOND as f64).max(1.0);
        self.figures.database_busy =
            self.database.busy() as f64 / (self.settings.costs.cores as f64 * self.now.max(1) as f64);
        self.figures.nodes = self.nodes.len();
        self.figures.heads = self.shape.heads();
        self.figures.depth = self.shape.depth();
        self.figures.answers_max = self.nodes.iter().map(|node| node.answers).max().unwrap_or_default();
        self.figures.events_of_changes = self.receipts.changes();
    }

    fn at(&mut self, at: Moment, event: Event) {
        self.scheduled += 1;
        self.queue.push(Reverse(Scheduled { at: at.max(self.now), number: self.scheduled, event }));
    }

    fn after(&mut self, span: Moment, event: Event) {
        self.at(self.now + span, event);
    }

    fn happens(&mut self, event: Event) {
        match event {
            Event::Change => self.change(),
            Event::Hinted { node, life } => self.hinted(node, life),
            Event::ReadArrives { node, life, number, began } => self.read_arrives(node, life, number, began),
            Event::ReadEnds { node, life, number, began, head } => {
                self.read_ends(node, life, number, began, head)
            }
            Event::Ask { node, life } => self.ask_again(node, life),
            Event::Asked { parent, child, life, question } => self.asked(parent, child, life, question),
            Event::WaitOver { parent, parent_life, child, life, number } => {
                self.wait_over(parent, parent_life, child, life, number);
            }
            Event::Page { child, life, number, page } => self.page(child, life, number, page),
            Event::Lost { node, life, number } => self.lost(node, life, number),
            Event::Quiet { parent, parent_life, child, life, number } => {
                self.quiet(parent, parent_life, child, life, number);
            }
            Event::Report { node, life } => self.report(node, life),
            Event::SaidNothing { node, life, number } => self.said_nothing(node, life, number),
            Event::Reported { parent, child, life, report } => self.reported(parent, child, life, report),
            Event::Written { node, life, report } => self.written(node, life, report),
            Event::Bound { change } => self.bound(change),
            Event::Trouble => self.trouble(),
            Event::Start { node, life } => self.start(node, life),
            Event::Loaded { node, life } => self.loaded(node, life),
        }
    }
}

#[cfg(test)]
mod tests;
