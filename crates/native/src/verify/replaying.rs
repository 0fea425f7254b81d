//! Comparing a behaviour that is given with the specification.

use serde::Serialize;
use tla_check::model::EvaluationError;
use tla_eval::error::EvalError;
use tla_eval::executable::{Executable, Explorer, Instance, Mismatch, Replay};
use tla_eval::value::Value;

use super::conclusion::Conclusion;
use super::explaining::{blocked_action, reason, Explanation};
use super::expressions::evaluate;
use super::given_values::Reading;
use super::loading::Loaded;
use super::report::{Counts, Kind, Report, State, Status, Step, Trace, TraceKind};
use super::request::{Given, Request};
use super::shown::place;
use super::shown_values::{named, short};
use super::values::tagged;
use tla_syntax::source::SourceMap;

/// `assay.exit_codes`: what was asked for cannot be.
const BAD_USAGE: i32 = 2;

/// A variable in which a state differs from the nearest one that the specification allows.
#[derive(Debug, Serialize)]
pub(super) struct Difference {
    name: String,
    given: serde_json::Value,
    allowed: serde_json::Value,
}

/// What was found out of a behaviour.
pub(super) struct Replayed {
    pub(super) conclusion: Conclusion,
    pub(super) trace: Option<Trace>,
    /// States that were compared.
    pub(super) states: usize,
    /// Indices of invariants that a state violates.
    pub(super) violated: Vec<usize>,
}

impl Replayed {
    /// `violated`: names of the invariants that a state violates.
    pub(super) fn report(self, violated: &[String], report: &mut Report) {
        let states = self.states as u64;
        let depth = u32::try_from(states).unwrap_or(u32::MAX);
        report.counts = Counts { generated: states, distinct: states, depth, ..Counts::default() };
        report.bounds.reason = "only the states of the trace were looked at".to_owned();
        for property in &mut report.properties {
            if property.kind == Kind::Invariant && violated.contains(&property.name) {
                (property.status, property.reason) = (Status::Violated, String::new());
            } else if property.status == Status::Unknown {
                property.reason.clone_from(&report.bounds.reason);
            }
        }
        report.conclusion = self.conclusion;
        report.traces.extend(self.trace);
    }
}

pub(super) struct Replaying<'a> {
    pub(super) request: &'a Request,
    pub(super) loaded: &'a Loaded,
    pub(super) sources: &'a SourceMap,
    pub(super) executable: &'a Executable,
}

type Behaviour = Vec<(Vec<Value>, Option<String>)>;

impl Replaying<'_> {
    /// Replays the behaviour, then tests the invariants on those of its states that the specification allows.
    ///
    /// # Errors
    /// Where something cannot be evaluated.
    pub(super) fn run(&self, given: &Given) -> Result<Replayed, EvaluationError> {
        let behaviour = match self.behaviour(given) {
            Ok(behaviour) => behaviour,
            Err(message) => {
                let conclusion = Conclusion::failure(BAD_USAGE, message);
                return Ok(Replayed { conclusion, trace: None, states: 0, violated: Vec::new() });
            }
        };
        let mut explorer = Explorer::new(self.executable).map_err(|diagnostic| EvaluationError {
            code: 150,
            message: diagnostic.message,
            place: None,
        })?;
        let replay = explorer.replay(&behaviour).map_err(carried)?;
        let allowed = replay.steps.len();
        let violation = self.violation(&mut explorer, &behaviour[..allowed])?;
        let conclusion = self.conclusion(&behaviour, &replay, violation.as_ref());
        let mut trace = Trace {
            kind: TraceKind::Replay,
            property: None,
            states: self.states(&mut explorer, &behaviour, &replay),
            problem: None,
            repeats_from: None,
            closing: None,
            explanation: None,
        };
        let mut violated = Vec::new();
        if let Some((index, indices)) = &violation {
            violated.clone_from(indices);
            trace.kind = TraceKind::Invariant;
            trace.property = self.invariant_name(indices[0]);
            trace.states.truncate(index + 1);
            explorer.look_at(&behaviour[*index].0, None);
            let finding = explorer.why_invariant(indices[0]).map_err(carried)?;
            trace.explanation = finding.map(|finding| Explanation::of(reason(self.sources, &finding)));
        } else if let Some(mismatch) = &replay.mismatch {
            trace.states.truncate(allowed + 1);
            trace.explanation = Some(self.mismatch(mismatch, &behaviour[allowed].0));
        }
        Ok(Replayed { conclusion, trace: Some(trace), states: allowed, violated })
    }

    fn behaviour(&self, given: &Given) -> Result<Behaviour, String> {
        let reading = match given.texts_are_model_values {
            true => Reading::with_model_values_of(&self.loaded.model),
            false => Reading::default(),
        };
        let variables = self.executable.variables();
        let mut behaviour = Vec::with_capacity(given.states.len());
        for (number, state) in (1..).zip(&given.states) {
            let mut values = Vec::with_capacity(variables.len());
            for name in variables {
                let tagged = state
                    .variables
                    .get(&**name)
                    .ok_or_else(|| format!("state {number} of the trace has no value for the variable {name}"))?;
                let value = reading.value(tagged);
                values.push(value.map_err(|error| format!("state {number} of the trace, variable {name}: {error}"))?);
            }
            behaviour.push((values, state.action.clone()));
        }
        Ok(behaviour)
    }

    /// The first state that violates invariants, and which.
    fn violation(
        &self,
        explorer: &mut Explorer<'_>,
        behaviour: &[(Vec<Value>, Option<String>)],
    ) -> Result<Option<(usize, Vec<usize>)>, EvaluationError> {
        for (index, (state, _)) in behaviour.iter().enumerate() {
            explorer.look_at(state, None);
            let mut violated = Vec::new();
            for invariant in (0..).take_while(|&index| self.executable.invariant(index).is_some()) {
                if explorer.invariant_holds(invariant).map_err(carried)? == Some(false) {
                    violated.push(invariant);
                }
            }
            if !violated.is_empty() {
                return Ok(Some((index, violated)));
            }
        }
        Ok(None)
    }

    pub(super) fn names(&self, invariants: &[usize]) -> Vec<String> {
        invariants.iter().filter_map(|&index| self.invariant_name(index)).collect()
    }

    fn invariant_name(&self, index: usize) -> Option<String> {
        let id = self.executable.invariant(index)?;
        Some(self.loaded.program.definitions[id.index()].name.to_string())
    }

    fn conclusion(
        &self,
        behaviour: &[(Vec<Value>, Option<String>)],
        replay: &Replay,
        violation: Option<&(usize, Vec<usize>)>,
    ) -> Conclusion {
        let allowed = replay.steps.len();
        if let Some((index, violated)) = violation {
            let names = self.names(violated).join(", ");
            return Conclusion::safety(format!("state {} of the trace violates {names}", index + 1));
        }
        if replay.mismatch.is_none() {
            let states = if allowed == 1 { "state" } else { "states" };
            return Conclusion::ok(format!("the trace is a behaviour of the specification: {allowed} {states}"));
        }
        if allowed == 0 {
            return Conclusion::safety("state 1 of the trace is no initial state of the specification");
        }
        let action = behaviour.get(allowed).and_then(|(_, action)| action.as_deref());
        let by = action.map_or_else(String::new, |action| format!(" by {action}"));
        let message = format!("state {} of the trace does not follow from state {allowed}{by}", allowed + 1);
        Conclusion::safety(message)
    }

    fn states(&self, explorer: &mut Explorer<'_>, behaviour: &Behaviour, replay: &Replay) -> Vec<State> {
        let names = self.executable.variables();
        let mut states: Vec<State> = Vec::with_capacity(behaviour.len());
        for (index, (values, action)) in behaviour.iter().enumerate() {
            let before = index.checked_sub(1).map(|before| &behaviour[before].0);
            let differs =
                |variable: usize, before: &Vec<Value>| !before[variable].equals(&values[variable]).unwrap_or(false);
            let changed = before.map_or_else(Vec::new, |before| {
                (0..names.len()).filter(|&variable| differs(variable, before)).collect()
            });
            let next = behaviour.get(index + 1).map(|(next, _)| next.as_slice());
            states.push(State {
                number: index + 1,
                action: self.step(replay.steps.get(index), action.as_deref()),
                variables: names.iter().zip(values).map(|(name, value)| (name.to_string(), tagged(value))).collect(),
                changed: changed.iter().map(|&variable: &usize| names[variable].to_string()).collect(),
                expressions: evaluate(explorer, &self.loaded.program, &self.request.expressions, values, next),
            });
        }
        states
    }

    /// The action as the specification has it; where it has none, as the trace does.
    fn step(&self, found: Option<&Option<Instance>>, said: Option<&str>) -> Option<Step> {
        match found {
            Some(Some(instance)) => Some(self.shown_step(instance)),
            Some(None) => None,
            None => {
                let action = self.executable.actions().iter().find(|action| Some(action.name.as_str()) == said)?;
                let place = place(self.sources, action.span);
                Some(Step { name: action.name.clone(), place, parameters: Vec::new(), bound: false })
            }
        }
    }

    fn shown_step(&self, instance: &Instance) -> Step {
        Step {
            name: instance.name.clone(),
            place: place(self.sources, instance.span),
            parameters: named(&instance.parameters),
            bound: instance.bound,
        }
    }

    fn mismatch(&self, mismatch: &Mismatch, given: &[Value]) -> Explanation {
        let names = self.executable.variables();
        let nearest = mismatch.nearest.as_ref();
        let difference = |&variable: &usize| {
            let (_, allowed) = nearest?;
            Some(Difference {
                name: names[variable].to_string(),
                given: short(&given[variable]),
                allowed: short(&allowed[variable]),
            })
        };
        let actions = mismatch.actions.iter().map(|action| blocked_action(self.sources, action)).collect();
        Explanation {
            reason: mismatch.initial.as_ref().map(|finding| reason(self.sources, finding)),
            blocked: actions,
            nearest: nearest.and_then(|(instance, _)| instance.as_ref().map(|instance| self.shown_step(instance))),
            differences: mismatch.differing.iter().filter_map(difference).collect(),
            around: None,
        }
    }
}

fn carried(error: EvalError) -> EvaluationError {
    let place = error.places().first().map(|span| (span.source.0, span.start, span.end));
    EvaluationError { code: 75, message: error.message().to_owned(), place }
}
