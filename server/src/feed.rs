//! The feed's desk: what answers to followers share, so that many of them waiting cost the database next to nothing.
//!
//! A follower that knows everything waits for this process's own index to move; nothing is asked of the database meanwhile.
//! One that is behind is read to from the database, off the threads that answer requests, and at most two at a time: the
//! dashboard and the writer come first.

use std::collections::BTreeMap;

use domain::Timestamp;
use parking_lot::Mutex;
use tokio::sync::{Semaphore, watch};

/// Pages that are read from the database at once.
const READING_MAX: usize = 2;

/// What the answers to all followers share.
pub struct FeedDesk {
    reading: Semaphore,
    closing: watch::Sender<bool>,
    /// Who asked when, and what they knew then. No more entries than followers were ever admitted.
    asked: Mutex<BTreeMap<String, (Timestamp, i64)>>,
}

impl FeedDesk {
    /// A desk that nobody has asked yet.
    pub fn new() -> Self {
        Self {
            reading: Semaphore::new(READING_MAX),
            closing: watch::Sender::new(false),
            asked: Mutex::default(),
        }
    }

    /// Ends every wait: this process is about to stop.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Told when waiting has to end.
    pub(crate) fn closing(&self) -> watch::Receiver<bool> {
        self.closing.subscribe()
    }

    /// A turn at reading from the database.
    pub(crate) async fn turn(&self) -> tokio::sync::SemaphorePermit<'_> {
        self.reading.acquire().await.expect("the semaphore is never closed")
    }

    /// A follower asked.
    pub(crate) fn note(&self, name: &str, at: Timestamp, position: i64) {
        self.asked.lock().insert(name.to_owned(), (at, position));
    }

    /// When a follower last asked, and what it knew then.
    pub(crate) fn last_asked(&self, name: &str) -> Option<(Timestamp, i64)> {
        self.asked.lock().get(name).copied()
    }
}

impl Default for FeedDesk {
    fn default() -> Self {
        Self::new()
    }
}
