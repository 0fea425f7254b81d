//! One thread's part: finds the successors of states.

use std::rc::Rc;
use std::sync::Arc;

use tla_check::model::{Candidate, EvaluationError, Flow, Share, Worker};
use tla_check::temporal::Atoms;
use tla_syntax::diagnostic::Diagnostic;

use super::candidate::{Found, Seen};
use super::entry_points::{EntryPoints, Reading};
use super::invariants::Invariant;
use super::registers::Registers;
use super::steps::Steps;
use super::{carried, Activity, Executable, Stage};
use crate::error::{EvalError, Result};
use crate::evaluate::states::Change;
use crate::evaluate::{Division, Evaluator, Then};
use crate::value::Value;

/// One thread's evaluator with the model's entry points.
pub struct EvalWorker {
    pub(super) evaluator: Evaluator,
    pub(super) entries: std::result::Result<Rc<EntryPoints>, EvaluationError>,
    /// The next-state relation, once a state was explored.
    steps: Option<Steps>,
    recalls: bool,
    checked: bool,
    registers: Arc<Registers>,
    /// States explored since memory was last looked at.
    explored: u32,
    remembered_at_most: usize,
}

impl Drop for EvalWorker {
    fn drop(&mut self) {
        if !self.evaluator.registers.is_empty() {
            self.registers.keep(&self.evaluator.registers);
        }
    }
}

impl EvalWorker {
    pub(super) fn new(executable: &Executable) -> Self {
        let reading = match (&executable.coverage, executable.general) {
            (Some(_), _) => Reading::Counting,
            (None, true) => Reading::General,
            (None, false) if executable.profile.is_some() => Reading::Profiled,
            (None, false) => Reading::Quick,
        };
        let entries = EntryPoints::compile(&executable.program, &executable.configuration, reading, &executable.stop);
        let (memos, globals) = entries.as_ref().map_or((0, 0), |entries| (entries.memos, entries.globals));
        let mut evaluator = Evaluator::new(memos, globals, executable.variables.clone(), executable.stop.clone());
        evaluator.seed(executable.seed);
        if let Some(facts) = &executable.facts {
            evaluator.set_facts(facts.clone());
        }
        if let Some(coverage) = &executable.coverage {
            evaluator.count_into(coverage.counts.clone());
        }
        if let Some(profile) = &executable.profile {
            evaluator.be_seen(&profile.places, profile.nodes.len());
        }
        evaluator.expect_recalled(entries.as_ref().map_or(0, |entries| entries.recalled));
        evaluator.printer.clone_from(&executable.printer);
        evaluator.registers = executable.registers.values();
        evaluator.asked_to_end = executable.asked_to_end.clone();
        let failed =
            |diagnostic: Box<Diagnostic>| EvaluationError { code: 150, message: diagnostic.message, place: None };
        let entries = entries.map_err(failed).and_then(|mut entries| {
            entries.find_symmetry(&mut evaluator).map_err(|error| carried(error, Stage::Specification))?;
            Ok(Rc::new(entries))
        });
        let quick = matches!(reading, Reading::Quick | Reading::Profiled);
        let recalls = quick && entries.as_ref().is_ok_and(|entries| entries.recallable);
        let registers = executable.registers.clone();
        Self {
            evaluator,
            entries,
            steps: None,
            recalls,
            checked: executable.checked,
            explored: 0,
            remembered_at_most: executable.remembered_at_most,
            registers,
        }
    }

    pub(super) fn entries(&self) -> std::result::Result<Rc<EntryPoints>, EvaluationError> {
        self.entries.clone()
    }

    /// Tests the assumptions in order. Returns the index of the first that is false.
    ///
    /// # Errors
    /// Where an assumption cannot be evaluated.
    pub fn false_assumption(&mut self) -> std::result::Result<Option<usize>, EvaluationError> {
        for (index, assumption) in self.entries()?.assumptions.iter().enumerate() {
            let holds =
                self.evaluator.test_routine(assumption).map_err(|error| carried(error, Stage::Specification))?;
            if !holds {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    /// Whether the postcondition holds, if there is one.
    ///
    /// # Errors
    /// Where it cannot be evaluated.
    pub fn postcondition(&mut self) -> std::result::Result<bool, EvaluationError> {
        match &self.entries()?.postcondition {
            Some(routine) => self.evaluator.test_routine(routine).map_err(|error| carried(error, Stage::Specification)),
            None => Ok(true),
        }
    }

    /// What ALIAS makes of a step: named values in the alias's order. `None` without an alias, or where it is no record.
    ///
    /// # Errors
    /// Where it cannot be evaluated.
    pub fn alias(
        &mut self,
        state: &[u8],
        next: &[u8],
    ) -> std::result::Result<Option<Vec<(String, Value)>>, EvaluationError> {
        let Some(routine) = self.entries()?.alias.clone() else { return Ok(None) };
        let next = self.evaluator.states.decode(next);
        self.evaluator.current = self.evaluator.states.decode(state);
        self.evaluator.next = next;
        let value = self.evaluator.run_routine(&routine);
        self.evaluator.clear_next();
        match value.map_err(|error| carried(error, Stage::Specification))? {
            Value::Record(record) => {
                let fields = record.extra().fields().iter().zip(record.iter());
                Ok(Some(fields.map(|(name, value)| (name.text().to_owned(), value.clone())).collect()))
            }
            _ => Ok(None),
        }
    }

    /// The values of a state's variables.
    pub fn decode(&mut self, state: &[u8]) -> Vec<Value> {
        self.evaluator.states.decode(state)
    }

    fn find_initial(
        &mut self,
        visit: &mut dyn FnMut(&mut dyn Candidate) -> Flow,
    ) -> std::result::Result<(), EvaluationError> {
        let entries = self.entries()?;
        let Some(chosen) = &entries.initial else { return Ok(()) };
        let (checked, recalls) = (self.checked, self.recalls);
        let mut inner = |evaluator: &mut Evaluator| -> Result<Flow> {
            if evaluator.division.as_mut().is_some_and(|division| !division.has_state()) {
                return Ok(Flow::Continue);
            }
            complete(evaluator, &entries, true)?;
            let entries = &entries;
            let initial = true;
            let (changes, shares, ready) = (None, None, true);
            let outer = evaluator.begin_activity(Activity::Storing);
            let mut found = Found { evaluator, entries, initial, checked, changes, shares, ready, recalls };
            let flow = visit(&mut Seen(&mut found));
            evaluator.end_activity(outer);
            Ok(flow)
        };
        self.evaluator.action = 0;
        let outer = self.evaluator.begin_activity(Activity::Initial);
        let result = self.evaluator.run_entry(chosen.frame, &chosen.action, &Then::End, &mut inner);
        self.evaluator.end_activity(outer);
        self.evaluator.recalls = false;
        self.evaluator.clear_next();
        result.map(|_| ()).map_err(|error| carried(error, Stage::Specification))
    }

    fn find_successors(
        &mut self,
        visit: &mut dyn FnMut(&mut dyn Candidate) -> Flow,
    ) -> std::result::Result<(), EvaluationError> {
        let entries = self.entries()?;
        let Some(next) = &entries.next else { return Ok(()) };
        let (checked, recalls) = (self.checked, self.recalls);
        let seen = self.evaluator.is_seen();
        let mut inner = |evaluator: &mut Evaluator, changes: Option<&[Change]>| -> Result<Flow> {
            let (entries, initial) = (&entries, false);
            let (shares, ready) = (None, changes.is_none());
            if ready {
                complete(evaluator, entries, false)?;
            }
            let mut found = Found { evaluator, entries, initial, checked, changes, shares, ready, recalls };
            let flow = if seen {
                let outer = found.evaluator.begin_activity(Activity::Storing);
                let flow = visit(&mut Seen(&mut found));
                found.evaluator.end_activity(outer);
                flow
            } else {
                visit(&mut found)
            };
            if changes.is_some() && found.ready {
                evaluator.next.fill(Value::Unset);
            }
            Ok(flow)
        };
        let outer = self.evaluator.begin_activity(Activity::Choosing);
        let result = if recalls {
            if self.steps.is_none() {
                let steps = Steps::new(&next.action, next.frame, &mut self.evaluator);
                self.steps = Some(steps.map_err(|error| carried(error, Stage::Specification))?);
            }
            match &mut self.steps {
                Some(steps) => steps.each(&mut self.evaluator, &mut inner),
                None => Ok(Flow::Continue),
            }
        } else {
            self.evaluator.action = 0;
            let mut direct = |evaluator: &mut Evaluator| inner(evaluator, None);
            self.evaluator.run_entry(next.frame, &next.action, &Then::End, &mut direct)
        };
        self.evaluator.end_activity(outer);
        self.evaluator.recalls = false;
        self.evaluator.clear_next();
        result.map(|_| ()).map_err(|error| carried(error, Stage::Specification))
    }

    /// Forgets what was remembered where it takes too much memory.
    fn look_at_memory(&mut self) {
        self.explored += 1;
        if self.explored < EXPLORED_BETWEEN_LOOKS {
            return;
        }
        self.explored = 0;
        let Ok(entries) = &self.entries else { return };
        let invariants: usize = entries.invariants.iter().map(Invariant::bytes).sum();
        let steps = self.steps.as_ref().map_or(0, Steps::bytes);
        let found_out = self.evaluator.answer_bytes() + steps + invariants + entries.tests.bytes();
        if self.evaluator.states.bytes() + found_out > self.remembered_at_most {
            self.evaluator.states.forget();
            self.evaluator.forget_answers();
            self.steps.iter_mut().for_each(Steps::forget);
            entries.invariants.iter().for_each(Invariant::forget);
            entries.tests.forget();
        }
    }
}

/// Bytes that a worker remembers of values and of what was found out about them where nothing else is asked for: with half
/// of it a few of the models in docs/26 take half as long again, with twice as much hardly any is faster.
pub const REMEMBERED_AT_MOST: usize = 256 << 20;
const EXPLORED_BETWEEN_LOOKS: u32 = 1024;

impl Worker for EvalWorker {
    fn at_level(&mut self, level: u32) {
        self.evaluator.level = level;
    }

    fn initial(
        &mut self,
        visit: &mut dyn FnMut(&mut dyn Candidate) -> Flow,
    ) -> std::result::Result<(), EvaluationError> {
        self.initial_share(Share::ALL, visit)
    }

    fn initial_share(
        &mut self,
        share: Share,
        visit: &mut dyn FnMut(&mut dyn Candidate) -> Flow,
    ) -> std::result::Result<(), EvaluationError> {
        self.evaluator.level = 1;
        let divisible = self.entries()?.initial.as_ref().is_none_or(|initial| initial.divisible);
        if !divisible && share.index > 0 {
            return Ok(());
        }
        self.evaluator.division = (divisible && share != Share::ALL).then(|| Division::new(share));
        let result = self.find_initial(visit);
        self.evaluator.division = None;
        result
    }

    fn successors(
        &mut self,
        state: &[u8],
        visit: &mut dyn FnMut(&mut dyn Candidate) -> Flow,
    ) -> std::result::Result<(), EvaluationError> {
        self.look_at_memory();
        self.evaluator.load(state);
        if let Ok(entries) = &self.entries {
            entries.tests.at_next_state();
        }
        self.find_successors(visit)
    }

    fn state_atoms(&mut self, state: &[u8], into: &mut Atoms) -> std::result::Result<(), EvaluationError> {
        let entries = self.entries()?;
        self.evaluator.load(state);
        let outer = self.evaluator.begin_activity(Activity::StateTests);
        let tested = entries.tests.state_atoms(&mut self.evaluator, self.recalls, into);
        self.evaluator.end_activity(outer);
        tested.map_err(|error| carried(error, Stage::Temporal))
    }
}

/// Fails where a variable has no next value.
#[inline]
fn complete(evaluator: &Evaluator, entries: &EntryPoints, initial: bool) -> Result<()> {
    match evaluator.next.iter().position(|value| matches!(value, Value::Unset)) {
        Some(missing) => Err(incomplete(evaluator, entries, missing, initial)),
        None => Ok(()),
    }
}

#[cold]
fn incomplete(evaluator: &Evaluator, entries: &EntryPoints, missing: usize, initial: bool) -> EvalError {
    let name = evaluator.variable_name(missing);
    if initial {
        return EvalError::undefined(format!("the initial predicate gives no value to {name}"));
    }
    match entries.actions.get(evaluator.action as usize) {
        Some(action) => EvalError::undefined(format!(
            "the action {} gives no next value to {name}: add {name}' = ... or UNCHANGED {name}",
            action.name
        ))
        .at(action.span),
        None => EvalError::undefined(format!("the next-state relation gives no next value to {name}")),
    }
}
