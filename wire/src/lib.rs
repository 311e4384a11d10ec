//! Names what goes over HTTP: request and response types, refusal codes. It decides nothing and reads nothing but its arguments.
//!
//! Moments are RFC 3339 text in UTC with milliseconds. Requests refuse fields they do not know; responses may gain some.

pub mod accounts;
pub mod audit;
pub mod brands;
pub mod codes;
pub mod feed;
pub mod followers;
pub mod gateway;
pub mod hex;
pub mod keys;
pub mod limits;
pub mod members;
pub mod nodes;
pub mod page;
pub mod problem;
pub mod receipts;
pub mod refusals;
pub mod usage;
