//! Stories about the whole product, told through the doors that people and programs use: the dashboard over HTTP, the
//! gateway listener, real gateways, the official client library, the built program and its folder.
//!
//! Time is a [`server::clock::ManualClock`] where the server runs in this process. Nothing here sleeps: whoever waits does
//! so for an answer, a line of text or the end of a process.

pub mod backend;
mod caddy;
pub mod caller;
pub mod desk;
mod envoy;
pub mod forms;
pub mod gateway;
mod haproxy;
pub mod installation;
pub mod mail_server;
mod nginx;
pub mod official_client;
pub mod operator;
pub mod outbox;
pub mod packaging;
pub mod person;
pub mod raw;
pub mod search;
pub mod smuggling;
pub mod story;
mod traefik;
pub mod upstream;
