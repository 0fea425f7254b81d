//! What Python asks for.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Request {
    /// The root module's file.
    pub(super) specification: PathBuf,
    pub(super) configuration: Option<PathBuf>,
    /// Folders in which modules are looked for after the specification's own.
    pub(super) libraries: Vec<PathBuf>,
    pub(super) overrides: Overrides,
    pub(super) mode: Mode,
    /// Threads that explore; at least 1.
    pub(super) workers: usize,
    /// Bytes for fingerprints and states that wait; what exceeds them goes to files. What workers remember comes to a
    /// quarter of it at most.
    pub(super) memory_limit: Option<u64>,
    pub(super) continue_after_violation: bool,
    /// Count how often each expression is evaluated.
    pub(super) coverage: bool,
    /// Find out where the time goes.
    pub(super) profile: bool,
    pub(super) max_states: Option<u64>,
    pub(super) max_depth: Option<u32>,
    pub(super) max_seconds: Option<f64>,
    /// Of what is random: `RandomElement`, and the walks of a simulation.
    pub(super) seed: u64,
    /// With the mode `simulate`.
    pub(super) simulation: Option<Simulation>,
    pub(super) checkpoint: Option<Checkpoint>,
    /// Give the state graph too, of at most so many states.
    pub(super) graph_states: Option<usize>,
    /// Say of each counterexample why its end is what it is.
    pub(super) explain: bool,
    /// Expressions to be evaluated on each state, or step, of a counterexample.
    pub(super) expressions: Vec<String>,
    /// With the mode `replay`.
    pub(super) replay: Option<Given>,
}

impl Request {
    /// Bytes that each worker may keep of what it found out, so that all together stay well below the limit of memory.
    pub(super) fn remembered_at_most(&self) -> usize {
        let share = self.memory_limit.map_or(u64::MAX, |limit| limit / 4 / self.workers.max(1) as u64);
        usize::try_from(share).unwrap_or(usize::MAX).min(tla_eval::executable::REMEMBERED_AT_MOST)
    }
}

/// A behaviour that may be one of the specification's.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Given {
    pub(super) states: Vec<GivenState>,
    /// The texts of model values stand for these, as in traces of other tools.
    pub(super) texts_are_model_values: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GivenState {
    /// Values as tagged trees, see `values.rs`.
    pub(super) variables: BTreeMap<String, serde_json::Value>,
    /// The action that is said to lead here.
    pub(super) action: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Mode {
    /// Every reachable state.
    Check,
    /// Random walks.
    Simulate,
    /// Only read and resolve.
    Parse,
    /// Compare a behaviour that is given with the specification.
    Replay,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Simulation {
    /// States of a walk; at least 1.
    pub(super) depth: u32,
    /// Without a number they go on until something is found or the time is up.
    pub(super) walks: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Checkpoint {
    pub(super) directory: PathBuf,
    /// Between two checkpoints.
    pub(super) seconds: f64,
    pub(super) resume: bool,
}

/// What is said outside of the configuration file. It stands in place of what the file says of the same thing.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Overrides {
    /// Each as in a configuration file: `N = 3`, `Op <- Other`.
    pub(super) constants: Vec<String>,
    pub(super) init: Option<String>,
    pub(super) next: Option<String>,
    pub(super) specification: Option<String>,
    pub(super) invariants: Vec<String>,
    pub(super) properties: Vec<String>,
    pub(super) constraints: Vec<String>,
    pub(super) check_deadlock: Option<bool>,
}
