//! What temporal properties need of a state and of a step.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use tla_check::temporal::Atoms;
use tla_syntax::resolved::DefinitionId;
use tla_syntax::source::Span;

use super::candidate::Found;
use super::step_tests::RememberingStep;
use crate::code::Routine;
use crate::compile::temporal::{OnTheFlyTest, StateTest, TemporalCode};
use crate::compile::Compiled;
use crate::error::Result;
use crate::evaluate::recall::{Recall, Shares};
use crate::evaluate::{Evaluator, Reading};
use crate::value::Value;

/// A conjunct of a property that is decided while states are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conjunct {
    pub property: DefinitionId,
    pub kind: ConjunctKind,
    /// Of the predicate under `[]`.
    pub predicate: Option<Span>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConjunctKind {
    /// `[]P`, which TLC checks as an invariant.
    Invariant,
    /// `[]P` under a quantifier.
    Always,
    /// `P`, of initial states.
    Initially,
    /// `[][A]_v`
    Steps,
}

/// The tests of temporal properties, compiled for one thread.
#[derive(Default)]
pub(super) struct TemporalTests {
    states: Vec<Remembering>,
    steps: Vec<RememberingStep>,
    /// In the order of their indices, after all invariants.
    decided: Vec<Decided>,
    /// Tells states apart whose steps are made.
    state: Cell<u64>,
}

enum Decided {
    Initially(Rc<Routine>),
    Steps(RememberingStep),
}

/// A test, and what it said of values that it read.
struct Remembering {
    test: StateTest,
    known: RefCell<Recall>,
}

/// The conjuncts that are decided on the fly, in the order of their indices: those that are invariants, then the others.
pub(super) fn conjuncts(code: &TemporalCode<'_>) -> Vec<Conjunct> {
    let kind = |test: &OnTheFlyTest<'_>| match test {
        OnTheFlyTest::Always { plain: true, .. } => ConjunctKind::Invariant,
        OnTheFlyTest::Always { plain: false, .. } => ConjunctKind::Always,
        OnTheFlyTest::Initially(_) => ConjunctKind::Initially,
        OnTheFlyTest::Steps(_) => ConjunctKind::Steps,
    };
    let predicate = |test: &OnTheFlyTest<'_>| match test {
        OnTheFlyTest::Always { predicate, .. } => Some(predicate.span),
        _ => None,
    };
    let all = code.on_the_fly.iter().map(|part| Conjunct {
        property: part.property,
        kind: kind(&part.test),
        predicate: predicate(&part.test),
    });
    let (mut first, then): (Vec<_>, Vec<_>) =
        all.partition(|conjunct| matches!(conjunct.kind, ConjunctKind::Invariant | ConjunctKind::Always));
    first.extend(then);
    first
}

impl TemporalTests {
    /// Takes everything but the invariants, which are given to `invariant`.
    pub(super) fn of<'p>(
        code: TemporalCode<'p>,
        mut invariant: impl FnMut(&'p tla_syntax::resolved::Expr, &crate::compile::Env<'p>) -> Compiled<()>,
    ) -> Compiled<Self> {
        let mut decided = Vec::new();
        for part in code.on_the_fly {
            match part.test {
                OnTheFlyTest::Always { predicate, env, .. } => invariant(predicate, &env)?,
                OnTheFlyTest::Initially(routine) => decided.push(Decided::Initially(routine)),
                OnTheFlyTest::Steps(test) => decided.push(Decided::Steps(RememberingStep::new(test))),
            }
        }
        let remembering = |test| Remembering { test, known: RefCell::default() };
        let states = code.state_tests.into_iter().map(remembering).collect();
        let steps = code.step_tests.into_iter().map(RememberingStep::new).collect();
        Ok(Self { states, steps, decided, state: Cell::new(0) })
    }

    /// To be called before the steps of another state are made.
    pub(super) fn at_next_state(&self) {
        self.state.set(self.state.get() + 1);
    }

    /// The index of the first conjunct that the candidate violates.
    pub(super) fn violated(&self, found: &mut Found<'_>) -> Result<Option<usize>> {
        if self.decided.is_empty() {
            return Ok(None);
        }
        let changed = found.differing();
        for (index, decided) in self.decided.iter().enumerate() {
            let outer = found.enter_invariant(found.entries.invariants.len() + index);
            let holds = match decided {
                Decided::Initially(routine) => !found.initial || found.evaluator().test_routine(routine)?,
                Decided::Steps(step) => found.initial || step.holds(found, changed, self.state.get())?,
            };
            found.evaluator.end_activity(outer);
            if !holds {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    /// Sets the atoms that are true of the step to the candidate.
    pub(super) fn step_atoms(&self, found: &mut Found<'_>, into: &mut Atoms) -> Result<()> {
        let changed = found.differing();
        for (index, step) in self.steps.iter().enumerate() {
            if step.holds(found, changed, self.state.get())? {
                into.set(index);
            }
        }
        Ok(())
    }

    /// Sets the atoms that are true of the state loaded last. There must be no next state.
    pub(super) fn state_atoms(&self, evaluator: &mut Evaluator, recalls: bool, into: &mut Atoms) -> Result<()> {
        for (index, state) in self.states.iter().enumerate() {
            if state.holds(evaluator, recalls)? {
                into.set(index);
            }
        }
        Ok(())
    }

    fn memories(&self) -> impl Iterator<Item = &RefCell<Recall>> {
        let decided = self.decided.iter().filter_map(|decided| match decided {
            Decided::Steps(step) => Some(step),
            Decided::Initially(_) => None,
        });
        let steps = self.steps.iter().chain(decided).flat_map(RememberingStep::memories);
        self.states.iter().map(|state| &state.known).chain(steps)
    }

    pub(super) fn forget(&self) {
        self.memories().for_each(|known| known.borrow_mut().forget());
    }

    /// The memory that is taken by what is remembered.
    pub(super) fn bytes(&self) -> usize {
        self.memories().map(|known| known.borrow().bytes()).sum()
    }
}

impl Remembering {
    fn holds(&self, evaluator: &mut Evaluator, recalls: bool) -> Result<bool> {
        if !recalls {
            return self.test.holds(evaluator);
        }
        let known = self.known.borrow_mut().find(Shares { current: &evaluator.states.shares, next: &[] });
        if let Some(answer) = known {
            return Ok(answer == TRUE);
        }
        evaluator.take_reading();
        let holds = self.test.holds(evaluator)?;
        let reading = evaluator.take_reading();
        // Of a step that stutters the next values are the current ones; others that ENABLED chooses follow from those.
        let current = match self.test {
            StateTest::OfStuttering(_) => reading.current | reading.next,
            StateTest::Predicate(_) => reading.current,
        };
        let shares = Shares { current: &evaluator.states.shares, next: &[] };
        self.known.borrow_mut().keep(Reading { current, next: 0, ..reading }, shares, u32::from(holds));
        Ok(holds)
    }
}

/// The answer that a test holds.
pub(super) const TRUE: u32 = 1;

impl StateTest {
    fn holds(&self, evaluator: &mut Evaluator) -> Result<bool> {
        match self {
            Self::Predicate(routine) => evaluator.test_routine(routine),
            Self::OfStuttering(routine) => {
                evaluator.next.clone_from(&evaluator.current);
                let holds = evaluator.test_routine(routine);
                evaluator.next.fill(Value::Unset);
                holds
            }
        }
    }
}
