//! The metrics as documents name them: the list for operators, the dashboard and the alerts hold to what a scrape shows.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::http::ask;
use crate::ops::open;
use crate::site::Site;

/// What a scrape describes: each family's name as its samples have it, and its type.
fn families(scrape: &str) -> BTreeMap<String, String> {
    let described = scrape.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '));
    let named = described.map(|(name, kind)| match kind {
        "counter" => (format!("{name}_total"), kind.to_owned()),
        _ => (name.to_owned(), kind.to_owned()),
    });
    named.collect()
}

fn scrape() -> String {
    let site = Site::open();
    let scrape = ask(open(&site), &["GET /metrics HTTP/1.1"]).body;
    site.gateway.stop();
    scrape
}

fn document(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a crate of a workspace");
    fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every metric that a text names.
fn named(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.starts_with("keystead_")).map(str::to_owned).collect()
}

#[test]
fn the_list_of_metrics_names_each_with_its_type_and_no_other() {
    let listed: BTreeMap<String, String> = document("docs/operating/metrics.md")
        .lines()
        .filter_map(|line| {
            let mut cells = line.strip_prefix("| `keystead_")?.split('|').map(str::trim);
            Some((format!("keystead_{}", cells.next()?.trim_end_matches('`')), cells.next()?.to_owned()))
        })
        .collect();
    assert_eq!(listed, families(&scrape()));
}

#[test]
fn every_sample_is_a_number_of_a_described_family() {
    let scrape = scrape();
    let families = families(&scrape);
    let mut samples = 0;
    for line in scrape.lines().filter(|line| !line.starts_with('#')) {
        let (series, value) = line.rsplit_once(' ').expect("a name and a value");
        assert!(value.parse::<f64>().is_ok(), "{line}");
        let name = series.split('{').next().unwrap_or(series);
        let parts = ["_bucket", "_sum", "_count"].map(|part| name.strip_suffix(part));
        let known = |name: &str| families.contains_key(name);
        let part_of_histogram =
            parts.iter().flatten().any(|base| families.get(*base).is_some_and(|kind| kind == "histogram"));
        assert!(known(name) || part_of_histogram, "{line}");
        samples += 1;
    }
    assert!(samples > families.len(), "{samples}");
    assert!(scrape.ends_with("# EOF\n"));
}

#[test]
fn names_say_their_unit() {
    for (name, kind) in families(&scrape()) {
        let is_time =
            ["duration", "age", "remaining", "uptime", "cpu"].iter().any(|word| name.contains(word));
        assert!(!is_time || name.ends_with("_seconds") || name.ends_with("_seconds_total"), "{name}");
        assert!(!name.contains("memory") || name.ends_with("_bytes"), "{name}");
        assert!(kind != "histogram" || name.ends_with("_seconds"), "{name}");
        assert!(!name.contains("milli"), "{name}: the base unit is the second");
    }
}

#[test]
fn dashboard_and_alerts_ask_only_for_what_a_scrape_shows() {
    let scrape = scrape();
    let families = families(&scrape);
    for path in ["integrations/grafana/keystead.json", "integrations/prometheus/alerts.yml"] {
        let text = document(path);
        let asked = named(&text);
        assert!(asked.len() >= 5, "{path} asks for {asked:?}");
        for name in asked {
            let base = ["_bucket", "_sum", "_count"].iter().find_map(|part| name.strip_suffix(part));
            let is_part = base.is_some_and(|base| families.get(base).is_some_and(|kind| kind == "histogram"));
            assert!(families.contains_key(&name) || is_part, "{path} asks for {name}");
        }
        // Labels that are compared with a word: the word is one that occurs.
        for (label, word) in compared(&text) {
            assert!(scrape.contains(&format!("{label}=\"{word}\"")), "{path} looks for {label}={word}");
        }
    }
    let dashboard: serde_json::Value =
        serde_json::from_str(&document("integrations/grafana/keystead.json")).expect("JSON");
    assert_eq!(dashboard["uid"], "keystead");
    assert!(dashboard["panels"].as_array().is_some_and(|panels| panels.len() >= 8));
}

/// Pairs of label and word in `{label="word"}`, `=~"one|two"`, `!=` and `!~` too; `\"` as JSON writes it or plain.
fn compared(text: &str) -> Vec<(String, String)> {
    let plain = text.replace("\\\"", "\"");
    let mut found = Vec::new();
    for matchers in plain.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
        for matcher in matchers.split(',') {
            let Some((label, rest)) = matcher.split_once(['=', '!']) else { continue };
            let words = rest.trim_start_matches(['=', '~']).trim_matches('"');
            let is_label = label.chars().all(|c| c.is_ascii_lowercase() || c == '_') && !label.is_empty();
            if is_label && rest.contains('"') && label != "job" && label != "instance" {
                found.extend(words.split('|').map(|word| (label.to_owned(), word.to_owned())));
            }
        }
    }
    found
}

#[test]
fn comparisons_of_labels_are_found() {
    let text = r#"sum(a{verdict="granted"}) / b{verdict!~\"x|y\",job="k"}"#;
    let pair = |word: &str| ("verdict".to_owned(), word.to_owned());
    assert_eq!(compared(text), [pair("granted"), pair("x"), pair("y")]);
}
