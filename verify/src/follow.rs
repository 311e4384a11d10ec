//! Follows a Keystead server: holds the index in another service's process and keeps it up to date over HTTP, so that
//! verifying takes no network hop.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use keystead_verify::follow::Follower;
//!
//! let token = std::fs::read_to_string("/run/secrets/keystead-follower")?;
//! let follower = Follower::builder("https://dashboard.example.com", &token).start()?;
//! # Ok(()) }
//! ```
//!
//! The lease is the server's own: a follower knows how old its knowledge is, vouches for it as long as the server itself would
//! and no longer than it was told here, and after that says that it cannot say (503), never that a key is wrong (401). A
//! database that was restored or exchanged is recognised; then everything is read anew, and nothing is vouched for meanwhile.

mod builder;
mod reading;
mod run;
#[cfg(test)]
mod samples;
mod transport;
mod world;

use std::fmt;
use std::sync::Arc;
use std::sync::mpsc::Sender;

use arc_swap::ArcSwap;
use parking_lot::Mutex;
use tokio::sync::watch;

pub use self::builder::{Builder, CannotStart};
#[cfg(all(test, feature = "tower"))]
pub(crate) use self::samples::{Still, follower_of};
pub use self::world::{Clock, SystemClock};
use crate::credentials::Credentials;
use crate::index::Index;
use crate::verdict::{Ask, Silence, Verdict};

/// Nothing is known yet, so there is no position.
const NOWHERE: i64 = -1;

/// A follower of a server's feed; cheap to clone. It follows as long as one of its clones lives.
#[derive(Clone)]
pub struct Follower {
    shared: Arc<Shared>,
    /// When the last clone is gone the thread finds nobody at the other end.
    _alive: Sender<()>,
}

/// What the thread that follows and those who verify share.
struct Shared {
    /// `None` until everything was read once, and while it is read anew because nothing could be trusted.
    index: ArcSwap<Option<Arc<Index>>>,
    clock: Arc<dyn Clock>,
    position: watch::Sender<i64>,
    trouble: Mutex<Option<Trouble>>,
}

/// What went wrong last, when the server could not be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// There was no answer.
    Unreachable(String),
    /// The server does not know the token, or it was revoked.
    TokenRefused,
    /// The server cannot vouch for what it knows itself.
    ServerNotReady,
    /// The database is another one, or was restored from a copy; everything is read anew.
    OtherHistory,
    /// The server speaks of things that this version does not know: update this crate.
    NotUnderstood,
    /// What arrived was cut, changed or stale.
    Damaged,
    /// Something else than the server answered, with this status.
    Answered(u16),
}

impl fmt::Display for Trouble {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Unreachable(why) => write!(to, "the Keystead server cannot be reached: {why}"),
            Trouble::TokenRefused => to.write_str(
                "the Keystead server refuses the follower's token; see `keystead follower list`, and make another with \
                 `keystead follower add NAME`",
            ),
            Trouble::ServerNotReady => to.write_str("the Keystead server cannot vouch for what it knows right now"),
            Trouble::OtherHistory => {
                to.write_str("the server's database was restored or exchanged; everything is read anew")
            }
            Trouble::NotUnderstood => {
                to.write_str("the server tells something that this version cannot read; update keystead-verify")
            }
            Trouble::Damaged => to.write_str("an answer was cut, changed or stale on its way"),
            Trouble::Answered(status) => {
                write!(to, "status {status} instead of a feed; see that the address is Keystead's public listener")
            }
        }
    }
}

/// How a follower is doing, for health checks and metrics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Whether it says yes and no: everything is loaded, and not too old.
    pub ready: bool,
    /// The last change it knows; every one before it is known too. `None` before everything was read once.
    pub position: Option<i64>,
    /// How old its knowledge is, in milliseconds.
    pub age_ms: Option<i64>,
    /// How many pairs it holds, ended ones included.
    pub pairs: usize,
    /// What went wrong last; `None` while all is well.
    pub trouble: Option<Trouble>,
}

impl Follower {
    /// A follower of the server at `url` (its public listener), with a token that `keystead follower add` printed.
    pub fn builder(url: &str, token: &str) -> Builder {
        Builder::new(url, token)
    }

    /// The verdict on credentials, told to `tell` because it may borrow from what is known now: exactly one HMAC, no waiting,
    /// no network.
    pub fn verify<R>(&self, credentials: &Credentials, ask: &Ask, tell: impl FnOnce(&Verdict<'_>) -> R) -> R {
        let known = self.shared.index.load();
        let Some(index) = known.as_ref() else {
            return tell(&Verdict::CannotSay(Silence::NotLoaded));
        };
        let (now, uptime) = (self.shared.clock.now(), self.shared.clock.uptime());
        tell(&index.verify(credentials, ask, now, uptime))
    }

    /// How it is doing.
    pub fn status(&self) -> Status {
        let (known, uptime) = (self.shared.index.load(), self.shared.clock.uptime());
        let index = known.as_ref().as_ref();
        Status {
            ready: index.is_some_and(|index| index.lease().check(uptime).is_ok()),
            position: index.map(|index| index.position()),
            age_ms: index.and_then(|index| index.lease().age_ms(uptime)),
            pairs: index.map_or(0, |index| index.len()),
            trouble: self.shared.trouble.lock().clone(),
        }
    }

    /// Waits until everything was read once.
    pub async fn loaded(&self) {
        self.reached(0).await;
    }

    /// Waits until every change up to a position is known here.
    pub async fn reached(&self, position: i64) {
        let mut told = self.shared.position.subscribe();
        // The sender lives as long as this follower does.
        let _ = told.wait_for(|known| position <= *known).await;
    }
}

impl fmt::Debug for Follower {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_tuple("Follower").field(&self.status()).finish()
    }
}

impl Shared {
    fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            index: ArcSwap::from_pointee(None),
            clock,
            position: watch::Sender::new(NOWHERE),
            trouble: Mutex::new(None),
        }
    }

    /// Everything that the server knows is in this index.
    fn knows(&self, index: Arc<Index>) {
        let position = index.position();
        let is_new = self.index.load().as_ref().as_ref().is_none_or(|known| !Arc::ptr_eq(known, &index));
        if is_new {
            self.index.store(Arc::new(Some(index)));
        }
        if self.trouble.lock().take().is_some() {
            tracing::info!(position, "The Keystead server is followed again");
        }
        self.position.send_if_modified(|told| std::mem::replace(told, position) != position);
    }

    /// Nothing is known any more.
    fn forget(&self) {
        self.index.store(Arc::new(None));
        self.position.send_replace(NOWHERE);
    }

    fn troubled(&self, trouble: Trouble) {
        let mut last = self.trouble.lock();
        // Once, not at every try.
        if last.as_ref() != Some(&trouble) {
            tracing::warn!("{trouble}");
        }
        *last = Some(trouble);
    }
}
