//! The answer to a unary call ("gRPC over HTTP2", "HTTP to gRPC Status Code Mapping").

use http::header::CONTENT_TYPE;
use http::response::Parts;
use http::{HeaderMap, StatusCode};

use crate::failure::{Failure, GrpcStatus};

use super::fault::Fault;

/// The bytes before a message: whether it is compressed, and its length.
const PREFIX: usize = 5;

/// An answer while it comes in.
#[derive(Debug)]
pub(crate) struct Reply {
    prefix: [u8; PREFIX],
    received: u64,
    /// What the head alone says about the outcome.
    of_head: Option<Fault>,
    /// The head is all there is.
    ended: bool,
}

impl Reply {
    pub(crate) fn new(head: &Parts) -> Self {
        let ended = head.headers.contains_key("grpc-status");
        let of_head = if ended { fault_of_status(&head.headers) } else { fault_of_http(head) };
        Self { prefix: [0; PREFIX], received: 0, of_head, ended }
    }

    /// Takes bytes of the body, of which only the first few are kept.
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        if let Some(missing) = self.prefix.get_mut(self.received as usize..) {
            let taken = missing.len().min(bytes.len());
            missing[..taken].copy_from_slice(&bytes[..taken]);
        }
        self.received += bytes.len() as u64;
    }

    /// Says whether the call succeeded: its status is OK and its body is one whole message.
    pub(crate) fn end(self, trailers: Option<&HeaderMap>) -> Result<(), Fault> {
        if let Some(fault) = self.of_head {
            return Err(fault);
        }
        if !self.ended {
            let fault = match trailers {
                Some(trailers) if trailers.contains_key("grpc-status") => fault_of_status(trailers),
                _ => Some(Fault::new(Failure::Grpc(GrpcStatus::UNKNOWN), "the answer ended without a grpc-status")),
            };
            if let Some(fault) = fault {
                return Err(fault);
            }
        }
        let [_, length @ ..] = self.prefix;
        let expected = PREFIX as u64 + u64::from(u32::from_be_bytes(length));
        if self.received == expected {
            return Ok(());
        }
        let reason = format!("the answer is not one message: it has {} bytes, not {expected}", self.received);
        Err(Fault::new(Failure::Grpc(GrpcStatus::INTERNAL), reason))
    }
}

/// Nothing where the status is OK.
fn fault_of_status(headers: &HeaderMap) -> Option<Fault> {
    let text = |name| headers.get(name).map_or("", |value| value.to_str().unwrap_or(""));
    let status = text("grpc-status").parse().map_or(Some(GrpcStatus::UNKNOWN), GrpcStatus::new)?;
    let failure = Failure::Grpc(status);
    Some(match text("grpc-message") {
        "" => Fault::from(failure),
        message => Fault::new(failure, decoded(message)),
    })
}

/// What an answer that is not gRPC's amounts to. Nothing where it looks like one.
fn fault_of_http(head: &Parts) -> Option<Fault> {
    let status = match head.status {
        StatusCode::OK => {
            let kind = head.headers.get(CONTENT_TYPE).map_or(&b""[..], |kind| kind.as_bytes());
            if kind.starts_with(b"application/grpc") {
                return None;
            }
            let reason = format!("the answer is not gRPC but {:?}", String::from_utf8_lossy(kind));
            return Some(Fault::new(Failure::Grpc(GrpcStatus::UNKNOWN), reason));
        }
        StatusCode::BAD_REQUEST => GrpcStatus::INTERNAL,
        StatusCode::UNAUTHORIZED => GrpcStatus::UNAUTHENTICATED,
        StatusCode::FORBIDDEN => GrpcStatus::PERMISSION_DENIED,
        StatusCode::NOT_FOUND => GrpcStatus::UNIMPLEMENTED,
        StatusCode::TOO_MANY_REQUESTS
        | StatusCode::BAD_GATEWAY
        | StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::GATEWAY_TIMEOUT => GrpcStatus::UNAVAILABLE,
        _ => GrpcStatus::UNKNOWN,
    };
    Some(Fault::new(Failure::Grpc(status), format!("the answer has HTTP status {}", head.status)))
}

/// A percent-encoded message. What is not encoded rightly stays as it is.
fn decoded(message: &str) -> String {
    let bytes = message.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let byte = message.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match byte.filter(|_| bytes[at] == b'%') {
            Some(byte) => {
                plain.push(byte);
                at += 3;
            }
            None => {
                plain.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(status: u16, headers: &[(&'static str, &'static str)]) -> Parts {
        let mut response = http::Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        response.body(()).expect("a good response").into_parts().0
    }

    fn ended(head: &Parts, body: &[&[u8]], trailers: &[(&'static str, &'static str)]) -> Result<(), Fault> {
        let mut reply = Reply::new(head);
        body.iter().for_each(|piece| reply.feed(piece));
        let trailers = trailers
            .iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), http::HeaderValue::from_static(value)));
        reply.end(Some(&trailers.collect()))
    }

    const GRPC: (&str, &str) = ("content-type", "application/grpc+proto");
    const OK: (&str, &str) = ("grpc-status", "0");

    #[test]
    fn can_take_a_message_in_pieces() {
        let head = head(200, &[GRPC]);
        assert_eq!(ended(&head, &[&[0, 0], &[0, 0, 2, 8], &[1]], &[OK]), Ok(()));
        assert_eq!(ended(&head, &[&[0, 0, 0, 0, 0]], &[OK]), Ok(()));
    }

    #[test]
    fn reports_a_body_that_is_not_one_message() {
        let head = head(200, &[GRPC]);
        for body in [&[][..], &[0, 0, 0, 0, 2, 8], &[0, 0, 0, 0, 0, 0]] {
            let fault = ended(&head, &[body], &[OK]).expect_err("no message");
            assert_eq!(fault.failure, Failure::Grpc(GrpcStatus::INTERNAL), "{body:?}");
        }
    }

    #[test]
    fn reports_the_status_and_its_message_from_trailers_or_head() {
        let status = [("grpc-status", "5"), ("grpc-message", "no order 7%2C sorry%zz")];
        let expected = Fault::new(Failure::Grpc(GrpcStatus::new(5).expect("a failure")), "no order 7, sorry%zz");
        assert_eq!(ended(&head(200, &[GRPC]), &[], &status), Err(expected.clone()));
        assert_eq!(ended(&head(200, &[GRPC, status[0], status[1]]), &[], &[]), Err(expected));
        let nonsense = ended(&head(200, &[GRPC]), &[], &[("grpc-status", "ok")]).expect_err("no status");
        assert_eq!(nonsense.failure, Failure::Grpc(GrpcStatus::UNKNOWN));
    }

    #[test]
    fn reports_answers_that_are_not_of_grpc() {
        for (code, status) in [(404, GrpcStatus::UNIMPLEMENTED), (503, GrpcStatus::UNAVAILABLE)] {
            let fault = ended(&head(code, &[]), &[], &[]).expect_err("no gRPC");
            assert_eq!(fault.failure, Failure::Grpc(status));
        }
        let fault = ended(&head(200, &[("content-type", "text/html")]), &[], &[]).expect_err("no gRPC");
        assert_eq!(fault.reason.as_deref(), Some("the answer is not gRPC but \"text/html\""));
        assert_eq!(ended(&head(200, &[GRPC]), &[], &[]).expect_err("no status").failure.name(), "grpc-unknown");
    }
}
