//! A state that was just found, as the explorer sees it.

use tla_check::model::{ActionIndex, Candidate, EvaluationError};
use tla_check::temporal::Atoms;

use super::entry_points::EntryPoints;
use super::{carried, Stage};
use crate::code::Routine;
use crate::compile::Mentioned;
use crate::error::EvalError;
use crate::evaluate::recall::Shares;
use crate::evaluate::states::{Change, NONE};
use crate::evaluate::{Activity, Evaluator, Spot};
use crate::value::hash::{fingerprint_of, share};
use crate::value::Value;

pub(super) struct Found<'a> {
    pub(super) evaluator: &'a mut Evaluator,
    pub(super) entries: &'a EntryPoints,
    pub(super) initial: bool,
    /// The state before satisfies all invariants.
    pub(super) checked: bool,
    /// How the state differs from the one before, where that was remembered. Else the state stands in the evaluator.
    pub(super) changes: Option<&'a [Change]>,
    /// Of the state, once they are needed: what its variables add to its fingerprint.
    pub(super) shares: Option<Vec<u64>>,
    /// The state stands in the evaluator.
    pub(super) ready: bool,
    /// Whether what was found out may be remembered.
    pub(super) recalls: bool,
}

impl Found<'_> {
    /// Variables that may differ from the state that the step started in. All of them where that state may violate an
    /// invariant itself.
    fn changed(&self) -> Mentioned {
        if self.initial || !self.checked {
            return Mentioned::ALL;
        }
        self.differing()
    }

    /// The first 64 variables that may differ from the state before.
    pub(super) fn differing(&self) -> Mentioned {
        if let Some(changes) = self.changes {
            let changed =
                changes.iter().filter(|change| !self.evaluator.states.is_same(change) && change.variable < 64);
            return Mentioned(changed.fold(0, |bits, change| bits | 1 << change.variable));
        }
        let evaluator = &*self.evaluator;
        let pairs = evaluator.current.iter().zip(&evaluator.next).take(64).enumerate();
        let differs = |index: usize, now: &Value, then: &Value| match evaluator.next_number(index) {
            NONE => !now.is_same(then),
            number => number != evaluator.states.loaded_number(index),
        };
        Mentioned(pairs.fold(0, |bits, (index, (now, then))| bits | u64::from(differs(index, now, then)) << index))
    }

    /// Has the state stand in the evaluator, to be evaluated.
    pub(super) fn evaluator(&mut self) -> &mut Evaluator {
        if let (Some(changes), false) = (self.changes, self.ready) {
            let Evaluator { current, next, states, .. } = &mut *self.evaluator;
            states.apply(changes, current, next);
            self.ready = true;
        }
        self.evaluator
    }

    pub(super) fn shares(&mut self) -> Vec<u64> {
        let outer = self.evaluator.begin_activity(Activity::Fingerprint);
        let shares = self.hashed();
        self.evaluator.end_activity(outer);
        shares
    }

    fn hashed(&mut self) -> Vec<u64> {
        if let Some(shares) = self.shares.take() {
            return shares;
        }
        if let Some(changes) = self.changes {
            let mut shares = self.evaluator.states.shares.clone();
            changes.iter().for_each(|change| shares[change.variable as usize] = change.share);
            return shares;
        }
        let variables = self.evaluator.next.iter().enumerate();
        if self.recalls && !self.initial {
            return variables.map(|(index, _)| self.evaluator.next_share(index)).collect();
        }
        variables.map(|(index, value)| share(index, value.hash())).collect()
    }
}

impl Found<'_> {
    fn within(&mut self, constraint: &Routine, activity: Activity) -> Result<bool, EvaluationError> {
        let before = self.evaluator.begin_activity(activity);
        let holds = self.evaluator().test_routine(constraint).map_err(failed(Stage::Specification));
        self.evaluator.end_activity(before);
        holds
    }

    /// Begins the test of an invariant, or of a conjunct of a property that is decided like one.
    pub(super) fn enter_invariant(&self, index: usize) -> Option<Spot> {
        self.evaluator.begin_activity(Activity::Invariant(index as u32))
    }
}

fn failed(stage: Stage) -> impl Fn(EvalError) -> EvaluationError {
    move |error| carried(error, stage)
}

impl Candidate for Found<'_> {
    fn fingerprint(&mut self) -> Result<u64, EvaluationError> {
        let entries = self.entries;
        if let Some(view) = &entries.view {
            let value = self.evaluator().run_routine(view).map_err(failed(Stage::Specification))?;
            return Ok(entries.view_fingerprint(&value));
        }
        match self.changes {
            Some(changes) if !entries.has_symmetry() => Ok(self.evaluator.states.fingerprint_changed(changes)),
            None if self.recalls && !self.initial && !entries.has_symmetry() => {
                let shares = (0..self.evaluator.next.len()).map(|index| self.evaluator.next_share(index));
                Ok(fingerprint_of(shares.fold(0, u64::wrapping_add)))
            }
            _ => Ok(entries.fingerprint(&self.evaluator().next)),
        }
    }

    fn action(&self) -> ActionIndex {
        self.evaluator.action
    }

    fn within_constraints(&mut self) -> Result<bool, EvaluationError> {
        let entries = self.entries;
        for (index, constraint) in entries.constraints.iter().enumerate() {
            if !self.within(constraint, Activity::Constraint(index as u32))? {
                return Ok(false);
            }
        }
        if self.initial {
            return Ok(true);
        }
        for (index, constraint) in entries.action_constraints.iter().enumerate() {
            if !self.within(constraint, Activity::ActionConstraint(index as u32))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn violated_invariant(&mut self) -> Result<Option<usize>, EvaluationError> {
        let entries = self.entries;
        if entries.invariants.is_empty() {
            return Ok(None);
        }
        let changed = self.changed();
        let shares = self.shares();
        let mut violated = None;
        for (index, invariant) in entries.invariants.iter().enumerate() {
            let seen = Shares { current: &[], next: &shares };
            let outer = self.enter_invariant(index);
            let holds = invariant.holds(self, changed, seen).map_err(failed(Stage::Property))?;
            self.evaluator.end_activity(outer);
            if !holds {
                violated = Some(index);
                break;
            }
        }
        self.shares = Some(shares);
        Ok(violated)
    }

    fn violated_step(&mut self) -> Result<Option<usize>, EvaluationError> {
        let entries = self.entries;
        let violated = entries.tests.violated(self).map_err(failed(Stage::Temporal))?;
        Ok(violated.map(|index| entries.invariants.len() + index))
    }

    fn step_atoms(&mut self, into: &mut Atoms) -> Result<(), EvaluationError> {
        let entries = self.entries;
        entries.tests.step_atoms(self, into).map_err(failed(Stage::Temporal))
    }

    fn encode(&mut self, into: &mut Vec<u8>) {
        match self.changes {
            Some(changes) => self.evaluator.states.encode_changed(changes, into),
            None => self.evaluator.encode_next(self.recalls && !self.initial, into),
        }
    }
}

/// The same for a profile. A type of its own, so that nobody else pays for it.
pub(super) struct Seen<'f, 'a>(pub(super) &'f mut Found<'a>);

impl Seen<'_, '_> {
    fn during<T>(&mut self, activity: Activity, act: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.0.evaluator.begin_activity(activity);
        let result = act(self);
        self.0.evaluator.end_activity(outer);
        result
    }
}

impl Candidate for Seen<'_, '_> {
    fn fingerprint(&mut self) -> Result<u64, EvaluationError> {
        let activity = if self.0.entries.view.is_some() { Activity::View } else { Activity::Fingerprint };
        self.during(activity, |seen| seen.0.fingerprint())
    }

    fn action(&self) -> ActionIndex {
        self.0.action()
    }

    fn within_constraints(&mut self) -> Result<bool, EvaluationError> {
        self.0.within_constraints()
    }

    fn violated_invariant(&mut self) -> Result<Option<usize>, EvaluationError> {
        self.0.violated_invariant()
    }

    fn violated_step(&mut self) -> Result<Option<usize>, EvaluationError> {
        self.0.violated_step()
    }

    fn step_atoms(&mut self, into: &mut Atoms) -> Result<(), EvaluationError> {
        self.during(Activity::StepTests, |seen| seen.0.step_atoms(into))
    }

    fn encode(&mut self, into: &mut Vec<u8>) {
        self.0.encode(into);
    }
}
