//! Pages to test with, over the index's own samples, and a clock that is moved by hand.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, mpsc};

use domain::Timestamp;
use wire::feed::{Mark, Page, Pair, State, encode};

use super::{Clock, Follower, Shared};
use crate::index::Index;
use crate::index::samples::{digest, key_id};
use crate::uptime::Uptime;

/// The mark of a position in the one history of these samples.
pub(super) fn mark(position: i64) -> Mark {
    let mut mark = [7; 16];
    mark[..8].copy_from_slice(&position.to_le_bytes());
    mark
}

/// A complete page of the nth pairs, each with its position, made with a version of the pepper.
pub(super) fn page(nonce: u64, head: i64, pairs: &[(usize, i64, State)]) -> Vec<u8> {
    page_with(nonce, head, pairs, |page| page)
}

pub(super) fn page_with(
    nonce: u64,
    head: i64,
    pairs: &[(usize, i64, State)],
    change: impl FnOnce(Page<'_>) -> Page<'_>,
) -> Vec<u8> {
    let ids: Vec<_> = pairs.iter().map(|(n, ..)| key_id(*n)).collect();
    let pairs = pairs.iter().zip(&ids).map(|((n, position, state), key_id)| Pair {
        position: *position,
        key_id: key_id.as_str(),
        key: *format!("{n:014}").as_bytes().first_chunk().expect("fourteen digits"),
        account: *format!("{:014}", n / 10).as_bytes().first_chunk().expect("fourteen digits"),
        brand: 0,
        live: false,
        digest: *digest(*n, 1).as_bytes(),
        pepper: 1,
        around: &[],
        state: *state,
        created_at: 1_000,
        expires_at: None,
        limits: None,
    });
    encode(&change(Page {
        nonce,
        complete: true,
        head,
        mark: mark(head),
        age_ms: 0,
        vouch_ms: 310_000,
        newest_key: 2,
        brands: vec!["razorpay/IN"],
        pairs: pairs.collect(),
    }))
}

/// A clock that stands until it is moved.
#[derive(Default)]
pub(crate) struct Still(AtomicI64);

impl Still {
    pub(crate) fn advance(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_000_000 + self.0.load(Ordering::SeqCst))
    }

    fn uptime(&self) -> Uptime {
        Uptime::from_millis(self.0.load(Ordering::SeqCst))
    }
}

/// A follower that follows nobody and knows what an index knows.
#[cfg(feature = "tower")]
pub(crate) fn follower_of(index: Index, clock: Arc<dyn Clock>) -> Follower {
    let shared = Arc::new(Shared::new(clock));
    shared.knows(Arc::new(index));
    Follower { shared, _alive: mpsc::channel().0 }
}
