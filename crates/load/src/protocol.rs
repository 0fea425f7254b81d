//! Which protocol a test speaks, and how its connections are encrypted.

use std::path::PathBuf;

use crate::error::LoadError;

/// The most streams that a connection of HTTP/2 may be asked to carry.
const MOST_STREAMS: u32 = 10_000;

/// What is spoken over the connections of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Protocol {
    /// One request at a time on each connection.
    #[default]
    Http1,
    /// HTTP/2 (RFC 9113): agreed on by ALPN with TLS, by prior knowledge without. So many requests at most share a
    /// connection at the same time: users of the closed model, or arrivals of the open one.
    Http2 { streams: u32 },
    /// Unary calls of gRPC over HTTP/2. The path of a request is `/package.Service/Method`, its body the message as protobuf
    /// encodes it.
    Grpc { streams: u32 },
    /// WebSocket (RFC 6455): a request sends its body as one text message and waits for the message that answers it. A
    /// connection is opened once, to the path and with the headers that all requests have in common.
    WebSocket,
}

impl Protocol {
    /// How many requests may share a connection.
    pub fn streams(self) -> u32 {
        match self {
            Self::Http2 { streams } | Self::Grpc { streams } => streams,
            Self::Http1 | Self::WebSocket => 1,
        }
    }

    pub(crate) fn check(self) -> Result<(), LoadError> {
        match self.streams() {
            0 => Err(LoadError::Setting { name: "streams", reason: "at least 1 is needed".to_owned() }),
            streams if streams > MOST_STREAMS => {
                Err(LoadError::Limit { what: "streams", value: u64::from(streams), limit: u64::from(MOST_STREAMS) })
            }
            _ => Ok(()),
        }
    }
}

/// Whom to trust and how to identify oneself. Without settings the certificates that the system trusts are trusted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TlsSettings {
    /// A PEM file of the authorities that are trusted, in place of the system's.
    pub authorities: Option<PathBuf>,
    /// Trust any certificate. What is measured is then the same, but whom it was measured against is not known.
    pub insecure: bool,
    /// For servers that want to know their clients.
    pub identity: Option<Identity>,
    /// The name that the server's certificate has to be for, and that is sent as SNI, in place of the target's host.
    pub server_name: Option<String>,
}

/// The certificate of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// A PEM file: the client's certificate, and those that lead from it to an authority.
    pub certificates: PathBuf,
    /// A PEM file with its private key.
    pub key: PathBuf,
}
