//! Limits in answers: the `RateLimit` and `RateLimit-Policy` header fields (draft-ietf-httpapi-ratelimit-headers-11, structured
//! fields of RFC 9651), `Retry-After`, and which of the three refusals it was.

use std::fmt::Write as _;

use hyper::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use verify::{Allowance, Exceeded, Identity, Limit, Remaining};

/// What is allowed.
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// What is left of it.
const LEFT: HeaderName = HeaderName::from_static("ratelimit");
/// Which limit it was, for gateways that turn one status into another.
const REASON: HeaderName = HeaderName::from_static("x-keystead-reason");

/// Seconds of the two windows.
const SECOND: u32 = 1;
const DAY: u32 = 86_400;

/// What a granted request's key is allowed and what is left of it, for its caller; nothing for a key without limits.
pub fn allowance(identity: &Identity<'_>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Some(allowance) = &identity.allowance {
        tell(&mut headers, allowance);
    }
    headers
}

/// Adds what is allowed and what is left.
pub(super) fn tell(headers: &mut HeaderMap, allowance: &Allowance) {
    let policy = said(allowance, |text, left, window| write!(text, ";q={};w={window}", left.quota));
    let left = said(allowance, |text, left, _| write!(text, ";r={};t={}", left.left, left.resets_in_s));
    for (name, text) in [(POLICY, policy), (LEFT, left)] {
        if let (false, Ok(value)) = (text.is_empty(), HeaderValue::from_str(&text)) {
            headers.insert(name, value);
        }
    }
}

/// Adds why a request was not let through, and when the next one may be.
pub(super) fn refuse(headers: &mut HeaderMap, exceeded: &Exceeded) {
    headers.insert(REASON, HeaderValue::from_static(exceeded.reason().code()));
    if let Some(seconds) = exceeded.retry_after_s {
        headers.insert(RETRY_AFTER, seconds.into());
    }
    // Whoever may not use the key from where they are need not know how much it is used.
    if exceeded.limit != Limit::Address {
        tell(headers, &exceeded.allowance);
    }
}

/// A list of named items, each with the parameters that `with` writes.
fn said(allowance: &Allowance, with: impl Fn(&mut String, &Remaining, u32) -> std::fmt::Result) -> String {
    let mut text = String::new();
    for (name, left, window) in [("second", allowance.second, SECOND), ("day", allowance.day, DAY)] {
        let Some(left) = left else { continue };
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push('"');
        text.push_str(name);
        text.push('"');
        with(&mut text, &left, window).expect("a string takes whatever is written");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(second: Option<Remaining>, day: Option<Remaining>) -> String {
        let mut headers = HeaderMap::new();
        tell(&mut headers, &Allowance { second, day });
        let text = |name| headers.get(name).map_or("-", |value: &HeaderValue| value.to_str().expect("text"));
        format!("{} | {}", text(POLICY), text(LEFT))
    }

    #[test]
    fn what_is_allowed_and_what_is_left_is_told_for_each_limit_there_is() {
        let second = Some(Remaining { quota: 10, left: 9, resets_in_s: 1 });
        let day = Some(Remaining { quota: 1_000, left: 12, resets_in_s: 3_600 });
        assert_eq!(
            headers(second, day),
            r#""second";q=10;w=1, "day";q=1000;w=86400 | "second";r=9;t=1, "day";r=12;t=3600"#
        );
        assert_eq!(headers(None, day), r#""day";q=1000;w=86400 | "day";r=12;t=3600"#);
        assert_eq!(headers(second, None), r#""second";q=10;w=1 | "second";r=9;t=1"#);
        assert_eq!(headers(None, None), "- | -");
    }
}
