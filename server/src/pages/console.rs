//! The operator console's pages: one file a page, each a struct of ready-to-print values beside a template without logic.
//!
//! In English alone: they are for the people who run the platform.

pub mod account;
pub mod accounts;
pub mod audit;
pub mod brands;
pub mod fleet;
pub mod frame;
pub mod letters;
pub mod limits;
pub mod log_in;
pub mod operators;
pub mod overview;
pub mod problem;
pub mod reviews;
