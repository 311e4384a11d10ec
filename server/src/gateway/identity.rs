//! The signed identity on a granted answer: whom the request speaks for, signed for the method and target that the gateway says
//! it has, so that the service behind can check it.
//!
//! Gateways are believed about the request as they are about the caller's address. Who says it twice, or in two ways, says
//! nothing: then there is no signature, and the service behind refuses.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::Timestamp;
use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};
use verify::{IDENTITY_HEADER, Identity, IdentityKeys, SignedIdentity};

use super::asked::Requested;

/// The header of the answer.
pub(super) const X_KEYSTEAD_IDENTITY: HeaderName = HeaderName::from_static(IDENTITY_HEADER);

/// What gateways call method and target: nginx and HAProxy as they are set to, Traefik and Caddy by themselves.
const SPELLINGS: [[&str; 2]; 2] =
    [["x-original-method", "x-original-uri"], ["x-forwarded-method", "x-forwarded-uri"]];

/// Signs identities for services behind gateways.
pub(super) struct Signer {
    keys: IdentityKeys,
    /// The upper half of every number, drawn when the process started: no two processes give the same numbers.
    seed: u64,
    /// The lower half of the next.
    next: AtomicU64,
}

impl Signer {
    pub(super) const fn new(keys: IdentityKeys, seed: u64) -> Self {
        Self { keys, seed, next: AtomicU64::new(0) }
    }

    /// The header for a granted request.
    pub(super) fn header(
        &self,
        requested: &Requested<'_>,
        identity: &Identity<'_>,
        now: Timestamp,
    ) -> Option<HeaderValue> {
        let Requested { method, target } = requested;
        let lower = self.next.fetch_add(1, Ordering::Relaxed);
        let said = SignedIdentity {
            key_id: identity.key_id,
            mode: identity.mode,
            account: identity.account,
            brand: identity.brand.id().clone(),
            issued_at: now,
            number: u128::from(self.seed) << 64 | u128::from(lower),
        };
        HeaderValue::try_from(self.keys.sign(&said, method, target)).ok()
    }
}

/// Method and target of the request that the gateway asks about, if it says them once and in one way.
pub(super) fn requested(asked: &HeaderMap) -> Option<Requested<'_>> {
    let mut told = SPELLINGS.iter().filter(|names| names.iter().any(|name| asked.contains_key(*name)));
    let ([method, target], None) = (told.next()?, told.next()) else { return None };
    Some(Requested { method: once(asked, method)?, target: once(asked, target)? })
}

fn once<'a>(asked: &'a HeaderMap, name: &str) -> Option<&'a [u8]> {
    let mut sent = asked.get_all(name).iter();
    let (Some(only), None) = (sent.next(), sent.next()) else { return None };
    Some(only.as_bytes()).filter(|only| !only.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(headers: &[(&'static str, &'static str)]) -> Option<String> {
        let mut asked = HeaderMap::new();
        for (name, value) in headers {
            asked.append(*name, HeaderValue::from_static(value));
        }
        let Requested { method, target } = requested(&asked)?;
        Some(format!("{} {}", String::from_utf8_lossy(method), String::from_utf8_lossy(target)))
    }

    // TM-31
    #[test]
    fn what_was_requested_is_taken_only_when_it_is_said_once_and_in_one_way() {
        let (method, target) = (("x-original-method", "GET"), ("x-original-uri", "/a?b=c"));
        let (forwarded, uri) = (("x-forwarded-method", "POST"), ("x-forwarded-uri", "/d"));
        for (headers, said) in [
            (vec![method, target], Some("GET /a?b=c")),
            (vec![forwarded, uri], Some("POST /d")),
            (vec![], None),
            (vec![method], None),
            (vec![target], None),
            (vec![method, uri], None),
            (vec![method, target, forwarded, uri], None),
            (vec![method, target, uri], None),
            (vec![method, target, target], None),
            (vec![method, method, target], None),
            (vec![method, ("x-original-uri", "")], None),
        ] {
            assert_eq!(told(&headers).as_deref(), said, "{headers:?}");
        }
    }
}
