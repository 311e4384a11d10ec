//! What is acknowledged stays, what is ended stays ended, what is secret stays secret: on the built program and its folder.

mod disk;
mod killing;
mod revoking;
mod secrets;
mod starting;
