//! Checkpoints: how far an exploration is, on disk, so that it can go on after the process was killed.
//!
//! A directory holds
//!
//! - `ancestry-N`: the log of worker N. It only grows; what was appended after the checkpoint is cut off on resumption.
//! - `steps-N`: what worker N wrote down for temporal properties, where there are any. It grows in the same way.
//! - `queue-K`: the states that wait.
//! - `checkpoint`: counts, and how long and of what checksum the other files are. It is replaced by renaming, after all
//!   that it speaks of has reached the disk, so at any moment the directory holds one whole checkpoint.
//!
//! Fingerprints are not stored apart: each distinct state's is in a log.

mod encoding;
mod files;
mod queue_file;
mod snapshot;

pub(crate) use files::CheckpointDirectory;
pub(crate) use queue_file::read_queue;
pub(crate) use snapshot::{Identity, Snapshot};
