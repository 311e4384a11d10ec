//! Accounts, and what live mode asks of them.

use crate::access::{Action, Actor, may};
use crate::audit::AuditEntry;
use crate::brand::{Brand, BrandId};
use crate::decision::{Decision, Row};
use crate::ids::AccountId;
use crate::refusal::Refusal;
use crate::time::Timestamp;

/// Longest address we keep.
const URL_MAX: usize = 512;

/// An account's website or app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Website {
    /// Its address.
    pub url: String,
    /// When the operator verified it; `None` while in review.
    pub verified_at: Option<Timestamp>,
}

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
    let verified = account.website.as_ref().is_some_and(|website| website.verified_at.is_some());
    let missing = Missing {
        activation: brand.require_activation && account.activated_at.is_none(),
        website: brand.require_website && !verified,
    };
    (missing.activation || missing.website).then_some(missing)
}

/// Activates an account. Doing it again changes nothing and is no error: `None`.
pub fn activate(actor: &Actor, account: &Account, now: Timestamp) -> Result<Option<Decision>, Refusal> {
    may(actor, Action::Operate, &account.id)?;
    if account.activated_at.is_some() {
        return Ok(None);
    }
    let mut decision =
        Decision::new(AuditEntry::by(actor, "account.activated", Some(account.id), account.id, now));
    decision.update(Row::Account(Account { activated_at: Some(now), ..account.clone() }));
    Ok(Some(decision))
}

/// Tells an account's website or app. Another address than before has to be verified anew.
pub fn submit_website(
    actor: &Actor,
    account: &Account,
    url: &str,
    now: Timestamp,
) -> Result<Option<Decision>, Refusal> {
    may(actor, Action::SubmitWebsite, &account.id)?;
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
    let host_is_there = rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[');
    if !host_is_there || URL_MAX < url.len() || url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(Refusal::invalid("url", "Give the full address, such as https://shop.example."));
    }
    if account.website.as_ref().is_some_and(|website| website.url == url) {
        return Ok(None);
    }
    let website = Some(Website { url: url.to_owned(), verified_at: None });
    let mut decision = Decision::new(AuditEntry::by(actor, "website.submitted", Some(account.id), url, now));
    decision.update(Row::Account(Account { website, ..account.clone() }));
    Ok(Some(decision))
}

/// Verifies the website or app an account told. Doing it again changes nothing: `None`.
pub fn verify_website(actor: &Actor, account: &Account, now: Timestamp) -> Result<Option<Decision>, Refusal> {
    may(actor, Action::Operate, &account.id)?;
    let Some(website) = &account.website else {
        return Err(Refusal::invalid(
            "url",
            "The account has not given a website or app yet; submit one first.",
        ));
    };
    if website.verified_at.is_some() {
        return Ok(None);
    }
    let verified = Website { verified_at: Some(now), ..website.clone() };
    let mut decision =
        Decision::new(AuditEntry::by(actor, "website.verified", Some(account.id), &website.url, now));
    decision.update(Row::Account(Account { website: Some(verified), ..account.clone() }));
    Ok(Some(decision))
}
