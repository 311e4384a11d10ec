//! Activation: an account says whose business it is; the operator looks and activates it, or returns it with a reason.
//!
//! An operator may also activate an account that has said nothing here: the papers may have come another way.

use std::fmt;
use std::str::FromStr;

use crate::access::{Action, Actor, may};
use crate::account::{Account, checked_reason};
use crate::audit::AuditEntry;
use crate::decision::{Decision, Row};
use crate::ids::IdError;
use crate::letter::{Letter, LetterKind};
use crate::random::Random;
use crate::refusal::Refusal;
use crate::time::Timestamp;
use crate::user::User;
use crate::website::Returned;

/// Longest text of any of the details.
const TEXT_MAX: usize = 200;

/// What a business is in law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BusinessType {
    /// One person, not registered.
    Individual,
    /// One person's registered business.
    Proprietorship,
    /// Several people's.
    Partnership,
    /// A partnership with limited liability.
    LimitedPartnership,
    /// A company with private shares.
    PrivateCompany,
    /// A company with public shares.
    PublicCompany,
    /// A trust, society, foundation or other body without profit.
    NonProfit,
}

impl BusinessType {
    /// All of them, in the order in which they are offered.
    pub const ALL: [BusinessType; 7] = [
        BusinessType::Individual,
        BusinessType::Proprietorship,
        BusinessType::Partnership,
        BusinessType::LimitedPartnership,
        BusinessType::PrivateCompany,
        BusinessType::PublicCompany,
        BusinessType::NonProfit,
    ];

    /// The word used in the store and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            BusinessType::Individual => "individual",
            BusinessType::Proprietorship => "proprietorship",
            BusinessType::Partnership => "partnership",
            BusinessType::LimitedPartnership => "limited-partnership",
            BusinessType::PrivateCompany => "private-company",
            BusinessType::PublicCompany => "public-company",
            BusinessType::NonProfit => "non-profit",
        }
    }
}

impl fmt::Display for BusinessType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for BusinessType {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        BusinessType::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(IdError {
            expected: "individual, proprietorship, partnership, limited-partnership, private-company, \
                       public-company or non-profit",
        })
    }
}

/// Whose business an account is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Business {
    /// Its name in law.
    pub legal_name: String,
    /// What it is in law.
    pub business_type: BusinessType,
    /// Its number in a public register or with the tax office; empty for those who have none.
    pub registration: String,
    /// What it sells, in a sentence.
    pub sells: String,
}

/// Business details as an account told them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// The details.
    pub business: Business,
    /// When they were told last.
    pub submitted_at: Timestamp,
    /// What came back, if the operator returned them; `None` while they wait, and once the account is activated.
    pub returned: Option<Returned>,
}

/// Tells whose business an account is. Possible until the account is activated; telling the same while it waits changes
/// nothing: `None`.
pub fn submit_business(
    actor: &Actor,
    account: &Account,
    business: &Business,
    now: Timestamp,
) -> Result<Option<Decision>, Refusal> {
    may(actor, Action::SubmitWebsite, &account.id)?;
    if account.activated_at.is_some() {
        let hint = "The account is activated; to change what it was activated with, write to support.";
        return Err(Refusal::invalid("legal_name", hint));
    }
    let business = checked(business)?;
    if account.application.as_ref().is_some_and(|old| old.returned.is_none() && old.business == business) {
        return Ok(None);
    }
    let audit = AuditEntry::by(actor, "activation.submitted", Some(account.id), account.id, now)
        .fact("type", business.business_type);
    let mut decision = Decision::new(audit);
    let application = Some(Application { business, submitted_at: now, returned: None });
    decision.update(Row::Account(Account { application, ..account.clone() }));
    Ok(Some(decision))
}

/// Activates an account. `seen` is when the details were told that somebody looked at: if others were told meanwhile,
/// nobody has looked at those. Doing it again changes nothing and is no error: `None`.
pub fn activate(
    actor: &Actor,
    account: &Account,
    seen: Option<Timestamp>,
    owners: &[User],
    now: Timestamp,
    rng: Random<'_>,
) -> Result<Option<Decision>, Refusal> {
    may(actor, Action::Operate, &account.id)?;
    if account.activated_at.is_some() {
        return Ok(None);
    }
    refuse_outdated(account, seen)?;
    let audit = AuditEntry::by(actor, "account.activated", Some(account.id), account.id, now);
    let mut decision = Decision::new(audit);
    let application = account.application.clone().map(|told| Application { returned: None, ..told });
    decision.update(Row::Account(Account { activated_at: Some(now), application, ..account.clone() }));
    for owner in owners {
        let kind = LetterKind::AccountActivated { account: account.name.clone() };
        decision.letter(Letter::to_user(owner, kind, now, rng));
    }
    Ok(Some(decision))
}

/// Returns an account's business details with what has to be mended.
pub fn return_activation(
    actor: &Actor,
    account: &Account,
    seen: Option<Timestamp>,
    reason: &str,
    owners: &[User],
    now: Timestamp,
    rng: Random<'_>,
) -> Result<Option<Decision>, Refusal> {
    may(actor, Action::Operate, &account.id)?;
    let reason = checked_reason(reason)?;
    if account.activated_at.is_some() {
        return Err(Refusal::invalid(
            "account",
            "The account is activated already; there is nothing to return.",
        ));
    }
    let Some(application) = &account.application else {
        return Err(Refusal::invalid("account", "The account has not told its business details yet."));
    };
    refuse_outdated(account, seen)?;
    if application.returned.as_ref().is_some_and(|returned| returned.reason == reason) {
        return Ok(None);
    }
    let audit = AuditEntry::by(actor, "activation.returned", Some(account.id), account.id, now)
        .fact("reason", &reason);
    let mut decision = Decision::new(audit);
    let returned = Some(Returned { at: now, reason: reason.clone() });
    let application = Some(Application { returned, ..application.clone() });
    decision.update(Row::Account(Account { application, ..account.clone() }));
    for owner in owners {
        let kind = LetterKind::ActivationReturned { account: account.name.clone(), reason: reason.clone() };
        decision.letter(Letter::to_user(owner, kind, now, rng));
    }
    Ok(Some(decision))
}

fn refuse_outdated(account: &Account, seen: Option<Timestamp>) -> Result<(), Refusal> {
    let told = account.application.as_ref().map(|application| application.submitted_at);
    if seen.is_some() && seen != told { Err(Refusal::Outdated { what: "business" }) } else { Ok(()) }
}

fn checked(business: &Business) -> Result<Business, Refusal> {
    let text = |field, text: &str, least: usize, hint: &str| {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let length = text.chars().count();
        if length < least || TEXT_MAX < length || text.chars().any(char::is_control) {
            return Err(Refusal::invalid(field, hint));
        }
        Ok(text)
    };
    let registered = usize::from(business.business_type != BusinessType::Individual);
    Ok(Business {
        legal_name: text(
            "legal_name",
            &business.legal_name,
            2,
            "Give the name as it stands in your papers, in 2 to 200 characters.",
        )?,
        business_type: business.business_type,
        registration: text(
            "registration",
            &business.registration,
            registered,
            "Give the number under which the business is registered; only individuals may leave it out.",
        )?,
        sells: text("sells", &business.sells, 3, "Say in 3 to 200 characters what you sell.")?,
    })
}
