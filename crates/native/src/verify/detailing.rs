//! What is found out about a trace after it was found: the parameters of its actions, the values of the user's expressions,
//! and why its end is what it is.

use tla_check::outcome::{TraceStep, Verdict};
use tla_eval::executable::{EvalWorker, Executable, Explorer};
use tla_eval::value::Value;
use tla_syntax::resolved::Program;
use tla_syntax::source::SourceMap;

use super::explaining::{explain, Explanation};
use super::expressions::evaluate;
use super::looping::{step, Looping};
use super::report::Trace;
use super::request::Request;
use super::shown_values::named;

/// Steps of all traces together that are looked at: each costs a look at all successors of a state.
const STEPS: usize = 20_000;

/// Adds details to traces, one after the other.
pub(super) struct Details<'a> {
    request: &'a Request,
    program: &'a Program,
    sources: &'a SourceMap,
    executable: &'a Executable,
    explorer: Option<Explorer<'a>>,
    steps_left: usize,
}

impl<'a> Details<'a> {
    pub(super) fn new(
        request: &'a Request,
        program: &'a Program,
        sources: &'a SourceMap,
        executable: &'a Executable,
    ) -> Self {
        Self { request, program, sources, executable, explorer: None, steps_left: STEPS }
    }

    /// `trace` shows `steps`. Where evaluation is told to stop, details are missing.
    pub(super) fn add(&mut self, worker: &mut EvalWorker, steps: &[TraceStep], verdict: &Verdict, trace: &mut Trace) {
        let repeats_from = trace.repeats_from.map(|number| number - 1);
        if self.explorer.is_none() {
            self.explorer = Explorer::new(self.executable).ok();
        }
        let Some(explorer) = &mut self.explorer else { return };
        let states: Vec<Vec<Value>> = steps.iter().map(|step| worker.decode(&step.state)).collect();
        for (index, pair) in states.windows(2).enumerate() {
            let Some(shown) = trace.states[index + 1].action.as_mut() else { continue };
            if self.steps_left == 0 {
                break;
            }
            self.steps_left -= 1;
            let action = self.executable.actions().get(steps[index + 1].action as usize);
            if let Ok(Some(instance)) = explorer.step(&pair[0], &pair[1], action) {
                shown.parameters = named(&instance.parameters);
                shown.bound = instance.bound;
            }
        }
        if !self.request.expressions.is_empty() {
            for (index, state) in states.iter().enumerate() {
                // What follows the last state of a loop is its first.
                let next = states.get(index + 1).or_else(|| states.get(repeats_from?)).map(Vec::as_slice);
                let evaluated = evaluate(explorer, self.program, &self.request.expressions, state, next);
                trace.states[index].expressions = evaluated;
            }
        }
        if let (Some(repeats_from), Some(last)) = (repeats_from, states.last()) {
            let closing = states.get(repeats_from).filter(|_| repeats_from + 1 < states.len());
            let instance = closing.and_then(|first| explorer.step(last, first, None).ok().flatten());
            trace.closing = instance.map(|instance| step(self.sources, &instance));
        }
        if self.request.explain {
            trace.explanation = self.explanation(verdict, repeats_from, &states);
        }
    }

    fn explanation(
        &mut self,
        verdict: &Verdict,
        repeats_from: Option<usize>,
        states: &[Vec<Value>],
    ) -> Option<Explanation> {
        let explorer = self.explorer.as_mut()?;
        if let Some(repeats_from) = repeats_from {
            let stutters = repeats_from + 1 == states.len();
            let around = Looping { sources: self.sources, states, repeats_from, stutters }.explain(explorer)?;
            return Some(Explanation::of_loop(around));
        }
        let kind = match verdict {
            Verdict::Violation { invariant } => self.executable.conjunct(*invariant).map(|conjunct| conjunct.kind),
            _ => None,
        };
        explain(explorer, self.sources, verdict, kind, states)
    }
}
