//! The changes of one expression, apart from its parts.

use super::Change;
use crate::config::{ConfigValue, ConstantBinding, Model};
use crate::resolved::{
    Argument, Builtin, Definition, DefinitionId, Expr, ExprKind, Level, Program, Quantifier, Update,
};
use crate::source::Span;

/// Definitions that are looked through to see whether a formula gives a variable its value.
const MOST_DEFINITIONS_DEEP: usize = 50;

/// What changes depend on besides the expression.
#[derive(Clone, Copy)]
pub(super) struct Setting<'s> {
    pub(super) program: &'s Program,
    pub(super) model: &'s Model,
    /// It belongs to the initial predicate, where `x = e` gives `x` its value.
    pub(super) initial: bool,
}

/// Is given each change: what it does, the text that it is about, and what stands in the place of the expression.
pub(super) type Found<'f> = dyn FnMut(Change, Span, Expr) + 'f;

impl<'s> Setting<'s> {
    /// Changes of `expr` itself. `assigned` is the variable of which `expr` is the whole next value.
    pub(super) fn changes(self, expr: &'s Expr, assigned: Option<&'s Expr>, found: &mut Found<'_>) {
        match &expr.kind {
            ExprKind::Conjunction(items) => {
                let droppable = |item: &Expr| self.is_test(item);
                without_each(expr, items, Change::Guard, &droppable, &ExprKind::Conjunction, found);
            }
            ExprKind::Disjunction(items) => {
                // Of `A \/ B \/ C`, which nests, each branch is removed where it stands.
                let nested = |item: &Expr| matches!(item.kind, ExprKind::Disjunction(_));
                let removable = |item: &Expr| items.len() > 1 && item.level < Level::Temporal && !nested(item);
                without_each(expr, items, Change::Branch, &removable, &ExprKind::Disjunction, found);
            }
            ExprKind::Quantified { quantifier, bounds, body }
                if expr.level <= Level::State && !self.assigns(body, 0) =>
            {
                let quantifier = match quantifier {
                    Quantifier::ForAll => Quantifier::Exists,
                    Quantifier::Exists => Quantifier::ForAll,
                    other => *other,
                };
                let kind = ExprKind::Quantified { quantifier, bounds: bounds.clone(), body: body.clone() };
                found(Change::Quantifier, expr.span, Expr { kind, ..*expr });
            }
            ExprKind::Builtin(builtin, operands) => self.of_builtin(expr, *builtin, operands, found),
            ExprKind::Apply { definition, arguments } => self.of_application(expr, *definition, arguments, found),
            ExprKind::Except { base, updates } => {
                let whole = assigned.is_some_and(|variable| same_variable(variable, base));
                without_updates(expr, base, updates, whole, found);
            }
            ExprKind::WeakFairness { .. } => found(Change::Fairness, expr.span, truth(expr)),
            ExprKind::StrongFairness { subscript, action } => {
                found(Change::Fairness, expr.span, truth(expr));
                let kind = ExprKind::WeakFairness { subscript: subscript.clone(), action: action.clone() };
                found(Change::WeakerFairness, expr.span, Expr { kind, ..*expr });
            }
            _ => {}
        }
    }

    fn of_builtin(self, expr: &'s Expr, builtin: Builtin, operands: &'s [Expr], found: &mut Found<'_>) {
        if let Some(variable) = next_of(expr) {
            let [_, value] = operands else { return };
            if !same_variable(variable, value) {
                let kind = ExprKind::Builtin(Builtin::Unchanged, vec![variable.clone()]);
                found(Change::Assignment, expr.span, Expr { kind, ..*expr });
            }
            return;
        }
        match builtin {
            Builtin::Prime => {
                if let [operand] = operands {
                    found(Change::Prime, expr.span, operand.clone());
                }
            }
            Builtin::Equal | Builtin::NotEqual => {
                let operands: Vec<_> = operands.iter().collect();
                self.off_by_one(expr, &operands, [1, 1], found, &|operands| ExprKind::Builtin(builtin, operands));
            }
            _ => {}
        }
    }

    fn of_application(
        self,
        expr: &'s Expr,
        definition: DefinitionId,
        arguments: &'s [Argument],
        found: &mut Found<'_>,
    ) {
        let [Argument::Value(left), Argument::Value(right)] = arguments else { return };
        let applied = &self.program.definitions[definition.index()];
        if !self.is_arithmetic(applied) {
            return;
        }
        let apply = |operands: Vec<Expr>| ExprKind::Apply {
            definition,
            arguments: operands.into_iter().map(Argument::Value).collect(),
        };
        match &*applied.name {
            "<" | ">" => {
                // Where `a < b` is not true of equals, `~(b < a)` is; and it needs no operator that might not be there.
                let opposite = Expr { kind: apply(vec![right.clone(), left.clone()]), ..*expr };
                let kind = ExprKind::Builtin(Builtin::Not, vec![opposite]);
                found(Change::Comparison, expr.span, Expr { kind, ..*expr });
            }
            "\\leq" => self.off_by_one(expr, &[left, right], [-1, 1], found, &apply),
            "\\geq" => self.off_by_one(expr, &[left, right], [1, -1], found, &apply),
            "+" | "-" => {
                if matches!(right.kind, ExprKind::Integer(number) if number != 0) {
                    found(Change::Step, expr.span, left.clone());
                }
            }
            _ => {}
        }
    }

    fn is_arithmetic(self, definition: &Definition) -> bool {
        let module = &self.program.modules[definition.module as usize];
        module.standard && matches!(&*module.name, "Naturals" | "Integers" | "Reals")
    }

    /// Comparisons with a number, the number being off by `by`, given for either side: the one that allows more.
    fn off_by_one(
        self,
        expr: &Expr,
        operands: &[&Expr],
        by: [i64; 2],
        found: &mut Found<'_>,
        rebuild: &dyn Fn(Vec<Expr>) -> ExprKind,
    ) {
        for (side, by) in by.into_iter().enumerate() {
            let Some(other) = self.number(operands[side]).and_then(|number| number.checked_add(by)) else { continue };
            let mut changed: Vec<Expr> = operands.iter().map(|&operand| operand.clone()).collect();
            changed[side] = Expr { kind: ExprKind::Integer(other), span: operands[side].span, level: Level::Constant };
            found(Change::Bound, expr.span, Expr { kind: rebuild(changed), ..*expr });
        }
    }

    /// A number in the text, or a constant to which the configuration gives one.
    fn number(self, expr: &Expr) -> Option<i64> {
        match &expr.kind {
            ExprKind::Integer(number) => Some(*number),
            ExprKind::Constant(constant) => match self.model.constants.get(constant) {
                Some(ConstantBinding::Value(ConfigValue::Integer(number))) => Some(*number),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a conjunct can be dropped and leave every variable its value.
    fn is_test(self, item: &Expr) -> bool {
        let junction = matches!(item.kind, ExprKind::Conjunction(_) | ExprKind::Boolean(_));
        item.level < Level::Temporal && !junction && !self.assigns(item, 0)
    }

    /// Whether a formula gives variables their values, or might.
    fn assigns(self, formula: &Expr, depth: usize) -> bool {
        if depth > MOST_DEFINITIONS_DEEP {
            return true;
        }
        if !self.initial && formula.level < Level::Action {
            return false;
        }
        match &formula.kind {
            ExprKind::Builtin(Builtin::Equal | Builtin::In, operands) => operands.first().is_some_and(|target| {
                let next = matches!(&target.kind, ExprKind::Builtin(Builtin::Prime, _));
                let now = self.initial && matches!(target.kind, ExprKind::Variable(_));
                next || now || matches!(target.kind, ExprKind::Local(_)) && formula.level == Level::Action
            }),
            ExprKind::Builtin(Builtin::Unchanged, _) => true,
            ExprKind::Builtin(Builtin::Implies, operands) => operands.iter().any(|part| self.assigns(part, depth)),
            ExprKind::Conjunction(items) | ExprKind::Disjunction(items) => {
                items.iter().any(|item| self.assigns(item, depth))
            }
            ExprKind::If { then, otherwise, .. } => self.assigns(then, depth) || self.assigns(otherwise, depth),
            ExprKind::Case { arms, other } => {
                arms.iter().any(|(_, value)| self.assigns(value, depth))
                    || other.as_ref().is_some_and(|value| self.assigns(value, depth))
            }
            ExprKind::Quantified { body, .. } | ExprKind::Let { body, .. } | ExprKind::Labeled { body, .. } => {
                self.assigns(body, depth)
            }
            ExprKind::Apply { definition, .. } => {
                self.assigns(&self.program.definitions[definition.index()].body, depth + 1)
            }
            ExprKind::Local(_)
            | ExprKind::ApplyLocal { .. }
            | ExprKind::ApplyConstant { .. }
            | ExprKind::BoxAction { .. }
            | ExprKind::AngleAction { .. } => formula.level == Level::Action,
            _ => false,
        }
    }
}

/// The variable that `x' = e` or `x' \in e` gives a value.
pub(super) fn next_of(expr: &Expr) -> Option<&Expr> {
    let ExprKind::Builtin(Builtin::Equal | Builtin::In, operands) = &expr.kind else { return None };
    let ExprKind::Builtin(Builtin::Prime, primed) = &operands.first()?.kind else { return None };
    primed.first().filter(|target| matches!(target.kind, ExprKind::Variable(_)))
}

fn same_variable(left: &Expr, right: &Expr) -> bool {
    matches!((&left.kind, &right.kind), (ExprKind::Variable(left), ExprKind::Variable(right)) if left == right)
}

fn truth(expr: &Expr) -> Expr {
    Expr { kind: ExprKind::Boolean(true), span: expr.span, level: Level::Constant }
}

fn without_each(
    expr: &Expr,
    items: &[Expr],
    change: Change,
    droppable: &dyn Fn(&Expr) -> bool,
    junction: &dyn Fn(Vec<Expr>) -> ExprKind,
    found: &mut Found<'_>,
) {
    for (index, item) in items.iter().enumerate() {
        if !droppable(item) {
            continue;
        }
        let mut rest = items.to_vec();
        rest.remove(index);
        let kind = match (rest.len(), rest.pop()) {
            (1, Some(only)) => only.kind,
            (_, last) => {
                rest.extend(last);
                junction(rest)
            }
        };
        found(change, item.span, Expr { kind, ..*expr });
    }
}

/// `whole`: the EXCEPT is all of `x' = [x EXCEPT ..]`; without its only update it would leave `x` unchanged, which is
/// another change already.
fn without_updates(expr: &Expr, base: &Expr, updates: &[Update], whole: bool, found: &mut Found<'_>) {
    if updates.len() == 1 {
        if !whole {
            found(Change::Update, updates[0].span, base.clone());
        }
        return;
    }
    for index in 0..updates.len() {
        let mut rest = updates.to_vec();
        rest.remove(index);
        found(
            Change::Update,
            updates[index].span,
            Expr { kind: ExprKind::Except { base: Box::new(base.clone()), updates: rest }, ..*expr },
        );
    }
}
