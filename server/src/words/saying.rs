//! A text with what it speaks of, ready to be printed: as HTML in a template, as plain text elsewhere.
//!
//! A text of the catalogue may hold a few tags of our own (`<strong>`, `<em>`, `<mono>`, `<id>`, `<nowrap>`, `<link>`); everything else in it,
//! and everything it speaks of, is escaped. So neither a translation nor a brand's own words nor a member's name can become markup.

use std::fmt::{self, Write as _};

use askama::filters::HtmlSafe;
use fluent_bundle::{FluentArgs, FluentValue};

use super::Words;
use crate::pages::layout::Link;
use crate::pages::moment::Moment;

/// The tags that texts may hold: name, and what is printed instead.
const TAGS: [(&str, &str, &str); 5] = [
    ("strong", "<strong>", "</strong>"),
    ("em", "<em>", "</em>"),
    ("mono", r#"<span class="mono">"#, "</span>"),
    ("id", r#"<span class="mono strong">"#, "</span>"),
    ("nowrap", r#"<strong class="nowrap">"#, "</strong>"),
];

/// The first of the characters that stand for facts while a text is put together; they belong to no script.
const FIRST_MARK: u32 = 0xE000;

/// Something that a text speaks of.
#[derive(Clone, Debug)]
pub enum Fact {
    /// Shown as it is, escaped.
    Text(String),
    /// Shown, and a reason to choose a plural form.
    Number(i64),
    /// One of our own words by which a text chooses its form; never shown.
    Kind(&'static str),
    /// Shown as its own HTML, or as text where there is none.
    Html {
        /// Escaped already.
        html: String,
        /// The same in words.
        text: String,
    },
}

/// What a text can speak of.
pub trait Shown {
    /// As a fact.
    fn fact(&self) -> Fact;
}

impl<T: Shown + ?Sized> Shown for &T {
    fn fact(&self) -> Fact {
        (**self).fact()
    }
}

impl Shown for str {
    fn fact(&self) -> Fact {
        Fact::Text(self.to_owned())
    }
}

impl Shown for String {
    fn fact(&self) -> Fact {
        Fact::Text(self.clone())
    }
}

impl Shown for Moment {
    fn fact(&self) -> Fact {
        Fact::Html { html: self.to_string(), text: self.text().to_owned() }
    }
}

impl Shown for Link {
    fn fact(&self) -> Fact {
        let mut html = format!(r#"<a href="{}">"#, Escaped(&self.href));
        let _ = write!(html, "{}</a>", Escaped(&self.words));
        Fact::Html { html, text: self.words.clone() }
    }
}

impl Shown for Saying<'_> {
    fn fact(&self) -> Fact {
        Fact::Html { html: self.to_string(), text: self.text() }
    }
}

impl Shown for Fact {
    fn fact(&self) -> Fact {
        self.clone()
    }
}

macro_rules! numbers {
    ($($number:ty)+) => {
        $(impl Shown for $number {
            fn fact(&self) -> Fact {
                Fact::Number(i64::try_from(*self).unwrap_or(i64::MAX))
            }
        })+
    };
}
numbers!(u8 u16 u32 u64 usize i32 i64);

/// A text of the catalogue, with what it speaks of.
#[derive(Clone, Debug)]
pub struct Saying<'a> {
    words: &'a Words,
    id: &'a str,
    facts: Vec<(&'a str, Fact)>,
    href: Option<String>,
}

impl<'a> Saying<'a> {
    pub(super) fn new(words: &'a Words, id: &'a str) -> Self {
        Saying { words, id, facts: Vec::new(), href: None }
    }

    /// With the value of a placeholder.
    pub fn with(mut self, name: &'a str, shown: impl Shown) -> Self {
        self.facts.push((name, shown.fact()));
        self
    }

    /// With one of our own words by which the text chooses its form.
    pub fn kind(mut self, name: &'a str, word: &'static str) -> Self {
        self.facts.push((name, Fact::Kind(word)));
        self
    }

    /// With the address that the text's `<link>` leads to.
    pub fn leading_to(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }

    /// The text without any markup, for titles, messages and logs. Whatever prints it on a page escapes it.
    pub fn text(&self) -> String {
        let mut text = String::new();
        self.pieces(|piece| match piece {
            Piece::Text(part) => text.push_str(part),
            Piece::Open(_) | Piece::Close(_) | Piece::Link | Piece::LinkEnd => (),
            Piece::Fact(Fact::Text(part) | Fact::Html { text: part, .. }) => text.push_str(part),
            Piece::Fact(Fact::Number(_) | Fact::Kind(_)) => (),
        });
        text
    }

    /// The text with a mark for each fact that is shown.
    fn skeleton(&self) -> String {
        let Some(pattern) = self.words.texts().get_message(self.id).and_then(|found| found.value()) else {
            debug_assert!(false, "no text is called `{}`", self.id);
            tracing::error!(text.id = self.id, "No text has the id `{}`", self.id);
            return self.id.to_owned();
        };
        let mut facts = FluentArgs::with_capacity(self.facts.len());
        for ((name, fact), at) in self.facts.iter().zip(FIRST_MARK..) {
            let value = match fact {
                Fact::Number(number) => FluentValue::from(*number),
                Fact::Kind(word) => FluentValue::from(*word),
                Fact::Text(_) | Fact::Html { .. } => {
                    FluentValue::from(char::from_u32(at).map(String::from).unwrap_or_default())
                }
            };
            facts.set(*name, value);
        }
        let mut slips = Vec::new();
        let text = self.words.texts().format_pattern(pattern, Some(&facts), &mut slips).into_owned();
        if !slips.is_empty() {
            debug_assert!(false, "the text `{}` cannot be completed: {slips:?}", self.id);
            tracing::error!(text.id = self.id, "The text `{}` speaks of something it was not given", self.id);
        }
        text
    }

    fn pieces(&self, mut each: impl FnMut(Piece<'_>)) {
        let skeleton = self.skeleton();
        let mut rest = skeleton.as_str();
        while let Some(at) = rest.find(|c| c == '<' || self.marked(c).is_some()) {
            let (before, from) = rest.split_at(at);
            if !before.is_empty() {
                each(Piece::Text(before));
            }
            let first = from.chars().next().expect("something was found there");
            let (piece, length) = match self.marked(first) {
                Some(fact) => (Piece::Fact(fact), first.len_utf8()),
                None => tag(from).unwrap_or((Piece::Text("<"), 1)),
            };
            each(piece);
            rest = &from[length..];
        }
        if !rest.is_empty() {
            each(Piece::Text(rest));
        }
    }

    fn marked(&self, mark: char) -> Option<&Fact> {
        let at = u32::from(mark).checked_sub(FIRST_MARK)?;
        self.facts.get(usize::try_from(at).ok()?).map(|(_, fact)| fact)
    }
}

/// A part of a text.
enum Piece<'a> {
    Text(&'a str),
    Open(&'static str),
    Close(&'static str),
    Link,
    LinkEnd,
    Fact(&'a Fact),
}

/// The tag that a text begins with, and how long it is.
fn tag(text: &str) -> Option<(Piece<'static>, usize)> {
    let (name, _) = text.strip_prefix('<')?.split_once('>')?;
    let length = name.len() + 2;
    match name {
        "link" => return Some((Piece::Link, length)),
        "/link" => return Some((Piece::LinkEnd, length)),
        _ => (),
    }
    let piece = TAGS.iter().find_map(|(own, open, close)| match name.strip_prefix('/') {
        Some(name) => (name == *own).then_some(Piece::Close(close)),
        None => (name == *own).then_some(Piece::Open(open)),
    })?;
    Some((piece, length))
}

/// As HTML.
impl fmt::Display for Saying<'_> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut html = String::new();
        self.pieces(|piece| {
            // Writing to a string does not fail.
            let _ = match piece {
                Piece::Text(text) => text.chars().try_for_each(|c| match c {
                    '&' => html.write_str("&amp;"),
                    '<' => html.write_str("&lt;"),
                    '>' => html.write_str("&gt;"),
                    '"' => html.write_str("&quot;"),
                    other => html.write_char(other),
                }),
                Piece::Open(tag) | Piece::Close(tag) => html.write_str(tag),
                Piece::Link => match &self.href {
                    Some(href) => write!(html, r#"<a href="{}">"#, Escaped(href)),
                    None => Ok(()),
                },
                Piece::LinkEnd => html.write_str(if self.href.is_some() { "</a>" } else { "" }),
                Piece::Fact(Fact::Text(text)) => write!(html, "{}", Escaped(text)),
                Piece::Fact(Fact::Html { html: own, .. }) => html.write_str(own),
                Piece::Fact(Fact::Number(_) | Fact::Kind(_)) => Ok(()),
            };
        });
        to.write_str(&html)
    }
}

// Everything but the tags of our own is escaped where it is printed.
impl HtmlSafe for Saying<'_> {}

impl From<Saying<'_>> for String {
    fn from(saying: Saying<'_>) -> String {
        saying.text()
    }
}

/// Text as templates escape it.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '&' => to.write_str("&#38;"),
            '<' => to.write_str("&#60;"),
            '>' => to.write_str("&#62;"),
            '"' => to.write_str("&#34;"),
            '\'' => to.write_str("&#39;"),
            other => to.write_char(other),
        })
    }
}
