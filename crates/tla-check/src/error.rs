//! What can keep an explorer from giving an outcome.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// An explorer could not go on for reasons that are not the model's. Failures of the model (a violated invariant, an
/// expression that cannot be evaluated, a panic in a worker) are outcomes, see [`crate::outcome::Verdict`].
#[derive(Debug)]
pub enum CheckError {
    /// Reading or writing a spill file, an ancestry log or a checkpoint failed.
    File { doing: &'static str, path: PathBuf, source: io::Error },
    /// A thread could not be started.
    Thread { source: io::Error },
    /// A checkpoint cannot be used; the text says why.
    Checkpoint { path: PathBuf, problem: String },
    /// What an exploration wrote down contradicts itself: files were changed meanwhile, or a mistake of this crate.
    Inconsistent(String),
    /// The options contradict themselves; the text says how to mend them.
    Options(String),
}

impl CheckError {
    pub(crate) fn file(doing: &'static str, path: &Path, source: io::Error) -> Self {
        Self::File { doing, path: path.to_path_buf(), source }
    }
}

impl fmt::Display for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { doing, path, source } => write!(f, "cannot {doing} `{}`: {source}", path.display()),
            Self::Thread { source } => write!(f, "cannot start a worker thread: {source}"),
            Self::Checkpoint { path, problem } => {
                write!(f, "cannot use the checkpoint in `{}`: {problem}", path.display())
            }
            Self::Inconsistent(text) => write!(f, "internal error: {text}"),
            Self::Options(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for CheckError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File { source, .. } | Self::Thread { source } => Some(source),
            Self::Checkpoint { .. } | Self::Inconsistent(_) | Self::Options(_) => None,
        }
    }
}
