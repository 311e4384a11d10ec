//! Pairs to measure with: the nth is the same in the child that holds it and in the parent that asks for it.

use base64::Engine as _;
use domain::{AccountId, KeyId, KeyPrefix, KeyRef, Mode, Secret, SecretStyle, seeded};

/// What the nth pair is.
pub(super) struct Sample {
    pub(super) key_id: KeyId,
    pub(super) key: KeyRef,
    pub(super) account: AccountId,
    pub(super) secret: Secret,
}

pub(super) fn sample(n: usize) -> Sample {
    let prefix: KeyPrefix = "rzp".parse().expect("a prefix");
    // Far apart, because neighbouring seeds of this source give overlapping stories.
    let rng = &mut seeded((n as u64 + 1).wrapping_mul(0xD134_2543_DE82_EF95));
    Sample {
        key_id: KeyId::draw(&prefix, Mode::Test, rng),
        key: KeyRef::draw(rng),
        account: AccountId::draw(rng),
        secret: Secret::draw(SecretStyle::Plain, &prefix, Mode::Test, rng),
    }
}

/// Requests with the credentials of `count` pairs, spread over all.
pub(super) fn requests(pairs: usize, count: usize) -> Vec<Vec<u8>> {
    // A step without a common factor with any usual number of pairs visits them in no order a cache could
    // guess.
    (0..count)
        .map(|turn| {
            let sample = sample(turn.wrapping_mul(7_368_787) % pairs.max(1));
            let credentials = base64::prelude::BASE64_STANDARD
                .encode(format!("{}:{}", sample.key_id, sample.secret.reveal()));
            format!("GET /v1/authenticate HTTP/1.1\r\nHost: keystead\r\nAuthorization: Basic {credentials}\r\n\r\n")
                .into_bytes()
        })
        .collect()
}
