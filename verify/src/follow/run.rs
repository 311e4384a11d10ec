//! Following: ask, take, ask again, on a thread of its own, so that no load of the service it lives in delays it.
//!
//! When there is no answer it tries again, soon at first and at most every five seconds, a little earlier or later each time
//! so that many followers do not come at once. Whatever goes wrong here, only the lease decides what verification says.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use domain::VerificationKeys;
use wire::feed;

use super::reading::{Reading, Took, Unbelieved};
use super::transport::{Answer, Lost, Transport};
use super::{Shared, Trouble, world};
use crate::uptime::Uptime;

/// The first pause after something went wrong; each further one is twice as long …
const PAUSE: Duration = Duration::from_millis(100);
/// … up to this.
const PAUSE_MAX: Duration = Duration::from_secs(5);
/// An answer that tells nothing comes after the wait, or from a server that is stopping: not at once again and again.
const IDLE_PAUSE: Duration = Duration::from_millis(250);

/// One follower's work.
pub(super) struct Following<T> {
    pub(super) transport: T,
    pub(super) shared: Arc<Shared>,
    /// How many seconds to let the server wait.
    pub(super) wait: u64,
    /// Lease and allowance together.
    pub(super) vouch_for_ms: i64,
    reading: Option<Reading>,
    keys: Keys,
    /// Failures in a row.
    failures: u32,
}

/// What is known of the keys that the server has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keys {
    /// All of them.
    Known,
    /// It has a newer one, which nothing that was told stands under.
    Newer,
    /// Pairs stand under one that is not known here; nothing of them is taken before it is.
    Needed,
}

impl<T: Transport> Following<T> {
    pub(super) fn new(transport: T, shared: Arc<Shared>, wait: u64, vouch_for_ms: i64) -> Self {
        Self { transport, shared, wait, vouch_for_ms, reading: None, keys: Keys::Known, failures: 0 }
    }

    /// Follows until nobody holds the follower any more.
    pub(super) fn run(mut self, stop: &Receiver<()>) {
        loop {
            let pause = self.step();
            match stop.recv_timeout(pause) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// One question with its answer; says how long to pause before the next.
    pub(super) fn step(&mut self) -> Duration {
        match self.ask() {
            Ok(pause) => {
                self.failures = 0;
                pause
            }
            Err(trouble) => {
                self.failures = self.failures.saturating_add(1);
                self.shared.troubled(trouble);
                self.pause()
            }
        }
    }

    fn ask(&mut self) -> Result<Duration, Trouble> {
        let Some(reading) = &mut self.reading else {
            let keys = keys(&mut self.transport)?;
            self.begin(keys);
            return Ok(Duration::ZERO);
        };
        if self.keys != Keys::Known {
            let is_more = reading.learn(keys(&mut self.transport)?);
            if !is_more && self.keys == Keys::Needed {
                // Another process told of these pairs, and this one has no key for them yet.
                return Err(Trouble::ServerNotReady);
            }
            self.keys = Keys::Known;
            return Ok(Duration::ZERO);
        }
        let nonce = world::random();
        let ask = reading.ask(self.wait, nonce);
        let began = self.shared.clock.uptime();
        let answer = self.transport.get(&format!("{}?{}", feed::PATH, ask.query()), ask.wait)?;
        let arrived = self.shared.clock.uptime();
        match answer.status {
            200 => {}
            409 => {
                // Nothing of what is known can be trusted: the database is another one now, or was restored.
                self.reading = None;
                self.shared.forget();
                return Err(Trouble::OtherHistory);
            }
            _ => return Err(refused(&answer)),
        }
        let took = reading.take(&answer.body, nonce, began, arrived, self.vouch_for_ms)?;
        let index = reading.index().clone();
        match took {
            Took::Part => Ok(Duration::ZERO),
            Took::NothingYet => {
                self.keys = Keys::Needed;
                Ok(Duration::ZERO)
            }
            Took::All { pairs, newer_key } => {
                self.shared.knows(index);
                if newer_key {
                    self.keys = Keys::Newer;
                }
                let at_once = 0 < pairs || self.has_waited(began, arrived);
                Ok(if at_once { Duration::ZERO } else { IDLE_PAUSE })
            }
        }
    }

    /// A new reading. What an earlier one knows serves on, until this one knows everything too.
    fn begin(&mut self, keys: VerificationKeys) {
        let reading = Reading::new(keys, [world::random(), world::random()]);
        (self.reading, self.keys) = (Some(reading), Keys::Known);
    }

    /// Whether the server took at least half of the wait that was asked for.
    fn has_waited(&self, began: Uptime, arrived: Uptime) -> bool {
        let half = i64::try_from(self.wait.saturating_mul(500)).unwrap_or(i64::MAX);
        began.plus(half).reached(arrived)
    }

    /// Twice as long each time, between half of it and all of it.
    fn pause(&self) -> Duration {
        let whole = PAUSE.saturating_mul(1 << self.failures.min(10)).min(PAUSE_MAX);
        let jitter = (world::random() >> 44) as u32;
        whole / 2 + (whole / 2).mul_f64(f64::from(jitter) / f64::from(1 << 20))
    }
}

fn keys(transport: &mut impl Transport) -> Result<VerificationKeys, Trouble> {
    let answer = transport.get(feed::KEYS_PATH, 0)?;
    match answer.status {
        200 => VerificationKeys::from_bytes(&answer.body).ok_or(Trouble::NotUnderstood),
        _ => Err(refused(&answer)),
    }
}

fn refused(answer: &Answer) -> Trouble {
    match answer.status {
        401 => Trouble::TokenRefused,
        503 => Trouble::ServerNotReady,
        status => Trouble::Answered(status),
    }
}

impl From<Lost> for Trouble {
    fn from(Lost(why): Lost) -> Self {
        Trouble::Unreachable(why)
    }
}

impl From<Unbelieved> for Trouble {
    fn from(why: Unbelieved) -> Self {
        match why {
            Unbelieved::NoPage(feed::NoPage::TooNew | feed::NoPage::OtherForm) => Trouble::NotUnderstood,
            Unbelieved::NoPage(feed::NoPage::Damaged)
            | Unbelieved::OtherQuestion
            | Unbelieved::Backwards
            | Unbelieved::OutOfOrder
            | Unbelieved::Nonsense => Trouble::Damaged,
        }
    }
}

#[cfg(test)]
mod tests;
