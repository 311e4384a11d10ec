//! The shop and a server, told as stories over real sockets.

mod grpc;
mod story;
mod world;
