//! Lines that begin with `@`: `@include name` puts a partial in, `@image name` a picture, `@// …` nothing at all.
//!
//! Partials are put in once, before anything else is looked at: a partial's own `@include` is not followed, so no set of
//! partials can grow without end. The indent of the line and further words on it are dropped.

use crate::finding::{Notes, Slip, nearest};
use crate::frontmatter;
use crate::lines::{Line, Place, of_file};
use crate::shelf::{PARTIALS, Shelf, is_file_name};

/// The most text of a page with all its partials.
const PAGE_BYTES_MAX: usize = 512 * 1024;

const DIRECTIVES: [&str; 2] = ["include", "image"];

/// The lines of a page with its partials and pictures in their places.
pub(crate) fn expanded(lines: Vec<Line>, shelf: &dyn Shelf, notes: &mut Notes) -> Vec<Line> {
    let mut all = Expansion { lines: Vec::new(), bytes: 0, full: false };
    for line in lines {
        match directive(&line) {
            Some(("include", words)) => {
                for line in partial(words, &line.place, shelf, notes) {
                    follow_inside(line, &mut all, notes);
                }
            }
            Some((name, words)) => follow(name, words, line.clone(), &mut all, notes),
            None => all.push(line, notes),
        }
    }
    all.lines
}

struct Expansion {
    lines: Vec<Line>,
    bytes: usize,
    full: bool,
}

impl Expansion {
    fn push(&mut self, line: Line, notes: &mut Notes) {
        self.bytes += line.text.len() + 1;
        if self.bytes <= PAGE_BYTES_MAX {
            self.lines.push(line);
        } else if !self.full {
            self.full = true;
            let says =
                format!("The page grows beyond {} KiB here; the rest is left out", PAGE_BYTES_MAX / 1024);
            notes.add(&line.place, Slip::TooLong, says, "Make two pages of it, or include less.");
        }
    }
}

/// The name and the words of a directive line.
fn directive(line: &Line) -> Option<(&str, &str)> {
    let rest = line.text.trim_start().strip_prefix('@').filter(|_| !line.code)?;
    if let Some(comment) = rest.strip_prefix("//") {
        return Some(("//", comment));
    }
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let (name, words) = rest.split_at(end);
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphabetic());
    plain.then_some((name, words.trim()))
}

fn follow_inside(line: Line, all: &mut Expansion, notes: &mut Notes) {
    let found = directive(&line).map(|(name, words)| (name.to_owned(), words.to_owned()));
    match found {
        Some((name, words)) if name == "include" => {
            let partial = words.split_whitespace().next().unwrap_or_default();
            let own = *line.place.file == *file_of(partial);
            let says = if own {
                format!("The partial includes itself (`{partial}`), which would never end")
            } else {
                format!(
                    "A partial includes `{partial}`, but partials are put in once and not inside each other"
                )
            };
            notes.add(
                &line.place,
                Slip::Nested,
                says,
                "Include both partials from the page, or write the text here.",
            );
        }
        Some((name, words)) => follow(&name, &words, line, all, notes),
        None => all.push(line, notes),
    }
}

fn follow(name: &str, words: &str, line: Line, all: &mut Expansion, notes: &mut Notes) {
    match name {
        "//" => {}
        "image" => {
            let (file, alt) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
            if file.is_empty() {
                notes.add(
                    &line.place,
                    Slip::Directive,
                    "`@image` names no picture",
                    "Write `@image name.jpg`.",
                );
                return;
            }
            let text = format!(
                "{}<img src=\"/docs/assets/images/{}\" alt=\"{}\">",
                line.indent(),
                quoted(file),
                quoted(alt.trim())
            );
            all.push(Line { text, ..line }, notes);
        }
        other => {
            // A line may begin with somebody's handle; only what is nearly ours is taken for a slip.
            let meant =
                nearest(other, DIRECTIVES).filter(|meant| strsim::damerau_levenshtein(meant, other) <= 2);
            if let Some(meant) = meant {
                let says = format!("`@{other}` is no directive and stays on the page as text");
                notes.add(&line.place, Slip::Directive, says, format!("Did you mean `@{meant}`?"));
            }
            all.push(line, notes);
        }
    }
}

fn quoted(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;")
}

fn file_of(name: &str) -> String {
    format!("{PARTIALS}{}.md", name.strip_suffix(".md").unwrap_or(name))
}

fn partial(words: &str, place: &Place, shelf: &dyn Shelf, notes: &mut Notes) -> Vec<Line> {
    let Some(name) = words.split_whitespace().next() else {
        notes.add(place, Slip::Directive, "`@include` names no partial", "Write `@include name`.");
        return Vec::new();
    };
    let file = file_of(name);
    if !is_file_name(&file) {
        let says = format!("`{name}` is no name of a partial");
        notes.add(place, Slip::MissingPartial, says, "Write letters, digits, `-`, `_` and `/` for folders.");
        return Vec::new();
    }
    let Some(text) = shelf.text(&file) else {
        let says = format!("There is no partial `{name}`");
        notes.add(place, Slip::MissingPartial, says, format!("Write the file `{file}`, or mend the name."));
        return Vec::new();
    };
    let (mut lines, open) = of_file(&file, &text);
    if let Some(open) = open {
        let says = "The block of code that begins here never ends";
        notes.add(&open, Slip::Unclosed, says, "Close it with the same characters on a line of their own.");
    }
    frontmatter::take(&mut lines, &[], &mut Notes::default());
    lines
}
