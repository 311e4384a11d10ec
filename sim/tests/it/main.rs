//! What the simulation and the model promise.

mod model;
mod restore;
mod seeds;
