//! What every handler is given: the engine, the configuration, the clock, randomness.

use std::ops::Deref;
use std::sync::Arc;

use domain::Timestamp;
use rand_core::Rng;
use tokio::sync::Notify;
use verify::Refusals;

use crate::clock::Clock;
use crate::config::Config;
use crate::dashboard::Sites;
use crate::gateway::{Desk, Tally};
use crate::metered::Metered;
use crate::meters::Meters;
use crate::random::RandomSource;
use crate::words::Catalogue;

/// The engine on whichever database an installation has.
pub type Engine = engine::Engine<Metered<store::Database>>;

/// A handle to everything a handler needs; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What an [`App`] is made of.
pub struct Parts {
    /// Where things happen.
    pub engine: Engine,
    /// As it was at the start.
    pub config: Config,
    /// Where `now` comes from.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub random: Arc<dyn RandomSource>,
    /// Why gateways were refused lately.
    pub refusals: Arc<Refusals>,
    /// What the gateway listener answers from; the public listener's whoami uses it too.
    pub desk: Arc<Desk>,
    /// Where the public listener's whoami counts its verdicts.
    pub tally: Arc<Tally>,
    /// Which brand a host name shows.
    pub sites: Sites,
    /// Every text, in every brand's words and languages.
    pub words: Catalogue,
    /// The help pages.
    pub help: crate::help::Help,
    /// Rung after a letter was written, so that it goes out at once; the loop looks by itself too.
    pub letters: Notify,
    /// The fleet, as this process sees it.
    pub fleet: crate::fleet::Fleet,
    /// What the answers to followers share.
    pub feed: crate::feed::FeedDesk,
    /// Whether this is `keystead demo`: its pages show letters and logins to everybody.
    pub demo: Option<crate::demo::Demo>,
}

impl App {
    /// A handle to `parts`.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// The moment this request happens at: sampled once, passed on as a value.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// What is counted for the ops listener.
    pub fn meters(&self) -> &Meters {
        self.engine.store().driver().meters()
    }

    /// A source of randomness for this request.
    pub fn rng(&self) -> Box<dyn Rng + Send> {
        self.random.source()
    }
}

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}
