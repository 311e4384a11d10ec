//! Help: the handbook of this installation, one edition for each brand, read once when the server starts.
//!
//! The program's own texts and pictures come first, and a folder of the operator's (`[help] dir`) lies over them: a file
//! there takes the place of ours of that name. What is wrong with a text never stops anything. It is logged, and the page
//! shows what can be shown.

mod preview;
mod shipped;
mod site;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use domain::{BrandId, StepUpRule};
use handbook::{Addresses, Edition, Finding, Handbook, Page, Slip, Texts, is_file_name};

use crate::config::Brand;
use crate::pages::assets;
use crate::pages::brand::BrandLook;
use crate::words::Catalogue;

pub use preview::serve as preview;
pub use site::{SiteFile, site};

/// The first page.
pub const INDEX: &str = "index";

/// A larger file is no help page.
const TEXT_BYTES_MAX: u64 = 1024 * 1024;
/// A larger picture would keep a phone waiting.
const PICTURE_BYTES_MAX: u64 = 5 * 1024 * 1024;
/// The most files of an operator's folder that are read.
const FILES_MAX: usize = 5_000;

/// All texts and pictures, and for whom they are printed.
#[derive(Clone, Debug)]
pub struct Help {
    texts: Texts,
    pictures: BTreeMap<String, Picture>,
    own_files: Vec<String>,
    editions: Vec<(BrandId, Edition)>,
    /// Each edition's pages in reading order, by name and title.
    orders: Vec<Vec<(String, String)>>,
    /// Each edition's pictures: no brand shows another's.
    shown: Vec<BTreeSet<String>>,
}

/// A picture of a help page.
#[derive(Clone, Debug)]
pub struct Picture {
    /// What browsers are told it is.
    pub media_type: &'static str,
    /// Changes when the picture does.
    pub version: String,
    /// The picture.
    pub bytes: std::borrow::Cow<'static, [u8]>,
}

/// A page beside its neighbours.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The page.
    pub page: Page,
    /// Name and title of the page before it.
    pub previous: Option<(String, String)>,
    /// Name and title of the page after it.
    pub next: Option<(String, String)>,
}

impl Help {
    /// The program's own handbook with an operator's folder over it, for these brands.
    pub fn of(brands: &[Brand], words: &Catalogue, folder: Option<&Path>) -> Help {
        let mut help = Help {
            texts: Texts::default(),
            pictures: BTreeMap::new(),
            own_files: Vec::new(),
            editions: brands.iter().map(|brand| (brand.rules.id.clone(), edition(brand, words))).collect(),
            orders: Vec::new(),
            shown: Vec::new(),
        };
        for (file, text) in shipped::TEXTS {
            help.texts.put(file, (*text).to_owned());
        }
        for (file, bytes) in shipped::PICTURES {
            help.put_picture(file, (*bytes).into());
        }
        if let Some(folder) = folder {
            let mut left = FILES_MAX;
            help.add_folder(folder, "", &mut left);
        }
        let editions = help.all();
        help.orders = editions.iter().map(|edition| help.order(edition)).collect();
        let shown = |edition| unbroken("all pages", || Some(help.handbook(&editions).pictures(edition)));
        help.shown = editions.iter().map(|edition| shown(edition).unwrap_or_default()).collect();
        help
    }

    /// A page as a brand's readers see it.
    pub fn page(&self, brand: &BrandId, name: &str, addresses: &dyn Addresses) -> Option<Shown> {
        let at = self.editions.iter().position(|(id, _)| id == brand)?;
        let (_, edition) = &self.editions[at];
        let page = unbroken(name, || self.handbook(&self.all()).page(name, edition, addresses))?;
        let order = &self.orders[at];
        let here = order.iter().position(|(own, _)| own == name);
        let beside =
            |step: fn(usize) -> Option<usize>| here.and_then(step).and_then(|at| order.get(at)).cloned();
        Some(Shown { page, previous: beside(|at| at.checked_sub(1)), next: beside(|at| at.checked_add(1)) })
    }

    /// A brand's pages in reading order, by name and title.
    pub fn pages(&self, brand: &BrandId) -> &[(String, String)] {
        let at = self.editions.iter().position(|(id, _)| id == brand);
        at.and_then(|at| self.orders.get(at)).map_or(&[], Vec::as_slice)
    }

    /// A picture that is on one of a brand's pages, by its file's name.
    pub fn picture(&self, brand: &BrandId, file: &str) -> Option<&Picture> {
        let at = self.editions.iter().position(|(id, _)| id == brand)?;
        self.shown.get(at).filter(|shown| shown.contains(file)).and_then(|_| self.pictures.get(file))
    }

    /// All pictures of a brand's pages.
    pub fn pictures(&self, brand: &BrandId) -> impl Iterator<Item = (&str, &Picture)> {
        let all = self.pictures.iter().map(|(file, picture)| (file.as_str(), picture));
        all.filter(|(file, _)| self.picture(brand, file).is_some())
    }

    /// What is wrong with the texts. The program's own speak to brands that this installation may not have; that is no slip
    /// of its operator.
    pub fn check(&self) -> Vec<Finding> {
        let mut findings = self.check_all();
        let for_others = |finding: &Finding| matches!(finding.slip, Slip::UnknownBrand | Slip::WrongBrand);
        findings.retain(|finding| self.own_files.contains(&finding.file) || !for_others(finding));
        findings
    }

    fn check_all(&self) -> Vec<Finding> {
        unbroken("all pages", || Some(self.handbook(&self.all()).check())).unwrap_or_default()
    }

    /// Says in the log what is wrong with the texts.
    pub fn log_findings(&self) {
        for finding in self.check() {
            tracing::warn!(finding = %finding, "A help page has a slip");
        }
    }

    fn all(&self) -> Vec<Edition> {
        self.editions.iter().map(|(_, edition)| edition.clone()).collect()
    }

    fn handbook<'a>(&'a self, editions: &'a [Edition]) -> Handbook<'a> {
        Handbook::new(&self.texts, editions)
    }

    fn order(&self, edition: &Edition) -> Vec<(String, String)> {
        unbroken("all pages", || Some(self.handbook(&self.all()).order(edition))).unwrap_or_default()
    }

    fn put_picture(&mut self, file: &str, bytes: std::borrow::Cow<'static, [u8]>) {
        let Some(media_type) = media_type(file) else { return };
        let version = String::from_utf8_lossy(&assets::fingerprint(&bytes)).into_owned();
        self.texts.put_picture(file);
        self.pictures.insert(file.to_owned(), Picture { media_type, version, bytes });
    }

    fn add_folder(&mut self, folder: &Path, below: &str, left: &mut usize) {
        let unread = |path: &Path, error: std::io::Error| {
            tracing::warn!(path = %path.display(), error = %error, "A help file cannot be read and is left out");
        };
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return unread(folder, error),
        };
        for entry in entries.flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let Some(name) =
                name.to_str().map(|name| format!("{below}{name}")).filter(|name| is_file_name(name))
            else {
                continue;
            };
            let Some(fewer) = left.checked_sub(1) else { return };
            *left = fewer;
            let Ok(kind) = std::fs::metadata(&path) else { continue };
            if kind.is_dir() {
                // A link to a folder could lead back here.
                if entry.file_type().is_ok_and(|entry| entry.is_dir()) {
                    self.add_folder(&path, &format!("{name}/"), left);
                }
            } else if name.ends_with(".md") && kind.len() <= TEXT_BYTES_MAX {
                match std::fs::read(&path) {
                    Ok(text) => {
                        self.own_files.push(name.clone());
                        self.texts.put(&name, String::from_utf8_lossy(&text).into_owned());
                    }
                    Err(error) => unread(&path, error),
                }
            } else if media_type(&name).is_some() && kind.len() <= PICTURE_BYTES_MAX {
                match std::fs::read(&path) {
                    Ok(bytes) => self.put_picture(&name, bytes.into()),
                    Err(error) => unread(&path, error),
                }
            }
        }
    }
}

/// A text that the renderer cannot survive is a page that is not there, and a line in the log; never a server that stops.
fn unbroken<T>(what: &str, read: impl FnOnce() -> Option<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
        tracing::error!(page = what, "A help page could not be printed");
        None
    })
}

/// What a file's name says it is; `None` for what pages do not show. No SVG: it can hold scripts.
fn media_type(file: &str) -> Option<&'static str> {
    let (_, end) = file.rsplit_once('.')?;
    Some(match end {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        _ => return None,
    })
}

/// The words of a brand's edition.
fn edition(brand: &Brand, words: &Catalogue) -> Edition {
    let id = &brand.rules.id;
    let look = BrandLook::of(brand, words.words(id, Some(domain::Language::English)));
    let group = if look.settings_groups { " (under Website and app settings)" } else { "" };
    let rule = match brand.rules.regenerate {
        StepUpRule::Always => "You enter an OTP, each time.",
        StepUpRule::UnlessLoginOtp => "You enter an OTP, unless you already entered one when you logged in.",
    };
    let edition = Edition::new(id.org(), id.country())
        .at(brand.hosts.iter())
        .with("brand-name", &look.name)
        .with("dashboard-name", &look.dashboard_name)
        .with("key-prefix", &look.key_prefix)
        .with("deactivate-word", &look.deactivate_word)
        .with("deactivate-label", look.deactivate_label())
        .with("keys-path", format!("Account & Settings → API Keys{group}"))
        .with("website-path", format!("Account & Settings → Business website details{group}"))
        .with("roles", look.roles.join(", "))
        .with("step-up-rule", rule)
        .with_link("login", format!("{}/login", brand.url), &look.dashboard_name);
    match &look.support {
        Some(support) => {
            let link = support.link(&look.words);
            edition.with_link("support", link.href, link.words)
        }
        None => edition.with("support", "talk to the person who set up your account"),
    }
}

/// Addresses below a path of the dashboard, with pictures that are the same for everybody.
pub struct Below<'a> {
    /// `/help`, or `/test/help`.
    pub base: &'a str,
    /// Where pictures come from.
    pub help: &'a Help,
}

impl Addresses for Below<'_> {
    fn page(&self, page: &str) -> String {
        if page == INDEX { self.base.to_owned() } else { format!("{}/{page}", self.base) }
    }

    fn picture(&self, file: &str) -> String {
        let version = self.help.pictures.get(file).map_or("", |picture| picture.version.as_str());
        format!("/help/{file}?v={version}")
    }
}
