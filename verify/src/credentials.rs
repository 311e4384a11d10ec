//! Reads what a caller presents: the Basic scheme of RFC 7617, without allocating and without guessing.
//!
//! Nothing is trimmed or repaired. What is almost right is recognised only to tell its owner what is wrong
//! with it.

use std::fmt;

use base64_simd::{Out, STANDARD, STANDARD_NO_PAD};
use domain::{KeyId, KeyIdText, Presented};
use memchr::memchr;
use zeroize::{DefaultIsZeroes, Zeroize, Zeroizing};

use crate::malformed::{Malformed, Shape};

/// The longest `id:secret` we look at.
const DECODED_MAX: usize = 512;
/// Base64 of that many bytes, padded.
const ENCODED_MAX: usize = DECODED_MAX.div_ceil(3) * 4;
/// Every id and secret that was ever drawn, with the colon between them, fits: 32, 1 and 70. The decoder wants room for
/// whole groups of three.
const SHORT: usize = 120;
/// Base64 of that many bytes.
const SHORT_ENCODED: usize = SHORT / 3 * 4;

/// A key id and a secret of the right shape. Wiped from memory when dropped; cannot be printed.
pub struct Credentials {
    short: Bytes,
    length: u8,
    /// Where the id ends.
    colon: u8,
    /// What is longer than anything that was ever drawn, and nothing else.
    long: Option<Zeroizing<Box<[u8]>>>,
}

/// Bytes that are wiped at once, not one by one.
#[derive(Clone, Copy)]
struct Bytes([u8; SHORT]);

impl Default for Bytes {
    fn default() -> Self {
        Self([0; SHORT])
    }
}

impl DefaultIsZeroes for Bytes {}

impl Credentials {
    /// From the value of an `Authorization` header.
    #[inline(always)]
    pub fn from_basic(header: &[u8]) -> Result<Self, Malformed> {
        let encoded = encoded_part(header)?;
        if SHORT_ENCODED < encoded.len() {
            return Self::from_long(encoded);
        }
        let mut read = Self::empty();
        let length = decode(encoded, &mut read.short.0).ok_or_else(|| bad_base64(encoded))?;
        read.length = length as u8;
        read.colon = colon_in(&read.short.0[..length])?;
        Ok(read)
    }

    /// From an id and a secret that were sent separately.
    pub fn new(key_id: &str, secret: &str) -> Result<Self, Malformed> {
        if DECODED_MAX < key_id.len() + secret.len() {
            return Err(Malformed::new(Shape::TooLong, None));
        }
        let (id, secret) = (key_id.as_bytes(), secret.as_bytes());
        check(id, secret)?;
        let mut text = Zeroizing::new(Vec::with_capacity(id.len() + 1 + secret.len()));
        [id, b":", secret].into_iter().for_each(|part| text.extend_from_slice(part));
        Ok(Self::of(&text, id.len() as u8))
    }

    #[cold]
    fn from_long(encoded: &[u8]) -> Result<Self, Malformed> {
        if ENCODED_MAX < encoded.len() {
            return Err(Malformed::new(Shape::TooLong, None));
        }
        let mut room = Zeroizing::new(vec![0; ENCODED_MAX / 4 * 3]);
        let length = decode(encoded, &mut room).ok_or_else(|| bad_base64(encoded))?;
        if DECODED_MAX < length {
            return Err(Malformed::new(Shape::TooLong, None));
        }
        let text = &room[..length];
        Ok(Self::of(text, colon_in(text)?))
    }

    fn of(text: &[u8], colon: u8) -> Self {
        let mut read = Self::empty();
        read.colon = colon;
        match read.short.0.get_mut(..text.len()) {
            Some(short) => {
                short.copy_from_slice(text);
                read.length = text.len() as u8;
            }
            None => read.long = Some(Zeroizing::new(text.into())),
        }
        read
    }

    fn empty() -> Self {
        Self { short: Bytes::default(), length: 0, colon: 0, long: None }
    }

    /// The public half.
    #[inline]
    pub fn key_id(&self) -> KeyId {
        self.id().to_key_id()
    }

    /// The public half, where it stands.
    #[inline]
    pub(crate) fn id(&self) -> KeyIdText<'_> {
        KeyIdText::parsed_before(&self.text()[..usize::from(self.colon)])
    }

    /// The secret half.
    #[inline]
    pub(crate) fn presented(&self) -> Presented<'_> {
        Presented::parsed_before(&self.text()[usize::from(self.colon) + 1..])
    }

    #[inline]
    fn text(&self) -> &[u8] {
        match &self.long {
            None => &self.short.0[..usize::from(self.length)],
            Some(long) => long,
        }
    }
}

/// Decodes into room for three bytes of every four characters; says how many there were. Padding is optional on the wire:
/// some clients leave it out, and it carries nothing.
#[inline(always)]
fn decode(encoded: &[u8], room: &mut [u8]) -> Option<usize> {
    let base64 = if encoded.len().is_multiple_of(4) { STANDARD } else { STANDARD_NO_PAD };
    base64.decode(encoded, Out::from_slice(room)).ok().map(|decoded| decoded.len())
}

/// Where the id ends in a text of the right shape.
#[inline(always)]
fn colon_in(text: &[u8]) -> Result<u8, Malformed> {
    // RFC 7617: the id cannot contain a colon, the secret could.
    match memchr(b':', text) {
        Some(colon) => check(&text[..colon], &text[colon + 1..]).map(|()| colon as u8),
        None => Err(Malformed::new(Shape::NoColon, recognise(text))),
    }
}

/// Whether these can be an id, which is 32 bytes at most, and a secret.
#[inline(always)]
fn check(id: &[u8], secret: &[u8]) -> Result<(), Malformed> {
    match (KeyIdText::parse(id), Presented::parse(secret)) {
        (Ok(_), Some(_)) => Ok(()),
        (Ok(id), None) => Err(Malformed::new(shape_of_secret(secret), Some(id.to_key_id()))),
        (Err(_), _) => Err(shape_of_id(id, secret)),
    }
}

#[cold]
fn bad_base64(encoded: &[u8]) -> Malformed {
    Malformed::new(Shape::BadBase64, recognise(half(encoded)))
}

/// What is wrong with an id that is none.
#[cold]
fn shape_of_id(id: &[u8], secret: &[u8]) -> Malformed {
    match KeyId::parse(core(id)) {
        Ok(meant) => Malformed::new(slip(id), Some(meant)),
        Err(_) => {
            let shape = if has_controls(id) { Shape::ControlCharacters } else { Shape::NotAKeyId };
            Malformed::new(shape, recognise(secret))
        }
    }
}

/// What is wrong with a secret that is none.
#[cold]
fn shape_of_secret(secret: &[u8]) -> Shape {
    if secret.is_empty() {
        Shape::EmptySecret
    } else if core(secret).len() < secret.len() {
        slip(secret)
    } else if has_controls(secret) {
        Shape::ControlCharacters
    } else {
        Shape::NotASecret
    }
}

/// What follows the scheme, when the scheme is Basic in any case of letters.
#[inline(always)]
fn encoded_part(header: &[u8]) -> Result<&[u8], Malformed> {
    match header.split_first_chunk::<6>() {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case(b"basic ") => Ok(rest.trim_ascii()),
        _ => other_scheme(header),
    }
}

#[cold]
fn other_scheme(header: &[u8]) -> Result<&[u8], Malformed> {
    let end = header.iter().position(|byte| *byte == b' ').unwrap_or(header.len());
    let (scheme, rest) = header.split_at(end);
    if scheme.eq_ignore_ascii_case(b"basic") {
        Ok(rest)
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
    let mut room = Zeroizing::new([0; ENCODED_MAX / 4 * 3]);
    let length = decode(sent, &mut *room)?;
    recognise(half(&room[..length]))
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
        self.short.zeroize();
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({})", self.key_id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use base64::Engine as _;

    const ID: &str = "rzp_test_1DP5mmOlF5G5ag";
    const SECRET: &str = "thiskeysecretis24letters";

    fn basic(text: &str) -> Vec<u8> {
        format!("Basic {}", base64::prelude::BASE64_STANDARD.encode(text)).into_bytes()
    }

    fn kept(read: &Credentials) -> &[u8] {
        &read.text()[usize::from(read.colon) + 1..]
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
            assert_eq!(kept(&read), SECRET.as_bytes());
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
    fn a_secret_is_kept_whole_whatever_its_length() {
        for length in 1..=255 {
            let secret: String = (0..length).map(|n| char::from(b'a' + n as u8 % 26)).collect();
            let read = Credentials::from_basic(&basic(&format!("{ID}:{secret}"))).expect("well formed");
            assert_eq!(kept(&read), secret.as_bytes());
        }
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
