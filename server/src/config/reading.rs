//! Reading settings out of the merged tables, type by type.
//!
//! A reader never stops at the first problem: it notes what is wrong, goes on with the default, and the whole
//! is refused at the end. So people mend a file once, not line by line.

use std::fmt::Display;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use ::config::{Map, Value, ValueKind};
use secrecy::{ExposeSecret, SecretString};

use super::durations;
use super::problem::Problems;

/// Where a value that no source mentions would have to be.
const NOWHERE: &str = "configuration";

/// A text and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) text: String,
    pub(super) place: String,
}

/// One section of the configuration.
pub(super) struct Section<'a> {
    /// How problems call it: `[gateway]`, or nothing at the top.
    name: String,
    table: Option<&'a Map<String, Value>>,
    /// Where the section itself stands, for what is missing in it.
    place: String,
    pub(super) problems: &'a mut Problems,
}

impl<'a> Section<'a> {
    /// The settings outside of any section.
    pub(super) fn top(table: &'a Map<String, Value>, problems: &'a mut Problems) -> Self {
        Self { name: String::new(), table: Some(table), place: NOWHERE.to_owned(), problems }
    }

    /// One `[[brand]]`.
    pub(super) fn of_list(name: &str, value: &'a Value, problems: &'a mut Problems) -> Option<Self> {
        let place = value.origin().unwrap_or(NOWHERE).to_owned();
        let ValueKind::Table(table) = &value.kind else {
            let what = format!("`{name}` is not a list of tables");
            problems.add(place, what, format!("There may be several: write [[{name}]] in double brackets."));
            return None;
        };
        Some(Self { name: format!("[[{name}]]"), table: Some(table), place, problems })
    }

    /// A section below this one; an absent section has all defaults.
    pub(super) fn section(&mut self, key: &str) -> Section<'_> {
        let mut name = format!("[{key}]");
        if let Some(list) = self.name.strip_prefix("[[").and_then(|rest| rest.strip_suffix("]]")) {
            name = format!("[{list}.{key}]");
        }
        let mut place = self.place.clone();
        let table = self.value(key).and_then(|value| {
            place = value.origin().unwrap_or(&place).to_owned();
            match &value.kind {
                ValueKind::Table(table) => Some(table),
                other => {
                    let what = format!("`{key}` is a section, but here it is {}", describe(other));
                    self.problems.add(
                        place.clone(),
                        what,
                        format!("Write {name} and its settings below it."),
                    );
                    None
                }
            }
        });
        Section { name, table, place, problems: self.problems }
    }

    /// Where a setting stands, or the section if it is not there.
    pub(super) fn place_of(&self, key: &str) -> String {
        self.value(key).and_then(Value::origin).unwrap_or(&self.place).to_owned()
    }

    /// Notes a problem with a setting.
    pub(super) fn refuse(&mut self, key: &str, what: impl Display, hint: impl Into<String>) {
        let named = self.named(key);
        self.problems.add(self.place_of(key), format!("{named} {what}"), hint);
    }

    pub(super) fn text(&mut self, key: &str) -> Option<String> {
        let text = match &self.value(key)?.kind {
            ValueKind::String(text) => text.trim().to_owned(),
            other => {
                let what = format!("must be text, but is {}", describe(other));
                self.refuse(key, what, format!("Write {key} = \"…\" with quotes."));
                return None;
            }
        };
        if text.is_empty() {
            self.refuse(key, "is empty", "Write a value, or leave the line out.");
            return None;
        }
        Some(text)
    }

    /// A text without which nothing works.
    pub(super) fn required(&mut self, key: &str, example: &str) -> Option<String> {
        if self.value(key).is_none() {
            let what = format!("`{key}` is missing in {}", self.name);
            self.problems.add(self.place.clone(), what, format!("Write {key} = {example}."));
        }
        self.text(key)
    }

    pub(super) fn yes_no(&mut self, key: &str, default: bool) -> bool {
        match self.value(key).map(|value| &value.kind) {
            None => default,
            Some(ValueKind::Boolean(yes)) => *yes,
            Some(other) => {
                let what = format!("must be true or false, but is {}", describe(other));
                self.refuse(key, what, format!("Write {key} = {default}, without quotes."));
                default
            }
        }
    }

    pub(super) fn whole(&mut self, key: &str, default: u16, range: RangeInclusive<u16>) -> u16 {
        let found = match self.value(key).map(|value| &value.kind) {
            None => return default,
            Some(ValueKind::I64(number)) => {
                u16::try_from(*number).ok().filter(|number| range.contains(number))
            }
            Some(_) => None,
        };
        found.unwrap_or_else(|| {
            let hint = format!("Write a number from {} to {}, without quotes.", range.start(), range.end());
            self.refuse(key, "is not a number that can be used here", hint);
            default
        })
    }

    /// A number of things, at least one.
    pub(super) fn count(&mut self, key: &str, default: u32) -> u32 {
        let found = match self.value(key).map(|value| &value.kind) {
            None => return default,
            Some(ValueKind::I64(number)) => u32::try_from(*number).ok().filter(|number| 1 <= *number),
            Some(_) => None,
        };
        found.unwrap_or_else(|| {
            let hint = "Write a number from 1 to 4294967295, without quotes.";
            self.refuse(key, "is not a number that can be used here", hint);
            default
        })
    }

    pub(super) fn duration(
        &mut self,
        key: &str,
        default: Duration,
        range: RangeInclusive<Duration>,
    ) -> Duration {
        if let Some(ValueKind::I64(number)) = self.value(key).map(|value| &value.kind) {
            let what = format!("is the bare number {number}");
            self.refuse(
                key,
                what,
                format!("Say the unit too: {key} = \"{number}s\" (units: ms, s, min, h, d)."),
            );
            return default;
        }
        let Some(text) = self.text(key) else { return default };
        let Some(duration) = durations::parse(&text) else {
            let hint = format!(
                "Write one number and one unit, such as \"{}\" (units: ms, s, min, h, d).",
                durations::print(default)
            );
            self.refuse(key, format!("is `{text}`, which is no length of time"), hint);
            return default;
        };
        if !range.contains(&duration) {
            let (least, most) = (durations::print(*range.start()), durations::print(*range.end()));
            self.refuse(
                key,
                format!("is `{text}`, out of its range"),
                format!("Write a time from \"{least}\" to \"{most}\"."),
            );
            return default;
        }
        duration
    }

    pub(super) fn address(&mut self, key: &str, default: SocketAddr) -> SocketAddr {
        let Some(text) = self.text(key) else { return default };
        text.parse().unwrap_or_else(|_| {
            let what = format!("is `{text}`, which is not an address to listen on");
            self.refuse(key, what, format!("Write an IP address and a port, such as \"{default}\"."));
            default
        })
    }

    /// One word of a few. The error lists the words.
    pub(super) fn choice<T: Copy>(&mut self, key: &str, choices: &[(&str, T)]) -> T {
        let (first, default) =
            choices.first().copied().expect("a choice offers something, its default first");
        let Some(text) = self.text(key) else { return default };
        if let Some((_, chosen)) = choices.iter().find(|(word, _)| *word == text) {
            return *chosen;
        }
        let words: Vec<String> = choices.iter().map(|(word, _)| format!("\"{word}\"")).collect();
        let likely =
            choices.iter().map(|(word, _)| *word).find(|word| strsim::damerau_levenshtein(word, &text) <= 2);
        let hint = format!(
            "Write one of {}; for example {key} = \"{}\".",
            words.join(", "),
            likely.unwrap_or(first)
        );
        self.refuse(key, format!("is `{text}`, which is not known here"), hint);
        default
    }

    pub(super) fn path(&mut self, key: &str) -> Option<PathBuf> {
        self.text(key).map(PathBuf::from)
    }

    /// A secret, written here or in the file that its `_file` twin names.
    pub(super) fn secret(&mut self, key: &str) -> Option<SecretString> {
        let twin = format!("{key}_file");
        match (self.value(key).is_some(), self.value(&twin).is_some()) {
            (false, false) => None,
            (true, true) => {
                let what = format!("is set, and `{twin}` too ({})", self.place_of(&twin));
                self.refuse(key, what, "Keep one of the two.");
                None
            }
            (true, false) => self.secret_text(key),
            (false, true) => self.secret_in_file(&twin),
        }
    }

    fn secret_text(&mut self, key: &str) -> Option<SecretString> {
        match &self.value(key)?.kind {
            ValueKind::String(text) if text.trim().is_empty() => {
                self.refuse(key, "is empty", "Write a value, or leave the line out.");
                None
            }
            ValueKind::String(text) => Some(SecretString::from(text.trim())),
            _ => {
                self.refuse(key, "must be text", format!("Write {key} = \"…\" with quotes."));
                None
            }
        }
    }

    fn secret_in_file(&mut self, key: &str) -> Option<SecretString> {
        let path = self.path(key)?;
        match std::fs::read_to_string(&path).map(SecretString::from) {
            Ok(text) if text.expose_secret().trim().is_empty() => {
                let hint = format!("Put the value into {}.", path.display());
                self.refuse(key, "names an empty file", hint);
                None
            }
            Ok(text) => Some(SecretString::from(text.expose_secret().trim())),
            Err(error) => {
                let what = format!("names {}, which cannot be read ({error})", path.display());
                self.refuse(key, what, "Check the path and that this user may read the file.");
                None
            }
        }
    }

    /// A list of texts. `None` if it is not there.
    pub(super) fn list(&mut self, key: &str) -> Option<Vec<Item>> {
        let wrong_form = format!("Write {key} = [\"…\", \"…\"].");
        let found = match &self.value(key)?.kind {
            ValueKind::Array(values) => Ok(values),
            other => Err(describe(other)),
        };
        let values = match found {
            Ok(values) => values,
            Err(form) => {
                self.refuse(key, format!("must be a list, but is {form}"), wrong_form);
                return None;
            }
        };
        let mut items = Vec::new();
        for value in values {
            let place = value.origin().unwrap_or(NOWHERE).to_owned();
            match &value.kind {
                ValueKind::String(text) => items.push(Item { text: text.trim().to_owned(), place }),
                other => {
                    let what = format!("{} holds {}, not text", self.named(key), describe(other));
                    self.problems.add(place, what, wrong_form.clone());
                }
            }
        }
        Some(items)
    }

    /// A list whose items have a form of their own.
    pub(super) fn parsed_list<T: FromStr>(&mut self, key: &str, hint: &str) -> Option<Vec<T>> {
        let items = self.list(key)?;
        let named = self.named(key);
        let mut parsed = Vec::new();
        for item in items {
            match item.text.parse() {
                Ok(value) => parsed.push(value),
                Err(_) => self.problems.add(item.place, format!("{named} holds `{}`", item.text), hint),
            }
        }
        Some(parsed)
    }

    /// The entries of a table with free names, in the order of the names.
    pub(super) fn entries(&mut self, key: &str) -> Vec<(String, Item)> {
        let table = match self.value(key).map(|value| &value.kind) {
            None => return Vec::new(),
            Some(ValueKind::Table(table)) => table,
            Some(_) => {
                self.refuse(key, "must be a table", format!("Write {key} = {{ Name = \"value\" }}."));
                return Vec::new();
            }
        };
        let mut names: Vec<&String> = table.keys().collect();
        names.sort();
        let mut entries = Vec::new();
        for name in names {
            let place = table[name].origin().unwrap_or(NOWHERE).to_owned();
            match &table[name].kind {
                ValueKind::String(text) => {
                    entries.push((name.clone(), Item { text: text.trim().to_owned(), place }))
                }
                _ => self.problems.add(
                    place,
                    format!("`{name}` must be text"),
                    format!("Write {name} = \"…\"."),
                ),
            }
        }
        entries
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    /// `threads` is a number or a word, so it asks for the raw form.
    pub(super) fn word_is(&self, key: &str, word: &str) -> bool {
        matches!(self.value(key).map(|value| &value.kind), Some(ValueKind::String(text)) if text.trim() == word)
    }

    fn value(&self, key: &str) -> Option<&'a Value> {
        self.table.and_then(|table| table.get(key))
    }

    fn named(&self, key: &str) -> String {
        if self.name.is_empty() { format!("`{key}`") } else { format!("`{key}` in {}", self.name) }
    }
}

/// The form of a value in words, without the value: it may be a secret in the wrong place.
fn describe(kind: &ValueKind) -> &'static str {
    match kind {
        ValueKind::Nil => "nothing",
        ValueKind::Boolean(true) => "true",
        ValueKind::Boolean(false) => "false",
        ValueKind::I64(_)
        | ValueKind::I128(_)
        | ValueKind::U64(_)
        | ValueKind::U128(_)
        | ValueKind::Float(_) => "a number",
        ValueKind::String(_) => "text",
        ValueKind::Table(_) => "a section",
        ValueKind::Array(_) => "a list",
    }
}
