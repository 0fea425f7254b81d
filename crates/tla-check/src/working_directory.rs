//! A directory for spill files: made when the first file is, removed at the end.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::error::CheckError;

static NEXT_DIRECTORY: AtomicU64 = AtomicU64::new(0);

/// Creates files with unique names in a directory of its own. Shared between threads.
pub struct WorkingDirectory {
    parent: PathBuf,
    made: Mutex<Option<PathBuf>>,
    next_file: AtomicU64,
    bytes_written: AtomicU64,
}

impl WorkingDirectory {
    /// Below `parent`, or the system's temporary directory. Nothing is made yet.
    #[must_use]
    pub fn new(parent: Option<&Path>) -> Self {
        Self {
            parent: parent.map_or_else(std::env::temp_dir, Path::to_path_buf),
            made: Mutex::new(None),
            next_file: AtomicU64::new(0),
            bytes_written: AtomicU64::new(0),
        }
    }

    /// A new empty file, open for reading and writing, and its path.
    pub(crate) fn create_file(&self, kind: &str) -> Result<(File, PathBuf), CheckError> {
        let path = self.make()?.join(format!("{kind}-{}", self.next_file.fetch_add(1, Ordering::Relaxed)));
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(&path);
        match file {
            Ok(file) => Ok((file, path)),
            Err(source) => Err(CheckError::file("create the file", &path, source)),
        }
    }

    pub(crate) fn count_written(&self, bytes: u64) {
        self.bytes_written.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(crate) fn bytes_written(&self) -> u64 {
        self.bytes_written.load(Ordering::Relaxed)
    }

    fn make(&self) -> Result<PathBuf, CheckError> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(path) = &*made {
            return Ok(path.clone());
        }
        fs::create_dir_all(&self.parent)
            .map_err(|source| CheckError::file("create the directory", &self.parent, source))?;
        loop {
            let number = NEXT_DIRECTORY.fetch_add(1, Ordering::Relaxed);
            let path = self.parent.join(format!("assay-check-{}-{number}", std::process::id()));
            match fs::create_dir(&path) {
                Ok(()) => {
                    *made = Some(path.clone());
                    return Ok(path);
                }
                // A process that was killed may have left one of the same name.
                Err(source) if source.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(source) => return Err(CheckError::file("create the directory", &path, source)),
            }
        }
    }
}

impl Drop for WorkingDirectory {
    fn drop(&mut self) {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(path) = &*made {
            // Nothing can be done about a failure here, and what remains is only in the way.
            let _ = fs::remove_dir_all(path);
        }
    }
}
