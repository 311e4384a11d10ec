//! `show-if`: blocks for some brands, and what remains of a page for one of them.

use crate::conditions::Condition;
use crate::edition::Edition;
use crate::finding::{Notes, Slip};
use crate::lines::{Line, Place};
use crate::tags::{Piece, Tag, taken_out};

const MEND_NESTED: &str =
    "Close the outer block before it and open it again behind it, or name all brands in org-country.";

/// The lines that an edition's readers see.
pub(crate) fn shown(lines: Vec<Line>, edition: &Edition, known: &[Edition], notes: &mut Notes) -> Vec<Line> {
    let pieces = taken_out(lines, &["show-if"], notes);
    let tags: Vec<bool> = pieces.iter().filter_map(closes).collect();
    let mut open: Vec<(Condition, Place)> = Vec::new();
    let mut shown = Vec::new();
    let mut met = 0;
    for piece in pieces {
        match piece {
            Piece::Line(line) => {
                // Only the innermost block vouches for its words; with two it is the author's turn anyway.
                if let [(condition, _)] = open.as_slice() {
                    speaks_of_another(&line, condition, known, notes);
                }
                if open.iter().all(|(condition, _)| condition.holds(edition)) {
                    shown.push(line);
                }
            }
            Piece::Tag { tag, place, .. } if tag.closes => {
                met += 1;
                if open.pop().is_none() {
                    let says = "A `show-if` is closed that was never opened";
                    notes.add(&place, Slip::Stray, says, "Remove the tag, or open a block above it.");
                }
                // The end of a block ends what stands before it, as a blank line does.
                shown.push(blank(place));
            }
            Piece::Tag { tag, place, .. } => {
                met += 1;
                if let Some((_, first)) = open.last() {
                    if tags[met..].starts_with(&[true, true]) {
                        let says = format!("This `show-if` stands inside the one of line {}", first.line);
                        notes.add(&place, Slip::Nested, says, MEND_NESTED);
                    } else {
                        unclosed(first, notes);
                        open.pop();
                    }
                }
                open.push((condition(&tag, &place, known, notes), place.clone()));
                shown.push(blank(place));
            }
        }
    }
    for (_, place) in &open {
        unclosed(place, notes);
    }
    shown
}

fn closes(piece: &Piece) -> Option<bool> {
    match piece {
        Piece::Tag { tag, .. } => Some(tag.closes),
        Piece::Line(_) => None,
    }
}

fn condition(tag: &Tag, place: &Place, known: &[Edition], notes: &mut Notes) -> Condition {
    Condition::of(tag, place, known, notes)
}

fn blank(place: Place) -> Line {
    Line { text: String::new(), place, code: false }
}

fn unclosed(place: &Place, notes: &mut Notes) {
    let says = "The `show-if` that begins here is never closed";
    notes.add(place, Slip::Unclosed, says, "Write </show-if> on a line of its own where the block ends.");
}

/// Notes a line in a brand's own block that names another brand's dashboard or host.
fn speaks_of_another(line: &Line, condition: &Condition, known: &[Edition], notes: &mut Notes) {
    let (own, others): (Vec<&Edition>, Vec<&Edition>) =
        known.iter().partition(|edition| condition.holds(edition));
    if own.is_empty() {
        return;
    }
    let mut text = line.text.clone();
    // Our own names may contain another's: take them out before looking.
    for own in &own {
        for name in own.hosts.iter().map(String::as_str).chain(own.dashboard_name()) {
            text = text.replace(name, "");
        }
    }
    let general = |name: &&str| !name.contains(' ');
    for other in others {
        let name = other.dashboard_name().filter(|name| !general(name));
        let names = other.hosts.iter().map(String::as_str).chain(name);
        if let Some(name) = names.into_iter().find(|name| text.contains(name)) {
            let says = format!("The block is not for {}, but speaks of `{name}`", other.name());
            notes.add(&line.place, Slip::WrongBrand, says, "Mend the words, or the brand of the block.");
            return;
        }
    }
}
