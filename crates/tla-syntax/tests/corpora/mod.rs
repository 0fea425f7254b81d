//! Finds the collections of specifications that tests read, where they are installed.

use std::path::{Path, PathBuf};

/// The folder of specifications: below `ASSAY_CORPORA`, or below `../shared/corpora` beside the repository. Says so
/// and returns `None` where there is none.
pub(crate) fn specifications() -> Option<PathBuf> {
    let corpora = match std::env::var_os("ASSAY_CORPORA") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora"),
    };
    let folder = corpora.join("tla-examples/specifications");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no collection at {}; set ASSAY_CORPORA", folder.display());
    None
}

/// All files with an extension below a folder, in the order of their paths.
pub(crate) fn files_with_extension(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&next) else { continue };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
