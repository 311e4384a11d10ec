//! House rules that no compiler checks, over all files that git tracks or would track.
//!
//! Each rule is a function from a file to findings and has a test with a bad sample: a rule that cannot fail is
//! worthless. Rules that name forbidden words write them in two halves, so that they hold for this folder too.

mod ambient;
mod contract;
mod links;
mod opening;
mod words;

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::process::Command;

use crate::command::{self, Failure};

/// A place in the repository that breaks a rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    path: String,
    line: usize,
    /// What is wrong and what to do, as a sentence.
    says: String,
}

impl Finding {
    fn new(path: &str, line: usize, says: impl Into<String>) -> Self {
        Finding { path: path.to_owned(), line, says: says.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}", self.path, self.line, self.says)
    }
}

/// The text files of the repository by path, with `/` between folders, in order.
type Tree = BTreeMap<String, String>;

/// Fails when any rule has a finding.
pub(crate) fn run() -> Result<(), Failure> {
    eprintln!("\n$ house rules");
    let findings = findings(&tree()?);
    for finding in &findings {
        eprintln!("{finding}");
    }
    match findings.len() {
        0 => Ok(()),
        count => Err(Failure(format!("house rules broken: {count}"))),
    }
}

fn findings(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree {
        findings.extend(opening::findings(path, text));
        findings.extend(ambient::findings(path, text));
        findings.extend(words::findings(path, text));
        findings.extend(links::findings(path, text, tree));
    }
    findings.extend(contract::findings(tree));
    findings.sort();
    findings
}

fn tree() -> Result<Tree, Failure> {
    let root = command::repository();
    let words = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let listed = command::output(Command::new("git").current_dir(&root).args(words))?;
    let mut tree = Tree::new();
    for path in listed.split('\0').filter(|path| !path.is_empty()) {
        // A tracked file may be deleted in the work tree, and one that is not text has no lines to look at; but it
        // is there, and pages link to it.
        match fs::read(root.join(path)) {
            Ok(bytes) => tree.insert(path.to_owned(), String::from_utf8(bytes).unwrap_or_default()),
            Err(_) => continue,
        };
    }
    Ok(tree)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_asked_about_every_file() {
        let bad = concat!("fn late() { System", "Time::now(); to", "do!() }\n").to_owned();
        let tree = Tree::from([
            ("domain/src/lib.rs".to_owned(), bad),
            ("README.md".to_owned(), "[the handbook](docs/missing.md)\n".to_owned()),
        ]);
        let said: Vec<String> = findings(&tree).iter().map(Finding::to_string).collect();
        assert_eq!(said.len(), 4, "{said:#?}");
        assert!(said[0].starts_with("README.md:1: "), "{said:#?}");
        assert!(said[1..].iter().all(|finding| finding.starts_with("domain/src/lib.rs:1: ")), "{said:#?}");
    }
}
