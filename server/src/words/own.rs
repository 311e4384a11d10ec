//! A brand's own words: files in a folder of its own, one for each language, that say some texts differently.
//!
//! They are read and checked with the configuration, so a slip is found before anything starts: what cannot be read, an id that
//! does not exist, a placeholder that nothing fills in.

use std::collections::BTreeMap;
use std::path::Path;

use domain::Language;
use fluent_bundle::FluentResource;
use fluent_syntax::parser::{ErrorKind, ParserError};

use super::files;
use super::shape::{Shape, shapes};

/// Files larger than this are no handful of texts said differently.
const BYTES_MAX: u64 = 512 * 1024;

/// What a text must not leave out: without these a letter is of no use.
const NEEDED: [&str; 2] = ["code", "url"];

/// What a brand says differently, as it is written in its files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnWords(BTreeMap<Language, String>);

/// What is wrong with a file: where, what, and what to write instead.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Slip {
    pub(crate) place: String,
    pub(crate) what: String,
    pub(crate) hint: String,
}

impl OwnWords {
    /// What the brand says in a language, if anything.
    pub fn in_language(&self, language: Language) -> Option<&str> {
        self.0.get(&language).map(String::as_str)
    }

    /// Reads the files of a folder: `en.ftl` and one for each other language.
    pub(crate) fn read(folder: &Path) -> Result<Self, Vec<Slip>> {
        let slip = |place: &Path, what: String, hint: &str| Slip {
            place: place.display().to_string(),
            what,
            hint: hint.to_owned(),
        };
        let names = std::fs::read_dir(folder).map_err(|error| {
            let hint = "Check the path and that this user may read the folder.";
            vec![slip(folder, format!("cannot be read ({error})"), hint)]
        })?;
        let (mut own, mut slips) = (OwnWords::default(), Vec::new());
        let known = known();
        let mut files: Vec<_> = names.filter_map(Result::ok).map(|entry| entry.path()).collect();
        files.sort();
        for file in files.iter().filter(|file| file.extension().is_some_and(|end| end == "ftl")) {
            let language = file.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse().ok());
            let Some(language) = language else {
                let names = Language::ALL.map(|language| format!("{language}.ftl")).join(", ");
                slips.push(slip(file, "names no language".to_owned(), &format!("Call it one of {names}.")));
                continue;
            };
            if std::fs::metadata(file).is_ok_and(|file| BYTES_MAX < file.len()) {
                let what = format!("is larger than {} KiB", BYTES_MAX / 1024);
                slips.push(slip(file, what, "Keep only the texts that the brand says differently."));
                continue;
            }
            match std::fs::read_to_string(file) {
                Ok(text) => {
                    slips.extend(check(&text, &file.display().to_string(), &known));
                    own.0.insert(language, text);
                }
                Err(error) => {
                    let what = format!("cannot be read ({error})");
                    slips.push(slip(file, what, "Save it as UTF-8, readable for this user."));
                }
            }
        }
        if slips.is_empty() { Ok(own) } else { Err(slips) }
    }
}

/// Every text of the binary, with all that it may speak of in any language.
fn known() -> BTreeMap<String, Shape> {
    let mut known: BTreeMap<String, Shape> = BTreeMap::new();
    for language in Language::ALL {
        for (_, text) in files::of(language) {
            let file = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(readable, _)| readable);
            for (id, shape) in shapes(&file) {
                known.entry(id).or_default().facts.extend(shape.facts);
            }
        }
    }
    known
}

/// Everything that is wrong with a file.
fn check(text: &str, name: &str, known: &BTreeMap<String, Shape>) -> Vec<Slip> {
    let at = |offset: usize| {
        let before = text.get(..offset).unwrap_or(text);
        format!("{name}, line {}", before.matches('\n').count() + 1)
    };
    let file = match FluentResource::try_new(text.to_owned()) {
        Ok(file) => file,
        Err((_, errors)) => return errors.iter().map(|error| unreadable(error, &at)).collect(),
    };
    let mut slips = Vec::new();
    for (id, shape) in shapes(&file) {
        let place = at(offset_of(text, &id));
        let Some(own) = known.get(&id) else {
            let hint = format!(
                "The nearest is `{}`; a file says known texts differently.",
                nearest(&id, known.keys())
            );
            slips.push(Slip { place, what: format!("no text is called `{id}`"), hint });
            continue;
        };
        for fact in shape.facts.difference(&own.facts) {
            let given: Vec<String> = own.facts.iter().map(|fact| format!("{{ ${fact} }}")).collect();
            let hint = match given.is_empty() {
                true => "Nothing is filled into this text.".to_owned(),
                false => format!("It may hold: {}.", given.join(", ")),
            };
            slips.push(Slip {
                place: place.clone(),
                what: format!("nothing fills `${fact}` into `{id}`"),
                hint,
            });
        }
        for fact in NEEDED.iter().filter(|fact| own.facts.contains(**fact) && !shape.facts.contains(**fact)) {
            let what = format!("`{id}` leaves out `${fact}`, without which nobody can use it");
            let hint = format!("Write {{ ${fact} }} where it belongs.");
            slips.push(Slip { place: place.clone(), what, hint });
        }
        for text in shape.texts.iter().filter(|text| !known.contains_key(*text)) {
            let hint = format!("The nearest is `{}`.", nearest(text, known.keys()));
            slips.push(Slip {
                place: place.clone(),
                what: format!("`{id}` refers to `{text}`, which is no text"),
                hint,
            });
        }
    }
    slips
}

/// Where an id's text begins.
fn offset_of(text: &str, id: &str) -> usize {
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if line.strip_prefix(id).is_some_and(|rest| rest.trim_start().starts_with('=')) {
            return offset;
        }
        offset += line.len();
    }
    0
}

fn unreadable(error: &ParserError, at: &impl Fn(usize) -> String) -> Slip {
    let what = match &error.kind {
        ErrorKind::ExpectedToken(token) => format!("`{token}` is missing here"),
        other => format!("this cannot be read: {other}"),
    };
    Slip {
        place: at(error.pos.start),
        what,
        hint: "Write `id = text`; further lines of a text are indented, and braces stand in pairs."
            .to_owned(),
    }
}

fn nearest<'a>(id: &str, known: impl Iterator<Item = &'a String>) -> &'a str {
    let likeness = |one: &&'a String| strsim::normalized_damerau_levenshtein(one, id);
    let best = known.max_by(|one, other| likeness(one).total_cmp(&likeness(other)));
    best.map_or("", String::as_str)
}
