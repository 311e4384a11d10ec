//! Where settings come from: a TOML file, then the environment, then flags; the later one wins.
//!
//! Each value keeps its place (file and line, variable, or flag) so that every later complaint can say where
//! to look. Unknown keys are found here, source by source: one that is overridden elsewhere is still a slip.

use std::fmt;
use std::path::{Path, PathBuf};

use ::config::{Map, Source, Value, ValueKind};
use secrecy::{ExposeSecret, SecretString};
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::keys::{self, Kind};
use super::problem::Problems;

/// Variables with this prefix are settings: `KEYSTEAD__OTP__LIFETIME` is `lifetime` in `[otp]`.
const ENVIRONMENT_PREFIX: &str = "KEYSTEAD__";

/// What the command line sets. Flags win over the environment and the file.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `--data-dir`.
    pub data_dir: Option<PathBuf>,
    /// `--database-url`.
    pub database_url: Option<SecretString>,
    /// `--role`.
    pub role: Option<String>,
}

/// What one source says.
#[derive(Clone, Default)]
pub(super) struct Layer {
    values: Map<String, Value>,
    /// The `[[brand]]` tables of a file. They add up instead of overriding each other.
    pub(super) brands: Vec<Value>,
}

impl Layer {
    /// What the source says outside of `[[brand]]`, in the order of the names.
    pub(super) fn values_by_name(&self) -> Vec<(&String, &Value)> {
        let mut values: Vec<_> = self.values.iter().collect();
        values.sort_by_key(|(name, _)| *name);
        values
    }
}

impl fmt::Debug for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The values may be passwords.
        f.debug_struct("Layer").field("keys", &self.values.len()).finish_non_exhaustive()
    }
}

impl Source for Layer {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, ::config::ConfigError> {
        Ok(self.values.clone())
    }
}

/// Lays the sources on top of each other, the first one at the bottom.
pub(super) fn merge(layers: impl IntoIterator<Item = Layer>) -> Map<String, Value> {
    let mut stack = ::config::Config::builder();
    for layer in layers {
        stack = stack.add_source(layer);
    }
    let merged = stack.build().expect("the sources are already in memory and well formed");
    merged.cache.into_table().expect("a stack of tables is a table")
}

/// Reads a TOML file from the disk; `None` when it is missing or damaged, which is then a problem.
pub(super) fn file(path: &Path, problems: &mut Problems) -> Option<Layer> {
    let label = path.display().to_string();
    match std::fs::read_to_string(path) {
        Ok(text) => toml_text(&text, &label, path.parent().unwrap_or(Path::new("")), problems),
        Err(error) => {
            let hint =
                "Check the path and who may read it; `keystead config example` prints a file to start from.";
            problems.add(label, format!("cannot be read ({error})"), hint);
            None
        }
    }
}

/// Reads TOML text. `label` names it in problems, `folder` is where its relative paths start.
pub(super) fn toml_text(text: &str, label: &str, folder: &Path, problems: &mut Problems) -> Option<Layer> {
    let table = match DeTable::parse(text) {
        Ok(table) => table,
        Err(error) => {
            // The line itself is not shown: it may hold a password.
            let place = match error.span() {
                Some(span) => {
                    format!("{}, column {}", line(text, label, span.start), column(text, span.start))
                }
                None => label.to_owned(),
            };
            let hint = "Mend that line; nothing else was read. Text values stand in \"quotes\".";
            problems.add(place, format!("this is not TOML: {}", error.message()), hint);
            return None;
        }
    };
    let file = TomlFile { text, label, folder };
    let mut unknown = Vec::new();
    let mut values = file.table(table.get_ref(), "", &mut unknown);
    unknown.sort_by_key(|slip| slip.at);
    for slip in unknown {
        let (what, hint) = complaint(&slip.path, &written_in_toml(&keys::nearest(&slip.path)));
        problems.add(line(text, label, slip.at), what, hint);
    }
    let brands = match values.remove("brand") {
        None => Vec::new(),
        Some(Value { kind: ValueKind::Array(brands), .. }) => brands,
        // One table, or no table at all: whoever reads the brands says what is wrong with it.
        Some(other) => vec![Value::new(other.origin().map(str::to_owned).as_ref(), ValueKind::Nil)],
    };
    Some(Layer { values, brands })
}

/// Reads the environment. Variables outside `KEYSTEAD__` are somebody else's.
pub(super) fn environment(variables: &[(String, String)], problems: &mut Problems) -> Layer {
    let mut layer = Layer::default();
    for (name, text) in variables {
        let Some(rest) = name.strip_prefix(ENVIRONMENT_PREFIX) else { continue };
        let place = format!("environment variable {name}");
        let path = rest.to_lowercase().replace("__", ".");
        if path == "brand" || path.starts_with("brand.") {
            let hint = "Write them in a file and name it in KEYSTEAD__BRANDS_FILE.";
            problems.add(place, "brands cannot be set by environment variables", hint);
            continue;
        }
        let Some(kind) = keys::kind_of(&path).filter(|kind| *kind != Kind::Named) else {
            let (what, hint) = complaint(&path, &written_in_environment(&keys::nearest(&path)));
            problems.add(place, what, hint);
            continue;
        };
        let value = Value::new(Some(&place), from_plain_text(text, kind, &place));
        match path.strip_prefix("sms.headers.") {
            // A variable's name has no hyphen, a header's name has no underscore.
            Some(header) => insert_header(&mut layer.values, header.replace('_', "-"), value),
            None => {
                layer.values.insert(path, value);
            }
        }
    }
    layer
}

/// Takes over what the command line says.
pub(super) fn flags(flags: &Flags) -> Layer {
    let mut layer = Layer::default();
    let mut set = |key: &str, flag: &str, text: String| {
        layer.values.insert(key.to_owned(), Value::new(Some(&flag.to_owned()), text));
    };
    if let Some(folder) = &flags.data_dir {
        set("data_dir", "--data-dir", folder.display().to_string());
    }
    if let Some(role) = &flags.role {
        set("role", "--role", role.clone());
    }
    if let Some(url) = &flags.database_url {
        set("database_url", "--database-url", url.expose_secret().to_owned());
    }
    layer
}

/// A key that is not in the table of settings, and where its name begins.
struct Slip {
    path: String,
    at: usize,
}

struct TomlFile<'a> {
    text: &'a str,
    label: &'a str,
    folder: &'a Path,
}

impl TomlFile<'_> {
    fn table(&self, table: &DeTable<'_>, section: &str, unknown: &mut Vec<Slip>) -> Map<String, Value> {
        let mut values = Map::new();
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            let path = if section.is_empty() { name.to_owned() } else { format!("{section}.{name}") };
            if keys::kind_of(&path).is_none() && !keys::is_section(&path) {
                unknown.push(Slip { path, at: key.span().start });
                continue;
            }
            values.insert(name.to_owned(), self.value(value, key.span().start, &path, unknown));
        }
        values
    }

    fn value(&self, value: &Spanned<DeValue<'_>>, at: usize, path: &str, unknown: &mut Vec<Slip>) -> Value {
        let kind = match value.get_ref() {
            DeValue::String(text) => ValueKind::String(self.text_or_path(text, path)),
            // A number too large for us is kept as text, so that the reader complains about its form.
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .map_or_else(|_| ValueKind::String(number.as_str().to_owned()), ValueKind::I64),
            DeValue::Float(number) => ValueKind::Float(number.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(yes) => ValueKind::Boolean(*yes),
            DeValue::Datetime(moment) => ValueKind::String(moment.to_string()),
            DeValue::Array(items) => ValueKind::Array(self.items(items, path, unknown)),
            DeValue::Table(table) => ValueKind::Table(self.table(table, path, unknown)),
        };
        Value::new(Some(&line(self.text, self.label, at)), kind)
    }

    fn items(&self, items: &DeArray<'_>, path: &str, unknown: &mut Vec<Slip>) -> Vec<Value> {
        items.iter().map(|item| self.value(item, item.span().start, path, unknown)).collect()
    }

    fn text_or_path(&self, text: &str, path: &str) -> String {
        let is_path = keys::kind_of(path) == Some(Kind::Path);
        if is_path && !text.is_empty() {
            self.folder.join(text).display().to_string()
        } else {
            text.to_owned()
        }
    }
}

fn insert_header(values: &mut Map<String, Value>, header: String, value: Value) {
    let headers = values.entry("sms".to_owned()).or_insert_with(|| Map::<String, Value>::new().into());
    if let ValueKind::Table(sms) = &mut headers.kind {
        let named = sms.entry("headers".to_owned()).or_insert_with(|| Map::<String, Value>::new().into());
        if let ValueKind::Table(named) = &mut named.kind {
            named.insert(header, value);
        }
    }
}

/// Environment variables are text; the kind of the setting says what the text means.
fn from_plain_text(text: &str, kind: Kind, place: &String) -> ValueKind {
    match kind {
        Kind::YesNo => match text {
            "true" => ValueKind::Boolean(true),
            "false" => ValueKind::Boolean(false),
            other => ValueKind::String(other.to_owned()),
        },
        Kind::Whole => text.parse().map_or_else(|_| ValueKind::String(text.to_owned()), ValueKind::I64),
        Kind::List => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            ValueKind::Array(items.map(|item| Value::new(Some(place), item)).collect())
        }
        Kind::Text | Kind::Path | Kind::Secret | Kind::Named => ValueKind::String(text.to_owned()),
    }
}

fn complaint(path: &str, nearest: &str) -> (String, String) {
    let what = match path.rsplit_once('.') {
        Some((section, leaf)) => format!("`{leaf}` is not a setting of {}", bracketed(section)),
        None => format!("`{path}` is not a setting"),
    };
    (what, format!("Did you mean {nearest}?"))
}

fn written_in_toml(path: &str) -> String {
    match path.rsplit_once('.') {
        _ if keys::is_section(path) => bracketed(path),
        Some((section, leaf)) => format!("`{leaf}` in {}", bracketed(section)),
        None => format!("`{path}`, before the first section"),
    }
}

fn bracketed(section: &str) -> String {
    if section == "brand" { "[[brand]]".to_owned() } else { format!("[{section}]") }
}

fn written_in_environment(path: &str) -> String {
    let name = path.replace('.', "__").to_uppercase();
    let more = if keys::is_section(path) { "__…" } else { "" };
    format!("{ENVIRONMENT_PREFIX}{name}{more}")
}

fn line(text: &str, label: &str, at: usize) -> String {
    format!("{label}, line {}", before(text, at).matches('\n').count() + 1)
}

fn column(text: &str, at: usize) -> usize {
    let before = before(text, at);
    before.chars().rev().take_while(|c| *c != '\n').count() + 1
}

fn before(text: &str, at: usize) -> &str {
    text.get(..at).unwrap_or(text)
}
