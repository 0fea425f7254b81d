//! Applications: inlined definitions, natives, recursive routines, operators as arguments.

use std::rc::Rc;

use tla_syntax::resolved::{
    Argument, Definition, DefinitionId, Expr, ExprKind, Level, LocalId, OperatorArgument, Parameter,
};
use tla_syntax::source::Span;

use super::analysis::Usage;
use super::environment::{Binding, Env, Key, OperatorSource, Source};
use super::expression::builtin_op;
use super::frame::forgetting;
use super::{strictness, Compiled, Compiler};
use crate::code::{Arithmetic, Capture, Code, Comparison, LambdaKind, Measure, Op, Routine, SlotIndex};
use crate::native;
use crate::value::Value;

impl<'p> Compiler<'p> {
    /// A definition applied to arguments.
    pub(super) fn apply(
        &mut self,
        id: DefinitionId,
        arguments: &'p [Argument],
        env: &Env<'p>,
        span: Span,
    ) -> Compiled<Code> {
        let id = self.model.replaced.get(&id).copied().unwrap_or(id);
        let code = |op| Code { op, span };
        if let Some(value) = self.model.replaced_by_value.get(&id) {
            return Ok(code(Op::Constant(Value::from_config(value))));
        }
        let definition = &self.program.definitions[id.index()];
        if definition.inner {
            if let Some(op) = self.apply_inner(id, definition, arguments, env, span)? {
                return Ok(code(op));
            }
        } else if let Some(native) = self.native(definition) {
            let mut codes = self.argument_codes(&definition.parameters, arguments, env)?;
            let module = &self.program.modules[definition.module as usize].name;
            if let Some(index) = native::unevaluated(module, &definition.name) {
                codes[index] = self.suspended(&arguments[index], env, span)?;
            }
            return Ok(code(self.native_op(definition, native, codes)));
        } else if definition.recursive {
            let routine = self.routine(id)?;
            return Ok(code(self.call(id, routine, &[], arguments, env)?));
        } else if definition.parameters.is_empty() && definition.level == Level::Constant {
            if let Some(global) = self.global(id)? {
                return Ok(code(global));
            }
        }
        let base = if definition.inner { env.clone() } else { Env::default() };
        let mut usage = self.analysis.usage(id).iter().copied().collect::<Vec<_>>().into_iter();
        let (inner, slots) = self.bind_arguments(&definition.parameters, arguments, env, base, &mut usage)?;
        self.depth += 1;
        let body = self.code(&definition.body, &inner);
        self.depth -= 1;
        Ok(code(forgetting(slots, body?)))
    }

    /// A definition of a LET: in a slot, a routine, or to be inlined (`None`).
    fn apply_inner(
        &mut self,
        id: DefinitionId,
        definition: &'p Definition,
        arguments: &'p [Argument],
        env: &Env<'p>,
        span: Span,
    ) -> Compiled<Option<Op>> {
        match env.get(Key::Definition(id)).cloned() {
            Some(Binding::Inline) | None if definition.parameters.is_empty() && !arguments.is_empty() => {
                self.unsupported(span, "a definition without parameters is applied")
            }
            Some(Binding::Inline) | None => Ok(None),
            Some(Binding::Routine { routine, needs, mode }) => {
                if mode.primed != self.mode.primed && definition.level > Level::Constant {
                    return self.unsupported(
                        span,
                        "a recursive operator of a LET is used in the current and in the next state: define it outside",
                    );
                }
                self.call(id, routine, &needs, arguments, env).map(Some)
            }
            Some(_) => self.bound(Key::Definition(id), env, span).map(Some),
        }
    }

    /// A definition without parameters whose body stands for itself, so that its form may be looked at.
    pub(super) fn inlined_alone(&self, id: DefinitionId) -> Option<&'p Definition> {
        let id = self.model.replaced.get(&id).copied().unwrap_or(id);
        let definition = &self.program.definitions[id.index()];
        let plain = definition.parameters.is_empty()
            && !definition.inner
            && !definition.recursive
            && definition.level != Level::Constant
            && !self.model.replaced_by_value.contains_key(&id)
            && self.native(definition).is_none();
        plain.then_some(definition)
    }

    pub(super) fn native(&self, definition: &Definition) -> Option<native::Native> {
        let module = &self.program.modules[definition.module as usize];
        native::find(&module.name, &definition.name, definition.parameters.len(), module.standard)
    }

    fn native_op(&mut self, definition: &Definition, native: native::Native, mut codes: Vec<Code>) -> Op {
        let module = &*self.program.modules[definition.module as usize].name;
        match native::reads(module, &definition.name) {
            native::Reads::Arguments => {}
            native::Reads::Chance => {
                self.reads.chance = true;
                self.mentioned = super::Mentioned::ALL;
            }
            native::Reads::Run => {
                self.reads.state = true;
                self.mentioned = super::Mentioned::ALL;
            }
        }
        if matches!(module, "Naturals" | "Integers" | "Reals") {
            return integer_op(&definition.name, native, codes);
        }
        let measure = match (module, &*definition.name) {
            ("Sequences", "Len") => Some(Measure::Length),
            ("Sequences", "Head") => Some(Measure::Head),
            ("FiniteSets", "Cardinality") => Some(Measure::Cardinality),
            _ => None,
        };
        match (measure, codes.pop()) {
            (Some(measure), Some(argument)) => Op::Measure(measure, Box::new((native, argument))),
            (_, last) => {
                codes.extend(last);
                Op::Native { function: native, arguments: codes.into() }
            }
        }
    }

    /// Arguments for natives: values as they are, operators as closures.
    fn argument_codes(
        &mut self,
        parameters: &'p [Parameter],
        arguments: &'p [Argument],
        env: &Env<'p>,
    ) -> Compiled<Vec<Code>> {
        let each = arguments.iter().zip(parameters);
        each.map(|(argument, parameter)| match argument {
            Argument::Value(value) => self.code(value, env),
            Argument::Operator(operator) => self.operator_closure(operator, parameter.arity, env),
        })
        .collect()
    }

    /// An argument that a native may evaluate or not: an operator without parameters.
    fn suspended(&mut self, argument: &'p Argument, env: &Env<'p>, span: Span) -> Compiled<Code> {
        let Argument::Value(value) = argument else {
            return self.unsupported(span, "an operator stands where a value is expected");
        };
        let lambda = self.lambda(|compiler| {
            compiler.depth += 1;
            let body = compiler.code(value, env);
            compiler.depth -= 1;
            Ok((LambdaKind::Operator, Box::default(), body?))
        })?;
        Ok(Code { op: Op::Closure(lambda), span })
    }

    /// A constant definition: computed once for the whole model. `None` where it only looks constant, because it asks
    /// for something like the number of states so far.
    fn global(&mut self, id: DefinitionId) -> Compiled<Option<Op>> {
        if let Some(global) = self.globals.get(&id) {
            return Ok(global.as_ref().map(|(index, routine)| Op::Global { index: *index, routine: routine.clone() }));
        }
        let definition = &self.program.definitions[id.index()];
        let routine = Routine::named(&definition.name);
        let index = self.globals.len();
        self.globals.insert(id, Some((index, routine.clone())));
        let mode = super::Mode::STEP;
        let reads = self.finish_routine(&routine, mode, |compiler| {
            Ok((compiler.lazily(&definition.body, &Env::default())?, Box::default()))
        })?;
        if reads.state {
            self.globals.insert(id, None);
            return Ok(None);
        }
        Ok(Some(Op::Global { index, routine }))
    }

    /// The routine of a recursive definition at the top level, one for each way of reading variables.
    fn routine(&mut self, id: DefinitionId) -> Compiled<Rc<Routine>> {
        let definition = &self.program.definitions[id.index()];
        let key = (id, self.mode.primed && definition.level > Level::Constant);
        if let Some(routine) = self.routines.get(&key) {
            return Ok(routine.clone());
        }
        let routine = Routine::named(&definition.name);
        self.routines.insert(key, routine.clone());
        let mode = super::Mode { primed: key.1, choosing: self.mode.choosing, initial: false };
        self.finish_routine(&routine, mode, |compiler| compiler.routine_body(definition, &[], Env::default()))?;
        Ok(routine)
    }

    /// Parameters are the keys of `needs`, then those of the definition.
    fn routine_body(
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

    fn call(
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
        let captures = needs.iter().map(|&key| self.capture(key, env, definition.span)).collect::<Compiled<_>>()?;
        let strict = strictness::strict_parameters(self.program, id);
        let mut codes = Vec::new();
        for ((argument, parameter), strict) in arguments.iter().zip(&definition.parameters).zip(strict) {
            codes.push(match argument {
                Argument::Value(value) if strict || is_trivial(value) => self.lazily(value, env)?,
                Argument::Value(value) => Code { op: Op::Closure(self.thunk(value, env)?), span: value.span },
                Argument::Operator(operator) => self.operator_closure(operator, parameter.arity, env)?,
            });
        }
        Ok(Op::Call { routine, captures, arguments: codes.into() })
    }

    /// A name of the surroundings, passed to a routine as it is: a lazy value that has not been needed yet stays lazy.
    fn capture(&mut self, key: Key, env: &Env<'p>, span: Span) -> Compiled<Capture> {
        match env.get(key).cloned() {
            Some(Binding::Slot(place) | Binding::Closure(place)) => {
                Ok(Capture { from: self.reach(place, None)?, to: 0, lazy: None })
            }
            Some(Binding::Lazy { place, lazy, source }) => {
                let here = place.frame + 1 == self.frames.len();
                if here {
                    self.ensure_thunk(place.frame, &lazy, &source)?;
                }
                let from = self.reach(place, Some((&lazy, &source)))?;
                Ok(Capture { from, to: 0, lazy: here.then_some(lazy) })
            }
            _ => self.unsupported(span, "a recursive operator of a LET uses a name that cannot be passed to it"),
        }
    }

    /// Binds LET definitions in order. Returns the slots that must be forgotten on entry. Each definition is a binder of
    /// its own, since the next may use it: the depth stays raised for the body, and the caller lowers it again.
    pub(super) fn bind_definitions(
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
        for &id in definitions {
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

    /// What a recursive LET definition needs that is in a slot; constants and substituted names it can reach anyway.
    fn routine_needs(&mut self, id: DefinitionId, env: &Env<'p>) -> Rc<[Key]> {
        let needs = self.analysis.needs(id);
        let in_slot = |key: &&Key| match env.get(**key) {
            // A definition of the same LET that follows.
            None => true,
            Some(binding) => matches!(binding, Binding::Slot(_) | Binding::Closure(_) | Binding::Lazy { .. }),
        };
        needs.iter().filter(in_slot).copied().collect()
    }

    fn finish_inner_routine(&mut self, id: DefinitionId, env: &Env<'p>) -> Compiled<()> {
        let Some(Binding::Routine { routine, needs, .. }) = env.get(Key::Definition(id)).cloned() else {
            return Ok(());
        };
        let definition = &self.program.definitions[id.index()];
        let reads = self
            .finish_routine(&routine, self.mode, |compiler| compiler.routine_body(definition, &needs, env.clone()))?;
        self.reads.state |= reads.state;
        self.reads.primed |= reads.primed;
        Ok(())
    }

    /// Binds parameters to arguments: away where an argument is trivial or used at most once, else in lazy slots.
    pub(super) fn bind_arguments(
        &mut self,
        parameters: &'p [Parameter],
        arguments: &'p [Argument],
        env: &Env<'p>,
        mut inner: Env<'p>,
        usage: &mut dyn Iterator<Item = Usage>,
    ) -> Compiled<(Env<'p>, Vec<SlotIndex>)> {
        let mut slots = Vec::new();
        for (parameter, argument) in parameters.iter().zip(arguments) {
            let used = usage.next().unwrap_or(Usage::Often);
            let key = Key::Local(parameter.local);
            match argument {
                Argument::Operator(OperatorArgument::Local(local)) => {
                    let Some(binding) = env.get(Key::Local(*local)).cloned() else {
                        return self
                            .unsupported(self.program.definitions[0].span, "an operator is used before it is bound");
                    };
                    inner = inner.with(key, binding);
                }
                Argument::Operator(argument) => {
                    inner = inner.with(key, Binding::Operator(OperatorSource { argument, env: env.clone() }));
                }
                Argument::Value(value) => {
                    if let Some(alias) = self.alias(value, env) {
                        inner = inner.with(key, alias);
                        continue;
                    }
                    let source = Source { expr: value, env: env.clone(), mode: self.mode };
                    if used != Usage::Often || is_trivial(value) {
                        inner = inner.with(key, Binding::Substitute(source));
                        continue;
                    }
                    let (next, slot) = self.bind_lazily(key, source, &inner)?;
                    inner = next;
                    slots.extend(slot);
                }
            }
        }
        Ok((inner, slots))
    }

    /// An argument that is itself a name in a slot is the same slot.
    fn alias(&self, value: &'p Expr, env: &Env<'p>) -> Option<Binding<'p>> {
        let key = match &value.kind {
            ExprKind::Local(local) => Key::Local(*local),
            ExprKind::Apply { definition, arguments } if arguments.is_empty() => Key::Definition(*definition),
            _ => return None,
        };
        match env.get(key)? {
            binding @ (Binding::Slot(_) | Binding::Lazy { .. } | Binding::Constant(_)) => Some(binding.clone()),
            binding @ Binding::Substitute(source) if is_trivial(source.expr) => Some(binding.clone()),
            _ => None,
        }
    }

    /// A parameter of arity > 0, applied.
    pub(super) fn apply_local(
        &mut self,
        operator: LocalId,
        arguments: &'p [Argument],
        env: &Env<'p>,
        span: Span,
    ) -> Compiled<Code> {
        match env.get(Key::Local(operator)).cloned() {
            Some(Binding::Operator(source)) => self.apply_operator(&source, arguments, env, span),
            Some(Binding::Closure(place)) => {
                let slot = self.reach(place, None)?;
                // The operator may read anything.
                self.reads.state = true;
                self.reads.primed = true;
                let operator = Box::new(Code { op: Op::Slot(slot), span });
                let codes = arguments
                    .iter()
                    .map(|argument| match argument {
                        Argument::Value(value) => self.code(value, env),
                        Argument::Operator(inner) => self.operator_closure(inner, 1, env),
                    })
                    .collect::<Compiled<_>>()?;
                Ok(Code { op: Op::CallClosure { operator, arguments: codes }, span })
            }
            _ => self.unsupported(span, "this operator parameter is used outside of where it is bound"),
        }
    }

    /// An operator known statically, applied: as if its body stood here.
    fn apply_operator(
        &mut self,
        source: &OperatorSource<'p>,
        arguments: &'p [Argument],
        env: &Env<'p>,
        span: Span,
    ) -> Compiled<Code> {
        match source.argument {
            OperatorArgument::Definition(id) => {
                let definition = &self.program.definitions[id.index()];
                if !definition.inner {
                    return self.apply(*id, arguments, env, span);
                }
                if let Some(Binding::Routine { routine, needs, .. }) = source.env.get(Key::Definition(*id)).cloned() {
                    let captures =
                        needs.iter().map(|&key| self.capture(key, &source.env, span)).collect::<Compiled<_>>()?;
                    let arguments = self.argument_codes(&definition.parameters, arguments, env)?.into();
                    self.reads.state = true;
                    return Ok(Code { op: Op::Call { routine, captures, arguments }, span });
                }
                self.inline_operator(&definition.parameters, &definition.body, source, arguments, env, span)
            }
            OperatorArgument::Lambda { parameters, body } => {
                self.inline_operator(parameters, body, source, arguments, env, span)
            }
            OperatorArgument::Constant(id) => {
                let definition = self.constant_operator(*id, span)?;
                self.apply(definition, arguments, env, span)
            }
            OperatorArgument::Local(local) => self.apply_local(*local, arguments, &source.env, span),
            OperatorArgument::Builtin(builtin) => {
                let mut codes = Vec::new();
                for argument in arguments {
                    if let Argument::Value(value) = argument {
                        codes.push(self.code(value, env)?);
                    }
                }
                Ok(Code { op: builtin_op(*builtin, codes), span })
            }
        }
    }

    fn inline_operator(
        &mut self,
        parameters: &'p [Parameter],
        body: &'p Expr,
        source: &OperatorSource<'p>,
        arguments: &'p [Argument],
        env: &Env<'p>,
        span: Span,
    ) -> Compiled<Code> {
        let usage: Vec<_> = parameters.iter().map(|parameter| self.analysis.usage_in(body, parameter.local)).collect();
        let (inner, slots) =
            self.bind_arguments(parameters, arguments, env, source.env.clone(), &mut usage.into_iter())?;
        self.depth += 1;
        let body = self.code(body, &inner);
        self.depth -= 1;
        Ok(Code { op: forgetting(slots, body?), span })
    }

    /// An operator as a closure, for natives and routines.
    fn operator_closure(&mut self, operator: &'p OperatorArgument, arity: usize, env: &Env<'p>) -> Compiled<Code> {
        let span = match operator {
            OperatorArgument::Lambda { body, .. } => body.span,
            OperatorArgument::Definition(id) => self.program.definitions[id.index()].span,
            _ => Span::new(tla_syntax::source::SourceId(0), 0, 0),
        };
        if let OperatorArgument::Local(local) = operator {
            match env.get(Key::Local(*local)).cloned() {
                Some(Binding::Operator(source)) => return self.operator_closure(source.argument, arity, &source.env),
                Some(Binding::Closure(place)) => {
                    let slot = self.reach(place, None)?;
                    return Ok(Code { op: Op::Slot(slot), span });
                }
                _ => return self.unsupported(span, "this operator parameter is used outside of where it is bound"),
            }
        }
        let lambda = self.lambda(|compiler| {
            compiler.depth += 1;
            let built = compiler.operator_body(operator, arity, env, span);
            compiler.depth -= 1;
            let (parameters, body) = built?;
            Ok((LambdaKind::Operator, parameters, body))
        })?;
        Ok(Code { op: Op::Closure(lambda), span })
    }

    fn operator_body(
        &mut self,
        operator: &'p OperatorArgument,
        arity: usize,
        env: &Env<'p>,
        span: Span,
    ) -> Compiled<(Box<[SlotIndex]>, Code)> {
        match operator {
            OperatorArgument::Lambda { parameters, body } => self.body_with_slots(parameters, body, env.clone()),
            OperatorArgument::Definition(id) => {
                let id = self.model.replaced.get(id).copied().unwrap_or(*id);
                let definition = &self.program.definitions[id.index()];
                if !definition.inner {
                    if let Some(native) = self.native(definition) {
                        let (slots, codes) = self.slot_codes(arity, span);
                        return Ok((slots, Code { op: self.native_op(definition, native, codes), span }));
                    }
                    if definition.recursive {
                        let routine = self.routine(id)?;
                        let (slots, codes) = self.slot_codes(arity, span);
                        self.reads.state = true;
                        let op = Op::Call { routine, captures: Box::default(), arguments: codes.into() };
                        return Ok((slots, Code { op, span }));
                    }
                    return self.body_with_slots(&definition.parameters, &definition.body, Env::default());
                }
                if let Some(Binding::Routine { routine, needs, .. }) = env.get(Key::Definition(id)).cloned() {
                    let captures = needs.iter().map(|&key| self.capture(key, env, span)).collect::<Compiled<_>>()?;
                    let (slots, codes) = self.slot_codes(arity, span);
                    self.reads.state = true;
                    return Ok((slots, Code { op: Op::Call { routine, captures, arguments: codes.into() }, span }));
                }
                self.body_with_slots(&definition.parameters, &definition.body, env.clone())
            }
            OperatorArgument::Constant(id) => {
                let definition = self.constant_operator(*id, span)?;
                let definition = &self.program.definitions[definition.index()];
                self.body_with_slots(&definition.parameters, &definition.body, Env::default())
            }
            OperatorArgument::Builtin(builtin) => {
                let (slots, codes) = self.slot_codes(arity, span);
                Ok((slots, Code { op: builtin_op(*builtin, codes), span }))
            }
            OperatorArgument::Local(_) => {
                self.unsupported(span, "an operator parameter is used outside of where it is bound")
            }
        }
    }

    fn slot_codes(&mut self, arity: usize, span: Span) -> (Box<[SlotIndex]>, Vec<Code>) {
        let slots: Box<[SlotIndex]> = (0..arity).map(|_| self.slot().slot).collect();
        let codes = slots.iter().map(|&slot| Code { op: Op::Slot(slot), span }).collect();
        // The slots are inside of the closure, but not below a binder that the depth would know of.
        self.reads.lowest = self.reads.lowest.min(self.depth.saturating_sub(1));
        (slots, codes)
    }

    fn body_with_slots(
        &mut self,
        parameters: &'p [Parameter],
        body: &'p Expr,
        mut env: Env<'p>,
    ) -> Compiled<(Box<[SlotIndex]>, Code)> {
        let mut slots = Vec::new();
        for parameter in parameters {
            let place = self.slot();
            slots.push(place.slot);
            let binding = if parameter.arity == 0 { Binding::Slot(place) } else { Binding::Closure(place) };
            env = env.with(Key::Local(parameter.local), binding);
        }
        self.depth += 1;
        let code = self.code(body, &env);
        self.depth -= 1;
        Ok((slots.into(), code?))
    }
}

/// Evaluating it costs nothing and cannot fail.
pub(super) fn is_trivial(expr: &Expr) -> bool {
    matches!(
        expr.kind,
        ExprKind::Boolean(_)
            | ExprKind::Integer(_)
            | ExprKind::String(_)
            | ExprKind::Constant(_)
            | ExprKind::Variable(_)
    )
}

/// Integer operators without the detour through a native.
fn integer_op(name: &str, native: native::Native, codes: Vec<Code>) -> Op {
    let mut codes = codes;
    match (name, codes.len()) {
        ("-.", 1) => Op::Negate(Box::new(codes.remove(0))),
        (_, 2) => {
            let second = codes.remove(1);
            let pair = Box::new((codes.remove(0), second));
            match name {
                "+" => Op::Arithmetic(Arithmetic::Add, pair),
                "-" => Op::Arithmetic(Arithmetic::Subtract, pair),
                "*" => Op::Arithmetic(Arithmetic::Multiply, pair),
                "^" => Op::Arithmetic(Arithmetic::Power, pair),
                "\\div" => Op::Arithmetic(Arithmetic::Divide, pair),
                "%" => Op::Arithmetic(Arithmetic::Modulo, pair),
                "<" => Op::Compare(Comparison::Less, pair),
                "\\leq" => Op::Compare(Comparison::LessOrEqual, pair),
                ">" => Op::Compare(Comparison::Greater, pair),
                "\\geq" => Op::Compare(Comparison::GreaterOrEqual, pair),
                ".." => Op::Interval(pair),
                _ => Op::Native { function: native, arguments: Box::new([pair.0, pair.1]) },
            }
        }
        _ => Op::Native { function: native, arguments: codes.into() },
    }
}
