//! Chunks of one level that did not fit into memory, one after another in a file.

use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;

use super::chunk::Chunk;
use crate::ancestry::Sequence;
use crate::error::CheckError;
use crate::positional::read_exact_at;
use crate::working_directory::WorkingDirectory;

pub(super) struct SpillFile {
    file: File,
    path: PathBuf,
    length: u64,
}

/// A chunk in a [`SpillFile`].
#[derive(Clone, Copy)]
pub(super) struct SpilledChunk {
    first: Sequence,
    count: u64,
    offset: u64,
    length: usize,
}

impl SpillFile {
    pub(super) fn create(directory: &WorkingDirectory) -> Result<Self, CheckError> {
        let (file, path) = directory.create_file("queue")?;
        Ok(Self { file, path, length: 0 })
    }

    pub(super) fn write(&mut self, chunk: &Chunk, directory: &WorkingDirectory) -> Result<SpilledChunk, CheckError> {
        // Only this writes to the file, and reading does not move its cursor.
        self.file
            .write_all(&chunk.bytes)
            .map_err(|source| CheckError::file("write the queue to", &self.path, source))?;
        let length = chunk.bytes.len();
        let spilled = SpilledChunk { first: chunk.first, count: chunk.count, offset: self.length, length };
        self.length += length as u64;
        directory.count_written(length as u64);
        Ok(spilled)
    }

    pub(super) fn read(&self, chunk: SpilledChunk) -> Result<Chunk, CheckError> {
        let mut bytes = vec![0; chunk.length];
        read_exact_at(&self.file, &mut bytes, chunk.offset)
            .map_err(|source| CheckError::file("read the queue from", &self.path, source))?;
        Ok(Chunk { first: chunk.first, count: chunk.count, bytes })
    }
}

impl Drop for SpillFile {
    fn drop(&mut self) {
        // The directory is removed at the end anyway; this frees the room earlier.
        let _ = fs::remove_file(&self.path);
    }
}
