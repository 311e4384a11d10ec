//! Speaks: dashboard, management API, gateway endpoints, configuration, loops, letters.

pub mod app;
pub mod clock;
pub mod config;
pub mod dashboard;
pub mod demo;
mod heavy;
pub mod letters;
pub mod loops;
pub mod pages;
mod public;
pub mod random;
pub mod routes;
pub mod start;
