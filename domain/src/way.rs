//! Ways: how somebody answers a challenge. With a code sent to a number or an address, or with one that their app makes.

use crate::brand::BrandId;
use crate::letter::Recipient;
use crate::mobile::{Mobile, SendClass};

/// How a challenge is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// With a code sent by SMS to the number the user has verified.
    Sms(Mobile),
    /// With a code sent by SMS to a new number; the right answer makes it the user's.
    NewNumber(Mobile),
    /// With a code sent to the address the user logs in with.
    Email(String),
    /// With a code that the user's authenticator app makes. Nothing is sent.
    App,
    /// With a code that a new app makes; the right answer makes the app the user's. Nothing is sent.
    NewApp {
        /// The secret that the app was shown, sealed for this user.
        sealed: Vec<u8>,
    },
}

impl Way {
    /// Where a code is sent; `None` where an app makes it.
    pub fn recipient(&self) -> Option<Recipient> {
        match self {
            Way::Sms(number) | Way::NewNumber(number) => Some(Recipient::Sms(number.clone())),
            Way::Email(address) => Some(Recipient::Email(address.clone())),
            Way::App | Way::NewApp { .. } => None,
        }
    }

    /// With which codes to the same recipient this way's count, for a user of a brand.
    pub fn class(&self, brand: &BrandId) -> SendClass {
        match self {
            Way::NewNumber(_) => SendClass::New(brand.clone()),
            Way::Sms(_) | Way::Email(_) | Way::App | Way::NewApp { .. } => SendClass::Own,
        }
    }

    /// The number a code is sent to, if it is one.
    pub fn number(&self) -> Option<&Mobile> {
        match self {
            Way::Sms(number) | Way::NewNumber(number) => Some(number),
            Way::Email(_) | Way::App | Way::NewApp { .. } => None,
        }
    }

    /// Whether the right answer makes something new the user's second factor.
    pub fn verifies(&self) -> bool {
        matches!(self, Way::NewNumber(_) | Way::NewApp { .. })
    }

    /// Whether it shows that the user still has the second factor they had; then a backup code shows it too.
    pub fn is_own_factor(&self) -> bool {
        matches!(self, Way::Sms(_) | Way::App)
    }
}
