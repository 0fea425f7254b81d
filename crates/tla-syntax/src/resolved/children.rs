//! Walking over expressions.

use super::{Argument, Bound, DefinitionId, Expr, ExprKind, OperatorArgument, UpdateStep};

impl Expr {
    /// Calls `visit` with each direct part of the expression, in the order written: operands, bounds' sets, bodies,
    /// arguments, bodies of lambdas. Bodies of definitions, those of LET included, are not parts.
    pub fn for_each_child<'e>(&'e self, visit: &mut dyn FnMut(&'e Expr)) {
        match &self.kind {
            ExprKind::Boolean(_)
            | ExprKind::Integer(_)
            | ExprKind::String(_)
            | ExprKind::Constant(_)
            | ExprKind::Variable(_)
            | ExprKind::Local(_) => {}
            ExprKind::ApplyLocal { arguments, .. }
            | ExprKind::ApplyConstant { arguments, .. }
            | ExprKind::Apply { arguments, .. } => visit_arguments(arguments, visit),
            ExprKind::Builtin(_, items)
            | ExprKind::Conjunction(items)
            | ExprKind::Disjunction(items)
            | ExprKind::SetEnumeration(items)
            | ExprKind::Tuple(items)
            | ExprKind::Product(items) => items.iter().for_each(visit),
            ExprKind::If { condition, then, otherwise } => {
                visit(condition);
                visit(then);
                visit(otherwise);
            }
            ExprKind::Case { arms, other } => {
                for (guard, value) in arms {
                    visit(guard);
                    visit(value);
                }
                other.iter().for_each(|other| visit(other));
            }
            ExprKind::Let { body, .. }
            | ExprKind::UnboundedQuantified { body, .. }
            | ExprKind::Labeled { body, .. } => {
                visit(body);
            }
            ExprKind::Quantified { bounds, body, .. } | ExprKind::Function { bounds, body, .. } => {
                visit_bounds(bounds, visit);
                visit(body);
            }
            ExprKind::SetMap { body, bounds } => {
                visit(body);
                visit_bounds(bounds, visit);
            }
            ExprKind::Choose { set, body, .. } => {
                set.iter().for_each(|set| visit(set));
                visit(body);
            }
            ExprKind::SetFilter { bound, predicate } => {
                visit(&bound.set);
                visit(predicate);
            }
            ExprKind::FunctionApplication { function, arguments } => {
                visit(function);
                arguments.iter().for_each(visit);
            }
            ExprKind::FunctionSet { domain, range } => {
                visit(domain);
                visit(range);
            }
            ExprKind::Record(fields) | ExprKind::RecordSet(fields) => fields.iter().for_each(|(_, value)| visit(value)),
            ExprKind::Field { record, .. } => visit(record),
            ExprKind::Except { base, updates } => {
                visit(base);
                for update in updates {
                    for step in &update.path {
                        if let UpdateStep::Index(indices) = step {
                            indices.iter().for_each(&mut *visit);
                        }
                    }
                    visit(&update.value);
                }
            }
            ExprKind::BoxAction { action, subscript }
            | ExprKind::AngleAction { action, subscript }
            | ExprKind::WeakFairness { subscript, action }
            | ExprKind::StrongFairness { subscript, action } => {
                visit(action);
                visit(subscript);
            }
        }
    }

    /// Calls `visit` with each definition that this node itself names: the one applied, those of a LET, those passed
    /// as arguments.
    pub fn for_each_definition(&self, visit: &mut dyn FnMut(DefinitionId)) {
        let arguments = match &self.kind {
            ExprKind::Apply { definition, arguments } => {
                visit(*definition);
                arguments
            }
            ExprKind::ApplyLocal { arguments, .. } | ExprKind::ApplyConstant { arguments, .. } => arguments,
            ExprKind::Let { definitions, .. } => return definitions.iter().copied().for_each(visit),
            _ => return,
        };
        for argument in arguments {
            if let Argument::Operator(OperatorArgument::Definition(definition)) = argument {
                visit(*definition);
            }
        }
    }
}

fn visit_arguments<'e>(arguments: &'e [Argument], visit: &mut dyn FnMut(&'e Expr)) {
    for argument in arguments {
        match argument {
            Argument::Value(value) => visit(value),
            Argument::Operator(OperatorArgument::Lambda { body, .. }) => visit(body),
            Argument::Operator(_) => {}
        }
    }
}

fn visit_bounds<'e>(bounds: &'e [Bound], visit: &mut dyn FnMut(&'e Expr)) {
    bounds.iter().for_each(|bound| visit(&bound.set));
}
