//! Expressions, one form at a time.

use std::sync::Arc;

use tla_syntax::resolved::{Builtin, ConstantId, Expr, ExprKind, LocalId, UpdateStep};
use tla_syntax::source::Span;

use super::environment::{Binding, Env, Key};
use super::stand_ins::StandIns;
use super::{Compiled, Compiler, Mode};
use crate::code::{Action, Code, Enabled, Op, Update};
use crate::value::{Shape, Symbol, Value};

impl<'p> Compiler<'p> {
    pub(super) fn codes(&mut self, exprs: &'p [Expr], env: &Env<'p>) -> Compiled<Box<[Code]>> {
        exprs.iter().map(|expr| self.code(expr, env)).collect()
    }

    pub(super) fn op(&mut self, expr: &'p Expr, env: &Env<'p>) -> Compiled<Op> {
        let span = expr.span;
        if self.mode.primed {
            if let Some(variable) = self.stand_in(expr, env) {
                return Ok(self.variable(variable));
            }
        }
        Ok(match &expr.kind {
            ExprKind::Boolean(value) => Op::Constant(Value::Bool(*value)),
            ExprKind::Integer(value) => Op::Constant(Value::Int(*value)),
            ExprKind::String(text) => Op::Constant(Value::string(text)),
            ExprKind::Constant(id) => self.constant(*id, span)?,
            ExprKind::Variable(id) => self.variable(id.0),
            ExprKind::Local(local) => self.local(*local, env, span)?,
            ExprKind::ApplyLocal { operator, arguments } => self.apply_local(*operator, arguments, env, span)?.op,
            ExprKind::ApplyConstant { operator, arguments } => {
                let definition = self.constant_operator(*operator, span)?;
                self.apply(definition, arguments, env, span)?.op
            }
            ExprKind::Apply { definition, arguments } => self.apply(*definition, arguments, env, span)?.op,
            ExprKind::Builtin(builtin, arguments) => self.builtin(*builtin, arguments, env, span)?,
            ExprKind::Conjunction(items) => Op::And(self.codes(items, env)?),
            ExprKind::Disjunction(items) => Op::Or(self.codes(items, env)?),
            ExprKind::If { condition, then, otherwise } => {
                Op::If(Box::new((self.code(condition, env)?, self.code(then, env)?, self.code(otherwise, env)?)))
            }
            ExprKind::Case { arms, other } => Op::Case {
                arms: arms
                    .iter()
                    .map(|(guard, value)| Ok((self.code(guard, env)?, self.code(value, env)?)))
                    .collect::<Compiled<_>>()?,
                other: other.as_ref().map(|value| self.code(value, env)).transpose()?.map(Box::new),
            },
            ExprKind::Let { definitions, body } => {
                self.let_in(definitions, env, |compiler, inner| compiler.code(body, inner))?
            }
            ExprKind::Quantified { quantifier, bounds, body } => self.quantified(*quantifier, bounds, body, env)?,
            ExprKind::UnboundedQuantified { .. } => Op::Refused(
                "a quantifier without a set cannot be evaluated: write \\E x \\in S or \\A x \\in S".to_owned(),
            ),
            ExprKind::Choose { pattern, set, body } => self.choose(pattern, set.as_deref(), body, env)?,
            ExprKind::SetEnumeration(items) => Op::SetEnumeration(self.codes(items, env)?),
            ExprKind::SetFilter { bound, predicate } => {
                self.comprehension(std::slice::from_ref(&**bound), predicate, env, Op::Filter)?
            }
            ExprKind::SetMap { body, bounds } => self.comprehension(bounds, body, env, Op::Map)?,
            ExprKind::Function { recursive: Some(name), bounds, body } => {
                self.function_lambda(self.recursion(Some(name), body), bounds, body, env)?
            }
            ExprKind::Function { recursive: None, bounds, body } => {
                self.comprehension(bounds, body, env, Op::Function)?
            }
            ExprKind::FunctionApplication { function, arguments } => {
                self.function_application(function, arguments, env)?
            }
            ExprKind::FunctionSet { domain, range } => {
                Op::FunctionSet(Box::new((self.code(domain, env)?, self.code(range, env)?)))
            }
            ExprKind::Record(fields) => {
                let (shape, order) = shape_of(fields);
                let values = fields.iter().map(|(_, value)| self.code(value, env)).collect::<Compiled<_>>()?;
                if fields.is_empty() {
                    Op::Tuple(values)
                } else {
                    Op::Record { shape, order, values }
                }
            }
            ExprKind::RecordSet(fields) => {
                let (shape, order) = shape_of(fields);
                let sets = fields.iter().map(|(_, set)| self.code(set, env)).collect::<Compiled<_>>()?;
                Op::RecordSet { shape, order, sets }
            }
            ExprKind::Field { record, field } => Op::Field(Box::new(self.code(record, env)?), Symbol::new(field)),
            ExprKind::Except { base, updates } => {
                let base = self.code(base, env)?;
                let updates = updates.iter().map(|update| self.update(update, env)).collect::<Compiled<_>>()?;
                Op::Except(Box::new((base, updates)))
            }
            ExprKind::Tuple(items) => Op::Tuple(self.codes(items, env)?),
            ExprKind::Product(sets) => Op::Product(self.codes(sets, env)?),
            ExprKind::BoxAction { action, subscript } => {
                let action = self.code(action, env)?;
                let stutters = self.unchanged(subscript, env, span)?;
                Op::Or(Box::new([action, stutters]))
            }
            ExprKind::AngleAction { action, subscript } => {
                let action = self.code(action, env)?;
                let stutters = self.unchanged(subscript, env, span)?;
                Op::And(Box::new([action, Code { op: Op::Not(Box::new(stutters)), span }]))
            }
            ExprKind::WeakFairness { .. } => self.refused("WF_v(A)"),
            ExprKind::StrongFairness { .. } => self.refused("SF_v(A)"),
            ExprKind::Labeled { body, .. } => self.op(body, env)?,
        })
    }

    pub(super) fn variable(&mut self, index: u32) -> Op {
        self.reads.state = true;
        self.mentioned.add(index);
        if self.mode.primed {
            self.reads.primed = true;
            Op::Primed(index)
        } else {
            Op::Variable(index)
        }
    }

    fn constant(&mut self, id: ConstantId, span: Span) -> Compiled<Op> {
        use tla_syntax::config::ConstantBinding;
        match self.model.constants.get(&id) {
            Some(ConstantBinding::Value(value)) => Ok(Op::Constant(Value::from_config(value))),
            Some(ConstantBinding::Definition(definition)) => {
                Ok(self.apply(*definition, &[], &Env::default(), span)?.op)
            }
            None => match self.model.constant_operators.get(&id) {
                Some(definition) => Ok(self.apply(*definition, &[], &Env::default(), span)?.op),
                None => self.constant_without_value(id, span),
            },
        }
    }

    fn constant_without_value<T>(&self, id: ConstantId, span: Span) -> Compiled<T> {
        let name = &self.program.constants[id.index()].name;
        Err(Box::new(
            tla_syntax::diagnostic::Diagnostic::new(
                tla_syntax::diagnostic::Code::UndefinedConstant,
                span,
                format!("the constant {name} has no value"),
            )
            .with_hint(format!("write `CONSTANT {name} = ...` in the configuration")),
        ))
    }

    pub(super) fn constant_operator(&self, id: ConstantId, span: Span) -> Compiled<tla_syntax::resolved::DefinitionId> {
        match self.model.constant_operators.get(&id) {
            Some(definition) => Ok(*definition),
            None => self.constant_without_value(id, span),
        }
    }

    pub(super) fn local(&mut self, local: LocalId, env: &Env<'p>, span: Span) -> Compiled<Op> {
        self.bound(Key::Local(local), env, span)
    }

    /// What a bound name means, as code for the current frame and mode.
    pub(super) fn bound(&mut self, key: Key, env: &Env<'p>, span: Span) -> Compiled<Op> {
        let Some(binding) = env.get(key).cloned() else {
            return self.unsupported(span, "this name is used outside of where it is bound");
        };
        match binding {
            Binding::Slot(place) | Binding::Closure(place) => Ok(Op::Slot(self.reach(place, None)?)),
            Binding::Constant(constant) => Ok(constant.op()),
            Binding::Substitute(source) => {
                let mode = self.mode_for(source.mode);
                self.in_mode(mode, |compiler| compiler.op(source.expr, &source.env))
            }
            Binding::Lazy { place, lazy, source } => {
                let mode = self.mode_for(source.mode);
                if mode.primed != source.mode.primed && source.expr.level > tla_syntax::resolved::Level::Constant {
                    // The value kept in the slot is of the other state.
                    return self.in_mode(mode, |compiler| compiler.op(source.expr, &source.env));
                }
                let here = place.frame + 1 == self.frames.len();
                self.reads.primed |= lazy.keep.get() == Some(&false);
                let slot = self.reach(place, Some((&lazy, &source)))?;
                Ok(if here { Op::Lazy { slot, lazy } } else { Op::Slot(slot) })
            }
            Binding::Operator(_) | Binding::Inline | Binding::Routine { .. } => {
                self.unsupported(span, "an operator with parameters is used as a value")
            }
        }
    }

    /// A prime around a name primes what the name stands for.
    fn mode_for(&self, written: Mode) -> Mode {
        Mode { primed: self.mode.primed, initial: self.mode.initial && written.initial, ..self.mode }
    }

    fn update(&mut self, update: &'p tla_syntax::resolved::Update, env: &Env<'p>) -> Compiled<Update> {
        let path = update
            .path
            .iter()
            .map(|step| match step {
                UpdateStep::Index(indices) => match indices.as_slice() {
                    [single] => self.code(single, env),
                    several => Ok(Code { op: Op::Tuple(self.codes(several, env)?), span: update.span }),
                },
                UpdateStep::Field(name) => Ok(Code { op: Op::Constant(Value::string(name)), span: update.span }),
            })
            .collect::<Compiled<_>>()?;
        let Some(at) = update.at else {
            return Ok(Update { path, at: None, value: self.code(&update.value, env)? });
        };
        let place = self.slot();
        let inner = env.with(Key::Local(at), Binding::Slot(place));
        self.depth += 1;
        let value = self.code(&update.value, &inner);
        self.depth -= 1;
        Ok(Update { path, at: Some(place.slot), value: value? })
    }

    fn builtin(&mut self, builtin: Builtin, arguments: &'p [Expr], env: &Env<'p>, span: Span) -> Compiled<Op> {
        match (builtin, arguments) {
            (Builtin::Prime, [inner]) => {
                let mode = Mode { primed: true, ..self.mode };
                self.in_mode(mode, |compiler| compiler.op(inner, env))
            }
            (Builtin::Unchanged, [inner]) => Ok(self.unchanged(inner, env, span)?.op),
            (Builtin::Enabled, [inner]) => self.enabled(inner, env),
            (Builtin::Always | Builtin::Eventually, _) => Ok(self.refused("a formula with [] or <>")),
            (Builtin::LeadsTo, _) => Ok(self.refused("a formula with ~>")),
            (Builtin::PlusArrow, _) => Ok(self.refused("a formula with -+->")),
            (Builtin::Composition, _) => Ok(Op::Refused("\\cdot cannot be evaluated".to_owned())),
            _ => {
                let codes = self.codes(arguments, env)?.into_vec();
                Ok(builtin_op(builtin, codes))
            }
        }
    }

    /// `e' = e`
    pub(super) fn unchanged(&mut self, expr: &'p Expr, env: &Env<'p>, span: Span) -> Compiled<Code> {
        let now = self.code(expr, env)?;
        let mode = Mode { primed: true, ..self.mode };
        let then = self.in_mode(mode, |compiler| compiler.code(expr, env))?;
        Ok(Code { op: Op::Equal(Box::new((then, now))), span })
    }

    fn enabled(&mut self, expr: &'p Expr, env: &Env<'p>) -> Compiled<Op> {
        self.reads.state = true;
        self.mentioned = super::Mentioned::ALL;
        let primed = self.mode.primed;
        self.reads.primed |= primed;
        self.searched(|compiler| match &expr.kind {
            ExprKind::AngleAction { action, subscript } => {
                Ok((compiler.action(action, env)?, Some(compiler.changed(subscript, env)?)))
            }
            _ => Ok((compiler.action(expr, env)?, None)),
        })
        .map(|(action, changed, stand_ins)| Op::Enabled(Box::new(Enabled { action, primed, changed, stand_ins })))
    }

    /// Compiles the action of an ENABLED, and what must change. Also returns how many variables it has of its own.
    pub(super) fn searched<T>(
        &mut self,
        build: impl FnOnce(&mut Self) -> Compiled<(Action, T)>,
    ) -> Compiled<(Action, T, usize)> {
        let around = self.stand_ins.replace(StandIns::default());
        let built = self.in_mode(Mode::NEXT, build);
        let own = std::mem::replace(&mut self.stand_ins, around);
        let (action, changed) = built?;
        Ok((action, changed, own.map_or(0, |own| own.count())))
    }
}

/// Operators of the language that evaluate all their arguments.
pub(super) fn builtin_op(builtin: Builtin, codes: Vec<Code>) -> Op {
    let mut codes = codes.into_iter();
    let (Some(first), second) = (codes.next(), codes.next()) else {
        return Op::Refused("an operator without arguments".to_owned());
    };
    let Some(second) = second else {
        let inner = Box::new(first);
        return match builtin {
            Builtin::Not => Op::Not(inner),
            Builtin::Powerset => Op::Powerset(inner),
            Builtin::BigUnion => Op::BigUnion(inner),
            Builtin::Domain => Op::Domain(inner),
            _ => Op::Refused("this operator cannot be used as a value".to_owned()),
        };
    };
    let pair = Box::new((first, second));
    match builtin {
        Builtin::Equal => Op::Equal(pair),
        Builtin::NotEqual => Op::NotEqual(pair),
        Builtin::Implies => Op::Implies(pair),
        Builtin::Equivalent => Op::Equivalent(pair),
        Builtin::In => Op::In(pair),
        Builtin::NotIn => Op::NotIn(pair),
        Builtin::Union => Op::Union(pair),
        Builtin::Intersection => Op::Intersection(pair),
        Builtin::Difference => Op::Difference(pair),
        Builtin::SubsetEq => Op::SubsetEq(pair),
        _ => Op::Refused("this operator cannot be used as a value".to_owned()),
    }
}

/// The shape of the fields, and for each field in the order written its position in the shape.
fn shape_of<T>(fields: &[(Arc<str>, T)]) -> (Shape, Box<[usize]>) {
    let names: Vec<_> = fields.iter().map(|(name, _)| Symbol::new(name)).collect();
    let mut sorted = names.clone();
    sorted.sort();
    sorted.dedup();
    let shape = Shape::new(sorted);
    let order = names.iter().map(|&name| shape.position(name).unwrap_or(0)).collect();
    (shape, order)
}
