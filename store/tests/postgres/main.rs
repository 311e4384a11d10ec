//! PostgreSQL keeps every promise of the conformance suite, and those that only it makes: several processes on one database, a
//! commit whose answer was lost, a failover, and steps of the schema that one process takes for all.

extern crate keystead_store as store;

mod conformance;
mod encrypting;
mod losing;
mod pooling;
mod relocate;
mod samples;
mod schema;
mod sharing;
#[path = "../plans/statements.rs"]
mod statements;
