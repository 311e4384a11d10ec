//! Letters: what the system owes somebody by SMS or e-mail. A row first, in the same transaction as the change
//! it speaks of; a message later, sent by a loop that may run twice or late without making anything wrong.

use std::str::FromStr;

use crate::access::{Actor, Role};
use crate::audit::AuditEntry;
use crate::brand::BrandId;
use crate::decision::Decision;
use crate::ids::{IdError, KeyId, LetterId, Mode};
use crate::language::Language;
use crate::mobile::Mobile;
use crate::pepper::Pepper;
use crate::random::Random;
use crate::refusal::Refusal;
use crate::secret::Token;
use crate::step_up::Purpose;
use crate::time::Timestamp;
use crate::user::User;

/// Where a letter goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// By SMS.
    Sms(Mobile),
    /// By e-mail.
    Email(String),
}

/// Which way a letter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channel {
    /// By SMS.
    Sms,
    /// By e-mail.
    Email,
}

impl Channel {
    /// The word that the store keeps.
    pub const fn as_str(self) -> &'static str {
        match self {
            Channel::Sms => "sms",
            Channel::Email => "email",
        }
    }
}

impl Recipient {
    /// A recipient read back from the store: an address has an at sign, a number never has.
    pub fn from_stored(text: String) -> Self {
        if text.contains('@') { Recipient::Email(text) } else { Recipient::Sms(Mobile::from_stored(text)) }
    }

    /// The number or the address.
    pub fn as_str(&self) -> &str {
        match self {
            Recipient::Sms(number) => number.as_str(),
            Recipient::Email(address) => address,
        }
    }

    /// Which way it goes.
    pub const fn channel(&self) -> Channel {
        match self {
            Recipient::Sms(_) => Channel::Sms,
            Recipient::Email(_) => Channel::Email,
        }
    }

    /// Where it goes as a page may show it: enough to recognise, not enough to write to.
    pub fn masked(&self) -> String {
        match self {
            Recipient::Sms(number) => number.masked(),
            Recipient::Email(address) => {
                let (local, host) = address.rsplit_once('@').unwrap_or((address, ""));
                let first: String = local.chars().take(1).collect();
                format!("{first}•••@{host}")
            }
        }
    }
}

/// What happened to a member, for the owner of their account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberChange {
    /// Another mobile number was verified.
    MobileChanged,
    /// Two-factor was turned on.
    TwoFactorOn,
    /// Two-factor was turned off.
    TwoFactorOff,
    /// The second factor was taken away, to be set up anew.
    TwoFactorReset,
    /// Nine wrong codes in a row.
    Locked,
    /// The password was changed or reset.
    PasswordChanged,
}

impl MemberChange {
    /// All of them.
    pub const ALL: [MemberChange; 6] = [
        MemberChange::MobileChanged,
        MemberChange::TwoFactorOn,
        MemberChange::TwoFactorOff,
        MemberChange::TwoFactorReset,
        MemberChange::Locked,
        MemberChange::PasswordChanged,
    ];

    /// The word that the store keeps.
    pub const fn as_str(self) -> &'static str {
        match self {
            MemberChange::MobileChanged => "mobile_changed",
            MemberChange::TwoFactorOn => "two_factor_on",
            MemberChange::TwoFactorOff => "two_factor_off",
            MemberChange::TwoFactorReset => "two_factor_reset",
            MemberChange::Locked => "locked",
            MemberChange::PasswordChanged => "password_changed",
        }
    }
}

impl FromStr for MemberChange {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let found = MemberChange::ALL.into_iter().find(|change| change.as_str() == text);
        found.ok_or(IdError { expected: "a change of a member that somebody is told about" })
    }
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
    /// A pair stops soon. Owed some hours before its end; whether it is still used is looked up when it is sent, and
    /// a pair that has ended by then is not spoken of.
    KeyEnding {
        /// The pair.
        key_id: KeyId,
        /// Its mode.
        mode: Mode,
        /// When it stops.
        until: Timestamp,
    },
    /// Nine wrong codes in a row.
    MemberLocked,
    /// A mobile number was verified. The member is told by e-mail, and the number it replaces by SMS.
    MobileChanged {
        /// The number that is used from now on.
        number: Mobile,
    },
    /// Two-factor was turned on or off.
    TwoFactorChanged {
        /// Whether it is on now.
        on: bool,
    },
    /// The authenticator app was removed.
    AppRemoved {
        /// Whether logging in still takes two factors, the other one being the mobile number.
        two_factor: bool,
    },
    /// Somebody with the power to do so took the member's second factor away.
    TwoFactorReset,
    /// Something about a member, told to the owner of their account.
    MemberChanged {
        /// The member's name.
        member: String,
        /// What it is.
        what: MemberChange,
    },
    /// Somebody is asked to join an account.
    Invited {
        /// The account's name.
        account: String,
        /// What they would be there.
        role: Role,
        /// Who asks: a member's name, or the brand's.
        inviter: String,
        /// The link's token, sealed.
        sealed: Vec<u8>,
        /// When the link stops working.
        expires_at: Timestamp,
    },
    /// A member has another role from now on.
    RoleChanged {
        /// The account's name.
        account: String,
        /// The new role.
        role: Role,
    },
    /// A member was removed.
    RemovedFromAccount {
        /// The account's name.
        account: String,
    },
    /// An account has another owner. Both are told.
    OwnershipTransferred {
        /// The account's name.
        account: String,
        /// The new owner's name.
        to: String,
    },
    /// Somebody asked for a new password.
    PasswordReset {
        /// The link's token, sealed.
        sealed: Vec<u8>,
        /// When the link stops working.
        expires_at: Timestamp,
    },
    /// The password was changed or reset.
    PasswordChanged,
    /// A login from a device that was not seen before.
    SignedIn {
        /// Where from.
        address: String,
        /// What the browser calls itself.
        agent: String,
    },
    /// The operator activated an account.
    AccountActivated {
        /// The account's name.
        account: String,
    },
    /// The operator returned an account's details.
    ActivationReturned {
        /// The account's name.
        account: String,
        /// What has to be mended, in the operator's words.
        reason: String,
    },
    /// The operator looked at a website or app.
    WebsiteReviewed {
        /// Its address.
        url: String,
        /// Whether it was verified; otherwise it was returned.
        verified: bool,
        /// What has to be mended, in the operator's words; empty when verified.
        reason: String,
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
    /// What they read; `None` for the brand's first language.
    pub language: Option<Language>,
    /// Saying what.
    pub kind: LetterKind,
    /// Since when it is owed.
    pub created_at: Timestamp,
    /// Not to be sent before this.
    pub due_at: Timestamp,
}

impl LetterKind {
    /// Whether it carries something sealed, which is erased when the letter is sent or given up.
    pub fn is_sealed(&self) -> bool {
        matches!(
            self,
            LetterKind::Code { .. } | LetterKind::Invited { .. } | LetterKind::PasswordReset { .. }
        )
    }

    /// What it is about in a word, for logs and the operator: nothing that somebody wrote.
    pub fn about(&self) -> &'static str {
        match self {
            LetterKind::Code { .. } => "code",
            LetterKind::AccountOpened { .. } => "account_opened",
            LetterKind::KeyGenerated { .. } => "key_generated",
            LetterKind::KeyRegenerated { .. } => "key_regenerated",
            LetterKind::KeyDeactivated { .. } => "key_deactivated",
            LetterKind::KeyEnding { .. } => "key_ending",
            LetterKind::MemberLocked => "member_locked",
            LetterKind::MobileChanged { .. } => "mobile_changed",
            LetterKind::TwoFactorChanged { .. } => "two_factor_changed",
            LetterKind::AppRemoved { .. } => "app_removed",
            LetterKind::TwoFactorReset => "two_factor_reset",
            LetterKind::MemberChanged { .. } => "member_changed",
            LetterKind::Invited { .. } => "invited",
            LetterKind::RoleChanged { .. } => "role_changed",
            LetterKind::RemovedFromAccount { .. } => "removed_from_account",
            LetterKind::OwnershipTransferred { .. } => "ownership_transferred",
            LetterKind::PasswordReset { .. } => "password_reset",
            LetterKind::PasswordChanged => "password_changed",
            LetterKind::SignedIn { .. } => "signed_in",
            LetterKind::AccountActivated { .. } => "account_activated",
            LetterKind::ActivationReturned { .. } => "activation_returned",
            LetterKind::WebsiteReviewed { .. } => "website_reviewed",
        }
    }
}

/// A letter that did not leave when it was due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedLetter {
    /// The letter.
    pub letter: Letter,
    /// Tries so far.
    pub tries: u32,
    /// Why the last one failed.
    pub failure: String,
    /// When it is tried again; `None` if it was given up.
    pub next_try_at: Option<Timestamp>,
}

impl FailedLetter {
    /// Whether trying it again can help: what it carried is still there.
    pub fn can_be_retried(&self) -> bool {
        self.next_try_at.is_some() || !self.letter.kind.is_sealed()
    }
}

/// Has a letter that failed tried again at once, on the operator's word.
pub fn retry_letter(actor: &Actor, failed: &FailedLetter, now: Timestamp) -> Result<Decision, Refusal> {
    if !matches!(actor, Actor::Operator { .. }) {
        return Err(Refusal::NotFound);
    }
    if !failed.can_be_retried() {
        let hint = "What it carried was erased when it was given up. Have it asked for anew.";
        return Err(Refusal::invalid("letter", hint));
    }
    let letter = &failed.letter;
    let audit = AuditEntry::by(actor, "letter.retried", None, letter.id, now)
        .fact("kind", letter.kind.about())
        .fact("brand", &letter.brand);
    Ok(Decision { retried: Some(letter.id), ..Decision::new(audit) })
}

impl Letter {
    /// A letter owed from `now` on.
    pub fn new(brand: &BrandId, to: Recipient, kind: LetterKind, now: Timestamp, rng: Random<'_>) -> Self {
        let id = LetterId::draw(rng);
        Self { id, brand: brand.clone(), to, language: None, kind, created_at: now, due_at: now }
    }

    /// An e-mail to a user, in their language.
    pub fn to_user(user: &User, kind: LetterKind, now: Timestamp, rng: Random<'_>) -> Self {
        let to = Recipient::Email(user.email.clone());
        Self::new(&user.brand, to, kind, now, rng).spoken(user.language)
    }

    /// A letter with a link: `kind` is made around the link's token, sealed for this letter alone.
    pub fn with_link(
        brand: &BrandId,
        to: Recipient,
        token: &Token,
        kind: impl FnOnce(Vec<u8>) -> LetterKind,
        pepper: &Pepper,
        now: Timestamp,
        rng: Random<'_>,
    ) -> Self {
        let id = LetterId::draw(rng);
        let kind = kind(pepper.seal_token(&id, token, rng));
        Self { id, brand: brand.clone(), to, language: None, kind, created_at: now, due_at: now }
    }

    /// The same letter in another language.
    pub fn spoken(self, language: Option<Language>) -> Self {
        Self { language, ..self }
    }

    /// The same letter, not to be sent before a moment.
    pub fn due(self, at: Timestamp) -> Self {
        Self { due_at: at, ..self }
    }
}
