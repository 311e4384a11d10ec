//! Names of things: distinct types, inline, printable, never secret.
//!
//! A `key_id` is `<prefix>_<mode>_` and 14 base62 characters, case-sensitive. All other ids are a fixed
//! prefix and 14 base62 characters (about 83 bits: unguessable enough to be a name, never a credential).

use std::fmt;
use std::str::FromStr;

use crate::brand::KeyPrefix;
use crate::random::{Random, base62, is_base62};
use crate::tail::{RANDOM, Tail};

/// Longest possible `key_id`: 12 of prefix, `_test_`, 14 random.
pub(crate) const KEY_ID_MAX: usize = 12 + 6 + RANDOM;

/// A text that is not the id it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid id: expected {expected}")]
pub struct IdError {
    /// What would have been right, in words.
    pub expected: &'static str,
}

/// Test or live. Nothing crosses modes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// For trying things; works as soon as an account exists.
    Test,
    /// For real payments; has to be earned.
    Live,
}

impl Mode {
    /// `test` or `live`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Mode::Test => "test",
            Mode::Live => "live",
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Mode {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        match text {
            "test" => Ok(Mode::Test),
            "live" => Ok(Mode::Live),
            _ => Err(IdError { expected: "test or live" }),
        }
    }
}

/// The public half of a pair, for example `rzp_test_1DP5mmOlF5G5ag`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId {
    bytes: [u8; KEY_ID_MAX],
    length: u8,
}

impl KeyId {
    /// Draws a new id for a brand's prefix and a mode.
    pub fn draw(prefix: &KeyPrefix, mode: Mode, rng: Random<'_>) -> Self {
        let mut random = [0u8; RANDOM];
        base62(&mut random, rng);
        let random = std::str::from_utf8(&random).expect("base62 is ASCII");
        format!("{}_{}_{random}", prefix.as_str(), mode.as_str())
            .parse()
            .expect("a prefix, a mode and 14 base62 characters make a key id")
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).expect("a key id is checked to be ASCII when it is made")
    }

    /// The id as bytes, all ASCII.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    /// The mode its text names. The mode that counts is the one its digest is bound to.
    pub fn mode(&self) -> Mode {
        match self.as_bytes()[usize::from(self.length) - RANDOM - 5] {
            b't' => Mode::Test,
            _ => Mode::Live,
        }
    }

    /// What stands before its random characters: prefix and mode, as in `rzp_test_`.
    pub fn front(&self) -> &[u8] {
        self.text().front()
    }

    /// Its random characters.
    pub fn tail(&self) -> Tail {
        self.text().tail()
    }

    /// The id with the same front and another tail.
    pub fn with_tail(&self, tail: Tail) -> Self {
        let (mut bytes, front) = (self.bytes, usize::from(self.length) - RANDOM);
        bytes[front..front + RANDOM].copy_from_slice(&tail.to_bytes());
        Self { bytes, length: self.length }
    }

    /// Reads an id from bytes that anybody may have sent.
    pub fn parse(text: &[u8]) -> Result<Self, IdError> {
        Ok(KeyIdText::parse(text)?.to_key_id())
    }

    /// The id where it stands.
    pub fn text(&self) -> KeyIdText<'_> {
        KeyIdText(self.as_bytes())
    }
}

/// A key id where it stands in a text: checked, not copied.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct KeyIdText<'a>(&'a [u8]);

impl<'a> KeyIdText<'a> {
    /// Finds that a text anybody may have sent is a key id.
    #[inline]
    pub fn parse(text: &'a [u8]) -> Result<Self, IdError> {
        const WRONG: IdError =
            IdError { expected: "<prefix>_test_ or <prefix>_live_ and 14 letters or digits" };
        if text.len() > KEY_ID_MAX || text.len() < 2 + 6 + RANDOM {
            return Err(WRONG);
        }
        let (front, random) = text.split_at(text.len() - RANDOM);
        let (prefix, mode) = front.split_at(front.len() - 6);
        if !matches!(mode, b"_test_" | b"_live_") || !is_base62(random) || !KeyPrefix::is_valid(prefix) {
            return Err(WRONG);
        }
        Ok(Self(text))
    }

    /// A text that [`KeyIdText::parse`] has accepted before and that was kept since.
    pub const fn parsed_before(text: &'a [u8]) -> Self {
        Self(text)
    }

    /// The id as bytes, all ASCII.
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.0
    }

    /// The mode it names.
    #[inline]
    pub const fn mode(&self) -> Mode {
        match self.0[self.0.len() - RANDOM - 5] {
            b't' => Mode::Test,
            _ => Mode::Live,
        }
    }

    /// What stands before its random characters.
    #[inline]
    pub fn front(&self) -> &'a [u8] {
        &self.0[..self.0.len() - RANDOM]
    }

    /// Its random characters.
    #[inline]
    pub fn tail(&self) -> Tail {
        Tail::of(self.0.last_chunk().expect("a key id ends with 14 random characters"))
    }

    /// The id by itself.
    #[inline]
    pub fn to_key_id(self) -> KeyId {
        let mut bytes = [0; KEY_ID_MAX];
        bytes[..self.0.len()].copy_from_slice(self.0);
        KeyId { bytes, length: self.0.len() as u8 }
    }
}

impl fmt::Debug for KeyIdText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.escape_ascii())
    }
}

impl FromStr for KeyId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::parse(text.as_bytes())
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name([u8; $prefix.len() + RANDOM]);

        impl $name {
            /// Draws a new id.
            pub fn draw(rng: Random<'_>) -> Self {
                let mut bytes = [0; $prefix.len() + RANDOM];
                bytes[..$prefix.len()].copy_from_slice($prefix.as_bytes());
                base62(&mut bytes[$prefix.len()..], rng);
                Self(bytes)
            }

            /// Its random characters.
            pub fn tail(&self) -> Tail {
                let random = self.0.last_chunk().expect("an id ends with 14 random characters");
                Tail::of(random)
            }

            /// The id with these random characters.
            pub fn of_tail(tail: Tail) -> Self {
                let mut bytes = [0; $prefix.len() + RANDOM];
                bytes[..$prefix.len()].copy_from_slice($prefix.as_bytes());
                bytes[$prefix.len()..].copy_from_slice(&tail.to_bytes());
                Self(bytes)
            }

            /// The id as bytes, all ASCII.
            pub const fn as_bytes(&self) -> &[u8] {
                &self.0
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                std::str::from_utf8(&self.0).expect("an id is checked to be ASCII when it is made")
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                const WRONG: IdError = IdError { expected: concat!($prefix, " and 14 letters or digits") };
                let bytes = <[u8; $prefix.len() + RANDOM]>::try_from(text.as_bytes()).map_err(|_| WRONG)?;
                if bytes.starts_with($prefix.as_bytes()) && is_base62(&bytes[$prefix.len()..]) {
                    Ok(Self(bytes))
                } else {
                    Err(WRONG)
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    )*};
}

ids! {
    /// An account: a merchant of one brand.
    AccountId = "acc_";
    /// A user of one brand: somebody who logs in.
    UserId = "usr_";
    /// A key: the row an owner sees, whose pairs come and go.
    KeyRef = "key_";
    /// A session. Not the cookie: the cookie is a [`crate::Token`] and may change during a session.
    SessionId = "ses_";
    /// One question for a one-time password.
    ChallengeId = "chl_";
    /// An invitation to an account.
    InvitationId = "inv_";
    /// An e-mail or SMS the system owes somebody.
    LetterId = "let_";
    /// One run of a program that verifies, from its start to its end.
    ProcessId = "prc_";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_id_is_prefix_mode_and_fourteen_characters() {
        for (text, right) in [
            ("rzp_test_1DP5mmOlF5G5ag", true),
            ("rzp_live_1DP5mmOlF5G5ag", true),
            ("rzp_prod_1DP5mmOlF5G5ag", false),
            ("rzp_test_1DP5mmOlF5G5a", false),
            ("rzp_test_1DP5mmOlF5G5agg", false),
            ("RZP_test_1DP5mmOlF5G5ag", false),
            ("_test_1DP5mmOlF5G5ag", false),
            ("rzp_test_1DP5mmOlF5G5a\n", false),
            ("rzp_test_1DP5mmOlF5G5aé", false),
            ("", false),
        ] {
            assert_eq!(text.parse::<KeyId>().is_ok(), right, "{text:?}");
        }
        assert_eq!("rzp_live_1DP5mmOlF5G5ag".parse::<KeyId>().map(|id| id.mode()), Ok(Mode::Live));
        assert_eq!("rzp_test_1DP5mmOlF5G5ag".parse::<KeyId>().map(|id| id.mode()), Ok(Mode::Test));
    }

    #[test]
    fn an_id_is_its_front_and_its_tail() {
        let id: KeyId = "rzp_test_1DP5mmOlF5G5ag".parse().expect("a key id");
        let other: KeyId = "rzp_test_zzzzzzzzzzzzzz".parse().expect("a key id");
        assert_eq!(id.front(), b"rzp_test_");
        assert_eq!(other.with_tail(id.tail()), id);
        assert_ne!(other.tail(), id.tail());
        let account = AccountId::draw(&mut crate::seeded(1));
        assert_eq!(AccountId::of_tail(account.tail()), account);
    }

    #[test]
    fn an_id_of_one_kind_is_not_an_id_of_another() {
        let account = AccountId::draw(&mut crate::seeded(1));
        assert!(account.as_str().parse::<AccountId>().is_ok());
        assert!(account.as_str().parse::<KeyRef>().is_err());
    }
}
