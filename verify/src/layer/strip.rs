//! Identity headers that a client sends are lies, in whatever spelling: they are taken out before anybody can believe them.

use http::header::{HeaderMap, HeaderName};

/// What gateways in front of a service say about the caller, in lower case and with dashes.
const IDENTITY: [&str; 5] = ["x-key-id", "x-key-mode", "x-account-id", "x-brand", SIGNED];
const SIGNED: &str = crate::signed::IDENTITY_HEADER;

/// Takes out every identity header.
pub(super) fn identity(headers: &mut HeaderMap) {
    take_out(headers, |name| IDENTITY.iter().any(|known| reads_as(name, known)));
}

/// Takes out every identity header that proves nothing by itself, and other spellings of the one that does.
pub(super) fn unsigned_identity(headers: &mut HeaderMap) {
    take_out(headers, |name| name != SIGNED && IDENTITY.iter().any(|known| reads_as(name, known)));
}

fn take_out(headers: &mut HeaderMap, is_one: impl Fn(&str) -> bool) {
    let found: Vec<HeaderName> = headers.keys().filter(|name| is_one(name.as_str())).cloned().collect();
    for name in found {
        headers.remove(name);
    }
}

/// Names come in lower case; some programs behind a service read `_` and `-` as the same.
fn reads_as(name: &str, known: &str) -> bool {
    name.len() == known.len()
        && name.bytes().zip(known.bytes()).all(|(sent, meant)| sent == meant || sent == b'_' && meant == b'-')
}
