//! Tags: reading one `<name attribute="value">`, and finding the tags of our own language in a line.

use crate::finding::{Notes, Slip};
use crate::lines::{Line, Place};

/// A longer tag is text; so a line of many `<` costs no more than its length.
const TAG_BYTES_MAX: usize = 4096;

/// A tag as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tag {
    /// In small letters.
    pub(crate) name: String,
    /// `</name>`.
    pub(crate) closes: bool,
    /// `<name/>`.
    pub(crate) alone: bool,
    /// Names in small letters; a bare word has no value.
    pub(crate) attributes: Vec<(String, Option<String>)>,
    /// How many bytes it takes.
    pub(crate) length: usize,
}

impl Tag {
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        let (_, value) = self.attributes.iter().find(|(own, _)| own == name)?;
        value.as_deref()
    }
}

/// The tag at the beginning of a text, if there is one.
pub(crate) fn at(text: &str) -> Option<Tag> {
    let mut end = text.len().min(TAG_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut read = Reader { text: &text[..end], at: 0 };
    read.eat('<').then_some(())?;
    let closes = read.eat('/');
    let name = read.while_true(|c| c.is_ascii_alphanumeric() || c == '-').to_ascii_lowercase();
    name.starts_with(|c: char| c.is_ascii_alphabetic()).then_some(())?;
    let mut attributes = Vec::new();
    loop {
        let apart = !read.while_true(char::is_whitespace).is_empty();
        if read.eat('>') {
            return Some(Tag { name, closes, alone: false, attributes, length: read.at });
        }
        if read.eat('/') {
            let whole = read.eat('>');
            return whole.then_some(Tag { name, closes, alone: true, attributes, length: read.at });
        }
        apart.then_some(())?;
        attributes.push(read.attribute()?);
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn eat(&mut self, wanted: char) -> bool {
        let found = self.text[self.at..].starts_with(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    fn while_true(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let rest = &self.text[self.at..];
        let end = rest.find(|c| !fits(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn attribute(&mut self) -> Option<(String, Option<String>)> {
        let is_name = |c: char| !c.is_whitespace() && !matches!(c, '=' | '>' | '/' | '"' | '\'' | '<');
        let name = self.while_true(is_name).to_ascii_lowercase();
        (!name.is_empty()).then_some(())?;
        let before = self.at;
        self.while_true(char::is_whitespace);
        if !self.eat('=') {
            self.at = before;
            return Some((name, None));
        }
        self.while_true(char::is_whitespace);
        let value = match self.text[self.at..].chars().next()? {
            quote @ ('"' | '\'') => {
                self.eat(quote);
                let value = self.while_true(|c| c != quote);
                self.eat(quote).then_some(value)?
            }
            _ => self.while_true(|c| !c.is_whitespace() && !matches!(c, '>' | '"' | '\'' | '<' | '`')),
        };
        Some((name, Some(plain(value))))
    }
}

/// An attribute's value without the few entities that authors need in one.
fn plain(value: &str) -> String {
    if !value.contains('&') {
        return value.to_owned();
    }
    let known = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    known.iter().fold(value.to_owned(), |value, (written, meant)| value.replace(written, meant))
}

/// A line, or one of our tags.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    Line(Line),
    Tag { tag: Tag, place: Place, indent: String },
}

/// Takes tags of these names out of lines. A tag has a line to itself; what stands beside one is noted, and becomes a line.
pub(crate) fn taken_out(lines: Vec<Line>, names: &[&str], notes: &mut Notes) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for line in lines {
        let found = if line.code { Vec::new() } else { ours(&line.text, names) };
        if found.is_empty() {
            pieces.push(Piece::Line(line));
            continue;
        }
        let indent = line.indent().to_owned();
        let mut from = 0;
        let mut beside = found.len() > 1;
        for (at, tag) in found {
            beside |= push_text(&mut pieces, &line, &indent, &line.text[from..at]);
            from = at + tag.length;
            pieces.push(Piece::Tag { tag, place: line.place.clone(), indent: indent.clone() });
        }
        beside |= push_text(&mut pieces, &line, &indent, &line.text[from..]);
        if beside {
            let says = "A tag shares its line with something else";
            notes.add(
                &line.place,
                Slip::Glued,
                says,
                "Give the tag a line to itself, with nothing before or after it.",
            );
        }
    }
    pieces
}

fn push_text(pieces: &mut Vec<Piece>, line: &Line, indent: &str, text: &str) -> bool {
    let words = text.trim();
    if !words.is_empty() {
        pieces.push(Piece::Line(Line { text: format!("{indent}{words}"), ..line.clone() }));
    }
    !words.is_empty()
}

/// Our tags in a line with where they begin; what stands in backticks is an example and no tag.
fn ours(text: &str, names: &[&str]) -> Vec<(usize, Tag)> {
    let mut found = Vec::new();
    let mut quoted = false;
    let mut at = 0;
    while let Some(step) = text[at..].find(['<', '`']) {
        at += step;
        if text[at..].starts_with('`') {
            quoted = !quoted;
            at += 1;
            continue;
        }
        let tag = (!quoted).then(|| self::at(&text[at..])).flatten();
        match tag {
            Some(tag) if names.contains(&tag.name.as_str()) => {
                let length = tag.length;
                found.push((at, tag));
                at += length;
            }
            _ => at += 1,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_read_in_every_form() {
        let tag = at("<show-if org-country = 'axis-IN, razorpay-IN' country=MY bare>rest").expect("a tag");
        assert_eq!(tag.value("org-country"), Some("axis-IN, razorpay-IN"));
        assert_eq!((tag.value("country"), tag.attributes[2].0.as_str()), (Some("MY"), "bare"));
        assert!(at("</show-if >").is_some_and(|tag| tag.closes));
        assert!(at("<brand-name/>").is_some_and(|tag| tag.alone));
        assert_eq!(
            at("<a href=\"x?a=1&amp;b\">").and_then(|tag| tag.value("href").map(str::to_owned)),
            Some("x?a=1&b".into())
        );
        for no_tag in ["<", "<a", "< a>", "<a href=\"x>", "<1>", "<a\"b\">", "text"] {
            assert_eq!(at(no_tag), None, "{no_tag}");
        }
    }

    #[test]
    fn tags_of_a_line_come_out_in_order() {
        let (lines, _) = crate::lines::of_file("a.md", "one <x> two </x>\n`<x>` is a tag\n  <x>\n");
        let mut notes = Notes::default();
        let pieces = taken_out(lines, &["x"], &mut notes);
        let said: Vec<String> = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Line(line) => line.text.clone(),
                Piece::Tag { tag, .. } => format!("[{}{}]", if tag.closes { "/" } else { "" }, tag.name),
            })
            .collect();
        assert_eq!(said, ["one", "[x]", "two", "[/x]", "`<x>` is a tag", "[x]"]);
        assert_eq!(notes.0.iter().map(|note| note.line).collect::<Vec<_>>(), [1]);
    }
}
