//! TOTP (RFC 6238): the codes of an authenticator app, the stronger choice beside SMS.
//!
//! HMAC-SHA-1, six digits, thirty seconds: what every app can do. A code is taken in its own step and in the one
//! before and after it, for clocks that differ a little, and each step is taken once: an accepted step must be
//! later than the last accepted one, so a code that somebody looked over a shoulder for is worth nothing. Nothing
//! here reads a clock; the moment comes in as a value. Whose secret it is, the seal knows: see
//! [`Pepper::seal_totp`](crate::Pepper::seal_totp).

use std::fmt;

use subtle::ConstantTimeEq;
use totp_rs::{Algorithm, Builder};
use zeroize::Zeroizing;

use crate::random::Random;
use crate::secret::Code;
use crate::time::Timestamp;

/// RFC 4226 §4 recommends 160 bits.
pub(crate) const SECRET: usize = 20;
/// How long a code is the current one.
const STEP_SECONDS: u64 = 30;
/// How many steps a clock may be off (RFC 6238 §5.2: at most one).
const SLACK: u64 = 1;

/// The secret that an authenticator app and we share.
pub struct TotpSecret(Zeroizing<[u8; SECRET]>);

impl TotpSecret {
    /// Draws a secret for a new app.
    pub fn draw(rng: Random<'_>) -> Self {
        let mut bytes = Zeroizing::new([0; SECRET]);
        rng.fill_bytes(&mut *bytes);
        Self(bytes)
    }

    /// A secret that was unsealed. `None` if it is not 20 bytes.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &*self.0
    }

    /// The secret as people type it into an app that cannot see the picture: base32 in groups of four.
    pub fn reveal(&self) -> Zeroizing<String> {
        let packed = self.base32();
        let mut grouped = Zeroizing::new(String::with_capacity(packed.len() * 5 / 4));
        for (place, character) in packed.chars().enumerate() {
            if 0 < place && place % 4 == 0 {
                grouped.push(' ');
            }
            grouped.push(character);
        }
        grouped
    }

    /// What the picture says to the app: `otpauth://totp/issuer:name?…`. `issuer` is the brand, `name` the login.
    pub fn uri(&self, issuer: &str, name: &str) -> Zeroizing<String> {
        let (issuer, name) = (escaped(issuer), escaped(name));
        Zeroizing::new(format!(
            "otpauth://totp/{issuer}:{name}?secret={}&issuer={issuer}&algorithm=SHA1&digits=6&period={STEP_SECONDS}",
            *self.base32()
        ))
    }

    /// The code that an app shows at a moment. For samples and tests, which have no app at hand.
    pub fn code(&self, now: Timestamp) -> Code {
        self.at(step(now))
    }

    /// The step whose code was typed, if it is one that may be taken now and is later than `last`, the last step that
    /// was taken (0 before the first). The caller writes it as the new last step in the commit that the code pays for.
    pub fn step_of(&self, typed: &Code, last: i64, now: Timestamp) -> Option<i64> {
        let middle = step(now);
        let allowed = middle.saturating_sub(SLACK)..=middle.saturating_add(SLACK);
        // Every step is compared, and each in constant time: how long this takes says nothing about the code.
        allowed.fold(None, |found, step| {
            let right = self.at(step).reveal().as_bytes().ct_eq(typed.reveal().as_bytes());
            let step = i64::try_from(step).unwrap_or(i64::MAX);
            found.or((bool::from(right) && last < step).then_some(step))
        })
    }

    fn at(&self, step: u64) -> Code {
        let token = self.algorithm().generate(step * STEP_SECONDS);
        Code::parse(&Zeroizing::new(token.to_string())).expect("six digits are a code")
    }

    fn algorithm(&self) -> totp_rs::Totp {
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_step_duration(STEP_SECONDS)
            .with_skew(0)
            .with_secret(*self.0)
            .build()
            .expect("six digits of a 160-bit secret are within RFC 6238")
    }

    fn base32(&self) -> Zeroizing<String> {
        Zeroizing::new(self.algorithm().secret().to_base32())
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret")
    }
}

/// The number of thirty-second steps since 1970; moments before it have none and count as the first.
fn step(now: Timestamp) -> u64 {
    u64::try_from(now.as_millis() / 1_000).unwrap_or(0) / STEP_SECONDS
}

/// Percent-encoded for a URI's label or value.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'@') {
            out.push(char::from(byte));
        } else {
            out += &format!("%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pepper::samples::pepper;
    use crate::seeded;
    use crate::time::{Duration, SECOND};

    fn secret() -> TotpSecret {
        // The secret of RFC 6238's test vectors.
        TotpSecret::from_bytes(b"12345678901234567890").expect("twenty bytes")
    }

    #[test]
    fn codes_are_those_of_the_standards_test_vectors() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let now = Timestamp::from_millis(seconds * 1_000);
            assert_eq!(secret().code(now).reveal(), code, "at {seconds}");
        }
    }

    #[test]
    fn a_code_is_taken_in_its_own_step_and_one_to_either_side() {
        let shown = Timestamp::from_millis(1_800_000_000_000);
        let code = secret().code(shown);
        for (after_ms, wanted) in
            [(0, true), (59_999, true), (60_000, false), (-30_000, true), (-30_001, false)]
        {
            let now = shown + Duration::from_millis(after_ms);
            assert_eq!(secret().step_of(&code, 0, now).is_some(), wanted, "{after_ms} ms later");
        }
    }

    // RFC 6238 §5.2: a code is never taken twice.
    #[test]
    fn a_step_is_taken_once_and_no_earlier_one_after_it() {
        let now = Timestamp::from_millis(1_800_000_000_000);
        let before = secret().code(now - SECOND.times(30));
        let code = secret().code(now);
        let taken = secret().step_of(&code, 0, now).expect("a fresh code");
        assert_eq!(secret().step_of(&code, taken, now), None, "the same once more");
        assert_eq!(secret().step_of(&before, taken, now), None, "one that was overtaken");
        let after = now + SECOND.times(30);
        assert_eq!(secret().step_of(&secret().code(after), taken, after), Some(taken + 1));
    }

    #[test]
    fn a_wrong_code_is_no_step() {
        let now = Timestamp::from_millis(1_800_000_000_000);
        let right = secret().code(now);
        let other = TotpSecret::draw(&mut seeded(3));
        assert!(other.code(now) != right, "two secrets, two codes");
        assert_eq!(other.step_of(&right, 0, now), None);
    }

    #[test]
    fn an_app_is_told_everything_by_one_address() {
        assert_eq!(
            secret().uri("Razorpay", "asha+1@shop.example").as_str(),
            "otpauth://totp/Razorpay:asha%2B1@shop.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Razorpay\
             &algorithm=SHA1&digits=6&period=30"
        );
        assert_eq!(secret().reveal().as_str(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(escaped("A: b/é"), "A%3A%20b%2F%C3%A9");
    }

    #[test]
    fn a_sealed_secret_opens_for_its_owner_alone() {
        let (pepper, rng) = (pepper(), &mut seeded(5));
        let drawn = TotpSecret::draw(rng);
        let sealed = pepper.seal_totp("usr_1", &drawn, rng);
        let now = Timestamp::from_millis(1_800_000_000_000);
        let opened = pepper.unseal_totp("usr_1", &sealed).expect("its owner's");
        assert!(opened.code(now) == drawn.code(now));
        assert!(pepper.unseal_totp("usr_2", &sealed).is_none(), "moved to somebody else");
        assert!(crate::Pepper::new(1, &[8; 32]).unseal_totp("usr_1", &sealed).is_none(), "another pepper");
        assert_eq!(format!("{drawn:?}"), "TotpSecret");
    }
}
