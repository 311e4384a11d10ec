//! Editions: for whose readers a page is printed, and the words that differ between them.

use std::collections::BTreeMap;

/// One brand's edition of all pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    /// Whose.
    pub org: String,
    /// Where.
    pub country: String,
    /// Host names that are this brand's alone.
    pub hosts: Vec<String>,
    /// What place-holders such as `<brand-name/>` become, by their name.
    pub words: BTreeMap<String, Word>,
}

/// What a place-holder becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// Words.
    Text(String),
    /// Words that lead somewhere; inside of links, code and titles, the words alone.
    Link {
        /// Where.
        href: String,
        /// The words.
        text: String,
    },
}

impl Word {
    /// The words.
    pub fn text(&self) -> &str {
        match self {
            Word::Text(text) | Word::Link { text, .. } => text,
        }
    }
}

impl Edition {
    /// An edition without any words yet.
    pub fn new(org: &str, country: &str) -> Edition {
        Edition {
            org: org.to_owned(),
            country: country.to_owned(),
            hosts: Vec::new(),
            words: BTreeMap::new(),
        }
    }

    /// With a place-holder and what it becomes.
    pub fn with(mut self, name: &str, text: impl Into<String>) -> Edition {
        self.words.insert(name.to_owned(), Word::Text(text.into()));
        self
    }

    /// With a place-holder that becomes a link.
    pub fn with_link(mut self, name: &str, href: impl Into<String>, text: impl Into<String>) -> Edition {
        self.words.insert(name.to_owned(), Word::Link { href: href.into(), text: text.into() });
        self
    }

    /// With host names of its own.
    pub fn at(mut self, hosts: impl IntoIterator<Item = impl Into<String>>) -> Edition {
        self.hosts = hosts.into_iter().map(Into::into).collect();
        self
    }

    /// What people call the edition: "razorpay/IN".
    pub fn name(&self) -> String {
        format!("{}/{}", self.org, self.country)
    }

    /// How frontmatter and `org-country` write it: "razorpay-IN".
    pub(crate) fn hyphened(&self) -> String {
        format!("{}-{}", self.org, self.country)
    }

    /// What the brand's dashboard is called, if the edition says so.
    pub(crate) fn dashboard_name(&self) -> Option<&str> {
        self.words.get("dashboard-name").map(Word::text)
    }

    /// A text with its place-holders filled; unknown ones stay.
    pub(crate) fn fill(&self, text: &str) -> String {
        let mut filled = text.to_owned();
        if !text.contains('<') {
            return filled;
        }
        for (name, word) in &self.words {
            for written in [format!("<{name}/>"), format!("<{name} />")] {
                if filled.contains(&written) {
                    filled = filled.replace(&written, word.text());
                }
            }
        }
        filled
    }
}
