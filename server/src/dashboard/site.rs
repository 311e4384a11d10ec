//! Sites: which brand a host name shows. An exact list; a host that is not on it is told so and shown nothing of any brand.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Path, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST};
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, http};

use crate::app::App;
use crate::config::{Brand, Config};
use crate::dashboard::trouble::page_of;
use crate::pages::assets::{fingerprint, stylesheet};
use crate::pages::brand::{BrandLook, Colours, Support};
use crate::pages::colour::Colour;
use crate::pages::moment::Zone;
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
        Self(config.brands.iter().map(|brand| Arc::new(Site { look: look(brand), brand: brand.clone() })).collect())
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
pub fn assets() -> Router<App> {
    Router::new().route("/assets/brand.css", get(brand_css)).route("/assets/logo/{version}", get(logo))
}

async fn brand_css(At(site): At) -> Response {
    stylesheet(site.look.stylesheet())
}

/// A logo comes from the operator, but an SVG can hold script: it is served so that none of it runs.
async fn logo(At(site): At, Path(_version): Path<String>, State(_): State<App>) -> Response {
    match &site.brand.logo {
        Some(logo) => (
            [
                (CONTENT_TYPE, logo.media_type),
                (CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; sandbox"),
            ],
            logo.bytes.clone(),
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn look(brand: &Brand) -> BrandLook {
    let colour = |colour: crate::config::Colour| Colour::rgb(colour.red, colour.green, colour.blue);
    let support = match (&brand.support.url, &brand.support.email) {
        (Some(url), _) => Some(Support::Page(url.clone())),
        (None, Some(email)) => Some(Support::Email(email.clone())),
        (None, None) => None,
    };
    let logo = brand.logo.as_ref().map(|logo| {
        let version = fingerprint(&logo.bytes);
        format!("/assets/logo/{}", String::from_utf8_lossy(&version))
    });
    BrandLook {
        name: brand.name.clone(),
        dashboard_name: brand.dashboard_name.clone(),
        country: brand.rules.id.country().to_owned(),
        deactivate_word: brand.deactivate_word.clone(),
        settings_groups: brand.settings_groups,
        support,
        colours: Colours {
            accent: colour(brand.colours.accent),
            accent_dark: Some(colour(brand.colours.accent_dark)),
        },
        logo,
        zone: Zone::named(&brand.time_zone).unwrap_or_else(Zone::utc),
        default_dial_code: brand.rules.default_dial_code.as_str().to_owned(),
        key_prefix: brand.rules.key_prefix.as_str().to_owned(),
        roles: brand.rules.roles.iter().map(|role| role_words(role.as_str())).collect(),
    }
}

/// A role as people read it.
pub fn role_words(role: &str) -> String {
    match role {
        "epos" => "ePos".to_owned(),
        "view-only" => "View-only".to_owned(),
        other => {
            let mut letters = other.chars();
            letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default() + letters.as_str()
        }
    }
}
