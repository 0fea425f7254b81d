//! What the states of a checkpoint refer to: the table of symbols, in a file beside it.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use crate::value::Symbol;

const FILE: &str = "symbols";
const TEMPORARY: &str = "symbols.new";

/// Writes the table as it is now. It only grows, so it serves an earlier checkpoint as well.
pub(super) fn write_symbols(directory: &Path) -> io::Result<()> {
    let temporary = directory.join(TEMPORARY);
    let mut bytes = Vec::new();
    for text in Symbol::all_texts() {
        bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
        bytes.extend_from_slice(text.as_bytes());
    }
    let mut file = File::create(&temporary)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    fs::rename(temporary, directory.join(FILE))
}

/// Takes the table of a checkpoint into this process, before anything else makes symbols.
///
/// # Errors
/// It cannot be read, or this process has symbols of its own already.
pub fn restore_symbols(directory: &Path) -> io::Result<()> {
    let damaged = || io::Error::new(ErrorKind::InvalidData, "the table of symbols is damaged");
    let bytes = fs::read(directory.join(FILE))?;
    let mut rest = bytes.as_slice();
    let mut expected = 0_u32;
    while let Some((length, tail)) = rest.split_first_chunk::<8>() {
        let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| damaged())?;
        let (text, tail) = tail.split_at_checked(length).ok_or_else(damaged)?;
        let text = std::str::from_utf8(text).map_err(|_| damaged())?;
        if Symbol::new(text).index() != expected {
            let message = "this process has checked something else before; go on from the checkpoint in a new one";
            return Err(io::Error::other(message));
        }
        (rest, expected) = (tail, expected + 1);
    }
    if rest.is_empty() {
        Ok(())
    } else {
        Err(damaged())
    }
}

/// Removes the table of a checkpoint that is not there any more, and the directory where nothing else is in it.
///
/// # Errors
/// The file cannot be removed.
pub fn remove_symbols(directory: &Path) -> io::Result<()> {
    match fs::remove_file(directory.join(FILE)) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    // Something else may be in there.
    let _ = fs::remove_dir(directory);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn can_restore_the_symbols_that_were_written() {
        let directory = std::env::temp_dir().join(format!("assay-symbols-{}", std::process::id()));
        fs::create_dir_all(&directory).expect("a directory");
        let index = Symbol::new("kept beside a checkpoint").index();
        write_symbols(&directory).expect("written");
        restore_symbols(&directory).expect("this process has the same symbols, in the same order");
        assert_eq!(Symbol::new("kept beside a checkpoint").index(), index);
        fs::write(directory.join(FILE), b"short").expect("written");
        assert!(restore_symbols(&directory).is_err_and(|error| error.to_string().contains("damaged")));
        remove_symbols(&directory).expect("removed");
        assert!(!directory.exists());
    }
}
