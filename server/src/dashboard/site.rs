//! Sites: which brand a host name shows. An exact list; a host that is not on it is told so and shown nothing of any brand.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header::HOST;
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, http};

use crate::app::App;
use crate::config::{Brand, Config};
use crate::dashboard::trouble::page_of;
use crate::pages::assets;
use crate::pages::brand::BrandLook;
use crate::pages::problem::ProblemPage;

/// A brand as one host shows it.
#[derive(Debug)]
pub struct Site {
    /// Its rules, hosts and words.
    pub brand: Brand,
    /// What its pages look like.
    pub look: BrandLook,
}

/// All sites of this installation.
#[derive(Clone, Debug)]
pub struct Sites(Vec<Arc<Site>>);

impl Sites {
    /// One site for each configured brand.
    pub fn new(config: &Config) -> Self {
        Self(
            config
                .brands
                .iter()
                .map(|brand| Arc::new(Site { look: BrandLook::of(brand), brand: brand.clone() }))
                .collect(),
        )
    }

    /// The site of a host, given as in a Host header.
    pub fn of_host(&self, host: &str) -> Option<Arc<Site>> {
        let name = match host.rsplit_once(':') {
            Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => host,
        };
        self.0.iter().find(|site| site.brand.hosts.iter().any(|own| own.eq_ignore_ascii_case(name))).cloned()
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

/// The site whose host a request names.
#[derive(Clone, Debug)]
pub struct At(pub Arc<Site>);

impl FromRequestParts<App> for At {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let site = host(&parts.uri, &parts.headers).and_then(|host| app.sites.of_host(&host));
        site.map(At).ok_or_else(unknown_host)
    }
}

/// What a host that belongs to no brand is answered.
pub fn unknown_host() -> Response {
    page_of(StatusCode::MISDIRECTED_REQUEST, &ProblemPage::unknown_host())
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
