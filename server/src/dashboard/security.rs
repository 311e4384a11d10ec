//! What surrounds every page: headers for browsers, limits, and the refusal of requests that other sites caused.

use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::extract::State;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue,
    REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, Response, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;

use crate::app::App;
use crate::dashboard::trouble::{page_of, unwritten};
use crate::pages;
use crate::pages::layout::Frame;
use crate::whole::{Unread, whole};

/// The largest form.
const FORM_BYTES_MAX: usize = 16 * 1024;
/// Longest time for a page; password hashing and a busy disk included.
const PAGE_WITHIN: Duration = Duration::from_secs(30);

/// Wraps pages in everything that protects them.
pub fn protected(pages: Router<App>, app: &App) -> Router<App> {
    with_headers(limited(pages).layer(from_fn_with_state(app.clone(), readable)), app)
}

/// Bounds what a request may send and take, and refuses what other sites caused.
pub fn limited(pages: Router<App>) -> Router<App> {
    pages
        .layer(from_fn(whole_form))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, PAGE_WITHIN))
        .layer(CsrfLayer::new())
}

/// Reads the whole form before anybody asks whose it is.
async fn whole_form(request: Request, next: Next) -> Result<Response<axum::body::Body>, StatusCode> {
    let request = whole(request, FORM_BYTES_MAX).await.map_err(|unread| match unread {
        Unread::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Unread::Incomplete => StatusCode::REQUEST_TIMEOUT,
    })?;
    Ok(next.run(request).await)
}

/// Adds the headers that tell browsers what a page may do.
pub fn with_headers(pages: Router<App>, app: &App) -> Router<App> {
    pages.layer(from_fn_with_state(app.clone(), headers))
}

/// Errors that a library wrote (empty, or a line of plain text) become pages that people can read.
async fn readable(State(app): State<App>, request: Request, next: Next) -> Response<axum::body::Body> {
    let site = app.sites.of_request(request.uri(), request.headers(), &app.config.public);
    let written = next.run(request).await;
    let status = written.status();
    let is_error = status.is_client_error() || status.is_server_error();
    if !is_error || is_html(written.headers()) {
        return written;
    }
    let words = site.as_ref().map_or_else(|| app.sites.unbranded(), |site| site.words().clone());
    let frame = |title: String| match &site {
        Some(site) => Frame::outside(&site.look, title),
        None => Frame::unbranded(words.clone(), title),
    };
    let (mut head, _) = written.into_parts();
    let page = page_of(status, &unwritten(&words, frame, status));
    // What the library said in headers stays, such as the methods that are allowed.
    head.headers.remove(CONTENT_LENGTH);
    head.headers.extend(page.headers().clone());
    Response::from_parts(head, page.into_body())
}

fn is_html(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

async fn headers(State(app): State<App>, request: Request, next: Next) -> Response<axum::body::Body> {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(CONTENT_SECURITY_POLICY, pages::CONTENT_SECURITY_POLICY);
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    // `no-referrer` would make browsers send `Origin: null` with our own forms.
    set(REFERRER_POLICY, "same-origin");
    set(CACHE_CONTROL, "no-store");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=()",
    );
    if app.config.public.https {
        set(STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    response
}
