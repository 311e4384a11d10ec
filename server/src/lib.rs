//! Speaks: dashboard, management API, gateway endpoints, configuration, loops, letters.

mod accept;
pub mod api;
pub mod app;
pub mod bench;
pub mod clock;
pub mod config;
mod console;
pub mod dashboard;
pub mod demo;
pub mod gateway;
mod heavy;
pub mod help;
pub mod letters;
pub mod loops;
pub mod metered;
pub mod meters;
pub mod ops;
pub mod pages;
pub mod post;
mod process;
mod public;
pub mod random;
pub mod routes;
pub mod start;
pub mod traced;
mod whole;
pub mod words;
