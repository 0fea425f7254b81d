//! Whether two expressions say the same, each in its own environment: sound, not complete.

use tla_syntax::resolved::{Argument, Expr, ExprKind, OperatorArgument};

use super::TemporalCompiler;
use crate::code::SlotIndex;
use crate::compile::environment::{Binding, ConstantOp, Env, Key};
use crate::value::Value;

/// An expression where it stands.
pub(super) type Placed<'a, 'p> = (&'p Expr, &'a Env<'p>);

/// Values that symbols must have for two expressions to be the same.
pub(super) type Solution = Vec<(SlotIndex, Value)>;

/// The frame of slots that stand for names bound by the next-state relation.
pub(super) const SYMBOLS: usize = usize::MAX;

/// What a name stands for in the end.
enum Meaning<'p> {
    Value(Value),
    Symbol(SlotIndex),
    Expr(&'p Expr, Env<'p>),
    /// Something that can only be compared with itself.
    Opaque,
}

impl<'p> TemporalCompiler<'_, 'p> {
    pub(super) fn are_both_same(
        &self,
        first: (Option<&'p Expr>, &Env<'p>),
        second: (Option<&'p Expr>, &Env<'p>),
    ) -> bool {
        match (first.0, second.0) {
            (Some(one), Some(other)) => self.are_same((one, first.1), (other, second.1)),
            (None, None) => true,
            _ => false,
        }
    }

    pub(super) fn are_same(&self, first: Placed<'_, 'p>, second: Placed<'_, 'p>) -> bool {
        self.solved(first, second, &mut Solution::new())
    }

    /// The same where the symbols of `first` may be given values, which are added to `solution`.
    pub(super) fn solved(&self, first: Placed<'_, 'p>, second: Placed<'_, 'p>, solution: &mut Solution) -> bool {
        match (self.meaning(first), self.meaning(second)) {
            (Meaning::Value(one), Meaning::Value(other)) => one.equals(&other).unwrap_or(false),
            (Meaning::Symbol(symbol), Meaning::Value(value)) => {
                match solution.iter().find(|(known, _)| *known == symbol) {
                    Some((_, known)) => known.equals(&value).unwrap_or(false),
                    None => {
                        solution.push((symbol, value));
                        true
                    }
                }
            }
            (Meaning::Symbol(one), Meaning::Symbol(other)) => one == other,
            (Meaning::Expr(one, env), Meaning::Expr(other, other_env)) => {
                self.alike((one, &env), (other, &other_env), solution)
            }
            _ => false,
        }
    }

    /// Whether an expression certainly is this value.
    pub(super) fn is_value(&self, expr: Placed<'_, 'p>, value: &Value) -> bool {
        matches!(self.meaning(expr), Meaning::Value(known) if known.equals(value).unwrap_or(false))
    }

    fn meaning(&self, (mut expr, env): Placed<'_, 'p>) -> Meaning<'p> {
        let mut env = env.clone();
        loop {
            let key = match &expr.kind {
                ExprKind::Labeled { body, .. } => {
                    expr = body;
                    continue;
                }
                ExprKind::Boolean(value) => return Meaning::Value(Value::Bool(*value)),
                ExprKind::Integer(value) => return Meaning::Value(Value::Int(*value)),
                ExprKind::String(text) => return Meaning::Value(Value::string(text)),
                ExprKind::Local(local) => Key::Local(*local),
                ExprKind::Apply { definition, arguments } if arguments.is_empty() => {
                    let definition_of = &self.compiler.program.definitions[definition.index()];
                    if !definition_of.inner {
                        return Meaning::Expr(expr, env);
                    }
                    Key::Definition(*definition)
                }
                _ => return Meaning::Expr(expr, env),
            };
            match env.get(key).cloned() {
                Some(Binding::Substitute(source)) => (expr, env) = (source.expr, source.env),
                Some(Binding::Constant(ConstantOp::Value(value))) => return Meaning::Value(value),
                Some(Binding::Slot(place)) if place.frame == SYMBOLS => return Meaning::Symbol(place.slot),
                Some(_) => return Meaning::Opaque,
                // Bound within the expressions that are compared.
                None => return Meaning::Expr(expr, env),
            }
        }
    }

    fn alike(&self, first: Placed<'_, 'p>, second: Placed<'_, 'p>, solution: &mut Solution) -> bool {
        if std::ptr::eq(first.0, second.0) {
            return self.free_names_agree(first, second, solution);
        }
        match (&first.0.kind, &second.0.kind) {
            (ExprKind::Variable(one), ExprKind::Variable(other)) => one == other,
            (ExprKind::Constant(one), ExprKind::Constant(other)) => one == other,
            (
                ExprKind::Apply { definition: one, arguments },
                ExprKind::Apply { definition: other, arguments: others },
            ) => {
                let plain = !self.compiler.program.definitions[one.index()].inner;
                one == other && plain && self.arguments_agree((arguments, first.1), (others, second.1), solution)
            }
            (ExprKind::Builtin(one, _), ExprKind::Builtin(other, _)) => {
                one == other && self.parts_agree(first, second, solution)
            }
            (ExprKind::Field { field: one, .. }, ExprKind::Field { field: other, .. }) => {
                one == other && self.parts_agree(first, second, solution)
            }
            (ExprKind::Conjunction(_), ExprKind::Conjunction(_))
            | (ExprKind::Disjunction(_), ExprKind::Disjunction(_))
            | (ExprKind::Tuple(_), ExprKind::Tuple(_))
            | (ExprKind::SetEnumeration(_), ExprKind::SetEnumeration(_))
            | (ExprKind::FunctionApplication { .. }, ExprKind::FunctionApplication { .. })
            | (ExprKind::AngleAction { .. }, ExprKind::AngleAction { .. })
            | (ExprKind::BoxAction { .. }, ExprKind::BoxAction { .. }) => self.parts_agree(first, second, solution),
            _ => false,
        }
    }

    fn parts_agree(&self, first: Placed<'_, 'p>, second: Placed<'_, 'p>, solution: &mut Solution) -> bool {
        let (mut ones, mut others) = (Vec::new(), Vec::new());
        first.0.for_each_child(&mut |part| ones.push(part));
        second.0.for_each_child(&mut |part| others.push(part));
        ones.len() == others.len()
            && ones.iter().zip(others).all(|(one, other)| self.solved((one, first.1), (other, second.1), solution))
    }

    fn arguments_agree(
        &self,
        first: (&'p [Argument], &Env<'p>),
        second: (&'p [Argument], &Env<'p>),
        solution: &mut Solution,
    ) -> bool {
        first.0.len() == second.0.len()
            && first.0.iter().zip(second.0).all(|pair| match pair {
                (Argument::Value(one), Argument::Value(other)) => {
                    self.solved((one, first.1), (other, second.1), solution)
                }
                (
                    Argument::Operator(OperatorArgument::Definition(one)),
                    Argument::Operator(OperatorArgument::Definition(other)),
                ) => one == other && !self.compiler.program.definitions[one.index()].inner,
                _ => false,
            })
    }

    /// One expression in two environments: whether the names in it stand for the same.
    fn free_names_agree(&self, first: Placed<'_, 'p>, second: Placed<'_, 'p>, solution: &mut Solution) -> bool {
        if first.1.is_empty() && second.1.is_empty() {
            return true;
        }
        let expr = first.0;
        match &expr.kind {
            ExprKind::ApplyLocal { operator, .. } => {
                // Operators are not compared, unless both sides bind the name themselves.
                let bound = |env: &Env<'p>| env.get(Key::Local(*operator)).is_some();
                if bound(first.1) || bound(second.1) {
                    return false;
                }
            }
            ExprKind::Apply { definition, .. } => {
                let inner = self.compiler.program.definitions[definition.index()].inner;
                let bound = |env: &Env<'p>| env.get(Key::Definition(*definition)).is_some();
                if inner && (bound(first.1) || bound(second.1)) {
                    return false;
                }
            }
            ExprKind::Let { definitions, .. } => {
                let bodies = definitions.iter().map(|id| &self.compiler.program.definitions[id.index()].body);
                let mut agree = bodies.map(|body| self.solved((body, first.1), (body, second.1), solution));
                if !agree.all(|agrees| agrees) {
                    return false;
                }
            }
            _ => {}
        }
        if let ExprKind::Apply { arguments, .. }
        | ExprKind::ApplyLocal { arguments, .. }
        | ExprKind::ApplyConstant { arguments, .. } = &expr.kind
        {
            let named = arguments.iter().any(|argument| {
                matches!(argument, Argument::Operator(OperatorArgument::Local(local))
                    if first.1.get(Key::Local(*local)).is_some() || second.1.get(Key::Local(*local)).is_some())
            });
            if named {
                return false;
            }
        }
        self.parts_agree(first, second, solution)
    }
}
