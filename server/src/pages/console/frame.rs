//! What every page of the console has around its content.

use super::super::assets;
use super::super::layout::{Mark, Notice};

/// Which entry of the navigation is lit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// None of them.
    Elsewhere,
    /// The first page.
    Overview,
    /// Accounts.
    Accounts,
    /// What waits for a review.
    Reviews,
    /// Brands.
    Brands,
    /// The audit.
    Audit,
    /// Letters that failed.
    Letters,
    /// Limits hit.
    Limits,
    /// The processes that verify.
    Fleet,
    /// The circle of operators.
    Operators,
}

/// The navigation.
const WAYS: [(Place, &str, &str); 9] = [
    (Place::Overview, "/", "Overview"),
    (Place::Accounts, "/accounts", "Accounts"),
    (Place::Reviews, "/reviews", "Reviews"),
    (Place::Brands, "/brands", "Brands"),
    (Place::Audit, "/audit", "Audit"),
    (Place::Letters, "/letters", "Letters"),
    (Place::Limits, "/limits", "Limits"),
    (Place::Fleet, "/fleet", "Fleet"),
    (Place::Operators, "/operators", "Operators"),
];

/// What surrounds a page.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The page's own name, first in the window's title.
    pub title: String,
    /// Who is logged in; nobody before login.
    pub operator: Option<String>,
    /// One message about what has just happened.
    pub notice: Option<Notice>,
    place: Place,
}

/// One entry of the navigation.
pub struct Way {
    /// Where it leads.
    pub href: &'static str,
    /// What it says.
    pub words: &'static str,
    /// How it is marked.
    pub mark: Mark,
}

impl Frame {
    /// For somebody who is logged in.
    pub fn inside(title: &str, place: Place, operator: &str) -> Frame {
        Frame { operator: Some(operator.to_owned()), place, ..Frame::outside(title) }
    }

    /// For somebody who is not.
    pub fn outside(title: &str) -> Frame {
        Frame { title: title.to_owned(), operator: None, notice: None, place: Place::Elsewhere }
    }

    /// The same with a message.
    pub fn noting(self, notice: Option<Notice>) -> Frame {
        Frame { notice, ..self }
    }

    /// The navigation, with the entry of this page lit.
    pub fn ways(&self) -> Vec<Way> {
        let way = |&(place, href, words): &(Place, &'static str, &'static str)| Way {
            href,
            words,
            mark: Mark::here(place == self.place),
        };
        WAYS.iter().map(way).collect()
    }

    /// Fingerprint in the address of the static files.
    pub fn assets(&self) -> &'static str {
        assets::VERSION
    }
}
