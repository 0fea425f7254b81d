//! Properties, conjunct by conjunct: what is decided while states are made, and what needs the state graph.

use tla_check::temporal::Formula;
use tla_syntax::resolved::{Builtin, DefinitionId, Expr, ExprKind, Level, Quantifier};

use super::formulas::Through;
use super::{refused, FormulaSource, OnTheFly, OnTheFlyTest, TemporalCompiler};
use crate::compile::environment::Env;
use crate::compile::{Compiled, Mode};

impl<'p> TemporalCompiler<'_, 'p> {
    pub(super) fn property(&mut self, id: DefinitionId) -> Compiled<()> {
        let model = self.compiler.model;
        let replacing = model.replaced.get(&id).copied().unwrap_or(id);
        let definition = &self.compiler.program.definitions[replacing.index()];
        self.conjunct(id, &definition.body, &Env::default(), true)
    }

    /// `plain` until a quantifier was written out.
    fn conjunct(&mut self, property: DefinitionId, expr: &'p Expr, env: &Env<'p>, plain: bool) -> Compiled<()> {
        self.deeper(expr.span, |building| {
            match &expr.kind {
                ExprKind::Conjunction(items) if building.level(expr, env) == Level::Temporal => {
                    return items.iter().try_for_each(|item| building.conjunct(property, item, env, plain));
                }
                ExprKind::Quantified { quantifier: Quantifier::ForAll, bounds, body }
                    if building.level(body, env) == Level::Temporal =>
                {
                    return building
                        .for_each_row(bounds, env, |building, env| building.conjunct(property, body, env, false));
                }
                ExprKind::Builtin(Builtin::Always, operands) => {
                    if let [operand] = operands.as_slice() {
                        return building.always(property, expr, operand, env, plain);
                    }
                }
                _ => {}
            }
            match building.level(expr, env) {
                Level::Constant | Level::State => {
                    let routine = building.compiler.entry_in("property", expr, env, Mode::CANDIDATE)?;
                    building.decide(property, OnTheFlyTest::Initially(routine));
                    Ok(())
                }
                Level::Action => Err(refused(
                    expr.span,
                    "a property is an action, which is about two states and not about behaviours",
                    "write [][A]_v to say that every step is an A step or leaves v unchanged",
                )),
                Level::Temporal => match building.through(expr, env)? {
                    Through::Expr(inner, env) => building.conjunct(property, inner, &env, plain),
                    Through::Constant(true) => Ok(()),
                    _ => building.behaviours(property, expr, env),
                },
            }
        })
    }

    fn decide(&mut self, property: DefinitionId, test: OnTheFlyTest<'p>) {
        self.found.on_the_fly.push(OnTheFly { property, test });
    }

    /// `[]F`
    fn always(
        &mut self,
        property: DefinitionId,
        whole: &'p Expr,
        operand: &'p Expr,
        env: &Env<'p>,
        plain: bool,
    ) -> Compiled<()> {
        if self.level(operand, env) <= Level::State {
            self.decide(property, OnTheFlyTest::Always { predicate: operand, env: env.clone(), plain });
            return Ok(());
        }
        let (mut inner, mut inner_env) = (operand, env.clone());
        loop {
            if let ExprKind::BoxAction { action, subscript } = &inner.kind {
                let test = self.step_test(action, subscript, &inner_env, false)?;
                self.decide(property, OnTheFlyTest::Steps(test));
                return Ok(());
            }
            if self.level(inner, &inner_env) != Level::Action {
                break;
            }
            match self.through(inner, &inner_env)? {
                Through::Expr(next, env) => (inner, inner_env) = (next, env),
                _ => break,
            }
        }
        self.behaviours(property, whole, env)
    }

    /// What only the state graph decides.
    fn behaviours(&mut self, property: DefinitionId, expr: &'p Expr, env: &Env<'p>) -> Compiled<()> {
        let formula = self.formula(expr, env)?;
        let leads_from = match &expr.kind {
            ExprKind::Builtin(Builtin::LeadsTo, _) => cause(&formula),
            ExprKind::Builtin(Builtin::Always, _) => cause(&formula),
            _ => None,
        };
        let source = FormulaSource { property, span: expr.span, bound: self.bound_names(), leads_from };
        self.found.temporal.properties.push(formula);
        self.found.formula_sources.push(source);
        Ok(())
    }
}

/// Of `[](P => F)` the atom `P`: where it is never true, the formula says nothing.
fn cause(formula: &Formula) -> Option<usize> {
    let Formula::Always(inner) = formula else { return None };
    let Formula::Or(sides) = &**inner else { return None };
    let [Formula::Not(first), _] = sides.as_slice() else { return None };
    match **first {
        Formula::State(atom) => Some(atom),
        _ => None,
    }
}
