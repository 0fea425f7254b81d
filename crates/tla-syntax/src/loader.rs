//! Where the texts of modules come from.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::diagnostic::{Code, Diagnostic};
use crate::limits;
use crate::source::{SourceId, SourceMap, Span};
use crate::stdlib;

/// The folder that the paths of modules that ship with Assay pretend to be in.
pub const BUILTIN_FOLDER: &str = "<builtin>";

/// Modules whose meaning is native: a user's file of the same name is not read, as in TLC.
const ALWAYS_EMBEDDED: [&str; 12] = [
    "Naturals",
    "Integers",
    "Reals",
    "Sequences",
    "FiniteSets",
    "Bags",
    "TLC",
    "TLCExt",
    "Json",
    "IOUtils",
    "Randomization",
    "TLAPS",
];

/// Finds modules by name.
pub trait ModuleSource {
    /// The path and the bytes of a module, or nothing if no such module is known.
    ///
    /// # Errors
    /// When the module is there but cannot be read.
    fn read(&self, module: &str) -> io::Result<Option<(PathBuf, Vec<u8>)>>;
}

/// The text that ships with Assay under a module's name.
#[must_use]
pub fn embedded(module: &str) -> Option<(PathBuf, Vec<u8>)> {
    let text = stdlib::text(module)?;
    Some((Path::new(BUILTIN_FOLDER).join(format!("{module}.tla")), text.as_bytes().to_vec()))
}

/// Modules in files: `Name.tla` in the first folder that has it, then those that ship with Assay. The modules that
/// are native (`Naturals`, `TLC`, ...) are always the ones that ship.
#[derive(Clone, Debug, Default)]
pub struct Directories {
    folders: Vec<PathBuf>,
}

impl Directories {
    #[must_use]
    pub fn new(folders: impl IntoIterator<Item = PathBuf>) -> Self {
        Self { folders: folders.into_iter().collect() }
    }

    /// The folder of the root module's file first, then the library folders.
    #[must_use]
    pub fn around(root: &Path, libraries: &[PathBuf]) -> Self {
        let folder = match root.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new(""),
        };
        Self::new(std::iter::once(folder.to_owned()).chain(libraries.iter().cloned()))
    }
}

impl ModuleSource for Directories {
    fn read(&self, module: &str) -> io::Result<Option<(PathBuf, Vec<u8>)>> {
        if ALWAYS_EMBEDDED.contains(&module) {
            return Ok(embedded(module));
        }
        for folder in &self.folders {
            let path = folder.join(format!("{module}.tla"));
            if path.is_file() {
                return read_file(&path).map(|bytes| Some((path, bytes)));
            }
        }
        Ok(embedded(module))
    }
}

/// Modules whose texts a caller holds in memory, then those that ship with Assay.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    modules: BTreeMap<String, String>,
}

impl Texts {
    #[must_use]
    pub fn with(mut self, module: &str, text: impl Into<String>) -> Self {
        self.modules.insert(module.to_owned(), text.into());
        self
    }
}

impl ModuleSource for Texts {
    fn read(&self, module: &str) -> io::Result<Option<(PathBuf, Vec<u8>)>> {
        if ALWAYS_EMBEDDED.contains(&module) {
            return Ok(embedded(module));
        }
        let given = self.modules.get(module);
        let given = given.map(|text| (PathBuf::from(format!("{module}.tla")), text.as_bytes().to_vec()));
        Ok(given.or_else(|| embedded(module)))
    }
}

/// The bytes of a file, cut one byte past the limit so that a file that is too large is noticed but not held.
///
/// # Errors
/// When the file cannot be read.
pub fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(limits::FILE_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Takes a text into the source map.
///
/// # Errors
/// When the text is too large or is not UTF-8; the source map then holds what could be read, to point into.
pub fn add_source(sources: &mut SourceMap, path: &Path, bytes: Vec<u8>) -> Result<SourceId, Diagnostic> {
    if bytes.len() > limits::FILE_BYTES {
        let source = sources.add(path, String::new());
        return Err(limits::file_too_large(Span::new(source, 0, 0), bytes.len()));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(sources.add(path, text)),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let source = sources.add(path, String::from_utf8_lossy(error.as_bytes()).into_owned());
            let message = "the file is not UTF-8 text";
            let hint = format!("byte {} cannot be read; save the file in UTF-8", valid + 1);
            Err(Diagnostic::new(Code::Lexical, Span::new(source, valid, valid + 1), message).with_hint(hint))
        }
    }
}
