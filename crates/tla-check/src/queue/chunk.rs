//! Runs of states with consecutive sequence numbers in one stretch of bytes: each state is its length (4 bytes, little
//! endian) and its bytes.

use std::ops::Range;
use std::sync::Arc;

use crate::ancestry::Sequence;

/// Bytes after which a chunk is closed.
const CHUNK_BYTES: usize = 256 << 10;

const LENGTH_BYTES: usize = 4;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Chunk {
    pub(crate) first: Sequence,
    pub(crate) count: u64,
    pub(crate) bytes: Vec<u8>,
}

impl Chunk {
    /// Bytes held in memory.
    pub(crate) fn memory(&self) -> u64 {
        self.bytes.capacity() as u64
    }

    /// Whether the bytes are those of `count` states.
    pub(crate) fn is_well_formed(&self) -> bool {
        let mut offset = 0;
        for _ in 0..self.count {
            match length_at(&self.bytes, offset) {
                Some(length) => offset += LENGTH_BYTES + length,
                None => return false,
            }
        }
        offset == self.bytes.len()
    }
}

fn length_at(bytes: &[u8], offset: usize) -> Option<usize> {
    let length = bytes.get(offset..offset + LENGTH_BYTES)?;
    Some(u32::from_le_bytes([length[0], length[1], length[2], length[3]]) as usize)
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
    ///
    /// # Panics
    /// Where a state takes 4 gigabytes or more.
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
    /// How far the first state was explored before.
    pub(crate) explored: Partly,
}

/// How far a state was explored before exploration paused in the middle of it. Its successors come in the same order
/// each time, so those that were handled can be told by their number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Partly {
    /// Successors that were handled.
    pub(crate) handled: u64,
    /// Those of them that were new.
    pub(crate) new: u64,
}

impl Batch {
    pub(crate) fn new(chunk: Arc<Chunk>) -> Self {
        Self { offset: 0, first: chunk.first, remaining: chunk.count, chunk, explored: Partly::default() }
    }

    pub(crate) fn remaining(&self) -> u64 {
        self.remaining
    }

    /// The bytes that [`Batch::first`] points into; they outlive changes of the batch.
    pub(crate) fn chunk(&self) -> Arc<Chunk> {
        Arc::clone(&self.chunk)
    }

    /// The first state and where it is in the chunk.
    #[inline]
    pub(crate) fn first(&self) -> Option<(Sequence, Range<usize>)> {
        if self.remaining == 0 {
            return None;
        }
        let start = self.offset + LENGTH_BYTES;
        // Chunks that come from files were examined when they were read.
        let length = length_at(&self.chunk.bytes, self.offset)?;
        Some((self.first, start..start + length))
    }

    /// Removes the first state.
    #[inline]
    pub(crate) fn advance(&mut self) {
        if let Some((sequence, range)) = self.first() {
            self.offset = range.end;
            self.first = sequence.plus(1);
            self.remaining -= 1;
            self.explored = Partly::default();
        }
    }

    /// Cuts off the first `count` states.
    pub(crate) fn split_front(&mut self, count: u64) -> Self {
        let mut front = self.clone();
        front.remaining = count.min(self.remaining);
        for _ in 0..front.remaining {
            self.advance();
        }
        front
    }

    /// The same states in a chunk of their own.
    pub(crate) fn to_chunk(&self) -> Chunk {
        let mut after = self.clone();
        after.split_front(self.remaining);
        let bytes = self.chunk.bytes[self.offset..after.offset].to_vec();
        Chunk { first: self.first, count: self.remaining, bytes }
    }
}
