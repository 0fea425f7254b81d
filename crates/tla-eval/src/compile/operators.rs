//! Operators as arguments: known where an operator is inlined, closures where a native or a routine receives them.

use tla_syntax::resolved::{Argument, Expr, LocalId, OperatorArgument, Parameter};
use tla_syntax::source::Span;

use super::environment::{Binding, Env, Key, OperatorSource};
use super::expression::builtin_op;
use super::frame::forgetting;
use super::{Compiled, Compiler};
use crate::code::{Code, LambdaKind, Op, SlotIndex};

impl<'p> Compiler<'p> {
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
    pub(super) fn apply_operator(
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
                    let mut codes = self.all_captured(&needs, &source.env, span)?;
                    codes.extend(self.argument_codes(&definition.parameters, arguments, env)?);
                    self.reads.state = true;
                    return Ok(Code { op: Op::Call { routine, arguments: codes.into() }, span });
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

    pub(super) fn inline_operator(
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
    pub(super) fn operator_closure(
        &mut self,
        operator: &'p OperatorArgument,
        arity: usize,
        env: &Env<'p>,
    ) -> Compiled<Code> {
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

    pub(super) fn operator_body(
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
                        let op = Op::Call { routine, arguments: codes.into() };
                        return Ok((slots, Code { op, span }));
                    }
                    return self.body_with_slots(&definition.parameters, &definition.body, Env::default());
                }
                if let Some(Binding::Routine { routine, needs, .. }) = env.get(Key::Definition(id)).cloned() {
                    let mut all = self.all_captured(&needs, env, span)?;
                    let (slots, codes) = self.slot_codes(arity, span);
                    all.extend(codes);
                    self.reads.state = true;
                    return Ok((slots, Code { op: Op::Call { routine, arguments: all.into() }, span }));
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

    pub(super) fn slot_codes(&mut self, arity: usize, span: Span) -> (Box<[SlotIndex]>, Vec<Code>) {
        let slots: Box<[SlotIndex]> = (0..arity).map(|_| self.slot().slot).collect();
        let codes = slots.iter().map(|&slot| Code { op: Op::Slot(slot), span }).collect();
        // The slots are inside of the closure, but not below a binder that the depth would know of.
        self.reads.binders |= super::binder_bit(self.depth.saturating_sub(1));
        (slots, codes)
    }

    pub(super) fn body_with_slots(
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
