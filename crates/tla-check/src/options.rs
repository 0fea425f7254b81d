//! How an exploration is to be done, and within which limits.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, SystemClock};

/// How often the calling thread looks for a request to stop while workers run.
pub(crate) const POLL: Duration = Duration::from_millis(50);

/// Asks an exploration to stop. Clones share one flag, so a signal handler may hold one and an evaluator may poll
/// another inside long computations. The explorer raises it itself when it ends early, and lowers it again before it
/// rebuilds a trace; a flag serves one exploration at a time.
#[derive(Clone, Debug, Default)]
pub struct StopFlag(Arc<AtomicBool>);

impl StopFlag {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub fn request(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    #[must_use]
    pub fn is_requested(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// The flag itself, for an evaluator that polls it inside long computations.
    #[must_use]
    pub fn shared(&self) -> Arc<AtomicBool> {
        self.0.clone()
    }

    pub(crate) fn clear(&self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

/// Where and how often an exploration writes down how far it is, to go on from there when it was killed. It is also
/// written when the exploration stops on request or at a limit, and removed when it ends with a verdict on the model.
#[derive(Clone, Debug)]
pub struct CheckpointOptions {
    /// A directory for this purpose only; made if absent.
    pub directory: PathBuf,
    /// Time between checkpoints. Writing one takes about as long as writing the queue to disk.
    pub interval: Duration,
    /// Tells models apart: anything that determines the state graph, and the version of the evaluator, must change it.
    pub model_identity: u64,
    /// Go on from the checkpoint in the directory instead of starting. Then the directory must hold one; otherwise it
    /// must not.
    pub resume: bool,
}

/// Options of a breadth-first exploration. `None` means no such limit.
#[derive(Clone)]
pub struct Options {
    /// Threads that explore; at least 1. With 1 the order of exploration, and so every count, is TLC's.
    pub workers: usize,
    /// Whether a state without successors is reported.
    pub check_deadlock: bool,
    /// Record violations and deadlocks and go on, instead of ending at the first.
    pub continue_after_violation: bool,
    /// How many counterexamples are kept when going on; all are counted.
    pub kept_counterexamples: usize,
    /// Bytes that fingerprints and queue together may hold in memory; what exceeds it goes to files. Temporal properties
    /// are checked on a graph in memory, after the fingerprints are gone: 12 bytes for each state and 4 for each step (8
    /// in very large graphs), while it is built another 18 for each state, and 4 for each state and property at a time.
    pub memory_limit: Option<u64>,
    /// Where a directory for such files may be made; the system's temporary directory where `None`.
    pub working_directory: Option<PathBuf>,
    /// Distinct states.
    pub max_states: Option<u64>,
    /// Levels, initial states being level 1. States of the last level are found and checked, not explored.
    pub max_depth: Option<u32>,
    pub max_duration: Option<Duration>,
    pub checkpoint: Option<CheckpointOptions>,
    /// Stack of each worker thread in bytes: deep recursion of a specification needs it. Only what is used is paid for.
    pub stack_bytes: usize,
    pub progress_interval: Duration,
    pub stop: StopFlag,
    pub clock: Arc<dyn Clock>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            workers: 1,
            check_deadlock: true,
            continue_after_violation: false,
            kept_counterexamples: 10,
            memory_limit: None,
            working_directory: None,
            max_states: None,
            max_depth: None,
            max_duration: None,
            checkpoint: None,
            stack_bytes: 256 << 20,
            progress_interval: Duration::from_millis(500),
            stop: StopFlag::new(),
            clock: SystemClock::shared(),
        }
    }
}
