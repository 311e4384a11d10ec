//! What waits for a review, the longest waiting first.

use askama::Template;

use super::super::moment::Moment;
use super::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "console/reviews.html")]
pub struct ReviewsPage {
    /// Around the page.
    pub frame: Frame,
    /// Business details; websites and apps.
    pub queues: [Queue; 2],
}

/// One queue, a page of it.
#[derive(Clone, Debug)]
pub struct Queue {
    /// Names it on the page.
    pub id: &'static str,
    /// What waits.
    pub title: &'static str,
    /// Who waits.
    pub rows: Vec<WaitingRow>,
    /// Where the next page is.
    pub next: Option<String>,
}

/// An account that waits.
#[derive(Clone, Debug)]
pub struct WaitingRow {
    /// Its id.
    pub account: String,
    /// Its name.
    pub name: String,
    /// Its brand.
    pub brand: String,
    /// What it told, in a line.
    pub told: String,
    /// Since when.
    pub since: Moment,
    /// Whether it waits longer than the three working days that are promised.
    pub late: bool,
}

impl Queue {
    /// Where on an account's page this is decided.
    fn anchor(&self) -> &'static str {
        if self.id == "websites" { "website" } else { "activation" }
    }
}
