//! The desk: what every thread of the gateway listener, and the public listener's whoami, answers from.

use std::sync::Arc;

use domain::{Mode, Network, Timestamp};
use hyper::HeaderMap;
use hyper::header::{AUTHORIZATION, HeaderValue, USER_AGENT};
use verify::{
    Ask, Credentials, Exceeded, Identity, IdentityKeys, Index, Malformed, Reason, Source, Uptime, Verdict,
};

use super::answer::Answers;
use super::asked::Requested;
use super::caller::Caller;
use super::identity::{Signer, requested};
use super::tally::{Tallies, Tally};
use crate::clock::Clock;
use crate::config::Errors;

/// Everything that is needed to answer for a key.
pub struct Desk {
    index: Arc<Index>,
    clock: Arc<dyn Clock>,
    tallies: Tallies,
    answers: Answers,
    signer: Option<Signer>,
}

/// When a request is decided.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub(super) now: Timestamp,
    pub(super) uptime: Uptime,
}

/// What becomes of a request that should carry credentials.
pub enum Outcome<'i> {
    /// They are good, and this is whom they speak for.
    Granted(Identity<'i>),
    /// There were no credentials at all.
    Missing,
    /// They were refused; why is nobody's business but the owner's.
    Refused,
    /// They are good, but the limits of their key did not let the request through.
    Limited(Box<Exceeded>),
    /// This process cannot know; which reason is counted, not told.
    CannotSay,
}

impl Desk {
    /// `realm` is what a browser would show; quotes and controls are left out of it.
    pub fn new(index: Arc<Index>, clock: Arc<dyn Clock>, realm: &str, errors: Errors) -> Self {
        Self { index, clock, tallies: Tallies::default(), answers: Answers::new(realm, errors), signer: None }
    }

    /// Signs who is granted, for services behind gateways. `seed` must differ between processes.
    pub fn signing(self, keys: IdentityKeys, seed: u64) -> Self {
        Self { signer: Some(Signer::new(keys, seed)), ..self }
    }

    /// Whether identities are signed at all.
    pub(super) const fn signs(&self) -> bool {
        self.signer.is_some()
    }

    /// The signed identity of a granted request, where one is wanted.
    pub fn signed_for(&self, requested: &Requested<'_>, identity: &Identity<'_>) -> Option<HeaderValue> {
        self.signer.as_ref()?.header(requested, identity, self.clock.now())
    }

    /// The same, if the gateway's headers say what was requested.
    pub(super) fn signed(&self, headers: &HeaderMap, identity: &Identity<'_>) -> Option<HeaderValue> {
        self.signer.as_ref()?;
        self.signed_for(&requested(headers)?, identity)
    }

    /// What one more thread that answers from this desk counts on.
    pub fn tally(&self) -> Arc<Tally> {
        self.tallies.add(self.index.ledger())
    }

    /// The verdict counters of everybody who answers from this desk.
    pub const fn tallies(&self) -> &Tallies {
        &self.tallies
    }

    /// The index it answers from.
    pub const fn index(&self) -> &Arc<Index> {
        &self.index
    }

    pub(super) const fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Both clocks, read now.
    pub(super) fn moment(&self) -> Moment {
        Moment { now: self.clock.now(), uptime: self.clock.uptime() }
    }

    pub(super) const fn answers(&self) -> &Answers {
        &self.answers
    }

    /// Reads the credentials of a request and asks the index. `caller` is where it came from.
    pub(super) fn decide(
        &self,
        headers: &HeaderMap,
        mode: Option<Mode>,
        caller: Caller,
        tally: &Tally,
    ) -> Outcome<'_> {
        let ask = asked(mode, caller);
        let mut sent = headers.get_all(AUTHORIZATION).iter();
        let read = match (sent.next(), sent.next()) {
            (None, _) => {
                tally.missing();
                return Outcome::Missing;
            }
            (Some(only), None) if only.is_empty() => {
                tally.missing();
                return Outcome::Missing;
            }
            (Some(only), None) => Credentials::from_basic(only.as_bytes()),
            (Some(first), Some(_)) => Err(Malformed::two_headers(first.as_bytes())),
        };
        match self.verdict(&read, &ask, self.moment(), || source(headers, caller), tally) {
            Verdict::Granted(identity) => Outcome::Granted(identity),
            Verdict::Refused { .. } => Outcome::Refused,
            Verdict::Limited { exceeded, .. } => Outcome::Limited(exceeded),
            Verdict::CannotSay(_) => Outcome::CannotSay,
        }
    }

    /// Asks the index about credentials, counts the verdict and writes it into the thread's ledger for the owner.
    pub(super) fn verdict<'a>(
        &self,
        read: &Result<Credentials, Malformed>,
        ask: &Ask,
        moment: Moment,
        source: impl FnOnce() -> Source<'a>,
        tally: &Tally,
    ) -> Verdict<'_> {
        let now = moment.now;
        let verdict = match read {
            Ok(credentials) => self.index.verify(credentials, ask, now, moment.uptime),
            Err(malformed) => Verdict::Refused {
                reason: Reason::Malformed(malformed.shape),
                slot: malformed.key_id.and_then(|key_id| self.index.slot(&key_id)),
            },
        };
        tally.count(&verdict);
        let (reason, slot) = match &verdict {
            Verdict::Granted(identity) => {
                tally.ledger.granted(identity.slot, now, ask.from);
                return verdict;
            }
            Verdict::CannotSay(_) => return verdict,
            Verdict::Refused { reason, slot } => (*reason, *slot),
            Verdict::Limited { exceeded, slot } => (exceeded.reason(), Some(*slot)),
        };
        let named = match read {
            Ok(credentials) => Some(credentials.key_id()),
            Err(malformed) => malformed.key_id,
        };
        match (named, slot) {
            (Some(key_id), Some(slot)) => tally.ledger.refused(slot, &key_id, reason, now, source()),
            (Some(key_id), None) => tally.ledger.unknown(&key_id, now, source()),
            (None, _) => {}
        }
        verdict
    }
}

/// What is asked about a caller's credentials.
pub(super) fn asked(mode: Option<Mode>, caller: Caller) -> Ask {
    Ask { mode, from: Network::of(caller.address), address: caller.for_lists() }
}

/// Where a request came from, as its key's owner is told.
pub(super) fn source(headers: &HeaderMap, caller: Caller) -> Source<'_> {
    Source { address: Some(caller.address), agent: headers.get(USER_AGENT).map(|agent| agent.as_bytes()) }
}

/// A moment as JSON shows it: RFC 3339, UTC, milliseconds.
pub(super) fn rfc3339(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.as_millis())
        .map(|at| format!("{at:.3}"))
        .unwrap_or_else(|_| "9999-12-31T23:59:59.999Z".to_owned())
}
