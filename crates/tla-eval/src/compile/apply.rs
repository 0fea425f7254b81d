//! Applications: inlined definitions, natives, recursive routines, operators as arguments.

use tla_syntax::resolved::{Argument, Definition, DefinitionId, Expr, ExprKind, Level, OperatorArgument, Parameter};
use tla_syntax::source::Span;

use super::analysis::Usage;
use super::environment::{Binding, Env, Key, OperatorSource, Source};
use super::frame::forgetting;
use super::{Compiled, Compiler};
use crate::code::{Arithmetic, Code, Comparison, LambdaKind, Measure, Op, Routine, SlotIndex};
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

    pub(super) fn native_op(&mut self, definition: &Definition, native: native::Native, mut codes: Vec<Code>) -> Op {
        let module = &*self.program.modules[definition.module as usize].name;
        match native::reads(module, &definition.name) {
            native::Reads::Arguments => {}
            native::Reads::Chance => {
                self.volatile = true;
                self.reads.chance = true;
                self.mentioned = super::Mentioned::ALL;
            }
            native::Reads::Run => {
                self.volatile = true;
                self.reads.state = true;
                self.reads.run = true;
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
        let measure = measure.filter(|_| !self.general);
        match (measure, codes.pop()) {
            (Some(measure), Some(argument)) => Op::Measure(measure, Box::new((native, argument))),
            (_, last) => {
                codes.extend(last);
                Op::Native { function: native, arguments: codes.into() }
            }
        }
    }

    /// Arguments for natives: values as they are, operators as closures.
    pub(super) fn argument_codes(
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
