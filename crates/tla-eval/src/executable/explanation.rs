//! Why a formula has the truth value that it has: the part that decides, down to values.
//!
//! A false conjunction is explained by its first false conjunct, a false `\A` by the first values that break it, an
//! implication by both of its sides, an application by the body of its definition. What is none of these is explained by the
//! values of its parts.

mod blocked;
mod lasso;
mod parts;
mod scopes;
mod violated;

use tla_syntax::resolved::{Bound, Builtin, Expr, ExprKind, Quantifier};
use tla_syntax::source::Span;

use super::explorer::{is_stopped, names, Explorer};
use crate::compile::{Layer, Scope};
use crate::error::{EvalError, Result};
use crate::value::Value;
pub use blocked::Blocked;
pub use lasso::{Assumed, Circle, Untaken};
pub use violated::Violated;

/// Reasons below reasons: deeper ones are left out.
const DEPTH: usize = 24;
/// Findings in one explanation.
const FINDINGS: usize = 200;
/// Reasons that are listed side by side.
const SIDE_BY_SIDE: usize = 6;
/// Elements of a set for each of which it is said why it is no witness.
const ELEMENTS: usize = 3;

/// A formula and what it is, with the reasons.
#[derive(Clone, Debug)]
pub struct Finding {
    pub span: Span,
    pub outcome: Outcome,
    /// Which part of the formula around it this is: the number, from 1, and how many there are.
    pub position: Option<(usize, usize)>,
    /// Names that got a value on the way here, and parameters.
    pub bindings: Vec<(String, Value)>,
    pub parts: Vec<Part>,
    pub because: Vec<Finding>,
    /// Reasons of the same kind that are not listed.
    pub omitted: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Is(bool),
    /// It has no truth value, for this reason.
    Fails(String),
    /// A conjunct that chooses next values, and for which there are none.
    Impossible,
}

/// A subexpression with its value.
#[derive(Clone, Debug)]
pub struct Part {
    pub span: Span,
    /// In the next state, though the text does not say so: `x` in `UNCHANGED x`.
    pub primed: bool,
    pub value: std::result::Result<Value, String>,
}

impl Finding {
    fn new(span: Span, outcome: Outcome) -> Self {
        Self { span, outcome, position: None, bindings: Vec::new(), parts: Vec::new(), because: Vec::new(), omitted: 0 }
    }

    fn failed(span: Span, error: &EvalError) -> Self {
        Self::new(span, Outcome::Fails(error.message().to_owned()))
    }

    fn at(mut self, index: usize, of: usize) -> Self {
        self.position = Some((index + 1, of));
        self
    }
}

/// Makes one explanation.
struct Explanation<'e, 'p> {
    explorer: &'e mut Explorer<'p>,
    findings: usize,
    depth: usize,
}

impl<'p> Explorer<'p> {
    /// Why a formula has its truth value in the state or step that is looked at.
    ///
    /// # Errors
    /// Only where evaluation was told to stop; whatever else goes wrong is part of the explanation.
    pub fn why(&mut self, formula: &'p Expr) -> Result<Finding> {
        Explanation { explorer: self, findings: 0, depth: 0 }.about(formula, &Scope::default())
    }

    /// The same for an invariant, by the index that the checker gives. `None` where it is no predicate of states.
    ///
    /// # Errors
    /// As [`Self::why`].
    pub fn why_invariant(&mut self, index: usize) -> Result<Option<Finding>> {
        self.invariant(index).map(|formula| self.why(formula)).transpose()
    }

    /// Whether an invariant holds in the state that is looked at. `None` where there is no such invariant.
    ///
    /// # Errors
    /// Where it cannot be evaluated.
    pub fn invariant_holds(&mut self, index: usize) -> Result<Option<bool>> {
        self.invariant(index).map(|formula| self.test(formula, &Scope::default())).transpose()
    }

    fn invariant(&self, index: usize) -> Option<&'p Expr> {
        let executable = self.executable;
        let configuration = &executable.configuration;
        if let Some(id) = configuration.invariants.get(index) {
            let id = configuration.replaced.get(id).copied().unwrap_or(*id);
            return Some(&executable.program.definitions[id.index()].body);
        }
        super::properties::predicate(&executable.program, executable.conjunct(index)?)
    }
}

impl Explorer<'_> {
    /// The first formula of the initial predicate that is false of a state, explained.
    ///
    /// # Errors
    /// As [`Self::why`].
    pub fn why_not_initial(&mut self, state: &[Value]) -> Result<Option<Finding>> {
        self.look_at(state, None);
        for formula in self.initial_predicate() {
            let finding = self.why(formula)?;
            if finding.outcome != Outcome::Is(true) {
                return Ok(Some(finding));
            }
        }
        Ok(None)
    }
}

impl<'p> Explanation<'_, 'p> {
    /// Evaluates a formula and explains what comes out.
    fn about(&mut self, expr: &'p Expr, scope: &Scope<'p>) -> Result<Finding> {
        match self.explorer.test(expr, scope) {
            Ok(holds) => self.explain(expr, scope, holds),
            Err(error) if is_stopped(&error) => Err(error),
            Err(error) => self.failure(expr, scope, &error),
        }
    }

    /// A formula that cannot be evaluated: the part that fails, as far as it is a conjunct.
    fn failure(&mut self, expr: &'p Expr, scope: &Scope<'p>, error: &EvalError) -> Result<Finding> {
        let mut finding = Finding::failed(expr.span, error);
        finding.parts = self.parts(expr, scope)?;
        Ok(finding)
    }

    fn explain(&mut self, expr: &'p Expr, scope: &Scope<'p>, holds: bool) -> Result<Finding> {
        let mut finding = Finding::new(expr.span, Outcome::Is(holds));
        self.findings += 1;
        if self.depth >= DEPTH || self.findings >= FINDINGS {
            return Ok(finding);
        }
        self.depth += 1;
        let explained = self.reasons(expr, scope, holds, &mut finding);
        self.depth -= 1;
        explained?;
        Ok(finding)
    }

    fn reasons(&mut self, expr: &'p Expr, scope: &Scope<'p>, holds: bool, finding: &mut Finding) -> Result<()> {
        match &expr.kind {
            ExprKind::Conjunction(items) => self.junction(items, scope, holds, false, finding),
            ExprKind::Disjunction(items) => self.junction(items, scope, holds, true, finding),
            ExprKind::Builtin(builtin, items) => self.builtin(*builtin, items, expr, scope, finding),
            ExprKind::Quantified { quantifier: Quantifier::ForAll, bounds, body } => {
                self.quantified(bounds, body, scope, (holds, false), finding)
            }
            ExprKind::Quantified { quantifier: Quantifier::Exists, bounds, body } => {
                self.quantified(bounds, body, scope, (holds, true), finding)
            }
            ExprKind::If { condition, then, otherwise } => {
                let chosen = self.about(condition, scope)?;
                let branch = if chosen.outcome == Outcome::Is(true) { then } else { otherwise };
                finding.because.push(chosen);
                finding.because.push(self.about(branch, scope)?);
                Ok(())
            }
            ExprKind::Case { arms, other } => self.case(arms, other.as_deref(), scope, finding),
            ExprKind::Let { definitions, body } => {
                let scope = scope.with(Layer::Definitions(definitions));
                *finding = self.explain(body, &scope, holds)?;
                Ok(())
            }
            ExprKind::Labeled { body, .. } => {
                *finding = self.explain(body, scope, holds)?;
                Ok(())
            }
            ExprKind::BoxAction { action, subscript } if !holds => self.not_a_step(action, subscript, scope, finding),
            _ => match self.opened(expr, scope)? {
                Some(opened) => {
                    finding.bindings = opened.bindings;
                    finding.because.push(self.explain(opened.body, &opened.scope, holds)?);
                    Ok(())
                }
                None => {
                    finding.parts = self.parts(expr, scope)?;
                    Ok(())
                }
            },
        }
    }

    /// `deciding`: the truth value of a part that decides alone.
    fn junction(
        &mut self,
        items: &'p [Expr],
        scope: &Scope<'p>,
        holds: bool,
        deciding: bool,
        finding: &mut Finding,
    ) -> Result<()> {
        if holds != deciding {
            finding.omitted = items.len().saturating_sub(SIDE_BY_SIDE);
            for (index, item) in items.iter().enumerate().take(SIDE_BY_SIDE) {
                finding.because.push(self.about(item, scope)?.at(index, items.len()));
            }
            return Ok(());
        }
        for (index, item) in items.iter().enumerate() {
            if self.explorer.test(item, scope).is_ok_and(|value| value == deciding) {
                finding.because.push(self.explain(item, scope, deciding)?.at(index, items.len()));
                break;
            }
        }
        Ok(())
    }

    fn builtin(
        &mut self,
        builtin: Builtin,
        items: &'p [Expr],
        expr: &'p Expr,
        scope: &Scope<'p>,
        finding: &mut Finding,
    ) -> Result<()> {
        match (builtin, items) {
            (Builtin::Not, [inner]) => finding.because.push(self.about(inner, scope)?),
            (Builtin::Implies, [left, right]) => {
                let left = self.about(left, scope)?;
                let vacuous = left.outcome == Outcome::Is(false);
                finding.because.push(left);
                if !vacuous {
                    finding.because.push(self.about(right, scope)?);
                }
            }
            (Builtin::Equivalent, [left, right]) => {
                finding.because.push(self.about(left, scope)?);
                finding.because.push(self.about(right, scope)?);
            }
            (Builtin::Unchanged, [inner]) => finding.parts = self.changes(inner, scope)?,
            _ => finding.parts = self.parts(expr, scope)?,
        }
        Ok(())
    }

    /// `deciding`: the truth value of the body that decides alone.
    fn quantified(
        &mut self,
        bounds: &'p [Bound],
        body: &'p Expr,
        scope: &Scope<'p>,
        (holds, deciding): (bool, bool),
        finding: &mut Finding,
    ) -> Result<()> {
        let witness = holds == deciding;
        let predicate = witness.then_some((body, deciding));
        let most = if witness { 1 } else { ELEMENTS };
        let (rows, more) = self.explorer.rows(bounds, predicate, scope, most)?;
        if !witness {
            for bound in bounds {
                self.part(&bound.set, scope, &mut finding.parts)?;
            }
            if more {
                return Ok(());
            }
        }
        for row in rows {
            let mut inner = scope.clone();
            let mut bindings = Vec::with_capacity(row.len());
            for (name, value) in names(bounds).zip(row) {
                inner = inner.with(Layer::Value(name.local, value.clone()));
                bindings.push((name.name.to_string(), value));
            }
            let mut reason = self.about(body, &inner)?;
            // Before the names that the body itself binds.
            bindings.append(&mut reason.bindings);
            reason.bindings = bindings;
            finding.because.push(reason);
        }
        Ok(())
    }

    fn case(
        &mut self,
        arms: &'p [(Expr, Expr)],
        other: Option<&'p Expr>,
        scope: &Scope<'p>,
        finding: &mut Finding,
    ) -> Result<()> {
        for (guard, value) in arms {
            if self.explorer.test(guard, scope)? {
                finding.because.push(self.explain(guard, scope, true)?);
                finding.because.push(self.about(value, scope)?);
                return Ok(());
            }
        }
        if let Some(other) = other {
            finding.because.push(self.about(other, scope)?);
        }
        Ok(())
    }
}
