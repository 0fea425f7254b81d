//! Why a load test could not be planned or started. What goes wrong with single requests is a `Failure`, and counted.

use std::fmt;

/// An error of the whole test. Nothing was measured when one is returned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoadError {
    /// A URL that does not name a target of this engine.
    Target { url: String, reason: &'static str },
    /// The name of the host has no address.
    Resolution { host: String, reason: String },
    /// A request that cannot be sent as it is described.
    Request { name: String, reason: String },
    /// A schedule or a setting that makes no sense.
    Setting { name: &'static str, reason: String },
    /// Something exceeds a limit of this engine.
    Limit { what: &'static str, value: u64, limit: u64 },
    /// The process may not open as many connections as the test needs.
    Descriptors { needed: u64, allowed: u64 },
    /// The operating system refused something that every test needs.
    System { doing: &'static str, reason: String },
    /// This operating system is not supported.
    Unsupported,
}

impl fmt::Display for LoadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Target { url, reason } => write!(formatter, "cannot load {url:?}: {reason}"),
            Self::Resolution { host, reason } => {
                write!(formatter, "no address found for host {host:?}: {reason}; check the name and the DNS settings")
            }
            Self::Request { name, reason } => write!(formatter, "request {name:?} cannot be sent: {reason}"),
            Self::Setting { name, reason } => write!(formatter, "{name}: {reason}"),
            Self::Limit { what, value, limit } => write!(formatter, "{what}: {value} is over the limit of {limit}"),
            Self::Descriptors { needed, allowed } => write!(
                formatter,
                "{needed} open files are needed and {allowed} allowed; raise the limit (ulimit -n {needed}) or use fewer \
                 connections"
            ),
            Self::System { doing, reason } => write!(formatter, "{doing} failed: {reason}"),
            Self::Unsupported => formatter.write_str("the load engine runs on Linux only; use another tool here"),
        }
    }
}

impl std::error::Error for LoadError {}
