//! What is sent, in the form that the libraries want it, made and checked before the test.

use bytes::{BufMut, Bytes, BytesMut};
use http::{HeaderName, HeaderValue, Method, Uri};

use crate::error::LoadError;
use crate::plan::Settings;
use crate::protocol::Protocol;
use crate::request::Request;
use crate::target::Target;
use crate::trace_context::{self, TraceParent};

/// Stands for a number that is another one in each message.
const NUMBER: &str = "${id}";

/// Headers of HTTP/1.1 that are about its connections, which HTTP/2 forbids (RFC 9113, section 8.2.2).
const OF_CONNECTIONS: [&str; 5] = ["connection", "keep-alive", "proxy-connection", "te", "upgrade"];

/// Empty but for what the protocol of the plan needs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Prepared {
    /// One for each request.
    pub(crate) http2: Vec<Http2Request>,
    /// Asks for a WebSocket.
    pub(crate) upgrade: http::Request<()>,
    /// One for each request.
    pub(crate) messages: Vec<TextMessage>,
}

/// A request of HTTP/2, or a call of gRPC.
#[derive(Debug, Clone)]
pub(crate) struct Http2Request {
    pub(crate) head: http::Request<()>,
    pub(crate) body: Bytes,
}

/// A text message, in the pieces between which its number stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TextMessage {
    text: Vec<String>,
    /// What the answer holds; without it any message is the answer.
    answer: Option<Vec<String>>,
}

impl Prepared {
    pub(crate) fn new(settings: &Settings) -> Result<Self, LoadError> {
        let (target, requests) = (&settings.target, &settings.requests);
        let mut prepared = Self::default();
        match settings.protocol {
            Protocol::Http1 => {}
            Protocol::Http2 { .. } => {
                prepared.http2 = each(requests, |request| http2_request(request, target))?;
            }
            Protocol::Grpc { .. } => prepared.http2 = each(requests, |request| call(request, target))?,
            Protocol::WebSocket => {
                prepared.upgrade = upgrade(requests, target)?;
                prepared.messages = each(requests, message)?;
            }
        }
        Ok(prepared)
    }
}

impl Http2Request {
    /// The same request as one that was written for HTTP/1.1 by us.
    pub(crate) fn from_http1(bytes: &[u8], target: &Target) -> Result<Self, String> {
        const END: &[u8] = b"\r\n\r\n";
        let end = memchr::memmem::find(bytes, END).ok_or("its headers have no end")?;
        let head = std::str::from_utf8(&bytes[..end]).map_err(|_| "a header is not UTF-8")?;
        let mut lines = head.split("\r\n");
        let mut words = lines.next().unwrap_or_default().split(' ');
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let headers = lines.filter_map(|line| line.split_once(": "));
        // Said in another way, or not at all.
        let left_out = |name: &str| {
            let of_connections = OF_CONNECTIONS.iter().any(|forbidden| name.eq_ignore_ascii_case(forbidden));
            of_connections || name.eq_ignore_ascii_case("content-length")
        };
        let headers = headers.filter(|(name, _)| !left_out(name));
        let request = Request {
            method: method.to_owned(),
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            body: bytes[end + END.len()..].to_vec(),
            ..Request::get(path)
        };
        http2_request(&request, target)
    }

    /// Sends the header that begins a trace along.
    pub(crate) fn begin_trace(&mut self, trace: TraceParent) {
        if let Ok(mut value) = HeaderValue::from_bytes(&trace.value()) {
            // So it takes no place in the table of headers that come again (RFC 7541, section 6.2.3): it never does.
            value.set_sensitive(true);
            self.head.headers_mut().insert(HeaderName::from_static(trace_context::HEADER), value);
        }
    }
}

impl TextMessage {
    /// The message with the number `number`.
    pub(crate) fn text(&self, number: u64) -> String {
        filled(&self.text, number)
    }

    /// What the answer to it holds.
    pub(crate) fn answer(&self, number: u64) -> Option<String> {
        self.answer.as_ref().map(|pieces| filled(pieces, number))
    }
}

fn filled(pieces: &[String], number: u64) -> String {
    pieces.join(&number.to_string())
}

fn each<Made>(requests: &[Request], make: impl Fn(&Request) -> Result<Made, String>) -> Result<Vec<Made>, LoadError> {
    let made = requests
        .iter()
        .map(|request| make(request).map_err(|reason| LoadError::Request { name: request.name.clone(), reason }));
    made.collect()
}

fn http2_request(request: &Request, target: &Target) -> Result<Http2Request, String> {
    // The host of a request is part of its address here, not a header (RFC 9113, section 8.3.1).
    let host = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("host"));
    let authority = host.map_or(target.authority(), |(_, host)| host);
    let scheme = if target.is_secure() { "https" } else { "http" };
    let mut head = http::Request::new(());
    *head.version_mut() = http::Version::HTTP_2;
    *head.method_mut() = Method::from_bytes(request.method.as_bytes()).map_err(|error| error.to_string())?;
    *head.uri_mut() = uri(scheme, authority, &request.path)?;
    for (name, value) in &request.headers {
        if OF_CONNECTIONS.iter().any(|forbidden| name.eq_ignore_ascii_case(forbidden)) {
            return Err(format!(
                "header {name:?} is about connections of HTTP/1.1, which HTTP/2 forbids; leave it out"
            ));
        }
        if !name.eq_ignore_ascii_case("host") {
            add_header(&mut head, name, value)?;
        }
    }
    if !request.body.is_empty() {
        head.headers_mut().insert(http::header::CONTENT_LENGTH, HeaderValue::from(request.body.len()));
    }
    Ok(Http2Request { head, body: Bytes::from(request.body.clone()) })
}

/// A call as "gRPC over HTTP2" describes it: POST, and a message with its length before it.
fn call(request: &Request, target: &Target) -> Result<Http2Request, String> {
    if request.path.split('/').count() != 3 || request.path.ends_with('/') {
        return Err(format!("{:?} is no method; the path of a call is /package.Service/Method", request.path));
    }
    let length = u32::try_from(request.body.len()).map_err(|_| "its message is over the limit of 4 GiB".to_owned())?;
    let mut call = http2_request(&Request { method: "POST".to_owned(), body: Vec::new(), ..request.clone() }, target)?;
    let headers = call.head.headers_mut();
    headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    headers.insert(http::header::TE, HeaderValue::from_static("trailers"));
    let mut framed = BytesMut::with_capacity(request.body.len() + 5);
    framed.put_u8(0);
    framed.put_u32(length);
    framed.put_slice(&request.body);
    call.body = framed.freeze();
    Ok(call)
}

fn upgrade(requests: &[Request], target: &Target) -> Result<http::Request<()>, LoadError> {
    let Some(first) = requests.first() else { return Ok(http::Request::default()) };
    for request in requests {
        if (&request.path, &request.headers) != (&first.path, &first.headers) {
            let reason = "all messages of a test go over the same WebSocket: give them one path and the same headers";
            return Err(LoadError::Request { name: request.name.clone(), reason: reason.to_owned() });
        }
    }
    let asked = || {
        let host = first.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("host"));
        let mut head = http::Request::new(());
        let scheme = if target.is_secure() { "wss" } else { "ws" };
        *head.uri_mut() = uri(scheme, target.authority(), &first.path)?;
        if host.is_none() {
            add_header(&mut head, "Host", target.authority())?;
        }
        add_header(&mut head, "Connection", "Upgrade")?;
        add_header(&mut head, "Upgrade", "websocket")?;
        add_header(&mut head, "Sec-WebSocket-Version", "13")?;
        for (name, value) in &first.headers {
            add_header(&mut head, name, value)?;
        }
        Ok(head)
    };
    asked().map_err(|reason| LoadError::Request { name: first.name.clone(), reason })
}

fn message(request: &Request) -> Result<TextMessage, String> {
    let text = std::str::from_utf8(&request.body).map_err(|_| "a text message is UTF-8".to_owned())?;
    let pieces = |text: &str| text.split(NUMBER).map(str::to_owned).collect();
    Ok(TextMessage { text: pieces(text), answer: request.answer.as_deref().map(pieces) })
}

fn uri(scheme: &str, authority: &str, path: &str) -> Result<Uri, String> {
    let built = Uri::builder().scheme(scheme).authority(authority).path_and_query(path).build();
    built.map_err(|error| format!("{scheme}://{authority}{path} cannot be asked for: {error}"))
}

fn add_header(head: &mut http::Request<()>, name: &str, value: &str) -> Result<(), String> {
    let header = HeaderName::from_bytes(name.as_bytes()).map_err(|error| format!("header {name:?}: {error}"))?;
    let value = HeaderValue::from_str(value).map_err(|error| format!("header {name:?}: {error}"))?;
    head.headers_mut().append(header, value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(protocol: Protocol, requests: Vec<Request>) -> Settings {
        let target = Target::parse("http://127.0.0.1:81/").expect("a literal address").0;
        Settings { protocol, requests, ..Settings::new(target, Request::get("/")) }
    }

    #[test]
    fn numbers_messages_and_what_answers_them() {
        let request =
            Request { body: b"{\"n\":${id}}".to_vec(), answer: Some("n=${id};".to_owned()), ..Request::get("/") };
        let message = message(&request).expect("a good message");
        assert_eq!((message.text(7), message.answer(7)), ("{\"n\":7}".to_owned(), Some("n=7;".to_owned())));
    }

    #[test]
    fn puts_the_length_of_a_message_before_it() {
        let request = Request { body: vec![8, 1, 9], ..Request::get("/shop.Orders/Place") };
        let prepared = Prepared::new(&settings(Protocol::Grpc { streams: 1 }, vec![request])).expect("a good call");
        assert_eq!(&prepared.http2[0].body[..], [0, 0, 0, 0, 3, 8, 1, 9]);
        assert_eq!(prepared.http2[0].head.method(), Method::POST);
    }

    #[test]
    fn can_take_a_request_that_was_written_for_http1() {
        let target = Target::parse("https://127.0.0.1:81/").expect("a literal address").0;
        let written = b"POST /orders?a=b HTTP/1.1\r\nHost: shop\r\nConnection: close\r\nX-Id: 1: 2\r\nContent-Length: 6\r\n\r\n\r\n\r\nab";
        let request = Http2Request::from_http1(written, &target).expect("a good request");
        assert_eq!(
            (request.head.method().as_str(), request.head.uri().to_string()),
            ("POST", "https://shop/orders?a=b".to_owned())
        );
        assert_eq!(request.head.headers()["x-id"], "1: 2");
        assert_eq!((request.head.headers().len(), &request.body[..]), (2, &b"\r\n\r\nab"[..]));
    }

    #[test]
    fn refuses_what_a_protocol_cannot_send() {
        let header = |name: &str| vec![(name.to_owned(), "x".to_owned())];
        let (http2, grpc) = (Protocol::Http2 { streams: 1 }, Protocol::Grpc { streams: 1 });
        let bad = [
            (http2, vec![Request { headers: header("Connection"), ..Request::get("/") }]),
            (http2, vec![Request { headers: header("TE"), ..Request::get("/") }]),
            (grpc, vec![Request::get("/")]),
            (grpc, vec![Request::get("/shop.Orders/")]),
            (Protocol::WebSocket, vec![Request::get("/"), Request::get("/other")]),
            (Protocol::WebSocket, vec![Request::get("/"), Request { headers: header("X"), ..Request::get("/") }]),
            (Protocol::WebSocket, vec![Request { body: vec![0xff], ..Request::get("/") }]),
        ];
        for (protocol, requests) in bad {
            let made = Prepared::new(&settings(protocol, requests));
            assert!(matches!(made, Err(LoadError::Request { .. })), "{made:?}");
        }
    }
}
