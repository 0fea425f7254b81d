//! Atoms: predicates of states and of steps. What says the same is one atom.

use std::rc::Rc;

use tla_syntax::resolved::{Expr, ExprKind, Level};
use tla_syntax::source::Span;

use super::formulas::Through;
use super::{StateTest, StepPart, StepTest, TemporalCompiler};
use crate::code::{Code, Enabled, Op, Routine, VariableIndex};
use crate::compile::environment::Env;
use crate::compile::{Compiled, Compiler, Mode};
use crate::value::Value;

#[derive(Default)]
pub(super) struct AtomTable<'p> {
    state_keys: Vec<StateKey<'p>>,
    step_keys: Vec<StepKey<'p>>,
    pub(super) states: Vec<StateTest>,
    pub(super) steps: Vec<StepTest>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum StateKind {
    Predicate,
    Enabled,
    Resting,
}

struct StateKey<'p> {
    kind: StateKind,
    expr: &'p Expr,
    /// Of ENABLED.
    subscript: Option<&'p Expr>,
    env: Env<'p>,
}

struct StepKey<'p> {
    angle: bool,
    /// Nothing for any step at all.
    action: Option<&'p Expr>,
    /// Nothing for all variables.
    subscript: Option<&'p Expr>,
    env: Env<'p>,
}

pub(super) struct Atoms {
    pub(super) states: Vec<StateTest>,
    pub(super) steps: Vec<StepTest>,
}

impl AtomTable<'_> {
    pub(super) fn finish(self) -> Atoms {
        Atoms { states: self.states, steps: self.steps }
    }
}

impl<'p> TemporalCompiler<'_, 'p> {
    pub(super) fn state_atom(&mut self, expr: &'p Expr, env: &Env<'p>) -> Compiled<usize> {
        let key = StateKey { kind: StateKind::Predicate, expr, subscript: None, env: env.clone() };
        self.state_atom_of(key, |building| {
            let routine = building.compiler.entry_in("property", expr, env, Mode::STEP)?;
            Ok(StateTest::Predicate(routine))
        })
    }

    /// `ENABLED <<action>>_subscript`
    pub(super) fn enabled_atom(&mut self, action: &'p Expr, subscript: &'p Expr, env: &Env<'p>) -> Compiled<usize> {
        let key = StateKey { kind: StateKind::Enabled, expr: action, subscript: Some(subscript), env: env.clone() };
        self.state_atom_of(key, |building| {
            let routine = building.compiler.enabled_entry(action, subscript, env)?;
            Ok(StateTest::Predicate(routine))
        })
    }

    /// The states in which a step that stutters is one of the action.
    pub(super) fn resting_atom(&mut self, action: &'p Expr, env: &Env<'p>) -> Compiled<usize> {
        let key = StateKey { kind: StateKind::Resting, expr: action, subscript: None, env: env.clone() };
        self.state_atom_of(key, |building| {
            Ok(StateTest::OfStuttering(building.compiler.entry_in("property", action, env, Mode::STEP)?))
        })
    }

    fn state_atom_of(
        &mut self,
        key: StateKey<'p>,
        build: impl FnOnce(&mut Self) -> Compiled<StateTest>,
    ) -> Compiled<usize> {
        let known = self.atoms.state_keys.iter().position(|known| {
            known.kind == key.kind
                && self.are_same((known.expr, &known.env), (key.expr, &key.env))
                && self.are_both_same((known.subscript, &known.env), (key.subscript, &key.env))
        });
        if let Some(index) = known {
            return Ok(index);
        }
        let test = build(self)?;
        self.atoms.state_keys.push(key);
        self.atoms.states.push(test);
        Ok(self.atoms.states.len() - 1)
    }

    /// `[action]_subscript`, or `<<action>>_subscript` where `angle` says so.
    pub(super) fn step_atom(
        &mut self,
        action: &'p Expr,
        subscript: &'p Expr,
        env: &Env<'p>,
        angle: bool,
    ) -> Compiled<usize> {
        let key = StepKey { angle, action: Some(action), subscript: Some(subscript), env: env.clone() };
        self.step_atom_of(key, |building| building.step_test(action, subscript, env, angle))
    }

    /// The steps of the action that change some variable.
    pub(super) fn moving_atom(&mut self, action: &'p Expr, env: &Env<'p>) -> Compiled<usize> {
        let key = StepKey { angle: true, action: Some(action), subscript: None, env: env.clone() };
        self.step_atom_of(key, |building| {
            let alternatives = building.alternatives(action, env)?;
            Ok(StepTest { subscript: building.all_variables(), alternatives, guard: Box::default(), angle: true })
        })
    }

    /// The steps that change some variable.
    pub(super) fn any_move_atom(&mut self, span: Span) -> Compiled<usize> {
        let key = StepKey { angle: true, action: None, subscript: None, env: Env::default() };
        self.step_atom_of(key, |building| {
            let (subscript, alternatives) = (building.all_variables(), anything(span));
            Ok(StepTest { subscript, alternatives, guard: Box::default(), angle: true })
        })
    }

    fn all_variables(&self) -> Box<[StepPart]> {
        (0..self.compiler.program.variables.len()).map(|index| StepPart::Unchanged(index as VariableIndex)).collect()
    }

    fn step_atom_of(
        &mut self,
        key: StepKey<'p>,
        build: impl FnOnce(&mut Self) -> Compiled<StepTest>,
    ) -> Compiled<usize> {
        let known = self.atoms.step_keys.iter().position(|known| {
            known.angle == key.angle
                && self.are_both_same((known.action, &known.env), (key.action, &key.env))
                && self.are_both_same((known.subscript, &known.env), (key.subscript, &key.env))
        });
        if let Some(index) = known {
            return Ok(index);
        }
        let test = build(self)?;
        self.atoms.step_keys.push(key);
        self.atoms.steps.push(test);
        Ok(self.atoms.steps.len() - 1)
    }

    pub(super) fn step_test(
        &mut self,
        action: &'p Expr,
        subscript: &'p Expr,
        env: &Env<'p>,
        angle: bool,
    ) -> Compiled<StepTest> {
        let mut parts = Vec::new();
        self.unchanged_parts(subscript, env, &mut parts)?;
        let subscript = parts.into();
        if self.is_next_relation(action, env)? {
            let alternatives = anything(action.span);
            return Ok(StepTest { subscript, alternatives, guard: Box::default(), angle });
        }
        let mut guard = Vec::new();
        if angle {
            self.leading_guards(action, env, &mut guard)?;
        }
        let alternatives = self.alternatives(action, env)?;
        Ok(StepTest { subscript, alternatives, guard: guard.into(), angle })
    }

    /// Appends the conjuncts about the first state of a step that come before all others. Returns whether there were no
    /// others.
    fn leading_guards(&mut self, action: &'p Expr, env: &Env<'p>, guard: &mut Vec<Rc<Routine>>) -> Compiled<bool> {
        if self.level(action, env) <= Level::State {
            guard.push(self.compiler.entry_in("guard", action, env, Mode::STEP)?);
            return Ok(true);
        }
        if let ExprKind::Conjunction(items) = &action.kind {
            for item in items {
                if !self.leading_guards(item, env, guard)? {
                    break;
                }
            }
            return Ok(false);
        }
        match self.through(action, env)? {
            Through::Expr(inner, env) => self.leading_guards(inner, &env, guard),
            _ => Ok(false),
        }
    }

    /// Appends that each part of the expression is unchanged.
    pub(super) fn unchanged_parts(&mut self, expr: &'p Expr, env: &Env<'p>, parts: &mut Vec<StepPart>) -> Compiled<()> {
        if let Some(variable) = self.compiler.variable_named(expr, env) {
            parts.push(StepPart::Unchanged(variable));
            return Ok(());
        }
        if let ExprKind::Tuple(items) = &expr.kind {
            return items.iter().try_for_each(|item| self.unchanged_parts(item, env, parts));
        }
        match self.through(expr, env)? {
            Through::Expr(inner, env) => self.unchanged_parts(inner, &env, parts),
            _ => {
                parts.push(StepPart::Holds(self.compiler.unchanged_entry(expr, env)?));
                Ok(())
            }
        }
    }
}

/// One alternative, which says TRUE.
fn anything(span: Span) -> Box<[Box<[StepPart]>]> {
    let routine = Routine::named("step");
    let body = Code { op: Op::Constant(Value::Bool(true)), span };
    let fresh =
        routine.body.set(body).is_ok() && routine.frame.set(0).is_ok() && routine.parameters.set([].into()).is_ok();
    debug_assert!(fresh, "the routine was just made");
    Box::new([Box::new([StepPart::Holds(routine)])])
}

impl<'p> Compiler<'p> {
    /// `e' = e` as an entry point.
    fn unchanged_entry(&mut self, expr: &'p Expr, env: &Env<'p>) -> Compiled<Rc<Routine>> {
        let routine = Routine::named("subscript");
        self.finish_routine(&routine, Mode::STEP, |compiler| {
            Ok((compiler.unchanged(expr, env, expr.span)?, Box::default()))
        })?;
        Ok(routine)
    }

    /// `ENABLED <<action>>_subscript` as an entry point.
    fn enabled_entry(&mut self, action: &'p Expr, subscript: &'p Expr, env: &Env<'p>) -> Compiled<Rc<Routine>> {
        let routine = Routine::named("ENABLED");
        self.finish_routine(&routine, Mode::STEP, |compiler| {
            let (chosen, changed, stand_ins) = compiler
                .searched(|compiler| Ok((compiler.action(action, env)?, Some(compiler.changed(subscript, env)?))))?;
            let enabled = Enabled { action: chosen, primed: false, changed, stand_ins };
            Ok((Code { op: Op::Enabled(Box::new(enabled)), span: action.span }, Box::default()))
        })?;
        Ok(routine)
    }
}
