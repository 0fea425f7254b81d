//! The lines of a response: status line, the headers that say where it ends, sizes of chunks.

use super::Malformed;

/// Digits of a chunk's size: 60 bits, more than any limit of a body.
const MOST_SIZE_DIGITS: usize = 15;

/// What the headers say about the end of the response and of the connection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Framing {
    length: Option<u64>,
    chunked: bool,
    old: bool,
    close: bool,
    keep_alive: bool,
}

impl Framing {
    pub(super) fn of_version(old: bool) -> Self {
        Self { old, ..Self::default() }
    }

    pub(super) fn length(&self) -> Option<u64> {
        self.length
    }

    pub(super) fn is_chunked(&self) -> bool {
        self.chunked
    }

    pub(super) fn end_with_connection(&mut self) {
        self.close = true;
    }

    pub(super) fn keeps_connection(&self) -> bool {
        !self.close && (!self.old || self.keep_alive)
    }

    pub(super) fn check(&self) -> Result<(), Malformed> {
        match (self.chunked, self.length) {
            (true, Some(_)) => Err(Malformed::LengthOfChunked),
            (true, None) if self.old => Err(Malformed::TransferCoding),
            _ => Ok(()),
        }
    }

    /// Takes in a header, and returns its name and its value.
    pub(super) fn read_header<'a>(&mut self, line: &'a [u8]) -> Result<(&'a [u8], &'a [u8]), Malformed> {
        let (name, value) = split(line)?;
        // Lengths first: nearly all headers are none of these three.
        match name.len() {
            10 if name.eq_ignore_ascii_case(b"connection") => self.read_connection(value),
            14 if name.eq_ignore_ascii_case(b"content-length") => self.read_length(value)?,
            17 if name.eq_ignore_ascii_case(b"transfer-encoding") => {
                if self.chunked || !value.eq_ignore_ascii_case(b"chunked") {
                    return Err(Malformed::TransferCoding);
                }
                self.chunked = true;
            }
            _ => {}
        }
        Ok((name, value))
    }

    fn read_connection(&mut self, value: &[u8]) {
        for option in value.split(|byte| *byte == b',') {
            let option = option.trim_ascii();
            self.close |= option.eq_ignore_ascii_case(b"close");
            self.keep_alive |= option.eq_ignore_ascii_case(b"keep-alive");
        }
    }

    fn read_length(&mut self, value: &[u8]) -> Result<(), Malformed> {
        if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
            return Err(Malformed::ContentLength);
        }
        let length =
            value.iter().try_fold(0u64, |length, digit| length.checked_mul(10)?.checked_add(u64::from(digit - b'0')));
        let length = length.ok_or(Malformed::ContentLength)?;
        if self.length.is_some_and(|other| other != length) {
            return Err(Malformed::ConflictingLengths);
        }
        self.length = Some(length);
        Ok(())
    }
}

/// The status, and whether the version is HTTP/1.0. A missing reason, and the space before it, are let pass, since servers
/// leave them out and nothing depends on them.
pub(super) fn status_of(line: &[u8]) -> Result<(u16, bool), Malformed> {
    let old = match line.get(..9) {
        Some(b"HTTP/1.1 ") => false,
        Some(b"HTTP/1.0 ") => true,
        _ => return Err(Malformed::Version),
    };
    let (digits, reason) = line[9..].split_at_checked(3).ok_or(Malformed::Status)?;
    let separated = reason.first().is_none_or(|byte| *byte == b' ');
    if !separated || digits[0] == b'0' || !digits.iter().all(u8::is_ascii_digit) || !is_value(reason) {
        return Err(Malformed::Status);
    }
    Ok((digits.iter().fold(0, |status, digit| status * 10 + u16::from(digit - b'0')), old))
}

/// The size of a chunk; extensions are ignored (RFC 9112, section 7.1.1).
pub(super) fn chunk_size(line: &[u8]) -> Result<u64, Malformed> {
    let digits = line.split(|byte| *byte == b';').next().unwrap_or_default();
    let extended = digits.len() < line.len();
    let digits = if extended { digits.trim_ascii_end() } else { digits };
    if digits.is_empty() || digits.len() > MOST_SIZE_DIGITS || !is_value(line) {
        return Err(Malformed::ChunkSize);
    }
    digits.iter().try_fold(0, |size, digit| {
        let value = char::from(*digit).to_digit(16).ok_or(Malformed::ChunkSize)?;
        Ok(size << 4 | u64::from(value))
    })
}

pub(super) fn check_trailer(line: &[u8]) -> Result<(), Malformed> {
    split(line).map(|_| ())
}

fn split(line: &[u8]) -> Result<(&[u8], &[u8]), Malformed> {
    if matches!(line.first(), Some(b' ' | b'\t')) {
        return Err(Malformed::FoldedHeader);
    }
    let colon = line.iter().position(|byte| !is_token_byte(*byte)).ok_or(Malformed::HeaderName)?;
    if colon == 0 || line[colon] != b':' {
        return Err(Malformed::HeaderName);
    }
    let value = &line[colon + 1..];
    if !is_value(value) {
        return Err(Malformed::HeaderValue);
    }
    Ok((&line[..colon], value.trim_ascii()))
}

/// Whether no byte is a control character. All bytes are looked at, whatever is found: many at once that way.
pub(crate) fn is_value(bytes: &[u8]) -> bool {
    bytes.iter().fold(true, |fine, byte| fine & ((*byte >= b' ') & (*byte != 0x7f) | (*byte == b'\t')))
}

/// The bytes of a token: RFC 9110, section 5.6.2.
pub(crate) fn is_token_byte(byte: u8) -> bool {
    TOKEN_BYTES[usize::from(byte)]
}

static TOKEN_BYTES: [bool; 256] = {
    let mut allowed = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        allowed[byte as usize] = (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    let marks = b"!#$%&'*+-.^_`|~";
    let mut index = 0;
    while index < marks.len() {
        allowed[marks[index] as usize] = true;
        index += 1;
    }
    allowed
};
