//! Recursive operators and the definitions of LETs.

use std::rc::Rc;

use tla_syntax::resolved::{Argument, Definition, DefinitionId, Expr, ExprKind, Level};
use tla_syntax::source::Span;

use super::apply::is_trivial;
use super::environment::{Binding, Env, Key, Source};
use super::folding::fold_of;
use super::{strictness, Compiled, Compiler};
use crate::code::{Capture, Code, Lazy, Op, Routine, SlotIndex};

impl<'p> Compiler<'p> {
    /// The routine of a recursive definition at the top level, one for each way of reading variables.
    pub(super) fn routine(&mut self, id: DefinitionId) -> Compiled<Rc<Routine>> {
        let definition = &self.program.definitions[id.index()];
        let key = (id, self.mode.primed && definition.level > Level::Constant);
        if let Some(routine) = self.routines.get(&key) {
            return Ok(routine.clone());
        }
        let routine = Routine::named(&definition.name);
        self.routines.insert(key, routine.clone());
        let mode = super::Mode { primed: key.1, choosing: self.mode.choosing, initial: false };
        self.finish_routine(&routine, mode, |compiler| compiler.routine_body(definition, &[], Env::default()))?;
        self.find_fold(&routine);
        Ok(routine)
    }

    fn find_fold(&self, routine: &Rc<Routine>) {
        if let (Some(fold), false) = (fold_of(routine), self.general) {
            let fresh = routine.fold.set(fold).is_ok();
            debug_assert!(fresh, "a routine is compiled once");
        }
    }

    /// Parameters are the keys of `needs`, then those of the definition.
    pub(super) fn routine_body(
        &mut self,
        definition: &'p Definition,
        needs: &[Key],
        mut env: Env<'p>,
    ) -> Compiled<(Code, Box<[SlotIndex]>)> {
        let mut slots = Vec::new();
        for &key in needs {
            let place = self.slot();
            slots.push(place.slot);
            env = env.with(key, Binding::Slot(place));
        }
        for parameter in &definition.parameters {
            let place = self.slot();
            slots.push(place.slot);
            let binding = if parameter.arity == 0 { Binding::Slot(place) } else { Binding::Closure(place) };
            env = env.with(Key::Local(parameter.local), binding);
        }
        self.depth += 1;
        let body = self.code(&definition.body, &env);
        self.depth -= 1;
        Ok((body?, slots.into()))
    }

    pub(super) fn call(
        &mut self,
        id: DefinitionId,
        routine: Rc<Routine>,
        needs: &[Key],
        arguments: &'p [Argument],
        env: &Env<'p>,
    ) -> Compiled<Op> {
        let definition = &self.program.definitions[id.index()];
        if definition.level > Level::Constant {
            self.reads.state = true;
            self.reads.primed |= self.mode.primed;
            self.mentioned = super::Mentioned::ALL;
        }
        let strict = strictness::strict_parameters(self.program, id);
        let mut codes = self.all_captured(needs, env, definition.span)?;
        for ((argument, parameter), strict) in arguments.iter().zip(&definition.parameters).zip(strict) {
            codes.push(match argument {
                Argument::Value(value) if strict || is_trivial(value) => self.lazily(value, env)?,
                Argument::Value(value) => match in_slot(value, env) {
                    Some(key) => self.captured(key, env, value.span)?,
                    None => self.suspended_argument(value, env)?,
                },
                Argument::Operator(operator) => self.operator_closure(operator, parameter.arity, env)?,
            });
        }
        Ok(Op::Call { routine, arguments: codes.into() })
    }

    /// An argument that is evaluated when it is first needed. Where no loop around changes it, it is so once for all.
    fn suspended_argument(&mut self, value: &'p Expr, env: &Env<'p>) -> Compiled<Code> {
        let (thunk, reads) = self.observed(|compiler| compiler.thunk(value, env))?;
        let op = match self.slot_outside(reads) {
            Some(from) => {
                let lazy = Lazy { code: Default::default(), thunk: thunk.into(), keep: true.into() };
                Op::Captured(Capture { from, to: 0, lazy: Some(Rc::new(lazy)) })
            }
            None => Op::Closure(thunk),
        };
        Ok(Code { op, span: value.span })
    }

    /// A name of the surroundings, passed to a routine as it is: a lazy value that has not been needed yet stays lazy.
    pub(super) fn captured(&mut self, key: Key, env: &Env<'p>, span: Span) -> Compiled<Code> {
        let op = match env.get(key).cloned() {
            Some(Binding::Slot(place) | Binding::Closure(place)) => {
                Op::Captured(Capture { from: self.reach(place, None)?, to: 0, lazy: None })
            }
            Some(Binding::Lazy { place, lazy, source }) => {
                let here = place.frame + 1 == self.frames.len();
                if here {
                    self.ensure_thunk(place.frame, &lazy, &source)?;
                }
                let from = self.reach(place, Some((&lazy, &source)))?;
                Op::Captured(Capture { from, to: 0, lazy: here.then_some(lazy) })
            }
            Some(Binding::Constant(constant)) => constant.op(),
            Some(Binding::Substitute(source)) => Op::Closure(self.thunk(source.expr, &source.env)?),
            _ => {
                return self.unsupported(span, "a recursive operator of a LET uses a name that cannot be passed to it")
            }
        };
        Ok(Code { op, span })
    }

    pub(super) fn all_captured(&mut self, needs: &[Key], env: &Env<'p>, span: Span) -> Compiled<Vec<Code>> {
        needs.iter().map(|&key| self.captured(key, env, span)).collect()
    }

    /// Compiles the body of a LET. Returns the slots to forget on entry.
    pub(super) fn with_definitions<T>(
        &mut self,
        definitions: &'p [DefinitionId],
        env: &Env<'p>,
        build: impl FnOnce(&mut Self, &Env<'p>) -> Compiled<T>,
    ) -> Compiled<(T, Vec<SlotIndex>)> {
        let depth = self.depth;
        let (inner, slots) = self.bind_definitions(definitions, env)?;
        self.depth += 1;
        let body = build(self, &inner);
        self.depth = depth;
        Ok((body?, slots))
    }

    /// Binds LET definitions in order. Returns the slots that must be forgotten on entry. Each definition is a binder of
    /// its own, since the next may use it: the depth stays raised for the body, and the caller lowers it again.
    fn bind_definitions(
        &mut self,
        definitions: &'p [DefinitionId],
        env: &Env<'p>,
    ) -> Compiled<(Env<'p>, Vec<SlotIndex>)> {
        let mut inner = env.clone();
        let mut slots = Vec::new();
        let recursive: Vec<_> =
            definitions.iter().filter(|id| self.program.definitions[id.index()].recursive).collect();
        for &&id in &recursive {
            let routine = Routine::named(&self.program.definitions[id.index()].name);
            let needs = self.routine_needs(id, &inner);
            inner = inner.with(Key::Definition(id), Binding::Routine { routine, needs, mode: self.mode });
        }
        for id in self.in_order_of_use(definitions) {
            let definition = &self.program.definitions[id.index()];
            if definition.recursive {
                continue;
            }
            if !definition.parameters.is_empty() {
                inner = inner.with(Key::Definition(id), Binding::Inline);
                continue;
            }
            let source = Source { expr: &definition.body, env: inner.clone(), mode: self.mode };
            let (next, slot) = self.bind_lazily(Key::Definition(id), source, &inner)?;
            self.depth += 1;
            inner = next;
            slots.extend(slot);
        }
        for &&id in &recursive {
            self.finish_inner_routine(id, &inner)?;
        }
        Ok((inner, slots))
    }

    /// The definitions of a LET, each after those whose values it needs: copies made by an INSTANCE come last in the text's
    /// order.
    fn in_order_of_use(&mut self, definitions: &[DefinitionId]) -> Vec<DefinitionId> {
        let mut ordered = Vec::with_capacity(definitions.len());
        let mut pending: Vec<_> = definitions.iter().rev().map(|&id| (id, false)).collect();
        let mut seen = Vec::new();
        while let Some((id, entered)) = pending.pop() {
            if entered {
                ordered.push(id);
                continue;
            }
            if seen.contains(&id) {
                continue;
            }
            seen.push(id);
            pending.push((id, true));
            for key in self.analysis.needs(id).iter() {
                match key {
                    Key::Definition(other) if definitions.contains(other) => pending.push((*other, false)),
                    _ => {}
                }
            }
        }
        ordered
    }

    /// What a recursive LET definition needs that is in a slot; constants and substituted names it can reach anyway.
    pub(super) fn routine_needs(&mut self, id: DefinitionId, env: &Env<'p>) -> Rc<[Key]> {
        let needs = self.analysis.needs(id);
        let in_slot = |key: &&Key| match env.get(**key) {
            // A definition of the same LET that follows.
            None => true,
            Some(binding) => matches!(binding, Binding::Slot(_) | Binding::Closure(_) | Binding::Lazy { .. }),
        };
        needs.iter().filter(in_slot).copied().collect()
    }

    pub(super) fn finish_inner_routine(&mut self, id: DefinitionId, env: &Env<'p>) -> Compiled<()> {
        let Some(Binding::Routine { routine, needs, .. }) = env.get(Key::Definition(id)).cloned() else {
            return Ok(());
        };
        let definition = &self.program.definitions[id.index()];
        let reads = self
            .finish_routine(&routine, self.mode, |compiler| compiler.routine_body(definition, &needs, env.clone()))?;
        self.find_fold(&routine);
        self.reads.state |= reads.state;
        self.reads.primed |= reads.primed;
        Ok(())
    }
}

/// A name that stands in a slot: it is passed on as it is, evaluated or not.
fn in_slot(value: &Expr, env: &Env<'_>) -> Option<Key> {
    let ExprKind::Local(local) = value.kind else { return None };
    let key = Key::Local(local);
    matches!(env.get(key), Some(Binding::Slot(_) | Binding::Lazy { .. })).then_some(key)
}
