//! Choosing next states: every way to satisfy an action, by depth-first search with undo.

use tla_check::model::Flow;

use super::observation::variable_bit;
use super::states::NONE;
use super::{Division, Evaluator};
use crate::code::{Action, Binder, Code, VariableIndex};
use crate::error::{EvalError, Result};
use crate::value::Value;

/// What is still to be satisfied after the current action.
pub(crate) enum Then<'a> {
    /// Nothing: a next state was found.
    End,
    Actions(&'a [Action], &'a Then<'a>),
    /// The body of a `\A`, once for each of the remaining rows of bound values.
    Rows {
        binders: &'a [Binder],
        rows: &'a [Vec<Value>],
        body: &'a Action,
        then: &'a Then<'a>,
    },
}

/// Called with each next state that was found; the state is in the evaluator's `next`.
pub(crate) type Visit<'v> = &'v mut dyn FnMut(&mut Evaluator) -> Result<Flow>;

impl Evaluator {
    /// Finds every way to satisfy `action` and then `then`.
    pub(crate) fn run(&mut self, action: &Action, then: &Then<'_>, visit: Visit<'_>) -> Result<Flow> {
        match action {
            Action::And(items) => self.proceed(&Then::Actions(items, then), visit),
            Action::Or(items) => {
                for item in items {
                    if self.run(item, then, visit)? == Flow::Stop {
                        return Ok(Flow::Stop);
                    }
                }
                Ok(Flow::Continue)
            }
            Action::Exists { binders, body } => {
                let end = self.each_combination(binders, &mut |evaluator| {
                    Ok(evaluator.run(body, then, visit)? == Flow::Continue)
                })?;
                Ok(if end { Flow::Continue } else { Flow::Stop })
            }
            Action::ForAll { binders, body } => self.run_for_all(binders, body, then, visit),
            Action::If { condition, then: yes, otherwise } => {
                let branch = if self.test(condition)? { yes } else { otherwise };
                self.run(branch, then, visit)
            }
            Action::Case { arms, other, span } => {
                for (guard, arm) in arms {
                    if self.test(guard)? {
                        return self.run(arm, then, visit);
                    }
                }
                match other {
                    Some(other) => self.run(other, then, visit),
                    None => Err(EvalError::undefined("no guard of this CASE is true, and it has no OTHER").at(*span)),
                }
            }
            Action::Let { slots, body } => {
                slots.iter().for_each(|&slot| self.set_slot(slot, Value::Unset));
                self.run(body, then, visit)
            }
            Action::Assign { .. } | Action::Unchanged(_) | Action::Test(_) => {
                self.proceed(&Then::Actions(std::slice::from_ref(action), then), visit)
            }
            Action::Choose { variable, set } => self.run_choose(*variable, set, then, visit),
            Action::Named { action, body } => {
                let outer = std::mem::replace(&mut self.action, *action);
                let before = self.enter_action(*action);
                let flow = self.run(body, then, visit);
                self.end_activity(before);
                self.action = outer;
                flow
            }
        }
    }

    fn proceed(&mut self, then: &Then<'_>, visit: Visit<'_>) -> Result<Flow> {
        match then {
            Then::End => visit(self),
            Then::Actions(actions, after) => {
                let mark = self.trail.len();
                let flow = self.run_all(actions, after, visit);
                while self.trail.len() > mark {
                    if let Some(variable) = self.trail.pop() {
                        self.next[variable as usize] = Value::Unset;
                        self.next_numbers[variable as usize] = NONE;
                        self.kept &= !variable_bit(variable);
                    }
                }
                flow
            }
            Then::Rows { rows: [], then, .. } => self.proceed(then, visit),
            Then::Rows { binders, rows: [row, rest @ ..], body, then } => {
                // The rows share their slots, and an earlier row may still have alternatives to try: it gets its frame back.
                let frame = self.stack[self.base..].to_vec();
                let slots = binders.iter().flat_map(|binder| binder.slots.iter());
                for (&slot, value) in slots.zip(row) {
                    self.set_slot(slot, value.clone());
                }
                let flow = self.run(body, &Then::Rows { binders, rows: rest, body, then }, visit);
                self.stack.truncate(self.base);
                self.stack.extend(frame);
                flow
            }
        }
    }

    fn run_for_all(&mut self, binders: &[Binder], body: &Action, then: &Then<'_>, visit: Visit<'_>) -> Result<Flow> {
        let rows = self.rows(binders)?;
        self.proceed(&Then::Rows { binders, rows: &rows, body, then }, visit)
    }

    /// A value that a state can hold: a set is listed now, so that it is listed once.
    pub(super) fn chosen_value(&mut self, code: &Code) -> Result<Value> {
        match self.eval(code)? {
            Value::Lazy(lazy) => lazy.explicit().map_err(|error| error.at_first(code.span)),
            value => Ok(value),
        }
    }

    /// Conjuncts from left to right. Those that leave no choice need no recursion; what they assign is on the trail.
    fn run_all(&mut self, actions: &[Action], after: &Then<'_>, visit: Visit<'_>) -> Result<Flow> {
        let mut rest = actions;
        loop {
            let Some((first, others)) = rest.split_first() else { return self.proceed(after, visit) };
            rest = others;
            let goes_on = match first {
                Action::Test(code) => self.test(code)?,
                Action::Assign { variable, value } => self.assign_value(*variable, value)?,
                Action::Unchanged(variables) => self.keep_all(variables)?,
                _ if others.is_empty() => return self.run(first, after, visit),
                _ => return self.run(first, &Then::Actions(others, after), visit),
            };
            if !goes_on {
                return Ok(Flow::Continue);
            }
        }
    }

    /// Gives a variable its next value, or compares where it has one. Returns whether the two agree.
    pub(super) fn assign(&mut self, variable: VariableIndex, value: Value) -> Result<bool> {
        let next = &mut self.next[variable as usize];
        if let Value::Unset = next {
            *next = value;
            self.trail.push(variable);
            return Ok(true);
        }
        self.read_next(variable).equals(&value)
    }

    fn keep_all(&mut self, variables: &[VariableIndex]) -> Result<bool> {
        for &variable in variables {
            let index = variable as usize;
            if let Value::Unset = self.next[index] {
                self.next[index] = self.current[index].clone();
                self.kept |= variable_bit(variable);
                self.trail.push(variable);
            } else if self.kept & variable_bit(variable) == 0
                && !self.next[index].equals(self.read_current(variable))?
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn run_choose(&mut self, variable: VariableIndex, set: &Code, then: &Then<'_>, visit: Visit<'_>) -> Result<Flow> {
        if !matches!(self.next[variable as usize], Value::Unset) {
            let value = self.read_next(variable).clone();
            let inside = self.member(&value, set).map_err(|error| error.at_first(set.span))?;
            return if inside { self.proceed(then, visit) } else { Ok(Flow::Continue) };
        }
        let chosen_from = self.eval(set)?;
        let elements = chosen_from.elements().map_err(|error| error.at_first(set.span))?;
        let division = self.division.as_mut();
        let divided = division.map(|division| division.enter(chosen_from.cardinality().unwrap_or(1)));
        let counts = matches!(divided, Some((true, _)));
        for element in elements {
            self.step()?;
            if counts && !self.division.as_mut().is_none_or(Division::take) {
                continue;
            }
            let element = match element {
                Value::Lazy(lazy) => lazy.explicit()?,
                element => element,
            };
            self.next[variable as usize] = element;
            let flow = self.proceed(then, visit);
            self.next[variable as usize] = Value::Unset;
            if flow? == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        if let (Some(division), Some((_, outside))) = (&mut self.division, &divided) {
            division.leave(outside);
        }
        Ok(Flow::Continue)
    }
}
