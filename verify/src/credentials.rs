//! Reads what a caller presents: the Basic scheme of RFC 7617, without allocating and without guessing.
//!
//! Nothing is trimmed or repaired. What is almost right is recognised only to tell its owner what is wrong
//! with it.

use std::fmt;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use domain::{KeyId, Presented};
use zeroize::Zeroize;

use crate::malformed::{Malformed, Shape};

/// The longest `id:secret` we look at.
const DECODED_MAX: usize = 512;
/// Base64 of that many bytes, padded.
const ENCODED_MAX: usize = DECODED_MAX.div_ceil(3) * 4;
/// The decoder wants room for whole groups of three.
const BUFFER: usize = ENCODED_MAX / 4 * 3;
/// The longest secret that can have the right shape.
const SECRET_MAX: usize = 255;

/// Padding is optional on the wire: some clients leave it out, and it carries nothing.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A key id and a secret of the right shape. Wiped from memory when dropped; cannot be printed.
pub struct Credentials {
    key_id: KeyId,
    secret: [u8; SECRET_MAX],
    length: u8,
}

impl Credentials {
    /// From the value of an `Authorization` header.
    pub fn from_basic(header: &[u8]) -> Result<Self, Malformed> {
        let encoded = encoded_part(header)?;
        if ENCODED_MAX < encoded.len() {
            return Err(Malformed::new(Shape::TooLong, None));
        }
        let mut buffer = [0u8; BUFFER];
        let read = match BASE64.decode_slice(encoded, &mut buffer) {
            Ok(length) if DECODED_MAX < length => Err(Malformed::new(Shape::TooLong, None)),
            Ok(length) => Self::from_id_and_secret(&buffer[..length]),
            Err(_) => Err(Malformed::new(Shape::BadBase64, recognise(half(encoded)))),
        };
        buffer[..encoded.len().min(BUFFER)].zeroize();
        read
    }

    /// From an id and a secret that were sent separately.
    pub fn new(key_id: &str, secret: &str) -> Result<Self, Malformed> {
        if DECODED_MAX < key_id.len() + secret.len() {
            return Err(Malformed::new(Shape::TooLong, None));
        }
        Self::from_halves(key_id.as_bytes(), secret.as_bytes())
    }

    /// The public half.
    pub const fn key_id(&self) -> &KeyId {
        &self.key_id
    }

    /// The secret half.
    pub(crate) fn presented(&self) -> Presented<'_> {
        Presented::parsed_before(&self.secret[..usize::from(self.length)])
    }

    fn from_id_and_secret(text: &[u8]) -> Result<Self, Malformed> {
        // RFC 7617: the id cannot contain a colon, the secret could.
        match text.iter().position(|byte| *byte == b':') {
            Some(colon) => Self::from_halves(&text[..colon], &text[colon + 1..]),
            None => Err(Malformed::new(Shape::NoColon, recognise(text))),
        }
    }

    fn from_halves(id: &[u8], secret: &[u8]) -> Result<Self, Malformed> {
        let Ok(key_id) = KeyId::parse(id) else {
            return Err(match KeyId::parse(core(id)) {
                Ok(meant) => Malformed::new(slip(id), Some(meant)),
                Err(_) => Malformed::new(
                    if has_controls(id) { Shape::ControlCharacters } else { Shape::NotAKeyId },
                    recognise(secret),
                ),
            });
        };
        if secret.is_empty() {
            return Err(Malformed::new(Shape::EmptySecret, Some(key_id)));
        }
        if Presented::parse(secret).is_none() {
            let shape = if core(secret).len() < secret.len() {
                slip(secret)
            } else if has_controls(secret) {
                Shape::ControlCharacters
            } else {
                Shape::NotASecret
            };
            return Err(Malformed::new(shape, Some(key_id)));
        }
        let mut bytes = [0; SECRET_MAX];
        bytes[..secret.len()].copy_from_slice(secret);
        Ok(Self { key_id, secret: bytes, length: secret.len() as u8 })
    }
}

/// What follows the scheme, when the scheme is Basic in any case of letters.
fn encoded_part(header: &[u8]) -> Result<&[u8], Malformed> {
    let end = header.iter().position(|byte| *byte == b' ').unwrap_or(header.len());
    let (scheme, rest) = header.split_at(end);
    if scheme.eq_ignore_ascii_case(b"basic") {
        Ok(rest.trim_ascii())
    } else if scheme.eq_ignore_ascii_case(b"bearer") {
        Err(Malformed::new(Shape::Bearer, meant(rest)))
    } else {
        Err(Malformed::new(Shape::OtherScheme, meant(if rest.is_empty() { header } else { rest })))
    }
}

/// The id that somebody meant, without what clings to it.
fn recognise(text: &[u8]) -> Option<KeyId> {
    KeyId::parse(core(text)).ok()
}

/// The id in credentials that were sent in another way than Basic: as they are, or encoded.
fn meant(sent: &[u8]) -> Option<KeyId> {
    let sent = sent.trim_ascii();
    let plain = recognise(half(sent));
    if plain.is_some() || ENCODED_MAX < sent.len() {
        return plain;
    }
    let mut buffer = [0u8; BUFFER];
    let decoded = BASE64.decode_slice(sent, &mut buffer).ok();
    let found = decoded.and_then(|length| recognise(half(&buffer[..length])));
    buffer.zeroize();
    found
}

/// What stands before the first colon.
fn half(text: &[u8]) -> &[u8] {
    text.split(|byte| *byte == b':').next().unwrap_or_default()
}

/// A text without white space, quotation marks and dollar signs around it.
fn core(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|byte| !clings(*byte)).unwrap_or(text.len());
    let end = text.iter().rposition(|byte| !clings(*byte)).map_or(start, |last| last + 1);
    &text[start..end]
}

fn clings(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0b || matches!(byte, b'"' | b'\'' | b'`' | b'$')
}

/// What kind of slip the ends of a text show.
fn slip(text: &[u8]) -> Shape {
    let before = text.iter().take_while(|byte| clings(**byte));
    let after = text.iter().rev().take_while(|byte| clings(**byte));
    let mut around = before.chain(after);
    if around.clone().any(|byte| matches!(byte, b'\n' | b'\r')) {
        Shape::Newline
    } else if around.any(|byte| byte.is_ascii_whitespace() || *byte == 0x0b) {
        Shape::WhiteSpace
    } else {
        Shape::Quotes
    }
}

fn has_controls(text: &[u8]) -> bool {
    text.iter().any(u8::is_ascii_control)
}

impl Drop for Credentials {
    fn drop(&mut self) {
        self.secret[..usize::from(self.length)].zeroize();
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({})", self.key_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "rzp_test_1DP5mmOlF5G5ag";
    const SECRET: &str = "thiskeysecretis24letters";

    fn basic(text: &str) -> Vec<u8> {
        format!("Basic {}", base64::prelude::BASE64_STANDARD.encode(text)).into_bytes()
    }

    fn shape_of(header: &[u8]) -> Option<Malformed> {
        Credentials::from_basic(header).err()
    }

    #[test]
    fn a_basic_header_is_read_whatever_the_case_of_its_scheme() {
        let header = basic(&format!("{ID}:{SECRET}"));
        for scheme in ["Basic", "basic", "BASIC", "bAsIc"] {
            let mut header = header.clone();
            header[..5].copy_from_slice(scheme.as_bytes());
            let read = Credentials::from_basic(&header).expect("well formed");
            assert_eq!(read.key_id().as_str(), ID);
            assert_eq!(&read.secret[..usize::from(read.length)], SECRET.as_bytes());
        }
    }

    #[test]
    fn padding_may_be_left_out() {
        let header = basic(&format!("{ID}:{SECRET}"));
        let without: Vec<u8> = header.iter().copied().filter(|byte| *byte != b'=').collect();
        assert!(Credentials::from_basic(&without).is_ok());
        assert!(Credentials::from_basic(&header).is_ok());
    }

    #[test]
    fn every_slip_has_its_own_reason_and_names_the_key_when_it_can() {
        for (text, shape, names_the_key) in [
            (format!("{ID}:{SECRET}\n"), Shape::Newline, true),
            (format!("{ID}:{SECRET}\r\n"), Shape::Newline, true),
            (format!("{ID}:{SECRET} \n"), Shape::Newline, true),
            (format!("{ID}\n:{SECRET}"), Shape::Newline, true),
            (format!("\n{ID}:{SECRET}"), Shape::Newline, true),
            (format!("\"{ID}\n\":{SECRET}"), Shape::Newline, true),
            (format!("{ID}:{SECRET} "), Shape::WhiteSpace, true),
            (format!("{ID}: {SECRET}"), Shape::WhiteSpace, true),
            (format!("{ID} :{SECRET}"), Shape::WhiteSpace, true),
            (format!("\t{ID}:{SECRET}"), Shape::WhiteSpace, true),
            (format!("\"{ID}\":\"{SECRET}\""), Shape::Quotes, true),
            (format!("{ID}:'{SECRET}'"), Shape::Quotes, true),
            (format!("${ID}:{SECRET}"), Shape::Quotes, true),
            (format!("{ID}:"), Shape::EmptySecret, true),
            (ID.to_owned(), Shape::NoColon, true),
            (format!("{ID}\n"), Shape::NoColon, true),
            (format!("{ID}:this is no secret"), Shape::NotASecret, true),
            (format!("{ID}:this\0secret"), Shape::ControlCharacters, true),
            (format!("{ID}:a:b"), Shape::NotASecret, true),
            (format!("{ID}:schlüssel"), Shape::NotASecret, true),
            (format!("{ID}:{}", "x".repeat(300)), Shape::NotASecret, true),
            (format!("{SECRET}:{ID}"), Shape::NotAKeyId, true),
            (format!("{ID}:\"\""), Shape::Quotes, true),
            ("user:password".to_owned(), Shape::NotAKeyId, false),
            ("us\0er:password".to_owned(), Shape::ControlCharacters, false),
            (":".to_owned(), Shape::NotAKeyId, false),
            (String::new(), Shape::NoColon, false),
            (format!("{ID}:{}", "x".repeat(600)), Shape::TooLong, false),
        ] {
            let key_id = names_the_key.then(|| ID.parse().expect("a key id"));
            assert_eq!(shape_of(&basic(&text)), Some(Malformed { shape, key_id }), "{text:?}");
        }
    }

    #[test]
    fn other_schemes_and_broken_encodings_are_told_apart() {
        for (header, shape) in [
            ("Bearer abc", Shape::Bearer),
            ("bearer abc", Shape::Bearer),
            ("Digest username=x", Shape::OtherScheme),
            ("", Shape::OtherScheme),
            ("Basicabc", Shape::OtherScheme),
            ("Basic", Shape::NoColon),
            ("Basic !!!!", Shape::BadBase64),
            ("Basic YWJj ZGVm", Shape::BadBase64),
        ] {
            assert_eq!(shape_of(header.as_bytes()).map(|m| m.shape), Some(shape), "{header:?}");
        }
    }

    #[test]
    fn the_key_that_was_meant_is_recognised_in_every_way_of_sending_it_wrongly() {
        let encoded = base64::prelude::BASE64_STANDARD.encode(format!("{ID}:{SECRET}"));
        for (header, shape) in [
            (format!("Bearer {ID}:{SECRET}"), Shape::Bearer),
            (format!("Bearer {ID}"), Shape::Bearer),
            (format!("Bearer {encoded}"), Shape::Bearer),
            (format!("Token {encoded}"), Shape::OtherScheme),
            (format!("{ID}:{SECRET}"), Shape::OtherScheme),
            (encoded.clone(), Shape::OtherScheme),
            (format!("Basic {ID}:{SECRET}"), Shape::BadBase64),
        ] {
            let told = shape_of(header.as_bytes()).map(|told| (told.shape, told.key_id));
            assert_eq!(told, Some((shape, ID.parse().ok())), "{header:?}");
        }
        let twice = Malformed::two_headers(&basic(&format!("{ID}:{SECRET}")));
        assert_eq!((twice.shape, twice.key_id), (Shape::TwoHeaders, ID.parse().ok()));
        let unclear = Malformed::two_headers(b"Basic !!!!");
        assert_eq!((unclear.shape, unclear.key_id), (Shape::TwoHeaders, None));
        let huge = format!("Bearer {}", "A".repeat(7_000));
        assert_eq!(shape_of(huge.as_bytes()), Some(Malformed { shape: Shape::Bearer, key_id: None }));
    }

    #[test]
    fn five_hundred_and_twelve_bytes_are_read_and_one_more_is_not() {
        let exactly = format!("{ID}:{}", "x".repeat(512 - ID.len() - 1));
        assert_eq!(shape_of(&basic(&exactly)).map(|m| m.shape), Some(Shape::NotASecret));
        assert_eq!(shape_of(&basic(&format!("{exactly}x"))).map(|m| m.shape), Some(Shape::TooLong));
    }

    #[test]
    fn separate_halves_are_read_like_a_header() {
        assert!(Credentials::new(ID, SECRET).is_ok());
        assert_eq!(Credentials::new(ID, "").err().map(|m| m.shape), Some(Shape::EmptySecret));
        assert_eq!(Credentials::new("", SECRET).err().map(|m| m.shape), Some(Shape::NotAKeyId));
        assert_eq!(Credentials::new(ID, &"x".repeat(100_000)).err().map(|m| m.shape), Some(Shape::TooLong));
    }

    // TM-1
    #[test]
    fn credentials_cannot_be_printed() {
        let read = Credentials::new(ID, SECRET).expect("well formed");
        assert_eq!(format!("{read:?}"), format!("Credentials({ID})"));
    }
}
