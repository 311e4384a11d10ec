//! Speaks: dashboard, management API, gateway endpoints, configuration, loops, letters.

mod accept;
pub mod bench;
pub mod clock;
pub mod config;
pub mod gateway;
pub mod letters;
pub mod ops;
pub mod pages;
pub mod random;
