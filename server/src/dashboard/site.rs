//! Sites: which brand a host name shows. An exact list; a host that is not on it is told so and shown nothing of any brand.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::{ACCEPT_LANGUAGE, HOST};
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, http};
use domain::{BrandId, Language};

use crate::app::App;
use crate::config::{Brand, Config, Public};
use crate::dashboard::language;
use crate::dashboard::trouble::page_of;
use crate::pages::assets;
use crate::pages::brand::BrandLook;
use crate::pages::problem::ProblemPage;
use crate::words::{Catalogue, Words};

/// The most entries of an Accept-Language header that are looked at.
const WANTED_MAX: usize = 20;

/// A brand as one host shows it to readers of one language.
#[derive(Debug)]
pub struct Site {
    /// Its rules, hosts and words.
    pub brand: Brand,
    /// What its pages look like.
    pub look: BrandLook,
}

impl Site {
    /// What its texts are taken from.
    pub fn words(&self) -> &Words {
        &self.look.words
    }
}

/// All sites of this installation: for each brand one in each of its languages, its own first.
#[derive(Clone, Debug)]
pub struct Sites {
    all: Vec<Arc<Site>>,
    unbranded: Words,
}

impl Sites {
    /// The sites of the configured brands.
    pub fn new(config: &Config, words: &Catalogue) -> Self {
        let of_brand = |brand: &Brand| {
            let sites = words.offered(&brand.rules.id).iter().map(|words| {
                Arc::new(Site { look: BrandLook::of(brand, words.clone()), brand: brand.clone() })
            });
            sites.collect::<Vec<_>>()
        };
        Self { all: config.brands.iter().flat_map(of_brand).collect(), unbranded: words.unbranded() }
    }

    /// The words of pages that belong to no brand.
    pub fn unbranded(&self) -> Words {
        self.unbranded.clone()
    }

    /// A brand's site in a language; in the brand's first where it does not offer that one.
    pub fn in_language(&self, brand: &BrandId, language: Language) -> Option<Arc<Site>> {
        let mut own = self.all.iter().filter(|site| site.brand.rules.id == *brand);
        let first = own.clone().next();
        own.find(|site| site.words().language() == language).or(first).cloned()
    }

    /// The site of a host in the language that a request's reader wants.
    pub fn of_request(&self, uri: &Uri, headers: &http::HeaderMap, public: &Public) -> Option<Arc<Site>> {
        let site = self.of_host(&host(uri, headers)?)?;
        let offered = &site.brand.languages;
        let remembered = language::remembered(headers, public).filter(|language| offered.contains(language));
        match remembered.or_else(|| wanted(headers, offered)) {
            Some(language) => self.in_language(&site.brand.rules.id, language),
            None => Some(site),
        }
    }

    /// The site of a host, given as in a Host header, in its brand's first language.
    pub fn of_host(&self, host: &str) -> Option<Arc<Site>> {
        let name = match host.rsplit_once(':') {
            Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => host,
        };
        self.all
            .iter()
            .find(|site| site.brand.hosts.iter().any(|own| own.eq_ignore_ascii_case(name)))
            .cloned()
    }
}

/// The host a request names: its target's if that has one (RFC 9112 §3.2.2), else that of its only Host header. TM-64
pub fn host(uri: &Uri, headers: &http::HeaderMap) -> Option<String> {
    let mut named = headers.get_all(HOST).iter();
    let header = match (named.next(), named.next()) {
        (Some(only), None) => only.to_str().ok()?,
        _ => return None,
    };
    match uri.authority() {
        Some(authority) if authority.as_str().eq_ignore_ascii_case(header) => Some(header.to_owned()),
        Some(_) => None,
        None => Some(header.to_owned()),
    }
}

/// The language that a browser asks for, among those that the brand offers: the most wanted one, of two equals the first.
fn wanted(headers: &http::HeaderMap, offered: &[Language]) -> Option<Language> {
    let header = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
    let wish = |entry: &str| {
        let (tag, weight) = entry.split_once(";q=").unwrap_or((entry, "1"));
        let primary = tag.trim().split('-').next()?.to_ascii_lowercase();
        let language = offered.iter().copied().find(|language| language.as_str() == primary)?;
        let weight = weight.trim().parse::<f32>().ok().filter(|weight| 0.0 < *weight)?;
        Some((language, weight))
    };
    let wishes = header.split(',').take(WANTED_MAX).filter_map(wish);
    wishes.reduce(|best, next| if best.1 < next.1 { next } else { best }).map(|(language, _)| language)
}

/// The site whose host a request names, in its reader's language.
#[derive(Clone, Debug)]
pub struct At(pub Arc<Site>);

impl FromRequestParts<App> for At {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        app.sites
            .of_request(&parts.uri, &parts.headers, &app.config.public)
            .map(At)
            .ok_or_else(|| unknown_host(app))
    }
}

/// What a host that belongs to no brand is answered.
pub fn unknown_host(app: &App) -> Response {
    page_of(StatusCode::MISDIRECTED_REQUEST, &ProblemPage::unknown_host(app.sites.unbranded()))
}

/// The files that differ from brand to brand.
pub fn files() -> Router<App> {
    Router::new().route("/assets/brand.css", get(brand_css)).route("/assets/logo", get(logo))
}

async fn brand_css(At(site): At) -> Response {
    assets::stylesheet(site.look.stylesheet())
}

async fn logo(At(site): At) -> Response {
    match &site.brand.logo {
        Some(logo) => assets::logo(logo),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue};

    use super::*;

    #[test]
    fn a_browser_gets_the_language_it_wants_most_of_those_there_are() {
        let offered = [Language::English, Language::Hindi];
        for (header, language) in [
            ("hi", Some(Language::Hindi)),
            ("hi-IN,hi;q=0.9,en;q=0.8", Some(Language::Hindi)),
            ("en-GB,en;q=0.9,hi;q=0.8", Some(Language::English)),
            ("de, hi;q=0.1, en;q=0.5", Some(Language::English)),
            ("ms-MY, HI;q=0.3", Some(Language::Hindi)),
            ("hi;q=0, de", None),
            ("hi;q=nonsense", None),
            ("*", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(header));
            assert_eq!(wanted(&headers, &offered), language, "{header}");
        }
        assert_eq!(wanted(&HeaderMap::new(), &offered), None);
    }
}
