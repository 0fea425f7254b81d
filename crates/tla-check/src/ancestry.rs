//! Where each distinct state came from: enough to find the way back to an initial state.
//!
//! Each worker appends to a log of its own, so that workers do not wait for each other. Records have a fixed size, and
//! only a buffer of them is in memory; what fills the buffer goes to a file.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use crate::error::CheckError;
use crate::model::ActionIndex;
use crate::working_directory::WorkingDirectory;

/// Predecessor (8 bytes), fingerprint (8), action (4), little endian.
const RECORD_BYTES: usize = 20;

const BUFFER_BYTES: usize = RECORD_BYTES << 14;

const INDEX_BITS: u32 = 48;

/// Names a distinct state: the log it is in and its index there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sequence(u64);

impl Sequence {
    /// The predecessor of initial states.
    pub(crate) const NONE: Self = Self(u64::MAX);

    pub(crate) fn new(log: usize, index: u64) -> Self {
        debug_assert!(index < 1 << INDEX_BITS);
        Self(((log as u64) << INDEX_BITS) | index)
    }

    pub(crate) fn log(self) -> usize {
        (self.0 >> INDEX_BITS) as usize
    }

    pub(crate) fn index(self) -> u64 {
        self.0 & ((1 << INDEX_BITS) - 1)
    }

    /// The state `count` places further on in the same log.
    pub(crate) fn plus(self, count: u64) -> Self {
        Self(self.0 + count)
    }
}

/// Most logs that sequence numbers can tell apart; so many workers are possible.
pub(crate) const MAX_LOGS: usize = (1 << (64 - INDEX_BITS)) - 1;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) predecessor: Sequence,
    pub(crate) fingerprint: u64,
    pub(crate) action: ActionIndex,
}

impl Record {
    fn to_bytes(self) -> [u8; RECORD_BYTES] {
        let mut bytes = [0; RECORD_BYTES];
        bytes[0..8].copy_from_slice(&self.predecessor.0.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.fingerprint.to_le_bytes());
        bytes[16..20].copy_from_slice(&self.action.to_le_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8; RECORD_BYTES]) -> Self {
        let word = |at: usize| {
            let mut word = [0; 8];
            word.copy_from_slice(&bytes[at..at + 8]);
            u64::from_le_bytes(word)
        };
        let mut action = [0; 4];
        action.copy_from_slice(&bytes[16..20]);
        Self { predecessor: Sequence(word(0)), fingerprint: word(8), action: u32::from_le_bytes(action) }
    }
}

pub(crate) struct Log {
    number: usize,
    /// Records appended.
    count: u64,
    buffer: Vec<u8>,
    file: Option<(File, PathBuf)>,
    /// Records in the file.
    written: u64,
}

impl Log {
    pub(crate) fn new(number: usize) -> Self {
        Self { number, count: 0, buffer: Vec::new(), file: None, written: 0 }
    }

    /// Appends a record and names it.
    #[inline]
    pub(crate) fn append(&mut self, record: Record, directory: &WorkingDirectory) -> Result<Sequence, CheckError> {
        if self.buffer.len() >= BUFFER_BYTES {
            self.flush(directory)?;
        }
        self.buffer.extend_from_slice(&record.to_bytes());
        self.count += 1;
        Ok(Sequence::new(self.number, self.count - 1))
    }

    /// Bytes held in memory.
    pub(crate) fn bytes(&self) -> u64 {
        self.buffer.capacity() as u64
    }

    #[cold]
    fn flush(&mut self, directory: &WorkingDirectory) -> Result<(), CheckError> {
        if self.file.is_none() {
            self.file = Some(directory.create_file("ancestry")?);
        }
        if let Some((file, path)) = &mut self.file {
            let failed = |source| CheckError::file("write the ancestry log", path, source);
            file.seek(SeekFrom::Start(self.written * RECORD_BYTES as u64)).map_err(failed)?;
            file.write_all(&self.buffer).map_err(failed)?;
            directory.count_written(self.buffer.len() as u64);
            self.written = self.count;
            self.buffer.clear();
        }
        Ok(())
    }

    fn read(&mut self, index: u64) -> Result<Option<Record>, CheckError> {
        let mut bytes = [0; RECORD_BYTES];
        if index >= self.count {
            return Ok(None);
        }
        if index >= self.written {
            // The buffer is small, so the difference fits.
            let start = (index - self.written) as usize * RECORD_BYTES;
            bytes.copy_from_slice(&self.buffer[start..start + RECORD_BYTES]);
        } else if let Some((file, path)) = &mut self.file {
            let failed = |source| CheckError::file("read the ancestry log", path, source);
            file.seek(SeekFrom::Start(index * RECORD_BYTES as u64)).map_err(failed)?;
            file.read_exact(&mut bytes).map_err(failed)?;
        }
        Ok(Some(Record::from_bytes(&bytes)))
    }
}

/// The records from the initial state to `last`, both included.
pub(crate) fn path_to(last: Sequence, logs: &mut [Log]) -> Result<Vec<Record>, CheckError> {
    let mut path = Vec::new();
    let mut sequence = last;
    while sequence != Sequence::NONE {
        let record = match logs.get_mut(sequence.log()) {
            Some(log) => log.read(sequence.index())?,
            None => None,
        };
        // A number that was never given out cannot occur; ending the path there is noticed when it is replayed.
        let Some(record) = record else { break };
        path.push(record);
        sequence = record.predecessor;
    }
    path.reverse();
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn can_find_the_way_back_through_files_and_buffers() -> Result<(), CheckError> {
        let directory = WorkingDirectory::new(None);
        let mut logs = [Log::new(0), Log::new(1)];
        let mut last = Sequence::NONE;
        let mut expected = Vec::new();
        for step in 0..100_000_u64 {
            let record = Record { predecessor: last, fingerprint: step * 7, action: (step % 5) as u32 };
            last = logs[(step % 2) as usize].append(record, &directory)?;
            expected.push(record);
        }
        assert!(directory.bytes_written() > 0);
        assert_eq!(path_to(last, &mut logs)?, expected);
        Ok(())
    }
}
