//! What a session still owes before it may look at an account.
//!
//! One function for the login, for every request and for the switch to another account. An account whose owner asks two factors of
//! the whole team is asked about at each request, so the rule holds from the moment it is made, for sessions that are open
//! already too: their members see the page that sets a second factor up, and nothing else until they have one.

use crate::account::Account;
use crate::session::{Session, Stage};
use crate::user::User;

/// What is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owed {
    /// The code of this login.
    Code,
    /// A second factor: the account asks one of everybody, or the user's own was reset, and there is none at login.
    SecondFactor,
}

/// What `session` of `user` owes before it may look at `account`; `None` if nothing.
pub fn owes(user: &User, session: &Session, account: &Account) -> Option<Owed> {
    match session.stage {
        Stage::AwaitingCode => Some(Owed::Code),
        Stage::Open { .. } => {
            let asked = account.two_factor_required || user.two_factor;
            (asked && !user.logs_in_with_two()).then_some(Owed::SecondFactor)
        }
    }
}
