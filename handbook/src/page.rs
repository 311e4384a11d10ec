//! Pages: a shelf's texts as one brand's readers see them.

use std::collections::BTreeSet;

use crate::address::{Addresses, INDEX};
use crate::directives::{self, Marks};
use crate::edition::Edition;
use crate::finding::{Finding, Notes, Slip};
use crate::lines::{Place, of_file};
use crate::print::{Led, Press, print};
use crate::shelf::{PARTIALS, Shelf, is_file_name};
use crate::{fences, frontmatter, include, show_if, tables};

/// All texts of a shelf, in the editions of these brands.
#[derive(Clone, Copy)]
pub struct Handbook<'a> {
    shelf: &'a dyn Shelf,
    editions: &'a [Edition],
}

/// A page in one edition.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Its name: `api/glossary`.
    pub name: String,
    /// For the window and for lists of pages.
    pub title: String,
    /// The first heading.
    pub heading: String,
    /// One sentence about it.
    pub desc: Option<String>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Everything below the first heading. Nothing in it needs to be escaped, and nothing in it was not meant.
    pub html: String,
    /// Its headings, in order.
    pub contents: Vec<Entry>,
    /// The pictures on it: `assets/images/settings.jpg`.
    pub pictures: BTreeSet<String>,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
    pub(crate) anchors: BTreeSet<String>,
    pub(crate) links: Vec<Led>,
}

/// A heading of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// 2 to 6: the page's title is the first.
    pub level: u8,
    /// What it can be linked as.
    pub anchor: String,
    /// What it says.
    pub words: String,
}

/// Prints no address that anybody follows; for reading a page and not showing it.
pub(crate) struct Unprinted;

impl Addresses for Unprinted {
    fn page(&self, page: &str) -> String {
        page.to_owned()
    }

    fn picture(&self, file: &str) -> String {
        file.to_owned()
    }
}

impl<'a> Handbook<'a> {
    /// The texts of a shelf, for these brands.
    pub fn new(shelf: &'a dyn Shelf, editions: &'a [Edition]) -> Handbook<'a> {
        Handbook { shelf, editions }
    }

    /// A page as this edition's readers see it; `None` if there is none, or nothing on it is for them.
    pub fn page(&self, name: &str, edition: &Edition, addresses: &dyn Addresses) -> Option<Page> {
        self.read(name, edition, addresses).filter(|page| !page.is_empty())
    }

    /// The names and titles of an edition's pages in reading order: the first page, what it links to, then the rest.
    pub fn order(&self, edition: &Edition) -> Vec<(String, String)> {
        let index = self.read(INDEX, edition, &Unprinted).unwrap_or_default();
        let linked = index.links.iter().filter_map(|led| led.page.clone());
        let names = std::iter::once(INDEX.to_owned()).chain(linked).chain(self.names());
        let mut seen = BTreeSet::new();
        names
            .filter(|name| seen.insert(name.clone()))
            .filter_map(|name| self.page(&name, edition, &Unprinted))
            .map(|page| (page.name, page.title))
            .collect()
    }

    /// The pictures that are on an edition's pages.
    pub fn pictures(&self, edition: &Edition) -> BTreeSet<String> {
        let pages = self.names().into_iter().filter_map(|name| self.page(&name, edition, &Unprinted));
        pages.flat_map(|page| page.pictures).collect()
    }

    /// The names of all pages.
    pub(crate) fn names(&self) -> Vec<String> {
        let pages = self.shelf.pages();
        pages.iter().filter_map(|file| file.strip_suffix(".md")).map(str::to_owned).collect()
    }

    pub(crate) fn editions(&self) -> &'a [Edition] {
        self.editions
    }

    /// Reads a page, also one that is empty for this edition.
    pub(crate) fn read(&self, name: &str, edition: &Edition, addresses: &dyn Addresses) -> Option<Page> {
        if !is_file_name(name) || name.starts_with(PARTIALS) {
            return None;
        }
        let file = format!("{name}.md");
        let text = self.shelf.text(&file)?;
        let mut notes = Notes::default();
        let (mut lines, open) = of_file(&file, &text);
        let top = Place { file: file.as_str().into(), line: 1 };
        if let Some(open) = open {
            let says = "The block of code that begins here never ends";
            notes.add(
                &open,
                Slip::Unclosed,
                says,
                "Close it with the same characters on a line of their own.",
            );
        }
        let above = frontmatter::take(&mut lines, self.editions, &mut notes);
        let lines = include::expanded(lines, self.shelf, &mut notes);
        let lines = show_if::shown(lines, edition, self.editions, &mut notes);
        let mut marks = Marks::default();
        let lines = directives::marked(lines, edition, &mut marks, &mut notes);
        let lines = fences::chained(lines, &mut marks);
        let lines = tables::usual(lines, &mut notes);
        let press = Press { shelf: self.shelf, edition, addresses };
        let printed = print(&lines, &marks, &press, &mut notes);

        let title = above.of("title", edition);
        if title.is_none() {
            let mend = "Write `title: …` between two lines of `---` at the top.";
            notes.add(&top, Slip::MissingTitle, "The page has no title", mend);
        }
        let first = printed.contents.first().map(|entry| entry.words.clone());
        let title = title.or(first).unwrap_or_else(|| name.to_owned());
        Some(Page {
            name: name.to_owned(),
            heading: above.of("heading", edition).unwrap_or_else(|| title.clone()),
            title,
            desc: above.of("desc", edition),
            tags: above.of("tags", edition).map(|tags| frontmatter::items(&tags)).unwrap_or_default(),
            html: printed.html,
            contents: printed.contents,
            pictures: printed.pictures,
            findings: notes.0,
            anchors: printed.anchors,
            links: printed.links,
        })
    }
}

impl Page {
    pub(crate) fn is_empty(&self) -> bool {
        self.html.trim().is_empty()
    }
}
