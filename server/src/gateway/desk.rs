//! The desk: what every thread of the gateway listener, and the public listener's whoami, answers from.

use std::net::IpAddr;
use std::sync::Arc;

use domain::{Mode, Network, Timestamp};
use hyper::HeaderMap;
use hyper::header::{AUTHORIZATION, HeaderName, USER_AGENT};
use verify::{Ask, Credentials, Identity, Index, Malformed, Reason, Source, Verdict};

use super::answer::Answers;
use super::tally::{Tallies, Tally};
use crate::clock::Clock;
use crate::config::Errors;

/// The caller's address, from gateways that know it.
const X_REAL_IP: HeaderName = HeaderName::from_static("x-real-ip");
/// All addresses on the caller's way; a gateway appends the one it saw.
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Everything that is needed to answer for a key.
pub struct Desk {
    index: Arc<Index>,
    clock: Arc<dyn Clock>,
    tallies: Tallies,
    answers: Answers,
}

/// What becomes of a request that should carry credentials.
pub(super) enum Outcome<'i> {
    Granted(Identity<'i>),
    /// There were no credentials at all.
    Missing,
    /// They were refused; why is nobody's business but the owner's.
    Refused,
    /// This process cannot know; which reason is counted, not told.
    CannotSay,
}

impl Desk {
    /// `realm` is what a browser would show; quotes and controls are left out of it.
    pub fn new(
        index: Arc<Index>,
        clock: Arc<dyn Clock>,
        realm: &str,
        errors: Errors,
    ) -> Self {
        Self { index, clock, tallies: Tallies::default(), answers: Answers::new(realm, errors) }
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

    pub(super) const fn answers(&self) -> &Answers {
        &self.answers
    }

    /// Reads the credentials of a request and asks the index. `address` is where it came from; remembered, never trusted.
    pub(super) fn decide(
        &self,
        headers: &HeaderMap,
        mode: Option<Mode>,
        address: Option<IpAddr>,
        tally: &Tally,
    ) -> Outcome<'_> {
        let ask = Ask { mode, from: address.and_then(Network::of) };
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
        match self.verdict(&read, &ask, || source(headers, address), tally) {
            Verdict::Granted(identity) => Outcome::Granted(identity),
            Verdict::Refused { .. } => Outcome::Refused,
            Verdict::CannotSay(_) => Outcome::CannotSay,
        }
    }

    /// Asks the index about credentials, counts the verdict and writes it into the thread's ledger for the owner.
    pub(super) fn verdict<'a>(
        &self,
        read: &Result<Credentials, Malformed>,
        ask: &Ask,
        source: impl FnOnce() -> Source<'a>,
        tally: &Tally,
    ) -> Verdict<'_> {
        let now = self.clock.now();
        let verdict = match read {
            Ok(credentials) => self.index.verify(credentials, ask, now, self.clock.uptime()),
            Err(malformed) => Verdict::Refused {
                reason: Reason::Malformed(malformed.shape),
                slot: malformed.key_id.and_then(|key_id| self.index.slot(&key_id)),
            },
        };
        tally.count(&verdict);
        match &verdict {
            Verdict::Granted(identity) => tally.ledger.granted(identity.slot, now, ask.from),
            Verdict::Refused { reason, slot: Some(slot) } => {
                tally.ledger.refused(*slot, *reason, now, source());
            }
            Verdict::Refused { slot: None, .. } => {
                let named = match read {
                    Ok(credentials) => Some(*credentials.key_id()),
                    Err(malformed) => malformed.key_id,
                };
                if let Some(key_id) = named {
                    tally.ledger.unknown(&key_id, now, source());
                }
            }
            Verdict::CannotSay(_) => {}
        }
        verdict
    }
}

/// Where a request came from, for a caller whose address is known.
pub(super) fn source(headers: &HeaderMap, address: Option<IpAddr>) -> Source<'_> {
    Source { address, agent: headers.get(USER_AGENT).map(|agent| agent.as_bytes()) }
}

/// What a gateway says about where a request came from, or the gateway itself. Gateways are believed: whoever reaches their
/// listener may ask about any key. Of `X-Forwarded-For` only the last address is the gateway's own word.
pub(super) fn told_by_gateway(headers: &HeaderMap, gateway: IpAddr) -> IpAddr {
    let address = |text: &str| text.trim().parse().ok();
    let told =
        |name: &HeaderName| headers.get_all(name).iter().next_back().and_then(|told| told.to_str().ok());
    told(&X_REAL_IP)
        .and_then(address)
        .or_else(|| told(&X_FORWARDED_FOR).and_then(|all| all.rsplit(',').next()).and_then(address))
        .unwrap_or(gateway)
}

/// A moment as JSON shows it: RFC 3339, UTC, milliseconds.
pub(super) fn rfc3339(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.as_millis())
        .map(|at| format!("{at:.3}"))
        .unwrap_or_else(|_| "9999-12-31T23:59:59.999Z".to_owned())
}
