//! Counterexamples as numbered states with named values.

use tla_check::model::EvaluationError;
use tla_check::outcome::{Counterexample, Lasso, TraceStep, Verdict};
use tla_eval::executable::{ConjunctKind, EvalWorker, Executable};
use tla_eval::value::Value;
use tla_syntax::config::Model;
use tla_syntax::resolved::Program;
use tla_syntax::source::SourceMap;

use super::detailing::Details;
use super::exploring::Explored;
use super::report::{State, Step, Trace, TraceKind};
use super::shown::place;
use super::values::tagged;

/// To be used on a thread that may evaluate.
pub(super) struct Traces<'a> {
    pub(super) program: &'a Program,
    pub(super) model: &'a Model,
    pub(super) sources: &'a SourceMap,
    pub(super) executable: &'a Executable,
    pub(super) worker: EvalWorker,
    /// Why ALIAS could not be evaluated somewhere; the states are then shown without it.
    pub(super) alias_failure: Option<EvaluationError>,
    pub(super) details: Details<'a>,
}

impl Traces<'_> {
    /// The counterexamples of `outcome`, the decisive one first.
    pub(super) fn all(&mut self, outcome: &Explored) -> Vec<Trace> {
        let mut counterexamples = outcome.counterexamples.clone();
        // Of a temporal property, the behaviour with its loop is in `liveness`.
        let endless = matches!(outcome.verdict, Verdict::Liveness { .. });
        let decisive = !endless && (!outcome.trace.is_empty() || outcome.trace_problem.is_some());
        if decisive && !counterexamples.iter().any(|known| known.trace == outcome.trace) {
            let (verdict, trace) = (outcome.verdict.clone(), outcome.trace.clone());
            counterexamples.insert(0, Counterexample { verdict, trace, trace_problem: outcome.trace_problem.clone() });
        }
        let ended = counterexamples.iter().map(|counterexample| self.one(counterexample)).collect();
        let lassos = outcome.liveness.iter().flat_map(|liveness| &liveness.violated);
        let endless: Vec<Trace> = lassos.map(|lasso| self.endless(lasso)).collect();
        let (mut first, then) =
            if matches!(outcome.verdict, Verdict::Liveness { .. }) { (endless, ended) } else { (ended, endless) };
        first.extend(then);
        first
    }

    fn endless(&mut self, lasso: &Lasso) -> Trace {
        let verdict = Verdict::Liveness { property: lasso.property };
        let (states, problem) = (lasso.trace.clone(), lasso.trace_problem.clone());
        let repeats_from = lasso.trace_problem.is_none().then_some(lasso.repeats_from);
        self.shown(&Counterexample { verdict, trace: states, trace_problem: problem }, repeats_from)
    }

    fn one(&mut self, counterexample: &Counterexample) -> Trace {
        self.shown(counterexample, None)
    }

    /// `repeats_from` is the index of the state that follows the last one, of a behaviour that never ends.
    fn shown(&mut self, counterexample: &Counterexample, repeats_from: Option<usize>) -> Trace {
        let (kind, property) = match &counterexample.verdict {
            Verdict::Violation { invariant } => {
                let kind = match self.executable.conjunct(*invariant).map(|conjunct| conjunct.kind) {
                    Some(ConjunctKind::Initially | ConjunctKind::Steps) => TraceKind::Step,
                    _ => TraceKind::Invariant,
                };
                (kind, self.invariant_name(*invariant))
            }
            Verdict::Liveness { property } => (TraceKind::Liveness, self.formula_name(*property)),
            Verdict::Deadlock => (TraceKind::Deadlock, None),
            _ => (TraceKind::Error, None),
        };
        let steps = &counterexample.trace;
        let mut states: Vec<State> = Vec::with_capacity(steps.len());
        let mut before: Option<Vec<(String, Value)>> = None;
        for (index, step) in steps.iter().enumerate() {
            let next = steps.get(index + 1).or_else(|| steps.get(repeats_from?)).unwrap_or(step);
            let variables = self.named_values(step, next);
            let changed = before.as_deref().map(|before| changes(before, &variables)).unwrap_or_default();
            let initial = index == 0 && counterexample.trace_problem.is_none();
            states.push(State {
                number: index + 1,
                action: if initial { None } else { self.step(step) },
                variables: variables.iter().map(|(name, value)| (name.clone(), tagged(value))).collect(),
                changed,
                expressions: Vec::new(),
            });
            before = Some(variables);
        }
        let mut trace = Trace {
            kind,
            property,
            states,
            repeats_from: repeats_from.map(|index| index + 1),
            closing: None,
            problem: counterexample.trace_problem.clone(),
            explanation: None,
        };
        self.details.add(&mut self.worker, steps, &counterexample.verdict, &mut trace);
        trace
    }

    /// The property that a formula which needs the state graph is a conjunct of.
    pub(super) fn formula_name(&self, index: usize) -> Option<String> {
        let source = self.executable.formula_sources().get(index)?;
        Some(self.program.definitions[source.property.index()].name.to_string())
    }

    /// The invariant, or the property of which a part is checked as one.
    pub(super) fn invariant_name(&self, index: usize) -> Option<String> {
        let id = self.executable.invariant(index)?;
        Some(self.program.definitions[id.index()].name.to_string())
    }

    fn step(&self, step: &TraceStep) -> Option<Step> {
        let action = self.executable.actions().get(step.action as usize)?;
        let place = place(self.sources, action.span);
        Some(Step { name: action.name.clone(), place, parameters: Vec::new(), bound: false })
    }

    /// The variables' values, or what ALIAS makes of them.
    fn named_values(&mut self, step: &TraceStep, next: &TraceStep) -> Vec<(String, Value)> {
        if self.model.alias.is_some() && self.alias_failure.is_none() {
            match self.worker.alias(&step.state, &next.state) {
                Ok(Some(fields)) => return fields,
                Ok(None) => {}
                Err(error) => self.alias_failure = Some(error),
            }
        }
        let names = self.executable.variables().iter().map(|name| name.to_string());
        names.zip(self.worker.decode(&step.state)).collect()
    }
}

/// The names whose values differ, in order.
fn changes(before: &[(String, Value)], after: &[(String, Value)]) -> Vec<String> {
    let differs = |name: &str, value: &Value| {
        let earlier = before.iter().find(|(other, _)| other == name);
        !earlier.is_some_and(|(_, earlier)| earlier.equals(value).unwrap_or(false))
    };
    after.iter().filter(|(name, value)| differs(name, value)).map(|(name, _)| name.clone()).collect()
}
