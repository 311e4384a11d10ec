//! A refusal or failure: what happened, what to do, and one way on.

use askama::Template;

use super::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "console/problem.html")]
pub struct ProblemPage {
    /// Around the page; its title is the heading.
    pub frame: Frame,
    /// The HTTP status, for whoever writes it down.
    pub status: u16,
    /// What happened and what to do.
    pub words: String,
}
