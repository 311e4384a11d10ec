//! Idempotency: the same request, sent again with the same `Idempotency-Key`, gets the same answer.
//!
//! A secret in that answer is sealed under the caller's own key for ten minutes and kept nowhere in the clear. Later
//! the repeat learns which pair was issued, but the secret is gone.

use crate::ids::KeyId;
use crate::pepper::{Digest, Pepper};
use crate::random::Random;
use crate::refusal::Refusal;
use crate::secret::{Secret, Token};
use crate::time::{Duration, MINUTE, Timestamp};

/// How long an answer can be had again.
pub const IDEMPOTENT_REPLAY: Duration = MINUTE.times(10);

/// A request's idempotency key, together with who sent it and what it asked.
pub struct IdempotencyKey {
    key: zeroize::Zeroizing<String>,
    /// The name of the answer and the digest of what is asked, under each version of the pepper, the one in use first.
    told: Vec<(Digest, Digest)>,
}

impl IdempotencyKey {
    /// Takes a key of 16 to 255 visible ASCII characters from `who`, asking `request` (its route and body).
    pub fn new(key: &str, who: &str, request: &[u8], pepper: &Pepper) -> Result<Self, Refusal> {
        if !(16..=255).contains(&key.len()) || !key.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Refusal::invalid(
                "Idempotency-Key",
                "Use 16 to 255 visible characters that nobody can guess, such as a random UUID.",
            ));
        }
        let told = |pepper: &Pepper| {
            let name = pepper.digest_idempotency(&[b"key", who.as_bytes(), key.as_bytes()]);
            (name, pepper.digest_idempotency(&[b"request", request]))
        };
        let told = pepper.each().map(told).collect();
        Ok(Self { key: zeroize::Zeroizing::new(key.to_owned()), told })
    }

    /// The names under which the answer may be remembered.
    pub fn digests(&self) -> Vec<Digest> {
        self.told.iter().map(|(name, _)| *name).collect()
    }

    /// The answer to remember: `target` names what was made; `secret` is sealed.
    pub fn remember(
        &self,
        target: &str,
        secret: Option<&Secret>,
        pepper: &Pepper,
        now: Timestamp,
        rng: Random<'_>,
    ) -> Remembered {
        let (digest, request) = *self.told.first().expect("there is always a version in use");
        Remembered {
            digest,
            request,
            target: target.to_owned(),
            sealed: secret.map(|secret| pepper.seal_secret(&self.key, target.as_bytes(), secret, rng)),
            expires_at: now + IDEMPOTENT_REPLAY,
        }
    }

    /// A token that only this key draws again, from pepper and key together: for an answer that must be told twice although
    /// nobody keeps it. `purpose` and `target` keep tokens for different things apart.
    pub(crate) fn token(&self, purpose: &str, target: &str, pepper: &Pepper) -> Token {
        let parts: [&[u8]; 4] = [b"token", purpose.as_bytes(), target.as_bytes(), self.key.as_bytes()];
        Token::derived(pepper.digest_idempotency(&parts).as_bytes())
    }

    /// What a remembered answer means for this repeat.
    pub fn replay(&self, found: &Remembered, pepper: &Pepper, now: Timestamp) -> Result<Replay, Refusal> {
        if !self.told.iter().any(|(_, request)| request.matches(&found.request)) {
            return Err(Refusal::IdempotencyMismatch);
        }
        let secret = match &found.sealed {
            None => None,
            Some(sealed) => {
                let key_id: KeyId = found.target.parse().map_err(|_| Refusal::NotFound)?;
                let open = |sealed| pepper.unseal_secret(&self.key, found.target.as_bytes(), sealed);
                let secret = if found.expires_at.reached(now) { None } else { open(sealed) };
                Some(secret.ok_or(Refusal::SecretGone { key_id })?)
            }
        };
        Ok(Replay { target: found.target.clone(), secret })
    }
}

/// An answer kept for repeats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// The digest of who asked with which key.
    pub digest: Digest,
    /// The digest of what was asked.
    pub request: Digest,
    /// The name of what was made: a `key_id`, an account id, a follower's name.
    pub target: String,
    /// The sealed secret, if there was one.
    pub sealed: Option<Vec<u8>>,
    /// Until when the secret can be had again.
    pub expires_at: Timestamp,
}

/// The answer to give again.
#[derive(Debug)]
pub struct Replay {
    /// The name of what was made.
    pub target: String,
    /// Its secret, if it had one.
    pub secret: Option<Secret>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pepper::samples::pepper;
    use crate::secret::SecretStyle;
    use crate::{Mode, seeded};

    const KEY: &str = "0d9c2f0e-5a57-4a39";

    // TM-4
    #[test]
    fn a_repeat_gets_the_same_secret_for_ten_minutes_and_then_a_clear_word() {
        let rng = &mut seeded(1);
        let prefix = "rzp".parse().expect("a prefix");
        let key_id = KeyId::draw(&prefix, Mode::Test, rng);
        let secret = Secret::draw(SecretStyle::Plain, &prefix, Mode::Test, rng);
        let now = Timestamp::from_millis(0);
        let key = IdempotencyKey::new(KEY, "ops", b"regenerate", &pepper()).expect("a good key");
        let kept = key.remember(key_id.as_str(), Some(&secret), &pepper(), now, rng);

        let again = |who: &str, asks: &[u8], text: &str, after: i64| {
            let key = IdempotencyKey::new(text, who, asks, &pepper()).expect("a good key");
            key.replay(&kept, &pepper(), Timestamp::from_millis(after))
                .map(|r| r.secret.map(|s| s.reveal().to_owned()))
        };
        assert_eq!(again("ops", b"regenerate", KEY, 599_999), Ok(Some(secret.reveal().to_owned())));
        assert_eq!(again("ops", b"regenerate", KEY, 600_000), Err(Refusal::SecretGone { key_id }));
        assert_eq!(again("ops", b"something else", KEY, 0), Err(Refusal::IdempotencyMismatch));
        assert_eq!(
            again("ops", b"regenerate", "another-key-altogether", 0),
            Err(Refusal::SecretGone { key_id })
        );
    }

    #[test]
    fn a_guessable_key_is_refused() {
        for text in ["", "1", "fifteen chars..", "white space in the middle", &"x".repeat(256)] {
            assert!(IdempotencyKey::new(text, "ops", b"", &pepper()).is_err(), "{text:?}");
        }
    }
}
