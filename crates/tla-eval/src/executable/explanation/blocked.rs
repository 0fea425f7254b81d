//! Why no action can be taken, or none takes a step: per action the first guard that fails.

use tla_syntax::resolved::{Bound, Expr, ExprKind, Level, Quantifier};
use tla_syntax::source::Span;

use super::super::explorer::{is_stopped, names, Explorer};
use super::{Explanation, Finding, Outcome, SIDE_BY_SIDE};
use crate::compile::{Layer, Scope};
use crate::error::Result;
use crate::value::Value;

/// Instances of all actions together that are looked at.
const INSTANCES: usize = 2000;
/// Instances of one action, blocked by the same guard, whose parameters are kept.
const KEPT: usize = 8;

/// An action that cannot be taken, and why.
#[derive(Clone, Debug)]
pub struct Blocked {
    pub name: String,
    pub span: Span,
    /// The guard, explained for the first instance; nothing where no guard fails, so that the action can be taken.
    pub guard: Option<Finding>,
    /// Parameters of the instances that this guard blocks, the first ones.
    pub instances: Vec<Vec<(String, Value)>>,
    /// How many instances it blocks.
    pub count: usize,
    /// Conjuncts that are false, where a step was asked about: the fewer, the nearer the step is to one of this action.
    pub false_conjuncts: usize,
}

/// What is asked of each action.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Question {
    /// What keeps it from being taken at all.
    Taken,
    /// What keeps it from leading to the next state that is looked at.
    LeadsHere,
}

/// The action around a part of the next-state relation.
#[derive(Clone)]
struct Around {
    name: String,
    parameters: Vec<(String, Value)>,
    /// The parameters are names bound by quantifiers.
    bound: bool,
}

/// Conjuncts that were passed and choose next values.
type Passed<'p> = Vec<(&'p Expr, Scope<'p>)>;

impl<'p> Explorer<'p> {
    /// Per action of the next-state relation and guard: which instances the guard blocks in the state that is looked at.
    ///
    /// # Errors
    /// Only where evaluation was told to stop.
    pub fn blocked(&mut self) -> Result<Vec<Blocked>> {
        self.each_action(Question::Taken)
    }

    /// Per action what keeps it from being the step that is looked at, those that come nearest to it first.
    ///
    /// # Errors
    /// Only where evaluation was told to stop.
    pub fn failed_steps(&mut self) -> Result<Vec<Blocked>> {
        let mut found = self.each_action(Question::LeadsHere)?;
        found.sort_by_key(|action| action.false_conjuncts);
        Ok(found)
    }

    fn each_action(&mut self, question: Question) -> Result<Vec<Blocked>> {
        let Some((next, name)) = self.next_relation() else { return Ok(Vec::new()) };
        let explanation = Explanation { explorer: self, findings: 0, depth: 0 };
        let mut search = Search { explanation, question, found: Vec::new(), instances: 0 };
        let around = Around { name, parameters: Vec::new(), bound: true };
        search.branch(next, &Scope::default(), &around)?;
        Ok(search.found)
    }
}

impl<'p> Explanation<'_, 'p> {
    /// Per action of a formula about steps what keeps it from being the step that is looked at, those that come nearest to
    /// it first.
    pub(super) fn other_steps(&mut self, action: &'p Expr, scope: &Scope<'p>) -> Result<Vec<Blocked>> {
        let explanation = Explanation { explorer: &mut *self.explorer, findings: 0, depth: 0 };
        let mut search = Search { explanation, question: Question::LeadsHere, found: Vec::new(), instances: 0 };
        let around = Around { name: "the step".to_owned(), parameters: Vec::new(), bound: true };
        search.branch(action, scope, &around)?;
        search.found.sort_by_key(|action| action.false_conjuncts);
        Ok(search.found)
    }
}

struct Search<'e, 'p> {
    explanation: Explanation<'e, 'p>,
    question: Question,
    found: Vec<Blocked>,
    instances: usize,
}

impl<'p> Search<'_, 'p> {
    /// Follows the next-state relation as the compiler does, down to where actions begin.
    fn branch(&mut self, expr: &'p Expr, scope: &Scope<'p>, around: &Around) -> Result<()> {
        match &expr.kind {
            ExprKind::Disjunction(items) => items.iter().try_for_each(|item| self.branch(item, scope, around)),
            ExprKind::Labeled { body, .. } => self.branch(body, scope, around),
            ExprKind::Let { definitions, body } => {
                self.branch(body, &scope.with(Layer::Definitions(definitions)), around)
            }
            ExprKind::Quantified { quantifier: Quantifier::Exists, bounds, body } => {
                self.exists(bounds, body, expr, scope, around)
            }
            _ if expr.level < Level::Action => self.leaf(expr, scope, around),
            _ => match self.explanation.opened(expr, scope)? {
                Some(opened) => {
                    let inner = match opened.definition {
                        Some(definition) => Around {
                            name: definition.name.to_string(),
                            bound: opened.bindings.is_empty(),
                            parameters: opened.bindings,
                        },
                        None => around.clone(),
                    };
                    self.branch(opened.body, &opened.scope, &inner)
                }
                None => self.leaf(expr, scope, around),
            },
        }
    }

    fn exists(
        &mut self,
        bounds: &'p [Bound],
        body: &'p Expr,
        expr: &'p Expr,
        scope: &Scope<'p>,
        around: &Around,
    ) -> Result<()> {
        let rows = match self.explanation.explorer.rows(bounds, None, scope, INSTANCES) {
            Ok((rows, _)) => rows,
            Err(error) if is_stopped(&error) => return Err(error),
            Err(error) => {
                self.add(around, expr.span, Some(Finding::failed(expr.span, &error)), usize::MAX);
                return Ok(());
            }
        };
        if rows.is_empty() {
            let mut finding = Finding::new(expr.span, Outcome::Impossible);
            for bound in bounds {
                self.explanation.part(&bound.set, scope, &mut finding.parts)?;
            }
            self.add(around, expr.span, Some(finding), usize::MAX);
            return Ok(());
        }
        for row in rows {
            if self.instances >= INSTANCES {
                break;
            }
            let (mut inner, mut around) = (scope.clone(), around.clone());
            for (name, value) in names(bounds).zip(row) {
                inner = inner.with(Layer::Value(name.local, value.clone()));
                if around.bound {
                    around.parameters.push((name.name.to_string(), value));
                }
            }
            self.branch(body, &inner, &around)?;
        }
        Ok(())
    }

    fn leaf(&mut self, expr: &'p Expr, scope: &Scope<'p>, around: &Around) -> Result<()> {
        self.instances += 1;
        // Each instance may need as much room as a whole explanation.
        self.explanation.findings = 0;
        let (guard, false_conjuncts) = match self.question {
            Question::Taken => (self.explanation.guard(expr, scope, &mut Vec::new())?, 0),
            Question::LeadsHere => {
                let count = self.explanation.false_conjuncts(expr, scope)?;
                // As a guard, the first false conjunct is shown by itself.
                (if count == 0 { None } else { self.explanation.state_guard(expr, scope)? }, count)
            }
        };
        self.add(around, expr.span, guard, false_conjuncts);
        Ok(())
    }

    fn add(&mut self, around: &Around, span: Span, guard: Option<Finding>, false_conjuncts: usize) {
        let place = |guard: &Option<Finding>| guard.as_ref().map(|finding| (finding.span, finding.position));
        let known = self
            .found
            .iter_mut()
            .find(|known| known.name == around.name && known.span == span && place(&known.guard) == place(&guard));
        let parameters = around.parameters.clone();
        let Some(known) = known else {
            let (name, instances) = (around.name.clone(), vec![parameters]);
            self.found.push(Blocked { name, span, guard, instances, count: 1, false_conjuncts });
            return;
        };
        known.count += 1;
        if false_conjuncts < known.false_conjuncts {
            // The guard was explained for an instance that is further away.
            (known.guard, known.false_conjuncts) = (guard, false_conjuncts);
            known.instances.insert(0, parameters);
            known.instances.truncate(KEPT);
        } else if known.instances.len() < KEPT {
            known.instances.push(parameters);
        }
    }
}

impl<'p> Explanation<'_, 'p> {
    /// The first conjunct that keeps an action from being taken after those that were `passed`.
    fn guard(&mut self, expr: &'p Expr, scope: &Scope<'p>, passed: &mut Passed<'p>) -> Result<Option<Finding>> {
        if expr.level < Level::Action {
            return self.state_guard(expr, scope);
        }
        match &expr.kind {
            ExprKind::Conjunction(items) => {
                for (index, item) in items.iter().enumerate() {
                    if let Some(mut finding) = self.guard(item, scope, passed)? {
                        finding.position.get_or_insert((index + 1, items.len()));
                        return Ok(Some(finding));
                    }
                }
                Ok(None)
            }
            ExprKind::Labeled { body, .. } => self.guard(body, scope, passed),
            ExprKind::Let { definitions, body } => {
                self.guard(body, &scope.with(Layer::Definitions(definitions)), passed)
            }
            ExprKind::If { condition, then, otherwise } if condition.level < Level::Action => {
                let holds = match self.explorer.test(condition, scope) {
                    Ok(holds) => holds,
                    Err(error) if is_stopped(&error) => return Err(error),
                    Err(error) => return Ok(Some(Finding::failed(condition.span, &error))),
                };
                self.guard(if holds { then } else { otherwise }, scope, passed)
            }
            _ => match self.opened(expr, scope)? {
                Some(opened) => {
                    let mut guard = self.guard(opened.body, &opened.scope, passed)?;
                    if let Some(finding) = &mut guard {
                        finding.bindings.splice(0..0, opened.bindings);
                    }
                    Ok(guard)
                }
                None => self.choice(expr, scope, passed),
            },
        }
    }

    /// How many conjuncts of an action are false of the step that is looked at; those without a value count as false.
    fn false_conjuncts(&mut self, expr: &'p Expr, scope: &Scope<'p>) -> Result<usize> {
        match &expr.kind {
            ExprKind::Conjunction(items) => {
                let mut count = 0;
                for item in items {
                    count += self.false_conjuncts(item, scope)?;
                }
                Ok(count)
            }
            _ => match self.explorer.test(expr, scope) {
                Err(error) if is_stopped(&error) => Err(error),
                holds => Ok(usize::from(!holds.unwrap_or(false))),
            },
        }
    }

    fn state_guard(&mut self, expr: &'p Expr, scope: &Scope<'p>) -> Result<Option<Finding>> {
        // The first false conjunct is the guard, however conjunctions and definitions nest.
        if let ExprKind::Conjunction(items) = &expr.kind {
            for (index, item) in items.iter().enumerate() {
                if let Some(finding) = self.state_guard(item, scope)? {
                    return Ok(Some(finding.at(index, items.len())));
                }
            }
            return Ok(None);
        }
        match self.explorer.test(expr, scope) {
            Ok(true) => Ok(None),
            Ok(false) => self.explain(expr, scope, false).map(Some),
            Err(error) if is_stopped(&error) => Err(error),
            Err(error) => self.failure(expr, scope, &error).map(Some),
        }
    }

    /// A conjunct that chooses next values: whether it leaves a choice after those that were passed.
    fn choice(&mut self, expr: &'p Expr, scope: &Scope<'p>, passed: &mut Passed<'p>) -> Result<Option<Finding>> {
        passed.push((expr, scope.clone()));
        match self.explorer.satisfiable(passed) {
            Ok(true) => return Ok(None),
            Err(error) if is_stopped(&error) => return Err(error),
            Err(error) => return Ok(Some(Finding::failed(expr.span, &error))),
            Ok(false) => {}
        }
        passed.pop();
        let mut finding = Finding::new(expr.span, Outcome::Impossible);
        match &expr.kind {
            ExprKind::Disjunction(items) => {
                finding.omitted = items.len().saturating_sub(SIDE_BY_SIDE);
                for (index, item) in items.iter().enumerate().take(SIDE_BY_SIDE) {
                    let reason = self.guard(item, scope, &mut passed.clone())?;
                    finding.because.extend(reason.map(|reason| reason.at(index, items.len())));
                }
            }
            ExprKind::Quantified { quantifier: Quantifier::Exists, bounds, body } => {
                let (rows, more) = self.explorer.rows(bounds, None, scope, SIDE_BY_SIDE)?;
                finding.omitted = usize::from(more);
                for bound in bounds {
                    self.part(&bound.set, scope, &mut finding.parts)?;
                }
                for row in rows {
                    let mut inner = scope.clone();
                    let mut bindings = Vec::new();
                    for (name, value) in names(bounds).zip(row) {
                        inner = inner.with(Layer::Value(name.local, value.clone()));
                        bindings.push((name.name.to_string(), value));
                    }
                    if let Some(mut reason) = self.guard(body, &inner, &mut passed.clone())? {
                        reason.bindings.splice(0..0, bindings);
                        finding.because.push(reason);
                    }
                }
            }
            _ => finding.parts = self.parts(expr, scope)?,
        }
        Ok(Some(finding))
    }
}
