//! Speaks: dashboard, management API, gateway endpoints, configuration, loops, letters.

mod accept;
pub mod clock;
pub mod gateway;
pub mod ops;
pub mod random;
