//! The console's first page: what waits for somebody.

use askama::Template;

use super::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "console/overview.html")]
pub struct OverviewPage {
    /// Around the page.
    pub frame: Frame,
    /// What waits, each with how much and where.
    pub tiles: Vec<Tile>,
}

/// One thing that may wait.
#[derive(Clone, Debug)]
pub struct Tile {
    /// What.
    pub title: &'static str,
    /// How much: "3", "100 or more".
    pub count: String,
    /// Whether anything does.
    pub waits: bool,
    /// What it means.
    pub sentence: &'static str,
    /// Where to see to it.
    pub href: &'static str,
}
