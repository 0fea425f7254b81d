//! Checkpoints of a check: whose they are, and the symbols that their states refer to.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use tla_check::error::CheckError;
use tla_check::options::CheckpointOptions;
use tla_eval::executable::{remove_symbols, restore_symbols};
use tla_syntax::source::SourceMap;

use super::request::{Checkpoint, Request};

impl Checkpoint {
    pub(super) fn options(&self, request: &Request, sources: &SourceMap) -> CheckpointOptions {
        CheckpointOptions {
            directory: self.directory.clone(),
            interval: Duration::try_from_secs_f64(self.seconds).unwrap_or(Duration::MAX),
            model_identity: identity(request, sources),
            resume: self.resume,
        }
    }

    /// Before anything is compiled: what the checkpoint's states refer to must come first.
    pub(super) fn prepare(&self) -> Result<(), CheckError> {
        if !self.resume || !self.directory.join("checkpoint").exists() {
            return Ok(());
        }
        let failed =
            |error: std::io::Error| CheckError::Checkpoint { path: self.directory.clone(), problem: error.to_string() };
        restore_symbols(&self.directory).map_err(failed)
    }

    /// Removes what is of no use once the exploration has ended with a verdict and its checkpoint is gone.
    pub(super) fn clear(&self) -> Result<(), CheckError> {
        if self.directory.join("checkpoint").exists() {
            return Ok(());
        }
        remove_symbols(&self.directory).map_err(|source| CheckError::File {
            doing: "remove the symbols of",
            path: self.directory.clone(),
            source,
        })
    }
}

/// Everything that determines the state graph: every text that was read, what is random in it, and this program.
fn identity(request: &Request, sources: &SourceMap) -> u64 {
    let mut hasher = DefaultHasher::new();
    env!("CARGO_PKG_VERSION").hash(&mut hasher);
    request.seed.hash(&mut hasher);
    for source in sources.all() {
        source.path.file_name().hash(&mut hasher);
        source.text.hash(&mut hasher);
    }
    hasher.finish()
}
