//! Help: a page of the handbook, around it the dashboard or, as a file, the brand's colours alone.

use askama::Template;
use askama::filters::HtmlSafe;
use std::fmt;

use super::brand::BrandLook;
use super::layout::{Frame, Link};
use crate::help::Shown;

/// Headings deeper than this are not in a page's list of contents.
const DEEPEST_LISTED: u8 = 3;

/// HTML that the handbook printed: every tag in it is one of its own.
#[derive(Clone, Debug, Default)]
pub struct Printed(String);

impl fmt::Display for Printed {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}

impl HtmlSafe for Printed {}

/// A page of the handbook, ready to print.
#[derive(Clone, Debug)]
pub struct HelpArticle {
    /// For the window.
    pub title: String,
    heading: String,
    desc: Option<String>,
    html: Printed,
    contents: Vec<Link>,
    previous: Option<Link>,
    next: Option<Link>,
    broken: bool,
}

impl HelpArticle {
    /// A page with links to its neighbours at the addresses that `address` gives.
    pub fn new(shown: Shown, address: impl Fn(&str) -> String) -> HelpArticle {
        let listed = shown.page.contents.iter().filter(|entry| entry.level <= DEEPEST_LISTED);
        let contents: Vec<Link> =
            listed.map(|entry| Link::new(format!("#{}", entry.anchor), entry.words.clone())).collect();
        let link = |(name, title): (String, String)| Link::new(address(&name), title);
        HelpArticle {
            broken: shown.page.findings.iter().any(|finding| finding.slip.leaves_a_gap()),
            title: shown.page.title,
            heading: shown.page.heading,
            desc: shown.page.desc,
            html: Printed(shown.page.html),
            contents: if contents.len() > 1 { contents } else { Vec::new() },
            previous: shown.previous.map(link),
            next: shown.next.map(link),
        }
    }
}

/// A help page in the dashboard.
#[derive(Clone, Debug, Template)]
#[template(path = "help.html")]
pub struct HelpPage {
    frame: Frame,
    article: HelpArticle,
    /// The way to the first page; none on it.
    index: Option<String>,
}

impl HelpPage {
    /// A page in a frame.
    pub fn new(frame: Frame, article: HelpArticle, index: Option<String>) -> HelpPage {
        HelpPage { frame, article, index }
    }
}

/// A help page as a file.
#[derive(Clone, Debug, Template)]
#[template(path = "help_static.html")]
pub struct StaticHelpPage {
    frame: Frame,
    article: HelpArticle,
    index: Option<String>,
    /// The way to the site's folder: nothing, or `../` for each folder between.
    root: String,
    above: Printed,
}

impl StaticHelpPage {
    /// A page in a brand's colours. `above` is our own HTML over it.
    pub fn new(
        look: &BrandLook,
        article: HelpArticle,
        root: &str,
        index: Option<String>,
        above: &str,
    ) -> StaticHelpPage {
        let frame = Frame::outside(look, article.title.clone());
        StaticHelpPage { frame, article, index, root: root.to_owned(), above: Printed(above.to_owned()) }
    }
}

/// What authors see over a page: the other brands, and what is wrong.
#[derive(Clone, Debug, Template)]
#[template(path = "help_preview.html")]
pub struct PreviewBar {
    brands: Vec<(Link, bool)>,
    findings: Vec<String>,
}

impl PreviewBar {
    /// The bar over a page of `current`. Brands come with the address of the page, a name, and how they are called in paths.
    pub fn new(brands: Vec<(String, String, String)>, current: &str, findings: Vec<String>) -> PreviewBar {
        let brand = |(href, name, folder): (String, String, String)| {
            let here = folder == current;
            (Link::new(href, format!("{name} ({folder})")), here)
        };
        PreviewBar { brands: brands.into_iter().map(brand).collect(), findings }
    }

    /// As HTML.
    pub fn html(&self) -> String {
        self.render().unwrap_or_default()
    }
}

#[cfg(test)]
pub(crate) fn samples() -> Vec<(&'static str, String)> {
    use super::gallery::html;
    use super::layout::samples::asha;
    use super::layout::{Mode, Place};
    use crate::config::Config;
    use crate::help::{Help, INDEX};
    use crate::words::Catalogue;

    let brands = include_str!("../../../brands.toml");
    let config = Config::demo(std::path::Path::new("sample"), 8080, brands).expect("the sample brands");
    let words = Catalogue::new(&config.brands);
    let help = Help::of(&config.brands, &words, None);
    // Without versions: a picture that is taken anew is no other page.
    struct Plain;
    impl handbook::Addresses for Plain {
        fn page(&self, page: &str) -> String {
            if page == INDEX { "/live/help".to_owned() } else { format!("/live/help/{page}") }
        }
        fn picture(&self, file: &str) -> String {
            format!("/help/{file}")
        }
    }
    let page = |brand: usize, name: &str| {
        let brand = &config.brands[brand];
        let look = BrandLook::of(brand, words.words(&brand.rules.id, None));
        let shown = help.page(&brand.rules.id, name, &Plain).expect("the page is on the shelf");
        let article = HelpArticle::new(shown, |page| handbook::Addresses::page(&Plain, page));
        let path = if name == INDEX { "/help".to_owned() } else { format!("/help/{name}") };
        let frame = Frame::inside(&look, article.title.clone(), Mode::Live, &path, Place::Help, asha());
        let index = (name != INDEX).then(|| "/live/help".to_owned());
        html(&HelpPage::new(frame, article, index))
    };
    let keys = "payments/dashboard/settings/api-keys";
    vec![
        ("index_razorpay", page(0, INDEX)),
        ("keys_razorpay", page(0, keys)),
        ("keys_curlec", page(1, keys)),
        ("keys_axis", page(2, keys)),
        ("practices", page(0, "api/best-practices")),
        ("questions", page(1, "payments/dashboard/faqs")),
        ("glossary", page(2, "api/glossary")),
        ("configuration", page(1, "payments/dashboard/settings/configuration")),
        ("two_factor", page(2, "payments/dashboard/settings/two-factor")),
    ]
}
