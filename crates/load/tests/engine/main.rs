//! The engine against real servers on loopback. Each server is a few lines with a known behaviour.
#![cfg(target_os = "linux")]

mod answers;
mod failures;
mod models;
mod omission;
mod protocols;
mod server;
mod traces;
mod trial;
