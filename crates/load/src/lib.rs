//! The load engine: sends requests on a schedule and tells how long each took, and what went wrong.
//!
//! ```text
//! Settings ──► Plan ──┐                    ┌─► worker: epoll, connections, statistics ─┐
//!            (plan)   ├─► run (one thread ─┤      (worker, connection, response)       ├─► Outcome
//! Executor ─► Schedule┘    per core)       └─► worker …                                ┘   (outcome)
//!           (schedule)
//! ```
//!
//! A `Plan` holds what is sent: requests as the bytes that go out, weights, limits. A `Schedule` holds when: at given moments
//! (the open model) or as fast as a number of users can (the closed model), under the names k6 gave them. `run` starts
//! workers that share nothing but a stop flag; each has its own connections, and its own histograms, which are merged at
//! the end. With plain HTTP/1.1 nothing is allocated and no message is sent for a request: what a request costs is the system
//! calls. TLS, HTTP/2, gRPC and WebSocket are spoken through libraries by a worker of their own (`client`), which keeps the
//! same schedule and counts in the same way, and costs more for a request.
//!
//! Latency runs from the moment a request was *intended* to start to its last byte, waiting for a free connection and
//! connecting included, so that a server that stalls cannot hide the requests it kept from being sent (coordinated
//! omission). What was never answered counts as having taken at least its time limit: `Outcome::latency`.
//!
//! All times are nanoseconds since the run began where they are integers. Linux 5.11 or later is needed, for `epoll_pwait2`;
//! on other systems the plan and the schedule are there, and `run` says that it cannot.

#![forbid(unsafe_code)]
// What only the workers use is compiled everywhere, so that it cannot break unseen.
#![cfg_attr(not(target_os = "linux"), allow(dead_code))]

pub mod error;
pub mod failure;
pub mod flow;
pub mod histogram;
pub mod interface;
pub mod outcome;
pub mod plan;
pub mod progress;
pub mod protocol;
pub mod request;
pub mod response;
pub mod run;
pub mod saturation;
pub mod schedule;
pub mod series;
pub mod slowest;
pub mod target;

mod client;
mod random;
mod selection;
mod statistics;
mod trace_context;

#[cfg(target_os = "linux")]
mod connection;
#[cfg(target_os = "linux")]
mod model;
#[cfg(target_os = "linux")]
mod poller;
#[cfg(target_os = "linux")]
mod socket;
#[cfg(target_os = "linux")]
mod work;
#[cfg(target_os = "linux")]
mod worker;

pub use error::LoadError;
pub use failure::Failure;
pub use outcome::Outcome;
pub use plan::{Plan, Settings};
pub use protocol::{Protocol, TlsSettings};
pub use run::run;
pub use schedule::{Executor, Schedule};
