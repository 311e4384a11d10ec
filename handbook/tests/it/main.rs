//! The documentation language as authors and readers meet it.

extern crate keystead_handbook as handbook;

mod anything;
mod language;
mod safety;
mod slips;
mod world;
