//! Things that must not be seen: key secrets, session tokens, one-time codes.
//!
//! None of these types can be printed, compared in the clear or cloned by accident. `reveal()` is called where
//! a page, a reply or a letter shows the value, and nowhere else. Memory is wiped when a value is dropped.

use std::fmt;

use zeroize::Zeroizing;

use crate::brand::KeyPrefix;
use crate::ids::Mode;
use crate::random::{BASE62, Random, base62, below, every, is_base62};

/// Characters of a plain secret: 24 of base62, about 143 bits.
const PLAIN: usize = 24;
/// Random characters of a scannable secret: 43 of base62, about 256 bits.
const SCANNABLE: usize = 43;
/// Characters of the checksum: CRC-32 in base62 (2^32 < 62^6).
const CHECKSUM: usize = 6;
/// The longest secret we will look at; anything longer is somebody's mistake or attack.
pub(crate) const PRESENTED_MAX: usize = 255;

/// What a brand's secrets look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretStyle {
    /// 24 base62 characters; what the client libraries of the `razorpay` brands expect.
    Plain,
    /// `<prefix>_<mode>_sk_`, 43 base62 characters and a checksum, so that scanners recognise a leak.
    Scannable,
}

/// A key secret that we have just drawn. It is shown once and then only its digest is known.
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Draws a secret of a style.
    pub fn draw(style: SecretStyle, prefix: &KeyPrefix, mode: Mode, rng: Random<'_>) -> Self {
        match style {
            SecretStyle::Plain => Self(random_text(PLAIN, rng)),
            SecretStyle::Scannable => {
                let random = random_text(SCANNABLE, rng);
                let mut text =
                    Zeroizing::new(format!("{}_{}_sk_{}", prefix.as_str(), mode.as_str(), random.as_str()));
                let sum = checksum(text.as_bytes());
                text.push_str(std::str::from_utf8(&sum).expect("base62 is ASCII"));
                Self(text)
            }
        }
    }

    /// The secret itself. Called by the page or reply that shows it once.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// A secret unsealed from a remembered answer.
    pub(crate) fn unsealed(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    /// The same secret as a caller would present it.
    pub fn present(&self) -> Presented<'_> {
        Presented(self.0.as_bytes())
    }
}

/// What somebody sent as a key secret: checked for shape, not for truth.
#[derive(Clone, Copy)]
pub struct Presented<'a>(&'a [u8]);

impl<'a> Presented<'a> {
    /// Accepts what could be a secret of ours. `None` for an empty, oversized or non-secret-looking text, and
    /// for a scannable secret whose checksum is wrong.
    #[inline]
    pub fn parse(text: &'a [u8]) -> Option<Self> {
        if text.is_empty()
            || PRESENTED_MAX < text.len()
            || !every(text, |byte| byte.is_ascii_alphanumeric() || byte == b'_')
        {
            return None;
        }
        if is_scannable(text) {
            let (body, sum) = text.split_at(text.len() - CHECKSUM);
            if checksum(body) != sum {
                return None;
            }
        }
        Some(Self(text))
    }

    /// A text that [`Presented::parse`] has accepted before and that was kept since. Any other only makes a digest that
    /// matches nothing.
    pub const fn parsed_before(text: &'a [u8]) -> Self {
        Self(text)
    }

    pub(crate) const fn as_bytes(&self) -> &[u8] {
        self.0
    }
}

/// Whether a text has the shape of a scannable secret, right checksum or not.
fn is_scannable(text: &[u8]) -> bool {
    let tail = SCANNABLE + CHECKSUM;
    if text.len() < 9 + tail {
        return false;
    }
    let (front, random) = text.split_at(text.len() - tail);
    (front.ends_with(b"_test_sk_") || front.ends_with(b"_live_sk_")) && is_base62(random)
}

/// CRC-32 (IEEE) in base62, most significant first, padded to six characters.
fn checksum(text: &[u8]) -> [u8; CHECKSUM] {
    let mut rest = crc32fast::hash(text);
    let mut out = [b'0'; CHECKSUM];
    for place in out.iter_mut().rev() {
        *place = BASE62[(rest % 62) as usize];
        rest /= 62;
    }
    out
}

fn random_text(length: usize, rng: Random<'_>) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new(vec![0u8; length]);
    base62(&mut bytes, rng);
    Zeroizing::new(std::str::from_utf8(&bytes).expect("base62 is ASCII").to_owned())
}

/// A bearer token: a session's cookie or an operator's credential. 43 base62 characters, about 256 bits.
pub struct Token(Zeroizing<String>);

impl Token {
    /// Draws a token.
    pub fn draw(rng: Random<'_>) -> Self {
        Self(random_text(43, rng))
    }

    /// The token that 32 random bytes stand for: the same bytes, the same token.
    pub(crate) fn derived(bytes: &[u8; 32]) -> Self {
        let mut text = Zeroizing::new(vec![0u8; 43]);
        let mut rest = *bytes;
        // Digits of the 256-bit number in base 62, the last first; 43 of them hold it.
        for digit in text.iter_mut().rev() {
            let mut remainder = 0u32;
            for byte in &mut rest {
                let value = remainder << 8 | u32::from(*byte);
                *byte = (value / 62) as u8;
                remainder = value % 62;
            }
            *digit = BASE62[remainder as usize];
        }
        Self(Zeroizing::new(std::str::from_utf8(&text).expect("base62 is ASCII").to_owned()))
    }

    /// Accepts what could be a token of ours.
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 43 && is_base62(text.as_bytes())).then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The token itself, for the one place that hands it over.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// A one-time password: six digits (RFC 4226 calls for at least six).
#[derive(Clone, PartialEq, Eq)]
pub struct Code(Zeroizing<String>);

impl Code {
    /// Draws a code.
    pub fn draw(rng: Random<'_>) -> Self {
        Self(Zeroizing::new(format!("{:06}", below(1_000_000, rng))))
    }

    /// Accepts six digits, with the white space that people type or paste around and between them.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > 64 {
            return None;
        }
        let digits: Zeroizing<String> =
            Zeroizing::new(text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect());
        (digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit())).then_some(Self(digits))
    }

    /// The digits, for the letter that carries them.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

macro_rules! unprintable {
    ($($name:ty = $text:literal),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($text)
            }
        }
    )*};
}
unprintable!(Secret = "Secret", Presented<'_> = "Presented", Token = "Token", Code = "Code");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seeded;

    fn prefix() -> KeyPrefix {
        "acme".parse().expect("a prefix")
    }

    #[test]
    fn a_plain_secret_is_24_letters_or_digits() {
        let secret = Secret::draw(SecretStyle::Plain, &prefix(), Mode::Test, &mut seeded(1));
        assert_eq!(secret.reveal().len(), 24);
        assert!(Presented::parse(secret.reveal().as_bytes()).is_some());
    }

    #[test]
    fn a_scannable_secret_with_one_wrong_character_is_refused_without_a_look_up() {
        let secret = Secret::draw(SecretStyle::Scannable, &prefix(), Mode::Live, &mut seeded(1));
        let text = secret.reveal();
        assert!(text.starts_with("acme_live_sk_"), "the front names brand and mode");
        assert!(Presented::parse(text.as_bytes()).is_some());
        for place in 13..text.len() {
            let mut wrong = text.as_bytes().to_vec();
            wrong[place] = if wrong[place] == b'x' { b'y' } else { b'x' };
            assert!(Presented::parse(&wrong).is_none(), "place {place}");
        }
        let moved = text.replace("_live_", "_test_");
        assert!(Presented::parse(moved.as_bytes()).is_none(), "editing the mode breaks the checksum");
    }

    #[test]
    fn white_space_makes_a_secret_malformed() {
        for text in ["abc ", " abc", "abc\n", "a bc", "abc\t", "", "abc\u{a0}"] {
            assert!(Presented::parse(text.as_bytes()).is_none(), "{text:?}");
        }
    }

    #[test]
    fn codes_are_six_digits_however_they_are_pasted() {
        for (text, right) in [
            ("123456", true),
            (" 123 456\n", true),
            ("123-456", true),
            ("12345", false),
            ("1234567", false),
            ("12a456", false),
        ] {
            assert_eq!(Code::parse(text).is_some(), right, "{text:?}");
        }
    }

    // TM-1
    #[test]
    fn secrets_cannot_be_printed() {
        let secret = Secret::draw(SecretStyle::Plain, &prefix(), Mode::Test, &mut seeded(1));
        assert_eq!(
            format!("{secret:?} {:?} {:?}", Token::draw(&mut seeded(1)), Code::draw(&mut seeded(1))),
            "Secret Token Code"
        );
    }
}
