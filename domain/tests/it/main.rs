//! What the domain decides, as tables and stories: every rule with its edges, and the same rules against a small model.

extern crate keystead_domain as domain;

mod deactivate;
mod every_sequence;
mod generate;
mod invitations;
mod language;
mod limits;
mod live_gate;
mod model;
mod one_time_password;
mod regenerate;
mod roles;
mod sessions;
mod step_up;
mod team;
mod two_factor;
mod world;
