//! Accounts, and what live mode asks of them.

use crate::activation::Application;
use crate::brand::{Brand, BrandId};
use crate::ids::AccountId;
use crate::refusal::Refusal;
use crate::time::Timestamp;
use crate::website::Website;

/// A merchant of one brand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its brand.
    pub brand: BrandId,
    /// What to call it.
    pub name: String,
    /// When the operator activated it; `None` until then.
    pub activated_at: Option<Timestamp>,
    /// Its business details, if it told us; an operator may activate without them.
    pub application: Option<Application>,
    /// Its website or app, if it told us.
    pub website: Option<Website>,
    /// Whether every member needs a second factor to log in.
    pub two_factor_required: bool,
    /// When it was opened.
    pub created_at: Timestamp,
    /// Grows by one with each change.
    pub version: i64,
}

/// What an account lacks before it may have live keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Activation.
    pub activation: bool,
    /// A verified website or app.
    pub website: bool,
}

/// What `account` lacks for live mode under its brand's rules; `None` if nothing.
pub fn live_gate(brand: &Brand, account: &Account) -> Option<Missing> {
    let verified = account.website.as_ref().is_some_and(|website| website.verified_at().is_some());
    let missing = Missing {
        activation: brand.require_activation && account.activated_at.is_none(),
        website: brand.require_website && !verified,
    };
    (missing.activation || missing.website).then_some(missing)
}

/// Longest reason that a review is returned with.
const REASON_MAX: usize = 500;

/// Why something was returned, as one line: people read it on a page and in a letter.
pub(crate) fn checked_reason(reason: &str) -> Result<String, Refusal> {
    let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = reason.chars().count();
    if length == 0 || REASON_MAX < length || reason.chars().any(char::is_control) {
        return Err(Refusal::invalid("reason", "Say in 1 to 500 characters what has to be mended."));
    }
    Ok(reason)
}
