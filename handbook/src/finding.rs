//! Findings: what is wrong in a text, where, and what to write instead.

use std::fmt;

/// A slip in a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file as the shelf names it.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// What kind of slip.
    pub slip: Slip,
    /// What is wrong, without a full stop.
    pub says: String,
    /// What to do about it, as a sentence.
    pub mend: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}:{}: {}. {}", self.file, self.line, self.says, self.mend)
    }
}

/// Kinds of slips. Programs know them by [`Slip::code`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slip {
    /// A block that no brand sees, or that speaks of a brand which does not see it.
    WrongBrand,
    /// An org or country that no brand has.
    UnknownBrand,
    /// `show-if` without `org`, or with attributes it does not have.
    Condition,
    /// Something stands on the line of a tag.
    Glued,
    /// A tag or fence that never ends.
    Unclosed,
    /// A closing tag without its beginning.
    Stray,
    /// `show-if` inside `show-if`, or one partial inside another.
    Nested,
    /// A partial that is not there.
    MissingPartial,
    /// A line that begins with `@` and cannot be followed.
    Directive,
    /// A callout of a kind that does not exist.
    UnknownCallout,
    /// An anchor that its page does not have.
    WrongAnchor,
    /// A link to a page that is not there, or not for this brand.
    DeadLink,
    /// An address that no page may lead to.
    Address,
    /// A picture that is not there.
    MissingPicture,
    /// A picture that says nothing to people who cannot see it.
    MissingAlt,
    /// A line of frontmatter that means nothing.
    Frontmatter,
    /// A page without a title.
    MissingTitle,
    /// A place-holder that does not exist.
    UnknownWord,
    /// A tag that is not printed.
    Tag,
    /// A row of a table with another number of cells than its heading.
    Table,
    /// More text than a page may have.
    TooLong,
}

impl Slip {
    /// The name for programs; it stays.
    pub fn code(self) -> &'static str {
        match self {
            Slip::WrongBrand => "wrong_brand",
            Slip::UnknownBrand => "unknown_brand",
            Slip::Condition => "condition",
            Slip::Glued => "glued",
            Slip::Unclosed => "unclosed",
            Slip::Stray => "stray",
            Slip::Nested => "nested",
            Slip::MissingPartial => "missing_partial",
            Slip::Directive => "directive",
            Slip::UnknownCallout => "unknown_callout",
            Slip::WrongAnchor => "wrong_anchor",
            Slip::DeadLink => "dead_link",
            Slip::Address => "address",
            Slip::MissingPicture => "missing_picture",
            Slip::MissingAlt => "missing_alt",
            Slip::Frontmatter => "frontmatter",
            Slip::MissingTitle => "missing_title",
            Slip::UnknownWord => "unknown_word",
            Slip::Tag => "tag",
            Slip::Table => "table",
            Slip::TooLong => "too_long",
        }
    }
}

impl Slip {
    /// Whether a reader misses something that was meant to be on the page.
    pub fn leaves_a_gap(self) -> bool {
        match self {
            Slip::Condition
            | Slip::Unclosed
            | Slip::Nested
            | Slip::MissingPartial
            | Slip::Directive
            | Slip::DeadLink
            | Slip::Address
            | Slip::MissingPicture
            | Slip::UnknownWord
            | Slip::Tag
            | Slip::TooLong => true,
            Slip::WrongBrand
            | Slip::UnknownBrand
            | Slip::Glued
            | Slip::Stray
            | Slip::UnknownCallout
            | Slip::WrongAnchor
            | Slip::MissingAlt
            | Slip::Frontmatter
            | Slip::MissingTitle
            | Slip::Table => false,
        }
    }
}

/// The findings of a run, noted while it goes on.
#[derive(Debug, Default)]
pub(crate) struct Notes(pub Vec<Finding>);

impl Notes {
    pub(crate) fn add(
        &mut self,
        place: &crate::lines::Place,
        slip: Slip,
        says: impl Into<String>,
        mend: impl Into<String>,
    ) {
        let file = place.file.to_string();
        self.0.push(Finding { file, line: place.line, slip, says: says.into(), mend: mend.into() });
    }
}

/// The word of a list that somebody probably meant.
pub(crate) fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near =
        |word: &&str| strsim::normalized_damerau_levenshtein(&word.to_lowercase(), &written.to_lowercase());
    let best = known.into_iter().max_by(|a, b| near(a).total_cmp(&near(b)));
    best.filter(|word| near(word) >= 0.5)
}
