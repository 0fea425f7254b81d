//! Runs of states with consecutive sequence numbers in one stretch of bytes: each state is its length (4 bytes, little
//! endian) and its bytes.

use std::sync::Arc;

use crate::ancestry::Sequence;

/// Bytes after which a chunk is closed.
const CHUNK_BYTES: usize = 256 << 10;

const LENGTH_BYTES: usize = 4;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Chunk {
    pub(super) first: Sequence,
    pub(super) count: u64,
    pub(super) bytes: Vec<u8>,
}

impl Chunk {
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Bytes held in memory.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.capacity() as u64
    }
}

/// Where one thread collects the states that it found.
#[derive(Default)]
pub(crate) struct ChunkWriter {
    open: Option<Chunk>,
    /// Bytes that the next chunk will probably need.
    expected_bytes: usize,
}

impl ChunkWriter {
    /// Adds the state that `encode` appends; a chunk that is complete thereby is returned.
    #[inline]
    pub(crate) fn push(&mut self, sequence: Sequence, encode: impl FnOnce(&mut Vec<u8>)) -> Option<Chunk> {
        let follows = self.open.as_ref().is_some_and(|chunk| chunk.first.plus(chunk.count) == sequence);
        let complete = if follows { None } else { self.close() };
        let empty = || Chunk { first: sequence, count: 0, bytes: Vec::with_capacity(self.expected_bytes) };
        let chunk = self.open.get_or_insert_with(empty);
        let start = chunk.bytes.len();
        chunk.bytes.extend_from_slice(&[0; LENGTH_BYTES]);
        encode(&mut chunk.bytes);
        let length = chunk.bytes.len() - start - LENGTH_BYTES;
        let length = u32::try_from(length).expect("a state is smaller than 4 gigabytes");
        chunk.bytes[start..start + LENGTH_BYTES].copy_from_slice(&length.to_le_bytes());
        chunk.count += 1;
        if complete.is_none() && chunk.bytes.len() >= CHUNK_BYTES {
            self.expected_bytes = CHUNK_BYTES + CHUNK_BYTES / 16;
            return self.close();
        }
        complete
    }

    pub(crate) fn close(&mut self) -> Option<Chunk> {
        let mut chunk = self.open.take()?;
        // Many chunks wait in memory, so what they do not use counts.
        chunk.bytes.shrink_to_fit();
        Some(chunk)
    }
}

/// Some consecutive states of a chunk.
#[derive(Clone)]
pub(crate) struct Batch {
    chunk: Arc<Chunk>,
    offset: usize,
    first: Sequence,
    remaining: u64,
}

impl Batch {
    pub(crate) fn new(chunk: Arc<Chunk>) -> Self {
        Self { offset: 0, first: chunk.first, remaining: chunk.count, chunk }
    }

    pub(crate) fn remaining(&self) -> u64 {
        self.remaining
    }

    /// The next state.
    #[inline]
    pub(crate) fn next(&mut self) -> Option<(Sequence, &[u8])> {
        if self.remaining == 0 {
            return None;
        }
        let start = self.offset + LENGTH_BYTES;
        let end = start + self.length();
        let sequence = self.first;
        self.offset = end;
        self.first = sequence.plus(1);
        self.remaining -= 1;
        Some((sequence, &self.chunk.bytes[start..end]))
    }

    /// Cuts off the first `count` states.
    pub(crate) fn split_front(&mut self, count: u64) -> Self {
        let mut front = self.clone();
        front.remaining = count.min(self.remaining);
        for _ in 0..front.remaining {
            self.next();
        }
        front
    }

    fn length(&self) -> usize {
        let mut length = [0; LENGTH_BYTES];
        length.copy_from_slice(&self.chunk.bytes[self.offset..self.offset + LENGTH_BYTES]);
        u32::from_le_bytes(length) as usize
    }
}
