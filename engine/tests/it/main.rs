//! Stories of the engine over the embedded database: what a customer is promised, told by actors.

extern crate keystead_engine as engine;

mod console;
mod feed;
mod fleet;
mod history;
mod idempotency;
mod invitations;
mod leaks;
mod letters;
mod life;
mod limits;
mod log_in;
mod model;
mod one_time_passwords;
mod races;
mod refusals;
mod revocation;
mod rotate_pepper;
mod send_limits;
mod shop;
mod tampering;
mod team;
mod two_factor;
mod usage;
