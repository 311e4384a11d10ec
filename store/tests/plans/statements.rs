//! The statements of the store, as its sources write them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Stands for a quotation mark inside a literal while literals are looked for.
const QUOTED: &str = "\u{1}";

/// The statements of the store, by file and name.
pub(crate) fn statements() -> BTreeMap<String, String> {
    let sources = sources();
    let shared: BTreeMap<String, String> = sources.values().flat_map(|source| shared(source)).collect();
    let mut found = BTreeMap::new();
    for (module, source) in &sources {
        for (name, text) in constants(source, &shared) {
            let verb = text.split_whitespace().next().unwrap_or_default();
            let is_statement = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains(&verb);
            assert!(is_statement || !text.contains("WHERE"), "{module}::{name} was not put together: {text}");
            if is_statement {
                found.insert(format!("{module}::{name}"), text);
            }
        }
    }
    found
}

/// The sources of the store by module.
fn sources() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let paths = fs::read_dir(folder).expect("the sources").map(|entry| entry.expect("one of them").path());
    let source = |path: std::path::PathBuf| {
        let module = path.file_stem().expect("a name").display().to_string();
        let source = fs::read_to_string(&path).expect("a source");
        (module, source.replace("\\\"", QUOTED))
    };
    paths.filter(|path| path.extension().is_some_and(|end| end == "rs")).map(source).collect()
}

/// What several statements share: the bodies of macros, by name.
fn shared(source: &str) -> BTreeMap<String, String> {
    let body = |rest: &str| {
        let (name, rest) = rest.split_once(" {")?;
        let (_, body) = rest.split_once("=> {")?;
        Some((name.to_owned(), body.split("\n}").next()?.to_owned()))
    };
    source.split("macro_rules! ").skip(1).filter_map(body).collect()
}

/// Constants that are texts, whether written at once or joined from parts.
fn constants(source: &str, shared: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let constant = |rest: &str| {
        let (name, value) = rest.split_once(": &str =")?;
        let (value, _) = value.split_once(";\n")?;
        let text = literals(&expanded(value, shared)).replace("\\n", "\n");
        Some((name.to_owned(), text))
    };
    source.split("const ").skip(1).filter_map(constant).collect()
}

/// A constant's value with macros of ours replaced by their bodies, and their one argument put where they name it.
fn expanded(value: &str, shared: &BTreeMap<String, String>) -> String {
    let mut value = value.to_owned();
    for (name, body) in shared {
        let call = format!("{name}!(");
        while let Some((before, after)) = value.clone().split_once(&call) {
            // An argument is one literal, so the first bracket behind its quotation marks ends the call.
            let quoted =
                after.starts_with('"').then(|| after[1..].find('"')).flatten().map_or(0, |end| end + 2);
            let end = quoted + after[quoted..].find(')').expect("a call ends");
            let body = body.replace("$condition", &after[..end]);
            value = format!("{before}{}{}", expanded(&body, shared), &after[end + 1..]);
        }
    }
    value
}

/// All literals, joined.
fn literals(text: &str) -> String {
    text.split('"').skip(1).step_by(2).collect::<Vec<_>>().join("\n").replace(QUOTED, "\"")
}
