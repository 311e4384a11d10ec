//! Frontmatter: what stands between two lines of `---` above a page. A key can be overridden for one brand, as in
//! `razorpay-MY-title`; without an override the plain key holds.

use std::collections::BTreeMap;

use crate::edition::Edition;
use crate::finding::{Notes, Slip, nearest};
use crate::lines::{Line, Place};

/// The keys there are.
const KEYS: [&str; 4] = ["title", "desc", "heading", "tags"];

/// What stands above a page.
#[derive(Debug, Default)]
pub(crate) struct Frontmatter {
    values: BTreeMap<String, String>,
}

impl Frontmatter {
    /// A value for an edition's readers, place-holders filled.
    pub(crate) fn of(&self, key: &str, edition: &Edition) -> Option<String> {
        let own = self.values.get(&format!("{}-{key}", edition.hyphened()));
        let value = own.or_else(|| self.values.get(key))?;
        Some(edition.fill(value)).filter(|value| !value.trim().is_empty())
    }
}

/// Reads the frontmatter off the beginning of a file's lines; the rest stays.
pub(crate) fn take(lines: &mut Vec<Line>, known: &[Edition], notes: &mut Notes) -> Frontmatter {
    if lines.first().is_none_or(|line| line.text.trim_end() != "---") {
        return Frontmatter::default();
    }
    let Some(end) = lines.iter().skip(1).position(|line| line.text.trim_end() == "---") else {
        let mend = "Write a line of `---` after the last key.";
        notes.add(&lines[0].place, Slip::Unclosed, "The frontmatter that begins here never ends", mend);
        return Frontmatter::default();
    };
    let rest = lines.split_off(end + 2);
    let above = std::mem::replace(lines, rest);
    let mut read = Frontmatter::default();
    let mut list: Option<String> = None;
    for line in &above[1..=end] {
        let text = line.text.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        if let (Some(item), Some(key)) = (text.strip_prefix("- "), &list) {
            let value = read.values.entry(key.clone()).or_default();
            if !value.is_empty() {
                value.push_str(", ");
            }
            value.push_str(unquoted(item));
            continue;
        }
        let Some((key, value)) = text.split_once(':') else {
            let says = format!("`{text}` is no line of frontmatter");
            notes.add(&line.place, Slip::Frontmatter, says, "Write `key: value`.");
            continue;
        };
        let key = key.trim();
        complain(key, &line.place, known, notes);
        if read.values.contains_key(key) {
            let says = format!("`{key}` stands here a second time");
            notes.add(&line.place, Slip::Frontmatter, says, "Keep one of the two.");
        }
        read.values.insert(key.to_owned(), unquoted(value).to_owned());
        list = Some(key.to_owned());
    }
    read
}

fn complain(key: &str, place: &Place, known: &[Edition], notes: &mut Notes) {
    if KEYS.contains(&key) {
        return;
    }
    let overridden = KEYS.iter().find_map(|plain| key.strip_suffix(plain)?.strip_suffix('-'));
    let Some(brand) = overridden else {
        let mend = match nearest(key, KEYS) {
            Some(meant) => format!("Did you mean `{meant}`?"),
            None => format!("The keys are {}.", KEYS.join(", ")),
        };
        notes.add(place, Slip::Frontmatter, format!("`{key}` is no key of frontmatter"), mend);
        return;
    };
    if !known.is_empty() && !known.iter().any(|edition| edition.hyphened() == brand) {
        let brands: Vec<String> = known.iter().map(Edition::hyphened).collect();
        let mend = match nearest(brand, brands.iter().map(String::as_str)) {
            Some(meant) => format!("Did you mean `{meant}`?"),
            None => format!("The brands are {}.", brands.join(", ")),
        };
        notes.add(place, Slip::UnknownBrand, format!("`{key}` is for `{brand}`, which is no brand"), mend);
    }
}

/// Tags in a list, however they are written: `[a, b]` or `a, b`.
pub(crate) fn items(value: &str) -> Vec<String> {
    let inside = value.trim().trim_start_matches('[').trim_end_matches(']');
    inside.split(',').map(|item| unquoted(item).to_owned()).filter(|item| !item.is_empty()).collect()
}

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    for quote in ['"', '\''] {
        let inside = text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        if let Some(inside) = inside {
            return inside;
        }
    }
    text
}
