//! Accounts: finding one among very many.

use askama::Template;

use super::super::moment::Moment;
use super::frame::Frame;

/// The page.
#[derive(Clone, Debug, Template)]
#[template(path = "console/accounts.html")]
pub struct AccountsPage {
    /// Around the page.
    pub frame: Frame,
    /// What was looked for.
    pub words: String,
    /// The brands to choose from.
    pub brands: Vec<Choice>,
    /// The states to choose from.
    pub states: Vec<Choice>,
    /// What was found.
    pub accounts: Vec<AccountRow>,
    /// Whether more fit these words than are shown.
    pub cut: bool,
    /// Where the next page is.
    pub next: Option<String>,
}

/// One entry of a list to choose from.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What it says.
    pub words: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// An account in a list.
#[derive(Clone, Debug)]
pub struct AccountRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its brand.
    pub brand: String,
    /// When it was opened.
    pub opened: Moment,
    /// Where its activation stands.
    pub activation: State,
    /// Where its website stands.
    pub website: State,
}

/// Where something stands, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing was told.
    Nothing,
    /// It waits for a review.
    Waiting,
    /// It was found good.
    Good,
    /// It was returned.
    Returned,
}

impl State {
    /// The word.
    pub fn words(self) -> &'static str {
        match self {
            State::Nothing => "None yet",
            State::Waiting => "In review",
            State::Good => "Done",
            State::Returned => "Returned",
        }
    }

    /// The class of its chip.
    pub fn class(self) -> &'static str {
        match self {
            State::Nothing => "",
            State::Waiting => "warn",
            State::Good => "good",
            State::Returned => "bad",
        }
    }
}
