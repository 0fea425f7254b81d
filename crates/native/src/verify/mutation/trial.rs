//! One mutant, explored until something notices it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tla_check::breadth_first;
use tla_check::model::Flow;
use tla_check::options::{Options, StopFlag};
use tla_check::outcome::{Outcome as Explored, Verdict};
use tla_eval::executable::Executable;
use tla_syntax::config::Model;
use tla_syntax::mutation::{Mutation, Subject};
use tla_syntax::resolved::Program;

use super::recording::{Beside, Graph, Recorded, Steps};
use super::report::{Fate, Original, Outcome};
use super::MutationRequest;
use crate::verify::conclusion::{Conclusion, ASSERTION, SPECIFICATION_PARSE, SYSTEM};

/// How soon a request to stop is noticed.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(50);

/// When a mutant is given up.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    pub(super) states: Option<u64>,
    pub(super) seconds: Option<f64>,
}

pub(super) struct Trial<'a> {
    pub(super) subject: &'a Subject,
    pub(super) request: &'a MutationRequest,
    /// Of the original, once that is known.
    pub(super) graph: Option<Graph>,
    pub(super) beside: Beside,
    pub(super) bounds: Bounds,
}

/// What became of a program that could be run.
struct Ran {
    program: Arc<Program>,
    executable: Executable,
    explored: Explored,
    graph: Graph,
    does_less: bool,
    steps: Option<Arc<Steps>>,
}

/// Why a program could not be run.
struct Failed(Conclusion);

impl Trial<'_> {
    /// The specification as it is.
    pub(super) fn original(&self, stop: &AtomicBool) -> Original {
        let began = Instant::now();
        let (program, model) = (self.subject.program().clone(), self.subject.model().clone());
        let mut steps = None;
        let (conclusion, graph) = match self.run(program, model, stop) {
            Err(Failed(conclusion)) => (conclusion, None),
            Ok(ran) => {
                let verdict = &ran.explored.verdict;
                let complete = *verdict == Verdict::Complete;
                let conclusion = Conclusion::of(&ran.executable, verdict, Some(&ran.noticed(verdict)));
                steps = if complete { ran.steps } else { None };
                (conclusion, complete.then_some(ran.graph))
            }
        };
        Original { conclusion, graph, steps, seconds: began.elapsed().as_secs_f64() }
    }

    pub(super) fn of(&self, mutation: &Mutation<'_>, stop: &AtomicBool) -> Fate {
        let began = Instant::now();
        let (program, model) = self.subject.mutant(mutation);
        let mut fate = match self.run(program, model, stop) {
            Err(Failed(conclusion)) => Fate::new(Outcome::Invalid, "", conclusion.message),
            Ok(ran) => {
                let of_graph = !mutation.change.is_of_fairness();
                let same_graph = of_graph && self.graph == Some(ran.graph);
                let (fate, distinct) = (ran.fate(same_graph), ran.explored.distinct);
                Fate { distinct, does_less: of_graph && fate.does_less, ..fate }
            }
        };
        fate.seconds = began.elapsed().as_secs_f64();
        fate
    }

    fn run(&self, program: Program, model: Model, stop: &AtomicBool) -> Result<Ran, Failed> {
        let check_deadlock = model.check_deadlock;
        let program = Arc::new(program);
        let mut executable = Executable::new(program.clone(), Arc::new(model), self.request.check.seed)
            .map_err(|diagnostic| Failed(Conclusion::failure(SPECIFICATION_PARSE, diagnostic.message)))?;
        let flag = StopFlag::new();
        executable.set_stop_flag(flag.shared());
        executable.remember_at_most(self.request.check.remembered_at_most());
        let options = Options {
            workers: 1,
            check_deadlock,
            memory_limit: self.request.check.memory_limit.map(|bytes| bytes / self.request.check.workers.max(1) as u64),
            max_states: self.bounds.states,
            max_depth: self.request.check.max_depth,
            max_duration: self.bounds.seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
            stack_bytes: tla_eval::STACK_BYTES,
            progress_interval: PROGRESS_INTERVAL,
            stop: flag,
            ..Options::default()
        };
        let recorded = Recorded::new(&executable, &self.beside);
        let mut go_on = |_: &_| if stop.load(Ordering::Relaxed) { Flow::Stop } else { Flow::Continue };
        let explored = breadth_first::explore(&recorded, &options, &mut go_on)
            .map_err(|error| Failed(Conclusion::failure(SYSTEM, error.to_string())))?;
        let (graph, does_less, steps) = (recorded.graph(), recorded.does_less(), recorded.steps());
        Ok(Ran { program, executable, explored, graph, does_less, steps })
    }
}

impl Ran {
    fn fate(&self, same_graph: bool) -> Fate {
        match &self.explored.verdict {
            Verdict::Complete if same_graph => Fate::new(Outcome::Equivalent, "", ""),
            Verdict::Complete => Fate { does_less: self.does_less, ..Fate::new(Outcome::Survived, "", "") },
            violated @ Verdict::Violation { invariant } => {
                let killer = if self.executable.conjunct(*invariant).is_some() { "property" } else { "invariant" };
                Fate::new(Outcome::Killed, killer, self.noticed(violated))
            }
            violated @ Verdict::Liveness { .. } => Fate::new(Outcome::Killed, "property", self.noticed(violated)),
            Verdict::Deadlock => Fate::new(Outcome::Killed, "deadlock", ""),
            Verdict::Error(error) if error.code == ASSERTION => {
                Fate::new(Outcome::Killed, "assertion", error.message.as_str())
            }
            Verdict::Error(error) => Fate::new(Outcome::Killed, "evaluation", error.message.as_str()),
            Verdict::Interrupted => Fate::not_tried(),
            Verdict::LimitReached(limit) => Fate::new(Outcome::Undecided, "", limit.to_string()),
        }
    }

    /// The name of what is violated.
    fn noticed(&self, verdict: &Verdict) -> String {
        let definition = match verdict {
            Verdict::Violation { invariant } => self.executable.invariant(*invariant),
            Verdict::Liveness { property } => {
                self.executable.formula_sources().get(*property).map(|source| source.property)
            }
            _ => None,
        };
        let name = definition.map(|id| self.program.definitions[id.index()].name.to_string());
        name.unwrap_or_else(|| "a temporal property".to_owned())
    }
}
