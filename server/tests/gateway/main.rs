//! What gateways and their callers are promised, told over real sockets.

mod authenticate;
mod http;
mod identity;
mod key_limits;
mod limits;
mod metrics;
mod nginx;
mod ops;
mod site;
mod verify_call;
mod whoami;
