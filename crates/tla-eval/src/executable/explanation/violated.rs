//! Which part of a temporal property a state or a step violates by itself, and why.

use tla_syntax::resolved::{Builtin, Expr, ExprKind, Level, Quantifier};

use super::super::explorer::{is_stopped, names, Explorer};
use super::super::temporal::ConjunctKind;
use super::{Blocked, Explanation, Finding, Outcome};
use crate::compile::{Layer, Scope};
use crate::error::Result;

/// Values of a property's quantifiers for which its parts are looked at.
const ROWS: usize = 1000;
/// Names that are looked through.
const NAMES: usize = 100;

/// A part of a property that is false by itself.
#[derive(Clone, Debug)]
pub struct Violated {
    pub finding: Finding,
    /// Of `[A]_v` where `A` consists of several actions: each with what keeps it from being the step, the nearest first.
    pub actions: Vec<Blocked>,
}

impl<'p> Explorer<'p> {
    /// Why the conjunct of a property with this index is violated: by the step that is looked at, if it is `[][A]_v`; by
    /// the state that is looked at otherwise. `None` where no part of the property is false of it.
    ///
    /// # Errors
    /// Only where evaluation was told to stop.
    pub fn why_property(&mut self, index: usize) -> Result<Option<Violated>> {
        let executable = self.executable;
        let Some(conjunct) = executable.conjunct(index) else { return Ok(None) };
        let configuration = &executable.configuration;
        let id = configuration.replaced.get(&conjunct.property).copied().unwrap_or(conjunct.property);
        let body = &executable.program.definitions[id.index()].body;
        let mut explanation = Explanation { explorer: self, findings: 0, depth: 0 };
        explanation.violated(body, &Scope::default(), conjunct.kind)
    }
}

impl<'p> Explanation<'_, 'p> {
    /// The first conjunct of this kind that is false, explained.
    fn violated(&mut self, expr: &'p Expr, scope: &Scope<'p>, kind: ConjunctKind) -> Result<Option<Violated>> {
        match &expr.kind {
            ExprKind::Conjunction(items) if expr.level == Level::Temporal => {
                for item in items {
                    if let Some(found) = self.violated(item, scope, kind)? {
                        return Ok(Some(found));
                    }
                }
                Ok(None)
            }
            ExprKind::Labeled { body, .. } => self.violated(body, scope, kind),
            ExprKind::Let { definitions, body } => {
                self.violated(body, &scope.with(Layer::Definitions(definitions)), kind)
            }
            ExprKind::Quantified { quantifier: Quantifier::ForAll, bounds, body } if expr.level == Level::Temporal => {
                let (rows, _) = self.explorer.rows(bounds, None, scope, ROWS)?;
                for row in rows {
                    let (mut inner, mut bindings) = (scope.clone(), Vec::with_capacity(row.len()));
                    for (name, value) in names(bounds).zip(row) {
                        inner = inner.with(Layer::Value(name.local, value.clone()));
                        bindings.push((name.name.to_string(), value));
                    }
                    if let Some(mut found) = self.violated(body, &inner, kind)? {
                        found.finding.bindings.splice(0..0, bindings);
                        return Ok(Some(found));
                    }
                }
                Ok(None)
            }
            ExprKind::Builtin(Builtin::Always, operands) => match operands.as_slice() {
                [operand] if is_about(operand, kind) => self.false_one(operand, scope),
                _ => Ok(None),
            },
            _ if expr.level <= Level::State => match kind {
                ConjunctKind::Initially => self.false_one(expr, scope),
                _ => Ok(None),
            },
            _ => match self.opened(expr, scope)? {
                Some(opened) => {
                    let mut found = self.violated(opened.body, &opened.scope, kind)?;
                    if let Some(violated) = &mut found {
                        violated.finding.bindings.splice(0..0, opened.bindings);
                    }
                    Ok(found)
                }
                None => Ok(None),
            },
        }
    }

    fn false_one(&mut self, expr: &'p Expr, scope: &Scope<'p>) -> Result<Option<Violated>> {
        match self.explorer.test(expr, scope) {
            Ok(false) => {}
            Err(error) if is_stopped(&error) => return Err(error),
            _ => return Ok(None),
        }
        if let Some((step, action, subscript, scope)) = self.several_actions(expr, scope)? {
            let mut finding = Finding::new(step.span, Outcome::Is(false));
            finding.parts = self.changes(subscript, &scope)?;
            let actions = self.other_steps(action, &scope)?;
            return Ok(Some(Violated { finding, actions }));
        }
        Ok(Some(Violated { finding: self.explain(expr, scope, false)?, actions: Vec::new() }))
    }

    /// The `[A]_v` that a formula is, with its parts, where `A` consists of several actions.
    #[allow(clippy::type_complexity, reason = "the parts of one expression, taken apart where it is used")]
    fn several_actions(
        &mut self,
        expr: &'p Expr,
        scope: &Scope<'p>,
    ) -> Result<Option<(&'p Expr, &'p Expr, &'p Expr, Scope<'p>)>> {
        let (step, scope) = self.looked_through(expr, scope)?;
        let ExprKind::BoxAction { action, subscript } = &step.kind else { return Ok(None) };
        let (relation, _) = self.looked_through(action, &scope)?;
        let several = match &relation.kind {
            ExprKind::Disjunction(items) => items.len() > 1,
            ExprKind::Quantified { quantifier: Quantifier::Exists, .. } => true,
            _ => false,
        };
        Ok((several && relation.level == Level::Action).then_some((step, action, subscript, scope)))
    }

    /// What names and labels stand for in the end.
    fn looked_through(&mut self, expr: &'p Expr, scope: &Scope<'p>) -> Result<(&'p Expr, Scope<'p>)> {
        let (mut expr, mut scope) = (expr, scope.clone());
        for _ in 0..NAMES {
            match &expr.kind {
                ExprKind::Labeled { body, .. } => expr = body,
                ExprKind::Let { definitions, body } => {
                    scope = scope.with(Layer::Definitions(definitions));
                    expr = body;
                }
                _ => match self.opened(expr, &scope)? {
                    Some(opened) => (expr, scope) = (opened.body, opened.scope),
                    None => break,
                },
            }
        }
        Ok((expr, scope))
    }

    /// Why a step is none of `[A]_v`: what is false of `A`, and what of `v` changed all the same.
    pub(super) fn not_a_step(
        &mut self,
        action: &'p Expr,
        subscript: &'p Expr,
        scope: &Scope<'p>,
        finding: &mut Finding,
    ) -> Result<()> {
        finding.parts = self.changes(subscript, scope)?;
        finding.because.push(self.about(action, scope)?);
        Ok(())
    }
}

/// Whether `[]` of it is a conjunct of this kind.
fn is_about(operand: &Expr, kind: ConjunctKind) -> bool {
    match kind {
        ConjunctKind::Steps => operand.level == Level::Action,
        ConjunctKind::Invariant | ConjunctKind::Always => operand.level <= Level::State,
        ConjunctKind::Initially => false,
    }
}
