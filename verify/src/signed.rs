//! The signed identity: one header by which a backend can check whom a request speaks for, instead of trusting that nobody
//! but the gateway could have written the identity headers.
//!
//! `X-Keystead-Identity: v1.<key name>.<moment>.<number>.<key_id>.<mode>.<account>.<brand>.<mac>`, where the last part is
//! HMAC-SHA-256 over all before it and over the request's method and target (path and query), which are not repeated in the
//! header. It holds for sixty seconds and for that method and target alone. The number is different each time: a backend that
//! must not do a thing twice can remember it for a minute.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::{AccountId, BrandId, Duration, KeyId, Mode, SECOND, Timestamp};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The header's name, in lower case.
pub const IDENTITY_HEADER: &str = "x-keystead-identity";
/// For how long a signed identity holds.
pub const IDENTITY_LIFETIME: Duration = SECOND.times(60);
/// How far the signer's clock may be ahead of the verifier's.
pub const IDENTITY_AHEAD_MAX: Duration = SECOND.times(5);

/// Longer than any header that was signed here.
const LENGTH_MAX: usize = 512;
/// A key shorter than this could be guessed.
const KEY_BYTES_MIN: usize = 32;
const NAME_MAX: usize = 16;
const VERSION: &str = "v1";
/// Bytes of an HMAC-SHA-256 in unpadded base64url.
const MAC_CHARS: usize = 43;

/// HMAC-SHA-256 with its key already absorbed.
type Keyed = Hmac<Sha256>;

/// The keys that signer and verifiers share, by name. The first one signs; all of them verify, so that a new one can be
/// given to every verifier before it signs, and an old one kept for a minute after it signed last. Cannot be printed.
#[derive(Clone)]
pub struct IdentityKeys(Vec<(String, Keyed)>);

/// A text that holds no keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoKeys {
    /// There is no line at all.
    Empty,
    /// A line is not `name hex`, with a name of 1 to 16 lower-case letters, digits and dashes.
    Malformed {
        /// Counted from 1.
        line: usize,
    },
    /// A key has fewer than 32 bytes, or all of them the same.
    Weak {
        /// Counted from 1.
        line: usize,
    },
    /// Two keys have the same name.
    Twice {
        /// Of the second, counted from 1.
        line: usize,
    },
}

impl fmt::Display for NoKeys {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NoKeys::Empty => to.write_str("there is no key in it"),
            NoKeys::Malformed { line } => {
                write!(to, "line {line} is not a name and a key in hexadecimal digits")
            }
            NoKeys::Weak { line } => write!(to, "the key in line {line} has fewer than 32 random bytes"),
            NoKeys::Twice { line } => write!(to, "the key in line {line} has the name of an earlier one"),
        }
    }
}

impl std::error::Error for NoKeys {}

/// Whom a request speaks for, as a signer says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIdentity {
    /// The pair.
    pub key_id: KeyId,
    /// Test or live.
    pub mode: Mode,
    /// The account.
    pub account: AccountId,
    /// The account's brand.
    pub brand: BrandId,
    /// When it was signed.
    pub issued_at: Timestamp,
    /// Different each time, for whoever must not do a thing twice.
    pub number: u128,
}

/// Why a header says nothing about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotSigned {
    /// It has not the form of a signed identity.
    Malformed,
    /// It was signed with a key that this verifier does not have.
    UnknownKey,
    /// It was changed, or signed for another method or target, or with another key of that name.
    Wrong,
    /// It was signed sixty seconds ago or more.
    Old,
    /// It was signed more than five seconds from now: a clock is wrong.
    Early,
}

impl IdentityKeys {
    /// Reads the text of a key file: a line `name hex` for each key, the one that signs first.
    pub fn parse(text: &str) -> Result<Self, NoKeys> {
        let mut keys: Vec<(String, Keyed)> = Vec::new();
        let lines = text.lines().enumerate().map(|(index, text)| (index + 1, text.trim()));
        for (line, text) in lines.filter(|(_, text)| !text.is_empty()) {
            let (name, hex) = text.split_once(' ').ok_or(NoKeys::Malformed { line })?;
            let of_a_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            if name.is_empty() || NAME_MAX < name.len() || !name.bytes().all(of_a_name) {
                return Err(NoKeys::Malformed { line });
            }
            let key = bytes_of(hex.trim()).ok_or(NoKeys::Malformed { line })?;
            if key.len() < KEY_BYTES_MIN || key.iter().all(|byte| *byte == key[0]) {
                return Err(NoKeys::Weak { line });
            }
            if keys.iter().any(|(known, _)| known == name) {
                return Err(NoKeys::Twice { line });
            }
            keys.push((name.to_owned(), Keyed::new_from_slice(&key).expect("HMAC takes keys of any length")));
        }
        if keys.is_empty() { Err(NoKeys::Empty) } else { Ok(Self(keys)) }
    }

    /// The header's value for a request that an identity was granted for.
    pub fn sign(&self, identity: &SignedIdentity, method: &[u8], target: &[u8]) -> String {
        let (name, key) = self.0.first().expect("parse refuses a text without keys");
        let SignedIdentity { key_id, mode, account, brand, issued_at, number } = identity;
        let (mode, at) = (mode.as_str(), issued_at.as_millis());
        let mut header = format!("{VERSION}.{name}.{at}.{number:032x}.{key_id}.{mode}.{account}.{brand}");
        let mac = mac(key, header.as_bytes(), method, target).finalize().into_bytes();
        header.push('.');
        BASE64_URL_SAFE_NO_PAD.encode_string(mac, &mut header);
        header
    }

    /// Whom a request speaks for, if the header was signed for this method and target less than sixty seconds ago.
    pub fn verify(
        &self,
        header: &[u8],
        method: &[u8],
        target: &[u8],
        now: Timestamp,
    ) -> Result<SignedIdentity, NotSigned> {
        let text = std::str::from_utf8(header).map_err(|_| NotSigned::Malformed)?;
        if LENGTH_MAX < text.len() {
            return Err(NotSigned::Malformed);
        }
        let (signed, sent) = text.rsplit_once('.').ok_or(NotSigned::Malformed)?;
        let name = signed.split('.').nth(1).ok_or(NotSigned::Malformed)?;
        let (_, key) = self.0.iter().find(|(known, _)| known == name).ok_or(NotSigned::UnknownKey)?;
        let mut sent_mac = [0u8; 32];
        // The decoder refuses stray bits at the end, so that one header has one form.
        let length = BASE64_URL_SAFE_NO_PAD.decode_slice(sent, &mut sent_mac);
        if sent.len() != MAC_CHARS || length != Ok(sent_mac.len()) {
            return Err(NotSigned::Malformed);
        }
        // In constant time; nothing else of the header is believed before.
        mac(key, signed.as_bytes(), method, target).verify_slice(&sent_mac).map_err(|_| NotSigned::Wrong)?;
        let identity = read(signed).ok_or(NotSigned::Malformed)?;
        if (identity.issued_at + IDENTITY_LIFETIME).reached(now) {
            return Err(NotSigned::Old);
        }
        if now + IDENTITY_AHEAD_MAX < identity.issued_at {
            return Err(NotSigned::Early);
        }
        Ok(identity)
    }
}

impl fmt::Debug for IdentityKeys {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

fn read(signed: &str) -> Option<SignedIdentity> {
    let mut parts = signed.split('.');
    if parts.next()? != VERSION {
        return None;
    }
    let (_name, at, number) = (parts.next()?, parts.next()?, parts.next()?);
    let (key_id, mode, account, brand) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    Some(SignedIdentity {
        key_id: key_id.parse().ok()?,
        mode: Mode::from_str(mode).ok()?,
        account: account.parse().ok()?,
        brand: brand.parse().ok()?,
        issued_at: Timestamp::from_millis(at.parse().ok()?),
        number: u128::from_str_radix(number, 16).ok()?,
    })
}

/// Lengths first, so that no part can pass for the beginning of the next.
fn mac(key: &Keyed, signed: &[u8], method: &[u8], target: &[u8]) -> Keyed {
    let mut mac = key.clone();
    mac.update(b"keystead identity 1");
    for part in [signed, method, target] {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac
}

fn bytes_of(hex: &str) -> Option<zeroize::Zeroizing<Vec<u8>>> {
    if !hex.len().is_multiple_of(2) || !hex.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = zeroize::Zeroizing::new(Vec::with_capacity(hex.len() / 2));
    for digits in hex.as_bytes().chunks_exact(2) {
        bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_795_413_600_000);
    const FIRST: &str = "a 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n";
    const SECOND_KEY: &str = "b f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff0\n";

    fn keys(text: &str) -> IdentityKeys {
        IdentityKeys::parse(text).expect("good keys")
    }

    fn identity() -> SignedIdentity {
        SignedIdentity {
            key_id: "rzp_live_1DP5mmOlF5G5ag".parse().expect("a key id"),
            mode: Mode::Live,
            account: "acc_4pT0nZ7bQk2W9s".parse().expect("an account"),
            brand: "razorpay/IN".parse().expect("a brand"),
            issued_at: NOW,
            number: 7,
        }
    }

    fn header() -> String {
        keys(FIRST).sign(&identity(), b"POST", b"/orders?page=2")
    }

    fn verified(
        header: &str,
        method: &str,
        target: &str,
        now: Timestamp,
    ) -> Result<SignedIdentity, NotSigned> {
        keys(FIRST).verify(header.as_bytes(), method.as_bytes(), target.as_bytes(), now)
    }

    #[test]
    fn a_signed_identity_is_the_one_every_release_must_make_and_read() {
        insta::assert_snapshot!(header(), @"v1.a.1795413600000.00000000000000000000000000000007.rzp_live_1DP5mmOlF5G5ag.live.acc_4pT0nZ7bQk2W9s.razorpay/IN.9iB0ZXNmiPhtMlqpKuPCilJPctfTS4xVPfnnLoE_nvI");
        assert_eq!(verified(&header(), "POST", "/orders?page=2", NOW), Ok(identity()));
    }

    // TM-31
    #[test]
    fn a_byte_that_was_changed_anywhere_makes_it_say_nothing() {
        let whole = header();
        for at in 0..whole.len() {
            for other in [b'0', b'A', b'z', b'.', b'-', b'_', b'~', b' '] {
                let mut changed = whole.clone().into_bytes();
                if changed[at] != other {
                    changed[at] = other;
                    let said = keys(FIRST).verify(&changed, b"POST", b"/orders?page=2", NOW);
                    assert!(said.is_err(), "{}", String::from_utf8_lossy(&changed));
                }
            }
            assert!(verified(&whole[..at], "POST", "/orders?page=2", NOW).is_err(), "cut at {at}");
        }
        assert!(verified(&format!("{whole}A"), "POST", "/orders?page=2", NOW).is_err());
        assert!(keys(FIRST).verify(&[0xff; 80], b"POST", b"/", NOW).is_err());
    }

    // TM-33
    #[test]
    fn it_holds_for_one_method_and_target_and_for_sixty_seconds() {
        let after = |millis| Timestamp::from_millis(NOW.as_millis() + millis);
        for (method, target, now, said) in [
            ("POST", "/orders?page=2", after(0), Ok(identity())),
            ("POST", "/orders?page=2", after(59_999), Ok(identity())),
            ("POST", "/orders?page=2", after(60_000), Err(NotSigned::Old)),
            ("POST", "/orders?page=2", after(-5_000), Ok(identity())),
            ("POST", "/orders?page=2", after(-5_001), Err(NotSigned::Early)),
            ("GET", "/orders?page=2", after(0), Err(NotSigned::Wrong)),
            ("post", "/orders?page=2", after(0), Err(NotSigned::Wrong)),
            ("POST", "/orders?page=3", after(0), Err(NotSigned::Wrong)),
            ("POST", "/orders", after(0), Err(NotSigned::Wrong)),
            ("POST", "/refunds?page=2", after(0), Err(NotSigned::Wrong)),
            // What stands on the other side of a border between parts.
            ("POST/", "orders?page=2", after(0), Err(NotSigned::Wrong)),
            ("POST", "", after(0), Err(NotSigned::Wrong)),
        ] {
            assert_eq!(verified(&header(), method, target, now), said, "{method} {target} {now:?}");
        }
    }

    #[test]
    fn keys_are_changed_without_a_request_that_fails() {
        let target = (b"POST".as_slice(), b"/orders?page=2".as_slice());
        let before = keys(FIRST).sign(&identity(), target.0, target.1);
        let both = keys(&format!("{SECOND_KEY}{FIRST}"));
        let after = both.sign(&identity(), target.0, target.1);
        for header in [&before, &after] {
            assert_eq!(both.verify(header.as_bytes(), target.0, target.1, NOW), Ok(identity()));
        }
        assert_eq!(keys(FIRST).verify(after.as_bytes(), target.0, target.1, NOW), Err(NotSigned::UnknownKey));
        let same_name = keys(&SECOND_KEY.replace("b ", "a "));
        assert_eq!(same_name.verify(before.as_bytes(), target.0, target.1, NOW), Err(NotSigned::Wrong));
    }

    #[test]
    fn keys_that_are_weak_or_unclear_are_refused_by_line() {
        for (text, no) in [
            ("", NoKeys::Empty),
            ("\n \n", NoKeys::Empty),
            ("a", NoKeys::Malformed { line: 1 }),
            ("A 00", NoKeys::Malformed { line: 1 }),
            ("a.b 00", NoKeys::Malformed { line: 1 }),
            ("a 0", NoKeys::Malformed { line: 1 }),
            ("a xx", NoKeys::Malformed { line: 1 }),
            ("a 0001", NoKeys::Weak { line: 1 }),
            (&format!("{FIRST}b {}", "00".repeat(32)), NoKeys::Weak { line: 2 }),
            (&format!("{FIRST}\n{FIRST}"), NoKeys::Twice { line: 3 }),
        ] {
            assert_eq!(IdentityKeys::parse(text).err(), Some(no), "{text:?}");
        }
        assert_eq!(format!("{:?}", keys(FIRST)), r#"["a"]"#, "only names are printed");
    }
}
