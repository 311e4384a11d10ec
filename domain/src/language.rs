//! Languages that people may read the product in, and a member's choice of one.

use std::fmt;
use std::str::FromStr;

use crate::access::Actor;
use crate::audit::AuditEntry;
use crate::decision::{Decision, Row};
use crate::ids::IdError;
use crate::time::Timestamp;
use crate::user::{Member, User};

/// A language, named by its BCP 47 tag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// English, the complete one.
    #[default]
    English,
    /// Hindi.
    Hindi,
    /// Malay.
    Malay,
}

impl Language {
    /// All of them, English first.
    pub const ALL: [Language; 3] = [Language::English, Language::Hindi, Language::Malay];

    /// The BCP 47 tag: in addresses, the store, and `<html lang>`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Hindi => "hi",
            Language::Malay => "ms",
        }
    }

    /// What its own readers call it.
    pub const fn own_name(self) -> &'static str {
        match self {
            Language::English => "English",
            Language::Hindi => "हिन्दी",
            Language::Malay => "Bahasa Melayu",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Language {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        Language::ALL
            .into_iter()
            .find(|language| language.as_str() == text)
            .ok_or(IdError { expected: "en, hi or ms" })
    }
}

/// The language that a member reads from now on, in pages and letters.
pub fn change_language(
    actor: &Actor,
    member: &Member,
    user: &User,
    language: Language,
    now: Timestamp,
) -> Decision {
    let audit = AuditEntry::by(actor, "user.language_changed", Some(member.account), user.id, now)
        .fact("language", language);
    let mut decision = Decision::new(audit);
    decision.update(Row::User(User { language: Some(language), ..user.clone() }));
    decision
}
