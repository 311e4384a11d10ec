//! Business website details: where an account's customers pay, and what the operator finds there.
//!
//! Submitted → in review → verified, or returned with a reason and submitted again. Another address is another website
//! and is reviewed anew; keys that exist go on working meanwhile, only generating the first Live key waits for it.
//! Nothing here or behind it ever fetches an address: people look at it.

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

/// Longest address we keep.
const ADDRESS_MAX: usize = 512;
/// Longest note on how to log in for a test.
const NOTE_MAX: usize = 500;
/// Where apps are offered.
const STORES: [&str; 7] = [
    "play.google.com",
    "apps.apple.com",
    "itunes.apple.com",
    "appgallery.huawei.com",
    "galaxystore.samsung.com",
    "apps.samsung.com",
    "apps.microsoft.com",
];

/// Where customers pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebsiteKind {
    /// On a website.
    Website,
    /// In an app; its address is its page in a store.
    App,
}

impl WebsiteKind {
    /// The word used in the store and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            WebsiteKind::Website => "website",
            WebsiteKind::App => "app",
        }
    }
}

impl fmt::Display for WebsiteKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for WebsiteKind {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        match text {
            "website" => Ok(WebsiteKind::Website),
            "app" => Ok(WebsiteKind::App),
            _ => Err(IdError { expected: "website or app" }),
        }
    }
}

/// What an account tells about its website or app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebsiteDetails {
    /// Website or app.
    pub kind: WebsiteKind,
    /// Its address.
    pub url: String,
    /// Where its terms and conditions stand; empty if nowhere.
    pub terms: String,
    /// Where its privacy policy stands.
    pub privacy: String,
    /// Where it says how money comes back.
    pub refunds: String,
    /// Where it says how to be reached.
    pub contact: String,
    /// How a reviewer gets in, where a login is needed; empty if none is.
    pub note: String,
}

/// The details as somebody gives them. What is left out stays as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewWebsite {
    /// Website or app; left out, the address tells.
    pub kind: Option<WebsiteKind>,
    /// The address.
    pub url: String,
    /// See [`WebsiteDetails::terms`].
    pub terms: Option<String>,
    /// See [`WebsiteDetails::privacy`].
    pub privacy: Option<String>,
    /// See [`WebsiteDetails::refunds`].
    pub refunds: Option<String>,
    /// See [`WebsiteDetails::contact`].
    pub contact: Option<String>,
    /// See [`WebsiteDetails::note`].
    pub note: Option<String>,
}

impl NewWebsite {
    /// Only an address.
    pub fn at(url: impl Into<String>) -> Self {
        Self { url: url.into(), ..Self::default() }
    }
}

/// Where a review stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Review {
    /// Nobody has decided yet.
    Waiting,
    /// Found good.
    Verified {
        /// When.
        at: Timestamp,
    },
    /// Something has to be mended; whoever submitted may do it again.
    Returned(Returned),
}

/// What came back from a review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returned {
    /// When.
    pub at: Timestamp,
    /// What has to be mended.
    pub reason: String,
}

/// An account's website or app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Website {
    /// What the account told.
    pub details: WebsiteDetails,
    /// When it was told last, so that a reviewer sees the longest waiting first.
    pub submitted_at: Timestamp,
    /// What became of it.
    pub review: Review,
}

impl Website {
    /// When it was verified; `None` while it is not.
    pub fn verified_at(&self) -> Option<Timestamp> {
        match self.review {
            Review::Verified { at } => Some(at),
            Review::Waiting | Review::Returned(_) => None,
        }
    }

    /// What came back, if it was returned.
    pub fn returned(&self) -> Option<&Returned> {
        match &self.review {
            Review::Returned(returned) => Some(returned),
            Review::Waiting | Review::Verified { .. } => None,
        }
    }
}

/// Tells an account's website or app. Another address than before has to be verified anew; what was returned is looked at
/// again; telling the same while it waits or is verified changes nothing: `None`.
///
/// A member says where the policies stand that customers look for; an operator, who has looked already, need not.
pub fn submit_website(
    actor: &Actor,
    account: &Account,
    new: &NewWebsite,
    now: Timestamp,
) -> Result<Option<Decision>, Refusal> {
    may(actor, Action::SubmitWebsite, &account.id)?;
    let details = checked(new, account.website.as_ref().map(|website| &website.details))?;
    if matches!(actor, Actor::Member(_)) {
        has_its_policies(&details)?;
    }
    let (review, submitted_at) = match &account.website {
        Some(old) if old.returned().is_none() && old.details == details => return Ok(None),
        // The same place as before: only what is said about it has changed.
        Some(old) if is_same_place(&old.details, &details) && old.verified_at().is_some() => {
            (old.review.clone(), old.submitted_at)
        }
        Some(_) | None => (Review::Waiting, now),
    };
    let action = if review == Review::Waiting { "website.submitted" } else { "website.details_changed" };
    let audit = AuditEntry::by(actor, action, Some(account.id), &details.url, now).fact("kind", details.kind);
    let mut decision = Decision::new(audit);
    let website = Some(Website { details, submitted_at, review });
    decision.update(Row::Account(Account { website, ..account.clone() }));
    Ok(Some(decision))
}

/// Verifies the website or app an account told. `seen` is the address that was looked at: if another was told meanwhile,
/// nobody has looked at that one. Doing it again changes nothing: `None`.
pub fn verify_website(
    actor: &Actor,
    account: &Account,
    seen: Option<&str>,
    owners: &[User],
    now: Timestamp,
    rng: Random<'_>,
) -> Result<Option<Decision>, Refusal> {
    may(actor, Action::Operate, &account.id)?;
    let website = told(account, seen)?;
    if website.verified_at().is_some() {
        return Ok(None);
    }
    let review = Review::Verified { at: now };
    Ok(Some(reviewed(actor, account, website, review, "website.verified", owners, now, rng)))
}

/// Returns the website or app an account told, with what has to be mended. One that was verified can be returned too:
/// something may have been found later.
pub fn return_website(
    actor: &Actor,
    account: &Account,
    seen: Option<&str>,
    reason: &str,
    owners: &[User],
    now: Timestamp,
    rng: Random<'_>,
) -> Result<Option<Decision>, Refusal> {
    may(actor, Action::Operate, &account.id)?;
    let reason = checked_reason(reason)?;
    let website = told(account, seen)?;
    if website.returned().is_some_and(|returned| returned.reason == reason) {
        return Ok(None);
    }
    let review = Review::Returned(Returned { at: now, reason });
    Ok(Some(reviewed(actor, account, website, review, "website.returned", owners, now, rng)))
}

fn told<'a>(account: &'a Account, seen: Option<&str>) -> Result<&'a Website, Refusal> {
    let Some(website) = &account.website else {
        return Err(Refusal::invalid(
            "url",
            "The account has not given a website or app yet; submit one first.",
        ));
    };
    if seen.is_some_and(|seen| seen != website.details.url) {
        return Err(Refusal::Outdated { what: "website" });
    }
    Ok(website)
}

#[expect(clippy::too_many_arguments, reason = "shared by the two functions above, with what they were given")]
fn reviewed(
    actor: &Actor,
    account: &Account,
    website: &Website,
    review: Review,
    action: &'static str,
    owners: &[User],
    now: Timestamp,
    rng: Random<'_>,
) -> Decision {
    let url = &website.details.url;
    let audit = AuditEntry::by(actor, action, Some(account.id), url, now);
    let (audit, reason) = match &review {
        Review::Returned(returned) => (audit.fact("reason", &returned.reason), returned.reason.clone()),
        Review::Verified { .. } | Review::Waiting => (audit, String::new()),
    };
    let verified = matches!(review, Review::Verified { .. });
    let mut decision = Decision::new(audit);
    let website = Some(Website { review, ..website.clone() });
    decision.update(Row::Account(Account { website, ..account.clone() }));
    for owner in owners {
        let kind = LetterKind::WebsiteReviewed { url: url.clone(), verified, reason: reason.clone() };
        decision.letter(Letter::to_user(owner, kind, now, rng));
    }
    decision
}

fn is_same_place(one: &WebsiteDetails, other: &WebsiteDetails) -> bool {
    one.url == other.url && one.kind == other.kind
}

fn checked(new: &NewWebsite, old: Option<&WebsiteDetails>) -> Result<WebsiteDetails, Refusal> {
    let url = checked_address("url", &new.url)?;
    let in_a_store = STORES.contains(&host(&url));
    let kind = match new.kind {
        Some(WebsiteKind::App) if !in_a_store => {
            let hint =
                "Give the app's page in its store, such as https://play.google.com/store/apps/details?id=….";
            return Err(Refusal::invalid("url", hint));
        }
        Some(WebsiteKind::Website) if in_a_store => {
            return Err(Refusal::invalid("kind", "This is an app's page in a store; choose App."));
        }
        Some(kind) => kind,
        None if in_a_store => WebsiteKind::App,
        None => WebsiteKind::Website,
    };
    let link = |field, given: &Option<String>, old: Option<&String>| match given.as_deref().map(str::trim) {
        None => Ok(old.cloned().unwrap_or_default()),
        Some("") => Ok(String::new()),
        Some(given) => checked_address(field, given),
    };
    let note = new.note.clone().or_else(|| old.map(|old| old.note.clone())).unwrap_or_default();
    let note = note.replace("\r\n", "\n").trim().to_owned();
    if NOTE_MAX < note.chars().count() || note.chars().any(|c| c.is_control() && c != '\n') {
        return Err(Refusal::invalid("note", "Give at most 500 characters."));
    }
    Ok(WebsiteDetails {
        kind,
        terms: link("terms", &new.terms, old.map(|old| &old.terms))?,
        privacy: link("privacy", &new.privacy, old.map(|old| &old.privacy))?,
        refunds: link("refunds", &new.refunds, old.map(|old| &old.refunds))?,
        contact: link("contact", &new.contact, old.map(|old| &old.contact))?,
        url,
        note,
    })
}

/// What customers look for before they pay. A store's page carries all of it but the privacy policy.
fn has_its_policies(details: &WebsiteDetails) -> Result<(), Refusal> {
    let of_a_website = [
        ("terms", &details.terms),
        ("privacy", &details.privacy),
        ("refunds", &details.refunds),
        ("contact", &details.contact),
    ];
    let needed: &[(&'static str, &String)] = match details.kind {
        WebsiteKind::Website => &of_a_website,
        WebsiteKind::App => &of_a_website[1..2],
    };
    match needed.iter().find(|(_, link)| link.is_empty()) {
        Some((field, _)) => {
            Err(Refusal::invalid(field, "Give the page's full address, such as https://shop.example/terms."))
        }
        None => Ok(()),
    }
}

/// Accepts a full public address: http or https, a host name with a dot, no user or password in it, nothing invisible. It
/// is stored and shown, and never fetched.
fn checked_address(field: &'static str, text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    let wrong = || Refusal::invalid(field, "Give the full address, such as https://shop.example.");
    let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    if !matches!(scheme.as_deref(), Some("http" | "https"))
        || ADDRESS_MAX < text.len()
        || text
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || is_invisible(c) || "\\\"<>`".contains(c))
    {
        return Err(wrong());
    }
    let (name, port) = match authority(text).rsplit_once(':') {
        Some((name, port)) => (name, Some(port)),
        None => (authority(text), None),
    };
    let port_is_one = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port != 0));
    let labels: Vec<&str> = name.split('.').collect();
    let label_is_one = |label: &&str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    // A last label with a letter in it: an address by number is no shop's.
    let is_a_name = 2 <= labels.len()
        && labels.iter().all(label_is_one)
        && labels.last().is_some_and(|last| last.chars().any(char::is_alphabetic));
    if port_is_one && is_a_name { Ok(text.to_owned()) } else { Err(wrong()) }
}

/// What turns text round or hides in it, so that an address reads as another one.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// What stands between the scheme and the path. With a user or password in it, it is no host.
fn authority(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

fn host(url: &str) -> &str {
    authority(url).split(':').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    // TM-70: nothing is fetched, and what is kept leads where it says.
    #[test]
    fn an_address_is_a_public_one_of_the_web_and_says_where_it_leads() {
        for good in [
            "https://shop.example",
            "http://shop.example:8080/a?b=c#d",
            "HTTPS://Shop.Example/",
            "https://दुकान.example/",
            "  https://shop.example  ",
        ] {
            assert_eq!(checked_address("url", good).as_deref(), Ok(good.trim()), "{good}");
        }
        for bad in [
            "",
            "shop.example",
            "ftp://shop.example",
            "javascript://shop.example/%0aalert(1)",
            "https://",
            "https:///path",
            "https://localhost",
            "https://shop",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://0x7f.1",
            "https://asha:secret@shop.example",
            "https://shop.example@evil.example",
            "https://shop.example:0",
            "https://shop.example:99999",
            "https://shop.example\\@evil.example",
            "https://shop..example",
            "https://-shop.example",
            "https://shop.example/\u{202e}gnp",
            "https://shop.example/a b",
            "https://shop.example/\n",
            "https://shop.example/\u{0}",
        ] {
            let bad = if bad.ends_with('\n') { format!("{bad}x") } else { bad.to_owned() };
            assert!(checked_address("url", &bad).is_err(), "{bad:?}");
        }
        assert!(checked_address("url", &format!("https://shop.example/{}", "x".repeat(512))).is_err());
    }
}
