//! The model: feed, lease, receipt, snapshot and restore as a handful of rules, small enough that every order of events can
//! be looked at.
//!
//! Where the simulation runs the product and draws a few of its schedules, the model leaves the product out and walks
//! through all of them. Time is ticks, counted down from the span for which a node may vouch, so the states are finite. What
//! can happen stands in `steps`, what must hold in `rules`. Each rule has a switch, and a property that fails without it.

mod rules;
mod state;
mod steps;

pub use rules::{Fleet, Rule};
pub use state::{Database, Node, Pair, Receipt, State};
pub use steps::Step;

/// How many nodes, keys and mishaps a walk has room for.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Nodes.
    pub nodes: usize,
    /// Keys: the first has a pair that can be replaced by another, the second one that can be ended.
    pub keys: u8,
    /// Ticks for which a node may vouch.
    pub span: u8,
    /// How often a node may crash.
    pub crashes: u8,
    /// How often the database may lose its tail or be restored.
    pub losses: u8,
}

impl Bounds {
    /// Crashes, and nothing lost.
    pub const CRASHES: Bounds = Bounds { nodes: 2, keys: 1, span: 2, crashes: 1, losses: 0 };
    /// A loss, and nothing crashes.
    pub const LOSSES: Bounds = Bounds { nodes: 2, keys: 1, span: 2, crashes: 0, losses: 1 };
    /// Two keys, so two changes at once; and a loss.
    pub const KEYS: Bounds = Bounds { nodes: 2, keys: 2, span: 2, crashes: 0, losses: 1 };
    /// Two keys, so two changes at once.
    pub const CHANGES: Bounds = Bounds { nodes: 2, keys: 2, span: 2, crashes: 0, losses: 0 };
    /// One node, and a loss between two changes.
    pub const ALONE: Bounds = Bounds { nodes: 1, keys: 2, span: 2, crashes: 0, losses: 1 };
    /// Three nodes.
    pub const NODES: Bounds = Bounds { nodes: 3, keys: 1, span: 2, crashes: 0, losses: 0 };
    /// What is walked through at every change, with a name.
    pub const QUICK: [(&str, Bounds); 2] = [("crashes", Bounds::CRASHES), ("losses", Bounds::LOSSES)];
    /// What takes minutes.
    pub const LONG: [(&str, Bounds); 2] = [("nodes", Bounds::NODES), ("keys", Bounds::KEYS)];
}
