//! What can go wrong with one request.

use std::fmt;

use crate::response::Malformed;

/// Why a request got no answer. Each kind is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Failure {
    /// Nobody listens at the target's address.
    Refused,
    /// The target's host or network cannot be reached.
    Unreachable,
    /// The connection was reset.
    Reset,
    /// The connection was closed before the answer was complete.
    ClosedEarly,
    /// No complete answer within the time limit, counted from the intended start.
    Timeout(Stage),
    /// The answer is not HTTP.
    Malformed(Malformed),
    /// Status line and headers are over the limit of the plan.
    HeadTooLarge,
    /// The body is over the limit of the plan.
    BodyTooLarge,
    /// A value that was taken from an answer or a table cannot be sent where it was to go: a line break in a header.
    Unsendable,
    /// This machine has no local port left for another connection to the target.
    NoLocalPort,
    /// This process may open no more files.
    NoDescriptor,
    /// Any other error of the operating system, by its number.
    System(i32),
}

/// How far a request had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    Connecting,
    Sending,
    Waiting,
    Receiving,
}

impl Failure {
    /// A short stable name for tables and machines, `timeout-waiting` for instance.
    pub fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
            Self::Reset => "reset",
            Self::ClosedEarly => "closed-early",
            Self::Timeout(Stage::Connecting) => "timeout-connecting",
            Self::Timeout(Stage::Sending) => "timeout-sending",
            Self::Timeout(Stage::Waiting) => "timeout-waiting",
            Self::Timeout(Stage::Receiving) => "timeout-receiving",
            Self::Malformed(_) => "malformed",
            Self::HeadTooLarge => "head-too-large",
            Self::BodyTooLarge => "body-too-large",
            Self::Unsendable => "unsendable",
            Self::NoLocalPort => "no-local-port",
            Self::NoDescriptor => "no-descriptor",
            Self::System(_) => "system",
        }
    }

    /// Whether the cause lies with this machine and not with the target.
    pub fn is_local(self) -> bool {
        matches!(self, Self::NoLocalPort | Self::NoDescriptor)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused => formatter.write_str("connection refused"),
            Self::Unreachable => formatter.write_str("host unreachable"),
            Self::Reset => formatter.write_str("connection reset"),
            Self::ClosedEarly => formatter.write_str("closed before the answer was complete"),
            Self::Timeout(Stage::Connecting) => formatter.write_str("timed out while connecting"),
            Self::Timeout(Stage::Sending) => formatter.write_str("timed out while sending"),
            Self::Timeout(Stage::Waiting) => formatter.write_str("timed out while waiting for the answer"),
            Self::Timeout(Stage::Receiving) => formatter.write_str("timed out while receiving the answer"),
            Self::Malformed(reason) => write!(formatter, "malformed answer: {reason}"),
            Self::HeadTooLarge => formatter.write_str("status line and headers over the limit"),
            Self::BodyTooLarge => formatter.write_str("body over the limit"),
            Self::Unsendable => {
                formatter.write_str("a value with line breaks or control characters was to go into a header")
            }
            Self::NoLocalPort => formatter.write_str("no local port left on this machine"),
            Self::NoDescriptor => formatter.write_str("too many open files on this machine"),
            Self::System(number) => write!(formatter, "{}", std::io::Error::from_raw_os_error(*number)),
        }
    }
}
