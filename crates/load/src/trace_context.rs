//! The trace that a request begins: the header `traceparent` of W3C's Trace Context (<https://www.w3.org/TR/trace-context/>,
//! section 3.2), by which the services that take part in it tie what they record together.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use crate::random::Random;

/// The header's name, as the recommendation writes it.
pub(crate) const HEADER: &str = "traceparent";
/// Version 0, places for both identities, and the flag that asks for the trace to be recorded.
const EMPTY: &[u8; LENGTH] = b"00-00000000000000000000000000000000-0000000000000000-01";
const LENGTH: usize = 55;
const TRACE_AT: usize = 3;
const PARENT_AT: usize = 36;

/// The identity of a trace, and that of the span in it that the request is: of the load generator, which records none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TraceParent {
    pub(crate) trace: u128,
    pub(crate) parent: u64,
}

impl TraceParent {
    /// The header's value.
    pub(crate) fn value(self) -> [u8; LENGTH] {
        let mut value = *EMPTY;
        write_hexadecimal(&mut value[TRACE_AT..TRACE_AT + 32], &self.trace.to_be_bytes());
        write_hexadecimal(&mut value[PARENT_AT..PARENT_AT + 16], &self.parent.to_be_bytes());
        value
    }
}

/// Appends the header with a place for its value, and returns where that is.
pub(crate) fn write_place(output: &mut Vec<u8>) -> usize {
    output.extend_from_slice(HEADER.as_bytes());
    output.extend_from_slice(b": ");
    let place = output.len();
    output.extend_from_slice(EMPTY);
    output.extend_from_slice(b"\r\n");
    place
}

/// Writes a value where `write_place` has left place for it.
#[inline]
pub(crate) fn fill_place(output: &mut [u8], place: usize, trace: TraceParent) {
    if let Some(value) = output.get_mut(place..place + LENGTH) {
        value.copy_from_slice(&trace.value());
    }
}

/// Whether a request says itself which trace it belongs to.
pub(crate) fn is_header(name: &str) -> bool {
    name.eq_ignore_ascii_case(HEADER)
}

/// Fresh identities. They come from the operating system's randomness and not from the seed of the test: two tests with one
/// seed must not be one trace.
#[derive(Debug)]
pub(crate) struct Identities(Random);

impl Identities {
    pub(crate) fn new() -> Self {
        // The keys of the standard library's hashes are random: what they make of nothing is as well.
        Self(Random::new(RandomState::new().build_hasher().finish()))
    }

    #[inline]
    pub(crate) fn next(&mut self) -> TraceParent {
        let (high, low) = (self.0.next(), self.0.next());
        // All zeros stand for no identity.
        TraceParent { trace: (u128::from(high) << 64 | u128::from(low)).max(1), parent: self.0.next().max(1) }
    }
}

#[inline]
fn write_hexadecimal(output: &mut [u8], bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for (pair, byte) in output.chunks_exact_mut(2).zip(bytes) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_the_header_as_the_recommendation_has_it() {
        // The example of its section 3.2.
        let trace = TraceParent { trace: 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736, parent: 0x00f0_67aa_0ba9_02b7 };
        let mut head = b"GET / HTTP/1.1\r\n".to_vec();
        let place = write_place(&mut head);
        fill_place(&mut head, place, trace);
        let expected = "GET / HTTP/1.1\r\ntraceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n";
        assert_eq!(String::from_utf8_lossy(&head), expected);
    }

    #[test]
    fn gives_no_identity_twice() {
        let mut seen = std::collections::HashSet::new();
        for mut identities in [Identities::new(), Identities::new()] {
            for _ in 0..10_000 {
                let TraceParent { trace, parent } = identities.next();
                assert!(parent != 0 && seen.insert(trace));
            }
        }
    }
}
