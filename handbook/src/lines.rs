//! Lines that remember where they were written, so that a finding names the author's file and not the expanded text.

use std::rc::Rc;

/// Where a line was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: Rc<str>,
    /// Counted from 1.
    pub(crate) line: usize,
}

/// A line of a page or a partial.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) place: Place,
    /// Part of a fence, its delimiters included: no directive works here.
    pub(crate) code: bool,
}

impl Line {
    pub(crate) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// The blanks at the beginning.
    pub(crate) fn indent(&self) -> &str {
        &self.text[..self.text.len() - self.text.trim_start().len()]
    }
}

/// Stand for a mark between lines; a text that has them already loses them.
pub(crate) const MARK_BEGIN: char = '\u{E000}';
pub(crate) const MARK_END: char = '\u{E001}';

/// The lines of a file. A fence that does not end is returned by the line that opens it.
pub(crate) fn of_file(file: &str, text: &str) -> (Vec<Line>, Option<Place>) {
    let file: Rc<str> = file.into();
    let mut lines = Vec::new();
    let mut fence: Option<(Fence, Place)> = None;
    for (at, raw) in text.lines().enumerate() {
        let place = Place { file: file.clone(), line: at + 1 };
        let text = cleaned(raw);
        let found = Fence::of(&text);
        let code = fence.is_some() || found.is_some();
        match (&fence, found) {
            (None, Some(opened)) => fence = Some((opened, place.clone())),
            (Some((opened, _)), _) if opened.ends_with(&text) => fence = None,
            _ => {}
        }
        lines.push(Line { text, place, code });
    }
    (lines, fence.map(|(_, place)| place))
}

/// Without characters that nobody types, ours among them.
fn cleaned(raw: &str) -> String {
    let odd = |c: char| (c.is_control() && c != '\t') || c == MARK_BEGIN || c == MARK_END || c == '\u{FEFF}';
    if raw.contains(odd) { raw.replace(odd, "") } else { raw.to_owned() }
}

/// The beginning of a block of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fence {
    letter: char,
    length: usize,
    /// What follows the fence's characters: the language, perhaps a label.
    pub(crate) info: String,
}

impl Fence {
    /// The fence that a line opens, if it does.
    pub(crate) fn of(text: &str) -> Option<Fence> {
        let text = text.trim();
        let letter = text.chars().next().filter(|letter| matches!(letter, '`' | '~'))?;
        let info = text.trim_start_matches(letter);
        let length = text.len() - info.len();
        let is_span = letter == '`' && info.contains('`');
        (length >= 3 && !is_span).then(|| Fence { letter, length, info: info.trim().to_owned() })
    }

    /// Whether a line ends it.
    pub(crate) fn ends_with(&self, text: &str) -> bool {
        Fence::of(text)
            .is_some_and(|end| end.letter == self.letter && end.length >= self.length && end.info.is_empty())
    }

    /// The fence that a line inside this one goes on with: the same characters and a language.
    pub(crate) fn chained(&self, text: &str) -> Option<Fence> {
        Fence::of(text)
            .filter(|next| next.letter == self.letter && next.length == self.length && !next.info.is_empty())
    }

    /// The line that ends it.
    pub(crate) fn end(&self) -> String {
        self.letter.to_string().repeat(self.length)
    }

    /// The line that opens it, with the language alone.
    pub(crate) fn beginning(&self) -> String {
        format!("{}{}", self.end(), self.language())
    }

    fn language(&self) -> &str {
        self.info.split([':', ' ']).next().unwrap_or_default()
    }

    /// What people call it: "curl: Curl" is labelled "Curl".
    pub(crate) fn label(&self) -> Option<&str> {
        let (_, label) = self.info.split_once(':')?;
        Some(label.trim()).filter(|label| !label.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_told_from_text() {
        let (lines, open) = of_file("a.md", "a\n```bash\n@include x\n```\nb\n~~~\n```\n~~~\n```one`two`\n");
        let code: Vec<bool> = lines.iter().map(|line| line.code).collect();
        assert_eq!(code, [false, true, true, true, false, true, true, true, false]);
        assert_eq!(open, None);
    }

    #[test]
    fn a_fence_that_never_ends_is_known_by_its_beginning() {
        let (_, open) = of_file("a.md", "a\n\n```bash\ncurl\n");
        assert_eq!(open.map(|place| place.line), Some(3));
    }

    #[test]
    fn nobody_can_write_a_mark() {
        let (lines, _) = of_file("a.md", "a\u{E000}1\u{E001}b\u{0}c");
        assert_eq!(lines[0].text, "a1bc");
    }

    #[test]
    fn a_label_follows_the_language() {
        let fence = Fence::of("```curl: Curl request").expect("a fence");
        assert_eq!((fence.label(), fence.beginning().as_str()), (Some("Curl request"), "```curl"));
        assert_eq!(Fence::of("```bash").expect("a fence").label(), None);
    }
}
