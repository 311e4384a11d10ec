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

/// The number of the pair that is asked for in a turn: a step without a common factor with any usual number of pairs visits
/// them in no order a cache could guess.
pub(super) const fn place(turn: usize, pairs: usize) -> usize {
    turn.wrapping_mul(7_368_787) % if pairs == 0 { 1 } else { pairs }
}

/// Requests with the credentials of `count` pairs, spread over all.
pub(super) fn requests(pairs: usize, count: usize) -> Vec<Vec<u8>> {
    (0..count)
        .map(|turn| {
            let sample = sample(place(turn, pairs));
            request(&header(&sample.key_id, sample.secret.reveal()))
        })
        .collect()
}

/// The same with secrets of the right shape that belong to other pairs.
pub(super) fn wrong_requests(pairs: usize, count: usize) -> Vec<Vec<u8>> {
    (0..count)
        .map(|turn| {
            let number = place(turn, pairs);
            request(&header(&sample(number).key_id, sample(number + 1).secret.reveal()))
        })
        .collect()
}

/// The same with ids that no pair has.
pub(super) fn unknown_requests(pairs: usize, count: usize) -> Vec<Vec<u8>> {
    (0..count)
        .map(|turn| {
            let sample = sample(pairs + 1 + turn);
            request(&header(&sample.key_id, sample.secret.reveal()))
        })
        .collect()
}

/// The value of an `Authorization` header.
pub(super) fn header(key_id: &KeyId, secret: &str) -> String {
    format!("Basic {}", base64::prelude::BASE64_STANDARD.encode(format!("{key_id}:{secret}")))
}

/// A whole request with that header.
pub(super) fn request(header: &str) -> Vec<u8> {
    format!("GET /v1/authenticate HTTP/1.1\r\nHost: keystead\r\nAuthorization: {header}\r\n\r\n").into_bytes()
}
