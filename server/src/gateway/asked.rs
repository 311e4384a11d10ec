//! The same question by another protocol: what an adapter read of a request, decided and said as on this listener.
//!
//! An adapter brings bytes and gets an [`Outcome`]; the words of every refusal stay here, so that no protocol tells a
//! caller more than another.

use std::net::IpAddr;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use domain::{Mode, Network};
use hyper::Response;
use hyper::body::{Body as _, Bytes};
use verify::{Ask, Credentials, Malformed, Source, Verdict};

use super::body::Body;
use super::desk::{Desk, Outcome};
use super::tally::Tally;

/// A request as an adapter understood it.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// What it says for itself.
    pub authorization: Authorization<'a>,
    /// What the gateway demands.
    pub mode: Option<Mode>,
    /// Where it came from, as the gateway itself saw it.
    pub address: Option<IpAddr>,
    /// What the client calls itself.
    pub agent: Option<&'a [u8]>,
    /// What it is a request for, if the gateway says so once and in one way.
    pub requested: Option<Requested<'a>>,
}

/// What a gateway is asked for: an identity is signed for this and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requested<'a> {
    /// The method.
    pub method: &'a [u8],
    /// Path and query, as the service behind sees them.
    pub target: &'a [u8],
}

/// The `Authorization` headers of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Authorization<'a> {
    /// None, or an empty one.
    #[default]
    Missing,
    /// Exactly one.
    One(&'a [u8]),
    /// More than one; nobody can tell which is meant.
    Several {
        /// The first of them.
        first: &'a [u8],
    },
}

impl<'a> Authorization<'a> {
    /// With one more header.
    pub(super) const fn and(self, value: &'a [u8]) -> Self {
        match self {
            Authorization::Missing => Authorization::One(value),
            Authorization::One(first) | Authorization::Several { first } => Authorization::Several { first },
        }
    }
}

impl Desk {
    /// Decides what an adapter was asked, and counts and remembers it as on the gateway listener.
    pub fn decide_asked(&self, asked: &Asked<'_>, tally: &Tally) -> Outcome<'_> {
        let read = match asked.authorization {
            Authorization::Missing => {
                tally.missing();
                return Outcome::Missing;
            }
            Authorization::One(only) => Credentials::from_basic(only),
            Authorization::Several { first } => Err(Malformed::two_headers(first)),
        };
        let ask = Ask { mode: asked.mode, from: asked.address.and_then(Network::of), address: asked.address };
        let source = || Source { address: asked.address, agent: asked.agent };
        match self.verdict(&read, &ask, self.moment(), source, tally) {
            Verdict::Granted(identity) => Outcome::Granted(identity),
            Verdict::Refused { .. } => Outcome::Refused,
            Verdict::Limited { exceeded, .. } => Outcome::Limited(exceeded),
            Verdict::CannotSay(_) => Outcome::CannotSay,
        }
    }

    /// What a client is told when it was not granted; `None` for an identity, which each protocol passes on in its own way.
    pub fn told_instead(&self, outcome: &Outcome<'_>) -> Option<Response<Bytes>> {
        let answers = self.answers();
        let answer = match outcome {
            Outcome::Granted(_) => return None,
            Outcome::Missing => answers.missing(),
            Outcome::Refused => answers.failed(),
            Outcome::Limited(exceeded) => answers.limited(exceeded),
            Outcome::CannotSay => answers.silent(),
        };
        Some(answer.map(whole))
    }

    /// Whether this process may vouch for anything at all now.
    pub fn is_ready(&self) -> bool {
        self.index().is_ready(self.clock().uptime())
    }
}

/// The bytes of a body that is one piece.
fn whole(mut body: Body) -> Bytes {
    match Pin::new(&mut body).poll_frame(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
        Poll::Ready(Some(Err(never))) => match never {},
        Poll::Ready(None) | Poll::Pending => Bytes::new(),
    }
}
