//! The clients of everything but plain HTTP/1.1: TLS, HTTP/2, gRPC and WebSocket.
//!
//! A worker drives the same schedule and counts in the same statistics as the one of plain HTTP/1.1, but its connections
//! are those of well-kept libraries on one tokio runtime per thread. It has so many lanes as requests may be under way at
//! once; a lane has a connection, or a stream of one that it shares. An exchange is a future that takes a lane and a request
//! and returns the lane with an answer or a fault; all of a worker's exchanges are polled by the worker itself, so that they
//! share its buffer and nothing is locked.

#[cfg(target_os = "linux")]
mod connect;
#[cfg(target_os = "linux")]
mod exchange;
#[cfg(target_os = "linux")]
mod fault;
#[cfg(target_os = "linux")]
mod grpc;
#[cfg(target_os = "linux")]
mod http1;
#[cfg(target_os = "linux")]
mod http2;
mod prepared;
#[cfg(target_os = "linux")]
mod timer;
mod tls;
#[cfg(target_os = "linux")]
mod websocket;
#[cfg(target_os = "linux")]
mod worker;

pub(crate) use prepared::Prepared;
pub(crate) use tls::Tls;
#[cfg(target_os = "linux")]
pub(crate) use worker::Worker;
