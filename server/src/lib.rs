//! Speaks: dashboard, management API, gateway endpoints, configuration, loops, letters.

pub mod clock;
pub mod config;
pub mod letters;
pub mod pages;
pub mod random;
