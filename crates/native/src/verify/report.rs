//! What Python is told, as plain data.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::conclusion::Conclusion;
use super::explaining::Explanation;
use super::expressions::Evaluated;
use super::graph::StateGraph;
use super::profiling::Profile;

#[derive(Debug, Serialize)]
pub(super) struct Report {
    #[serde(flatten)]
    pub(super) conclusion: Conclusion,
    /// The root module's name.
    pub(super) module: String,
    pub(super) counts: Counts,
    pub(super) bounds: Bounds,
    pub(super) collision: Option<Collision>,
    pub(super) out_degree: Option<OutDegree>,
    pub(super) actions: Vec<Action>,
    /// Where coverage was asked for.
    pub(super) expressions: Vec<Expression>,
    /// Where it was asked for, and states were explored.
    pub(super) profile: Option<Profile>,
    pub(super) properties: Vec<Property>,
    pub(super) traces: Vec<Trace>,
    pub(super) graph: Option<StateGraph>,
    /// Counterexamples that were seen, kept or not.
    pub(super) violations: u64,
    pub(super) printed: Vec<String>,
    pub(super) diagnostics: Vec<Shown>,
    pub(super) warnings: Vec<Shown>,
    pub(super) assumed: Vec<String>,
    /// Of the whole check.
    pub(super) seconds: f64,
    /// Of the exploration alone.
    pub(super) exploration_seconds: f64,
    pub(super) held_bytes: u64,
    pub(super) spilled_bytes: u64,
}

impl Report {
    /// Nothing is known yet.
    pub(super) fn new(specification: &Path) -> Self {
        let module = specification.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        Self {
            conclusion: Conclusion::interrupted(),
            module,
            counts: Counts::default(),
            bounds: Bounds::default(),
            collision: None,
            out_degree: None,
            actions: Vec::new(),
            expressions: Vec::new(),
            profile: None,
            properties: Vec::new(),
            traces: Vec::new(),
            graph: None,
            violations: 0,
            printed: Vec::new(),
            diagnostics: Vec::new(),
            warnings: Vec::new(),
            assumed: Vec::new(),
            seconds: 0.0,
            exploration_seconds: 0.0,
            held_bytes: 0,
            spilled_bytes: 0,
        }
    }
}

#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Counts {
    pub(super) generated: u64,
    pub(super) distinct: u64,
    pub(super) initial: u64,
    pub(super) queue: u64,
    /// Levels of the state graph, the initial states being the first; of a simulation, states of the longest walk.
    pub(super) depth: u32,
    /// Of a simulation.
    pub(super) walks: u64,
}

#[derive(Debug, Default, Serialize)]
pub(super) struct Bounds {
    pub(super) complete: bool,
    /// Why not everything was covered; empty where it was.
    pub(super) reason: String,
    pub(super) constants: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Collision {
    pub(super) optimistic: f64,
    pub(super) actual: Option<f64>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct OutDegree {
    pub(super) minimum: u64,
    pub(super) maximum: u64,
    pub(super) average: f64,
    pub(super) percentile_95: u64,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Place {
    pub(super) path: String,
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) end_line: u32,
    pub(super) end_column: u32,
}

#[derive(Debug, Serialize)]
pub(super) struct Action {
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) generated: u64,
    pub(super) distinct: u64,
}

/// How often an expression of the user's modules was evaluated.
#[derive(Debug, Serialize)]
pub(super) struct Expression {
    /// Its first line, as written.
    pub(super) text: String,
    pub(super) place: Place,
    pub(super) evaluations: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Assumption,
    Invariant,
    Deadlock,
    Temporal,
    Postcondition,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    Holds,
    Violated,
    Unknown,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Property {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) status: Status,
    /// Why it is unknown; empty otherwise.
    pub(super) reason: String,
    pub(super) place: Option<Place>,
}

#[derive(Debug, Serialize)]
pub(super) struct Trace {
    /// What it shows.
    pub(super) kind: TraceKind,
    /// The invariant or temporal property that is violated.
    pub(super) property: Option<String>,
    pub(super) states: Vec<State>,
    /// Of a behaviour that never ends, the number of the state that follows its last one. Where that is the last one itself,
    /// nothing happens any more.
    pub(super) repeats_from: Option<usize>,
    /// What leads from the last state to that one; absent where nothing happens.
    pub(super) closing: Option<Step>,
    /// Why the beginning is missing, where it is.
    pub(super) problem: Option<String>,
    /// Where it was asked for.
    pub(super) explanation: Option<Explanation>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum TraceKind {
    /// The last state violates an invariant.
    Invariant,
    /// The last step, or the initial state, violates a temporal property.
    Step,
    Deadlock,
    /// The states repeat for ever, and violate a temporal property.
    Liveness,
    Error,
    /// A behaviour that was given.
    Replay,
}

#[derive(Debug, Serialize)]
pub(super) struct State {
    /// From 1.
    pub(super) number: usize,
    /// Absent for the initial state.
    pub(super) action: Option<Step>,
    pub(super) variables: Vec<(String, serde_json::Value)>,
    pub(super) changed: Vec<String>,
    /// The user's expressions, in their order.
    pub(super) expressions: Vec<Evaluated>,
}

#[derive(Debug, Serialize)]
pub(super) struct Step {
    pub(super) name: String,
    pub(super) place: Place,
    /// What tells this step from others of the action.
    pub(super) parameters: Vec<(String, serde_json::Value)>,
    /// The parameters are names bound by `\E`, and not parameters of a definition.
    pub(super) bound: bool,
}

/// A diagnostic as people and as programs read it.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) place: Option<Place>,
    /// The line of text it is about, without its line break.
    pub(super) line: String,
    pub(super) hint: Option<String>,
    pub(super) rendered: String,
}
