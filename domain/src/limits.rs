//! Limits: how often, and from where, a key may be used.
//!
//! They belong to the key, not to a pair: regenerating resets nothing, and two pairs that work share them. Without any
//! limit a key is as it always was. Counting against them is the business of those who verify; here is what they are,
//! what may be asked for, and who may change them.

use std::net::IpAddr;
use std::num::{NonZeroU32, NonZeroU64};

use crate::access::{Action, Actor, may};
use crate::audit::AuditEntry;
use crate::brand::Brand;
use crate::cidr::{Cidr, CidrError};
use crate::decision::{Decision, Row};
use crate::generate::write_key;
use crate::key::Key;
use crate::pair::Standing;
use crate::refusal::Refusal;
use crate::step_up::{Proof, Purpose, covers};
use crate::time::Timestamp;

/// Networks that one key may be used from, at most.
pub const NETWORKS_MAX: usize = 64;
/// More requests a second than one process can answer.
pub const PER_SECOND_MAX: u32 = 1_000_000;
/// That many a second, all day.
pub const PER_DAY_MAX: u64 = 86_400_000_000;

/// How often, and from where, a key may be used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Requests per second, with a burst of as many; `None` for any number.
    pub per_second: Option<NonZeroU32>,
    /// Requests per day of UTC; `None` for any number.
    pub per_day: Option<NonZeroU64>,
    /// Networks it may be used from, none of them twice; none for everywhere.
    pub networks: Vec<Cidr>,
}

/// A key's limits, with what is known of their last change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyLimits {
    /// What holds now.
    pub now: Limits,
    /// How often they were changed; a change based on an older version loses.
    pub version: i64,
    /// The last change; `None` while there was none.
    pub changed: Option<LimitsChange>,
}

/// Who changed limits, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitsChange {
    /// As the audit names them.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// Why limits cannot be as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LimitsError {
    /// Requests per second: not a whole number from 1 to [`PER_SECOND_MAX`].
    PerSecond,
    /// Requests per day: not a whole number from 1 to [`PER_DAY_MAX`].
    PerDay,
    /// More than [`NETWORKS_MAX`] networks.
    TooManyNetworks,
    /// A text that is no network.
    NotANetwork {
        /// Which of those written, counted from 1.
        line: usize,
    },
    /// A network with bits behind its prefix.
    HostBits {
        /// Which of those written, counted from 1.
        line: usize,
        /// What was probably meant.
        meant: Cidr,
    },
}

impl Limits {
    /// No limits at all.
    pub const NONE: Limits = Limits { per_second: None, per_day: None, networks: Vec::new() };

    /// Whether there is none.
    pub const fn is_none(&self) -> bool {
        self.per_second.is_none() && self.per_day.is_none() && self.networks.is_empty()
    }

    /// Whether requests from an address are let through. Nobody knows where a request without one came from, so a list
    /// refuses it.
    pub fn allows(&self, address: Option<IpAddr>) -> bool {
        self.networks.is_empty()
            || address.is_some_and(|from| self.networks.iter().any(|network| network.contains(from)))
    }

    /// Limits from numbers and lines of text. A line may be empty; a network that stands twice is kept once.
    pub fn checked<'a>(
        per_second: Option<u64>,
        per_day: Option<u64>,
        networks: impl Iterator<Item = &'a str>,
    ) -> Result<Self, LimitsError> {
        let per_second = per_second.map(|count| {
            let count = u32::try_from(count).ok().filter(|count| *count <= PER_SECOND_MAX);
            count.and_then(NonZeroU32::new).ok_or(LimitsError::PerSecond)
        });
        let per_day = per_day.map(|count| {
            let count = Some(count).filter(|count| *count <= PER_DAY_MAX);
            count.and_then(NonZeroU64::new).ok_or(LimitsError::PerDay)
        });
        let mut limits =
            Self { per_second: per_second.transpose()?, per_day: per_day.transpose()?, networks: Vec::new() };
        for (line, text) in (1..).zip(networks) {
            let text = text.trim();
            if text.is_empty() {
                continue;
            }
            let network = text.parse().map_err(|error| match error {
                CidrError::NotANetwork => LimitsError::NotANetwork { line },
                CidrError::HostBits(meant) => LimitsError::HostBits { line, meant },
            })?;
            if limits.networks.contains(&network) {
                continue;
            }
            if limits.networks.len() == NETWORKS_MAX {
                return Err(LimitsError::TooManyNetworks);
            }
            limits.networks.push(network);
        }
        Ok(limits)
    }

    /// The networks as one text, with something between them.
    pub fn networks_joined(&self, between: &str) -> String {
        self.networks.iter().map(Cidr::to_string).collect::<Vec<_>>().join(between)
    }
}

impl LimitsError {
    /// The field of the API that it is about.
    pub const fn field(&self) -> &'static str {
        match self {
            LimitsError::PerSecond => "requests_per_second",
            LimitsError::PerDay => "requests_per_day",
            LimitsError::TooManyNetworks | LimitsError::NotANetwork { .. } | LimitsError::HostBits { .. } => {
                "allowed_addresses"
            }
        }
    }
}

impl From<LimitsError> for Refusal {
    fn from(error: LimitsError) -> Self {
        let hint = match &error {
            LimitsError::PerSecond => {
                format!("Give a whole number from 1 to {PER_SECOND_MAX}, or null for any.")
            }
            LimitsError::PerDay => format!("Give a whole number from 1 to {PER_DAY_MAX}, or null for any."),
            LimitsError::TooManyNetworks => {
                format!("Give at most {NETWORKS_MAX} networks; a wider one can stand for several.")
            }
            LimitsError::NotANetwork { line } => {
                format!("Entry {line} is no address and no network such as 192.0.2.0/24 or 2001:db8::/32.")
            }
            LimitsError::HostBits { line, meant } => {
                format!(
                    "Entry {line} has bits behind its prefix. Write {meant}, or a single address without a prefix."
                )
            }
        };
        Refusal::invalid(error.field(), hint)
    }
}

/// Gives a key other limits. Every node hears of it: all its pairs that may still work take the change's position.
/// `None` when they are the same already: there is nothing to write, and no step-up is spent.
pub fn change_limits(
    brand: &Brand,
    key: &Key,
    wanted: &Limits,
    expected_version: Option<i64>,
    actor: &Actor,
    proof: &Proof,
    now: Timestamp,
) -> Result<Option<Decision>, Refusal> {
    may(actor, Action::ChangeLimits, &key.account)?;
    let old = &key.limits;
    if old.now == *wanted {
        return Ok(None);
    }
    if expected_version.is_some_and(|version| version != old.version) {
        return Err(match &old.changed {
            Some(LimitsChange { by, at }) => Refusal::LimitsChanged { by: by.clone(), at: *at },
            None => Refusal::invalid("expected_version", "Give the version that was read, or leave it out."),
        });
    }
    let spent = covers(brand, actor, &Purpose::ChangeLimits { key: key.id, mode: key.mode }, proof, now)?;
    let changed = LimitsChange { by: actor.name(), at: now };
    let limits = KeyLimits { now: wanted.clone(), version: old.version + 1, changed: Some(changed) };
    let mut decision = Decision::new(entry(key, wanted, actor, now));
    write_key(&mut decision, &Key { limits, ..key.clone() }, false, now);
    for pair in &key.pairs {
        if !matches!(pair.standing(now), Standing::Ended { .. }) {
            decision.update(Row::Pair { key: key.id, pair: pair.clone() });
        }
    }
    if let Some(challenge) = spent {
        decision.update(Row::Challenge(challenge));
    }
    Ok(Some(decision))
}

/// What the audit says: each limit that changed, as it was and as it is.
fn entry(key: &Key, wanted: &Limits, actor: &Actor, now: Timestamp) -> AuditEntry {
    let number = |number: Option<u64>| number.map_or_else(|| "any".to_owned(), |number| number.to_string());
    let told = |limits: &Limits| {
        let addresses =
            if limits.networks.is_empty() { "any".to_owned() } else { limits.networks_joined(",") };
        [
            ("per_second", number(limits.per_second.map(|count| u64::from(count.get())))),
            ("per_day", number(limits.per_day.map(NonZeroU64::get))),
            ("addresses", addresses),
        ]
    };
    let entry =
        AuditEntry::by(actor, "key.limits_changed", Some(key.account), key.id, now).fact("mode", key.mode);
    let changes = told(&key.limits.now).into_iter().zip(told(wanted));
    changes
        .filter(|(old, new)| old != new)
        .fold(entry, |entry, ((name, old), (_, new))| entry.fact(&format!("old_{name}"), old).fact(name, new))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(per_second: Option<u64>, per_day: Option<u64>, networks: &str) -> Result<Limits, LimitsError> {
        Limits::checked(per_second, per_day, networks.lines())
    }

    #[test]
    fn limits_are_checked_to_their_edges() {
        assert_eq!(read(None, None, ""), Ok(Limits::NONE));
        assert_eq!(read(Some(0), None, ""), Err(LimitsError::PerSecond));
        assert_eq!(read(Some(1_000_001), None, ""), Err(LimitsError::PerSecond));
        assert_eq!(read(Some(u64::MAX), None, ""), Err(LimitsError::PerSecond));
        assert_eq!(read(None, Some(0), ""), Err(LimitsError::PerDay));
        assert_eq!(read(None, Some(PER_DAY_MAX + 1), ""), Err(LimitsError::PerDay));
        let most = read(Some(1_000_000), Some(PER_DAY_MAX), "").expect("the most that may be");
        assert_eq!((most.per_second.map(NonZeroU32::get), most.is_none()), (Some(PER_SECOND_MAX), false));

        let lines = |count: u32| (0..count).map(|n| format!("10.0.{n}.0/24\n")).collect::<String>();
        assert_eq!(read(None, None, &lines(64)).expect("as many as there may be").networks.len(), 64);
        assert_eq!(read(None, None, &lines(65)), Err(LimitsError::TooManyNetworks));
        let twice = format!("{}10.0.0.0/24\n\n", lines(64));
        assert_eq!(read(None, None, &twice).expect("one of them twice").networks.len(), 64);
    }

    #[test]
    fn a_line_that_is_wrong_is_named_with_what_was_probably_meant() {
        assert_eq!(read(None, None, "192.0.2.1\n\n nowhere"), Err(LimitsError::NotANetwork { line: 3 }));
        let meant = "192.0.2.0/24".parse().expect("a network");
        let error = read(None, None, "192.0.2.7/24").expect_err("it has bits behind its prefix");
        assert_eq!(error, LimitsError::HostBits { line: 1, meant });
        let Refusal::Invalid { field, hint } = error.into() else { panic!("a field is wrong") };
        assert_eq!(field, "allowed_addresses");
        assert!(hint.contains("Write 192.0.2.0/24, or"), "{hint}");
    }

    #[test]
    fn a_list_lets_its_networks_through_and_nobody_without_an_address() {
        let address = |text: &str| Some(text.parse().expect("an address"));
        let limits = read(None, None, "192.0.2.0/24\r\n2001:db8::/32").expect("two networks");
        assert!(limits.allows(address("192.0.2.9")) && limits.allows(address("2001:db8::9")));
        assert!(limits.allows(address("::ffff:192.0.2.9")));
        assert!(!limits.allows(address("192.0.3.9")) && !limits.allows(None));
        assert!(Limits::NONE.allows(None));
    }
}
