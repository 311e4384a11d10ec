//! A brand's handbook as files: pages that need no server, with pictures and style sheets beside them.

use askama::Template;
use domain::BrandId;
use handbook::Addresses;

use super::{Help, INDEX};
use crate::pages::assets;
use crate::pages::brand::BrandLook;
use crate::pages::help::{HelpArticle, StaticHelpPage};

/// A file of the site.
#[derive(Clone, Debug)]
pub struct SiteFile {
    /// Below the site's folder: `api/glossary.html`.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// All files of a brand's handbook.
pub fn site(help: &Help, brand: &BrandId, look: &BrandLook) -> Vec<SiteFile> {
    let mut files: Vec<SiteFile> = help
        .pages(brand)
        .iter()
        .filter_map(|(name, _)| {
            let bytes = page(help, brand, look, name, "")?.into_bytes();
            Some(SiteFile { path: format!("{name}.html"), bytes })
        })
        .collect();
    let file = |path: &str, bytes: &[u8]| SiteFile { path: path.to_owned(), bytes: bytes.to_owned() };
    files.push(file("keystead.css", assets::CSS.as_bytes()));
    files.push(file("brand.css", look.stylesheet().as_bytes()));
    files.extend(help.pictures(brand).map(|(path, picture)| file(path, &picture.bytes)));
    files
}

/// A page of the site. `above` is said over the page, as HTML of ours.
pub(super) fn page(
    help: &Help,
    brand: &BrandId,
    look: &BrandLook,
    name: &str,
    above: &str,
) -> Option<String> {
    let root = "../".repeat(name.matches('/').count());
    let shown = help.page(brand, name, &Relative { root: &root })?;
    let article = HelpArticle::new(shown, |page| Relative { root: &root }.page(page));
    let index = (name != INDEX).then(|| Relative { root: &root }.page(INDEX));
    let page = StaticHelpPage::new(look, article, &root, index, above);
    page.render().ok()
}

/// Addresses that hold wherever the folder is put.
struct Relative<'a> {
    root: &'a str,
}

impl Addresses for Relative<'_> {
    fn page(&self, page: &str) -> String {
        format!("{}{page}.html", self.root)
    }

    fn picture(&self, file: &str) -> String {
        format!("{}{file}", self.root)
    }
}
