//! An incremental, strict parser of HTTP/1.1 responses (RFC 9112) that keeps nothing it does not need.
//!
//! It is fed whatever bytes arrived. A line that is cut in two is kept until its end is there, a body is only counted. What
//! a lenient client would guess about (a bare line feed, two lengths that differ, a folded header) is refused with its
//! reason, since a guess about where an answer ends gives a wrong measurement of the next one.

mod fields;
mod malformed;

pub use malformed::Malformed;

pub(crate) use fields::{is_token_byte, is_value};

use fields::{chunk_size, status_of, Framing};

/// How much of one response is read before it counts as too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResponseLimits {
    /// Bytes of status line, headers and trailers together, and of the line before each chunk. Each waiting connection may
    /// hold one line.
    pub head_bytes: u64,
    /// Bytes of the body, without the framing of chunks.
    pub body_bytes: u64,
}

impl Default for ResponseLimits {
    fn default() -> Self {
        Self { head_bytes: 64 * 1024, body_bytes: 256 * 1024 * 1024 }
    }
}

/// What the bytes so far amount to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parsed {
    /// More has to come.
    Partly,
    /// The response is complete; so many of the bytes that were fed belong to it.
    Complete(usize),
}

/// Why a response cannot be read any further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    Malformed(Malformed),
    HeadTooLarge,
    BodyTooLarge,
    /// The connection ended in the middle.
    ClosedEarly,
}

impl From<Malformed> for Unreadable {
    fn from(reason: Malformed) -> Self {
        Self::Malformed(reason)
    }
}

/// Is shown a response while it is read.
pub trait Sink {
    /// What came so far was an interim response (RFC 9110, section 15.2): the one that counts begins now.
    #[inline]
    fn restart(&mut self) {}

    /// A header, without the white space around its value.
    #[inline]
    fn field(&mut self, _name: &[u8], _value: &[u8]) {}

    /// A piece of the body, without the framing of chunks.
    #[inline]
    fn body(&mut self, _bytes: &[u8]) {}
}

/// Keeps nothing, and costs nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ignored;

impl Sink for Ignored {}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    StatusLine,
    Headers,
    /// A body of known length, of which so many bytes are still to come.
    Body(u64),
    BodyUntilClose,
    ChunkSize,
    Chunk(u64),
    ChunkEnd,
    Trailers,
    Complete,
}

/// A line that is longer than this is not kept when its response is complete, so that one answer does not cost memory for ever.
const KEPT_LINE: usize = 1024;

/// The parser of one connection. `begin` starts it anew for each response.
#[derive(Debug)]
pub struct ResponseParser {
    state: State,
    /// The beginning of a line whose end has not arrived.
    line: Vec<u8>,
    framing: Framing,
    status: u16,
    expects_body: bool,
    head_bytes: u64,
    /// Of the lines before and after chunks: as many as there are chunks, which the limit of the body limits too.
    framing_bytes: u64,
    body_bytes: u64,
    limits: ResponseLimits,
}

impl ResponseParser {
    pub fn new(limits: ResponseLimits) -> Self {
        Self {
            state: State::StatusLine,
            line: Vec::new(),
            framing: Framing::default(),
            status: 0,
            expects_body: true,
            head_bytes: 0,
            framing_bytes: 0,
            body_bytes: 0,
            limits,
        }
    }

    /// Forgets the last response. `expects_body` is false after a HEAD request.
    pub fn begin(&mut self, expects_body: bool) {
        self.state = State::StatusLine;
        self.framing = Framing::default();
        self.expects_body = expects_body;
        self.head_bytes = 0;
        self.framing_bytes = 0;
        self.body_bytes = 0;
        self.line.clear();
        if self.line.capacity() > KEPT_LINE {
            self.line = Vec::new();
        }
    }

    /// The status code, once `feed` has returned `Complete`.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Whether another request may be sent on this connection after this response.
    pub fn keeps_connection(&self) -> bool {
        self.framing.keeps_connection()
    }

    /// Bytes of the body so far.
    pub fn body_bytes(&self) -> u64 {
        self.body_bytes
    }

    /// All bytes of the response so far.
    pub fn bytes(&self) -> u64 {
        self.head_bytes + self.framing_bytes + self.body_bytes
    }

    /// Reads on. After `Complete` or an error, `begin` has to be called first.
    pub fn feed(&mut self, input: &[u8]) -> Result<Parsed, Unreadable> {
        self.feed_into(input, &mut Ignored)
    }

    /// As `feed`, and shows `sink` what is read.
    #[inline]
    pub fn feed_into<Shown: Sink>(&mut self, input: &[u8], sink: &mut Shown) -> Result<Parsed, Unreadable> {
        let mut at = 0;
        loop {
            match self.state {
                State::Complete => return Ok(Parsed::Complete(at)),
                _ if at == input.len() => return Ok(Parsed::Partly),
                State::Body(left) => {
                    let taken = self.take_body(left, &input[at..], sink)?;
                    at += taken as usize;
                    self.state = if taken == left { State::Complete } else { State::Body(left - taken) };
                }
                State::BodyUntilClose => at += self.take_body(u64::MAX, &input[at..], sink)? as usize,
                State::Chunk(left) => {
                    let taken = self.take_body(left, &input[at..], sink)?;
                    at += taken as usize;
                    self.state = if taken == left { State::ChunkEnd } else { State::Chunk(left - taken) };
                }
                State::StatusLine | State::Headers | State::ChunkSize | State::ChunkEnd | State::Trailers => {
                    at += self.take_line(&input[at..], sink)?;
                }
            }
        }
    }

    /// Says that the connection was closed. That completes a response whose length is given by nothing else.
    pub fn end(&mut self) -> Result<(), Unreadable> {
        match self.state {
            State::BodyUntilClose | State::Complete => {
                self.state = State::Complete;
                Ok(())
            }
            _ => Err(Unreadable::ClosedEarly),
        }
    }

    #[inline]
    fn take_body<Shown: Sink>(&mut self, left: u64, input: &[u8], sink: &mut Shown) -> Result<u64, Unreadable> {
        let taken = left.min(input.len() as u64);
        self.body_bytes += taken;
        if self.body_bytes > self.limits.body_bytes {
            return Err(Unreadable::BodyTooLarge);
        }
        sink.body(&input[..taken as usize]);
        Ok(taken)
    }

    /// Takes a line, or what there is of it, and returns how many bytes that was.
    fn take_line<Shown: Sink>(&mut self, input: &[u8], sink: &mut Shown) -> Result<usize, Unreadable> {
        let end = memchr::memchr(b'\n', input);
        let taken = end.map_or(input.len(), |end| end + 1);
        let counted = if matches!(self.state, State::ChunkSize | State::ChunkEnd) {
            self.framing_bytes += taken as u64;
            (self.line.len() + taken) as u64
        } else {
            self.head_bytes += taken as u64;
            self.head_bytes
        };
        if counted > self.limits.head_bytes {
            return Err(Unreadable::HeadTooLarge);
        }
        if end.is_none() {
            self.line.extend_from_slice(input);
        } else if self.line.is_empty() {
            self.read_line(&input[..taken], sink)?;
        } else {
            let mut line = std::mem::take(&mut self.line);
            line.extend_from_slice(&input[..taken]);
            self.read_line(&line, sink)?;
            line.clear();
            self.line = line;
        }
        Ok(taken)
    }

    fn read_line<Shown: Sink>(&mut self, line: &[u8], sink: &mut Shown) -> Result<(), Unreadable> {
        let line = line.strip_suffix(b"\r\n").ok_or(Malformed::BareLineFeed)?;
        match self.state {
            State::StatusLine => {
                let (status, old) = status_of(line)?;
                self.status = status;
                self.framing = Framing::of_version(old);
                self.state = State::Headers;
            }
            State::Headers if line.is_empty() => {
                self.state = self.after_headers()?;
                if self.state == State::StatusLine {
                    sink.restart();
                }
            }
            State::Headers => {
                let (name, value) = self.framing.read_header(line)?;
                sink.field(name, value);
            }
            State::ChunkSize => {
                let size = chunk_size(line)?;
                if self.body_bytes.saturating_add(size) > self.limits.body_bytes {
                    return Err(Unreadable::BodyTooLarge);
                }
                self.state = if size == 0 { State::Trailers } else { State::Chunk(size) };
            }
            State::ChunkEnd if line.is_empty() => self.state = State::ChunkSize,
            State::ChunkEnd => return Err(Malformed::ChunkLongerThanItsSize.into()),
            State::Trailers if line.is_empty() => self.state = State::Complete,
            State::Trailers => fields::check_trailer(line)?,
            State::Body(_) | State::BodyUntilClose | State::Chunk(_) | State::Complete => {}
        }
        Ok(())
    }

    /// What follows the headers: RFC 9112, section 6.3.
    fn after_headers(&mut self) -> Result<State, Unreadable> {
        self.framing.check()?;
        match self.status {
            101 => return Err(Malformed::SwitchedProtocols.into()),
            100..=199 => return Ok(State::StatusLine),
            204 | 304 => return Ok(State::Complete),
            _ if !self.expects_body => return Ok(State::Complete),
            _ => {}
        }
        if self.framing.is_chunked() {
            return Ok(State::ChunkSize);
        }
        match self.framing.length() {
            Some(length) if length > self.limits.body_bytes => Err(Unreadable::BodyTooLarge),
            Some(0) => Ok(State::Complete),
            Some(length) => Ok(State::Body(length)),
            None => {
                self.framing.end_with_connection();
                Ok(State::BodyUntilClose)
            }
        }
    }
}

#[cfg(test)]
mod tests;
