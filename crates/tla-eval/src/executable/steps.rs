//! The next-state relation in units, each of which remembers what it made of states.
//!
//! A unit is an action with the values of the constant quantifiers around it: `Request(p)` for `p = 1`, for `p = 2`, and
//! so on. What it does depends on the state alone, and mostly on few of its variables.

use std::ops::Range;
use std::rc::Rc;

use tla_check::model::{ActionIndex, Flow};

use super::guards::Guards;
use crate::code::{Action, Code, SlotIndex};
use crate::error::Result;
use crate::evaluate::recall::{Recall, Shares};
use crate::evaluate::states::{Change, NONE};
use crate::evaluate::{Activity, Evaluator, Reading, Then};
use crate::value::Value;

/// The relation is not taken apart into more units than this.
const MOST_UNITS: usize = 2048;
/// What a unit makes of a state is not written down if it is more than this many successors.
const MOST_SUCCESSORS: usize = 256;
/// The answer of a unit that makes nothing of a state.
const NOTHING: u32 = 0;

pub(super) struct Steps {
    frame: u32,
    units: Vec<Unit>,
    guards: Guards,
    /// Units that may make something of the state, as bits.
    busy: Vec<u64>,
    remembered: Remembered,
    /// Of the unit that is being evaluated.
    found: Findings,
}

struct Unit {
    action: Rc<Action>,
    around: Surroundings,
    recall: Recall,
}

/// The successors that units made, as changes of the state before.
#[derive(Default)]
struct Remembered {
    changes: Vec<Change>,
    successors: Vec<(ActionIndex, Range<u32>)>,
    /// By the answer of a unit.
    answers: Vec<Range<u32>>,
}

/// Successors found so far, each with the variables it gives a new value.
#[derive(Default)]
struct Findings {
    values: Vec<(usize, NewValue)>,
    /// Action and end of each successor's values.
    successors: Vec<(ActionIndex, usize)>,
    /// Whether the list holds all successors.
    complete: bool,
}

enum NewValue {
    Number(u32),
    Value(Value),
}

/// What is done with a successor: with its changes, or `None` where it stands in the evaluator.
pub(super) type Visit<'v> = &'v mut dyn FnMut(&mut Evaluator, Option<&[Change]>) -> Result<Flow>;

impl Steps {
    /// Takes the relation apart. To be called where a state is loaded, as sets are evaluated.
    pub(super) fn new(action: &Rc<Action>, frame: u32, evaluator: &mut Evaluator) -> Result<Self> {
        let mut units = Vec::new();
        evaluator.in_entry(frame, |evaluator| {
            split_or_keep(action, &Surroundings::default(), evaluator, &mut units);
            Ok(())
        })?;
        evaluator.states.expect_units(units.len());
        let mut guards = Guards::default();
        units.iter().for_each(|unit| {
            guards.add(unit.around.conditions.is_empty().then_some(&unit.action), &unit.around.bindings)
        });
        let busy = vec![0; units.len().div_ceil(64)];
        let mut steps =
            Self { frame, units, guards, busy, remembered: Remembered::default(), found: Findings::default() };
        steps.forget();
        Ok(steps)
    }

    /// Visits each successor of the state loaded last.
    pub(super) fn each(&mut self, evaluator: &mut Evaluator, visit: Visit<'_>) -> Result<Flow> {
        for (word, (busy, units)) in self.busy.iter_mut().zip(self.units.chunks(64)).enumerate() {
            *busy = evaluator.states.busy(word) & (u64::MAX >> (64 - units.len()));
        }
        self.guards.sift(evaluator, &mut self.busy);
        let seen = evaluator.is_seen();
        evaluator.in_entry(self.frame, |evaluator| {
            for (word, units) in self.units.chunks_mut(64).enumerate() {
                let mut busy = self.busy[word];
                while busy != 0 {
                    let index = busy.trailing_zeros() as usize;
                    busy &= busy - 1;
                    let number = word * 64 + index;
                    if self.guards.stop(number, evaluator) {
                        continue;
                    }
                    let step = Step { unit: &mut units[index], number };
                    let action = Activity::Action(step.unit.around.named);
                    let outer = if seen { evaluator.begin_activity(action) } else { None };
                    let flow = step.each(evaluator, &mut self.remembered, &mut self.found, visit)?;
                    if seen {
                        evaluator.end_activity(outer);
                    }
                    if flow == Flow::Stop {
                        return Ok(Flow::Stop);
                    }
                }
            }
            Ok(Flow::Continue)
        })
    }

    pub(super) fn forget(&mut self) {
        self.remembered = Remembered::default();
        self.remembered.answers.push(0..0);
        self.units.iter_mut().for_each(|unit| unit.recall.forget());
    }

    /// The memory that is taken by what is remembered.
    pub(super) fn bytes(&self) -> usize {
        let tables: usize = self.units.iter().map(|unit| unit.recall.bytes()).sum();
        tables
            + self.remembered.changes.len() * size_of::<Change>()
            + self.remembered.successors.len() * size_of::<(ActionIndex, Range<u32>)>()
            + self.remembered.answers.len() * size_of::<Range<u32>>()
    }
}

/// What stands around a unit in the relation.
#[derive(Clone, Default)]
struct Surroundings {
    bindings: Vec<(SlotIndex, Value)>,
    /// Conditions of IFs, and whether the unit is in the first of the two branches.
    conditions: Vec<(Rc<Code>, bool)>,
    /// The action that it belongs to.
    named: ActionIndex,
}

/// Appends the units of an action. False where it has too many, or where a set cannot be evaluated: then it is a unit.
fn split(action: &Rc<Action>, around: &Surroundings, evaluator: &mut Evaluator, units: &mut Vec<Unit>) -> bool {
    match &**action {
        Action::Or(items) => {
            for item in items {
                split_or_keep(item, around, evaluator, units);
            }
        }
        Action::Exists { binders, body } => {
            evaluator.take_reading();
            let Ok(rows) = evaluator.rows(binders) else { return false };
            if evaluator.take_reading() != Reading::default() || units.len() + rows.len() > MOST_UNITS {
                return false;
            }
            for row in rows {
                let mut inner = around.clone();
                inner.bindings.extend(binders.iter().flat_map(|binder| binder.slots.iter().copied()).zip(row));
                inner.bindings.iter().for_each(|(slot, value)| evaluator.bind_slot(*slot, value));
                split_or_keep(body, &inner, evaluator, units);
            }
        }
        Action::If { condition, then, otherwise } => {
            for (branch, wanted) in [(then, true), (otherwise, false)] {
                let mut inner = around.clone();
                inner.conditions.push((condition.clone(), wanted));
                split_or_keep(branch, &inner, evaluator, units);
            }
        }
        Action::Named { action, body } => {
            return split(body, &Surroundings { named: *action, ..around.clone() }, evaluator, units);
        }
        _ => return false,
    }
    units.len() <= MOST_UNITS
}

fn split_or_keep(action: &Rc<Action>, around: &Surroundings, evaluator: &mut Evaluator, units: &mut Vec<Unit>) {
    let before = units.len();
    if !split(action, around, evaluator, units) {
        units.truncate(before);
        units.push(Unit { action: action.clone(), around: around.clone(), recall: Recall::default() });
    }
}

struct Step<'a> {
    unit: &'a mut Unit,
    number: usize,
}

impl Step<'_> {
    fn each(
        self,
        evaluator: &mut Evaluator,
        remembered: &mut Remembered,
        found: &mut Findings,
        visit: Visit<'_>,
    ) -> Result<Flow> {
        let shares = Shares { current: &evaluator.states.shares, next: &[] };
        match self.unit.recall.find(shares) {
            Some(NOTHING) => Ok(Flow::Continue),
            Some(answer) => remembered.each(answer, evaluator, visit),
            None => {
                let flow = self.unit.evaluate(found, evaluator, visit)?;
                if flow == Flow::Continue {
                    self.remember(evaluator, remembered, found);
                }
                Ok(flow)
            }
        }
    }

    fn remember(self, evaluator: &mut Evaluator, remembered: &mut Remembered, found: &mut Findings) {
        // Next values follow from what was read of the current ones.
        let reading = Reading { next: 0, ..evaluator.take_reading() };
        if found.successors.is_empty() && found.complete {
            if reading.current.is_power_of_two() && !reading.outside {
                return evaluator.states.is_idle(self.number, reading.current.trailing_zeros() as usize);
            }
            let shares = Shares { current: &evaluator.states.shares, next: &[] };
            return self.unit.recall.keep(reading, shares, NOTHING);
        }
        if found.complete && self.unit.recall.wants(reading, evaluator.states.shares.len()) {
            let answer = found.remember(evaluator, remembered);
            let shares = Shares { current: &evaluator.states.shares, next: &[] };
            self.unit.recall.keep(reading, shares, answer);
        }
    }
}

impl Unit {
    fn evaluate(&self, found: &mut Findings, evaluator: &mut Evaluator, visit: Visit<'_>) -> Result<Flow> {
        for (slot, value) in &self.around.bindings {
            evaluator.bind_slot(*slot, value);
        }
        found.values.clear();
        found.successors.clear();
        found.complete = true;
        let writes_down = self.recall.pays();
        evaluator.recalls = true;
        evaluator.action = self.around.named;
        evaluator.take_reading();
        for (condition, wanted) in &self.around.conditions {
            if evaluator.test(condition)? != *wanted {
                return Ok(Flow::Continue);
            }
        }
        evaluator.run(&self.action, &Then::End, &mut |evaluator| {
            let reading = evaluator.take_reading();
            if writes_down {
                found.add(evaluator);
            } else {
                found.complete = false;
            }
            let flow = visit(evaluator, None);
            evaluator.resume_reading(reading);
            flow
        })
    }
}

impl Findings {
    fn add(&mut self, evaluator: &Evaluator) {
        self.complete &= self.successors.len() < MOST_SUCCESSORS;
        if !self.complete {
            return;
        }
        let kept = evaluator.kept();
        for (index, value) in evaluator.next.iter().enumerate() {
            if kept >> index & 1 == 0 {
                let value = match evaluator.next_number(index) {
                    NONE => NewValue::Value(value.clone()),
                    number => NewValue::Number(number),
                };
                self.values.push((index, value));
            }
        }
        self.successors.push((evaluator.action, self.values.len()));
    }

    /// Returns the answer that stands for the successors.
    fn remember(&mut self, evaluator: &mut Evaluator, remembered: &mut Remembered) -> u32 {
        let states = &mut evaluator.states;
        let first = remembered.successors.len() as u32;
        let mut values = self.values.drain(..);
        let mut before = 0;
        for &(action, end) in &self.successors {
            let start = remembered.changes.len() as u32;
            for (index, value) in values.by_ref().take(end - before) {
                let number = match value {
                    NewValue::Number(number) => number,
                    NewValue::Value(value) => states.number_of(index, &value),
                };
                remembered.changes.push(states.numbered_change(index, number));
            }
            remembered.successors.push((action, start..remembered.changes.len() as u32));
            before = end;
        }
        remembered.answers.push(first..remembered.successors.len() as u32);
        remembered.answers.len() as u32 - 1
    }
}

impl Remembered {
    fn each(&self, answer: u32, evaluator: &mut Evaluator, visit: Visit<'_>) -> Result<Flow> {
        let Range { start, end } = self.answers[answer as usize];
        for (action, changes) in &self.successors[start as usize..end as usize] {
            evaluator.action = *action;
            let changes = &self.changes[changes.start as usize..changes.end as usize];
            if visit(evaluator, Some(changes))? == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        Ok(Flow::Continue)
    }
}
