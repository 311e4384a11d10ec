//! The verdict on presented credentials, and what it says to whom.

use std::fmt;
use std::net::IpAddr;

use domain::{AccountId, BrandId, KeyId, KeyRef, Mode, Network, Timestamp};

use crate::limits::{Allowance, Exceeded};
use crate::malformed::Shape;
use crate::slot::Slot;

/// What the caller demands besides a good key, and for whom it asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// The mode the key must have; `None`: either.
    pub mode: Option<Mode>,
    /// Where the request came from: remembered as a use when it is granted, and never part of the verdict.
    pub from: Option<Network>,
    /// The address it came from, as far as that is known: what a key's allowed addresses are held against.
    pub address: Option<IpAddr>,
}

/// What is true of presented credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict<'i> {
    /// They are good.
    Granted(Identity<'i>),
    /// They are not.
    Refused {
        /// Why; the caller of a public API must not learn it, the owner should.
        reason: Reason,
        /// The pair that was named, when it exists.
        slot: Option<Slot>,
    },
    /// They are, but the limits of their key do not let this request through.
    Limited {
        /// Which limit, and for how long.
        exceeded: Box<Exceeded>,
        /// The pair.
        slot: Slot,
    },
    /// This process cannot know.
    CannotSay(Silence),
}

/// Whom a granted request speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity<'i> {
    /// Where the pair is in the index, for whatever else is to be known of it.
    pub slot: Slot,
    /// The pair.
    pub key_id: KeyId,
    /// Test or live.
    pub mode: Mode,
    /// The account.
    pub account: AccountId,
    /// The account's brand.
    pub brand: &'i KnownBrand,
    /// When a replaced pair stops; `None` for the pair its key uses now.
    pub retiring_until: Option<Timestamp>,
    /// What is left of its key's limits; `None` for a key without any.
    pub allowance: Option<Box<Allowance>>,
}

impl Identity<'_> {
    /// `current` or `retiring`.
    pub const fn state(&self) -> &'static str {
        match self.retiring_until {
            None => "current",
            Some(_) => "retiring",
        }
    }
}

/// A brand that pairs of the index belong to, with its text ready to use.
#[derive(Debug, PartialEq, Eq)]
pub struct KnownBrand {
    id: BrandId,
    text: Box<str>,
}

impl KnownBrand {
    pub(crate) fn new(id: &BrandId) -> Self {
        Self { id: id.clone(), text: id.to_string().into() }
    }

    /// The brand.
    pub const fn id(&self) -> &BrandId {
        &self.id
    }

    /// `org/country`.
    pub const fn as_str(&self) -> &str {
        &self.text
    }
}

/// When a pair was made and when it stops by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    /// When it was made.
    pub created_at: Timestamp,
    /// Its expiry date, if it has one.
    pub expires_at: Option<Timestamp>,
}

/// Whose a pair is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// The pair.
    pub key_id: KeyId,
    /// Its key.
    pub key: KeyRef,
    /// Its account.
    pub account: AccountId,
}

/// Why credentials were refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// There is no such key id.
    UnknownKey,
    /// The secret is not the one of this key id.
    WrongSecret,
    /// The pair was deactivated or replaced, and its time is over.
    Ended,
    /// The pair reached its expiry date.
    Expired,
    /// A good key of the other mode.
    WrongMode,
    /// The credentials were out of shape.
    Malformed(Shape),
    /// A good key, from an address that is not on its list.
    AddressNotAllowed,
    /// A good key whose requests of the day are used up.
    QuotaExceeded,
    /// A good key, too often in a second.
    RateLimited,
}

impl Reason {
    /// One reason of each code, in a fixed order; shapes are one code.
    pub const CODES: [&'static str; 9] = [
        "unknown_key",
        "wrong_secret",
        "ended",
        "expired",
        "wrong_mode",
        "malformed",
        "address_not_allowed",
        "quota_exceeded",
        "rate_limited",
    ];

    /// All reasons but those of a shape.
    pub const PLAIN: [Reason; 8] = [
        Reason::UnknownKey,
        Reason::WrongSecret,
        Reason::Ended,
        Reason::Expired,
        Reason::WrongMode,
        Reason::AddressNotAllowed,
        Reason::QuotaExceeded,
        Reason::RateLimited,
    ];

    /// The place of its code in [`Reason::CODES`].
    pub const fn index(self) -> usize {
        match self {
            Reason::UnknownKey => 0,
            Reason::WrongSecret => 1,
            Reason::Ended => 2,
            Reason::Expired => 3,
            Reason::WrongMode => 4,
            Reason::Malformed(_) => 5,
            Reason::AddressNotAllowed => 6,
            Reason::QuotaExceeded => 7,
            Reason::RateLimited => 8,
        }
    }

    /// A stable word for stores: the code, and for malformed credentials in which way, as in
    /// `malformed.newline`.
    pub fn word(self) -> String {
        match self {
            Reason::Malformed(shape) => format!("{}.{}", self.code(), shape.as_str()),
            Reason::UnknownKey
            | Reason::WrongSecret
            | Reason::Ended
            | Reason::Expired
            | Reason::WrongMode
            | Reason::AddressNotAllowed
            | Reason::QuotaExceeded
            | Reason::RateLimited => self.code().to_owned(),
        }
    }

    /// The reason with that word.
    pub fn of_word(word: &str) -> Option<Self> {
        if let Some(shape) = word.strip_prefix("malformed.") {
            return Shape::ALL.into_iter().find(|known| known.as_str() == shape).map(Reason::Malformed);
        }
        Self::PLAIN.into_iter().find(|reason| reason.code() == word)
    }

    /// The code a trusted caller gets.
    pub const fn code(self) -> &'static str {
        Self::CODES[self.index()]
    }

    /// What happened and what to do, for the owner.
    pub const fn sentence(self) -> &'static str {
        match self {
            Reason::UnknownKey => "There is no such key id; check for typing errors.",
            Reason::WrongSecret => {
                "The key secret does not belong to this key id. If it is lost, regenerate the key."
            }
            Reason::Ended => "This key was replaced or deactivated and no longer works; use the current key.",
            Reason::Expired => "This key has reached its expiry date; regenerate it.",
            Reason::WrongMode => {
                "A key of the other mode is needed here: test keys do not work on live data, nor live keys on test data."
            }
            Reason::Malformed(shape) => shape.sentence(),
            Reason::AddressNotAllowed => {
                "The request came from an address that is not on the key's list of allowed addresses; add the \
                 address there if it is yours."
            }
            Reason::QuotaExceeded => {
                "The key had used up its requests of the day; it works again after midnight UTC, or with a higher \
                 limit."
            }
            Reason::RateLimited => {
                "The key was used more often in a second than its limit allows; wait as long as Retry-After says \
                 and spread requests, or raise the limit."
            }
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Why this process cannot say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Silence {
    /// It is still loading pairs.
    NotLoaded,
    /// What it knows is older than it may vouch for.
    TooOld,
    /// The digest was made with a version of the pepper that this process does not hold.
    PepperMissing,
    /// The pair is limited, and by how much is not known.
    LimitsMissing,
    /// The key id is not known, and pairs may have been made meanwhile that this process has not heard of.
    MayBeNew,
}

impl Silence {
    /// All of them, in a fixed order.
    pub const ALL: [Silence; 5] = [
        Silence::NotLoaded,
        Silence::TooOld,
        Silence::PepperMissing,
        Silence::LimitsMissing,
        Silence::MayBeNew,
    ];

    /// A stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Silence::NotLoaded => "not_loaded",
            Silence::TooOld => "too_old",
            Silence::PepperMissing => "pepper_missing",
            Silence::LimitsMissing => "limits_missing",
            Silence::MayBeNew => "may_be_new",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_found_again_by_its_word() {
        let shapes = Shape::ALL.into_iter().map(Reason::Malformed);
        for reason in Reason::PLAIN.into_iter().chain(shapes) {
            assert_eq!(Reason::of_word(&reason.word()), Some(reason));
            assert_eq!(Reason::CODES[reason.index()], reason.code());
        }
        for word in ["", "malformed", "malformed.", "malformed.nothing", "ended.newline"] {
            assert_eq!(Reason::of_word(word), None, "{word}");
        }
    }
}
