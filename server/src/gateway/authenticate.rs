//! `/v1/authenticate`: any method, credentials in, identity headers out. The hottest path there is.

use domain::Mode;
use hyper::body::Bytes;
use hyper::header::{CACHE_CONTROL, HeaderName, HeaderValue};
use hyper::{HeaderMap, Response};
use verify::Identity;

use super::answer::NO_STORE;
use super::body::Body;
use super::limits;

const X_KEY_ID: HeaderName = HeaderName::from_static("x-key-id");
const X_KEY_MODE: HeaderName = HeaderName::from_static("x-key-mode");
const X_ACCOUNT_ID: HeaderName = HeaderName::from_static("x-account-id");
const X_BRAND: HeaderName = HeaderName::from_static("x-brand");
const X_REQUIRE_MODE: HeaderName = HeaderName::from_static("x-require-mode");

/// A demand that is neither `test` nor `live`: the gateway's configuration is wrong.
pub(super) struct NoSuchMode;

/// What the gateway demands. An unreadable demand fails closed: it must not become "either".
pub(super) fn demand(headers: &HeaderMap) -> Result<Option<Mode>, NoSuchMode> {
    let mut sent = headers.get_all(X_REQUIRE_MODE).iter();
    match (sent.next(), sent.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => match value.as_bytes() {
            // A gateway's variable that is empty for this location.
            b"" => Ok(None),
            b"live" => Ok(Some(Mode::Live)),
            b"test" => Ok(Some(Mode::Test)),
            _ => Err(NoSuchMode),
        },
        (Some(_), Some(_)) => Err(NoSuchMode),
    }
}

/// 200 with the identity. One allocation holds all three texts.
pub(super) fn granted(identity: &Identity<'_>) -> Response<Body> {
    let (key_id, account, brand) =
        (identity.key_id.as_str(), identity.account.as_str(), identity.brand.as_str());
    let mut text = Vec::with_capacity(key_id.len() + account.len() + brand.len());
    text.extend_from_slice(key_id.as_bytes());
    text.extend_from_slice(account.as_bytes());
    text.extend_from_slice(brand.as_bytes());
    let text = Bytes::from(text);
    let after_account = key_id.len() + account.len();

    let mut headers = HeaderMap::with_capacity(6);
    headers.insert(X_KEY_ID, value(text.slice(..key_id.len())));
    headers.insert(X_KEY_MODE, mode_value(identity.mode));
    headers.insert(X_ACCOUNT_ID, value(text.slice(key_id.len()..after_account)));
    headers.insert(X_BRAND, value(text.slice(after_account..)));
    headers.insert(CACHE_CONTROL, NO_STORE);
    if let Some(allowance) = &identity.allowance {
        limits::tell(&mut headers, allowance);
    }
    let mut response = Response::new(Body::default());
    *response.headers_mut() = headers;
    response
}

fn value(text: Bytes) -> HeaderValue {
    HeaderValue::from_maybe_shared(text).expect("ids and brands are printable ASCII")
}

const fn mode_value(mode: Mode) -> HeaderValue {
    match mode {
        Mode::Test => HeaderValue::from_static("test"),
        Mode::Live => HeaderValue::from_static("live"),
    }
}
