//! Files that a specification reads and writes by name.

use std::fs;
use std::io::Write;
use std::path::Path;

use crate::error::{ErrorKind, EvalError, Result};

/// Larger files are not read.
const LARGEST_FILE: u64 = 1 << 30;

pub(super) fn failure(action: &str, path: &str, error: &dyn std::fmt::Display) -> EvalError {
    EvalError::new(ErrorKind::Io, format!("cannot {action} the file {path}: {error}"))
}

pub(super) fn read(path: &str) -> Result<String> {
    let size = fs::metadata(path).map_err(|error| failure("read", path, &error))?.len();
    if size > LARGEST_FILE {
        return Err(failure("read", path, &format!("it has {size} bytes, more than the {LARGEST_FILE} allowed")));
    }
    fs::read_to_string(path).map_err(|error| failure("read", path, &error))
}

pub(super) fn exists(path: &str) -> bool {
    Path::new(path).exists()
}

/// Replaces the file; makes the folder if there is none.
pub(super) fn write(path: &str, text: &str) -> Result<()> {
    make_folder(path)?;
    fs::write(path, text).map_err(|error| failure("write", path, &error))
}

/// Adds to the end of the file, in one write so that lines of several workers do not mix.
pub(super) fn append(path: &str, text: &str) -> Result<()> {
    make_folder(path)?;
    let file = fs::OpenOptions::new().create(true).append(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| failure("write", path, &error))
}

fn make_folder(path: &str) -> Result<()> {
    match Path::new(path).parent() {
        Some(folder) if !folder.as_os_str().is_empty() => {
            fs::create_dir_all(folder).map_err(|error| failure("make the folder of", path, &error))
        }
        _ => Ok(()),
    }
}
