//! A preview for authors: every brand's handbook on this machine, read anew at each request, with what is wrong on each page
//! above it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use tokio::sync::watch;

use super::{Help, INDEX, site};
use crate::config::Brand;
use crate::meters::Crowd;
use crate::pages::brand::BrandLook;
use crate::pages::help::PreviewBar;
use crate::pages::{self, assets};
use crate::public;
use crate::words::Catalogue;

struct Desk {
    brands: Vec<Brand>,
    words: Catalogue,
    folder: Option<PathBuf>,
}

/// Serves the preview until `stopping` turns true. `told` is given the address it listens on.
pub async fn serve(
    address: SocketAddr,
    brands: Vec<Brand>,
    folder: Option<PathBuf>,
    told: impl FnOnce(SocketAddr),
    stopping: watch::Receiver<bool>,
) -> std::io::Result<()> {
    let listener = public::bind(address)?;
    told(listener.local_addr()?);
    public::serve(listener, routes(brands, folder), Crowd::default(), stopping).await;
    Ok(())
}

fn routes(brands: Vec<Brand>, folder: Option<PathBuf>) -> Router {
    let words = Catalogue::new(&brands);
    let desk = Arc::new(Desk { brands, words, folder });
    Router::new()
        .route("/", get(first))
        .route("/{brand}", get(of_brand))
        .route("/{brand}/", get(of_brand))
        .route("/{brand}/{*file}", get(file))
        .with_state(desk)
}

impl Desk {
    fn brand(&self, name: &str) -> Option<&Brand> {
        self.brands.iter().find(|brand| folder_name(brand) == name)
    }
}

/// What a brand's part of a site is called: "razorpay-IN".
fn folder_name(brand: &Brand) -> String {
    format!("{}-{}", brand.rules.id.org(), brand.rules.id.country())
}

async fn first(State(desk): State<Arc<Desk>>) -> Response {
    match desk.brands.first() {
        Some(brand) => Redirect::to(&format!("/{}/", folder_name(brand))).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn of_brand(State(desk): State<Arc<Desk>>, Path(brand): Path<String>) -> Response {
    match desk.brand(&brand) {
        Some(brand) => Redirect::to(&format!("/{}/{INDEX}.html", folder_name(brand))).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn file(State(desk): State<Arc<Desk>>, Path((brand, file)): Path<(String, String)>) -> Response {
    let read = move || answer(&desk, &brand, &file);
    let answer = tokio::task::spawn_blocking(read).await.ok().flatten();
    answer.unwrap_or_else(|| (StatusCode::NOT_FOUND, "There is no such page.").into_response())
}

fn answer(desk: &Desk, brand: &str, file: &str) -> Option<Response> {
    let brand = desk.brand(brand)?;
    let look = BrandLook::of(brand, desk.words.words(&brand.rules.id, None));
    let fresh = [(CACHE_CONTROL, "no-store"), (X_CONTENT_TYPE_OPTIONS, "nosniff")];
    match file {
        "keystead.css" => {
            return Some((fresh, [(CONTENT_TYPE, "text/css; charset=utf-8")], assets::CSS).into_response());
        }
        "brand.css" => {
            return Some(
                (fresh, [(CONTENT_TYPE, "text/css; charset=utf-8")], look.stylesheet()).into_response(),
            );
        }
        _ => {}
    }
    let help = Help::of(&desk.brands, &desk.words, desk.folder.as_deref());
    if let Some(picture) = help.picture(&brand.rules.id, file) {
        return Some((fresh, [(CONTENT_TYPE, picture.media_type)], picture.bytes.to_vec()).into_response());
    }
    let name = file.strip_suffix(".html")?;
    let others = desk.brands.iter().map(|other| {
        let there = help.pages(&other.rules.id).iter().any(|(page, _)| page == name);
        let page = if there { name } else { INDEX };
        (format!("/{}/{page}.html", folder_name(other)), other.dashboard_name.clone(), folder_name(other))
    });
    let findings = help.check().iter().map(ToString::to_string).collect();
    let bar = PreviewBar::new(others.collect(), &folder_name(brand), findings);
    let page = site::page(&help, &brand.rules.id, &look, name, &bar.html())?;
    Some((fresh, [(CONTENT_SECURITY_POLICY, pages::CONTENT_SECURITY_POLICY)], Html(page)).into_response())
}
