//! The directory of a checkpoint: names, and replacing one checkpoint by the next so that there is always a whole one.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::queue_file::{write_queue, QueueMark};
use super::snapshot::{Identity, Snapshot};
use crate::error::CheckError;
use crate::frontier::State;

const CHECKPOINT: &str = "checkpoint";

pub(crate) struct CheckpointDirectory {
    path: PathBuf,
    /// The queue's file of the latest checkpoint.
    queue_file: u64,
}

impl CheckpointDirectory {
    /// For a new exploration: the directory is made, and must not hold a checkpoint.
    pub(crate) fn create(path: &Path) -> Result<Self, CheckError> {
        fs::create_dir_all(path).map_err(|source| CheckError::file("create the directory", path, source))?;
        let directory = Self { path: path.to_path_buf(), queue_file: 0 };
        if directory.checkpoint().exists() {
            return Err(directory.unusable("there is one already; resume from it, or remove the directory".into()));
        }
        Ok(directory)
    }

    /// The directory of an exploration to go on with, and its latest checkpoint.
    pub(crate) fn open(path: &Path, identity: Identity) -> Result<(Self, Snapshot), CheckError> {
        let mut directory = Self { path: path.to_path_buf(), queue_file: 0 };
        let file = directory.checkpoint();
        let bytes = match fs::read(&file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(directory.unusable("there is none; start without resuming".into()));
            }
            Err(source) => return Err(CheckError::file("read the checkpoint", &file, source)),
        };
        let snapshot = Snapshot::decode(&bytes).map_err(|problem| directory.unusable(problem))?;
        if snapshot.identity.model != identity.model {
            return Err(directory.unusable("it was made for another model, or by another version".into()));
        }
        if snapshot.identity.temporal != identity.temporal {
            return Err(directory.unusable("it was made with other temporal properties".into()));
        }
        if snapshot.identity != identity {
            let problem = "it was made with other settings for deadlocks or for going on after violations";
            return Err(directory.unusable(problem.into()));
        }
        directory.queue_file = snapshot.queue.file;
        // Left where a process was killed just after it had replaced the checkpoint.
        remove(&directory.queue(directory.queue_file.saturating_sub(1)))?;
        Ok((directory, snapshot))
    }

    pub(crate) fn unusable(&self, problem: String) -> CheckError {
        CheckError::Checkpoint { path: self.path.clone(), problem }
    }

    pub(crate) fn log(&self, number: usize) -> PathBuf {
        self.path.join(format!("ancestry-{number}"))
    }

    pub(crate) fn steps(&self, number: usize) -> PathBuf {
        self.path.join(format!("steps-{number}"))
    }

    pub(crate) fn queue(&self, file: u64) -> PathBuf {
        self.path.join(format!("queue-{file}"))
    }

    /// Writes the queue of `state` for the next checkpoint. The latest one stays as it is.
    pub(crate) fn write_queue(&self, state: &State) -> Result<QueueMark, CheckError> {
        let file = self.queue_file + 1;
        write_queue(state, &self.queue(file), file)
    }

    /// Makes `snapshot` the latest checkpoint. Logs and queue must have been written.
    pub(crate) fn replace(&mut self, snapshot: &Snapshot) -> Result<(), CheckError> {
        let (path, temporary) = (self.checkpoint(), self.temporary());
        let failed = |source| CheckError::file("write the checkpoint", &temporary, source);
        let mut file = File::create(&temporary).map_err(failed)?;
        file.write_all(&snapshot.encode()).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        self.sync()?;
        fs::rename(&temporary, &path).map_err(|source| CheckError::file("replace the checkpoint", &path, source))?;
        self.sync()?;
        let before = std::mem::replace(&mut self.queue_file, snapshot.queue.file);
        remove(&self.queue(before))
    }

    /// Removes all files of `logs` workers, the checkpoint first.
    pub(crate) fn remove(&self, logs: usize) -> Result<(), CheckError> {
        remove(&self.checkpoint())?;
        remove(&self.temporary())?;
        remove(&self.queue(self.queue_file))?;
        remove(&self.queue(self.queue_file + 1))?;
        (0..logs).try_for_each(|number| remove(&self.log(number)).and_then(|()| remove(&self.steps(number))))?;
        // Something else may be in there.
        let _ = fs::remove_dir(&self.path);
        Ok(())
    }

    fn checkpoint(&self) -> PathBuf {
        self.path.join(CHECKPOINT)
    }

    /// The next checkpoint, until it is whole.
    fn temporary(&self) -> PathBuf {
        self.path.join("checkpoint.new")
    }

    /// Makes names of files outlive the machine's power.
    fn sync(&self) -> Result<(), CheckError> {
        if cfg!(unix) {
            let synced = File::open(&self.path).and_then(|directory| directory.sync_all());
            synced.map_err(|source| CheckError::file("write the directory", &self.path, source))?;
        }
        Ok(())
    }
}

fn remove(path: &Path) -> Result<(), CheckError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != ErrorKind::NotFound => Err(CheckError::file("remove", path, source)),
        _ => Ok(()),
    }
}
