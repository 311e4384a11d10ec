//! The desk: what every thread of the gateway listener, and the public listener's whoami, answers from.

use std::net::IpAddr;
use std::sync::Arc;

use domain::Timestamp;
use hyper::HeaderMap;
use hyper::header::{AUTHORIZATION, USER_AGENT};
use verify::{Ask, Credentials, Identity, Index, Malformed, Reason, Refusals, Source, Verdict};

use super::answer::Answers;
use super::tally::{Tallies, Tally};
use crate::clock::Clock;
use crate::config::Errors;

/// Everything that is needed to answer for a key.
pub struct Desk {
    index: Arc<Index>,
    refusals: Arc<Refusals>,
    clock: Arc<dyn Clock>,
    tallies: Tallies,
    answers: Answers,
}

/// What becomes of a request that should carry credentials.
pub(super) enum Outcome {
    Granted(Identity),
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
        refusals: Arc<Refusals>,
        clock: Arc<dyn Clock>,
        realm: &str,
        errors: Errors,
    ) -> Self {
        Self { index, refusals, clock, tallies: Tallies::default(), answers: Answers::new(realm, errors) }
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

    /// Reads the credentials of a request and asks the index.
    pub(super) fn decide(
        &self,
        headers: &HeaderMap,
        ask: &Ask,
        peer: Option<IpAddr>,
        tally: &Tally,
    ) -> Outcome {
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
            (Some(_), Some(_)) => Err(Malformed::two_headers()),
        };
        match self.verdict(&read, ask, || source(headers, peer), tally) {
            Verdict::Granted(identity) => Outcome::Granted(identity),
            Verdict::Refused { .. } => Outcome::Refused,
            Verdict::CannotSay(_) => Outcome::CannotSay,
        }
    }

    /// Asks the index about credentials, counts the verdict and remembers a refusal for the owner.
    pub(super) fn verdict<'a>(
        &self,
        read: &Result<Credentials, Malformed>,
        ask: &Ask,
        source: impl FnOnce() -> Source<'a>,
        tally: &Tally,
    ) -> Verdict {
        let now = self.clock.now();
        let verdict = match read {
            Ok(credentials) => self.index.verify(credentials, ask, now, self.clock.uptime()),
            Err(malformed) => Verdict::Refused {
                reason: Reason::Malformed(malformed.shape),
                about: malformed.key_id.and_then(|key_id| self.index.about(&key_id)),
            },
        };
        tally.count(&verdict);
        if let Verdict::Refused { reason, about } = &verdict {
            match (about, read) {
                (Some(about), _) => self.refusals.note(about, *reason, now, source()),
                (None, Ok(credentials)) => self.refusals.note_unknown(credentials.key_id(), now, source()),
                (None, Err(malformed)) => {
                    if let Some(key_id) = malformed.key_id {
                        self.refusals.note_unknown(&key_id, now, source());
                    }
                }
            }
        }
        verdict
    }
}

/// Where a request came from: what the gateway says in `X-Real-IP`, or the gateway itself. Only ever shown,
/// never trusted.
pub(super) fn source(headers: &HeaderMap, peer: Option<IpAddr>) -> Source<'_> {
    let told =
        headers.get("x-real-ip").and_then(|told| told.to_str().ok()).and_then(|told| told.parse().ok());
    Source { address: told.or(peer), agent: headers.get(USER_AGENT).map(|agent| agent.as_bytes()) }
}

/// A moment as JSON shows it: RFC 3339, UTC, milliseconds.
pub(super) fn rfc3339(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.as_millis())
        .map(|at| format!("{at:.3}"))
        .unwrap_or_else(|_| "9999-12-31T23:59:59.999Z".to_owned())
}
