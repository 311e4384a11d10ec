//! Vouches: the in-memory index of pairs and the verdict on presented credentials.

mod uptime;

pub use uptime::Uptime;
