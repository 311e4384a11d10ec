//! What the simulation and the model promise.

mod model;
