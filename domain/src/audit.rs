//! The audit: one entry for each change, chained so that an edit or a gap shows.
//!
//! `link = HMAC(pepper's audit subkey, previous link ‖ sequence number ‖ entry)`. Somebody who can write the
//! database but does not hold the pepper can neither change an entry nor make one up. What the chain alone
//! cannot show is a tail cut off cleanly; compare the head with one that was exported earlier.

use crate::access::Actor;
use crate::ids::{AccountId, UserId};
use crate::pepper::Pepper;
use crate::session::Session;
use crate::time::Timestamp;

/// What one change was: who, what, when, where from, on which object. Never a secret, code or cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// Who: a user id, `operator:<name>` or `system`.
    pub actor: String,
    /// From which address; empty when there is none.
    pub origin: String,
    /// In which account, if in one.
    pub account: Option<AccountId>,
    /// What, as `noun.verb`.
    pub action: &'static str,
    /// On what.
    pub target: String,
    /// What else is worth knowing, as `name=value` words.
    pub facts: String,
}

impl AuditEntry {
    /// An entry about something `actor` did.
    pub fn by(
        actor: &Actor,
        action: &'static str,
        account: Option<AccountId>,
        target: impl ToString,
        now: Timestamp,
    ) -> Self {
        Self {
            at: now,
            actor: actor.name(),
            origin: actor.origin().to_owned(),
            account,
            action,
            target: target.to_string(),
            facts: String::new(),
        }
    }

    /// An entry about something that nobody asked for, or that whoever holds the data folder did.
    pub fn by_system(action: &'static str, target: impl ToString, now: Timestamp) -> Self {
        Self {
            at: now,
            actor: "system".to_owned(),
            origin: String::new(),
            account: None,
            action,
            target: target.to_string(),
            facts: String::new(),
        }
    }

    /// An entry about something the user of a session did before any role matters.
    pub fn in_session(
        session: &Session,
        action: &'static str,
        target: impl ToString,
        now: Timestamp,
    ) -> Self {
        Self {
            at: now,
            actor: session.user.to_string(),
            origin: session.origin.address.clone(),
            account: Some(session.account),
            action,
            target: target.to_string(),
            facts: String::new(),
        }
    }

    /// An entry about something a user did before they had a session.
    pub fn of_user(
        user: UserId,
        origin: &str,
        action: &'static str,
        account: AccountId,
        target: impl ToString,
        now: Timestamp,
    ) -> Self {
        Self {
            at: now,
            actor: user.to_string(),
            origin: origin.to_owned(),
            account: Some(account),
            action,
            target: target.to_string(),
            facts: String::new(),
        }
    }

    /// Adds a fact.
    pub fn fact(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        if !self.facts.is_empty() {
            self.facts.push(' ');
        }
        self.facts += &format!("{name}={value}");
        self
    }
}

/// The end of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainHead {
    /// The number of the last entry; 0 before the first.
    pub sequence: i64,
    /// The last link; zeros before the first.
    pub link: [u8; 32],
}

impl ChainHead {
    /// The chain before its first entry.
    pub const EMPTY: ChainHead = ChainHead { sequence: 0, link: [0; 32] };

    /// The head after `entry` has been appended.
    pub fn append(&self, entry: &ChainLink<'_>, pepper: &Pepper) -> ChainHead {
        ChainHead {
            sequence: self.sequence + 1,
            link: pepper.digest_audit(&self.link, &entry.bytes(self.sequence + 1)),
        }
    }
}

/// An entry as the chain sees it, borrowed from a decision or from a stored row.
#[derive(Clone, Copy, Debug)]
pub struct ChainLink<'a> {
    /// See [`AuditEntry::at`].
    pub at: Timestamp,
    /// See [`AuditEntry::actor`].
    pub actor: &'a str,
    /// See [`AuditEntry::origin`].
    pub origin: &'a str,
    /// See [`AuditEntry::account`]; empty for none.
    pub account: &'a str,
    /// See [`AuditEntry::action`].
    pub action: &'a str,
    /// See [`AuditEntry::target`].
    pub target: &'a str,
    /// See [`AuditEntry::facts`].
    pub facts: &'a str,
    /// The position this change got, 0 if it changed no key.
    pub position: i64,
}

impl ChainLink<'_> {
    fn bytes(&self, sequence: i64) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(160);
        bytes.extend(sequence.to_be_bytes());
        bytes.extend(self.position.to_be_bytes());
        bytes.extend(self.at.as_millis().to_be_bytes());
        for part in [self.actor, self.origin, self.account, self.action, self.target, self.facts] {
            bytes.extend((part.len() as u32).to_be_bytes());
            bytes.extend(part.as_bytes());
        }
        bytes
    }
}

/// Where a chain is broken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainBreak {
    /// A number is missing or out of order.
    #[error("entry {expected} is missing: the next one found is {found}")]
    Gap {
        /// The number that should follow.
        expected: i64,
        /// The number found.
        found: i64,
    },
    /// An entry does not carry the link it must.
    #[error("entry {sequence} was changed, or the one before it was")]
    Edited {
        /// The entry.
        sequence: i64,
    },
}

/// Checks a stored entry (its number and link) against the chain so far; returns the new head.
pub fn check_link(
    head: &ChainHead,
    sequence: i64,
    link: &[u8; 32],
    entry: &ChainLink<'_>,
    pepper: &Pepper,
) -> Result<ChainHead, ChainBreak> {
    if sequence != head.sequence + 1 {
        return Err(ChainBreak::Gap { expected: head.sequence + 1, found: sequence });
    }
    let next = head.append(entry, pepper);
    if next.link == *link { Ok(next) } else { Err(ChainBreak::Edited { sequence }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pepper::samples::pepper;

    const ENTRY: ChainLink<'static> = ChainLink {
        at: Timestamp::from_millis(5),
        actor: "usr_1",
        origin: "192.0.2.1",
        account: "acc_1",
        action: "key.generated",
        target: "key_1",
        facts: "mode=test",
        position: 3,
    };

    // TM-67
    #[test]
    fn any_edit_of_an_entry_breaks_the_chain() {
        let head = ChainHead::EMPTY.append(&ENTRY, &pepper());
        let check = |entry: &ChainLink<'_>| check_link(&ChainHead::EMPTY, 1, &head.link, entry, &pepper());
        assert_eq!(check(&ENTRY), Ok(head));
        for edited in [
            ChainLink { at: Timestamp::from_millis(6), ..ENTRY },
            ChainLink { actor: "usr_2", ..ENTRY },
            ChainLink { origin: "", ..ENTRY },
            ChainLink { account: "acc_2", ..ENTRY },
            ChainLink { action: "key.generate", ..ENTRY },
            ChainLink { target: "key_2", ..ENTRY },
            ChainLink { facts: "mode=live", ..ENTRY },
            ChainLink { position: 4, ..ENTRY },
            ChainLink { actor: "usr_1192", origin: ".0.2.1", ..ENTRY },
        ] {
            assert_eq!(check(&edited), Err(ChainBreak::Edited { sequence: 1 }), "{edited:?}");
        }
    }

    #[test]
    fn a_missing_entry_is_a_gap_and_a_made_up_one_needs_the_pepper() {
        let one = ChainHead::EMPTY.append(&ENTRY, &pepper());
        let two = one.append(&ENTRY, &pepper());
        assert_eq!(
            check_link(&ChainHead::EMPTY, 2, &two.link, &ENTRY, &pepper()),
            Err(ChainBreak::Gap { expected: 1, found: 2 })
        );
        let forged = one.append(&ENTRY, &Pepper::new(1, &[9; 32]));
        assert_eq!(
            check_link(&one, 2, &forged.link, &ENTRY, &pepper()),
            Err(ChainBreak::Edited { sequence: 2 })
        );
    }
}
