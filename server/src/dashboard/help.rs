//! Help: the pages of the brand's own edition and their pictures, for members and for people who cannot log in.

use axum::extract::{FromRequestParts, RawQuery, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use domain::Refusal;
use handbook::Addresses;

use crate::app::App;
use crate::dashboard::member::{Member, named};
use crate::dashboard::site::{At, Site};
use crate::dashboard::trouble::{self, page as show};
use crate::help::{Below, INDEX, Shown};
use crate::pages::help::{HelpArticle, HelpPage};
use crate::pages::layout::{Frame, Place};

/// Where help is for everybody.
const OUTSIDE: &str = "/help";

/// What of the handbook is asked for.
pub struct Asked(String);

impl FromRequestParts<App> for Asked {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        Ok(Asked(named(parts, app).await.trim_end_matches('/').to_owned()))
    }
}

/// The first page, for members.
pub async fn index(member: Member) -> Response {
    inside(&member, INDEX)
}

/// Another page, for members.
pub async fn page(member: Member, Asked(name): Asked) -> Response {
    inside(&member, &name)
}

/// The first page, for everybody.
pub async fn index_before_login(State(app): State<App>, At(site): At) -> Response {
    outside(&app, &site, INDEX)
}

/// Another page for everybody, or a picture.
pub async fn page_before_login(
    State(app): State<App>,
    At(site): At,
    Asked(name): Asked,
    RawQuery(query): RawQuery,
) -> Response {
    let Some(picture) = app.help.picture(&site.brand.rules.id, &name) else {
        return outside(&app, &site, &name);
    };
    // The address that pages print changes with the picture; any other may soon show another one.
    let is_current =
        query.and_then(|query| query.strip_prefix("v=").map(|version| version == picture.version));
    let cache = match is_current {
        Some(true) => "public, max-age=31536000, immutable",
        _ => "no-cache",
    };
    ([(CONTENT_TYPE, picture.media_type), (CACHE_CONTROL, cache)], picture.bytes.to_vec()).into_response()
}

fn inside(member: &Member, name: &str) -> Response {
    let base = member.path(OUTSIDE);
    let Some((article, index)) = article(&member.app, &member.site, name, &base) else {
        return member.trouble(Refusal::NotFound.into());
    };
    let path = if name == INDEX { OUTSIDE.to_owned() } else { format!("{OUTSIDE}/{name}") };
    let frame = member.frame(article.title.clone(), &path, Place::Help);
    show(&HelpPage::new(frame, article, index))
}

fn outside(app: &App, site: &Site, name: &str) -> Response {
    let Some((article, index)) = article(app, site, name, OUTSIDE) else {
        return trouble::nothing_here(site);
    };
    let frame = Frame { place: Place::Help, ..Frame::outside(&site.look, article.title.clone()) };
    show(&HelpPage::new(frame, article, index))
}

/// A page of the brand's edition, and the way to the first one.
fn article(app: &App, site: &Site, name: &str, base: &str) -> Option<(HelpArticle, Option<String>)> {
    let below = Below { base, help: &app.help };
    let shown: Shown = app.help.page(&site.brand.rules.id, name, &below)?;
    let article = HelpArticle::new(shown, |page| below.page(page));
    Some((article, (name != INDEX).then(|| base.to_owned())))
}
