//! Letters that failed: why, and whether trying again can help.

use askama::Template;

use super::super::moment::Moment;
use super::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "console/letters.html")]
pub struct LettersPage {
    /// Around the page.
    pub frame: Frame,
    /// The letters, the newest first.
    pub letters: Vec<LetterRow>,
    /// Whether there are more.
    pub cut: bool,
}

/// A letter that failed.
#[derive(Clone, Debug)]
pub struct LetterRow {
    /// Its id.
    pub id: String,
    /// SMS or e-mail, and to whom, masked.
    pub to: String,
    /// In whose name.
    pub brand: String,
    /// What it is about.
    pub about: &'static str,
    /// Since when it is owed.
    pub since: Moment,
    /// Tries so far.
    pub tries: u32,
    /// Why the last one failed.
    pub failure: String,
    /// When it is tried again by itself; none if it was given up.
    pub next: Option<Moment>,
    /// Where trying again is sent; none where it cannot help.
    pub retry: Option<String>,
}
