//! The fleet: the processes that verify, as a table.

use askama::Template;

use super::super::moment::Moment;
use super::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "console/fleet.html")]
pub struct FleetPage {
    /// Around the page.
    pub frame: Frame,
    /// The last change that this process knows.
    pub position: i64,
    /// Every node, by name.
    pub nodes: Vec<NodeRow>,
    /// Processes that are no node any more and may still vouch.
    pub shadows: Vec<ShadowRow>,
    /// Why no key is changed, and what to run.
    pub quarantine: Option<String>,
    /// When this was true.
    pub now: Moment,
}

/// A node.
#[derive(Clone, Debug)]
pub struct NodeRow {
    /// What it is called.
    pub name: String,
    /// Whether anything runs as it.
    pub runs: bool,
    /// What it does.
    pub role: String,
    /// The version it runs.
    pub version: String,
    /// Since when.
    pub since: Option<Moment>,
    /// Whether it answers, as far as is known.
    pub is_ready: bool,
    /// The last change it said to know.
    pub position: i64,
    /// How many changes it lacks.
    pub behind: i64,
    /// How long ago it was heard from.
    pub heard: Option<String>,
    /// Its lease.
    pub lease: String,
    /// How long it vouches in all.
    pub vouches: String,
    /// How far its wall clock is ahead of the database's time.
    pub clock: Option<String>,
    /// Whether that is too far.
    pub is_off: bool,
}

/// A process that is no node any more.
#[derive(Clone, Debug)]
pub struct ShadowRow {
    /// As which node it ran.
    pub node: String,
    /// Until when it may vouch at most.
    pub until: Moment,
}
