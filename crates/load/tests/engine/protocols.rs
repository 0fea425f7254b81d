//! TLS, HTTP/2, gRPC and WebSocket, each against a server that speaks it.

mod certificates;
mod grpc;
mod http2;
pub(crate) mod server;
mod tls;
mod websocket;
