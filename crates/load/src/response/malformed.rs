//! The reasons for which an answer is not HTTP.

use std::fmt;

/// Why a response cannot be understood. The names are stable: reports count by them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Malformed {
    /// It does not begin with `HTTP/1.1` or `HTTP/1.0`.
    Version,
    /// The status is not three digits from 100 on, or not set apart by single spaces.
    Status,
    /// A line ends with a line feed alone, or holds a carriage return within.
    BareLineFeed,
    /// A header line without a colon, or with a name that is not a token.
    HeaderName,
    /// A control character in the value of a header.
    HeaderValue,
    /// A header that goes on in the next line.
    FoldedHeader,
    /// A length that is not a number.
    ContentLength,
    /// Two lengths that differ.
    ConflictingLengths,
    /// A length although the body is chunked.
    LengthOfChunked,
    /// A transfer coding other than chunked, or one in HTTP/1.0.
    TransferCoding,
    /// The size of a chunk is not a hexadecimal number.
    ChunkSize,
    /// A chunk does not end where its size says.
    ChunkLongerThanItsSize,
    /// The server changed to another protocol, unasked.
    SwitchedProtocols,
    /// More bytes than the answer has.
    BytesAfterTheEnd,
}

impl fmt::Display for Malformed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Version => "it does not begin with HTTP/1.1 or HTTP/1.0",
            Self::Status => "the status line has no valid status",
            Self::BareLineFeed => "a line does not end with carriage return and line feed",
            Self::HeaderName => "a header has no valid name",
            Self::HeaderValue => "a header's value holds a control character",
            Self::FoldedHeader => "a header goes on in the next line",
            Self::ContentLength => "the content length is not a number",
            Self::ConflictingLengths => "two content lengths differ",
            Self::LengthOfChunked => "it is chunked and has a content length",
            Self::TransferCoding => "its transfer coding is not chunked",
            Self::ChunkSize => "the size of a chunk is not a number",
            Self::ChunkLongerThanItsSize => "a chunk does not end where its size says",
            Self::SwitchedProtocols => "the server changed to another protocol",
            Self::BytesAfterTheEnd => "there are bytes after its end",
        })
    }
}
