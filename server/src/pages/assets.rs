//! The style sheet, the script and the icon: three files inside the binary, cached by browsers for a year.
//!
//! Their address contains a fingerprint of their content. An address with another fingerprint (a page from the
//! release before, or after, during a rolling update) still answers, but nobody may keep that answer.

use axum::Router;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

pub(crate) const CSS: &str = include_str!("../../assets/keystead.css");
const SCRIPT: &str = include_str!("../../assets/keystead.js");
const ICON: &str = include_str!("../../assets/icon.svg");

const CACHE_FOR_EVER: &str = "public, max-age=31536000, immutable";
const CACHE_NOT: &str = "no-cache";

/// The fingerprint of everything in `assets/`.
pub const VERSION: &str = match std::str::from_utf8(&VERSION_DIGITS) {
    Ok(digits) => digits,
    Err(_) => panic!("hexadecimal digits are UTF-8"),
};
const VERSION_DIGITS: [u8; 16] = hexadecimal(mixed(mixed(mixed(SEED, CSS), SCRIPT), ICON));

/// Routes of the static files.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{version}/{name}", get(file))
}

/// The dashboard's style sheet, for whoever draws it another way.
pub fn keystead_css() -> &'static str {
    CSS
}

async fn file(Path((version, name)): Path<(String, String)>) -> Response {
    let (content_type, content) = match name.as_str() {
        "keystead.css" => ("text/css; charset=utf-8", CSS),
        "keystead.js" => ("text/javascript; charset=utf-8", SCRIPT),
        "icon.svg" => ("image/svg+xml", ICON),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let cache = if version == VERSION { CACHE_FOR_EVER } else { CACHE_NOT };
    (headers(content_type, cache), content).into_response()
}

/// A brand's style sheet, as an answer to a request that already found its brand by host.
pub fn stylesheet(css: String) -> Response {
    (headers("text/css; charset=utf-8", CACHE_FOR_EVER), css).into_response()
}

/// A brand's logo, likewise. An SVG opened by itself may run nothing.
pub fn logo(logo: &crate::config::Logo) -> Response {
    let policy = (CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'");
    ([policy], headers(logo.media_type, CACHE_FOR_EVER), logo.bytes.clone()).into_response()
}

fn headers(content_type: &'static str, cache: &'static str) -> [(HeaderName, &'static str); 2] {
    [(CONTENT_TYPE, content_type), (CACHE_CONTROL, cache)]
}

/// Sixteen hexadecimal digits that change when the content does. Not a protection, only a name.
pub(crate) fn fingerprint(content: &[u8]) -> [u8; 16] {
    hexadecimal(content.iter().fold(SEED, |hash, &byte| step(hash, byte)))
}

// FNV-1a with 64 bits: small enough to be computed by the compiler.
const SEED: u64 = 0xcbf2_9ce4_8422_2325;

const fn step(hash: u64, byte: u8) -> u64 {
    (hash ^ byte as u64).wrapping_mul(0x0100_0000_01b3)
}

const fn mixed(mut hash: u64, content: &str) -> u64 {
    let bytes = content.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        hash = step(hash, bytes[at]);
        at += 1;
    }
    hash
}

const fn hexadecimal(hash: u64) -> [u8; 16] {
    let mut digits = [0; 16];
    let mut at = 0;
    while at < 16 {
        digits[at] = b"0123456789abcdef"[(hash >> (60 - 4 * at) & 15) as usize];
        at += 1;
    }
    digits
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use tower::ServiceExt;

    use super::*;

    async fn answer(path: &str) -> Response {
        let request = Request::get(path).body(Body::empty()).expect("a valid request");
        routes::<()>().oneshot(request).await.expect("the router is infallible")
    }

    #[tokio::test]
    async fn files_of_this_release_are_kept_and_others_are_not() {
        let current = answer(&format!("/assets/{VERSION}/keystead.css")).await;
        assert_eq!(current.headers()[CACHE_CONTROL], CACHE_FOR_EVER);
        let other = answer("/assets/0123456789abcdef/keystead.js").await;
        assert_eq!(other.headers()[CACHE_CONTROL], CACHE_NOT);
        assert_eq!(answer(&format!("/assets/{VERSION}/no.css")).await.status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn the_fingerprint_follows_the_content() {
        assert_eq!(std::str::from_utf8(&fingerprint(b"")), Ok("cbf29ce484222325"));
        assert_eq!(std::str::from_utf8(&fingerprint(b"a")), Ok("af63dc4c8601ec8c"));
    }
}
