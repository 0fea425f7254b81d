//! A worker's log of steps: bytes in blocks, of which only the last is in memory. A block in the file is its length
//! (4 bytes, little endian) and its bytes; records do not cross blocks.

use std::fs::{File, OpenOptions};
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use crate::checksum::Checksum;
use crate::error::CheckError;
use crate::working_directory::WorkingDirectory;

/// Bytes after which a block is complete.
const BLOCK_BYTES: usize = 256 << 10;

const LENGTH_BYTES: u64 = 4;

/// What of a log has reached its file: enough to go on with it later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct BehaviourMark {
    /// Bytes.
    pub(crate) length: u64,
    pub(crate) checksum: u64,
}

pub(super) struct BehaviourLog {
    block: Vec<u8>,
    file: Option<(File, PathBuf)>,
    /// Bytes in the file.
    written: u64,
    /// Of the blocks in the file, where the file is to outlive the process.
    checksum: Option<Checksum>,
}

impl BehaviourLog {
    /// A log that makes a temporary file when it needs one.
    pub(super) fn temporary() -> Self {
        Self { block: Vec::new(), file: None, written: 0, checksum: None }
    }

    /// A new log in a file that is to outlive the process.
    pub(super) fn lasting(path: PathBuf) -> Result<Self, CheckError> {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(&path);
        let file = file.map_err(|source| CheckError::file("create the log of steps", &path, source))?;
        Ok(Self { file: Some((file, path)), checksum: Some(Checksum::new()), ..Self::temporary() })
    }

    /// Goes on with a lasting log that had reached `mark`; `give` gets each block and says whether it makes sense. What
    /// was written after the mark is cut off. `None` if the file is not what it was then.
    pub(super) fn resume(
        path: PathBuf,
        mark: BehaviourMark,
        mut give: impl FnMut(&[u8]) -> bool,
    ) -> Result<Option<Self>, CheckError> {
        let failed = |source| CheckError::file("read the log of steps", &path, source);
        let file = OpenOptions::new().read(true).write(true).open(&path).map_err(failed)?;
        if file.metadata().map_err(failed)?.len() < mark.length {
            return Ok(None);
        }
        let mut log = Self {
            file: Some((file, path.clone())),
            written: mark.length,
            checksum: Some(Checksum::new()),
            ..Self::temporary()
        };
        let mut checksum = Checksum::new();
        let whole = log.for_each_block(|block| {
            checksum.add(block);
            give(block)
        })?;
        if !whole || checksum.value() != mark.checksum {
            return Ok(None);
        }
        if let Some((file, path)) = &log.file {
            let cut = file.set_len(mark.length);
            cut.map_err(|source| CheckError::file("shorten the log of steps", path, source))?;
        }
        log.checksum = Some(checksum);
        Ok(Some(log))
    }

    /// Where the next record is to be appended.
    #[inline]
    pub(super) fn room(&mut self, directory: &WorkingDirectory) -> Result<&mut Vec<u8>, CheckError> {
        if self.block.len() >= BLOCK_BYTES {
            self.flush(directory)?;
        }
        Ok(&mut self.block)
    }

    /// Bytes held in memory.
    pub(super) fn bytes(&self) -> u64 {
        self.block.capacity() as u64
    }

    /// Makes all records of a lasting log outlive the machine's power. Does nothing for a temporary one.
    pub(super) fn persist(&mut self, directory: &WorkingDirectory) -> Result<BehaviourMark, CheckError> {
        if self.checksum.is_some() {
            self.flush(directory)?;
            if let Some((file, path)) = &self.file {
                file.sync_data().map_err(|source| CheckError::file("write the log of steps", path, source))?;
            }
        }
        Ok(self.mark())
    }

    pub(super) fn mark(&self) -> BehaviourMark {
        let checksum = self.checksum.as_ref().map_or(0, Checksum::value);
        BehaviourMark { length: self.written, checksum }
    }

    #[cold]
    fn flush(&mut self, directory: &WorkingDirectory) -> Result<(), CheckError> {
        if self.block.is_empty() {
            return Ok(());
        }
        if self.file.is_none() {
            self.file = Some(directory.create_file("steps")?);
        }
        let Some((file, path)) = &mut self.file else { return Ok(()) };
        let failed = |source| CheckError::file("write the log of steps", path, source);
        let length = u32::try_from(self.block.len()).map_err(|_| failed(std::io::ErrorKind::InvalidData.into()))?;
        file.seek(SeekFrom::Start(self.written)).map_err(failed)?;
        file.write_all(&length.to_le_bytes()).map_err(failed)?;
        file.write_all(&self.block).map_err(failed)?;
        let written = LENGTH_BYTES + self.block.len() as u64;
        directory.count_written(written);
        self.written += written;
        if let Some(checksum) = &mut self.checksum {
            checksum.add(&self.block);
        }
        self.block.clear();
        // A state with very many successors may have made it large.
        self.block.shrink_to(2 * BLOCK_BYTES);
        Ok(())
    }

    /// Gives all blocks in order until one makes no sense; whether all did.
    pub(super) fn for_each_block(&self, mut give: impl FnMut(&[u8]) -> bool) -> Result<bool, CheckError> {
        if let Some((file, path)) = &self.file {
            let failed = |source| CheckError::file("read the log of steps", path, source);
            let mut input = file;
            input.seek(SeekFrom::Start(0)).map_err(failed)?;
            let mut input = BufReader::with_capacity(BLOCK_BYTES, input);
            let mut left = self.written;
            let mut block = Vec::new();
            while left > 0 {
                let mut length = [0; LENGTH_BYTES as usize];
                if left < LENGTH_BYTES {
                    return Ok(false);
                }
                input.read_exact(&mut length).map_err(failed)?;
                let length = u32::from_le_bytes(length);
                let Some(rest) = (left - LENGTH_BYTES).checked_sub(u64::from(length)) else { return Ok(false) };
                block.resize(length as usize, 0);
                input.read_exact(&mut block).map_err(failed)?;
                if !give(&block) {
                    return Ok(false);
                }
                left = rest;
            }
        }
        Ok(self.block.is_empty() || give(&self.block))
    }
}
