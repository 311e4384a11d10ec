//! Checking: every page in every edition, and where its links lead.

use std::collections::{BTreeMap, BTreeSet};

use crate::edition::Edition;
use crate::finding::{Finding, Notes, Slip, nearest};
use crate::page::{Handbook, Page, Unprinted};
use crate::print::Led;

impl Handbook<'_> {
    /// Everything that is wrong with the texts, each slip once, in the order of files and lines.
    pub fn check(&self) -> Vec<Finding> {
        let mut findings = BTreeSet::new();
        let mut slips = LinkSlips::default();
        for edition in self.editions() {
            let read = |name: String| {
                let page = self.read(&name, edition, &Unprinted)?;
                Some((name, page))
            };
            let pages: BTreeMap<String, Page> = self.names().into_iter().filter_map(read).collect();
            for page in pages.values() {
                findings.extend(page.findings.iter().cloned());
                page.links.iter().for_each(|led| slips.follow(led, page, &pages, edition));
            }
        }
        findings.extend(slips.told(self.editions().len()));
        findings.into_iter().collect()
    }
}

/// Links that lead nowhere, with the editions in which they do.
#[derive(Default)]
struct LinkSlips(BTreeMap<Finding, Vec<String>>);

impl LinkSlips {
    fn follow(&mut self, led: &Led, from: &Page, pages: &BTreeMap<String, Page>, edition: &Edition) {
        let name = led.page.as_ref().unwrap_or(&from.name);
        let mut note = Notes::default();
        match (pages.get(name), &led.anchor) {
            // A page that is in no edition was noted where it was read.
            (None, _) => {}
            (Some(page), _) if page.is_empty() && name != &from.name => {
                let says = format!("The link leads to `{name}`, which has nothing for this brand");
                note.add(
                    &led.place,
                    Slip::DeadLink,
                    says,
                    "Put the link into a block for the brands that see the page.",
                );
            }
            (Some(page), Some(anchor)) if !page.anchors.contains(anchor) => {
                let mend = match nearest(anchor, page.anchors.iter().map(String::as_str)) {
                    Some(meant) => format!("Did you mean `#{meant}`?"),
                    None => "Mend the anchor, or the heading.".to_owned(),
                };
                note.add(&led.place, Slip::WrongAnchor, format!("`{name}` has no heading `#{anchor}`"), mend);
            }
            (Some(_), _) => {}
        }
        for finding in note.0 {
            self.0.entry(finding).or_default().push(edition.name());
        }
    }

    fn told(self, editions: usize) -> impl Iterator<Item = Finding> {
        self.0.into_iter().map(move |(mut finding, where_to)| {
            if where_to.len() < editions {
                finding.says = format!("{} (for {})", finding.says, where_to.join(", "));
            }
            finding
        })
    }
}
