//! Where each distinct state came from: enough to find the way back to an initial state.
//!
//! Each worker appends to a log of its own, so that workers do not wait for each other. Records have a fixed size, and
//! only a buffer of them is in memory; what fills the buffer goes to a file.

use std::fs::{File, OpenOptions};
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use crate::checksum::Checksum;
use crate::error::CheckError;
use crate::model::ActionIndex;
use crate::positional::read_exact_at;
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

    pub(crate) fn to_number(self) -> u64 {
        self.0
    }

    pub(crate) fn from_number(number: u64) -> Self {
        Self(number)
    }

    pub(crate) fn log(self) -> usize {
        (self.0 >> INDEX_BITS) as usize
    }

    pub(crate) fn index(self) -> u64 {
        self.0 & ((1 << INDEX_BITS) - 1)
    }

    /// The state `count` places further on in the same log.
    pub(crate) fn plus(self, count: u64) -> Self {
        Self(self.0.wrapping_add(count))
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
    /// Of the records in the file, where the file is to outlive the process.
    checksum: Option<Checksum>,
}

/// What of a log has reached its file: enough to go on with it later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LogMark {
    pub(crate) count: u64,
    pub(crate) checksum: u64,
}

impl Log {
    /// A log that makes a temporary file when it needs one.
    pub(crate) fn temporary(number: usize) -> Self {
        Self { number, count: 0, buffer: Vec::new(), file: None, written: 0, checksum: None }
    }

    /// A new log in a file that is to outlive the process.
    pub(crate) fn lasting(number: usize, path: PathBuf) -> Result<Self, CheckError> {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(&path);
        let file = file.map_err(|source| CheckError::file("create the ancestry log", &path, source))?;
        Ok(Self { file: Some((file, path)), checksum: Some(Checksum::new()), ..Self::temporary(number) })
    }

    /// Goes on with a lasting log that had reached `mark`; `give` gets the fingerprint of each of its records. What was
    /// written after the mark is cut off. `None` if the file is not what it was then.
    pub(crate) fn resume(
        number: usize,
        path: PathBuf,
        mark: LogMark,
        mut give: impl FnMut(u64) -> Result<(), CheckError>,
    ) -> Result<Option<Self>, CheckError> {
        let failed = |source| CheckError::file("read the ancestry log", &path, source);
        let file = OpenOptions::new().read(true).write(true).open(&path).map_err(failed)?;
        let length = mark.count.saturating_mul(RECORD_BYTES as u64);
        if file.metadata().map_err(failed)?.len() < length {
            return Ok(None);
        }
        let mut checksum = Checksum::new();
        let mut input = BufReader::with_capacity(BUFFER_BYTES, &file);
        let mut bytes = [0; RECORD_BYTES];
        for _ in 0..mark.count {
            input.read_exact(&mut bytes).map_err(failed)?;
            checksum.add(&bytes);
            give(Record::from_bytes(&bytes).fingerprint)?;
        }
        if checksum.value() != mark.checksum {
            return Ok(None);
        }
        file.set_len(length).map_err(failed)?;
        let (count, file) = (mark.count, Some((file, path)));
        Ok(Some(Self { count, written: count, file, checksum: Some(checksum), ..Self::temporary(number) }))
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

    /// Records appended.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Gives all records in order.
    pub(crate) fn for_each(&self, mut give: impl FnMut(Record)) -> Result<(), CheckError> {
        if let Some((file, path)) = &self.file {
            let failed = |source| CheckError::file("read the ancestry log", path, source);
            let mut input = file;
            input.seek(SeekFrom::Start(0)).map_err(failed)?;
            let mut input = BufReader::with_capacity(BUFFER_BYTES, input);
            let mut bytes = [0; RECORD_BYTES];
            for _ in 0..self.written {
                input.read_exact(&mut bytes).map_err(failed)?;
                give(Record::from_bytes(&bytes));
            }
        }
        let records = self.buffer.chunks_exact(RECORD_BYTES).filter_map(<[u8]>::first_chunk);
        records.for_each(|record| give(Record::from_bytes(record)));
        Ok(())
    }

    /// Bytes held in memory.
    pub(crate) fn bytes(&self) -> u64 {
        self.buffer.capacity() as u64
    }

    /// Makes all records of a lasting log outlive the machine's power. Does nothing for a temporary one.
    pub(crate) fn persist(&mut self, directory: &WorkingDirectory) -> Result<LogMark, CheckError> {
        if self.checksum.is_some() {
            self.flush(directory)?;
            if let Some((file, path)) = &self.file {
                file.sync_data().map_err(|source| CheckError::file("write the ancestry log", path, source))?;
            }
        }
        Ok(self.mark())
    }

    pub(crate) fn mark(&self) -> LogMark {
        LogMark { count: self.written, checksum: self.checksum.as_ref().map_or(0, Checksum::value) }
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
            if let Some(checksum) = &mut self.checksum {
                self.buffer.chunks_exact(RECORD_BYTES).for_each(|record| checksum.add(record));
            }
            self.written = self.count;
            self.buffer.clear();
        }
        Ok(())
    }

    pub(crate) fn read(&self, index: u64) -> Result<Option<Record>, CheckError> {
        let mut bytes = [0; RECORD_BYTES];
        if index >= self.count {
            return Ok(None);
        }
        if index >= self.written {
            // The buffer is small, so the difference fits.
            let start = (index - self.written) as usize * RECORD_BYTES;
            bytes.copy_from_slice(&self.buffer[start..start + RECORD_BYTES]);
        } else if let Some((file, path)) = &self.file {
            read_exact_at(file, &mut bytes, index * RECORD_BYTES as u64)
                .map_err(|source| CheckError::file("read the ancestry log", path, source))?;
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
        let mut logs = [Log::temporary(0), Log::temporary(1)];
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
