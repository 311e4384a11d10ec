//! What Envoy is promised, told over real sockets: by a full gRPC client with Envoy's own messages, and byte for byte.

mod check;
mod health;
mod limits;
mod raw;
mod site;
