//! Brands: what each is configured to be, and what its pages and letters look like.

use askama::Template;

use super::frame::Frame;

/// All brands.
#[derive(Clone, Debug, Template)]
#[template(path = "console/brands.html")]
pub struct BrandsPage {
    /// Around the page.
    pub frame: Frame,
    /// The brands.
    pub brands: Vec<BrandRow>,
}

/// A brand in the list.
#[derive(Clone, Debug)]
pub struct BrandRow {
    /// Its id: "razorpay/IN".
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where its dashboard is.
    pub url: String,
    /// What Live keys ask for.
    pub live: String,
    /// Its languages.
    pub languages: String,
    /// What its Key Ids begin with.
    pub prefix: String,
}

/// One brand's pages, in light and dark side by side.
#[derive(Clone, Debug, Template)]
#[template(path = "console/brand.html")]
pub struct BrandPage {
    /// Around the page.
    pub frame: Frame,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The pages to choose from.
    pub choices: Vec<PreviewChoice>,
    /// The addresses of the previews: what it is, where it is.
    pub previews: Vec<Preview>,
}

/// A page to preview.
#[derive(Clone, Debug)]
pub struct PreviewChoice {
    /// What it is.
    pub words: String,
    /// Where it is chosen.
    pub href: String,
    /// Whether it is shown.
    pub is_here: bool,
}

/// A preview.
#[derive(Clone, Debug)]
pub struct Preview {
    /// In which theme.
    pub theme: &'static str,
    /// Where it is.
    pub href: String,
}
