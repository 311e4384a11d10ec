//! Callouts, cards, tabs and faqs: tags that enclose Markdown. Each becomes a mark, a paragraph of its own that nobody can
//! write, so that the Markdown around and inside is read in one go: a list goes on behind a callout that stands in it.

use crate::edition::Edition;
use crate::finding::{Notes, Slip, nearest};
use crate::lines::{Line, MARK_BEGIN, MARK_END, Place};
use crate::tags::{Piece, Tag, taken_out};

/// The tags that enclose Markdown.
const NAMES: [&str; 6] = ["callout", "cards", "card", "tabs", "tab", "faqs"];

/// What begins or ends at a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Callout {
        tone: Tone,
        title: Option<String>,
    },
    Cards,
    Card {
        title: String,
        href: Option<String>,
    },
    /// With the labels of its tabs.
    Tabs(Vec<String>),
    Tab,
    Faqs,
    End,
    /// A line above a block of code.
    Label(String),
}

/// How a callout sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    Info,
    Warn,
    Success,
}

const TONES: [(&str, Tone); 3] = [("info", Tone::Info), ("warn", Tone::Warn), ("success", Tone::Success)];

/// All marks of a page, by their number.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    all: Vec<(Mark, Place)>,
}

impl Marks {
    /// Puts a mark between lines.
    pub(crate) fn put(&mut self, out: &mut Vec<Line>, indent: &str, place: &Place, mark: Mark) -> usize {
        let number = self.all.len();
        self.all.push((mark, place.clone()));
        let line = |text: String| Line { text, place: place.clone(), code: false };
        out.push(line(String::new()));
        out.push(line(format!("{indent}{MARK_BEGIN}{number}{MARK_END}")));
        out.push(line(String::new()));
        number
    }

    /// The mark that a paragraph stands for.
    pub(crate) fn of(&self, text: &str) -> Option<(usize, &Mark, &Place)> {
        let number: usize = text.strip_prefix(MARK_BEGIN)?.strip_suffix(MARK_END)?.parse().ok()?;
        self.all.get(number).map(|(mark, place)| (number, mark, place))
    }
}

/// A tag that is open.
struct Open {
    name: String,
    place: Place,
    indent: String,
    number: usize,
}

/// Lines in which our tags are marks. Every mark that begins something has one that ends it.
pub(crate) fn marked(lines: Vec<Line>, edition: &Edition, marks: &mut Marks, notes: &mut Notes) -> Vec<Line> {
    let pieces = taken_out(lines, &NAMES, notes);
    let mut out = Vec::with_capacity(pieces.len());
    let mut open: Vec<Open> = Vec::new();
    let mut pieces = pieces.into_iter().peekable();
    while let Some(piece) = pieces.next() {
        let (tag, place, indent) = match piece {
            Piece::Line(line) => {
                out.push(line);
                continue;
            }
            Piece::Tag { tag, place, indent } => (tag, place, indent),
        };
        if tag.closes {
            close(&tag, &place, &mut open, &mut out, marks, notes);
            continue;
        }
        let inside = open.last().map(|open| open.name.as_str());
        let mark = match tag.name.as_str() {
            "callout" => {
                let title = title(&mut pieces).map(|title| edition.fill(&title));
                Mark::Callout { tone: tone(&tag, &place, notes), title }
            }
            "card" => {
                belongs("card", "cards", inside, &place, notes);
                let title = edition.fill(tag.value("title").unwrap_or_default());
                Mark::Card { title, href: tag.value("href").map(str::to_owned) }
            }
            "tab" => {
                belongs("tab", "tabs", inside, &place, notes);
                let label = edition.fill(tag.value("title").unwrap_or("Example"));
                if let Some((Mark::Tabs(labels), _)) =
                    open.last().and_then(|open| marks.all.get_mut(open.number))
                {
                    labels.push(label);
                }
                Mark::Tab
            }
            "tabs" => Mark::Tabs(Vec::new()),
            "cards" => Mark::Cards,
            _ => Mark::Faqs,
        };
        let number = marks.put(&mut out, &indent, &place, mark);
        if tag.alone {
            marks.put(&mut out, &indent, &place, Mark::End);
        } else {
            open.push(Open { name: tag.name, place, indent, number });
        }
    }
    while let Some(left) = open.pop() {
        let end = left.place.clone();
        give_up(left, &end, &mut out, marks, notes);
    }
    out
}

fn close(
    tag: &Tag,
    place: &Place,
    open: &mut Vec<Open>,
    out: &mut Vec<Line>,
    marks: &mut Marks,
    notes: &mut Notes,
) {
    let Some(at) = open.iter().rposition(|open| open.name == tag.name) else {
        let says = format!("A `{}` is closed that was never opened", tag.name);
        notes.add(place, Slip::Stray, says, "Remove the tag, or open it above.");
        return;
    };
    while open.len() > at + 1 {
        let inner = open.pop().expect("there is one more than those that stay");
        give_up(inner, place, out, marks, notes);
    }
    let closed = open.pop().expect("its place was just found");
    marks.put(out, &closed.indent, place, Mark::End);
}

fn give_up(left: Open, end: &Place, out: &mut Vec<Line>, marks: &mut Marks, notes: &mut Notes) {
    let says = format!("The `{}` that begins here is never closed", left.name);
    let mend = format!("Write </{}> on a line of its own where it ends.", left.name);
    notes.add(&left.place, Slip::Unclosed, says, mend);
    marks.put(out, &left.indent, end, Mark::End);
}

fn belongs(name: &str, outer: &str, inside: Option<&str>, place: &Place, notes: &mut Notes) {
    if inside != Some(outer) {
        let says = format!("A `{name}` stands outside of `{outer}`");
        notes.add(place, Slip::Stray, says, format!("Put it between <{outer}> and </{outer}>."));
    }
}

fn tone(tag: &Tag, place: &Place, notes: &mut Notes) -> Tone {
    let bare = tag.attributes.iter().find(|(_, value)| value.is_none()).map(|(word, _)| word.as_str());
    let Some(word) =
        bare.or_else(|| tag.attributes.first().map(|(name, value)| value.as_deref().unwrap_or(name)))
    else {
        return Tone::Plain;
    };
    let known = TONES.iter().find(|(name, _)| *name == word);
    if known.is_none() || bare.is_none() || tag.attributes.len() > 1 {
        let mend = match nearest(word, TONES.map(|(name, _)| name)) {
            Some(meant) => format!("Write <callout {meant}>."),
            None => "Write <callout info>, <callout warn>, <callout success> or <callout>.".to_owned(),
        };
        notes.add(place, Slip::UnknownCallout, format!("There is no callout `{word}` of this form"), mend);
    }
    known.map_or(Tone::Plain, |(_, tone)| *tone)
}

/// The first line of a callout, if it is bold and nothing else; it is read off.
fn title(pieces: &mut std::iter::Peekable<std::vec::IntoIter<Piece>>) -> Option<String> {
    while pieces.next_if(|piece| matches!(piece, Piece::Line(line) if line.is_blank())).is_some() {}
    let Some(Piece::Line(line)) = pieces.peek() else { return None };
    let inside = line.text.trim().strip_prefix("**")?.strip_suffix("**")?;
    let title = Some(inside.trim()).filter(|title| !title.is_empty() && !title.contains("**") && !line.code);
    let title = title.map(|title| title.replace('`', ""))?;
    pieces.next();
    Some(title)
}
