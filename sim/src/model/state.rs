//! What there is: a database, nodes with what they hold in memory and on their own disk, receipts, and a journal of endings
//! that lies outside the database.

use super::Bounds;

/// Pairs of a model: two of the first key, one of the second.
pub const PAIRS: usize = 3;
/// Positions there is room for, and one before the first.
const POSITIONS: usize = 8;

/// What is known of a pair.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Pair {
    /// Nothing.
    #[default]
    Absent,
    /// It works.
    Live,
    /// It has ended.
    Ended,
}

/// The database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Database {
    /// Pairs, each with the position of the change that last touched it.
    pub pairs: [(Pair, u8); PAIRS],
    /// The position of the last change.
    pub head: u8,
    /// For each position which history its change belongs to; 0 for none. What the links of the audit chain are.
    pub links: [u8; POSITIONS],
    /// Entries of the audit.
    pub audit: u8,
    /// Changes in it.
    pub changes: u8,
    /// Grows each time endings were re-applied after a loss.
    pub incarnation: u8,
    /// Restored, and the endings of the journal not re-applied yet.
    pub unfinished: bool,
}

/// A question for changes that is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reading {
    /// Ticks since it was asked.
    pub age: u8,
    /// What the database answered, once it has.
    pub answer: Option<Database>,
}

/// A snapshot on a node's disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Snapshot {
    /// What the node knew.
    pub known: [Pair; PAIRS],
    /// Up to which position.
    pub position: u8,
    /// Ticks for which that may still be vouched for.
    pub left: u8,
}

/// A node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Node {
    /// Whether it runs.
    pub up: bool,
    /// What it knows.
    pub known: [Pair; PAIRS],
    /// Up to which position.
    pub position: u8,
    /// Ticks for which it may still vouch.
    pub left: u8,
    /// What it is asking.
    pub reading: Option<Reading>,
    /// An answer to a question that it has given up; it may still arrive.
    pub late: Option<Database>,
    /// The highest position it has come to, with its link and incarnation: on its disk.
    pub remembers: (u8, u8, u8),
    /// Its snapshot: on its disk.
    pub snapshot: Option<Snapshot>,
    /// It found a database that is older than what it has seen, and trusts none until endings were re-applied.
    pub quarantined: bool,
    /// Pairs that it once knew to have ended: a journal on its disk that is only ever added to.
    pub saw_ended: [bool; PAIRS],
}

/// What whoever asked for an ending, or for a pair, was told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Receipt {
    /// The position of the change; 0 for none.
    pub position: u8,
    /// Whether they were told at all.
    pub told: bool,
    /// Ticks until nobody vouches any more who had not read of it.
    pub wait: u8,
    /// Which nodes have reported the position, a bit for each.
    pub reported: u8,
    /// A failover lost it: reported, and promised no longer.
    pub lost: bool,
}

/// Everything.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    /// The database that is asked.
    pub database: Database,
    /// What it was once: a backup, or a standby that is behind.
    pub older: Option<Database>,
    /// Whether it is away for a while.
    pub away: bool,
    /// Changes that have taken a position and are not committed.
    pub open: Vec<(super::Step, u8)>,
    /// The nodes.
    pub nodes: Vec<Node>,
    /// For each pair what was told of its making.
    pub made: [Receipt; PAIRS],
    /// For each pair what was told of its ending.
    pub ended: [Receipt; PAIRS],
    /// Pairs whose ending somebody asked for: they may be refused.
    pub doomed: [bool; PAIRS],
    /// The journal: endings that were told or applied anywhere.
    pub journal: [bool; PAIRS],
    /// Mishaps that are left: crashes, losses.
    pub left: (u8, u8),
    /// Whether the database may still go away.
    pub may_go: bool,
    /// The history that changes belong to from now on.
    pub branch: u8,
}

impl State {
    /// One pair of each key works, and every node is about to start.
    pub fn first(bounds: &Bounds) -> Self {
        let mut links = [0; POSITIONS];
        links[1] = 1;
        let live = (Pair::Live, 1);
        let second = if bounds.keys < 2 { (Pair::Absent, 0) } else { live };
        let database = Database {
            pairs: [live, (Pair::Absent, 0), second],
            head: 1,
            links,
            audit: 1,
            changes: 1,
            incarnation: 1,
            unfinished: false,
        };
        let node = Node {
            up: true,
            known: [Pair::Absent; PAIRS],
            position: 0,
            left: 0,
            reading: None,
            late: None,
            remembers: (0, 0, 1),
            snapshot: None,
            quarantined: false,
            saw_ended: [false; PAIRS],
        };
        let told = Receipt { position: 1, told: true, ..Receipt::default() };
        let second = if bounds.keys < 2 { Receipt::default() } else { told };
        Self {
            database,
            older: None,
            away: false,
            open: Vec::new(),
            nodes: vec![node; bounds.nodes],
            made: [told, Receipt::default(), second],
            ended: [Receipt::default(); PAIRS],
            doomed: [false; PAIRS],
            journal: [false; PAIRS],
            left: (bounds.crashes, bounds.losses),
            may_go: true,
            branch: 1,
        }
    }

    /// Forgets what can make no difference any more, so that states that are alike are one state.
    pub fn settle(&mut self, bounds: &Bounds) {
        let everybody = (1u8 << bounds.nodes) - 1;
        for receipt in self.ended.iter_mut().chain(&mut self.made) {
            if receipt.reported == everybody {
                receipt.wait = 0;
            }
            if receipt.wait == 0 {
                receipt.reported = 0;
            }
            if receipt.lost {
                *receipt = Receipt { lost: true, ..Receipt::default() };
            }
        }
        if self.left.0 == 0 {
            self.nodes.iter_mut().filter(|node| node.up).for_each(|node| node.snapshot = None);
        }
        self.sort_nodes();
    }

    /// Nodes have no names: any order of them is the same state.
    fn sort_nodes(&mut self) {
        let mut order: Vec<usize> = (0..self.nodes.len()).collect();
        order.sort_by_key(|number| {
            let bit = |one: &Receipt| one.reported >> number & 1;
            (self.nodes[*number], self.ended.each_ref().map(bit), self.made.each_ref().map(bit))
        });
        self.nodes = order.iter().map(|number| self.nodes[*number]).collect();
        for receipt in self.ended.iter_mut().chain(&mut self.made) {
            let before = receipt.reported;
            let moved = order.iter().enumerate().map(|(to, from)| (before >> from & 1) << to);
            receipt.reported = moved.sum();
        }
    }

    /// Whether a node answers, and what it knows of a pair. `None`: it says that it cannot know.
    pub fn says(&self, node: usize, pair: usize, lease_is_asked: bool) -> Option<Pair> {
        let node = &self.nodes[node];
        let ready = node.up && 0 < node.position;
        (ready && (0 < node.left || !lease_is_asked)).then_some(node.known[pair])
    }
}
