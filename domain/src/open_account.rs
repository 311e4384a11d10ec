//! Opening an account: the account, its owner and the owner's invitation, at once.

use crate::access::{Action, Actor, Role, may};
use crate::account::Account;
use crate::audit::AuditEntry;
use crate::brand::Brand;
use crate::decision::{Decision, Row};
use crate::ids::AccountId;
use crate::invite::{invite_owner, offered};
use crate::mobile::Mobile;
use crate::pepper::Pepper;
use crate::random::Random;
use crate::refusal::Refusal;
use crate::text::{is_visible, misleads};
use crate::time::Timestamp;
use crate::user::{Member, User, VerifiedMobile};

/// Longest name of anything people name.
pub(crate) const NAME_MAX: usize = 100;
/// Longest e-mail address (RFC 5321 §4.5.3.1.3, less its brackets).
pub const EMAIL_BYTES_MAX: usize = 254;

/// The first member of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOwner {
    /// What to call them.
    pub name: String,
    /// Where their letter goes.
    pub email: String,
    /// A number the operator vouches for, as typed.
    pub mobile: Option<String>,
}

/// An account about to be.
#[derive(Debug)]
pub struct NewAccount {
    /// What to write.
    pub decision: Decision,
    /// The account as it will be.
    pub account: Account,
    /// Its owner as they will be.
    pub owner: User,
}

/// Opens an account with its owner, who gets an invitation. `known` is the user whom the brand has with the owner's address, if
/// any: they own the account from now on beside what else they are in, and accept by logging in.
#[expect(clippy::too_many_arguments, reason = "each is a fact the decision rests on")]
pub fn open_account(
    brand: &Brand,
    actor: &Actor,
    name: &str,
    owner: &NewOwner,
    known: Option<&User>,
    pepper: &Pepper,
    now: Timestamp,
    rng: Random<'_>,
) -> Result<NewAccount, Refusal> {
    let id = AccountId::draw(rng);
    may(actor, Action::Operate, &id)?;
    let name = checked_name("name", name)?;
    let account = Account {
        id,
        brand: brand.id.clone(),
        name,
        activated_at: None,
        application: None,
        website: None,
        two_factor_required: false,
        created_at: now,
        version: 0,
    };
    let mobile = owner.mobile.as_deref().map(|typed| {
        Mobile::parse(typed, &brand.default_dial_code).map_err(|_| {
            Refusal::invalid(
                "owner.mobile",
                "Give the number with its country code, such as +91 98765 43210.",
            )
        })
    });
    let mobile = mobile.transpose()?.map(|number| VerifiedMobile { number, verified_at: now });
    let (called, email) =
        (checked_name("owner.name", &owner.name)?, checked_email("owner.email", &owner.email)?);
    let user = match known {
        Some(known) => known.clone(),
        None => User { mobile, ..User::new(brand.id.clone(), called, email, now, rng) },
    };
    let audit = AuditEntry::by(actor, "account.opened", Some(id), id, now).fact("owner", user.id);
    let mut decision = Decision::new(audit);
    decision.insert(Row::Account(account.clone()));
    if known.is_none() {
        decision.insert(Row::User(user.clone()));
    }
    decision.insert(Row::Member(Member { account: id, user: user.id, role: Role::Owner, version: 0 }));
    let (invitation, letter) = invite_owner(brand, &account, &user.email, actor, pepper, now, rng)?;
    decision.insert(Row::Invitation(invitation));
    decision.letter(letter);
    Ok(NewAccount { decision, account, owner: user })
}

/// Adds a member with a role. `user` may be new (version 0) or exist.
pub fn add_member(
    brand: &Brand,
    actor: &Actor,
    account: &Account,
    user: &User,
    role: Role,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    may(actor, Action::ManageTeam, &account.id)?;
    offered(brand, role)?;
    let audit = AuditEntry::by(actor, "member.added", Some(account.id), user.id, now).fact("role", role);
    let mut decision = Decision::new(audit);
    if user.version == 0 {
        decision.insert(Row::User(user.clone()));
    }
    decision.insert(Row::Member(Member { account: account.id, user: user.id, role, version: 0 }));
    Ok(decision)
}

pub(crate) fn checked_name(field: &'static str, name: &str) -> Result<String, Refusal> {
    let name = name.trim();
    let length = name.chars().count();
    if length == 0 || NAME_MAX < length || name.chars().any(char::is_control) {
        return Err(Refusal::invalid(field, "Give a name of 1 to 100 characters."));
    }
    // Or a name in a letter could turn the text round it, or be taken for another one.
    if name.chars().any(misleads) || !name.chars().any(is_visible) {
        return Err(Refusal::invalid(field, "Give a name without invisible characters."));
    }
    Ok(name.to_owned())
}

/// A name that fits into an audit entry, an address, a metric and a table as one word.
pub(crate) fn checked_word(field: &'static str, name: &str, example: &str) -> Result<String, Refusal> {
    let name = checked_name(field, name)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if name.chars().all(plain) && name.chars().any(|c| c.is_ascii_alphanumeric()) {
        Ok(name)
    } else {
        let advice = format!("Give a name of letters, digits, dots and dashes, such as {example}.");
        Err(Refusal::invalid(field, advice))
    }
}

pub(crate) fn checked_email(field: &'static str, email: &str) -> Result<String, Refusal> {
    let email = email.trim().to_lowercase();
    let wrong = || Refusal::invalid(field, "Give an e-mail address, such as owner@shop.example.");
    let (local, host) = email.rsplit_once('@').ok_or_else(wrong)?;
    let is_seen = |part: &str| part.chars().any(is_visible);
    let shape_is_right =
        is_seen(local) && is_seen(host) && email.len() <= EMAIL_BYTES_MAX && !local.contains('@');
    let belongs = |c: char| {
        !c.is_whitespace() && !c.is_control() && !misleads(c) && !matches!(c, '<' | '>' | ',' | ';')
    };
    if shape_is_right && email.chars().all(belongs) { Ok(email) } else { Err(wrong()) }
}
