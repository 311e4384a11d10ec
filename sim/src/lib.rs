//! Doubts: many engines, one database, one seed. Never shipped.
//!
//! Several of the product's own engines run on one thread over one database in memory, through connections that fail,
//! with clocks that are off, while people change keys and gateways ask about them. A seed decides everything, so what went
//! wrong once goes wrong again. A recorder that knows only what people were told judges every answer against the guarantees;
//! [`guards`] says what happens to them when the product does without one of the things that uphold them.

pub mod cable;
pub mod clocks;
pub mod commands;
pub mod fleet;
pub mod guards;
pub mod invariants;
pub mod journal;
pub mod members;
pub mod model;
pub mod node;
pub mod people;
pub mod population;
pub mod recorder;
pub mod run;
pub mod trace;
pub mod tree;
pub mod turns;
pub mod weather;

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Finishes work on a database without a cable, which answers at once.
pub fn finish<T>(work: impl Future<Output = T>) -> T {
    match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => unreachable!("a database in memory answers at once"),
    }
}
