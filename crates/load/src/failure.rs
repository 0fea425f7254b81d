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
    /// The server's certificate does not prove that it is the target.
    TlsCertificate,
    /// No common way to encrypt was found, the server wants a client certificate, or it does not speak TLS.
    TlsHandshake,
    /// An encrypted connection broke after its handshake.
    Tls,
    /// The server does not speak HTTP/2.
    Http2Refused,
    /// The server said that it takes no more requests on this connection, this one included.
    Http2GoAway,
    /// The server gave up this request alone.
    Http2Reset,
    /// What the server sent is not HTTP/2.
    Http2Malformed,
    /// A gRPC call ended with another status than OK.
    Grpc(GrpcStatus),
    /// The server did not agree to speak WebSocket.
    WebSocketRefused,
    /// The server closed a WebSocket before the answer.
    WebSocketClosed,
    /// What the server sent is not WebSocket.
    WebSocketMalformed,
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
    /// Agreeing on encryption, and on WebSocket.
    Handshake,
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
            Self::Timeout(Stage::Handshake) => "timeout-handshake",
            Self::Timeout(Stage::Sending) => "timeout-sending",
            Self::Timeout(Stage::Waiting) => "timeout-waiting",
            Self::Timeout(Stage::Receiving) => "timeout-receiving",
            Self::Malformed(_) => "malformed",
            Self::HeadTooLarge => "head-too-large",
            Self::BodyTooLarge => "body-too-large",
            Self::Unsendable => "unsendable",
            Self::TlsCertificate => "tls-certificate",
            Self::TlsHandshake => "tls-handshake",
            Self::Tls => "tls",
            Self::Http2Refused => "http2-refused",
            Self::Http2GoAway => "http2-goaway",
            Self::Http2Reset => "http2-reset",
            Self::Http2Malformed => "http2-malformed",
            Self::Grpc(status) => status.name(),
            Self::WebSocketRefused => "websocket-refused",
            Self::WebSocketClosed => "websocket-closed",
            Self::WebSocketMalformed => "websocket-malformed",
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
            Self::Timeout(Stage::Handshake) => {
                formatter.write_str("timed out while agreeing on encryption or protocol")
            }
            Self::Timeout(Stage::Sending) => formatter.write_str("timed out while sending"),
            Self::Timeout(Stage::Waiting) => formatter.write_str("timed out while waiting for the answer"),
            Self::Timeout(Stage::Receiving) => formatter.write_str("timed out while receiving the answer"),
            Self::Malformed(reason) => write!(formatter, "malformed answer: {reason}"),
            Self::HeadTooLarge => formatter.write_str("status line and headers over the limit"),
            Self::BodyTooLarge => formatter.write_str("body over the limit"),
            Self::Unsendable => {
                formatter.write_str("a value with line breaks or control characters was to go into a header")
            }
            Self::TlsCertificate => formatter.write_str("the server's certificate is not trusted"),
            Self::TlsHandshake => formatter.write_str("no encrypted connection could be agreed on"),
            Self::Tls => formatter.write_str("the encrypted connection broke"),
            Self::Http2Refused => formatter.write_str("the server does not speak HTTP/2"),
            Self::Http2GoAway => formatter.write_str("the server ends the HTTP/2 connection (GOAWAY)"),
            Self::Http2Reset => formatter.write_str("the server reset the HTTP/2 stream (RST_STREAM)"),
            Self::Http2Malformed => formatter.write_str("malformed HTTP/2"),
            Self::Grpc(status) => {
                write!(formatter, "gRPC status {} ({})", status.code(), &status.name()["grpc-".len()..])
            }
            Self::WebSocketRefused => formatter.write_str("the server does not agree to speak WebSocket"),
            Self::WebSocketClosed => formatter.write_str("the server closed the WebSocket before the answer"),
            Self::WebSocketMalformed => formatter.write_str("malformed WebSocket message"),
            Self::NoLocalPort => formatter.write_str("no local port left on this machine"),
            Self::NoDescriptor => formatter.write_str("too many open files on this machine"),
            Self::System(number) => write!(formatter, "{}", std::io::Error::from_raw_os_error(*number)),
        }
    }
}

/// The status of a gRPC call that failed, 1 to 16; every other number counts as 2, unknown (gRPC core, "Status codes and
/// their use in gRPC").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GrpcStatus(u8);

impl GrpcStatus {
    pub const UNKNOWN: Self = Self(2);
    pub const UNIMPLEMENTED: Self = Self(12);
    pub const INTERNAL: Self = Self(13);
    pub const UNAVAILABLE: Self = Self(14);
    pub const UNAUTHENTICATED: Self = Self(16);
    pub const PERMISSION_DENIED: Self = Self(7);

    /// Nothing for 0, which is no failure.
    pub fn new(code: u32) -> Option<Self> {
        match code {
            0 => None,
            1..=16 => Some(Self(code as u8)),
            _ => Some(Self::UNKNOWN),
        }
    }

    pub fn code(self) -> u8 {
        self.0
    }

    fn name(self) -> &'static str {
        const NAMES: [&str; 16] = [
            "grpc-cancelled",
            "grpc-unknown",
            "grpc-invalid-argument",
            "grpc-deadline-exceeded",
            "grpc-not-found",
            "grpc-already-exists",
            "grpc-permission-denied",
            "grpc-resource-exhausted",
            "grpc-failed-precondition",
            "grpc-aborted",
            "grpc-out-of-range",
            "grpc-unimplemented",
            "grpc-internal",
            "grpc-unavailable",
            "grpc-data-loss",
            "grpc-unauthenticated",
        ];
        NAMES[usize::from(self.0 - 1)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_each_grpc_status_and_takes_none_for_a_failure_that_is_ok() {
        assert_eq!(GrpcStatus::new(0), None);
        let name = |code| GrpcStatus::new(code).map(|status| Failure::Grpc(status).name());
        assert_eq!(name(1), Some("grpc-cancelled"));
        assert_eq!(name(14), Some("grpc-unavailable"));
        assert_eq!(name(16), Some("grpc-unauthenticated"));
        assert_eq!(name(17), Some("grpc-unknown"));
    }
}
