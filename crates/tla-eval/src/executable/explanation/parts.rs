//! The subexpressions of a formula that are worth showing, with their values.

use tla_syntax::resolved::{Argument, Bound, Builtin, Expr, ExprKind};

use super::super::explorer::is_stopped;
use super::{Explanation, Part};
use crate::compile::Scope;
use crate::error::{EvalError, Result};
use crate::value::Value;

/// Parts of one formula.
const PARTS: usize = 12;

impl<'p> Explanation<'_, 'p> {
    /// The parts of a formula that is not explained by other formulas, larger ones before those that they consist of.
    pub(super) fn parts(&mut self, expr: &'p Expr, scope: &Scope<'p>) -> Result<Vec<Part>> {
        let mut parts = Vec::new();
        match &expr.kind {
            ExprKind::Builtin(Builtin::Enabled | Builtin::Prime, _) => {}
            ExprKind::Builtin(_, items) => {
                for item in items {
                    self.part(item, scope, &mut parts)?;
                }
            }
            _ => self.below(expr, scope, &mut parts)?,
        }
        Ok(parts)
    }

    /// An expression with its value, then what it consists of.
    pub(super) fn part(&mut self, expr: &'p Expr, scope: &Scope<'p>, parts: &mut Vec<Part>) -> Result<()> {
        match &expr.kind {
            // What they are, the text says; names that are bound have been shown where they were.
            ExprKind::Boolean(_) | ExprKind::Integer(_) | ExprKind::String(_) | ExprKind::Local(_) => return Ok(()),
            ExprKind::Tuple(_) | ExprKind::SetEnumeration(_) | ExprKind::Record(_) => {}
            ExprKind::Labeled { body, .. } => return self.part(body, scope, parts),
            _ => self.push(expr, scope, parts)?,
        }
        self.below(expr, scope, parts)
    }

    fn push(&mut self, expr: &'p Expr, scope: &Scope<'p>, parts: &mut Vec<Part>) -> Result<()> {
        if parts.len() >= PARTS || parts.iter().any(|known| known.span == expr.span) {
            return Ok(());
        }
        let value = said(self.explorer.value(expr, scope))?;
        let says_itself = matches!((&expr.kind, &value), (ExprKind::Constant(_), Ok(Value::Model(_))));
        let not_chosen = matches!((&expr.kind, &value), (ExprKind::Builtin(Builtin::Prime, _), Err(_)));
        if !says_itself && !not_chosen && !is_literal(expr) {
            parts.push(Part { span: expr.span, primed: false, value });
        }
        Ok(())
    }

    fn below(&mut self, expr: &'p Expr, scope: &Scope<'p>, parts: &mut Vec<Part>) -> Result<()> {
        match &expr.kind {
            ExprKind::Builtin(Builtin::Prime | Builtin::Enabled, _) => Ok(()),
            ExprKind::Builtin(_, items)
            | ExprKind::Tuple(items)
            | ExprKind::SetEnumeration(items)
            | ExprKind::Product(items) => self.all(items, scope, parts),
            ExprKind::FunctionApplication { function, arguments } => {
                self.all(arguments, scope, parts)?;
                self.part(function, scope, parts)
            }
            ExprKind::Field { record, .. } => self.part(record, scope, parts),
            ExprKind::Record(fields) => fields.iter().try_for_each(|(_, value)| self.part(value, scope, parts)),
            ExprKind::Apply { arguments, .. } | ExprKind::ApplyLocal { arguments, .. } => {
                arguments.iter().try_for_each(|argument| match argument {
                    Argument::Value(value) => self.part(value, scope, parts),
                    Argument::Operator(_) => Ok(()),
                })
            }
            ExprKind::SetFilter { bound, .. } => self.part(&bound.set, scope, parts),
            ExprKind::SetMap { bounds, .. } | ExprKind::Function { bounds, .. } => self.sets(bounds, scope, parts),
            ExprKind::Choose { set: Some(set), .. } => self.part(set, scope, parts),
            ExprKind::Except { base, .. } => self.part(base, scope, parts),
            _ => Ok(()),
        }
    }

    fn all(&mut self, items: &'p [Expr], scope: &Scope<'p>, parts: &mut Vec<Part>) -> Result<()> {
        items.iter().try_for_each(|item| self.part(item, scope, parts))
    }

    fn sets(&mut self, bounds: &'p [Bound], scope: &Scope<'p>, parts: &mut Vec<Part>) -> Result<()> {
        bounds.iter().try_for_each(|bound| self.part(&bound.set, scope, parts))
    }

    /// Of what is to stay unchanged, that which does not: each with both values.
    pub(super) fn changes(&mut self, expr: &'p Expr, scope: &Scope<'p>) -> Result<Vec<Part>> {
        let mut parts = Vec::new();
        self.changed(expr, scope, &mut parts)?;
        Ok(parts)
    }

    fn changed(&mut self, expr: &'p Expr, scope: &Scope<'p>, parts: &mut Vec<Part>) -> Result<()> {
        match &expr.kind {
            ExprKind::Tuple(items) => items.iter().try_for_each(|item| self.changed(item, scope, parts)),
            ExprKind::Labeled { body, .. } => self.changed(body, scope, parts),
            ExprKind::Variable(id) => {
                let evaluator = &self.explorer.evaluator;
                let (now, then) = (evaluator.current[id.index()].clone(), evaluator.next[id.index()].clone());
                if parts.len() < PARTS && !matches!(then, Value::Unset) && !now.equals(&then).unwrap_or(false) {
                    parts.push(Part { span: expr.span, primed: false, value: Ok(now) });
                    parts.push(Part { span: expr.span, primed: true, value: Ok(then) });
                }
                Ok(())
            }
            _ => match self.opened(expr, scope)? {
                Some(opened) => self.changed(opened.body, &opened.scope, parts),
                None => Ok(()),
            },
        }
    }
}

/// Whether nothing but literals occurs in the expression, as in `1..3`.
fn is_literal(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Boolean(_) | ExprKind::Integer(_) | ExprKind::String(_) => true,
        ExprKind::Builtin(..) | ExprKind::Apply { .. } => {
            let (mut any, mut all) = (false, true);
            expr.for_each_child(&mut |child| (any, all) = (true, all && is_literal(child)));
            any && all
        }
        _ => false,
    }
}

/// A value, or why there is none; an error where evaluation was told to stop.
fn said(value: Result<Value>) -> Result<std::result::Result<Value, String>> {
    match value {
        Err(error) if is_stopped(&error) => Err(error),
        value => Ok(value.map_err(|error: EvalError| error.message().to_owned())),
    }
}
