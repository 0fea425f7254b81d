//! Tests of steps, alternative by alternative.
//!
//! Of the alternatives of an action few fit a step, and each of the others is refused by little that it reads. That is
//! remembered of each alternative and each of its conjuncts by itself: the whole reads more, and comes up again less often.

use std::cell::{Cell, RefCell};

use super::candidate::Found;
use super::temporal::TRUE;
use crate::compile::temporal::{StepPart, StepTest};
use crate::compile::Mentioned;
use crate::error::Result;
use crate::evaluate::recall::{Recall, Shares};
use crate::evaluate::{Evaluator, Reading};

/// A test, and what it said of values that it read.
pub(super) struct RememberingStep {
    test: StepTest,
    known: RefCell<Recall>,
    subscript: Conjunction,
    alternatives: Box<[Conjunction]>,
    guarded: Guarded,
}

/// What was said of parts that are tested one after the other.
struct Conjunction {
    /// Of all of them, where there are several.
    whole: Option<RefCell<Recall>>,
    parts: Box<[RefCell<Recall>]>,
}

/// What the guard of an action says of the state whose steps are made.
#[derive(Default)]
struct Guarded {
    /// For which state that was found out.
    state: Cell<u64>,
    holds: Cell<bool>,
    known: RefCell<Recall>,
}

impl RememberingStep {
    pub(super) fn new(test: StepTest) -> Self {
        let subscript = Conjunction::of(&test.subscript);
        let alternatives = test.alternatives.iter().map(|parts| Conjunction::of(parts)).collect();
        Self { test, known: RefCell::default(), subscript, alternatives, guarded: Guarded::default() }
    }

    pub(super) fn memories(&self) -> impl Iterator<Item = &RefCell<Recall>> {
        let parts = std::iter::once(&self.subscript).chain(&self.alternatives);
        let parts = parts.flat_map(|conjunction| conjunction.whole.iter().chain(&conjunction.parts));
        [&self.known, &self.guarded.known].into_iter().chain(parts)
    }

    /// `changed` are the variables that may differ; `state` tells the state apart in which the step begins.
    pub(super) fn holds(&self, found: &mut Found<'_>, changed: Mentioned, state: u64) -> Result<bool> {
        if self.test.is_certainly_unchanged(changed) {
            return Ok(!self.test.angle);
        }
        if !self.test.guard.is_empty() && !self.is_possible(found, state)? {
            return Ok(false);
        }
        if !found.recalls {
            return self.test.holds(found.evaluator());
        }
        let next = found.shares();
        let known = {
            let shares = Shares { current: &found.evaluator.states.shares, next: &next };
            self.known.borrow_mut().find(shares)
        };
        let holds = match known {
            Some(answer) => Ok(answer == TRUE),
            None => self.find_out(found, &next),
        };
        found.shares = Some(next);
        holds
    }

    fn find_out(&self, found: &mut Found<'_>, next: &[u64]) -> Result<bool> {
        let (holds, reading) = self.find_out_by_parts(found, next)?;
        let shares = Shares { current: &found.evaluator.states.shares, next };
        self.known.borrow_mut().keep(reading, shares, u32::from(holds));
        Ok(holds)
    }

    fn find_out_by_parts(&self, found: &mut Found<'_>, next: &[u64]) -> Result<(bool, Reading)> {
        let (unchanged, mut all) = self.subscript.holds(&self.test.subscript, found, next)?;
        if unchanged {
            return Ok((!self.test.angle, all));
        }
        for (conjunction, parts) in self.alternatives.iter().zip(&self.test.alternatives) {
            let (holds, reading) = conjunction.holds(parts, found, next)?;
            all = all.and(reading);
            if holds {
                return Ok((true, all));
            }
        }
        Ok((false, all))
    }

    /// Whether the guard holds in the state in which the step begins.
    fn is_possible(&self, found: &mut Found<'_>, state: u64) -> Result<bool> {
        let Guarded { state: of, holds, known } = &self.guarded;
        if of.get() != state {
            let recalls = found.recalls;
            let evaluator = &mut *found.evaluator;
            let shares = Shares { current: &evaluator.states.shares, next: &[] };
            let answer = if recalls { known.borrow_mut().find(shares) } else { None };
            let possible = match answer {
                Some(answer) => answer == TRUE,
                None => {
                    evaluator.take_reading();
                    let possible =
                        all_hold(&self.test.guard, evaluator, |guard, evaluator| evaluator.test_routine(guard))?;
                    let reading = Reading { next: 0, ..evaluator.take_reading() };
                    if recalls {
                        let shares = Shares { current: &evaluator.states.shares, next: &[] };
                        known.borrow_mut().keep(reading, shares, u32::from(possible));
                    }
                    possible
                }
            };
            holds.set(possible);
            of.set(state);
        }
        Ok(holds.get())
    }
}

impl Conjunction {
    fn of(parts: &[StepPart]) -> Self {
        let whole = (parts.len() > 1).then(RefCell::default);
        Self { whole, parts: parts.iter().map(|_| RefCell::default()).collect() }
    }

    /// Whether all parts hold of a step, and what that depends on.
    fn holds(&self, parts: &[StepPart], found: &mut Found<'_>, next: &[u64]) -> Result<(bool, Reading)> {
        if let Some(whole) = &self.whole {
            let shares = Shares { current: &found.evaluator.states.shares, next };
            if let Some((answer, reading)) = whole.borrow_mut().find_with_reading(shares) {
                return Ok((answer == TRUE, reading));
            }
        }
        let (mut holds, mut all) = (true, Reading::default());
        for (part, known) in parts.iter().zip(&self.parts) {
            let (part_holds, reading) = part.remembered(known, found, next)?;
            all = all.and(reading);
            holds = part_holds;
            if !holds {
                break;
            }
        }
        if let Some(whole) = &self.whole {
            let shares = Shares { current: &found.evaluator.states.shares, next };
            whole.borrow_mut().keep(all, shares, u32::from(holds));
        }
        Ok((holds, all))
    }
}

impl StepPart {
    fn holds(&self, evaluator: &mut Evaluator) -> Result<bool> {
        match self {
            Self::Unchanged(variable) => evaluator.is_kept(*variable),
            Self::Holds(routine) => evaluator.test_routine(routine),
        }
    }

    /// Whether it holds of a step, and what that depends on.
    fn remembered(&self, known: &RefCell<Recall>, found: &mut Found<'_>, next: &[u64]) -> Result<(bool, Reading)> {
        let current = &found.evaluator.states.shares;
        if let Self::Unchanged(variable) = *self {
            let index = variable as usize;
            if current[index] == next[index] {
                let bit = 1_u64.checked_shl(variable).unwrap_or(u64::MAX);
                return Ok((true, Reading { current: bit, next: bit, outside: false }));
            }
        } else if let Some((answer, reading)) = known.borrow_mut().find_with_reading(Shares { current, next }) {
            return Ok((answer == TRUE, reading));
        }
        let evaluator = found.evaluator();
        evaluator.take_reading();
        let holds = self.holds(evaluator)?;
        let reading = evaluator.take_reading();
        if let Self::Holds(_) = self {
            let shares = Shares { current: &evaluator.states.shares, next };
            known.borrow_mut().keep(reading, shares, u32::from(holds));
        }
        Ok((holds, reading))
    }
}

impl StepTest {
    fn is_certainly_unchanged(&self, changed: Mentioned) -> bool {
        self.subscript.iter().all(
            |part| matches!(part, StepPart::Unchanged(variable) if *variable < 64 && changed.0 >> variable & 1 == 0),
        )
    }

    fn holds(&self, evaluator: &mut Evaluator) -> Result<bool> {
        if all_hold(&self.subscript, evaluator, StepPart::holds)? {
            return Ok(!self.angle);
        }
        for alternative in &self.alternatives {
            if all_hold(alternative, evaluator, StepPart::holds)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn all_hold<T>(
    parts: &[T],
    evaluator: &mut Evaluator,
    holds: impl Fn(&T, &mut Evaluator) -> Result<bool>,
) -> Result<bool> {
    for part in parts {
        if !holds(part, evaluator)? {
            return Ok(false);
        }
    }
    Ok(true)
}
