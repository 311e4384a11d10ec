//! A decision: what a command wants written, as data.
//!
//! New row values, exactly one audit entry, letters. The store writes all of it in one transaction or none of it.
//! Updated rows carry the version they were based on; if the store has another one by now, nothing is written and
//! the command is decided again on what is true then.

use crate::account::Account;
use crate::audit::AuditEntry;
use crate::backup_codes::BackupCodes;
use crate::console::ConsoleSession;
use crate::device::Devices;
use crate::follower::Follower;
use crate::idempotency::Remembered;
use crate::ids::{KeyRef, LetterId};
use crate::invite::Invitation;
use crate::key::Key;
use crate::letter::Letter;
use crate::mobile::SendHistory;
use crate::node::Node;
use crate::operator::Operator;
use crate::pair::Pair;
use crate::quarantine::HistoryChange;
use crate::reset_password::PasswordReset;
use crate::rotate_pepper::Wrap;
use crate::send_limits::Allowance;
use crate::session::Session;
use crate::step_up::Challenge;
use crate::user::{Member, User};

/// A row of some kind, with its new values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// An account.
    Account(Account),
    /// A user.
    User(User),
    /// A member.
    Member(Member),
    /// A key, without its pairs.
    Key(Key),
    /// A pair of a key.
    Pair {
        /// The key it belongs to.
        key: KeyRef,
        /// The pair.
        pair: Pair,
    },
    /// A session.
    Session(Session),
    /// A challenge.
    Challenge(Challenge),
    /// When codes were sent to a number or an address.
    Sends(SendHistory),
    /// Somebody's backup codes.
    BackupCodes(BackupCodes),
    /// A way back in for somebody who forgot their password.
    PasswordReset(PasswordReset),
    /// The devices somebody has logged in from.
    Devices(Devices),
    /// An operator.
    Operator(Operator),
    /// An invitation.
    Invitation(Invitation),
    /// A session of the operator console.
    ConsoleSession(ConsoleSession),
    /// A service that verifies by itself.
    Follower(Follower),
    /// A process that verifies, as the fleet lists it.
    Node(Node),
}

/// A row that goes, if it still has the version that was based on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gone {
    /// A member who is no longer one.
    Member(Member),
    /// A node that is no longer one, by its name. What ran as it stays known as a shadow until it cannot vouch any more.
    Node(String),
}

/// One row to write. Each must touch exactly one row of the store, or the whole decision is undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A row that must not exist yet.
    Insert(Row),
    /// A row that must exist with the version it was based on.
    Update(Row),
    /// A row that must exist with the version it was based on, and shall not any more.
    Remove(Gone),
    /// A pair's digest that must be as it was read, and gets one more layer. Nothing else of the pair changes.
    Wrap(Wrap),
    /// A newer version of the pepper than the one in use.
    UsePepper(u8),
}

/// All that one command wants written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Rows, in the order they must be written.
    pub changes: Vec<Change>,
    /// What the audit will say. Exactly one for each decision.
    pub audit: AuditEntry,
    /// What somebody must be told.
    pub letters: Vec<Letter>,
    /// What it counts against; a commit fails where too much was counted already.
    pub counts: Vec<Allowance>,
    /// A letter that failed and shall be tried again at once.
    pub retried: Option<LetterId>,
    /// The answer to give again if the same request is repeated.
    pub remember: Option<Remembered>,
    /// What it does to the history of the database itself.
    pub history: Option<HistoryChange>,
}

impl Decision {
    /// A decision that so far changes nothing.
    pub fn new(audit: AuditEntry) -> Self {
        Self {
            changes: Vec::new(),
            audit,
            letters: Vec::new(),
            counts: Vec::new(),
            retried: None,
            remember: None,
            history: None,
        }
    }

    /// Adds a new row.
    pub fn insert(&mut self, row: Row) {
        self.changes.push(Change::Insert(row));
    }

    /// Adds a changed row.
    pub fn update(&mut self, row: Row) {
        self.changes.push(Change::Update(row));
    }

    /// Adds a row that goes.
    pub fn remove(&mut self, gone: Gone) {
        self.changes.push(Change::Remove(gone));
    }

    /// Adds a letter.
    pub fn letter(&mut self, letter: Letter) {
        self.letters.push(letter);
    }

    /// Whether a key or pair changes, so that every node must hear of it.
    pub fn changes_keys(&self) -> bool {
        let of_keys = |change: &Change| match change {
            Change::Insert(row) | Change::Update(row) => matches!(row, Row::Key(_) | Row::Pair { .. }),
            Change::Remove(Gone::Member(_) | Gone::Node(_)) => false,
            Change::Wrap(_) | Change::UsePepper(_) => true,
        };
        matches!(self.history, Some(HistoryChange::Recovered { .. })) || self.changes.iter().any(of_keys)
    }
}
