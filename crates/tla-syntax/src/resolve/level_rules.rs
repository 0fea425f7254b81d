//! The level of an expression from those of its parts, and the levels that its place allows for each part:
//! *Specifying Systems* section 17.2.

use crate::resolved::{Argument, Builtin, DefinitionId, Expr, ExprKind, Level, OperatorArgument, Quantifier};

/// What stands at a place where not every level is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operand {
    /// Any level that the expression around it may have.
    Any,
    /// A value: anything but a temporal formula.
    Value,
    /// Of `'` and UNCHANGED: a state function.
    Primed,
    /// The `v` of `[A]_v`.
    Subscript,
    /// The `A` of `[A]_v`, `WF_v(A)`, ENABLED.
    Action,
    /// An argument of a definition, by its index.
    Argument(DefinitionId, usize),
}

/// The level of an expression, given those of its direct parts and of definitions.
pub(super) fn level(
    expr: &Expr,
    part: &mut dyn FnMut(&Expr) -> Level,
    definition: &dyn Fn(DefinitionId) -> Level,
) -> Level {
    let mut highest = Level::Constant;
    expr.for_each_child(&mut |child| highest = highest.max(part(child)));
    match &expr.kind {
        ExprKind::Variable(_) | ExprKind::Builtin(Builtin::Enabled, _) => Level::State,
        ExprKind::Builtin(Builtin::Prime | Builtin::Unchanged | Builtin::Composition, _)
        | ExprKind::BoxAction { .. }
        | ExprKind::AngleAction { .. } => Level::Action,
        ExprKind::Builtin(Builtin::Always | Builtin::Eventually | Builtin::LeadsTo | Builtin::PlusArrow, _)
        | ExprKind::WeakFairness { .. }
        | ExprKind::StrongFairness { .. }
        | ExprKind::UnboundedQuantified {
            quantifier: Quantifier::TemporalForAll | Quantifier::TemporalExists, ..
        } => Level::Temporal,
        ExprKind::Let { .. } => highest,
        _ => {
            expr.for_each_definition(&mut |used| highest = highest.max(definition(used)));
            highest
        }
    }
}

/// Calls `visit` with each direct part of an expression and what it stands for.
pub(super) fn for_each_operand<'e>(expr: &'e Expr, visit: &mut dyn FnMut(&'e Expr, Operand)) {
    match &expr.kind {
        ExprKind::Conjunction(items) | ExprKind::Disjunction(items) => {
            items.iter().for_each(|item| visit(item, Operand::Any));
        }
        ExprKind::Builtin(builtin, items) => {
            let operand = match builtin {
                Builtin::Not
                | Builtin::Implies
                | Builtin::Equivalent
                | Builtin::Always
                | Builtin::Eventually
                | Builtin::LeadsTo
                | Builtin::PlusArrow => Operand::Any,
                Builtin::Prime | Builtin::Unchanged => Operand::Primed,
                Builtin::Enabled | Builtin::Composition => Operand::Action,
                _ => Operand::Value,
            };
            items.iter().for_each(|item| visit(item, operand));
        }
        ExprKind::If { condition, then, otherwise } => {
            visit(condition, Operand::Value);
            visit(then, Operand::Any);
            visit(otherwise, Operand::Any);
        }
        ExprKind::Case { arms, other } => {
            for (guard, value) in arms {
                visit(guard, Operand::Value);
                visit(value, Operand::Any);
            }
            other.iter().for_each(|other| visit(other, Operand::Any));
        }
        ExprKind::Let { body, .. } | ExprKind::Labeled { body, .. } | ExprKind::UnboundedQuantified { body, .. } => {
            visit(body, Operand::Any);
        }
        ExprKind::Quantified { bounds, body, .. } => {
            bounds.iter().for_each(|bound| visit(&bound.set, Operand::Value));
            visit(body, Operand::Any);
        }
        ExprKind::BoxAction { action, subscript }
        | ExprKind::AngleAction { action, subscript }
        | ExprKind::WeakFairness { subscript, action }
        | ExprKind::StrongFairness { subscript, action } => {
            visit(action, Operand::Action);
            visit(subscript, Operand::Subscript);
        }
        ExprKind::Apply { definition, arguments } => {
            for (index, argument) in arguments.iter().enumerate() {
                match argument {
                    Argument::Value(value) => visit(value, Operand::Argument(*definition, index)),
                    Argument::Operator(OperatorArgument::Lambda { body, .. }) => visit(body, Operand::Any),
                    Argument::Operator(_) => {}
                }
            }
        }
        _ => expr.for_each_child(&mut |child| visit(child, Operand::Value)),
    }
}
