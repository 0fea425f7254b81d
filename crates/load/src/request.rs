//! A request, from its description to the bytes that go out.

use crate::error::LoadError;
pub(crate) use crate::response::is_value;
use crate::target::Target;
use crate::trace_context;

const MOST_HEADERS: usize = 256;
const LONGEST_HEAD: usize = 64 * 1024;
const LONGEST_BODY: usize = 64 * 1024 * 1024;

/// One kind of request, as a person would write it down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The name under which it is reported: an endpoint.
    pub name: String,
    pub method: String,
    /// Path and query, beginning with `/`, encoded as it is to be sent.
    pub path: String,
    /// `Host` and `Content-Length` are added; a `Host` given here takes the place of the target's.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// How often it is sent, relative to the others. At least 1.
    pub weight: u32,
    /// What the message that answers this one holds, with WebSocket: `${id}` in it and in the body stands for a number that is
    /// another one in each message. Without it the next message is the answer. Other protocols know which answer is whose.
    pub answer: Option<String>,
}

impl Request {
    /// A GET of `path`, named after it.
    pub fn get(path: &str) -> Self {
        Self {
            name: path.to_owned(),
            method: "GET".to_owned(),
            path: path.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
            weight: 1,
            answer: None,
        }
    }

    /// The bytes of this request for `target`, with a place for the trace that it begins where `traces` asks for one and it
    /// does not say itself to which it belongs. An error says which part cannot be sent, so that nothing that a header or
    /// path holds can end up as another header or request (RFC 9112, sections 3 and 5).
    pub(crate) fn serialised(&self, target: &Target, traces: bool) -> Result<Serialised, LoadError> {
        let refused = |reason: String| Err(LoadError::Request { name: self.name.clone(), reason });
        if self.weight == 0 {
            return refused("its weight is 0; leave it out instead".to_owned());
        }
        if !is_token(&self.method) || self.method.eq_ignore_ascii_case("CONNECT") {
            return refused(format!("{:?} is no method that can be sent", self.method));
        }
        if !self.path.starts_with('/') || !self.path.bytes().all(|byte| byte.is_ascii_graphic()) {
            return refused("a path begins with / and holds no spaces or non-ASCII characters; encode them".to_owned());
        }
        if self.headers.len() > MOST_HEADERS {
            return refused(format!("it has {} headers, over the limit of {MOST_HEADERS}", self.headers.len()));
        }
        if self.body.len() > LONGEST_BODY {
            return refused(format!("its body has {} bytes, over the limit of {LONGEST_BODY}", self.body.len()));
        }
        for (name, value) in &self.headers {
            if let Some(reason) = fault_of_header(name, value.as_bytes()) {
                return refused(format!("header {name:?} {reason}"));
            }
        }
        let (mut head, mut trace_at) = (self.head(target).into_bytes(), None);
        if traces && !self.headers.iter().any(|(name, _)| trace_context::is_header(name)) {
            trace_at = Some(trace_context::write_place(&mut head));
        }
        head.extend_from_slice(b"\r\n");
        if head.len() > LONGEST_HEAD {
            return refused(format!("its head has {} bytes, over the limit of {LONGEST_HEAD}", head.len()));
        }
        Ok(Serialised {
            name: self.name.clone(),
            bytes: [head, self.body.clone()].concat(),
            expects_body: !self.method.eq_ignore_ascii_case("HEAD"),
            trace_at,
        })
    }

    /// Without the empty line that ends it.
    fn head(&self, target: &Target) -> String {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.path);
        if !self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            head.push_str(&format!("Host: {}\r\n", target.authority()));
        }
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        // A server may refuse a method that usually has a body where no length is given (RFC 9110, section 8.6).
        if !self.body.is_empty() || matches!(self.method.as_str(), "POST" | "PUT" | "PATCH") {
            head.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        head
    }
}

/// A request that is ready to be written to a socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Serialised {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    /// False for HEAD, whose answers have no body whatever their headers say.
    pub(crate) expects_body: bool,
    /// Where in the bytes the value of `traceparent` goes.
    pub(crate) trace_at: Option<usize>,
}

pub(crate) fn fault_of_header(name: &str, value: &[u8]) -> Option<&'static str> {
    if !is_token(name) {
        return Some("has a name that HTTP does not allow");
    }
    if !is_value(value) {
        return Some("has a value with line breaks or control characters");
    }
    match name.to_ascii_lowercase().as_str() {
        "content-length" | "transfer-encoding" => Some("is derived from the body; leave it out"),
        "expect" | "upgrade" => Some("asks for an exchange that this engine does not do; leave it out"),
        _ => None,
    }
}

/// Whether `text` is a token of RFC 9110, section 5.6.2.
pub(crate) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(crate::response::is_token_byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target() -> Target {
        Target::parse("http://127.0.0.1:8080/").expect("a literal address").0
    }

    #[test]
    fn can_be_serialised_with_host_and_length() {
        let request = Request {
            method: "POST".to_owned(),
            headers: vec![("X-Id".to_owned(), "1".to_owned())],
            body: b"hello".to_vec(),
            ..Request::get("/orders?a=b")
        };
        let sent = request.serialised(&target(), false).expect("a good request");
        let expected = "POST /orders?a=b HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nX-Id: 1\r\nContent-Length: 5\r\n\r\nhello";
        assert_eq!(String::from_utf8_lossy(&sent.bytes), expected);
        assert!(sent.expects_body);
    }

    #[test]
    fn can_name_another_host_and_knows_that_head_has_no_body() {
        let headers = vec![("host".to_owned(), "shop".to_owned())];
        let request = Request { method: "HEAD".to_owned(), headers, ..Request::get("/") };
        let sent = request.serialised(&target(), false).expect("a good request");
        assert_eq!(String::from_utf8_lossy(&sent.bytes), "HEAD / HTTP/1.1\r\nhost: shop\r\n\r\n");
        assert!(!sent.expects_body);
    }

    #[test]
    fn refuses_what_would_become_another_header_or_request() {
        let good = Request::get("/");
        let with_header =
            |name: &str, value: &str| Request { headers: vec![(name.to_owned(), value.to_owned())], ..good.clone() };
        let bad = [
            Request { method: "GET /x".to_owned(), ..good.clone() },
            Request { method: String::new(), ..good.clone() },
            Request { method: "CONNECT".to_owned(), ..good.clone() },
            Request::get("/a b"),
            Request::get("/a\r\nX: y"),
            Request::get("no-slash"),
            Request::get("/ü"),
            Request { weight: 0, ..good.clone() },
            Request { headers: vec![("a".to_owned(), String::new()); MOST_HEADERS + 1], ..good.clone() },
            Request { body: vec![0; LONGEST_BODY + 1], ..good.clone() },
            with_header("X", "a\r\nY: b"),
            with_header("X Y", "a"),
            with_header("", "a"),
            with_header("X", &"a".repeat(LONGEST_HEAD)),
            with_header("Content-Length", "5"),
            with_header("transfer-encoding", "chunked"),
            with_header("Expect", "100-continue"),
        ];
        for request in bad {
            let outcome = request.serialised(&target(), false);
            assert!(matches!(outcome, Err(LoadError::Request { .. })), "{:?}", outcome.map(|sent| sent.bytes));
        }
    }
}
