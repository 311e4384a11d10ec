//! What the simulation and the model promise.

mod model;
mod seeds;
