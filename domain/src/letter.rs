//! Letters: what the system owes somebody by SMS or e-mail. A row first, in the same transaction as the change
//! it speaks of; a message later, sent by a loop that may run twice or late without making anything wrong.

use crate::brand::BrandId;
use crate::ids::{KeyId, LetterId, Mode};
use crate::mobile::Mobile;
use crate::step_up::Purpose;
use crate::time::Timestamp;

/// Where a letter goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// By SMS.
    Sms(Mobile),
    /// By e-mail.
    Email(String),
}

/// What a letter says. The words are the server's; these are the facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LetterKind {
    /// A one-time password, sealed until it is sent. Worthless after `expires_at`.
    Code {
        /// What it is for; the message names it.
        purpose: Purpose,
        /// The sealed digits.
        sealed: Vec<u8>,
        /// When the code stops working.
        expires_at: Timestamp,
    },
    /// An account was opened for somebody.
    AccountOpened {
        /// The account's name.
        account: String,
    },
    /// A key was generated.
    KeyGenerated {
        /// The new pair.
        key_id: KeyId,
        /// Its mode.
        mode: Mode,
    },
    /// A key was regenerated.
    KeyRegenerated {
        /// The new pair.
        key_id: KeyId,
        /// The pair it replaces.
        old: KeyId,
        /// Its mode.
        mode: Mode,
        /// When the old pair stops; `None` if it already has.
        old_until: Option<Timestamp>,
    },
    /// A pair was deactivated.
    KeyDeactivated {
        /// The pair.
        key_id: KeyId,
        /// Its mode.
        mode: Mode,
    },
    /// Nine wrong codes in a row.
    MemberLocked,
    /// A mobile number was verified.
    MobileChanged {
        /// The number that is used from now on.
        number: Mobile,
    },
    /// Two-factor was turned on or off.
    TwoFactorChanged {
        /// Whether it is on now.
        on: bool,
    },
}

/// One e-mail or SMS that is owed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Its id.
    pub id: LetterId,
    /// In whose name.
    pub brand: BrandId,
    /// To whom.
    pub to: Recipient,
    /// Saying what.
    pub kind: LetterKind,
    /// Since when it is owed.
    pub created_at: Timestamp,
}

impl Letter {
    /// A letter owed from `now` on.
    pub fn new(
        brand: &BrandId,
        to: Recipient,
        kind: LetterKind,
        now: Timestamp,
        rng: crate::Random<'_>,
    ) -> Self {
        Self { id: LetterId::draw(rng), brand: brand.clone(), to, kind, created_at: now }
    }
}
