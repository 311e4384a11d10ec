//! Names what goes over HTTP: request and response types, refusal codes. Serde only; it decides nothing.

pub mod gateway;
